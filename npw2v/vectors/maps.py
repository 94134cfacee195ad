"""Maps of many vectors in the plane: t-SNE whose time grows with the number of points, not with its square."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft, sparse

from npw2v.vectors.projection import Floats, principal_components
from npw2v.vectors.search import divisors, nearest, row_norms, score_blocks, unit_rows
from npw2v.watch import tell

#: Distance of the grid's nodes, in units of the map, where closeness falls to a half at distance 1; and how many nodes
#: there are on a side at most, on maps that are wider than that.
_SPACING, _MOST_NODES = 0.4, 800

#: The map is pulled together this much harder while clusters form, and this much harder from then on.
_EARLY, _LATE = 12.0, 1.5

#: Steps of gradient descent, unless told otherwise.
STEPS = 600

_QUERIES_AT_ONCE = 1024


def neighbour_map(
    vectors: NDArray[Any],
    neighbours: int = 15,
    steps: int = STEPS,
    start: Floats | None = None,
) -> Floats:
    """Lay vectors out in the plane so that those with high cosines lie together.

    t-SNE (see `npw2v.vectors.projection.neighbourhoods`) with two changes that make it fit for many thousand points.
    The similarities p are 1 / (2 n k) for each way in which two points are among the k nearest of each other, and 0
    for others. The repulsion

        sum_j (1 + |y_i - y_j|^2)^-2 (y_i - y_j)

    is a convolution of the points, of their coordinates, with a smooth kernel: points are spread onto the nodes of a
    grid by cubic interpolation, convolved there by fast Fourier transforms, and the result is read off the grid by
    the same interpolation [1]_. The same vectors give the same map.

    Parameters
    ----------
    vectors : float array (n, d)
        One a row, n at least 3; their lengths do not matter.
    neighbours : int
        k above, cut to (n - 1) / 3 for few vectors.
    steps : int
        Of gradient descent; in the first quarter p is exaggerated, which lets the clusters form.
    start : float64 array (n, 2), optional
        Where the points are in the beginning, but for the scale: maps that start alike can be compared. By default
        the two principal components.

    Returns
    -------
    float64 array (n, 2)
        Where each vector lies; the middle of all is 0.

    References
    ----------
    .. [1] G. Linderman et al., "Fast interpolation-based t-SNE for improved visualization of single-cell RNA-seq data",
       Nature Methods 16 (2019), 243-245
    """
    count = len(vectors)
    similar = neighbour_graph(vectors, min(neighbours, max((count - 1) // 3, 1)))
    place = _principal_plane(vectors) if start is None else start - start.mean(axis=0)
    place = place * (1e-2 / max(float(place[:, 0].std()), 1e-12))
    speed, gain = np.zeros_like(place), np.ones_like(place)
    grid = _Grid()
    for step in range(steps):
        early = step < steps // 4
        force = _attraction(similar, place) - grid.repulsion(place) / (_EARLY if early else _LATE)
        gain = np.maximum(np.where(force * speed > 0, gain * 0.8, gain + 0.2), 0.01)
        speed = (0.5 if early else 0.8) * speed - count * gain * force  # a point's p sum to about 1 / count
        place += speed
        place -= place.mean(axis=0)
        tell("steps", 1)
    return place


def _principal_plane(vectors: NDArray[Any]) -> Floats:
    """Return the two principal components of the unit vectors; of one dimension, that one and zeros."""
    units = unit_rows(vectors, divisors(row_norms(vectors)), slice(None)).astype(np.float64)
    if units.shape[1] == 1:
        units = np.pad(units, ((0, 0), (0, 1)))
    return principal_components(units)


def neighbour_graph(vectors: NDArray[Any], neighbours: int) -> sparse.csr_matrix:
    """Return the symmetric matrix of p: 1 / (2 n k) for each way in which two rows are near, by cosine."""
    count = len(vectors)
    rows = np.empty((count, neighbours), dtype=np.int32)
    divided_by = divisors(row_norms(vectors))
    for start in range(0, count, _QUERIES_AT_ONCE):
        queries = unit_rows(vectors, divided_by, slice(start, start + _QUERIES_AT_ONCE))
        shares = score_blocks(vectors, divided_by, queries, range(count))
        for row, (near, _) in enumerate(nearest(vectors, queries, shares, neighbours + 1), start):
            rows[row] = near[near != row][:neighbours]
    weights = np.full(rows.size, 0.5 / rows.size)
    one_way = sparse.csr_matrix((weights, rows.ravel(), np.arange(0, rows.size + 1, neighbours)), (count, count))
    return (one_way + one_way.T).tocsr()


def _attraction(similar: sparse.csr_matrix, place: Floats) -> Floats:
    """Return sum_j p_ij (1 + |y_i - y_j|^2)^-1 (y_i - y_j) for each point i."""
    start = np.repeat(np.arange(len(place)), np.diff(similar.indptr))
    apart = place[start] - place[similar.indices]
    weights = similar.data / (1 + np.einsum("ij,ij->i", apart, apart))
    return np.stack([np.bincount(start, weights * apart[:, axis], len(place)) for axis in (0, 1)], axis=1)


class _Grid:
    """Nodes in the plane on which the repulsion is computed; the kernels' transforms are kept while they fit."""

    def __init__(self) -> None:
        self._size, self._spacing = 0, _SPACING
        self._transforms: Any = None

    def repulsion(self, place: Floats) -> Floats:
        """Return sum_j (1 + |y_i - y_j|^2)^-2 (y_i - y_j) / sum_kl (1 + |y_k - y_l|^2)^-1 for each point i."""
        low = place.min(axis=0)
        self._fit(float((place.max(axis=0) - low).max()))
        spread = self._interpolation((place - low) / self._spacing + 1)
        charges = np.column_stack([np.ones(len(place)), place])
        on_nodes = (spread.T @ charges).T.reshape(3, self._size, self._size)
        shape = (self._padded, self._padded)
        transformed = fft.rfft2(on_nodes, shape, workers=-1)
        kernel, kernel_of_sum = self._transforms
        products = np.concatenate([transformed * kernel, transformed[:1] * kernel_of_sum])
        fields = fft.irfft2(products, shape, workers=-1)[:, : self._size, : self._size]
        ones, across, up, of_sum = (spread @ fields.reshape(4, -1).T).T
        total = max(float(of_sum.sum()) - len(place), 1e-12)
        return np.stack([place[:, 0] * ones - across, place[:, 1] * ones - up], axis=1) / total

    def _fit(self, extent: float) -> None:
        """Have enough nodes for a map, and not many more; with some to spare, as other sizes mean other transforms."""
        spacing = max(_SPACING, extent / _MOST_NODES)
        size = int(np.ceil(extent / spacing)) + 5
        if 0.8 * self._size <= size <= self._size and spacing == self._spacing:
            return
        self._size, self._spacing = int(size * 1.1) + 1, spacing
        self._padded = fft.next_fast_len(2 * self._size, real=True)
        offsets = fft.fftfreq(self._padded, 1 / self._padded) * spacing
        closeness = 1 / (1 + offsets[:, None] ** 2 + offsets**2)
        self._transforms = fft.rfft2(closeness**2), fft.rfft2(closeness)

    def _interpolation(self, at: Floats) -> sparse.csr_matrix:
        """Return the matrix (n, nodes) that reads values off the nodes at points, given in steps of the grid."""
        first = (
            np.floor(at).astype(np.int64) - 1
        )  # of the four nodes around a point, which are -1, 0, 1 and 2 from here
        t = at - first - 1
        cubic = np.stack(
            [
                -t * (t - 1) * (t - 2) / 6,
                (t + 1) * (t - 1) * (t - 2) / 2,
                -(t + 1) * t * (t - 2) / 2,
                (t + 1) * t * (t - 1) / 6,
            ],
            axis=1,
        )
        nodes = first[:, np.newaxis] + np.arange(4)[:, np.newaxis]  # (n, 4, 2)
        weights = cubic[:, :, np.newaxis, 0] * cubic[:, np.newaxis, :, 1]
        columns = nodes[:, :, np.newaxis, 0] * self._size + nodes[:, np.newaxis, :, 1]
        ends = np.arange(0, weights.size + 1, 16)
        return sparse.csr_matrix((weights.ravel(), columns.ravel(), ends), (len(at), self._size**2))
