"""Paths: room for groups, lists and their updates, and views of them."""

from __future__ import annotations

import numpy as np

from npw2v.kernels.blocks import BlockShape
from npw2v.kernels.paths import GroupGradients, Groups, GroupShape, ListGradients, ListShape, PathLists
from npw2v.vocabulary.huffman import cut_tree, huffman_paths
from tests.support.blockcases import room

SHAPE = GroupShape(centers=3, nodes=6, top=2, halo=2, run=2, groups=5, chunk=4)


def test_groups_are_cut_and_counted_from_elsewhere():
    groups = Groups(**room(Groups.layout(SHAPE, 5)))
    groups.firsts[:] = [0, 3, 5, 8, 9]
    groups.nodes[:] = np.arange(5)[:, None]
    piece = groups.cut(2, 4).counted_from(5)
    assert len(piece) == 2
    assert piece.firsts.tolist() == [0, 3]
    assert piece.nodes[:, 0].tolist() == [2, 3]
    assert piece.nodes.shape == piece.signs.shape == piece.owners.shape == (2, SHAPE.nodes)
    assert piece.positions(SHAPE).tolist() == [list(range(7)), list(range(3, 10))]


def test_updates_of_groups_are_cut_at_whole_runs():
    updates = GroupGradients(**room(GroupGradients.layout(SHAPE, 7)))
    assert SHAPE.runs(5) == len(updates.top) == 3
    updates.top[:] = np.arange(3)[:, None, None]
    last = updates.cut(SHAPE, 2, 5)
    assert last.top[:, 0, 0].tolist() == [1, 2]
    assert last.inputs.shape == (3, SHAPE.span, 7)
    assert last.nodes.shape == (3, SHAPE.nodes, 7)
    assert last.loss.shape == (3,)


def test_lists_are_cut_and_counted_from_there():
    lists = PathLists(**room(PathLists.layout(4, 6)))
    lists.starts[:], lists.nodes[:] = [0, 2, 2, 5, 6], np.arange(6)
    lists.owners[:] = [0, 0, 2, 2, 2, 3]
    piece = lists.cut(1, 3)
    assert piece.starts.tolist() == [0, 0, 3]
    assert piece.nodes.tolist() == [2, 3, 4]
    assert piece.owners.tolist() == [1, 1, 1]


def test_updates_of_lists_have_room_for_the_longest_paths():
    blocks, shape = BlockShape(4, 0, 2, 8, 3), ListShape(top=2, longest=9)
    updates = ListGradients(**room(ListGradients.layout(blocks, shape, 7)))
    assert updates.hidden.shape == (32, 7)
    assert updates.coefficients.shape == (32 * 9,)
    assert (updates.inputs.shape, updates.top.shape, updates.loss.shape) == ((8, 8, 7), (8, 2, 7), (32,))


def test_the_top_is_before_the_last_row():
    tree = cut_tree(huffman_paths(np.array([5, 4, 3, 2, 1])), 2)
    assert tree.top == 2
    assert tree.top_rows(5) == slice(2, 4)
    assert cut_tree(huffman_paths(np.array([7])), 1).top_rows(1) == slice(0, 1)
