"""The dot product that gensim takes from SciPy's BLAS."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.training.replay.dot import gensim_dot


@pytest.mark.parametrize("size", [1, 5, 31, 32, 33, 100, 300])
def test_gensims_dot_product_is_one(size):
    dot = gensim_dot()
    for x, z in np.random.default_rng(size).normal(size=(50, 2, size)).astype(np.float32):
        scale = float(np.abs(x.astype(float) * z).sum())
        assert dot(x, z) == pytest.approx(float(x.astype(float) @ z), abs=2e-6 * scale)
