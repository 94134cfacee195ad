"""One worker has the given arrays themselves, room full of zeros, and nobody to wait for."""

from __future__ import annotations

import numpy as np

from npw2v.training.backends.local import Local


def test_given_arrays_are_not_copied():
    given, ids = np.ones(3), np.arange(4, dtype=np.int32)
    arrays, same, barrier = Local().open(None, {"given": given}, {"room": ((2, 3), np.float32)}, ids)
    assert arrays["given"] is given
    assert same is ids
    assert arrays["room"].shape == (2, 3)
    assert arrays["room"].dtype == np.float32
    assert not arrays["room"].any()
    barrier.arrive()
    assert barrier.wait() is None
