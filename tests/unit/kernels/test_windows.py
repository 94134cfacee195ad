"""Bands: which words are in a window, and the matrices that bands stand for, against loops over centers and words."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.kernels.windows import Bands, Masks, windows_of
from tests.support.blockcases import SHAPES, make_stretch, windows


def bands_of(shape, blocks):
    stretch, _, _ = make_stretch(shape, sentences=(7, 1, 12, 3, 20, 9, 90))
    return Bands(shape, -(-blocks // shape.unit) * shape.unit, stretch.left.dtype), stretch.cut(shape, 0, blocks)


def column(bands, center):
    unit, inside = divmod(center, bands.shape.centers)
    return unit * bands.columns + 2 * bands.shape.halo + inside


CASES = [(shape, blocks) for shape in SHAPES if shape.unit > 1 for blocks in (1, 2, 3, 4)]


@pytest.mark.parametrize("shape, blocks", CASES)
def test_a_band_shows_what_is_in_the_window_of_each_center(shape, blocks):
    bands, stretch = bands_of(shape, blocks)
    found, shares = bands.room(), bands.room()
    expected, of_shares = bands.room(), bands.room()
    for position, context in windows(shape, stretch):
        for other in context:
            at = other - position + shape.halo, column(bands, position - shape.halo)
            expected[at], of_shares[at] = 1, 1 / len(context)
    for _ in range(2):  # what is left from the first time is overwritten
        bands.windows(stretch, found)
        bands.divide(found, stretch, shares)
        for each, other in ((found, expected), (shares, of_shares)):
            np.testing.assert_allclose(bands.used(each, stretch), bands.used(other, stretch), rtol=1e-6)
    by_block = bands.by_block(found, blocks)
    for center, row in enumerate(by_block.reshape(blocks * shape.size, -1)):
        np.testing.assert_array_equal(row, expected[:, column(bands, center)])


@pytest.mark.parametrize("shape, blocks", CASES)
def test_forward_matrices_have_a_row_for_each_center(shape, blocks):
    bands, stretch = bands_of(shape, blocks)
    band, expected = bands.room(), np.zeros((blocks * shape.strips, shape.strip, shape.near))
    band[:] = np.random.default_rng(1).normal(size=band.shape)
    for center in range(blocks * shape.size):
        strip, row = divmod(center, shape.strip)
        expected[strip, row, row : row + 2 * shape.halo + 1] = band[:, column(bands, center)]
    found = bands.forward(band, stretch, bands.forward_room())
    np.testing.assert_array_equal(found, expected.astype(np.float32))
    again, scores = bands.room(), bands.forward_room()
    scores[: len(found)] = found
    bands.collect(scores, stretch, again)
    for center in range(blocks * shape.size):
        np.testing.assert_array_equal(again[:, column(bands, center)], band[:, column(bands, center)])


@pytest.mark.parametrize("shape, blocks", CASES)
def test_what_a_word_gets_back_is_summed_over_the_centers_of_its_unit(shape, blocks):
    rng, (bands, _) = np.random.default_rng(1), bands_of(shape, blocks)
    band, vectors = bands.room(), bands.vectors_room(7)
    vectors[:] = rng.normal(size=vectors.shape)  # those of no center are there to be left out
    expected = np.zeros((shape.units(blocks), shape.rows, 7))
    for center in range(blocks * shape.size):
        unit, inside = divmod(center, shape.centers)
        weights = rng.normal(size=2 * shape.halo + 1)
        band[:, column(bands, center)] = weights
        expected[unit, inside : inside + len(weights)] += weights[:, None] * vectors[2 * shape.halo + center]
    out = np.full(expected.shape, np.nan, np.float32)
    matrices = bands.backward_room()
    for _ in range(2):
        bands.give_back(band, vectors, matrices, out)
        np.testing.assert_allclose(out, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape.unit == 1])
def test_on_masks_it_is_summed_over_the_centers_of_a_block(shape):
    rng, blocks = np.random.default_rng(1), 3
    masks = windows_of(shape, blocks, np.int8)
    assert isinstance(masks, Masks)
    weights = rng.normal(size=masks.room().shape).astype(np.float32)
    vectors = masks.vectors_room(7)
    vectors[2 * shape.halo :] = rng.normal(size=(blocks * shape.size, 7))
    expected = np.zeros((blocks, shape.rows, 7))
    for strip, matrix in enumerate(weights):
        block, first = strip // shape.strips, strip % shape.strips * shape.strip
        centers = vectors[2 * shape.halo + block * shape.size + first :][: shape.strip]
        expected[block, first : first + shape.near] += matrix.T.astype(float) @ centers
    out = np.full(expected.shape, np.nan, np.float32)
    masks.give_back(weights, vectors, masks.backward_room(), out)
    np.testing.assert_allclose(out, expected, rtol=1e-5, atol=1e-5)
