"""The tables of weights as one worker sees them: those that all workers share, or copies of its own.

On shared tables each worker adds all updates to the columns that it owns; a row must then move from the caches of the
cores that have added to it to that of the one that reads it. With copies every worker adds all updates to all columns.
Which of the two is faster depends on where the system runs the workers, and changes while they run: both leave the same
bytes, so the workers may change from one to the other, and the first of them measures which is the faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.scatter import WHOLE, Share

#: Arrays by name.
Arrays = Mapping[str, NDArray[Any]]

#: Share of the time that may be lost by trying the other way now and then.
TRIALS = 0.02

#: Fewest and most rounds between two trials. A round takes about 50 ms.
LEAST_ROUNDS, MOST_ROUNDS = 8, 100


class Choice:
    """Which of two ways, 0 or 1, the next round is to take: the faster one, and now and then the other.

    Examples
    --------
    >>> choice, seconds, ways = Choice(), [1.0, 1.5], []
    >>> for _ in range(40):
    ...     ways.append(choice.next())
    ...     choice.took(seconds[ways[-1]])
    >>> "".join(map(str, ways))
    '0100000000000000000000000001000000000000'
    """

    def __init__(self) -> None:
        self._way, self._rounds = 0, 0
        # The last two times of each way. The better one counts: now and then the system takes a core away for a while.
        self._seconds: tuple[list[float], list[float]] = ([], [])

    def next(self) -> int:
        """Choose the way of the next round."""
        if not all(self._seconds):
            self._way = 1 if self._seconds[0] else 0
            return self._way
        first, second = map(min, self._seconds)
        self._way = 0 if first <= second else 1
        loss = max(first, second) / min(first, second) - 1
        if self._rounds >= min(max(LEAST_ROUNDS, loss / TRIALS), MOST_ROUNDS):
            self._way = 1 - self._way
        return self._way

    def took(self, seconds: float) -> None:
        """Note the time that the round took, for each of its words."""
        times, others = self._seconds[self._way], self._seconds[1 - self._way]
        times[:] = [*times[-1:], seconds]
        slower = bool(others) and min(times) > min(others)
        self._rounds = 0 if slower else self._rounds + 1


class Tables:
    """The tables that a worker trains in one round.

    Parameters
    ----------
    shared : the tables that all workers see, by name
    index, workers : this worker's number, and of how many
    copies : copies are allowed, and the first worker finds out which is faster; otherwise all rounds are on the shared
        tables
    way : int8 (1,), shared: 0 if the next round is on copies, 1 if it is on the shared tables

    Attributes
    ----------
    arrays : the tables to read and to add to, by name. The first worker's are always the shared ones
    share : of the columns of the tables, those to add to (see :func:`npw2v.kernels.scatter.scatter_products`)
    others : whether other workers add to these tables, too
    """

    def __init__(self, shared: Arrays, index: int, workers: int, copies: bool, way: NDArray[np.int8]) -> None:
        self._shared, self._way = shared, way
        dimensions = next(iter(shared.values())).shape[1]
        # With 3 workers and 100 dimensions the first two have 50 columns each and the third none.
        self._own = index, max(count for count in range(1, workers + 1) if dimensions % count == 0)
        self._copies = {name: table.copy() for name, table in shared.items()} if index and copies else {}
        self._choice = Choice() if workers > 1 and copies and index == 0 else None
        self._current = 0
        self.arrays: Arrays = self._copies or shared
        if not copies:
            way[...] = self._current = 1

    @property
    def others(self) -> bool:
        """See the attributes."""
        return self._current == 1

    @property
    def share(self) -> Share:
        """See the attributes."""
        return self._own if self.others else WHOLE

    def choose(self) -> None:
        """Say how the next round goes, if this is the first worker; before all meet."""
        if self._choice is not None:
            self._way[0] = self._choice.next()

    def change(self, fresh: bool) -> None:
        """Go over to the tables of the next round, after all have met and before any has added to them.

        ``fresh``: others than the workers may have changed the shared tables since the last round.
        """
        before, self._current = self._current, int(self._way[0])
        self.arrays = self._shared if self._current else self._copies or self._shared
        if self._copies and not self._current and (before or fresh):
            for name, table in self._copies.items():
                np.copyto(table, self._shared[name])

    def took(self, seconds: float, words: int) -> None:
        """Note how long a round of so many words took."""
        if self._choice is not None and words:
            self._choice.took(seconds / words)
