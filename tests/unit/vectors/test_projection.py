"""Points laid out in the plane: principal components and neighbourhoods."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.vectors import projection
from npw2v.watch import watching


def clouds(count: int, size: int, seed: int = 0) -> np.ndarray:
    """Return `count` groups of points far apart, one after the other."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(count, 1, 20)) * 3
    return (centres + random.normal(size=(count, size, 20)) * 0.3).reshape(-1, 20)


def test_principal_components_are_those_of_the_covariance():
    points = np.random.default_rng(1).normal(size=(50, 4)) * [3.0, 1.0, 0.5, 0.1]
    found = projection.principal_components(points)
    variances = np.sort(np.linalg.eigvalsh(np.cov(points.T)))[::-1][:2]
    np.testing.assert_allclose(np.cov(found.T), np.diag(variances), atol=1e-9)
    assert (found[np.abs(found).argmax(axis=0), [0, 1]] > 0).all()


def test_principal_components_do_not_depend_on_the_sign_of_the_singular_vectors():
    points = np.random.default_rng(1).normal(size=(9, 4))
    np.testing.assert_allclose(projection.principal_components(points), projection.principal_components(points + 7.0))


def test_neighbours_stay_neighbours():
    points = clouds(count=6, size=12)
    group = np.repeat(np.arange(6), 12)
    place = projection.neighbourhoods(points, perplexity=8)
    distances = np.linalg.norm(place[:, None] - place, axis=2)
    np.fill_diagonal(distances, np.inf)
    assert place.shape == (72, 2)
    assert (group[distances.argmin(axis=1)] == group).all()
    np.testing.assert_array_equal(place, projection.neighbourhoods(points, perplexity=8))


def test_many_neighbours_stay_neighbours_on_the_grid():
    points = clouds(count=12, size=45)
    assert len(points) > projection.FEW
    place = projection.neighbourhoods(points, steps=150)
    near, _ = projection.nearest_neighbours(place, 1)
    group = np.repeat(np.arange(12), 45)
    assert (group[near[:, 0]] == group).all()
    np.testing.assert_array_equal(place, projection.neighbourhoods(points, steps=150))


def test_a_map_starts_where_it_is_told_to_and_tells_its_steps():
    points = np.random.default_rng(4).normal(size=(60, 5)) + 8 * np.eye(5)[np.arange(60) % 3]
    steps = []
    with watching("steps", steps.append):
        first = projection.neighbourhoods(points, steps=200)
    assert steps == [1] * 200
    again = projection.neighbourhoods(points + 0.01, steps=200, start=-first)
    assert np.corrcoef(again[:, 0], -first[:, 0])[0, 1] > 0.8


def test_exaggeration_makes_clusters_denser():
    points = np.random.default_rng(5).normal(size=(90, 6)) + 5 * np.eye(6)[np.arange(90) % 3]

    def width_of_clusters(place):
        clusters = [place[start::3] for start in range(3)]
        within = np.mean([np.linalg.norm(each - each.mean(axis=0), axis=1).mean() for each in clusters])
        return within / np.linalg.norm(place, axis=1).mean()

    plain, exaggerated = (projection.neighbourhoods(points, 8.0, exaggeration=by) for by in (1.0, 3.0))
    assert width_of_clusters(exaggerated) < width_of_clusters(plain)


def test_weights_have_the_wanted_perplexity():
    rows = projection.gaussian_weights(np.random.default_rng(2).uniform(size=(30, 50)) ** 4, perplexity=8.0)
    entropy = -(rows * np.log(np.maximum(rows, 1e-300))).sum(axis=1)
    np.testing.assert_allclose(np.exp(entropy), 8.0, rtol=1e-6)
    np.testing.assert_allclose(rows.sum(axis=1), 1.0)


def test_similarities_are_the_mean_of_both_directions():
    points = clouds(count=3, size=20)
    near, distances = projection.nearest_neighbours(points, 15)
    directed = np.zeros((60, 60))
    np.put_along_axis(directed, near, projection.gaussian_weights(distances, 5.0), axis=1)
    found = projection.similarities(points, 5.0).toarray()
    np.testing.assert_allclose(found, (directed + directed.T) / 120)
    assert found.sum() == pytest.approx(1.0)


def test_few_or_equal_points_are_placed_all_the_same(monkeypatch):
    assert np.isfinite(projection.neighbourhoods(np.eye(3))).all()
    for few in (projection.FEW, 0):
        monkeypatch.setattr(projection, "FEW", few)
        assert np.isfinite(projection.neighbourhoods(np.ones((5, 4)), steps=20)).all()
        assert np.isfinite(projection.neighbourhoods(np.eye(40), steps=20)).all()


def divergence(similar, place):
    """KL(p || q) by its definition."""
    similar = similar.toarray()
    closeness = 1 / (1 + ((place[:, None] - place) ** 2).sum(axis=2))
    np.fill_diagonal(closeness, 0.0)
    there = similar > 0
    return (similar[there] * np.log(similar[there] / (closeness / closeness.sum())[there])).sum()


def test_gradient_is_that_of_the_divergence():
    random = np.random.default_rng(3)
    similar, place = projection.similarities(random.normal(size=(25, 6)), 5.0), random.normal(size=(25, 2))
    found = projection.gradient(place, similar, projection.repulsion_of_pairs)
    for row, column in [(0, 0), (7, 1), (24, 0)]:
        ends = []
        for step in (1e-5, -1e-5):
            moved = place.copy()
            moved[row, column] += step
            ends.append(divergence(similar, moved))
        assert found[row, column] == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-4)


@pytest.mark.parametrize("width", [1e-3, 1.0, 30.0, 1000.0])
def test_repulsion_is_the_sum_over_all_pairs(width):
    place = np.random.default_rng(5).normal(size=(400, 2)) * [width, width / 3]
    apart = place[:, None] - place
    closeness = 1 / (1 + (apart**2).sum(axis=2))
    expected = (apart * closeness[..., None] ** 2).sum(axis=1)
    np.fill_diagonal(closeness, 0.0)
    found, total = projection.repulsion_of_pairs(place)
    assert total == pytest.approx(closeness.sum())
    np.testing.assert_allclose(found, expected, atol=1e-9 * np.abs(expected).max())
    if width < 1000:  # where the grid is coarse, and points are too far apart to push each other
        found, total = projection.repulsion_on_grid(place)
        assert total == pytest.approx(closeness.sum(), rel=1e-3)
        assert np.linalg.norm(found - expected) < 0.05 * np.linalg.norm(expected)


@pytest.mark.parametrize("few", [10_000, 0], ids=["all pairs", "grid"])
def test_divergence_falls(few, monkeypatch):
    monkeypatch.setattr(projection, "FEW", few)
    points = clouds(count=5, size=30)
    similar = projection.similarities(points, 10.0)
    found = [divergence(similar, projection.neighbourhoods(points, 10.0, steps)) for steps in (1, 50, 400)]
    assert found[0] > found[1] > found[2]


def test_nearest_neighbours_are_those_of_all_pairs(monkeypatch):
    points = np.random.default_rng(6).normal(size=(50, 5))
    distances = ((points[:, None] - points) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    monkeypatch.setattr(projection, "_DISTANCES_AT_ONCE", 350)
    near, found = projection.nearest_neighbours(points, 7)
    np.testing.assert_array_equal(np.sort(near), np.sort(distances.argsort(axis=1)[:, :7]))
    np.testing.assert_allclose(np.sort(found), np.sort(distances)[:, :7])
