"""The text of floats is that of `str`."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from npw2v.formats.floattext import format_rows


@settings(max_examples=300, deadline=None)
@given(npst.arrays(np.float32, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.floats(width=32)))
def test_text_of_floats_is_that_of_str(matrix):
    assert format_rows(matrix) == [" ".join(map(str, row)).encode() for row in matrix]


@pytest.mark.parametrize("power", [-4, -3, -2, -1, 0, 1])
def test_text_of_floats_near_powers_of_ten_and_two(power):
    around = [np.float32(10.0**power), np.float32(2.0**power), np.float32(4.0 * 10.0**power)]
    matrix = np.concatenate([(centre.view(np.int32) + np.arange(-400, 400, dtype=np.int32)) for centre in around])
    matrix = matrix.astype(np.int32).view(np.float32).reshape(-1, 4)
    assert format_rows(matrix) == [" ".join(map(str, row)).encode() for row in matrix]
