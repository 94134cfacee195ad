"""What gensim's module word2vec has besides: heaps of a Huffman tree, functions that are not there."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import KeyedVectors
from npw2v.compat.word2vec_extras import Heapitem, assign_binary_codes, build_heap, part_of_gensims_training


def counted(*counts: int) -> KeyedVectors:
    vectors = KeyedVectors(2)
    vectors.add_vectors([*"abcdef"[: len(counts)]], np.zeros((len(counts), 2), np.float32), {"count": np.array(counts)})
    return vectors


def test_a_heap_is_the_tree_of_the_counts():
    (root,) = build_heap(counted(5, 2, 1))
    assert (root.count, root.index) == (8, 4)
    assert (root.left.count, root.left.index, root.right) == (3, 3, Heapitem(5, 0, None, None))
    assert (root.left.left.index, root.left.right.index) == (2, 1)
    assert build_heap(KeyedVectors(2)) == []
    assert Heapitem(1, 9, None, None) < Heapitem(2, 0, None, None)


def test_codes_lead_through_the_tree():
    vectors = counted(5, 2, 1)
    assign_binary_codes(vectors)
    codes = [vectors.get_vecattr(key, "code").tolist() for key in "abc"]
    points = [vectors.get_vecattr(key, "point").tolist() for key in "abc"]
    assert codes == [[1], [0, 1], [0, 0]]
    assert points == [[1], [1, 0], [1, 0]]
    empty = KeyedVectors(2)
    assign_binary_codes(empty)
    assert not empty.expandos


def test_inner_loops_of_gensim_are_not_there():
    refused = part_of_gensims_training("train_epoch_sg")
    assert refused.__name__ == "train_epoch_sg"
    with pytest.raises(NotImplementedError, match=r"train_epoch_sg\(\) is an inner loop of gensim's"):
        refused(1, loss=2)
