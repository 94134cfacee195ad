"""Skip-gram's kernel against its pairs one by one, and against finite differences of the stated loss."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.kernels.blocks import BlockShape
from npw2v.kernels.skipgram import SkipGram
from tests.support.blockcases import NEGATIVE, SHAPES, make_stretch, numeric_gradient, run, scalar_skipgram


def run_skipgram(shape, stretch, inputs, outputs, with_loss=True):
    kernel = SkipGram(shape, inputs.shape[1], NEGATIVE, stretch.left.dtype)
    return run(kernel, shape, stretch, inputs, outputs, with_loss)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", [0, 1])
def test_it_equals_the_sum_of_its_scalar_pairs(shape, seed):
    stretch, inputs, outputs = make_stretch(shape, seed=seed)
    expected = scalar_skipgram(shape, stretch, inputs, outputs)
    got = run_skipgram(shape, stretch, inputs, outputs)
    assert np.abs(expected[0]).max() > 1
    for mine, reference_value in zip(got, expected):
        np.testing.assert_allclose(mine, reference_value, rtol=2e-5, atol=2e-4)


@pytest.mark.parametrize("shape", SHAPES)
def test_updates_are_the_same_without_the_loss(shape):
    stretch, inputs, outputs = make_stretch(shape)
    expected = run_skipgram(shape, stretch, inputs, outputs)
    got = run_skipgram(shape, stretch, inputs, outputs, with_loss=False)
    assert np.isnan(got[2])
    for mine, with_loss in zip(got[:2], expected):
        np.testing.assert_array_equal(mine, with_loss)


def test_updates_descend_the_stated_loss():
    """Minus the updates are the gradient of the loss, by central differences (small weights: no pair saturates)."""
    shape = SHAPES[0]
    stretch, inputs, outputs = make_stretch(shape, seed=3)
    inputs, outputs = inputs / 4, outputs / 4
    d_inputs, d_outputs, _ = run_skipgram(shape, stretch, inputs, outputs)
    for row, column in [(0, 0), (3, 2), (7, 6), (12, 1)]:
        slope = numeric_gradient(lambda table: scalar_skipgram(shape, stretch, inputs, table)[2], outputs, row, column)
        assert d_outputs[row, column] == pytest.approx(-slope, rel=1e-3, abs=1e-4)
        slope = numeric_gradient(lambda table: scalar_skipgram(shape, stretch, table, outputs)[2], inputs, row, column)
        assert d_inputs[row, column] == pytest.approx(-slope, rel=1e-3, abs=1e-4)


def test_saturated_pairs_are_left_alone():
    shape = SHAPES[0]
    stretch, inputs, outputs = make_stretch(shape)
    inputs[:], outputs[:] = 1, 1  # every dot product is 7, beyond 6
    got = run_skipgram(shape, stretch, inputs, outputs)
    assert not got[0].any()
    assert not got[1].any()
    assert got[2] > 100  # their loss is not ignored


def test_a_word_alone_in_its_sentence_trains_nothing():
    shape = SHAPES[0]
    stretch, inputs, outputs = make_stretch(shape, sentences=(1,) * 9)
    got = run_skipgram(shape, stretch, inputs, outputs)
    assert not got[0].any()
    assert not got[1].any()
    assert got[2] == 0


def test_a_nan_weight_is_not_hidden_by_saturation():
    shape = SHAPES[0]
    stretch, inputs, outputs = make_stretch(shape)
    inputs[:, 0] = np.nan
    with np.errstate(invalid="ignore"):
        got = run_skipgram(shape, stretch, inputs, outputs)
    assert np.isnan(got[1]).any()


def test_cutting_a_stretch_changes_no_bit():
    whole = BlockShape(4, 6, 2, 64, 64)
    stretch, inputs, outputs = make_stretch(whole, sentences=(40, 23, 31))
    results = [run_skipgram(BlockShape(4, 6, 2, 64, chunk), stretch, inputs, outputs) for chunk in (64, 5, 1)]
    for other in results[1:]:
        for one, same in zip(results[0], other):
            np.testing.assert_array_equal(one, same)
