"""What callers may pass, and what is said of what they may not."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import checks


def test_one_key_or_vector_is_a_list_of_one():
    vector = np.ones(2)
    assert checks.as_list(None) == []
    assert [checks.as_list(key) for key in ("a", 3, np.int8(3))] == [["a"], [3], [3]]
    assert checks.as_list(vector)[0] is vector
    assert [row.tolist() for row in checks.as_list(np.eye(2))] == [[1, 0], [0, 1]]
    for given in (("a", "b"), {"a": 1}, 2.5):
        with pytest.raises(TypeError, match="expected a key, a vector, or a list of those, got "):
            checks.as_list(given)


def test_shapes_are_checked():
    assert checks.as_vector([1, 2]).tolist() == [1, 2]
    assert checks.as_matrix([[True, False]], 2).dtype == bool
    with pytest.raises(ValueError, match=r"expected vectors of shape \(3,\), got \(2,\)"):
        checks.as_vector([1, 2], 3)
    with pytest.raises(ValueError, match=r"expected vectors of shape \(dimensions,\), got \(1, 1\)"):
        checks.as_vector([[1]])
    with pytest.raises(ValueError, match=r"expected a matrix of shape \(n, 3\), got \(1, 2\)"):
        checks.as_matrix([[1, 2]], 3)


@pytest.mark.parametrize("given, error", [(["a"], ValueError), ([b"a"], ValueError), ([None], TypeError)])
def test_what_holds_no_numbers(given, error):
    with pytest.raises(error, match="expected weights of numbers, got "):
        checks.as_numbers(given, "weights")


def test_numbers_are_named():
    assert checks.as_count(np.int64(3), "topn") == 3
    assert checks.as_number(0.5, "threshold") == 0.5
    assert checks.as_rate(np.float32(0.5), "alpha") == 0.5
    for check, given, error in (
        (checks.as_count, 2.0, TypeError),
        (checks.as_number, "1", TypeError),
        (checks.as_rate, None, TypeError),
        (checks.as_rate, -0.1, ValueError),
        (checks.as_rate, float("nan"), ValueError),
    ):
        with pytest.raises(error, match="^it must be a "):
            check(given, "it")


def test_long_values_are_described_by_their_type():
    assert checks.described([1, 2]) == "[1, 2]"
    assert checks.described("x" * 61) == "an object of type str"
    assert checks.described(np.eye(2)) == "an object of type ndarray"
