"""Points of many dimensions laid out in the plane: principal components, and t-SNE.

`neighbourhoods` is t-SNE [1]_. Points attract their nearest neighbours only, as the similarity of the others is zero to
many digits. All points repel each other: few are summed pair by pair; of many the repulsion is read off a grid, as in
FIt-SNE [2]_, since it is the gradient of a potential, which is a convolution, and so a product of Fourier transforms.

References
----------
.. [1] L. van der Maaten and G. Hinton, "Visualizing Data using t-SNE", JMLR 9 (2008), 2579-2605
.. [2] G. Linderman et al., "Fast interpolation-based t-SNE for improved visualization of single-cell RNA-seq data",
   Nature Methods 16 (2019), 243-245
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import scipy.fft
import scipy.sparse
from numpy.typing import NDArray

from npw2v.watch import tell

Floats = NDArray[np.float64]
Sparse: TypeAlias = Any  # scipy.sparse.csr_array, of which SciPy says no types

#: Takes points in the plane; gives what pushes each of them, and the sum of all closeness.
Repulsion = Callable[[Floats], tuple[Floats, float]]

#: Points up to which all pairs are summed: of more, the grid is faster.
FEW = 500

#: Steps of gradient descent, unless told otherwise.
STEPS = 500

_EXAGGERATION = 12.0
_SPACING = 0.5  # of the grid; the potential of a point, 1 / (1 + r^2), is wide enough for cubic splines at half a unit
_FEWEST_CELLS, _MOST_CELLS = 24, 1000  # a side: a small map gets a finer grid, a very wide one a coarser
_DISTANCES_AT_ONCE = 1 << 22


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


def neighbourhoods(
    points: Floats,
    perplexity: float = 30.0,
    steps: int = STEPS,
    exaggeration: float = 1.0,
    start: Floats | None = None,
) -> Floats:
    """Lay points out in the plane so that neighbours stay neighbours: t-SNE.

    With p the symmetric similarities of the points (Gaussian over the 3 perplexity nearest neighbours of a point, as
    wide as gives it `perplexity` neighbours in effect) and q those in the plane (Student's t), it descends the gradient
    of ``KL(p || q)``::

        dC/dy_i = 4 sum_j (p_ij - q_ij) (1 + |y_i - y_j|^2)^-1 (y_i - y_j),

    from the two principal components. Nothing is drawn at random: the same points give the same picture. Every step is
    told to `npw2v.watch`, as one of ``steps``.

    Parameters
    ----------
    points : float64 array (n, d)
        One point a row, n at least 3.
    perplexity : float
        Effective number of neighbours, cut to (n - 1) / 3 for few points.
    steps : int
        Of gradient descent; the first quarter exaggerates p twelvefold, which lets the clusters form.
    exaggeration : float
        By how much p is exaggerated from then on: above 1 clusters are denser, and stand farther apart.
    start : float64 array (n, 2), optional
        Where the points are in the beginning, but for the scale: pictures that start alike can be compared. By default
        at the principal components.

    Returns
    -------
    float64 array (n, 2)
        Where each point lies; the middle of all is 0.
    """
    count = len(points)
    similar = similarities(points, min(perplexity, (count - 1) / 3))
    repulsion = repulsion_of_pairs if count <= FEW else repulsion_on_grid
    place = principal_components(points) if start is None else start - start.mean(axis=0)
    place = place * (1e-2 / max(float(place[:, 0].std()), 1e-12))
    rate = max(count / (4 * _EXAGGERATION), 20.0)
    speed, gain = np.zeros_like(place), np.ones_like(place)
    for step in range(steps):
        early = step < steps // 4
        slope = gradient(place, similar, repulsion, _EXAGGERATION if early else exaggeration)
        # Momentum, and for each coordinate a rate of its own, which grows while it keeps its direction
        gain = np.maximum(np.where(slope * speed > 0, gain * 0.8, gain + 0.2), 0.01)
        speed = (0.5 if early else 0.8) * speed - rate * gain * slope
        place = place + speed
        place -= place.mean(axis=0)
        tell("steps", 1)
    return place


def gradient(place: Floats, similar: Sparse, repulsion: Repulsion, exaggeration: float = 1.0) -> Floats:
    """Return the gradient of KL(p || q), p times `exaggeration`.

    Parameters
    ----------
    place : float64 array (n, 2)
        Where the points lie.
    similar : sparse float64 array (n, n)
        p, symmetric.
    repulsion : callable
        `repulsion_of_pairs` or `repulsion_on_grid`.
    exaggeration : float
        By how much the points attract each other more than they should.

    Returns
    -------
    float64 array (n, 2)
        One row a point.
    """
    push, total = repulsion(place)
    starts, columns = similar.indptr, similar.indices
    apart = [np.repeat(along, np.diff(starts)) - along[columns] for along in np.ascontiguousarray(place.T)]
    pulls = exaggeration * similar.data / (1 + apart[0] ** 2 + apart[1] ** 2)
    pull = np.stack([np.add.reduceat(pulls * along, starts[:-1]) for along in apart], axis=1)
    return np.asarray(4 * (pull - push / total))


# ---- attraction


def similarities(points: Floats, perplexity: float) -> Sparse:
    """Return p: how similar points are, the mean of both directions; all of them sum to 1.

    Parameters
    ----------
    points : float64 array (n, d)
        One point a row.
    perplexity : float
        Effective number of neighbours, at most (n - 1) / 3.

    Returns
    -------
    sparse float64 array (n, n)
        Every row has an entry.
    """
    count = len(points)
    near, distances = nearest_neighbours(points, min(max(int(3 * perplexity), 1), count - 1))
    starts = np.arange(count + 1) * near.shape[1]
    directed = scipy.sparse.csr_array(
        (gaussian_weights(distances, perplexity).ravel(), near.ravel(), starts), shape=(count, count)
    )
    return scipy.sparse.csr_array((directed + directed.T) / (2 * count))


def gaussian_weights(distances: Floats, perplexity: float) -> Floats:
    """Return weights of the neighbours of each point, of the width (found by bisection) with the wanted perplexity.

    Parameters
    ----------
    distances : float64 array (n, k)
        Squared, from each point to k others.
    perplexity : float
        exp of the entropy that each row is to have, below k.

    Returns
    -------
    float64 array (n, k)
        Rows that sum to 1.
    """
    others = distances - distances.min(axis=1, keepdims=True)
    others /= np.maximum(others.mean(axis=1, keepdims=True), 1e-12)
    low, high = np.zeros((len(others), 1)), np.full((len(others), 1), np.inf)
    beta = np.ones((len(others), 1))
    for _ in range(50):
        weights = np.exp(-others * beta)
        total = weights.sum(axis=1, keepdims=True)
        # The entropy -sum w log w of the weights divided by their total
        entropy = np.log(total) + beta * np.einsum("ij,ij->i", weights, others)[:, None] / total
        too_wide = entropy > np.log(perplexity)
        low, high = np.where(too_wide, beta, low), np.where(too_wide, high, beta)
        beta = np.where(np.isinf(high), beta * 2, (low + high) / 2)
    return np.asarray(weights / total)


def nearest_neighbours(points: Floats, count: int) -> tuple[NDArray[np.intp], Floats]:
    """Return the `count` nearest other points of each, in no order, and their squared distances.

    Parameters
    ----------
    points : float64 array (n, d)
        One point a row.
    count : int
        At most n - 1.

    Returns
    -------
    int array (n, count), float64 array (n, count)
        Rows of the neighbours, and their squared distances.
    """
    near = np.empty((len(points), count), np.intp)
    distances = np.empty((len(points), count))
    squares = (points**2).sum(axis=1)
    step = max(1, _DISTANCES_AT_ONCE // len(points))
    for start in range(0, len(points), step):
        rows = np.arange(start, min(start + step, len(points)))
        block = squares - 2 * points[rows] @ points.T
        block[np.arange(len(rows)), rows] = np.inf
        near[rows] = np.argpartition(block, count - 1, axis=1)[:, :count]
        distances[rows] = np.take_along_axis(block, near[rows], axis=1) + squares[rows, None]
    return near, np.maximum(distances, 0.0)


# ---- repulsion


def repulsion_of_pairs(place: Floats) -> tuple[Floats, float]:
    """Return how all points push each one, sum_j (1 + |y_i - y_j|^2)^-2 (y_i - y_j), and how close all pairs are.

    The latter is the sum of (1 + |y_i - y_j|^2)^-1 over i != j.

    Parameters
    ----------
    place : float64 array (n, 2)
        Points in the plane.

    Returns
    -------
    float64 array (n, 2), float
        Both sums. Time and memory are quadratic.
    """
    squares = (place**2).sum(axis=1)
    closeness = 1 / np.maximum(1 + squares[:, None] + squares - 2 * place @ place.T, 1.0)
    np.fill_diagonal(closeness, 0.0)
    total = float(closeness.sum())
    closeness *= closeness
    return closeness.sum(axis=1)[:, None] * place - closeness @ place, total


def repulsion_on_grid(place: Floats) -> tuple[Floats, float]:
    """Return what `repulsion_of_pairs` does, right to some hundredths, in time linear in the number of points.

    The push is -1/2 the gradient of the potential sum_j (1 + |y - y_j|^2)^-1. The points are spread over the nodes of a
    grid by cubic B-splines, the masses convolved with a kernel, and the result read with the same splines. They blur it
    twice; the kernel undoes that, so that between any two nodes the potential is exact.
    """
    low = place.min(axis=0)
    width = max(float(np.ptp(place, axis=0).max()), 1e-12)
    spacing = max(min(_SPACING, width / _FEWEST_CELLS), width / _MOST_CELLS)
    cells = (place - low) / spacing
    first = np.floor(cells).astype(np.intp)  # the node before each point; the spline reaches from one before it
    weights, slopes = _spline(cells - first)
    sides = [int(reach) + 4 for reach in first.max(axis=0)]
    # Twice the grid, so that the circular convolution does not reach around; a few sizes, so that kernels are reused.
    size = scipy.fft.next_fast_len(max(64, 64 * -(-2 * max(sides) // 64)), real=True)
    nodes = ((first[:, 0, None] + np.arange(4)) * sides[1])[:, :, None] + (first[:, 1, None] + np.arange(4))[:, None, :]
    spread = weights[0][:, :, None] * weights[1][:, None, :]
    masses = np.bincount(nodes.ravel(), spread.ravel(), minlength=sides[0] * sides[1]).reshape(sides)
    kernel, among_own = _kernel(size, spacing)
    transform = scipy.fft.rfft2(masses, (size, size)) * kernel
    potential = scipy.fft.irfft2(transform, (size, size))[: sides[0], : sides[1]].ravel()[nodes]
    potential -= (spread.reshape(-1, 16) @ among_own).reshape(-1, 4, 4)  # a point does not push itself
    along = np.einsum("nij,ni,nj->n", potential, slopes[0], weights[1])
    across = np.einsum("nij,ni,nj->n", potential, weights[0], slopes[1])
    return np.stack([along, across], axis=1) / (-2 * spacing), float((potential * spread).sum())


def _spline(offset: Floats) -> tuple[list[Floats], list[Floats]]:
    """Cubic B-spline weights of the four nodes around points, and their derivatives; a pair of (n, 4) for each axis."""
    t = offset.T[:, :, None]
    weights = np.concatenate(
        [(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3], axis=2
    ) / 6  # fmt: skip
    slopes = np.concatenate([-((1 - t) ** 2), 3 * t**2 - 4 * t, -3 * t**2 + 2 * t + 1, t**2], axis=2) / 2
    return list(weights), list(slopes)


@lru_cache(maxsize=4)
def _kernel(size: int, spacing: float) -> tuple[NDArray[np.complex128], Floats]:
    """Make what turns masses at the nodes into potentials, both seen through splines.

    Parameters
    ----------
    size : int
        Nodes a side of the grid.
    spacing : float
        Of the nodes.

    Returns
    -------
    complex array (size, size // 2 + 1), float64 array (16, 16)
        Transform of the potential of a point, divided by the blur of two splines; and the potential at each of the 16
        nodes around a point, of a mass at each.
    """
    steps = np.minimum(np.arange(size), size - np.arange(size)) * spacing
    blur = (2 + np.cos(2 * np.pi * np.arange(size) / size)) / 3  # of the weights 1/6, 4/6, 1/6 at the nodes
    transform = scipy.fft.rfft2(1 / (1 + steps[:, None] ** 2 + steps**2))
    transform /= (blur[:, None] * blur[: size // 2 + 1]) ** 2
    reach = np.subtract.outer(np.arange(4), np.arange(4))
    around = scipy.fft.irfft2(transform, (size, size))[reach[:, None, :, None], reach[None, :, None, :]]
    return transform, around.reshape(16, 16)
