"""Sums of many rows: into a table, in order, duplicates and all, and of the rows that belong together.

These are products of a sparse matrix and a dense one, which SciPy computes in one pass straight into their result.
"""

from __future__ import annotations

import sys
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, FileFinder
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def _sparsetools() -> Any:
    """Load SciPy's compiled sparse products alone, or return None if they are not where they are expected.

    Importing ``scipy.sparse`` around them takes half of the time that a worker needs to start, and 14 MB in each.
    """
    loaded = sys.modules.get("scipy.sparse._sparsetools")
    scipy = find_spec("scipy")
    if loaded is not None or scipy is None:
        return loaded
    for folder in scipy.submodule_search_locations or ():
        finder = FileFinder(str(Path(folder) / "sparse"), (ExtensionFileLoader, EXTENSION_SUFFIXES))
        spec = finder.find_spec("_sparsetools")
        if spec is None or spec.loader is None:
            continue
        try:
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
        except ImportError:
            continue
        return module
    return None


# Private names: SciPy may move them.
_products = _sparsetools()
csc_matvecs, csr_matvecs = getattr(_products, "csc_matvecs", None), getattr(_products, "csr_matvecs", None)


def scatter_add(
    table: NDArray[np.float32],
    rows: NDArray[np.int32],
    gradients: NDArray[np.float32],
    scales: NDArray[np.float32],
    part: tuple[int, int] = (0, 1),
) -> None:
    """``table[rows[j]] += scales[j] * gradients[j]`` for j = 0, 1, 2, … in that order.

    A row that comes up twice gets both updates.

    Parameters
    ----------
    table : float32 (V, d), C-contiguous
        Mutated.
    rows : int32 (n,)
    gradients : float32 (n, d), C-contiguous
    scales : float32 (n,)
    part : as for :func:`scatter_products`
    """
    scatter_products(table, np.arange(len(rows) + 1, dtype=np.int32), rows, scales, gradients, part)


def scatter_products(
    table: NDArray[np.float32],
    starts: NDArray[np.int32],
    rows: NDArray[np.int32],
    scales: NDArray[np.float32],
    vectors: NDArray[np.float32],
    part: tuple[int, int] = (0, 1),
) -> None:
    """``table[rows[j]] += scales[j] * vectors[i]`` for j in starts[i] … starts[i + 1] − 1, for i = 0, 1, 2, … in order.

    A sparse matrix in CSC form, its columns the vectors, times a dense one is exactly this sum. Without SciPy's private
    product it takes about ten times as long.

    Parameters
    ----------
    table : float32 (V, d), C-contiguous
        Mutated.
    starts : int32 (n + 1,), from 0 to m
    rows : int32 (m,)
    scales : float32 (m,)
    vectors : float32 (n, d), C-contiguous
    part : (index, count)
        Only rows with ``row % count == index`` are touched: workers that take the parts of one table do, between
        them, what one call with (0, 1) does, bit for bit.
    """
    index, count = part
    if count > 1:
        mine = rows % count == index
        starts = np.concatenate((np.zeros(1, np.int32), np.cumsum(mine, dtype=np.int32)))[starts]
        rows, scales = rows[mine], scales[mine]
    if csc_matvecs is None:
        np.add.at(table, rows, np.repeat(vectors, np.diff(starts), axis=0) * scales[:, None])
        return
    csc_matvecs(
        *(table.shape[0], len(vectors), table.shape[1]),
        *(starts, rows, scales, vectors.reshape(-1), table.reshape(-1)),
    )


def sum_products(
    starts: NDArray[np.int32],
    scales: NDArray[np.float32],
    vectors: NDArray[np.float32],
    places: NDArray[np.int32],
    out: NDArray[np.float32],
) -> None:
    """``out[i] = Σ scales[j] * vectors[j]`` over j in starts[i] … starts[i + 1] − 1.

    Parameters
    ----------
    starts : int32 (n + 1,), from 0 to m
    scales : float32 (m,)
    vectors : float32 (m, d), C-contiguous
    places : int32 (m,), the numbers 0 … m − 1
    out : float32 (n, d), C-contiguous, overwritten
    """
    out[...] = 0
    if csr_matvecs is None:
        np.add.at(out, np.repeat(np.arange(len(out)), np.diff(starts)), vectors * scales[:, None])
        return
    csr_matvecs(
        *(len(out), len(vectors), vectors.shape[1]),
        *(starts, places, scales, vectors.reshape(-1), out.reshape(-1)),
    )
