"""The learning rates of a part's steps: from the schedule, damped, and times the lock factors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.damping import Damping, damp
from npw2v.training.job import Job
from npw2v.training.objectives import Objective
from npw2v.training.parts import Part, Step


class LearningRates:
    """Writes the learning rates of parts.

    Parameters
    ----------
    job : Job
    locks : float32 array (V,) or (1,)
        Factors of the updates of the input rows.
    rows : int
        Of the input table.
    objectives : sequence of Objective
        They count the updates of their output tables.
    """

    def __init__(self, job: Job, locks: NDArray[np.float32], rows: int, objectives: Sequence[Objective[Any]]) -> None:
        self.job, self.locks, self.objectives = job, locks, objectives
        self._damping = Damping(rows)

    def write(self, part: Part, steps: Sequence[Step], alphas: Sequence[float]) -> None:
        """Write ``part.rates``, given the part's steps and the learning rate of each before damping."""
        together = self._damping.steps
        for first in range(0, len(steps), together):
            last = min(first + together, len(steps))
            several, blocks = part.span(self.job.shape, first, last), np.diff(part.bounds[first : last + 1, 0])
            numbers = np.arange(last - first, dtype=np.int32).repeat(blocks)
            self.count_inputs(several, numbers)
            for objective in self.objectives:
                objective.count(several, numbers)
        before = np.array(alphas, np.float32)
        for name in ("inputs", *(name for objective in self.objectives for name in objective.counts)):
            sizes = [getattr(step.rates, name).size for step in steps]
            rates = getattr(part.rates, name).reshape(-1)[: sum(sizes)]
            damp(rates, self.job.slope, before.repeat(sizes))
        for step in steps if (self.locks != 1).any() else ():
            locks = self.locks if len(self.locks) == 1 else self.locks.take(step.stretch.ids)
            np.multiply(step.rates.inputs, locks, out=step.rates.inputs)

    def count_inputs(self, steps: Step, numbers: NDArray[np.int32]) -> None:
        """Write how many updates the rows of the ids get in each of some steps to ``steps.rates``.

        The parameters are those of :meth:`~npw2v.training.objectives.Objective.count`.
        """
        damping, stretch, size = self._damping, steps.stretch, self.job.shape.size
        centers = damping.places(stretch.centers(self.job.shape), numbers, size)
        pairs = stretch.pairs
        if not self.job.skipgram:
            # A word of a CBOW window of n words moves the window's mean by 1/n of its own move: about one pair in all.
            pairs = pairs.clip(np.float32(0), np.float32(1))
            if self.job.cbow_exact:  # and that move is 1/n as long
                pairs /= np.maximum(stretch.pairs, np.float32(1))
        damping.count(centers, pairs * np.float32(self.job.updates))
        # Two steps have the words around their border in common.
        reach = 2 * self.job.shape.halo
        seen = np.bincount(numbers) * size + reach
        each = np.arange(len(seen))
        ids = stretch.ids.take(np.arange(seen.sum()) - (each * reach).repeat(seen))
        damping.counted(damping.places(ids, each, seen), steps.rates.inputs)
        damping.forget(centers)
