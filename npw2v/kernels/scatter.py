"""Sums of many rows: into a table, in order, duplicates and all, and of the rows that belong together.

These are products of a sparse matrix and a dense one, which SciPy computes in one pass straight into their result.
"""

from __future__ import annotations

import sys
from functools import lru_cache
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
coo_matmat, csc_matvecs, csr_matvecs = (
    getattr(_products, name, None) for name in ("coo_matmat_dense", "csc_matvecs", "csr_matvecs")
)


def scatter_add(
    table: NDArray[np.float32],
    rows: NDArray[np.int32],
    vectors: NDArray[np.float32],
    scales: NDArray[np.float32],
    places: NDArray[np.int32] | None = None,
) -> None:
    """``table[rows[j]] += scales[j] * vectors[places[j]]`` for j = 0, 1, 2, … in that order.

    A row that comes up twice gets both updates. A sparse matrix with these entries times a dense one is exactly this
    sum. Without SciPy's private products it takes about ten times as long.

    Parameters
    ----------
    table : float32 array (V, d), C-contiguous
        Mutated.
    rows : int32 array (m,)
        Rows of the table.
    vectors : float32 array (n, d), C-contiguous
        What they get, times ``scales``.
    scales : float32 array (m,)
        A number for each.
    places : int32 array (m,), optional
        Rows of ``vectors``, in ascending order; by default 0 … n − 1.

    Examples
    --------
    >>> table = np.zeros((3, 1), np.float32)
    >>> vectors, ones = np.array([[1], [20]], np.float32), np.ones(3, np.float32)
    >>> scatter_add(table, np.array([2, 0, 2], np.int32), vectors, ones, np.array([0, 1, 1], np.int32))
    >>> table.ravel().tolist()
    [20.0, 0.0, 21.0]
    """
    flat, out = vectors.reshape(-1), table.reshape(-1)
    if coo_matmat is not None:
        places = _counted(len(vectors)) if places is None else places
        coo_matmat(len(rows), table.shape[1], rows, places, scales, flat, out)
    elif csc_matvecs is not None:
        starts = _starts(places, len(vectors))
        csc_matvecs(table.shape[0], len(vectors), table.shape[1], starts, rows, scales, flat, out)
    else:
        np.add.at(table, rows, (vectors if places is None else vectors.take(places, axis=0)) * scales[:, None])


@lru_cache(maxsize=16)  # the sizes of steps hardly change
def _counted(count: int) -> NDArray[np.int32]:
    return np.arange(count, dtype=np.int32)


def _starts(places: NDArray[np.int32] | None, count: int) -> NDArray[np.int32]:
    """Return where the entries of each of so many vectors begin, and where those of the last one end.

    Examples
    --------
    >>> _starts(np.array([0, 2, 2], np.int32), 4).tolist()
    [0, 1, 1, 3, 3]
    """
    if places is None:
        return _counted(count + 1)
    starts = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(places, minlength=count), out=starts[1:])
    return starts


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
    starts : int32 array (n + 1,)
        Where each sum begins, from 0 to m.
    scales : float32 array (m,)
        A number for each vector.
    vectors : float32 array (m, d), C-contiguous
        What is summed up.
    places : int32 array (m,)
        The numbers 0 … m − 1.
    out : float32 array (n, d), C-contiguous
        Overwritten.
    """
    out[...] = 0
    if csr_matvecs is None:
        np.add.at(out, np.repeat(np.arange(len(out)), np.diff(starts)), vectors * scales[:, None])
        return
    csr_matvecs(
        *(len(out), len(vectors), vectors.shape[1]),
        *(starts, places, scales, vectors.reshape(-1), out.reshape(-1)),
    )
