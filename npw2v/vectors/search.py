r"""Cosine similarity between queries and the rows of a matrix: the arithmetic behind every query.

For a query :math:`q` and a row :math:`x`,

.. math:: \cos(q, x) = \frac{q \cdot x}{|q|\,|x|}, \qquad 0 \text{ if } q = 0 \text{ or } x = 0.

The nearest rows are found in two steps. Products in float32 (float64 for float64 matrices) score all rows a block at
a time, and all that come within rounding error of the k best are kept. Those few are scored again in float64 and
ranked, best first, the lower row first among equals. So one query and a thousand at once give the same numbers,
whatever the block size, the number of threads or the BLAS library.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.threads import blas_threads, single_threaded
from npw2v.watch import tell

Array = NDArray[Any]

#: Numbers of queries, columns of a block, and the score of each such pair.
Candidates: TypeAlias = tuple[Array, Array, Array]

#: ``find(k, floor, margin)`` returns every pair of a block that may be among the k best of its query or no worse than
#: the k-th best minus `margin`, where `floor` (queries,) is known to be no higher than the k-th best.
Finder: TypeAlias = Callable[[int, Array, float], Candidates]

#: A range of rows for each block, and the finder of the candidates among them.
Blocks: TypeAlias = Iterable[tuple[range, Finder]]

#: How many numbers a temporary array may have: a few MB.
BLOCK_NUMBERS = 1 << 20

_BLOCKS_WORTH_THREADS = 8  # a block's product takes a millisecond or so, a thread's start a tenth


def arithmetic_dtype(matrix: Array) -> np.dtype[Any]:
    """Return the dtype to compute with: float64 for float64, float32 for anything shorter."""
    return np.dtype(np.float64 if matrix.dtype.itemsize > 4 else np.float32)


def row_norms(matrix: Array) -> Array:
    """Return the Euclidean length of each row, in the arithmetic dtype, squares being summed in float64."""
    norms = np.empty(len(matrix), dtype=arithmetic_dtype(matrix))
    step = _rows_per_block(matrix.shape[1])
    for start in range(0, len(matrix), step):
        norms[start : start + step] = _lengths(matrix[start : start + step].astype(np.float64))
    return norms


def divisors(norms: Array) -> Array:
    """Return what to divide rows by to make them unit vectors: their norms, but 1 for rows of zeros."""
    return np.where(norms == 0, norms.dtype.type(1), norms) if (norms == 0).any() else norms


def unit_vectors(vectors: Array) -> Array:
    """Return vectors, along the last axis, scaled to length 1 in float64; zeros stay zeros."""
    exact: Array = vectors.astype(np.float64)
    exact /= divisors(_lengths(exact))[..., np.newaxis]
    return exact


def unit_rows(matrix: Array, divided_by: Array, rows: Any) -> Array:
    """Return chosen rows, divided by their norms, in the arithmetic dtype."""
    units: Array = matrix[rows].astype(divided_by.dtype)
    units /= divided_by[rows, np.newaxis]
    return units


def cosine(vectors: Array, queries: Array) -> Array:
    """Return the cosine of each of n vectors with its query, exact to float64.

    Parameters
    ----------
    vectors : float array (n, d)
        One a row.
    queries : float array (n, d) or (d,)
        One for each vector, or one for all.

    Returns
    -------
    float64 array (n,)
        0 where either is a vector of zeros.
    """
    rows, queries = vectors.astype(np.float64), queries.astype(np.float64)
    dots: Array = np.einsum("ij,ij->i" if queries.ndim == 2 else "ij,j->i", rows, queries)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows) * np.einsum("...j,...j->...", queries, queries))
    return dots / divisors(lengths)


def scores(matrix: Array, divided_by: Array, query: Array) -> Array:
    """Return the product of every row, divided by its norm, with one query.

    Parameters
    ----------
    matrix : float array (n, d)
        One vector a row.
    divided_by : float array (n,)
        See `divisors`.
    query : float array (d,)
        In the arithmetic dtype of `matrix`. If its length is 1, the result is cosines.

    Returns
    -------
    float array (n,)
        In the arithmetic dtype.
    """
    matrix = np.asarray(matrix)  # a memory map's own class slows every operation
    if matrix.dtype == query.dtype:
        result: Array = matrix @ query
    else:
        result = np.empty(len(matrix), dtype=query.dtype)
        step = _rows_per_block(matrix.shape[1])
        for start in range(0, len(matrix), step):
            result[start : start + step] = matrix[start : start + step].astype(query.dtype) @ query
    result /= divided_by
    return result


def score_blocks(matrix: Array, divided_by: Array, queries: Array, rows: range) -> list[Blocks]:
    """Score some rows for several queries, a block of rows at a time; for `best` and `nearest`.

    Parameters
    ----------
    matrix : float array (n, d)
        One vector a row.
    divided_by : float array (n,)
        See `divisors`.
    queries : float array (queries, d)
        As for `scores`.
    rows : range
        Contiguous.

    Returns
    -------
    list of Blocks
        The blocks, dealt out to as many threads as BLAS would use. Each thread looks through the scores that it has
        computed, while they are in its core's cache, and waits for no other; BLAS's own threads would wait for each
        other at the end of every product. (1,000 queries, 400,000 rows, two cores: 0.37 s instead of 0.57.)
    """
    if len(queries) == 1:  # one product over all rows, as reading them is what takes the time
        return [_score_blocks(matrix, divided_by, queries, rows, len(rows))]
    step = max(_rows_per_block(max(len(queries), matrix.shape[1])), 64)
    return [_score_blocks(matrix, divided_by, queries, share, step) for share in shared_out(rows, step)]


def _score_blocks(matrix: Array, divided_by: Array, queries: Array, rows: range, step: int) -> Blocks:
    for start in range(rows.start, rows.stop, step):
        block = range(start, min(start + step, rows.stop))
        chosen = slice(block.start, block.stop)
        if len(queries) == 1:
            result = scores(matrix[chosen], divided_by[chosen], queries[0])[:, np.newaxis]
        elif len(queries) >= matrix.shape[1]:
            result = unit_rows(matrix, divided_by, chosen) @ queries.T
        else:  # there are fewer scores to divide than numbers in the rows
            result = matrix[chosen].astype(queries.dtype, copy=False) @ queries.T
            result /= divided_by[chosen, np.newaxis]
        yield block, partial(candidates, result)


def euclidean(matrix: Array, query: Array, rows: range) -> Array:
    """Return the Euclidean distance of some rows from a vector, computed in float64 a block at a time.

    Parameters
    ----------
    matrix : float array (n, d)
        One vector a row.
    query : float array (d,)
        The vector.
    rows : range
        Contiguous.

    Returns
    -------
    float64 array (rows,)
        The distances.
    """
    exact, step = query.astype(np.float64), _rows_per_block(matrix.shape[1])
    result = np.empty(len(rows))
    for start in range(rows.start, rows.stop, step):
        stop = min(start + step, rows.stop)
        result[start - rows.start : stop - rows.start] = _lengths(matrix[start:stop] - exact)
    return result


def nearest(
    matrix: Array, queries: Array, shares: Sequence[Blocks], k: int, margin: float | None = None
) -> list[tuple[Array, Array]]:
    """Find the k rows of highest cosine for each query.

    Parameters
    ----------
    matrix : float array (n, d)
        One vector a row.
    queries : float array (queries, d)
        Of length 1 or 0, in the arithmetic dtype.
    shares : sequence of Blocks
        Blocks for each thread: scores within float rounding of the cosines or of multiples of them, as from
        `score_blocks`.
    k : int
        How many rows, at least 1.
    margin : float or None
        How far two scores may be apart though the cosines are equal. Default: `rounding_margin`.

    Returns
    -------
    list of (int array, float array)
        For each query, up to k rows and their cosines, by descending cosine, then by ascending row.
    """
    margin = rounding_margin(queries) if margin is None else margin
    query, row, _ = best_of_shares(len(queries), shares, k, margin)
    exact = np.empty(len(row), dtype=queries.dtype)
    step = _rows_per_block(matrix.shape[1])
    for start in range(0, len(row), step):
        part = slice(start, start + step)
        exact[part] = cosine(matrix[row[part]], queries[query[part]])
    return ranked(len(queries), query, row, exact, k)


def rounding_margin(queries: Array) -> float:
    """Return how far two scores of unit queries may be apart though their cosines are equal.

    A product of unit vectors in d dimensions is off by at most d * eps / 2; a combination of a few, by a few times
    as much.
    """
    return float(4 * (queries.shape[-1] + 16) * np.finfo(queries.dtype).eps)


def shared_out(rows: range, step: int) -> list[range]:
    """Share rows, in whole blocks of `step`, among as many threads as BLAS would use, or one if they are few."""
    blocks = -(-len(rows) // step)
    threads = blas_threads() if blocks >= _BLOCKS_WORTH_THREADS else 1
    share = max(1, -(-blocks // threads)) * step
    return [range(start, min(start + share, rows.stop)) for start in range(rows.start, max(rows.stop, 1), share)]


def best_of_shares(count: int, shares: Sequence[Blocks], k: int, margin: float = 0.0) -> Candidates:
    """Select as `best` does, from several shares at once, each in a thread of its own."""
    if len(shares) == 1:
        return best(count, shares[0], k, margin)
    with single_threaded(), ThreadPoolExecutor(len(shares)) as pool:
        found = list(pool.map(lambda blocks: best(count, blocks, k, margin), shares))
    query, row, score = map(np.concatenate, zip(*found, strict=True))
    return _pruned((query, row, score), np.full(count, -np.inf), k, margin)[0]


def best(count: int, blocks: Blocks, k: int, margin: float = 0.0) -> Candidates:
    """Select, for each of `count` queries, every row that scores no less than the k-th best minus `margin`.

    Returns
    -------
    query, row, score : array (pairs,)
        The selected pairs and some worse ones, in no particular order.
    """
    found: Candidates = (np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0))
    floor = np.full(count, -np.inf)
    seen = pruned_at = 0
    for rows, find in blocks:
        if seen and seen >= 2 * pruned_at:  # until the rows seen have doubled, a new floor would be little higher
            found, floor = _pruned(found, floor, k, margin)
            pruned_at = seen
        query, column, score = find(k, floor, margin)
        new = (query, column + rows.start, score)
        if seen:
            query, column, score = map(np.concatenate, zip(found, new, strict=True))
            new = (query, column, score)
        found = new
        seen += len(rows)
        tell("vectors", len(rows))
    return _pruned(found, floor, k, margin)[0] if pruned_at else found


def _pruned(found: Candidates, floor: Array, k: int, margin: float) -> tuple[Candidates, Array]:
    """Drop pairs that are worse than the k-th best of their query minus `margin`; return them and the k-th best."""
    query, row, score = found
    order = np.argsort(-score)  # two sorts take a sixth of the time of lexsort, as short integers are sorted by radix
    order = order[np.argsort(query[order].astype(np.min_scalar_type(len(floor))), kind="stable")]
    starts = np.searchsorted(query[order], np.arange(len(floor) + 1))
    enough = np.flatnonzero(np.diff(starts) >= k)
    floor = floor.copy()
    floor[enough] = np.maximum(floor[enough], score[order[starts[enough] + k - 1]])
    kept = score >= floor[query] - margin
    return (query[kept], row[kept], score[kept]), floor


def candidates(block: Array, k: int, floor: Array, margin: float) -> Candidates:
    """Find candidates in an array of scores (rows, queries); see `Finder`. nan counts as least.

    The rows are put in groups of equal size, and the k-th largest of the groups' maxima bounds the k-th best score
    from below: one pass over the scores, and only a few groups need a second look.
    """
    rows, count = block.shape
    unbounded = floor.min() == -np.inf
    groups = max(4 * k if unbounded else 1, math.isqrt(rows))
    depth = rows // groups if rows >= 4 * groups else 1
    groups = rows // depth
    grouped = block[: depth * groups].reshape(depth, groups, count)
    maxima = grouped.max(axis=0)
    if np.isnan(maxima).any():
        return candidates(np.where(np.isnan(block), -np.inf, block), k, floor, margin)
    if groups > k and unbounded:
        floor = np.maximum(floor, np.partition(maxima, groups - k, axis=0)[groups - k])
    limit = (floor - margin).astype(block.dtype)
    group, query = np.divmod(np.flatnonzero(maxima >= limit), count)
    members = grouped[:, group, query]
    level, member = np.divmod(np.flatnonzero(members >= limit[query]), max(1, len(query)))
    rest = block[depth * groups :]
    rest_row, rest_query = np.nonzero(rest >= limit)
    return (
        np.concatenate((query[member], rest_query)),
        np.concatenate((level * groups + group[member], depth * groups + rest_row)),
        np.concatenate((members[level, member], rest[rest_row, rest_query])),
    )


def ranked(count: int, query: Array, row: Array, score: Array, k: int) -> list[tuple[Array, Array]]:
    """Return the k best (rows, scores) of each query, by descending score and then ascending row, nan last."""
    if count == 1:  # in half the time, which is one in a hundred of the search among 400,000 rows
        order = np.lexsort((row, -score))[:k]
        return [(row[order], score[order])]
    order = np.lexsort((row, -score, query))
    starts = np.searchsorted(query[order], np.arange(count + 1))
    chosen = [order[start : min(start + k, stop)] for start, stop in zip(starts[:-1], starts[1:], strict=True)]
    return [(row[index], score[index]) for index in chosen]


def _rows_per_block(columns: int) -> int:
    return max(1, BLOCK_NUMBERS // max(1, columns))


def _lengths(vectors: Array) -> Array:
    lengths: Array = np.sqrt(np.einsum("...j,...j->...", vectors, vectors))
    return lengths
