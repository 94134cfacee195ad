"""Points of many dimensions laid out in few: principal components, and t-SNE."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def principal_components(points: Floats, count: int = 2) -> Floats:
    """Project points onto their first principal components.

    With the singular value decomposition X = U S V^T of the centred points, the coordinates are the first columns of
    U S. The sign of each is chosen so that its largest entry is positive, which makes the result deterministic.

    Parameters
    ----------
    points : float64 array (n, d)
        One point a row.
    count : int
        Components wanted, at most min(n, d).

    Returns
    -------
    float64 array (n, count)
        The coordinates, the component that varies most first.
    """
    centred = points - points.mean(axis=0)
    left, scale, _ = np.linalg.svd(centred, full_matrices=False)
    coordinates = left[:, :count] * scale[:count]
    largest = coordinates[np.abs(coordinates).argmax(axis=0), range(coordinates.shape[1])]
    return np.asarray(coordinates * np.where(largest < 0, -1.0, 1.0))


def neighbourhoods(points: Floats, perplexity: float = 12.0, steps: int = 600) -> Floats:
    """Lay points out in the plane so that neighbours stay neighbours: t-SNE, in its exact form.

    With p the symmetric similarities of the points (Gaussian, each point's width chosen so that its neighbours number
    `perplexity`) and q those in the plane (Student's t), it descends the gradient of KL(p || q),

        dC/dy_i = 4 sum_j (p_ij - q_ij) (1 + |y_i - y_j|^2)^-1 (y_i - y_j),

    from the two principal components, so that the same points give the same picture. Time and memory are quadratic in
    the number of points: meant for a few hundred.

    Parameters
    ----------
    points : float64 array (n, d)
        One point a row, n at least 3.
    perplexity : float
        Effective number of neighbours, cut to (n - 1) / 3 for few points.
    steps : int
        Of gradient descent; the first quarter exaggerates p twelvefold, which lets the clusters form.

    Returns
    -------
    float64 array (n, 2)
        Where each point lies; the middle of all is 0.

    References
    ----------
    .. [1] L. van der Maaten and G. Hinton, "Visualizing Data using t-SNE", JMLR 9 (2008), 2579-2605
    """
    count = len(points)
    similar = _similarities(_squared_distances(points), min(perplexity, (count - 1) / 3))
    similar = np.maximum((similar + similar.T) / (2 * count), 1e-12)
    place = principal_components(points)
    place *= 1e-2 / max(float(place[:, 0].std()), 1e-12)
    rate = max(count / 12, 20.0)
    speed, gain = np.zeros_like(place), np.ones_like(place)
    for step in range(steps):
        early = step < steps // 4
        closeness = 1 / (1 + _squared_distances(place))
        np.fill_diagonal(closeness, 0.0)
        force = ((12.0 if early else 1.0) * similar - closeness / closeness.sum()) * closeness
        gradient = 4 * (force.sum(axis=1)[:, None] * place - force @ place)
        gain = np.maximum(np.where(gradient * speed > 0, gain * 0.8, gain + 0.2), 0.01)
        speed = (0.5 if early else 0.8) * speed - rate * gain * gradient
        place += speed
        place -= place.mean(axis=0)
    return place


def _squared_distances(points: Floats) -> Floats:
    squares = (points**2).sum(axis=1)
    return np.asarray(np.maximum(squares[:, None] + squares - 2 * points @ points.T, 0.0))


def _similarities(distances: Floats, perplexity: float) -> Floats:
    """Row i: Gaussian weights of the other points, of the width (found by bisection) with the wanted perplexity."""
    rows = np.zeros_like(distances)
    for i, row in enumerate(distances):
        others = np.delete(row, i)
        others = (others - others.min()) / max(others.mean(), 1e-12)
        low, high = 0.0, np.inf
        beta = 1.0
        for _ in range(50):
            weights = np.exp(-others * beta)
            weights /= weights.sum()
            entropy = -(weights * np.log(np.maximum(weights, 1e-300))).sum()
            if entropy > np.log(perplexity):
                low, beta = beta, beta * 2 if high == np.inf else (beta + high) / 2
            else:
                high, beta = beta, (low + beta) / 2
        rows[i] = np.insert(weights, i, 0.0)
    return rows
