"""Huffman trees: the shortest codes of one tree, and its top and its lower nodes."""

from __future__ import annotations

import heapq

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from npw2v.vocabulary.huffman import HuffmanPaths, cut_tree, huffman_paths
from tests.support.pathcases import path_of

COUNTS = st.lists(st.integers(1, 1000), min_size=2, max_size=60)


@given(COUNTS)
def test_huffman_codes_are_prefix_free_complete_and_shortest(counts):
    paths = huffman_paths(np.array(counts))
    codes = ["".join(str(code) for _, code in path_of(paths, word)) for word in range(len(counts))]
    assert sum(2.0 ** -len(code) for code in codes) == 1
    assert not any(a != b and b.startswith(a) for a in codes for b in codes)
    heap, cost = list(counts), 0
    heapq.heapify(heap)
    while len(heap) > 1:
        joined = heapq.heappop(heap) + heapq.heappop(heap)
        cost += joined
        heapq.heappush(heap, joined)
    assert sum(count * len(code) for count, code in zip(counts, codes)) == cost


@given(COUNTS)
def test_paths_lead_from_the_root_down_one_tree(counts):
    """Every inner node has two children, and is reached from one parent."""
    paths, words = huffman_paths(np.array(counts)), len(counts)
    children = {}
    for word in range(words):
        path = path_of(paths, word)
        assert path[0][0] == words - 2
        for (node, code), below in zip(path, [*(node for node, _ in path[1:]), ("word", word)]):
            assert children.setdefault((node, code), below) == below
    assert len(children) == 2 * (words - 1)


def test_a_single_word_has_an_empty_path():
    paths = huffman_paths(np.array([7]))
    assert path_of(paths, 0) == []
    assert not cut_tree(paths, 1).passes.any()


@given(COUNTS, st.integers(1, 70))
def test_top_and_lower_nodes_make_the_whole_path(counts, top):
    words = len(counts)
    top = min(top, words - 1)
    paths = huffman_paths(np.array(counts))
    tree = cut_tree(paths, top)
    for word in range(words):
        plus, passes = tree.plus[tree.prefix[word]], tree.passes[tree.prefix[word]]
        signs = {words - 1 - top + k: 2 * plus[k] - 1 for k in range(top) if passes[k]}
        lower = slice(tree.offsets[word], tree.offsets[word + 1])
        assert not signs.keys() & set(tree.nodes[lower].tolist())
        signs.update(zip(tree.nodes[lower].tolist(), tree.signs[lower].tolist()))
        assert signs == {node: 1 - 2 * code for node, code in path_of(paths, word)}


def test_split_and_joined_are_inverse():
    paths = huffman_paths(np.array([9, 4, 4, 1, 1, 1]))
    again = HuffmanPaths.joined(*paths.split())
    for name in ("points", "codes", "offsets"):
        np.testing.assert_array_equal(getattr(paths, name), getattr(again, name))
