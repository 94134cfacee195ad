"""The block kernels against the scalar reference and against finite differences of the stated loss."""

from __future__ import annotations

import math
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec

import numpy as np
import pytest

from npw2v.kernels import reference, scatter
from npw2v.kernels.blocks import BlockShape, Gradients, Stretch
from npw2v.kernels.cbow import Cbow
from npw2v.kernels.damping import Damping, damp
from npw2v.kernels.scatter import scatter_add, scatter_products, sum_products
from npw2v.kernels.skipgram import SkipGram
from npw2v.training.parts import Part, Sampler, cut

NEGATIVE = 5
SHAPES = [
    BlockShape(4, 6, 2, 8, 3),
    BlockShape(16, 32, 5, 8, 8),
    BlockShape(1, 3, 1, 8, 2),
    BlockShape(8, 4, 9, 8, 8),
    BlockShape(4, 6, 2, 8, 3, halves=2),
    BlockShape(32, 24, 5, 8, 8, halves=2),
    BlockShape(8, 4, 9, 8, 8, halves=2),
]


def make_stretch(shape, vocabulary=13, sentences=(7, 1, 12, 3, 20), seed=0):
    """A stretch of random sentences, with windows drawn by the sampler, and its tables."""
    rng = np.random.default_rng(seed)
    offsets = np.concatenate([[0], np.cumsum(sentences)])
    ids = rng.integers(0, vocabulary, size=offsets[-1]).astype(np.int32)
    noise = np.cumsum(np.full(vocabulary, 1 / vocabulary))
    window_dtype = np.int8 if shape.span < 127 else np.int32
    layout = Part.layout(shape, len(ids), window_dtype)
    part = Part.of({name: np.full(size, 99, dtype) for name, (size, dtype) in layout.items()})
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
    out = Gradients(
        np.full((blocks, shape.span, d), np.nan, np.float32),
        np.full((blocks, shape.size, d), np.nan, np.float32),
        np.full((blocks, shape.size), np.nan, np.float32),
        np.full((blocks, shape.noise, d), np.nan, np.float32),
        np.full(blocks, np.nan),
    )
    for start in range(0, blocks, shape.chunk):
        stop = min(start + shape.chunk, blocks)
        kernel.gradients(inputs, outputs, stretch.cut(shape, start, stop), out.cut(start, stop), with_loss)
    d_inputs, d_outputs = np.zeros(inputs.shape), np.zeros(outputs.shape)
    np.add.at(d_inputs, stretch.inputs(shape), out.inputs.reshape(-1, d))
    np.add.at(d_outputs, stretch.centers(shape), (out.centers * out.scales[..., None]).reshape(-1, d))
    np.add.at(d_outputs, stretch.noise, out.noise.reshape(-1, d))
    return d_inputs, d_outputs, out.loss.sum()


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


def scalar_cbow(shape, stretch, inputs, outputs, mean):
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
        np.add.at(d_inputs, words, error if mean else error / len(words))
    return d_inputs, d_outputs, loss


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", [0, 1])
def test_skipgram_equals_the_sum_of_its_scalar_pairs(shape, seed):
    stretch, inputs, outputs = make_stretch(shape, seed=seed)
    kernel = SkipGram(shape, inputs.shape[1], NEGATIVE, stretch.left.dtype)
    expected = scalar_skipgram(shape, stretch, inputs, outputs)
    got = run(kernel, shape, stretch, inputs, outputs)
    assert np.abs(expected[0]).max() > 1
    for mine, reference_value in zip(got, expected):
        np.testing.assert_allclose(mine, reference_value, rtol=2e-5, atol=2e-4)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("mean", [True, False])
def test_cbow_equals_the_sum_of_its_scalar_pairs(shape, mean):
    stretch, inputs, outputs = make_stretch(shape)
    kernel = Cbow(shape, inputs.shape[1], NEGATIVE, stretch.left.dtype, mean)
    expected = scalar_cbow(shape, stretch, inputs, outputs, mean)
    got = run(kernel, shape, stretch, inputs, outputs)
    for mine, reference_value in zip(got, expected):
        np.testing.assert_allclose(mine, reference_value, rtol=2e-5, atol=2e-4)


@pytest.mark.parametrize("kernel_class", [SkipGram, Cbow])
@pytest.mark.parametrize("shape", SHAPES)
def test_updates_are_the_same_without_the_loss(kernel_class, shape):
    stretch, inputs, outputs = make_stretch(shape)
    kernel = kernel_class(shape, inputs.shape[1], NEGATIVE, stretch.left.dtype)
    expected = run(kernel, shape, stretch, inputs, outputs)
    got = run(kernel, shape, stretch, inputs, outputs, with_loss=False)
    assert np.isnan(got[2])
    for mine, with_loss in zip(got[:2], expected):
        np.testing.assert_array_equal(mine, with_loss)


def numeric_gradient(loss, table, row, column, step=1e-6):
    table = table.astype(float)
    values = []
    for change in (step, -step):
        moved = table.copy()
        moved[row, column] += change
        values.append(loss(moved))
    return (values[0] - values[1]) / (2 * step)


@pytest.mark.parametrize("kind", ["skipgram", "cbow"])
def test_updates_descend_the_stated_loss(kind):
    """Minus the updates are the gradient of the loss, by central differences (small weights: no pair saturates).

    For CBOW this holds for the output rows; what its input rows get is gensim's rule and not a gradient.
    """
    shape = SHAPES[0]
    stretch, inputs, outputs = make_stretch(shape, seed=3)
    inputs, outputs = inputs / 4, outputs / 4
    if kind == "skipgram":
        kernel = SkipGram(shape, inputs.shape[1], NEGATIVE, stretch.left.dtype)
        loss = scalar_skipgram
    else:
        kernel = Cbow(shape, inputs.shape[1], NEGATIVE, stretch.left.dtype, True)

        def loss(*args):
            return scalar_cbow(*args, True)

    d_inputs, d_outputs, _ = run(kernel, shape, stretch, inputs, outputs)
    for row, column in [(0, 0), (3, 2), (7, 6), (12, 1)]:
        slope = numeric_gradient(lambda table: loss(shape, stretch, inputs, table)[2], outputs, row, column)
        assert d_outputs[row, column] == pytest.approx(-slope, rel=1e-3, abs=1e-4)
        if kind == "skipgram":
            slope = numeric_gradient(lambda table: loss(shape, stretch, table, outputs)[2], inputs, row, column)
            assert d_inputs[row, column] == pytest.approx(-slope, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("kernel_class", [SkipGram, Cbow])
def test_saturated_pairs_are_left_alone(kernel_class):
    shape = SHAPES[0]
    stretch, inputs, outputs = make_stretch(shape)
    inputs[:], outputs[:] = 1, 1  # every dot product is 7, beyond 6
    got = run(kernel_class(shape, 7, NEGATIVE, stretch.left.dtype), shape, stretch, inputs, outputs)
    assert not got[0].any()
    assert not got[1].any()
    assert got[2] > 100  # their loss is not ignored


@pytest.mark.parametrize("kernel_class", [SkipGram, Cbow])
def test_a_word_alone_in_its_sentence_trains_nothing(kernel_class):
    shape = SHAPES[0]
    stretch, inputs, outputs = make_stretch(shape, sentences=(1,) * 9)
    got = run(kernel_class(shape, 7, NEGATIVE, stretch.left.dtype), shape, stretch, inputs, outputs)
    assert not got[0].any()
    assert not got[1].any()
    assert got[2] == 0


def test_a_nan_weight_is_not_hidden_by_saturation():
    shape = SHAPES[0]
    stretch, inputs, outputs = make_stretch(shape)
    inputs[:, 0] = np.nan
    with np.errstate(invalid="ignore"):
        got = run(SkipGram(shape, 7, NEGATIVE, stretch.left.dtype), shape, stretch, inputs, outputs)
    assert np.isnan(got[1]).any()


def test_cutting_a_stretch_changes_no_bit():
    whole = BlockShape(4, 6, 2, 64, 64)
    stretch, inputs, outputs = make_stretch(whole, sentences=(40, 23, 31))
    results = []
    for chunk in (64, 5, 1):
        shape = BlockShape(4, 6, 2, 64, chunk)
        kernel = SkipGram(shape, 7, NEGATIVE, stretch.left.dtype)
        results.append(run(kernel, shape, stretch, inputs, outputs))
    for other in results[1:]:
        for one, same in zip(results[0], other):
            np.testing.assert_array_equal(one, same)


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize("count", [1, 3])
def test_scatter_add_adds_in_order(monkeypatch, public, count):
    rng = np.random.default_rng(5)
    rows = rng.integers(0, 9, size=200).astype(np.int32)
    gradients, scales = rng.normal(size=(200, 6)).astype(np.float32), rng.random(200, dtype=np.float32)
    table = rng.normal(size=(9, 6)).astype(np.float32)
    expected = table.copy()
    for row, gradient, scale in zip(rows, gradients, scales):
        expected[row] += scale * gradient
    if public:
        monkeypatch.setattr(scatter, "csc_matvecs", None)
    for index in range(count + 1):  # one more than there are shares
        scatter_add(table, rows, gradients, scales, (index, count))
    np.testing.assert_allclose(table, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize("count", [1, 3])
def test_products_are_scattered_and_summed(monkeypatch, public, count):
    rng = np.random.default_rng(6)
    owners = np.sort(rng.integers(0, 30, size=200))
    starts = np.searchsorted(owners, np.arange(31)).astype(np.int32)
    rows, scales = rng.integers(0, 9, size=200).astype(np.int32), rng.random(200, dtype=np.float32)
    table, vectors = (rng.normal(size=(n, 6)).astype(np.float32) for n in (9, 30))
    expected, sums = table.copy(), np.zeros((30, 6))
    for row, scale, owner in zip(rows, scales, owners):
        expected[row] += scale * vectors[owner]
        sums[owner] += scale * table[row]
    if public:
        monkeypatch.setattr(scatter, "csc_matvecs", None)
        monkeypatch.setattr(scatter, "csr_matvecs", None)
    found = np.full((30, 6), np.nan, np.float32)
    sum_products(starts, scales, table[rows], np.arange(200, dtype=np.int32), found)
    np.testing.assert_allclose(found, sums, rtol=1e-5, atol=1e-6)
    for index in range(count + 1):
        scatter_products(table, starts, rows, scales, vectors, (index, count))
    np.testing.assert_allclose(table, expected, rtol=1e-5, atol=1e-6)


def test_the_private_products_of_scipy_are_there():
    assert scatter.csc_matvecs is not None, "SciPy moved its sparse products: the slow public fallback is in use"
    assert scatter.csr_matvecs is not None


def test_damping_is_alpha_for_one_update_and_bounded_for_many():
    slope, alpha = 0.25, 0.025
    damping = Damping(4)
    rows = np.array([0, 1, 1, 2], np.int32)
    damping.count(rows, np.array([1, 1, 2, 1e6], np.float32))
    rates = np.empty(4, np.float32)
    damping.counted(np.array([0, 1, 2, 3], np.int32), rates)
    assert rates.tolist() == [1, 3, 1e6, 0]
    damp(rates, slope, np.full(4, alpha, np.float32))
    for rate, updates in zip(rates, (1, 3, 1e6, 0)):
        one_by_one = sum((1 - alpha * slope) ** i for i in range(int(min(updates, 1e4)))) / max(updates, 1)
        assert rate == pytest.approx(alpha * one_by_one if updates else alpha, rel=0.02)
    assert rates[2] * 1e6 == pytest.approx(1 / slope, rel=1e-3)
    damping.forget(rows)
    damping.counted(rows, rates)
    assert not rates.any()


def test_steps_counted_at_once_are_counted_apart():
    rng = np.random.default_rng(3)
    damping, alone = Damping(500), Damping(500)
    rows, updates = rng.integers(0, 500, 90).astype(np.int32), rng.random(90, dtype=np.float32)
    steps = np.repeat(np.arange(3, dtype=np.int32), 30)
    places, together = damping.places(rows, steps), np.empty(90, np.float32)
    assert damping.steps > 3
    damping.count(places, updates)
    damping.counted(places, together)
    for step in range(3):
        own, each = rows[steps == step], np.empty(30, np.float32)
        alone.count(own, updates[steps == step])
        alone.counted(own, each)
        alone.forget(own)
        np.testing.assert_array_equal(together[steps == step], each)
    damping.forget(places)
    damping.counted(places, together)
    assert not together.any()


def test_a_large_table_counts_one_step_at_a_time():
    damping, rows = Damping(100_000), np.array([5, 99_999], np.int32)
    assert damping.steps == 1
    np.testing.assert_array_equal(damping.places(rows, np.zeros(2, np.int32)), rows)


def test_reference_prediction_moves_the_target_closer_and_the_noise_away():
    x, outputs = np.array([1.0, 0.0]), np.array([[0.1, 0.2], [0.3, -0.1], [0.0, 0.4]])
    before = outputs @ x
    error, losses = reference.negative_sampling(outputs, lambda center: [1, 0, 1], alpha=0.1)(x, 0)
    after = outputs @ x
    assert after[0] > before[0]
    assert after[1] < before[1]
    assert after[2] == before[2]
    first, second = (1 / (1 + math.exp(-dot)) for dot in (0.3, 0.3 - 0.1 / (1 + math.exp(-0.3))))
    expected = [-math.log(1 / (1 + math.exp(-0.1))), -math.log(1 - first), -math.log(1 - second)]
    assert losses == pytest.approx(expected)
    assert error.shape == (2,)


def test_reference_skips_a_noise_word_that_is_the_target():
    outputs = np.zeros((2, 2))
    error, losses = reference.negative_sampling(outputs, lambda center: [0, 0], alpha=1.0)(np.ones(2), 0)
    assert losses == pytest.approx([math.log(2)])
    np.testing.assert_allclose(outputs, [[0.5, 0.5], [0, 0]])
    assert not error.any()


@pytest.mark.parametrize("mean", [True, False])
def test_reference_cbow_spreads_the_error_as_gensim_does(mean):
    inputs, outputs = np.eye(3), np.array([[0.2, 0.1, 0.0], [0.5, -0.5, 0.5], [0.0, 0.3, 0.1]])
    start, was = inputs.copy(), outputs.copy()
    objective = reference.negative_sampling(outputs, lambda center: [], 0.1)
    losses, predictions = reference.cbow(inputs, [0, 1, 2], [0, 1, 0], [objective], cbow_mean=mean)
    h = (start[0] + start[2]) / (2 if mean else 1)
    error = 0.1 * (1 - 1 / (1 + math.exp(-h @ was[1]))) * was[1]
    assert predictions == len(losses) == 3
    assert losses[0] == losses[2] == math.log(2), "an empty window predicts from zero"
    for word in (0, 2):
        np.testing.assert_allclose(inputs[word], start[word] + (error if mean else error / 2))
    np.testing.assert_array_equal(inputs[1], start[1])


def test_reference_skipgram_counts_pairs():
    inputs, outputs = np.full((4, 3), 0.1), np.full((4, 3), 0.1)
    objective = reference.negative_sampling(outputs, lambda center: [0], 0.05)
    _, pairs = reference.skipgram(inputs, [0, 1, 2, 3], [1, 2, 1, 2], [objective])
    assert pairs == 1 + 3 + 2 + 2


def test_reference_hierarchy_descends_its_loss():
    """Minus the updates are the gradient of the path's loss, for the input; the nodes are moved one after the other."""
    rng = np.random.default_rng(2)
    nodes, x, points, codes = rng.normal(size=(4, 3)), rng.normal(size=3), [[3, 1, 0]], [[0, 1, 1]]

    def loss(x):
        signs = 1 - 2 * np.array(codes[0])
        return np.log1p(np.exp(-signs * (nodes[points[0]] @ x))).sum()

    slopes = [(loss(x + step) - loss(x - step)) / 2e-6 for step in np.eye(3) * 1e-6]
    was = nodes.copy()
    expected = loss(x)
    error, losses = reference.hierarchical_softmax(nodes, points, codes, 0.5)(x, 0)
    np.testing.assert_allclose(error, -0.5 * np.array(slopes), rtol=1e-6)
    assert sum(losses) == pytest.approx(expected)
    np.testing.assert_array_equal(nodes[2], was[2])
    for node, code in zip(points[0], codes[0]):
        residual, _ = reference.pair(float(was[node] @ x), 1 - code)
        np.testing.assert_allclose(nodes[node], was[node] + 0.5 * residual * x)


@pytest.mark.parametrize("kind", [reference.skipgram, reference.cbow])
def test_reference_lock_factors_scale_the_updates(kind):
    moves = []
    for lockf in ([1.0], [0.0], [0.5], [0.0, 1.0, 0.5]):
        inputs, outputs = np.eye(3) / 2, np.ones((3, 3)) / 4
        kind(inputs, [0, 1], [1, 1], [reference.negative_sampling(outputs, lambda center: [2], 0.1)], lockf)
        moves.append(inputs - np.eye(3) / 2)
    assert moves[0][:2].any()
    assert not moves[1].any()
    np.testing.assert_allclose(moves[2][0], moves[0][0] / 2, rtol=0.1)
    assert not moves[3][0].any()
    assert moves[3][1].any()


def test_stretch_views():
    shape = BlockShape(2, 3, 1, 4, 4)
    ids = np.arange(10, dtype=np.int32)
    zeros = np.zeros(10, np.int8)
    stretch = Stretch(ids, zeros, zeros, *np.zeros((2, 8), np.float32), np.arange(12, dtype=np.int32))
    assert stretch.blocks(shape) == 4
    assert stretch.centers(shape).tolist() == list(range(1, 9))
    assert stretch.inputs(shape).tolist() == [0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7, 8, 9]
    part = stretch.cut(shape, 1, 3)
    assert part.ids.tolist() == [2, 3, 4, 5, 6, 7]
    assert part.noise.tolist() == [3, 4, 5, 6, 7, 8]


def test_scipys_sparse_products_are_loaded_without_the_package_around_them():
    program = """
import sys
import numpy as np
from npw2v.kernels import scatter
assert "scipy.sparse" not in sys.modules and scatter.csc_matvecs is not None
table = np.zeros((3, 2), np.float32)
rows, ones = np.array([2, 0, 2], np.int32), np.ones((3, 2), np.float32)
scatter.scatter_add(table, rows, ones, np.array([1, 2, 3], np.float32))
import scipy.sparse  # afterwards, and both go on working
assert (scipy.sparse.csc_array(np.eye(3)) @ np.ones(3) == 1).all()
scatter.scatter_add(table, rows, ones, np.array([1, 2, 3], np.float32))
print(table.tolist(), scatter._sparsetools() is sys.modules["scipy.sparse._sparsetools"])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[[4.0, 4.0], [0.0, 0.0], [8.0, 8.0]] True\n", done.stderr


@pytest.mark.parametrize("found", [None, ModuleSpec("scipy", None), ModuleSpec("scipy", None, is_package=True)])
def test_without_scipys_sparse_products_there_are_none(monkeypatch, found, tmp_path):
    """Not an error: NumPy's own addition takes their place."""
    if found is not None and found.submodule_search_locations is not None:
        (tmp_path / "sparse").mkdir()
        (tmp_path / "sparse" / f"_sparsetools{EXTENSION_SUFFIXES[0]}").write_bytes(b"not a library")
        found.submodule_search_locations.append(str(tmp_path))
    monkeypatch.delitem(sys.modules, "scipy.sparse._sparsetools", raising=False)
    monkeypatch.setattr(scatter, "find_spec", lambda name: found)
    assert scatter._sparsetools() is None
