"""Stretches for the kernels in blocks, and what these are to compute, pair by pair."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from npw2v.kernels import reference
from npw2v.kernels.blocks import BlockShape, Gradients
from npw2v.training.parts import Part, cut
from npw2v.training.sampling import Sampler

NEGATIVE = 5
SHAPES = [
    BlockShape(4, 6, 2, 8, 3),
    BlockShape(16, 32, 5, 8, 8),
    BlockShape(1, 3, 1, 8, 2),
    BlockShape(8, 4, 9, 8, 8),
    BlockShape(4, 6, 2, 8, 3, strips=2),
    BlockShape(32, 24, 5, 8, 8, strips=2),
    BlockShape(8, 4, 9, 8, 8, strips=2),
    BlockShape(4, 6, 2, 8, 6, strips=2, unit=3),
    BlockShape(32, 24, 5, 8, 8, strips=4, unit=2),
]


def room(layout, filling=99):
    """The arrays of a layout, full of what is to be overwritten."""
    return {name: np.full(size, filling, dtype) for name, (size, dtype) in layout.items()}


def make_stretch(shape, vocabulary=13, sentences=(7, 1, 12, 3, 20), seed=0):
    """A stretch of random sentences, with windows drawn by the sampler, and its tables."""
    rng = np.random.default_rng(seed)
    offsets = np.concatenate([[0], np.cumsum(sentences)])
    ids = rng.integers(0, vocabulary, size=offsets[-1]).astype(np.int32)
    noise = np.cumsum(np.full(vocabulary, 1 / vocabulary))
    window_dtype = np.int8 if shape.span < 127 else np.int32
    layout = Part.layout(shape, len(ids), window_dtype)
    part = Part.of(room(layout))
    sampler = Sampler(
        ids, offsets, cut(offsets, 4096), 4096, np.ones(vocabulary, np.float32), noise, shape, shape.halo, True, (seed,)
    )
    sampler.fill(0, 0, part)
    dimensions = 7
    tables = rng.normal(size=(2, vocabulary, dimensions)).astype(np.float32)
    return part.stretch.cut(shape, 0, int(part.sizes[1])), tables[0], tables[1]


def run(kernel, shape, stretch, inputs, outputs, with_loss=True):
    """The kernel's updates and loss, chunk after chunk."""
    blocks, d = stretch.blocks(shape), inputs.shape[1]
    out = Gradients(*room(Gradients.layout(replace(shape, blocks=blocks), d), np.nan).values())
    for start in range(0, blocks, shape.chunk):
        stop = min(start + shape.chunk, blocks)
        kernel.gradients(inputs, outputs, stretch.cut(shape, start, stop), out.cut(shape, start, stop), with_loss)
    d_inputs, d_outputs = np.zeros(inputs.shape), np.zeros(outputs.shape)
    add_inputs(d_inputs, shape, stretch, out.inputs)
    np.add.at(d_outputs, stretch.centers(shape), (out.centers * out.scales[..., None]).reshape(-1, d))
    np.add.at(d_outputs, stretch.noise, out.noise.reshape(-1, d))
    return d_inputs, d_outputs, out.loss.sum()


def add_inputs(table, shape, stretch, updates):
    """Add the updates (units, R, d) of what each unit sees, a unit after the other."""
    for unit in range(shape.units(stretch.blocks(shape))):
        seen = stretch.ids[unit * shape.centers : (unit + 1) * shape.centers + 2 * shape.halo]
        np.add.at(table, seen, updates[unit, : len(seen)])
        assert not updates[unit, len(seen) :].any()


def windows(shape, stretch):
    """(center position, its context positions), positions counted in the stretch's ids."""
    for i in range(shape.halo, len(stretch.ids) - shape.halo):
        reach = range(i - int(stretch.left[i]), i + int(stretch.right[i]) + 1)
        yield i, [j for j in reach if j != i]


def block_noise(shape, stretch, position):
    block = (position - shape.halo) // shape.size
    return stretch.noise[block * shape.noise : (block + 1) * shape.noise]


def scalar_skipgram(shape, stretch, inputs, outputs):
    """Sum of reference.pair over all pairs, each with its noise words weighted k/M; nothing is updated meanwhile."""
    d_inputs, d_outputs, loss = np.zeros(inputs.shape), np.zeros(outputs.shape), 0.0
    inputs, outputs = inputs.astype(float), outputs.astype(float)

    def add(x, z, label, weight):
        nonlocal loss
        residual, pair_loss = reference.pair(float(inputs[x] @ outputs[z]), label)
        d_inputs[x] += weight * residual * outputs[z]
        d_outputs[z] += weight * residual * inputs[x]
        loss += weight * pair_loss

    for i, context in windows(shape, stretch):
        center = stretch.ids[i]
        for j in context:
            add(stretch.ids[j], center, 1, 1.0)
            for z in block_noise(shape, stretch, j):
                if z != center:
                    add(stretch.ids[j], z, 0, NEGATIVE / shape.noise)
    return d_inputs, d_outputs, loss


def scalar_cbow(shape, stretch, inputs, outputs, mean, exact=False):
    """As scalar_skipgram, for CBOW."""
    d_inputs, d_outputs, loss = np.zeros(inputs.shape), np.zeros(outputs.shape), 0.0
    inputs, outputs = inputs.astype(float), outputs.astype(float)
    for i, context in windows(shape, stretch):
        if not context:
            continue
        words, center = stretch.ids[context], stretch.ids[i]
        h = inputs[words].sum(axis=0) / (len(words) if mean else 1)
        error = np.zeros_like(h)
        noise = [(z, 0, NEGATIVE / shape.noise) for z in block_noise(shape, stretch, i) if z != center]
        for z, label, weight in [(center, 1, 1.0), *noise]:
            residual, pair_loss = reference.pair(float(h @ outputs[z]), label)
            error += weight * residual * outputs[z]
            d_outputs[z] += weight * residual * h
            loss += weight * pair_loss
        np.add.at(d_inputs, words, error if mean and not exact else error / len(words))
    return d_inputs, d_outputs, loss


def numeric_gradient(loss, table, row, column, step=1e-6):
    table = table.astype(float)
    values = []
    for change in (step, -step):
        moved = table.copy()
        moved[row, column] += change
        values.append(loss(moved))
    return (values[0] - values[1]) / (2 * step)
