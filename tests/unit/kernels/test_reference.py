"""The kernels that update one pair after the other, against the formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from npw2v.kernels import reference


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


def test_reference_cbow_descends_its_loss_if_it_is_exact():
    """By central differences: of a center whose window has a word twice, with a noise word and on a path of nodes."""
    inputs, outputs, nodes = np.random.default_rng(5).normal(size=(3, 4, 3))
    sentence, reach, alpha = [1, 0, 1, 2], [0, 0, 2, 0], 0.1

    def objectives(outputs, nodes, alpha):
        points, codes = [[], [2, 0], [], []], [[], [0, 1], [], []]
        return [
            reference.hierarchical_softmax(nodes, points, codes, alpha),
            reference.negative_sampling(outputs, lambda center: [3] if center == 1 else [], alpha),
        ]

    def loss(inputs):
        return sum(reference.cbow(inputs, sentence, reach, objectives(outputs.copy(), nodes.copy(), 0.0))[0])

    slopes = np.empty_like(inputs)
    for place in np.ndindex(inputs.shape):
        step = np.zeros_like(inputs)
        step[place] = 1e-6
        slopes[place] = (loss(inputs + step) - loss(inputs - step)) / 2e-6
    moved = inputs.copy()
    for objective in objectives(outputs.copy(), nodes.copy(), alpha):  # each from the same state
        some = inputs.copy()
        reference.cbow(some, sentence, reach, [objective], exact=True)
        moved += some - inputs
    assert np.abs(slopes).max() > 0.1
    np.testing.assert_allclose(moved - inputs, -alpha * slopes, atol=1e-8)


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
