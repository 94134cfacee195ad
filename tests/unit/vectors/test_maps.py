"""Maps of many vectors: against sums over all pairs, and by which neighbours stay neighbours."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.vectors.maps import _Grid, neighbour_graph, neighbour_map
from npw2v.watch import watching


@pytest.fixture(scope="module")
def groups():
    """Three hundred vectors in six groups, and the group of each."""
    generator = np.random.default_rng(1)
    group = generator.integers(6, size=300)
    centres = generator.normal(size=(6, 20))
    return (centres[group] + 0.3 * generator.normal(size=(300, 20))).astype(np.float32), group


def nearest(points, count):
    distances = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    return np.argsort(distances, axis=1)[:, :count]


@pytest.mark.parametrize("spread", [0.01, 3.0, 40.0])
def test_repulsion_is_the_sum_over_all_pairs(spread):
    place = np.random.default_rng(2).normal(size=(400, 2)) * spread
    apart = place[:, None] - place[None]
    closeness = 1 / (1 + (apart**2).sum(axis=2))
    np.fill_diagonal(closeness, 0)
    expected = (closeness[..., None] ** 2 * apart).sum(axis=1) / closeness.sum()
    error = np.linalg.norm(_Grid().repulsion(place) - expected)
    assert error < 0.07 * np.linalg.norm(expected)


def test_a_grid_follows_points_that_spread_and_shrink():
    place = np.random.default_rng(3).normal(size=(100, 2))
    grid = _Grid()
    for scale in (1.0, 30.0, 2.0):
        np.testing.assert_allclose(grid.repulsion(scale * place), _Grid().repulsion(scale * place), atol=3e-4)


def test_the_graph_has_an_edge_for_each_way_of_being_near(groups):
    vectors, _ = groups
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    near = nearest(units, 5)
    expected = np.zeros((300, 300))
    expected[np.arange(300)[:, None], near] = 1 / (2 * 300 * 5)
    np.testing.assert_allclose(neighbour_graph(vectors, 5).toarray(), expected + expected.T)


def test_neighbours_stay_neighbours(groups):
    vectors, group = groups
    near = nearest(neighbour_map(vectors), 5)
    assert (group[near] == group[:, None]).mean() > 0.98


def test_the_same_vectors_give_the_same_map_and_steps_are_told(groups):
    vectors, _ = groups
    steps = []
    with watching("steps", steps.append):
        first = neighbour_map(vectors, steps=20)
    assert steps == [1] * 20
    np.testing.assert_array_equal(first, neighbour_map(vectors, steps=20))


def test_a_map_starts_where_it_is_told_to(groups):
    vectors, _ = groups
    first = neighbour_map(vectors)
    second = neighbour_map(vectors + 0.01, start=first)
    correlation = np.corrcoef(first[:, 0], second[:, 0])[0, 1]
    assert correlation > 0.8


@pytest.mark.parametrize(
    "vectors",
    [np.eye(3), np.ones((4, 2)), np.zeros((5, 3)), np.arange(6.0)[:, None], np.eye(40, 3)],
    ids=["three", "alike", "zeros", "one dimension", "mostly zeros"],
)
def test_odd_vectors_have_a_map(vectors):
    place = neighbour_map(vectors.astype(np.float32), steps=50)
    assert place.shape == (len(vectors), 2)
    assert np.isfinite(place).all()
