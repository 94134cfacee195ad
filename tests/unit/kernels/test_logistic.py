"""Residuals and losses of many pairs at once, against those of one."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.kernels import reference
from npw2v.kernels.logistic import block_losses, residuals

DOTS = np.array([[-8, -6, -5.9, -1], [0, 0.3, 5.9, 50]], np.float32)


@pytest.mark.parametrize("label", [0, 1])
def test_residuals_and_losses_are_those_of_single_pairs(label):
    sign = np.float32(2 * label - 1)
    weights = np.full_like(DOTS, 1.5) * sign
    expected = np.array([[reference.pair(float(dot), label) for dot in row] for row in DOTS]) * 1.5
    losses = block_losses(DOTS[:, None] * sign, weights[:, None])
    np.testing.assert_allclose(losses, expected[..., 1].sum(axis=1), rtol=1e-5)
    margins = DOTS * sign
    assert residuals(margins, weights, np.empty_like(DOTS), np.empty(DOTS.shape, bool)) is margins
    np.testing.assert_allclose(margins, expected[..., 0], rtol=1e-5)


def test_nan_stays_nan():
    margins = np.array([np.nan, 1], np.float32)
    got = residuals(margins, np.float32([1, 1]), np.empty(2, np.float32), np.empty(2, bool))
    assert np.isnan(got).tolist() == [True, False]
