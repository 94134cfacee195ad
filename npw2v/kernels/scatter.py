"""Adding many gradient rows into a table, in order, duplicates and all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

try:
    from scipy.sparse._sparsetools import csc_matvecs
except ImportError:  # a private name: SciPy may move it
    csc_matvecs = None


def scatter_add(
    table: NDArray[np.float32],
    rows: NDArray[np.int32],
    gradients: NDArray[np.float32],
    scales: NDArray[np.float32],
    part: tuple[int, int] = (0, 1),
) -> None:
    """``table[rows[j]] += scales[j] * gradients[j]`` for j = 0, 1, 2, … in that order.

    A row that comes up twice gets both updates. A sparse matrix in CSC form with one entry a column, times a dense
    one, is exactly this sum, and SciPy computes it in one pass straight into the table.

    Parameters
    ----------
    table : float32 (V, d), C-contiguous
        Mutated.
    rows : int32 (n,)
    gradients : float32 (n, d), C-contiguous
    scales : float32 (n,)
    part : (index, count)
        Only rows with ``row % count == index`` are touched: workers that take the parts of one table do, between
        them, what one call with (0, 1) does, bit for bit.
    """
    index, count = part
    if csc_matvecs is None:
        _scatter_add_public(table, rows, gradients, scales, part)
        return
    if count == 1:
        starts = np.arange(len(rows) + 1, dtype=np.int32)
    else:
        mine = rows % count == index
        starts = np.zeros(len(rows) + 1, np.int32)
        np.cumsum(mine, out=starts[1:])
        rows, scales = rows[mine], scales[mine]
    csc_matvecs(
        *(table.shape[0], len(gradients), table.shape[1]),
        *(starts, rows, scales, gradients.reshape(-1), table.reshape(-1)),
    )


def _scatter_add_public(
    table: NDArray[np.float32],
    rows: NDArray[np.int32],
    gradients: NDArray[np.float32],
    scales: NDArray[np.float32],
    part: tuple[int, int],
) -> None:
    """Do the same with public NumPy alone, about ten times slower."""
    index, count = part
    mine = rows % count == index
    np.add.at(table, rows[mine], gradients[mine] * scales[mine, None])
