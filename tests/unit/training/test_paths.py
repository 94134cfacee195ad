"""Groups and lists of lower nodes: every node of every center once, in steps within their bounds."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from npw2v.kernels.blocks import BlockShape
from npw2v.kernels.paths import Groups, GroupShape, PathLists
from npw2v.training.paths import Grouper, Lister
from npw2v.vocabulary.huffman import cut_tree, huffman_paths
from tests.support.blockcases import room


def make_groups(shape, group_shape, tree, ids, blocks):
    grouper = Grouper(group_shape, tree)
    firsts, steps = grouper.bounds(np.diff(tree.offsets).take(ids), shape.size, blocks)
    groups = Groups(**room(Groups.layout(group_shape, len(firsts) - 1)))
    assert grouper.fill(ids, shape.size, blocks, groups) == steps
    return groups, firsts, steps


def make_lists(shape, tree, ids):
    nodes = int(np.diff(tree.offsets).take(ids).sum())
    lists = PathLists(**room(PathLists.layout(-(-len(ids) // shape.size) * shape.size, nodes)))
    bounds = Lister(tree).fill(ids, shape.size, shape.blocks, lists)
    whole = -(-len(ids) // shape.size)
    assert bounds == [(block, block * shape.size) for block in [*range(0, whole, shape.blocks), whole]]
    return lists


@settings(deadline=None)
@given(st.lists(st.integers(0, 39), min_size=1, max_size=150), st.integers(1, 9), st.integers(1, 6), st.data())
def test_groups_hold_every_lower_node_once_and_keep_their_bounds(words, centers, blocks, data):
    tree = cut_tree(huffman_paths(np.arange(1, 41)), 3)
    size = data.draw(st.sampled_from([1, 2, 4, 8]))
    most = data.draw(st.integers(size, 40))  # as many as one block's centers at least
    nodes = max(np.diff(tree.offsets)) + data.draw(st.integers(0, 20))
    shape, group_shape = BlockShape(size, 0, 2, blocks, 4), GroupShape(centers, nodes, 3, 2, 2, most, 4)
    ids = np.array(words, np.int32)
    groups, firsts, steps = make_groups(shape, group_shape, tree, ids, blocks)
    assert firsts == sorted(set(firsts))
    assert (firsts[0], firsts[-1]) == (0, len(ids))
    found = []
    for first, count, row, signs, owners in zip(
        groups.firsts, groups.counts, groups.nodes, groups.signs, groups.owners
    ):
        assert 1 <= count <= centers
        used = signs != 0
        assert not used[used.sum() :].any()
        assert (owners[used] < count).all()
        found += zip((first + owners[used]).tolist(), row[used].tolist(), signs[used].tolist())
    expected = [
        (position, int(node), float(sign))
        for position, word in enumerate(words)
        for node, sign in zip(
            tree.nodes[tree.offsets[word] : tree.offsets[word + 1]],
            tree.signs[tree.offsets[word] : tree.offsets[word + 1]],
        )
    ]
    assert found == expected
    lists = make_lists(shape, tree, ids)
    owners = np.repeat(np.arange(len(lists.starts) - 1), np.diff(lists.starts))
    assert owners.tolist() == lists.owners.tolist()
    assert list(zip(owners.tolist(), lists.nodes.tolist(), lists.signs.tolist())) == expected
    assert (steps[0], steps[-1]) == ((0, 0), (-(-len(ids) // size), len(firsts) - 1))
    for (block, group), (next_block, next_group) in zip(steps, steps[1:]):
        assert 0 < next_block - block <= blocks
        assert 0 < next_group - group <= most
        assert firsts[group] == block * size
