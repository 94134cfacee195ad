"""Changes of the same tables that were trained apart: their sum, and the damped rule by which it is added."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.scatter import scatter_add

#: Below this, 1 − exp(−h) is h as far as float32 can tell.
SMALL = np.float32(1e-6)

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
    before: NDArray[np.float32], after: NDArray[np.float32], rows: NDArray[np.int32], pulls: NDArray[np.float32]
) -> RowChanges:
    """Return what one lane has changed, and take it back.

    Parameters
    ----------
    before, after : float32 array (V, d)
        The table as it was, and as it is; the latter becomes what it was.
    rows : int32 array (n,)
        Rows that may have changed, ascending, each once.
    pulls : float32 array (n,)
        h = alpha · slope · (the row's updates), as in :class:`npw2v.kernels.damping.Damping`.
    """
    changes = np.empty((len(rows), before.shape[1]), np.float32)
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        were, mine = before.take(some, axis=0), changes[start : start + AT_ONCE]
        after.take(some, axis=0, mode="clip", out=mine)
        after[some] = were
        mine -= were
    return RowChanges(rows, changes, pulls, -np.expm1(-pulls))


def summed(first: RowChanges, second: RowChanges) -> RowChanges:
    """Return the sum of two; neither is changed.

    Examples
    --------
    >>> pulls = np.array([0.5, 0.5], np.float32)
    >>> ones = np.ones((2, 1), np.float32)
    >>> a = RowChanges(np.array([1, 4], np.int32), ones, pulls, pulls)
    >>> b = RowChanges(np.array([0, 4], np.int32), ones, pulls, pulls)
    >>> summed(a, b).rows.tolist(), summed(a, b).changes.ravel().tolist()
    ([0, 1, 4], [1.0, 1.0, 2.0])
    """
    there = np.zeros(1 + max(int(each.rows.max(initial=-1)) for each in (first, second)), np.bool_)
    for each in (first, second):
        there[each.rows] = True
    rows, place_of = np.flatnonzero(there).astype(np.int32), np.cumsum(there, dtype=np.int32)
    changes = np.zeros((len(rows), first.changes.shape[1]), np.float32)
    pulls, reached = np.zeros((2, len(rows)), np.float32)
    for each in (first, second):
        places = place_of[each.rows] - np.int32(1)
        add_rows(changes, places, each.changes)
        pulls[places] += each.pulls
        reached[places] += each.reached
    return RowChanges(rows, changes, pulls, reached)


def add_rows(table: NDArray[np.float32], rows: NDArray[np.int32], changes: NDArray[np.float32]) -> None:
    """Add changes (n, d) to the n rows of a table, each of which is there once."""
    scatter_add(table, rows, changes, np.ones(len(rows), np.float32))


def damped(changes: RowChanges) -> NDArray[np.float32]:
    r"""Return what to add to the rows: the lanes' changes by the damped rule.

    The lanes have all started from the same row, none knowing of the others. Where their updates point the same way,
    the sum of their changes overshoots, and the mean is too little for a row that few of them have moved far::

        W ← W + f · Σ ΔW_l      f = (1 − exp(−Σ h_l)) / Σ (1 − exp(−h_l))

    One after the other, the updates of all lanes would have come 1 − exp(−Σ h_l) of the way to where they draw the row;
    alone, lane l has come 1 − exp(−h_l) of it. So f is 1 for a row that one lane alone has changed, and falls to 1/L
    for a row that each of L lanes has driven to rest.

    Parameters
    ----------
    changes : RowChanges
        The sum over all lanes.

    Returns
    -------
    float32 array (n, d)

    References
    ----------
    .. [1] R. McDonald, K. Hall, G. Mann, "Distributed training strategies for the structured perceptron", NAACL 2010
       (parameter mixing: the mean of the changes).
    .. [2] S. Ji et al., "Parallelizing Word2Vec in shared and distributed memory", 2016 (frequent rows more often).
    .. [3] S. Maleki et al., "Scaling distributed training with adaptive summation", MLSys 2021 (AdaSum: the sum where
       changes are orthogonal, the mean where they are parallel).
    .. [4] G. Gill et al., "Distributed training of embeddings using graph analytics", 2020 (AdaSum for Word2Vec).

    Examples
    --------
    A row that one lane has moved, and one that four lanes have each moved by 1, nearly all the way:

    >>> pulls = np.array([3, 4 * 3], np.float32)
    >>> reached = np.array([1, 4], np.float32) * np.float32(1 - np.exp(-3))
    >>> changes = np.array([[1], [4]], np.float32)
    >>> print(damped(RowChanges(np.array([0, 1], np.int32), changes, pulls, reached)).ravel().round(2))
    [1.   1.05]
    """
    factors = np.where(changes.reached > SMALL, -np.expm1(-changes.pulls) / np.maximum(changes.reached, SMALL), 1)
    return changes.changes * factors.astype(np.float32)[:, None]
