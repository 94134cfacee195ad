"""CBOW's kernel against its pairs one by one, and against finite differences of the stated loss."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.kernels.cbow import Cbow
from tests.support.blockcases import NEGATIVE, SHAPES, make_stretch, numeric_gradient, run, scalar_cbow


def run_cbow(shape, stretch, inputs, outputs, mean=True, exact=False, with_loss=True):
    kernel = Cbow(shape, inputs.shape[1], NEGATIVE, stretch.left.dtype, mean, exact)
    return run(kernel, shape, stretch, inputs, outputs, with_loss)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("mean, exact", [(True, False), (False, False), (True, True)])
def test_it_equals_the_sum_of_its_scalar_pairs(shape, mean, exact):
    stretch, inputs, outputs = make_stretch(shape)
    expected = scalar_cbow(shape, stretch, inputs, outputs, mean, exact)
    got = run_cbow(shape, stretch, inputs, outputs, mean, exact)
    for mine, reference_value in zip(got, expected):
        np.testing.assert_allclose(mine, reference_value, rtol=2e-5, atol=2e-4)


@pytest.mark.parametrize("shape", SHAPES)
def test_updates_are_the_same_without_the_loss(shape):
    stretch, inputs, outputs = make_stretch(shape)
    expected = run_cbow(shape, stretch, inputs, outputs)
    got = run_cbow(shape, stretch, inputs, outputs, with_loss=False)
    assert np.isnan(got[2])
    for mine, with_loss in zip(got[:2], expected):
        np.testing.assert_array_equal(mine, with_loss)


def test_updates_of_the_outputs_descend_the_stated_loss():
    """By central differences, as for skip-gram; what the input rows get is gensim's rule and not a gradient."""
    shape = SHAPES[0]
    stretch, inputs, outputs = make_stretch(shape, seed=3)
    inputs, outputs = inputs / 4, outputs / 4
    _, d_outputs, _ = run_cbow(shape, stretch, inputs, outputs)
    for row, column in [(0, 0), (3, 2), (7, 6), (12, 1)]:
        slope = numeric_gradient(
            lambda table: scalar_cbow(shape, stretch, inputs, table, True)[2], outputs, row, column
        )
        assert d_outputs[row, column] == pytest.approx(-slope, rel=1e-3, abs=1e-4)


def test_exact_updates_of_the_inputs_descend_the_stated_loss_and_others_do_not():
    shape = SHAPES[0]
    stretch, inputs, outputs = make_stretch(shape, seed=3)
    inputs, outputs = inputs / 4, outputs / 4
    exact, _, _ = run_cbow(shape, stretch, inputs, outputs, exact=True)
    whole, _, _ = run_cbow(shape, stretch, inputs, outputs)
    places = [(0, 0), (3, 2), (7, 6), (12, 1)]
    slopes = [
        numeric_gradient(lambda table: scalar_cbow(shape, stretch, table, outputs, True)[2], inputs, *place)
        for place in places
    ]
    assert [exact[place] for place in places] == pytest.approx([-slope for slope in slopes], rel=1e-3, abs=1e-4)
    assert [whole[place] for place in places] != pytest.approx([-slope for slope in slopes], rel=0.1, abs=1e-2)


def test_saturated_pairs_are_left_alone():
    shape = SHAPES[0]
    stretch, inputs, outputs = make_stretch(shape)
    inputs[:], outputs[:] = 1, 1  # every dot product is 7, beyond 6
    got = run_cbow(shape, stretch, inputs, outputs)
    assert not got[0].any()
    assert not got[1].any()
    assert got[2] > 100  # their loss is not ignored


def test_a_word_alone_in_its_sentence_trains_nothing():
    shape = SHAPES[0]
    stretch, inputs, outputs = make_stretch(shape, sentences=(1,) * 9)
    got = run_cbow(shape, stretch, inputs, outputs)
    assert not got[0].any()
    assert not got[1].any()
    assert got[2] == 0
