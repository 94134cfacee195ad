"""Chunks, windows and flat lists."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import utils


def test_chunks() -> None:
    assert list(utils.grouper(iter("abcde"), 2)) == list(utils.chunkize("abcde", 2, maxsize=3)) == [
        ["a", "b"], ["c", "d"], ["e"],
    ]  # fmt: skip
    assert list(utils.chunkize_serial([], 2)) == []
    (chunk,) = utils.grouper([[1, 2], [3, 4]], 5, as_numpy=True)
    assert [each.tolist() for each in chunk] == [[1, 2], [3, 4]]
    assert {each.dtype.name for each in chunk} == {"float32"}
    with pytest.raises(ValueError, match="at least 1, got 0"):
        list(utils.chunkize([1], 0))


def test_windows() -> None:
    array = np.arange(4)
    windows = utils.strided_windows(array, 3)
    assert windows.tolist() == [[0, 1, 2], [1, 2, 3]]
    windows[0, 0] = 9
    assert array[0] == 9
    assert utils.strided_windows(array, 4).shape == (1, 4)
    assert utils.strided_windows(array, 5).shape == (0, 0)
    texts = [["a", "b", "c"], ["d"]]
    assert [list(each) for each in utils.iter_windows(texts, 2)] == [["a", "b"], ["b", "c"]]
    whole = list(utils.iter_windows(texts, 2, copy=True, ignore_below_size=False, include_doc_num=True))
    assert [(number, list(window)) for number, window in whole] == [(0, ["a", "b"]), (0, ["b", "c"]), (1, ["d"])]
    assert whole[-1][1] is not texts[1]


def test_nested_lists_become_flat() -> None:
    assert utils.flatten([[1, (2, [3])], "ab", []]) == [1, 2, 3, "ab"]
    assert utils.identity(texts := ["a"]) is texts
