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


#: One of several equal shares of a table's columns: (index, count).
Share = tuple[int, int]

#: The only one.
WHOLE: Share = (0, 1)


def columns(dimensions: int, share: Share) -> slice:
    """Return the columns ``index * d / count`` to ``(index + 1) * d / count``; none if there are no such columns."""
    index, count = share
    return slice(index * dimensions // count, (index + 1) * dimensions // count)


# Private names: SciPy may move them.
_products = _sparsetools()
csc_matvecs, csr_matvecs = getattr(_products, "csc_matvecs", None), getattr(_products, "csr_matvecs", None)


def scatter_add(
    table: NDArray[np.float32],
    rows: NDArray[np.int32],
    gradients: NDArray[np.float32],
    scales: NDArray[np.float32],
    share: Share = WHOLE,
) -> None:
    """``table[rows[j]] += scales[j] * gradients[j]`` for j = 0, 1, 2, … in that order.

    A row that comes up twice gets both updates.

    Parameters
    ----------
    table : float32 array (V, d), C-contiguous
        Mutated.
    rows : int32 array (n,)
        Rows of the table.
    gradients : float32 array (n, d), C-contiguous
        What they get, times ``scales``.
    scales : float32 array (n,)
        A number for each.
    share : Share
        As for :func:`scatter_products`.
    """
    _scatter(table, _first_of_each(1, len(rows), len(rows), share), rows, scales, gradients, share)


def scatter_first(
    table: NDArray[np.float32],
    rows: NDArray[np.int32],
    gradients: NDArray[np.float32],
    scales: NDArray[np.float32],
    share: Share = WHOLE,
) -> None:
    """Do as :func:`scatter_add` does with the first k of each m gradients.

    Parameters
    ----------
    table : float32 array (V, d), C-contiguous
        Mutated.
    rows : int32 array (n, k)
        Rows of the table.
    gradients : float32 array (n, m, d), C-contiguous
        What they get, times ``scales``; those from k on are left out.
    scales : float32 array (n, k)
        A number for each.
    share : Share
        As for :func:`scatter_products`.
    """
    count, most, dimensions = gradients.shape
    starts, vectors = _first_of_each(count, rows.shape[1], most, share), gradients.reshape(-1, dimensions)
    _scatter(table, starts, rows.reshape(-1), scales.reshape(-1), vectors, share)


def scatter_products(
    table: NDArray[np.float32],
    starts: NDArray[np.int32],
    rows: NDArray[np.int32],
    scales: NDArray[np.float32],
    vectors: NDArray[np.float32],
    share: Share = WHOLE,
) -> None:
    """``table[rows[j]] += scales[j] * vectors[i]`` for j in starts[i] … starts[i + 1] − 1, for i = 0, 1, 2, … in order.

    A sparse matrix in CSC form, its columns the vectors, times a dense one is exactly this sum. Without SciPy's private
    product it takes about ten times as long.

    Parameters
    ----------
    table : float32 array (V, d), C-contiguous
        Mutated.
    starts : int32 array (n + 1,)
        Where each vector's products begin, from 0 to m.
    rows : int32 array (m,)
        Rows of the table; one that comes up twice gets both products.
    scales : float32 array (m,)
        A number for each product.
    vectors : float32 array (n, d), C-contiguous
        What the rows get, times ``scales``.
    share : Share
        Only these :func:`columns` of the table are touched; ``count`` divides d. Workers that take one share each do,
        between them, what one call with (0, 1) does, bit for bit.
    """
    _scatter(table, _own(starts, share), rows, scales, vectors, share)


def _scatter(
    table: NDArray[np.float32],
    starts: NDArray[np.int32],
    rows: NDArray[np.int32],
    scales: NDArray[np.float32],
    vectors: NDArray[np.float32],
    share: Share,
) -> None:
    """See :func:`scatter_products`; ``starts`` are those of :func:`_own`."""
    index, count = share
    if index >= count:
        return
    if csc_matvecs is None:
        own = columns(table.shape[1], share)
        chosen = np.repeat(vectors[:, own], np.diff(starts)[index::count], axis=0)
        np.add.at(table[:, own], rows, chosen * scales[:, None])
        return
    if count > 1:  # every row is seen as ``count`` rows, of which one is this share's
        rows = rows * np.int32(count) + np.int32(index)
    csc_matvecs(
        *(table.shape[0] * count, len(vectors) * count, table.shape[1] // count),
        *(starts, rows, scales, vectors.reshape(-1), table.reshape(-1)),
    )


def _own(starts: NDArray[np.int32], share: Share) -> NDArray[np.int32]:
    """Return where the products of every vector begin, when it is seen as ``count`` vectors of which one has any.

    Examples
    --------
    >>> starts = np.array([0, 2, 3], np.int32)
    >>> _own(starts, (0, 2)).tolist(), _own(starts, (1, 2)).tolist()
    ([0, 2, 2, 3, 3], [0, 0, 2, 2, 3])
    """
    index, count = share
    first = count - 1 - index
    return starts.repeat(count)[first : first + (len(starts) - 1) * count + 1] if count > 1 else starts


@lru_cache(maxsize=16)  # the sizes of steps hardly change
def _first_of_each(count: int, used: int, most: int, share: Share) -> NDArray[np.int32]:
    """Return what :func:`_own` does for ``count`` times ``most`` vectors, of which the first ``used`` have a product.

    Examples
    --------
    >>> _first_of_each(2, 1, 3, WHOLE).tolist()
    [0, 1, 1, 1, 2, 2, 2]
    """
    starts = np.arange(count * most + 1, dtype=np.int32)
    if used < most:
        unit, place = np.divmod(starts, most)
        starts = (unit * used + np.minimum(place, used)).astype(np.int32)
    return _own(starts, share)


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
