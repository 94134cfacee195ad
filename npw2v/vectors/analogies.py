"""Answering many analogy questions at once: the rows nearest to b - a + c for thousands of (a, b, c)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.vectors.search import (
    BLOCK_NUMBERS,
    Blocks,
    Candidates,
    best_of_shares,
    nearest,
    ranked,
    rounding_margin,
    shared_out,
    unit_rows,
    unit_vectors,
)

Array = NDArray[Any]

_DEPTH = 16  # rows in a group
_QUESTIONS_AT_ONCE = 2048


@dataclass
class PairedScores:
    r"""Scores of n rows for questions whose score is a sum or product of two parts, each shared by many questions.

    .. math:: s_{qx} = f_{i(q),x} + g_{j(q),x} \qquad\text{or}\qquad s_{qx} = f_{i(q),x} \cdot g_{j(q),x}

    Both grow with f and g (which are not negative in a product), so the largest f of a group of rows combined with
    the largest g of the group bounds the group's scores. That is computed for every question and group; the scores
    themselves only for the few groups whose bound reaches the k best found so far.

    Attributes
    ----------
    first, second : float array (parts, n)
        f and g; n is a multiple of `depth`.
    first_at, second_at : int array (questions,)
        i and j.
    combine : numpy.ufunc
        `numpy.add` or `numpy.multiply`.
    depth : int
        Rows in a group.
    """

    first: Array
    second: Array
    first_at: Array
    second_at: Array
    combine: np.ufunc
    depth: int

    def candidates(self, k: int, floor: Array, margin: float) -> Candidates:
        """Find candidates; see `npw2v.vectors.search.Finder`."""
        grouped = [part.reshape(len(part), -1, self.depth) for part in (self.first, self.second)]
        bounds = [_maxima(part) for part in grouped]
        found = []
        for start in range(0, len(self.first_at), _QUESTIONS_AT_ONCE):
            chunk = slice(start, start + _QUESTIONS_AT_ONCE)
            at = (self.first_at[chunk], self.second_at[chunk])
            query, column, score = self._in_chunk(grouped, bounds, at, k, floor[chunk], margin)
            found.append((query + start, column, score))
        query, column, score = map(np.concatenate, zip(*found, strict=True))
        return query, column, score

    def _in_chunk(
        self, grouped: list[Array], bounds: list[Array], at: tuple[Array, Array], k: int, floor: Array, margin: float
    ) -> Candidates:
        bound = self.combine(bounds[0][at[0]], bounds[1][at[1]])
        groups = bound.shape[1]
        if groups > 2 * k and (floor == -np.inf).any():
            likely = np.argpartition(bound, -2 * k, axis=1)[:, -2 * k :]
            scores = self.combine(grouped[0][at[0][:, np.newaxis], likely], grouped[1][at[1][:, np.newaxis], likely])
            sample = scores.reshape(len(scores), -1)
            floor = np.maximum(floor, np.partition(sample, -k, axis=1)[:, -k])
        limit = (floor - margin).astype(bound.dtype)
        query, group = np.divmod(np.flatnonzero(bound >= limit[:, np.newaxis]), groups)
        scores = self.combine(grouped[0][at[0][query], group], grouped[1][at[1][query], group])
        member, place = np.divmod(np.flatnonzero(scores >= limit[query, np.newaxis]), self.depth)
        return query[member], group[member] * self.depth + place, scores[member, place]


def _maxima(grouped: Array) -> Array:
    """Return the maxima over the last axis; faster than `max`, which is slow on a short axis."""
    maxima: Array = grouped[..., 0].copy()
    for place in range(1, grouped.shape[-1]):
        np.maximum(maxima, grouped[..., place], out=maxima)
    return maxima


def answers_by_sum(matrix: Array, divisors: Array, questions: Array, k: int, rows: range) -> list[tuple[Array, Array]]:
    """Find the k rows nearest to b - a + c (unit vectors), as `KeyedVectors.most_similar` does: 3CosAdd.

    Parameters
    ----------
    matrix : float array (V, d)
        The vectors.
    divisors : float array (V,)
        What to divide each by to make it a unit vector.
    questions : int array (questions, 3)
        The rows of a, b and c.
    k : int
        How many rows; those of a, b and c may be among them.
    rows : range
        Which rows to search.

    Returns
    -------
    list of (int array, float array)
        Rows and scores for each question, best first.
    """
    queries = np.empty((len(questions), matrix.shape[1]), dtype=divisors.dtype)
    for start in range(0, len(questions), _QUESTIONS_AT_ONCE):
        chunk = slice(start, start + _QUESTIONS_AT_ONCE)
        a, b, c = (unit_rows(matrix, divisors, column).astype(np.float64) for column in questions[chunk].T)
        queries[chunk] = unit_vectors((b + c - a) / 3)
    shares = _shares(matrix, divisors, questions, k, rows, np.add, lambda cosines: cosines, np.subtract)
    # scores are not divided by the length of b - a + c, nor is their rounding error
    return nearest(matrix, queries, shares, k, rounding_margin(queries))


def answers_by_product(
    matrix: Array, divisors: Array, questions: Array, k: int, rows: range
) -> list[tuple[Array, Array]]:
    """Find the k best rows by 3CosMul, as `KeyedVectors.most_similar_cosmul` does; see `answers_by_sum`."""
    shares = _shares(
        matrix,
        divisors,
        questions,
        k,
        rows,
        np.multiply,
        lambda cosines: np.maximum((1 + cosines) / 2, 0),
        lambda b, a: b / (a + b.dtype.type(1e-6)),
    )
    return ranked(len(questions), *best_of_shares(len(questions), shares, k), k)


#: The query that answers one question → what answers many in the same way.
ANSWERS = {"most_similar": answers_by_sum, "most_similar_cosmul": answers_by_product}


def _shares(
    matrix: Array,
    divisors: Array,
    questions: Array,
    k: int,
    rows: range,
    combine: np.ufunc,
    shift: Callable[[Array], Array],
    pair: Callable[[Array, Array], Array],
) -> list[Blocks]:
    """Score a block of rows at a time: ``combine(pair(b, a), c)``, where a, b and c are shifted cosines with a row.

    The cosines with each distinct word are computed once, as are the pairs for each distinct (a, b).
    """
    words, at = np.unique(questions, return_inverse=True)
    at = at.reshape(questions.shape)
    pairs, pair_at = np.unique(at[:, 0] * len(words) + at[:, 1], return_inverse=True)
    units = np.nan_to_num(unit_rows(matrix, divisors, words))
    step = max(BLOCK_NUMBERS // max(units.shape) // _DEPTH, 2 * k) * _DEPTH

    def blocks(share: range) -> Blocks:
        start = share.start
        while start < share.stop:
            count = min(step, share.stop - start)
            depth = _DEPTH if count >= 2 * k * _DEPTH else 1
            block = range(start, start + count // depth * depth)
            cosines = shift(units @ np.nan_to_num(unit_rows(matrix, divisors, slice(block.start, block.stop))).T)
            first = pair(cosines[pairs % len(words)], cosines[pairs // len(words)])
            yield block, PairedScores(first, cosines, pair_at, at[:, 2], combine, depth).candidates
            start = block.stop

    return [blocks(share) for share in shared_out(rows, step)]
