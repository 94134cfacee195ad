"""Matrices that come a block of rows at a time."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.formats.rows import rows_of_array
from npw2v.watch import watching


def test_rows_are_those_of_the_array_and_are_told():
    matrix, told = np.arange(5000, dtype=np.float32).reshape(2500, 2), []
    with watching("vectors", told.append):
        blocks = list(rows_of_array(matrix))
    assert told == [1000, 1000, 500]
    assert (np.concatenate(blocks) == matrix).all()


def test_another_order_and_fewer_rows():
    rows = rows_of_array(np.eye(4), np.array([3, 0]))
    assert (rows.shape, len(rows), rows.nbytes) == ((2, 4), 2, 64)
    assert np.concatenate(list(rows)).tolist() == [[0, 0, 0, 1], [1, 0, 0, 0]]


def test_they_can_be_asked_for_again_and_changed_on_the_way():
    rows = rows_of_array(np.eye(2)).changed("float16", lambda block: (block + 1).astype(np.float16))
    for _ in range(2):
        assert [block.tolist() for block in rows] == [[[2, 1], [1, 2]]]
    assert (rows.dtype, rows.nbytes) == (np.float16, 8)


@pytest.mark.parametrize("mode", ["r", "c", "r+"])
def test_what_was_changed_in_a_mapped_array_stays(tmp_path, mode):
    np.save(tmp_path / "a.npy", np.zeros((3000, 4)))
    mapped = np.load(tmp_path / "a.npy", mmap_mode=mode)
    if mode != "r":
        mapped[:] = 7
    for _ in range(2):
        assert (np.concatenate(list(rows_of_array(mapped[:2500]))) == (0 if mode == "r" else 7)).all()
