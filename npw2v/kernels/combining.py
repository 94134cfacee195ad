"""Changes of the same tables that were trained apart: their sum, and the damped rule by which it moves the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.scatter import scatter_add

#: Below this, 1 − exp(−h) is h as far as float32 can tell.
SMALL = np.float32(1e-6)

#: Most of a row's last move that is made again. With more of it the moves of ten rounds ago and more count, from where
#: the row, and those that it is trained with, may have been quite elsewhere: 64 lanes of CBOW, in 64 rounds an epoch,
#: score .206 in analogies without this bound and .228 with it.
MOST_MOMENTUM = np.float32(0.9)

#: Rows that are taken at once: few enough to stay in the caches.
AT_ONCE = 1024


class RowChanges(NamedTuple):
    """How the rows of one table have changed in one lane, or the sum of that over several lanes.

    A lane is what has been trained by itself, from the same tables as the other lanes.

    Attributes
    ----------
    rows : int32 array (n,)
        The rows that have changed, ascending, each once.
    changes : float32 array (n, d)
        Σ ΔW_l: what was added to them.
    pulls : float32 array (n,)
        Σ h_l, the updates of each row times their learning rate and slope.
    reached : float32 array (n,)
        Σ (1 − exp(−h_l)): how far each lane has come towards where its updates draw the row.
    """

    rows: NDArray[np.int32]
    changes: NDArray[np.float32]
    pulls: NDArray[np.float32]
    reached: NDArray[np.float32]


def take_changes(
    before: NDArray[np.float32],
    rows: NDArray[np.integer],
    after: NDArray[np.float32],
    places: NDArray[np.integer],
    pulls: NDArray[np.float32],
    out: NDArray[np.float32],
) -> RowChanges:
    """Return how rows of a table have changed where they were trained apart.

    Parameters
    ----------
    before : float32 array (V, d)
        The table.
    rows : int array (n,)
        Rows of it that have changed elsewhere, ascending, each once.
    after : float32 array (m, d)
        What they were trained in.
    places : int array (n,)
        Where they are there.
    pulls : float32 array (n,)
        h = alpha · slope · (the row's updates), as in :class:`npw2v.kernels.damping.Damping`.
    out : float32 array (at least n, d)
        Overwritten by the changes, from its beginning.
    """
    changes = out[: len(rows)]
    for start in range(0, len(rows), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        after.take(places[some], axis=0, mode="clip", out=changes[some])
        changes[some] -= before.take(rows[some], axis=0, mode="clip")
    return RowChanges(rows.astype(np.int32), changes, pulls, -np.expm1(-pulls))


def summed(*several: RowChanges) -> RowChanges:
    """Return the sum of several, added up in this order; none of them is changed.

    Examples
    --------
    >>> pulls = np.array([0.5, 0.5], np.float32)
    >>> ones = np.ones((2, 1), np.float32)
    >>> a = RowChanges(np.array([1, 4], np.int32), ones, pulls, pulls)
    >>> b = RowChanges(np.array([0, 4], np.int32), ones, pulls, pulls)
    >>> summed(a, b).rows.tolist(), summed(a, b).changes.ravel().tolist()
    ([0, 1, 4], [1.0, 1.0, 2.0])
    """
    rows, pulls, reached, places = _together(several)
    changes = np.empty((len(rows), several[0].changes.shape[1]), np.float32)
    for some, own in _at_once(len(rows), places):
        _sum_up(changes[some], some.start, several, places, own)
    return RowChanges(rows, changes, pulls, reached)


def _together(
    several: Sequence[RowChanges],
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.float32], list[NDArray[np.int32]]]:
    """Return the rows of all, their pulls, how far they have come, and where among these rows each one's are."""
    there = np.zeros(1 + max(int(each.rows.max(initial=-1)) for each in several), np.bool_)
    for each in several:
        there[each.rows] = True
    rows, place_of = np.flatnonzero(there).astype(np.int32), np.cumsum(there, dtype=np.int32) - np.int32(1)
    places = [place_of[each.rows] for each in several]
    pulls, reached = np.zeros((2, len(rows)), np.float32)
    for each, its in zip(several, places, strict=True):
        pulls[its] += each.pulls
        reached[its] += each.reached
    return rows, pulls, reached, places


def _at_once(count: int, places: Sequence[NDArray[np.int32]]) -> Iterator[tuple[slice, list[slice]]]:
    """Cut so many rows into those that are taken at once, and what each one has of them, given where its rows are.

    Examples
    --------
    >>> list(_at_once(3, [np.array([0, 2], np.int32), np.array([1], np.int32)]))
    [(slice(0, 3, None), [slice(0, 2, None), slice(0, 1, None)])]
    """
    bounds = np.arange(0, count + AT_ONCE, AT_ONCE)
    cuts = [np.searchsorted(its, bounds).tolist() for its in places]
    for number, start in enumerate(range(0, count, AT_ONCE)):
        yield slice(start, min(start + AT_ONCE, count)), [slice(cut[number], cut[number + 1]) for cut in cuts]


def _sum_up(
    out: NDArray[np.float32],
    start: int,
    several: Sequence[RowChanges],
    places: Sequence[NDArray[np.int32]],
    own: Sequence[slice],
) -> None:
    """Write the sums at places ``start``, ``start + 1``, … to ``out``; ``own`` is what each one has of them."""
    out[...] = 0
    for each, its, here in zip(several, places, own, strict=True):
        add_rows(out, its[here] - np.int32(start), each.changes[here])


def add_rows(table: NDArray[np.float32], rows: NDArray[np.int32], changes: NDArray[np.float32]) -> None:
    """Add changes (n, d) to the n rows of a table, each of which is there once."""
    scatter_add(table, rows, changes, np.ones(len(rows), np.float32))


def damping_factors(pulls: NDArray[np.float32], reached: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return f = (1 − exp(−Σ h_l)) / Σ (1 − exp(−h_l)), given the two sums over lanes; see :func:`move_rows`.

    Examples
    --------
    A row that one lane has moved, and one that four lanes have each moved nearly all the way:

    >>> pulls = np.array([3, 4 * 3], np.float32)
    >>> reached = np.array([1, 4], np.float32) * np.float32(1 - np.exp(-3))
    >>> print(damping_factors(pulls, reached).round(2))
    [1.   0.26]
    """
    factors = np.where(reached > SMALL, -np.expm1(-pulls) / np.maximum(reached, SMALL), 1)
    return np.minimum(factors, 1).astype(np.float32)


def move_rows(table: NDArray[np.float32], last: NDArray[np.float32], *several: RowChanges) -> None:
    r"""Move the rows of a table by what lanes have changed: by the damped rule, and by momentum.

    The lanes have all started from the same row, none knowing of the others. Where their updates point the same way,
    the sum of their changes overshoots, and the mean is too little for a row that few of them have moved far. In round
    t the row W moves by U::

        U_t = f · Σ ΔW_l + m · U_{t−1}      f = (1 − exp(−Σ h_l)) / Σ (1 − exp(−h_l))      m = min(1 − f, 0.9)

    One after the other, the updates of all lanes would have come 1 − exp(−Σ h_l) of the way to where they draw the row;
    alone, lane l has come 1 − exp(−h_l) of it. So f is 1 for a row that one lane alone has changed, and falls to 1/L
    for a row that each of L lanes has driven to rest.

    What all lanes agree on in round after round, though they are at rest within each, would then be learnt at 1/L of
    the speed. It comes through momentum: a change that is the same in all rounds adds up to f · Σ m^i = 1 times itself,
    if f is at least 0.1. A row with f = 1 has no momentum.

    Parameters
    ----------
    table : float32 array (V, d)
        W. Mutated.
    last : float32 array (V, d)
        U, what each row was last moved by. Mutated.
    *several : RowChanges
        What has changed in all lanes, or in groups of them, which are summed up in this order.

    References
    ----------
    .. [1] R. McDonald, K. Hall, G. Mann, "Distributed training strategies for the structured perceptron", NAACL 2010
       (parameter mixing: the mean of the changes).
    .. [2] K. Chen, Q. Huo, "Scalable training of deep learning machines by incremental block training with intra-block
       parallel optimization and blockwise model-update filtering", ICASSP 2016 (the mean, with a momentum of 1 − 1/L).
    .. [3] S. Ji et al., "Parallelizing Word2Vec in shared and distributed memory", 2016 (frequent rows more often).
    .. [4] S. Maleki et al., "Scaling distributed training with adaptive summation", MLSys 2021 (AdaSum: the sum where
       changes are orthogonal, the mean where they are parallel).
    .. [5] G. Gill et al., "Distributed training of embeddings using graph analytics", 2020 (AdaSum for Word2Vec).

    Examples
    --------
    Two lanes have each moved the same row by 1, all the way, and it goes on by half of its last move:

    >>> one = RowChanges(np.zeros(1, np.int32), np.ones((1, 1), np.float32), np.full(1, 20.0), np.ones(1, np.float32))
    >>> table, last = np.zeros((1, 1), np.float32), np.full((1, 1), 0.5, np.float32)
    >>> move_rows(table, last, one, one)
    >>> table.item(), last.item()
    (1.25, 1.25)
    """
    rows, pulls, reached, places = _together(several)
    factors = damping_factors(pulls, reached)
    momentum = np.minimum(1 - factors, MOST_MOMENTUM)
    room = np.empty((AT_ONCE, table.shape[1]), np.float32)
    for some, own in _at_once(len(rows), places):
        move = room[: some.stop - some.start]
        _sum_up(move, some.start, several, places, own)
        move *= factors[some, None]
        before = last.take(rows[some], axis=0, mode="clip")
        before *= momentum[some, None]
        move += before
        last[rows[some]] = move
        add_rows(table, rows[some], move)
