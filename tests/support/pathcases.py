"""Trees, and stretches with the paths of their centers, for the kernels of hierarchical softmax; and their pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from npw2v.kernels import reference
from npw2v.kernels.blocks import BlockShape
from npw2v.kernels.paths import GroupGradients, GroupShape, ListGradients, ListShape
from npw2v.training.parts import Part, cut
from npw2v.training.paths import Grouper, Lister
from npw2v.training.sampling import Sampler
from npw2v.vocabulary.huffman import cut_tree, huffman_paths
from tests.support.blockcases import add_inputs, room

CASES = [
    (BlockShape(4, 0, 2, 8, 3), GroupShape(3, 6, 2, 2, 2, 99, 4)),
    (BlockShape(16, 0, 5, 8, 8), GroupShape(9, 16, 4, 5, 3, 99, 3)),
    (BlockShape(1, 0, 1, 8, 2), GroupShape(2, 8, 12, 1, 4, 99, 8)),
    (BlockShape(8, 0, 3, 8, 3, strips=2), GroupShape(5, 8, 4, 3, 2, 99, 4)),
]


def path_of(paths, word):
    """The inner nodes of a word's path from the root on, and the branches taken there."""
    place = slice(paths.offsets[word], paths.offsets[word + 1])
    return list(zip(paths.points[place].tolist(), paths.codes[place].tolist()))


def make_case(kind, shape, group_shape, sentences=(7, 1, 12, 3, 20), vocabulary=13, seed=0):
    """A stretch of random sentences with the paths of its centers, the tree, and tables."""
    rng = np.random.default_rng(seed)
    paths = huffman_paths(rng.integers(1, 50, size=vocabulary))
    tree = cut_tree(paths, group_shape.top)
    offsets = np.concatenate([[0], np.cumsum(sentences)])
    ids = rng.integers(0, vocabulary, size=offsets[-1]).astype(np.int32)
    if kind == "skipgram":
        layout = Part.layout(shape, len(ids), np.int8, group_shape, len(ids))
        part, writer = Part.of(room(layout), group_shape), Grouper(group_shape, tree)
    else:
        lists = ListShape(group_shape.top, 20)
        layout = Part.layout(shape, len(ids), np.int8, lists, 20 * len(ids))
        part, writer = Part.of(room(layout), lists), Lister(tree)
    sampler = Sampler(
        *(ids, offsets, cut(offsets, 4096), 4096, np.ones(vocabulary, np.float32), np.ones(1)),
        *(shape, shape.halo, True, (seed,), kind == "skipgram", writer),
    )
    sampler.fill(0, 0, part)
    last = part.bounds[part.sizes[3], 1]
    inputs, nodes = rng.normal(size=(2, vocabulary, 7)).astype(np.float32)
    return part.stretch.cut(shape, 0, int(part.sizes[1])), part.paths.cut(0, last), tree, paths, inputs, nodes


def run_groups(kernel, stretch, groups, inputs, nodes, chunk=None):
    """The updates and the loss of skip-gram's kernel, chunk after chunk."""
    shape, d = kernel.shape, inputs.shape[1]
    chunk = chunk or shape.chunk // shape.run * shape.run
    out = GroupGradients(**room(GroupGradients.layout(replace(shape, groups=len(groups)), d), np.nan))
    for start in range(0, len(groups), chunk):
        stop = min(start + chunk, len(groups))
        cut = out.cut(shape, start, stop)
        kernel.gradients(inputs, nodes, stretch, groups.cut(start, stop), cut, with_loss=True)
    d_inputs, d_nodes = np.zeros(inputs.shape), np.zeros(nodes.shape)
    seen = stretch.ids.take(groups.positions(shape), mode="clip")
    np.add.at(d_inputs, seen.reshape(-1), out.inputs.reshape(-1, d))
    np.add.at(d_nodes, groups.nodes.reshape(-1), out.nodes.reshape(-1, d))
    add_top(d_nodes, out.top)
    return d_inputs, d_nodes, out.loss.sum()


def run_lists(kernel, stretch, paths, inputs, nodes, chunk=None):
    """The updates and the loss of CBOW's kernel, chunk after chunk."""
    shape, d, blocks = kernel.shape, inputs.shape[1], stretch.blocks(kernel.shape)
    chunk = chunk or shape.blocks
    d_inputs, d_nodes, tops, losses = np.zeros(inputs.shape), np.zeros(nodes.shape), [], []
    for start in range(0, blocks, chunk):
        stop = min(start + chunk, blocks)
        lists, piece = paths.cut(start * shape.size, stop * shape.size), stretch.cut(shape, start, stop)
        out = ListGradients(**room(ListGradients.layout(replace(shape, blocks=stop - start), kernel.lists, d), np.nan))
        out = out._replace(coefficients=out.coefficients[: len(lists.nodes)])
        kernel.gradients(inputs, nodes, piece, lists, out, with_loss=True)
        add_inputs(d_inputs, shape, piece, out.inputs)
        np.add.at(d_nodes, lists.nodes, out.coefficients[:, None] * out.hidden[lists.owners])
        tops.append(out.top)
        losses.append(out.loss)
    add_top(d_nodes, np.concatenate(tops))
    return d_inputs, d_nodes, np.concatenate(losses).sum()


def add_top(nodes, top):
    """Add the updates of the top, of all runs or blocks."""
    first = len(nodes) - 1 - top.shape[1]
    nodes[first : first + top.shape[1]] += top.sum(axis=0)


def scalar(shape, stretch, paths, inputs, nodes, *, sg, mean=True, exact=False):
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
            predictions = [(words, inputs[words].sum(axis=0) / (n if mean else 1), 1 if mean and not exact else 1 / n)]
        for targets, x, share in predictions if len(words) else []:
            for node, code in path_of(paths, stretch.ids[i]):
                residual, pair_loss = reference.pair(float(x @ nodes[node]), 1 - code)
                np.add.at(d_inputs, targets, share * residual * nodes[node])
                d_nodes[node] += residual * x
                loss += pair_loss
    return d_inputs, d_nodes, loss


def numeric_slope(which, row, column, shape, stretch, paths, inputs, nodes, *, sg, mean=False, step=1e-6):
    """The slope of the loss by one number of the inputs (0) or of the nodes (1)."""
    values = []
    for change in (step, -step):
        tables = [inputs.astype(float), nodes.astype(float)]
        tables[which][row, column] += change
        values.append(scalar(shape, stretch, paths, *tables, sg=sg, mean=mean)[2])
    return (values[0] - values[1]) / (2 * step)
