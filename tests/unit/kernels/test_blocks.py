"""Blocks: views of a stretch, the room for its updates, and which words are in a window."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.kernels.blocks import BlockShape, Gradients, Stretch, WindowMask
from tests.support.blockcases import SHAPES, make_stretch, room, windows


def test_stretch_views():
    shape = BlockShape(2, 3, 1, 4, 4)
    ids = np.arange(10, dtype=np.int32)
    zeros = np.zeros(10, np.int8)
    stretch = Stretch(ids, zeros, zeros, *np.zeros((2, 8), np.float32), np.arange(12, dtype=np.int32))
    assert stretch.blocks(shape) == 4
    assert stretch.centers(shape).tolist() == list(range(1, 9))
    piece = stretch.cut(shape, 1, 3)
    assert piece.ids.tolist() == [2, 3, 4, 5, 6, 7]
    assert piece.noise.tolist() == [3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("shape", SHAPES)
def test_records_have_room_for_as_many_blocks_as_they_say(shape):
    stretch = Stretch(**room(Stretch.layout(shape, 8, np.int8)))
    updates = Gradients(**room(Gradients.layout(shape, 7)))
    assert stretch.blocks(shape) == shape.blocks == 8
    assert stretch.left.dtype == stretch.right.dtype == np.int8
    assert updates.inputs.shape[:2] == (shape.units(8), shape.rows)
    assert shape.rows >= shape.centers + 2 * shape.halo
    assert shape.rows % shape.strip == 0 or shape.unit == 1
    assert updates.centers.shape[:2] == updates.scales.shape == stretch.centers(shape).reshape(8, -1).shape
    assert updates.noise.shape[:2] == stretch.noise.reshape(8, -1).shape
    assert updates.inputs.shape[2] == updates.centers.shape[2] == updates.noise.shape[2] == 7
    assert len(updates.loss) == 8
    assert {array.dtype for array in updates[:4]} == {np.dtype(np.float32)}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_mask_shows_what_is_in_the_window_of_each_center(shape):
    stretch, _, _ = make_stretch(shape)
    left, right = stretch.windows(shape)
    expected, found = np.zeros((len(left), shape.strip, shape.near)), np.empty((len(left), shape.strip, shape.near))
    for position, context in windows(shape, stretch):
        row, center = divmod(position - shape.halo, shape.strip)
        expected[row, center, [other - row * shape.strip for other in context]] = 1
    WindowMask(shape.strip, shape.halo, len(left), left.dtype).fill(left, right, found)
    np.testing.assert_array_equal(found, expected)
