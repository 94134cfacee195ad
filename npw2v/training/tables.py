"""The tables of weights as one worker sees them: those that all workers share, or copies of its own.

On shared tables each worker adds all updates to the columns that it owns; a row must then move from the caches of the
cores that have added to it to that of the one that reads it. With copies every worker adds all updates to all columns.
Which of the two is faster depends on where the system runs the workers, and changes while they run. And where another
program is busy on one of their processors, all wait for the worker that shares it in every step, and would be done
sooner without it. All ways leave the same bytes, so the workers may change from one to another, and the first of them
measures which is the fastest.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.scatter import WHOLE, Share
from npw2v.training.weights import Weights

#: The modes of a round: on copies of the tables; on the tables that all share; and without the last worker.
ON_COPIES, SHARED, FEWER = 0, 1, 2

#: How often each mode is tried at first, as one time may be any; but once where much time is lost.
FIRST_TRIALS = 2

#: Share of the time that may be lost by trying another mode now and then.
TRIALS = 0.02

#: Fewest and most rounds between two trials, and most without the last worker, as the other program may have ended. A
#: round takes about 50 ms.
LEAST_ROUNDS, MOST_ROUNDS, MOST_FEWER = 8, 100, 30

#: Share of a round in which the first worker does not work, as it waits for others or has no processor, from which on
#: rounds are tried without the last one; and the round from which on one is tried in any case. Two workers on what is
#: one core of the machine may take longer than one.
LATE, IN_ANY_CASE = 0.3, 16


class FastestOf:
    """Which of several modes the next round is to take: the fastest one, and now and then the second.

    Parameters
    ----------
    usual : tuple of int
        Modes to be tried at once.
    fewer : int
        The mode to be tried where much time is lost, and some time later in any case.

    Examples
    --------
    >>> fastest, seconds, modes = FastestOf((0, 1), 2), [1.0, 1.5, 0.8], []
    >>> for lost in [0.1] * 12 + [0.6] * 5:
    ...     modes.append(fastest.next())
    ...     fastest.took(seconds[modes[-1]], lost)
    >>> "".join(map(str, modes))
    '01010000000002222'
    """

    def __init__(self, usual: tuple[int, ...], fewer: int) -> None:
        self._fewer, self._mode, self._rounds, self._late, self._taken = fewer, usual[0], 0, False, 0
        # The last two times of each mode. The better one counts: now and then the system takes a core away for a while.
        self._seconds: dict[int, list[float]] = {mode: [] for mode in (*usual, fewer)}

    def next(self) -> int:
        """Choose the mode of the next round."""
        usual = [(len(times), mode) for mode, times in self._seconds.items() if mode != self._fewer]
        if min(usual)[0] < (1 if self._late else FIRST_TRIALS):
            self._mode = min(usual)[1]
            return self._mode
        if not self._seconds[self._fewer] and (self._late or self._taken >= IN_ANY_CASE):
            self._mode = self._fewer
            return self._mode
        known = sorted((min(times), mode) for mode, times in self._seconds.items() if times)
        self._mode = known[0][1]
        if len(known) > 1:
            loss, most = known[1][0] / known[0][0] - 1, MOST_FEWER if self._mode == self._fewer else MOST_ROUNDS
            if self._rounds >= min(max(LEAST_ROUNDS, loss / TRIALS), most):
                self._mode = known[1][1]
        return self._mode

    def took(self, seconds: float, lost: float) -> None:
        """Note the time that the round took, for each of its words, and in which share of it no work was done."""
        times = self._seconds[self._mode]
        others = [min(each) for mode, each in self._seconds.items() if each and mode != self._mode]
        times[:] = [*times[-1:], seconds]
        if self._mode != self._fewer:
            self._late = lost > LATE
        self._taken += 1
        self._rounds = 0 if others and min(times) > min(others) else self._rounds + 1


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
        Shared: the mode of the next round.

    Attributes
    ----------
    weights : Weights
        The tables to read and to add to. The first worker's are always the shared ones.
    active : int
        How many workers train in this round, the first ones.
    """

    def __init__(self, shared: Weights, index: int, workers: int, copies: bool, mode: NDArray[np.int8]) -> None:
        self._shared, self._next_mode, self._index, self._workers = shared, mode, index, workers
        self._copies = shared.copied() if index and copies else None
        self._allowed = copies
        usual = (ON_COPIES, SHARED) if copies else (SHARED,)
        self._fastest = FastestOf(usual, FEWER) if workers > 1 and index == 0 else None
        # Whether the copies are what the shared tables are.
        self._mode, self._current, self.active = usual[0], True, workers
        self.weights = self._copies or shared
        mode[...] = self._mode

    @property
    def others(self) -> bool:
        """Whether other workers add to these tables, too."""
        return (self._mode == SHARED or not self._allowed) and self.active > 1

    @property
    def apart(self) -> bool:
        """Whether several workers train, each on tables of its own."""
        return self.active > 1 and not self.others

    @property
    def share(self) -> Share:
        """Of the columns of the tables, those to add to (see :func:`npw2v.kernels.scatter.scatter_products`)."""
        dimensions = self._shared.inputs.shape[1]
        # With 3 workers and 100 dimensions the first two have 50 columns each and the third none.
        return (self._index, _divisor(dimensions, self.active)) if self.others else WHOLE

    @property
    def fewer(self) -> bool:
        """Whether the last worker has nothing to train in this round."""
        return self.active < self._workers

    @property
    def idle(self) -> bool:
        """Whether this worker has nothing to train in this round."""
        return self._index >= self.active

    def choose(self) -> None:
        """Say how the next round goes, if this is the first worker; before all meet."""
        if self._fastest is not None:
            self._next_mode[0] = self._fastest.next()

    def change(self, fresh: bool) -> None:
        """Go over to the tables of the next round, after all have met and before any has added to them.

        Parameters
        ----------
        fresh : bool
            Others than the workers may have changed the shared tables since the last round.
        """
        self._mode = int(self._next_mode[0])
        self.active = self._workers - (self._mode == FEWER)
        self.weights = self._shared if self.others else self._copies or self._shared
        on_copies = not self.others and not self.idle
        if self._copies is not None and on_copies and (fresh or not self._current):
            for name, table in self._copies.tables().items():
                np.copyto(table, self._shared[name])
        self._current = on_copies

    def took(self, seconds: float, lost: float, words: int) -> None:
        """Note how long a round of so many words took, and in how many of its seconds this worker did not work."""
        if self._fastest is not None and words:
            self._fastest.took(seconds / words, lost / seconds)


@lru_cache(maxsize=4)
def _divisor(dimensions: int, most: int) -> int:
    """Return the largest divisor of ``dimensions`` that is at most ``most``."""
    return max(count for count in range(1, most + 1) if dimensions % count == 0)
