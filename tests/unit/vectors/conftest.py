"""What tests of vectors share."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.vectors.keyedvectors import KeyedVectors


@pytest.fixture
def cities():
    """Vectors in which the first three analogies hold and the last does not."""
    rng = np.random.default_rng(3)
    country, female = rng.standard_normal((2, 30))
    base = {word: rng.standard_normal(30) for word in ("athens", "oslo", "rome", "king", "man")}
    rows = {
        **base,
        **{name: base[city] + country for name, city in (("greece", "athens"), ("norway", "oslo"), ("italy", "rome"))},
        **{name: base[male] + female for name, male in (("queen", "king"), ("woman", "man"))},
        **{f"other{i}": rng.standard_normal(30) for i in range(20)},
    }
    vectors = KeyedVectors(30)
    vectors.add_vectors(list(rows), np.array(list(rows.values())))
    return vectors
