"""Hierarchical softmax: Huffman trees, groups of paths, and the kernels against the scalar reference."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npw2v.kernels import reference
from npw2v.kernels.blocks import BlockShape
from npw2v.kernels.hierarchy_cbow import CbowPaths
from npw2v.kernels.hierarchy_skipgram import SkipGramPaths
from npw2v.kernels.paths import (
    GroupGradients,
    Groups,
    GroupShape,
    ListGradients,
    ListShape,
    PathLists,
)
from npw2v.training.parts import Part, Sampler, cut
from npw2v.training.paths import Grouper, Lister
from npw2v.vocabulary.huffman import HuffmanPaths, cut_tree, huffman_paths

COUNTS = st.lists(st.integers(1, 1000), min_size=2, max_size=60)


def path_of(paths, word):
    place = slice(paths.offsets[word], paths.offsets[word + 1])
    return list(zip(paths.points[place].tolist(), paths.codes[place].tolist()))


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


def room(layout):
    return {name: np.full(size, 77, dtype) for name, (size, dtype) in layout.items()}


def make_groups(shape, group_shape, tree, ids, blocks):
    grouper = Grouper(group_shape, tree)
    firsts, steps = grouper.bounds(np.diff(tree.offsets).take(ids), shape.size, blocks)
    layout = Part.groups_layout(group_shape, len(firsts) - 1)
    groups = Groups(*(np.full(*layout[name][:1], 77, layout[name][1]) for name in GROUPS))
    assert grouper.fill(ids, shape.size, blocks, groups) == steps
    return groups, firsts, steps


def make_lists(shape, tree, ids):
    nodes = int(np.diff(tree.offsets).take(ids).sum())
    layout = Part.lists_layout(shape, len(ids), nodes)
    lists = PathLists(*(np.full(layout[name][0], 77, layout[name][1]) for name in PathLists._fields))
    bounds = Lister(tree).fill(ids, shape.size, shape.blocks, lists)
    whole = -(-len(ids) // shape.size)
    assert bounds == [(block, block * shape.size) for block in [*range(0, whole, shape.blocks), whole]]
    return lists


GROUPS = ("firsts", "counts", "nodes", "signs", "owners")


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


CASES = [
    (BlockShape(4, 0, 2, 8, 3), GroupShape(3, 6, 2, 2, 2, 99, 4)),
    (BlockShape(16, 0, 5, 8, 8), GroupShape(9, 16, 4, 5, 3, 99, 3)),
    (BlockShape(1, 0, 1, 8, 2), GroupShape(2, 8, 12, 1, 4, 99, 8)),
    (BlockShape(8, 0, 3, 8, 3, halves=2), GroupShape(5, 8, 4, 3, 2, 99, 4)),
]


def make_case(kind, shape, group_shape, sentences=(7, 1, 12, 3, 20), vocabulary=13, seed=0):
    """A stretch of random sentences with the paths of its centers, the tree, and tables."""
    rng = np.random.default_rng(seed)
    paths = huffman_paths(rng.integers(1, 50, size=vocabulary))
    tree = cut_tree(paths, group_shape.top)
    offsets = np.concatenate([[0], np.cumsum(sentences)])
    ids = rng.integers(0, vocabulary, size=offsets[-1]).astype(np.int32)
    layout, writer = Part.layout(shape, len(ids), np.int8, group_shape.top), Lister(tree)
    if kind == "skipgram":
        layout |= Part.groups_layout(group_shape, len(ids))
        writer = Grouper(group_shape, tree)
    else:
        layout |= Part.lists_layout(shape, len(ids), 20 * len(ids))
    part = Part.of(room(layout))
    sampler = Sampler(
        *(ids, offsets, cut(offsets, 4096), 4096, np.ones(vocabulary, np.float32), np.ones(1)),
        *(shape, shape.halo, True, (seed,), kind == "skipgram", writer),
    )
    sampler.fill(0, 0, part)
    last = part.bounds[part.sizes[3], 1]
    inputs, nodes = rng.normal(size=(2, vocabulary, 7)).astype(np.float32)
    return part.stretch.cut(shape, 0, int(part.sizes[1])), part.paths.cut(0, last), tree, paths, inputs, nodes


def run(kernel, stretch, paths, inputs, nodes, chunk=None):
    """The kernel's updates and loss, chunk after chunk."""
    walk = run_groups if isinstance(kernel, SkipGramPaths) else run_lists
    d_inputs, d_nodes = np.zeros(inputs.shape), np.zeros(nodes.shape)
    top, loss = walk(kernel, stretch, paths, inputs, nodes, d_inputs, d_nodes, chunk)
    first = len(nodes) - 1 - top.shape[1]
    d_nodes[first : first + top.shape[1]] += top.sum(axis=0)
    return d_inputs, d_nodes, loss.sum()


def run_groups(kernel, stretch, groups, inputs, nodes, d_inputs, d_nodes, chunk):
    shape, d = kernel.shape, inputs.shape[1]
    chunk = chunk or shape.chunk // shape.run * shape.run
    out = GroupGradients(
        np.full((len(groups), shape.span, d), np.nan, np.float32),
        np.full((len(groups), shape.nodes, d), np.nan, np.float32),
        np.full((shape.runs(len(groups)), shape.top, d), np.nan, np.float32),
        np.full(len(groups), np.nan),
    )
    for start in range(0, len(groups), chunk):
        stop = min(start + chunk, len(groups))
        cut = out.cut(shape, start, stop)
        kernel.gradients(inputs, nodes, stretch, groups.cut(start, stop), cut, with_loss=True)
    seen = stretch.ids.take(groups.positions(shape), mode="clip")
    np.add.at(d_inputs, seen.reshape(-1), out.inputs.reshape(-1, d))
    np.add.at(d_nodes, groups.nodes.reshape(-1), out.nodes.reshape(-1, d))
    return out.top, out.loss


def run_lists(kernel, stretch, paths, inputs, nodes, d_inputs, d_nodes, chunk):
    shape, d, blocks = kernel.shape, inputs.shape[1], stretch.blocks(kernel.shape)
    chunk = chunk or shape.blocks
    tops, losses = [], []
    for start in range(0, blocks, chunk):
        stop = min(start + chunk, blocks)
        centers = slice(start * shape.size, stop * shape.size)
        lists, piece = paths.cut(centers.start, centers.stop), stretch.cut(shape, start, stop)
        out = ListGradients(
            np.full((stop - start, shape.span, d), np.nan, np.float32),
            np.full((centers.stop - centers.start, d), np.nan, np.float32),
            np.full(len(lists.nodes), np.nan, np.float32),
            np.full((stop - start, kernel.lists.top, d), np.nan, np.float32),
            np.full(centers.stop - centers.start, np.nan),
        )
        kernel.gradients(inputs, nodes, piece, lists, out, with_loss=True)
        np.add.at(d_inputs, piece.inputs(shape), out.inputs.reshape(-1, d))
        np.add.at(d_nodes, lists.nodes, out.coefficients[:, None] * out.hidden[lists.owners])
        tops.append(out.top)
        losses.append(out.loss)
    return np.concatenate(tops), np.concatenate(losses)


def scalar(shape, stretch, paths, inputs, nodes, *, sg, mean=True):
    """Sums of reference.pair over all pairs and paths; nothing is updated meanwhile."""
    d_inputs, d_nodes, loss = np.zeros(inputs.shape), np.zeros(nodes.shape), 0.0
    inputs, nodes = inputs.astype(float), nodes.astype(float)
    for i in range(shape.halo, len(stretch.ids) - shape.halo):
        context = [j for j in range(i - int(stretch.left[i]), i + int(stretch.right[i]) + 1) if j != i]
        words = stretch.ids[context]
        if sg:
            predictions = [([word], inputs[word], 1.0) for word in words]
        else:
            n = max(len(words), 1)
            predictions = [(words, inputs[words].sum(axis=0) / (n if mean else 1), 1 if mean else 1 / n)]
        for targets, x, share in predictions if len(words) else []:
            for node, code in path_of(paths, stretch.ids[i]):
                residual, pair_loss = reference.pair(float(x @ nodes[node]), 1 - code)
                np.add.at(d_inputs, targets, share * residual * nodes[node])
                d_nodes[node] += residual * x
                loss += pair_loss
    return d_inputs, d_nodes, loss


def kernel_of(kind, shape, group_shape, tree, dimensions=7):
    dtype = np.dtype(np.int8)
    if kind == "skipgram":
        return SkipGramPaths(group_shape, dimensions, dtype, tree)
    return CbowPaths(shape, ListShape(group_shape.top, 20), dimensions, dtype, tree, kind == "cbow mean")


@pytest.mark.parametrize("shape, group_shape", CASES)
@pytest.mark.parametrize("kind", ["skipgram", "cbow mean", "cbow sum"])
def test_kernels_equal_the_sum_of_their_scalar_pairs(shape, group_shape, kind):
    stretch, lower, tree, paths, inputs, nodes = make_case(kind, shape, group_shape)
    nodes *= 0.9  # some pairs saturate, most do not
    expected = scalar(shape, stretch, paths, inputs, nodes, sg=kind == "skipgram", mean=kind == "cbow mean")
    got = run(kernel_of(kind, shape, group_shape, tree), stretch, lower, inputs, nodes)
    assert np.abs(expected[0]).max() > 1
    for mine, reference_value in zip(got, expected):
        np.testing.assert_allclose(mine, reference_value, rtol=2e-5, atol=2e-4)


@pytest.mark.parametrize("kind", ["skipgram", "cbow sum"])
def test_updates_descend_the_stated_loss(kind):
    """Minus the updates of the nodes (for skip-gram also of the inputs) are the loss's gradient by differences."""
    shape, group_shape = CASES[0]
    stretch, lower, tree, paths, inputs, nodes = make_case(kind, shape, group_shape, seed=4)
    inputs, nodes = inputs / 4, nodes / 4
    got = run(kernel_of(kind, shape, group_shape, tree), stretch, lower, inputs, nodes)

    def slope(which, row, column, step=1e-6):
        values = []
        for change in (step, -step):
            tables = [inputs.astype(float), nodes.astype(float)]
            tables[which][row, column] += change
            values.append(scalar(shape, stretch, paths, *tables, sg=kind == "skipgram", mean=False)[2])
        return (values[0] - values[1]) / (2 * step)

    for row, column in [(0, 0), (3, 2), (7, 6), (11, 1)]:
        assert got[1][row, column] == pytest.approx(-slope(1, row, column), rel=1e-3, abs=1e-4)
        if kind == "skipgram":
            assert got[0][row, column] == pytest.approx(-slope(0, row, column), rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("kind", ["skipgram", "cbow mean"])
def test_saturated_pairs_are_left_alone(kind):
    shape, group_shape = CASES[0]
    stretch, lower, tree, _, inputs, nodes = make_case(kind, shape, group_shape)
    inputs[:], nodes[:] = 1, 1  # every dot product is 7, beyond 6
    got = run(kernel_of(kind, shape, group_shape, tree), stretch, lower, inputs, nodes)
    assert not got[0].any()
    assert not got[1].any()
    assert got[2] > 100  # their loss is not ignored


@pytest.mark.parametrize("kind", ["skipgram", "cbow mean"])
def test_a_nan_weight_is_not_hidden_by_saturation(kind):
    shape, group_shape = CASES[0]
    stretch, lower, tree, _, inputs, nodes = make_case(kind, shape, group_shape)
    inputs[:, 0] = np.nan
    with np.errstate(invalid="ignore"):
        got = run(kernel_of(kind, shape, group_shape, tree), stretch, lower, inputs, nodes)
    assert np.isnan(got[1]).any()


@pytest.mark.parametrize("kind", ["skipgram", "cbow mean"])
def test_the_chunk_changes_no_bit(kind):
    shape, group_shape = BlockShape(4, 0, 2, 64, 64), GroupShape(3, 6, 2, 2, 2, 99, 64)
    stretch, lower, tree, _, inputs, nodes = make_case(kind, shape, group_shape, sentences=(40, 23, 31))
    results = [
        run(kernel_of(kind, shape, group_shape, tree), stretch, lower, inputs, nodes, chunk) for chunk in (64, 6, 2)
    ]
    for other in results[1:]:
        for one, same in zip(results[0], other):
            np.testing.assert_array_equal(one, same)
