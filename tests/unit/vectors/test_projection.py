"""Points laid out in the plane: principal components and neighbourhoods."""

from __future__ import annotations

import numpy as np

from npw2v.vectors import projection


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
    place = projection.neighbourhoods(points)
    distances = np.linalg.norm(place[:, None] - place, axis=2)
    np.fill_diagonal(distances, np.inf)
    assert place.shape == (72, 2)
    assert (group[distances.argmin(axis=1)] == group).all()
    np.testing.assert_array_equal(place, projection.neighbourhoods(points))


def test_similarities_have_the_wanted_perplexity():
    rows = projection._similarities(projection._squared_distances(clouds(count=3, size=20)), perplexity=8.0)
    entropy = -(rows * np.log(np.maximum(rows, 1e-300))).sum(axis=1)
    np.testing.assert_allclose(np.exp(entropy), 8.0, rtol=1e-6)
    np.testing.assert_allclose(rows.sum(axis=1), 1.0)


def test_few_or_equal_points_are_placed_all_the_same():
    assert np.isfinite(projection.neighbourhoods(np.eye(3))).all()
    assert np.isfinite(projection.neighbourhoods(np.ones((5, 4)))).all()
