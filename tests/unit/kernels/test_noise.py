"""Noise words: the updates of a block's inputs and of its noise words, against their pairs one by one."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.kernels import reference
from npw2v.kernels.noise import Noise
from tests.support.blockcases import SHAPES


@pytest.mark.parametrize("shape", SHAPES[:2])
def test_inputs_and_noise_words_are_pushed_apart(shape):
    rng, d = np.random.default_rng(4), 7
    x, z = (rng.normal(size=(2, rows, d)).astype(np.float32) for rows in (shape.size, shape.noise))
    weights = rng.random((2, shape.noise, shape.size), np.float32)
    d_inputs, d_noise, loss = np.zeros(x.shape), np.zeros(z.shape), np.ones(2)  # losses are added
    for b, i, j in np.ndindex(weights.shape):
        residual, pair_loss = reference.pair(float(z[b, i] @ x[b, j]), 0)
        d_inputs[b, j] += weights[b, i, j] * residual * z[b, i]
        d_noise[b, i] += weights[b, i, j] * residual * x[b, j]
        loss[b] += weights[b, i, j] * pair_loss
    for found_loss in (np.ones(2), None):
        of_inputs, of_noise = np.full_like(x, np.nan), np.full_like(z, np.nan)
        Noise(shape, d).gradients(x, z, -weights, of_inputs, of_noise, found_loss)
        np.testing.assert_allclose(of_inputs, d_inputs, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(of_noise, d_noise, rtol=1e-4, atol=1e-4)
        if found_loss is not None:
            np.testing.assert_allclose(found_loss, loss, rtol=1e-5)
