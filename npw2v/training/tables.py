"""The tables of weights as one worker sees them: those that all workers share, or copies of its own.

On shared tables each worker adds all updates to the columns that it owns; a row must then move from the caches of the
cores that have added to it to that of the one that reads it. With copies every worker adds all updates to all columns.
Which of the two is faster depends on where the system runs the workers, and changes while they run: both leave the same
bytes, so the workers may change from one to the other, and the first of them measures which is the faster.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.scatter import WHOLE, Share
from npw2v.training.weights import Weights

#: The modes of a round: on copies of the tables, or on the tables that all share.
ON_COPIES, SHARED = 0, 1

#: Share of the time that may be lost by trying the other mode now and then.
TRIALS = 0.02

#: Fewest and most rounds between two trials. A round takes about 50 ms.
LEAST_ROUNDS, MOST_ROUNDS = 8, 100


class FasterOf:
    """Which of two modes, 0 or 1, the next round is to take: the faster one, and now and then the other.

    Examples
    --------
    >>> faster, seconds, modes = FasterOf(), [1.0, 1.5], []
    >>> for _ in range(40):
    ...     modes.append(faster.next())
    ...     faster.took(seconds[modes[-1]])
    >>> "".join(map(str, modes))
    '0100000000000000000000000001000000000000'
    """

    def __init__(self) -> None:
        self._mode, self._rounds = 0, 0
        # The last two times of each mode. The better one counts: now and then the system takes a core away for a while.
        self._seconds: tuple[list[float], list[float]] = ([], [])

    def next(self) -> int:
        """Choose the mode of the next round."""
        if not all(self._seconds):
            self._mode = 1 if self._seconds[0] else 0
            return self._mode
        first, second = map(min, self._seconds)
        self._mode = 0 if first <= second else 1
        loss = max(first, second) / min(first, second) - 1
        if self._rounds >= min(max(LEAST_ROUNDS, loss / TRIALS), MOST_ROUNDS):
            self._mode = 1 - self._mode
        return self._mode

    def took(self, seconds: float) -> None:
        """Note the time that the round took, for each of its words."""
        times, others = self._seconds[self._mode], self._seconds[1 - self._mode]
        times[:] = [*times[-1:], seconds]
        slower = bool(others) and min(times) > min(others)
        self._rounds = 0 if slower else self._rounds + 1


class Tables:
    """The tables that a worker trains in one round.

    Parameters
    ----------
    shared : Weights
        The tables that all workers see.
    index, workers : int
        This worker's number, and of how many.
    copies : bool
        Copies are allowed, and the first worker finds out which mode is faster; otherwise all rounds are on the shared
        tables.
    mode : int8 array (1,)
        Shared: `ON_COPIES` if the next round is on copies, `SHARED` if it is on the shared tables.

    Attributes
    ----------
    weights : Weights
        The tables to read and to add to. The first worker's are always the shared ones.
    share : Share
        Of the columns of the tables, those to add to (see :func:`npw2v.kernels.scatter.scatter_products`).
    others : bool
        Whether other workers add to these tables, too.
    """

    def __init__(self, shared: Weights, index: int, workers: int, copies: bool, mode: NDArray[np.int8]) -> None:
        self._shared, self._next_mode = shared, mode
        dimensions = shared.inputs.shape[1]
        # With 3 workers and 100 dimensions the first two have 50 columns each and the third none.
        self._own = index, max(count for count in range(1, workers + 1) if dimensions % count == 0)
        self._copies = shared.copied() if index and copies else None
        self._faster = FasterOf() if workers > 1 and copies and index == 0 else None
        self._mode = ON_COPIES
        self.weights = self._copies or shared
        if not copies:
            mode[...] = self._mode = SHARED

    @property
    def others(self) -> bool:
        """See the attributes."""
        return self._mode == SHARED

    @property
    def share(self) -> Share:
        """See the attributes."""
        return self._own if self.others else WHOLE

    def choose(self) -> None:
        """Say how the next round goes, if this is the first worker; before all meet."""
        if self._faster is not None:
            self._next_mode[0] = self._faster.next()

    def change(self, fresh: bool) -> None:
        """Go over to the tables of the next round, after all have met and before any has added to them.

        Parameters
        ----------
        fresh : bool
            Others than the workers may have changed the shared tables since the last round.
        """
        before, self._mode = self._mode, int(self._next_mode[0])
        self.weights = self._shared if self._mode == SHARED else self._copies or self._shared
        if self._copies is not None and self._mode == ON_COPIES and (before == SHARED or fresh):
            for name, table in self._copies.tables().items():
                np.copyto(table, self._shared[name])

    def took(self, seconds: float, words: int) -> None:
        """Note how long a round of so many words took."""
        if self._faster is not None and words:
            self._faster.took(seconds / words)
