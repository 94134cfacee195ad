"""Which worker adds to which rows of the shared tables, and a part's updates sorted by that.

Every row has one owner, so no row is written by two, and rows that share a cache line have the same owner. Whoever
prepares a part sorts the lists of its updates by owner, so that in a step each worker reads and adds its own alone:
nothing of it is done by every worker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heapreplace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.training.job import Job
from npw2v.training.objectives import Objective, Updated
from npw2v.training.parts import Part, Step

#: Rows that have an owner together: 16 rows of float32 fill whole cache lines, whatever the dimensions.
ROWS_TOGETHER = 16


def owners(frequencies: NDArray[Any], workers: int) -> NDArray[np.unsignedinteger[Any]]:
    """Share rows out so that the workers have about as many updates each.

    Parameters
    ----------
    frequencies : array (rows,)
        How often each row is updated, in any unit.
    workers : int

    Returns
    -------
    array of unsigned integers (rows,)
        The worker that owns each row. The most frequent rows that are together go to who has the fewest updates so
        far, then the next ones.

    Examples
    --------
    >>> owners(np.array([3] * 16 + [2] * 32), workers=2)[::16].tolist()
    [0, 1, 1]
    """
    starts = np.arange(0, len(frequencies), ROWS_TOGETHER)
    together = np.add.reduceat(frequencies, starts) if len(starts) else np.zeros(0)
    loads = [(0.0, worker) for worker in range(workers)]
    found = np.empty(len(starts), np.min_scalar_type(workers - 1))
    for number in np.argsort(-together, kind="stable").tolist():
        load, worker = loads[0]
        found[number] = worker
        heapreplace(loads, (load + float(together[number]), worker))
    return found.repeat(ROWS_TOGETHER)[: len(frequencies)]


class Sorter:
    """Sorts the updates of parts by the owner of their rows.

    Parameters
    ----------
    job : Job
    owned_by : mapping of str to array
        The owners of the rows of each table.
    objectives : sequence of Objective
        They list their updates.
    """

    def __init__(self, job: Job, owned_by: Mapping[str, NDArray[Any]], objectives: Sequence[Objective[Any]]) -> None:
        self.job, self.owned_by, self.objectives = job, owned_by, objectives

    def write(self, part: Part, steps: Sequence[Step]) -> None:
        """Write ``part.owned``, given the part's steps, whose learning rates are written already."""
        if not steps:
            return
        whole, blocks = part.span(self.job.shape, 0, len(steps)), np.diff(part.bounds[: len(steps) + 1, 0])
        numbers = np.arange(len(steps), dtype=np.int32).repeat(blocks)
        for objective in self.objectives:
            for updated in objective.updated(whole, numbers):
                self._sort(part, updated, len(steps))

    def _sort(self, part: Part, updated: Updated, steps: int) -> None:
        """Sort one list by step and owner; what has both in common stays in order."""
        out, workers, count = part.owned[updated.name], self.job.workers, len(updated.rows)
        owner = self.owned_by[updated.table].take(updated.rows)
        keys = updated.numbers * np.int32(workers) + owner
        order = np.argsort(keys.astype(np.min_scalar_type(steps * workers)), kind="stable")  # 16 bits or less: in O(n)
        ends = np.bincount(keys, minlength=steps * workers).cumsum()
        out.starts[:steps, 1:] = ends.reshape(steps, workers)
        out.starts[0, 0], out.starts[1:steps, 0] = 0, ends[workers - 1 :: workers][: steps - 1]
        updated.rows.take(order, out=out.rows[:count], mode="clip")
        updated.rates.take(order, out=out.rates[:count], mode="clip")
        firsts = out.starts[:steps, 0].repeat(np.diff(out.starts[:steps, 0], append=count))
        np.subtract(order, firsts, out=out.places[:count], casting="unsafe")
