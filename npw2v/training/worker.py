"""The training loop of one worker: epochs of parts, parts of steps, and what it does in a step.

Every step has two halves. First each worker computes the updates of its share of the step's units, all from the same
state of the tables. When all have arrived, each adds *all* updates to the columns that it owns, in block order. So a
row receives the same additions in the same order however many workers there are, and the trained bytes are the same.

Either every worker has copies of the tables and owns all columns, or they share the tables and each owns some columns
(:mod:`npw2v.training.tables`). With copies one meeting a step is enough, as updates are left in several places in turn:
a worker that goes on with the next step does not write where another still reads. With shared tables a second meeting
follows when all have added.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.ids import FileIds, Ids
from npw2v.kernels.paths import GroupShape
from npw2v.training import plan
from npw2v.training.arrays import JobArrays
from npw2v.training.backends import Barrier
from npw2v.training.job import Job
from npw2v.training.objectives import GroupSoftmax, ListSoftmax, NegativeSampling, Objective
from npw2v.training.parts import Part, Step
from npw2v.training.paths import Grouper, Lister, PathWriter
from npw2v.training.rates import LearningRates
from npw2v.training.reports import PartReport, diverged
from npw2v.training.sampling import Sampler
from npw2v.training.tables import Tables


class Clock:
    """How long something takes, and how much of that time a thread works."""

    def __init__(self) -> None:
        self._started, self._worked = time.perf_counter(), time.thread_time()

    def read(self, idle: float) -> tuple[float, float]:
        """Return the seconds that have passed, and those in which this thread did not work.

        Parameters
        ----------
        idle : float
            Seconds of the processor's time that it has spent waiting.
        """
        seconds = time.perf_counter() - self._started
        return seconds, max(0.0, seconds - (time.thread_time() - self._worked - idle))


class Worker:
    """One of the workers of a job.

    Parameters
    ----------
    job : Job
    arrays : JobArrays
        The weights are mutated.
    ids : int32 array or FileIds
        The encoded corpus.
    index : int
        This worker's number, from 0.
    barrier : Barrier
        Where it meets the others.
    """

    def __init__(self, job: Job, arrays: JobArrays, ids: Ids | FileIds, index: int, barrier: Barrier) -> None:
        self.job, self.index, self.barrier, self.slots = job, index, barrier, arrays.slots
        self.tables = Tables(arrays.weights, index, job.workers, job.copies, arrays.mode)
        self.objectives = objectives_of(job, arrays, index)
        inputs, outputs = [each.add_inputs for each in self.objectives], [each.add_outputs for each in self.objectives]
        # Where the shares of two workers meet in a row, they write to one line of the caches, so half of the workers
        # begin with the other table: two workers train 3 % more words a second.
        self._adds = inputs + outputs if index % 2 == 0 else outputs + inputs
        self._turn, self._waited = 0, 0.0
        locks = np.ones(1, np.float32) if arrays.weights.locks is None else arrays.weights.locks
        self.rates = LearningRates(job, locks, len(arrays.weights.inputs), self.objectives)
        self.sampler = sampler_of(job, arrays, ids)

    def epoch(self, epoch: int) -> Iterator[PartReport]:
        """Train one epoch, or the rest of the one that the job starts in, and report after every part.

        The workers prepare one part each, then all of them train those parts together, one after the other. One that is
        left out prepares the parts of the next round meanwhile.
        """
        parts, start = len(self.sampler.order(epoch)), self.job.start[1] if epoch == self.job.start[0] else 0
        workers, ahead, slots, others = self.job.workers, False, *self._slots()
        for first in range(start, parts, workers):
            prepared: list[Step] = []
            if not ahead and first + self.index < parts:
                prepared = self._prepare(epoch, first + self.index, slots[self.index])
            self.tables.choose()
            self._meet()
            clock, words, self._waited = Clock(), 0, 0.0
            self.tables.change(fresh=first == start)  # the user may have changed them since the last epoch
            trained, ahead = slots, self.tables.fewer and bool(others)
            if ahead:
                slots, others = others, slots
            if self.tables.idle:
                for number, part in zip(range(first + workers, parts), slots if ahead else [], strict=False):
                    self._prepare(epoch, number, part)
                self._leave_out(trained[: parts - first])
                continue
            for number, part in zip(range(first, parts), trained, strict=False):
                loss, own = 0.0, prepared if number == first + self.index else []
                for step in own or part.steps(self.job.shape):
                    loss += self.step(step)
                report = self._report(epoch, number, part, loss)
                words += report.trained
                yield report
            self._meet()  # before slots are written again
            self.tables.took(*clock.read(self._waited), words)

    def _slots(self) -> tuple[list[Part], list[Part]]:
        """Return room for the parts of a round, and for those of the next one if they may be prepared meanwhile."""
        return self.slots[: self.job.workers], self.slots[self.job.workers :]

    def _leave_out(self, parts: list[Part]) -> None:
        """Let the other workers train a round, and meet them at its end."""
        steps = sum(int(part.sizes[3]) for part in parts)
        self._go_on(steps)
        self.barrier.skip(steps * (2 if self.tables.others else 1))
        self.barrier.arrive()
        self.barrier.rest()

    def part(self, epoch: int, number: int) -> PartReport:
        """Train the part of an epoch that this worker's slot has been filled with, as the only worker of the job."""
        loss = 0.0
        for step in self._rated(epoch, number, self.slots[self.index]):
            loss += self.step(step)
        return self._report(epoch, number, self.slots[self.index], loss)

    def updates(self) -> dict[str, NDArray[np.float32]]:
        """Count the updates that the rows of each table get in the part that this worker's slot has been filled with.

        Its rates are overwritten.

        Returns
        -------
        dict of str to float32 array (V,)
            By the names of the tables.
        """
        part, shape, weights = self.slots[self.index], self.job.shape, self.tables.weights
        steps = part.span(shape, 0, int(part.sizes[3]))
        numbers = np.zeros(steps.stretch.blocks(shape), np.int32)
        inputs = steps.rates.inputs[: len(steps.stretch.ids)]
        steps = steps._replace(rates=steps.rates._replace(inputs=inputs, top=steps.rates.top[:1]))
        self.rates.count_inputs(steps, numbers)
        counts = {name: np.zeros(len(table), np.float32) for name, table in weights.tables().items()}
        counts["inputs"][steps.stretch.ids] = inputs
        for objective in self.objectives:
            objective.count(steps, numbers)
            for rows, updates in objective.rows(steps):
                counts[objective.output][rows] = updates
        return counts

    def pulls(self, epoch: int, number: int) -> dict[str, NDArray[np.float32]]:
        """Return the pulls of all rows of the tables by the part in this worker's slot, by table; 0 if it has them not.

        A pull is h = alpha · slope · updates, with the slope between lanes, as in
        :class:`npw2v.kernels.combining.RowChanges`. The part's rates are overwritten.
        """
        alpha, slope = np.mean(self.alphas(epoch, number, self.slots[self.index])), plan.LANE_SLOPE * self.job.slope
        return {name: counts * np.float32(alpha * slope) for name, counts in self.updates().items()}

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the tables that a checkpoint needs besides the weights: none."""
        return {}

    def finite(self) -> bool:
        """Whether all weights are finite numbers."""
        return self.tables.weights.finite()

    def step(self, step: Step) -> float:
        """Compute this worker's share of a step's updates, meet the others, add all updates to the columns it owns.

        Returns
        -------
        float
            The loss of the whole step; 0 if it is not computed.
        """
        weights, turn = self.tables.weights, self._go_on(1)
        for objective in self.objectives:
            objective.compute(weights, step, turn, self.tables.active)
        self._meet_active()
        loss = sum(objective.loss(step, turn) for objective in self.objectives) if self.job.with_loss else 0.0
        for add in self._adds:
            add(weights, step, turn, self.tables.share)
        if self.tables.others:  # this worker reads what they have added
            self._meet_active()
        return loss

    def _go_on(self, steps: int) -> int:
        """Go on by some steps to the place where updates are left, on which all workers agree, and return its turn."""
        turns = len(self.objectives[0].updates)
        if steps:
            self._turn = (self._turn + steps) % (turns if self.tables.apart else min(2, turns))
        return self._turn

    def _prepare(self, epoch: int, number: int, part: Part) -> list[Step]:
        """Fill a part, with the learning rates of its steps, and return these."""
        self.sampler.fill(epoch, number, part)
        return self._rated(epoch, number, part)

    def _rated(self, epoch: int, number: int, part: Part) -> list[Step]:
        """Write the learning rates of a part that has been filled, and return its steps."""
        steps = list(part.steps(self.job.shape))
        self.rates.write(part, steps, self.alphas(epoch, number, part))
        return steps

    def alphas(self, epoch: int, number: int, part: Part) -> list[float]:
        """Learning rate of every step of a part, before damping."""
        before = self.sampler.order(epoch).cuts
        done = (int(before[number]) + part.done_before()) / max(1, int(before[-1]))
        return [self.job.schedule.alpha_at(epoch, each) for each in done.tolist()]

    def _report(self, epoch: int, number: int, part: Part, loss: float) -> PartReport:
        """Sum up a part that has just been trained.

        Raises
        ------
        TrainingError
            The last updates are no numbers.
        """
        trained, blocks, read, _ = (int(n) for n in part.sizes)
        alphas = self.alphas(epoch, number, part)
        alpha = alphas[-1] if alphas else self.job.schedule.alpha
        if blocks and not all(objective.looks_finite(self._turn) for objective in self.objectives):
            raise diverged(alpha)
        pairs = float(part.predictions[: blocks * self.job.shape.size].sum(dtype=np.float64))
        return PartReport(read, trained, loss, pairs, alpha)

    def _meet_active(self) -> None:
        """Meet the workers that train in this round."""
        self.barrier.arrive()
        arrived = time.thread_time()
        self.barrier.wait(self.tables.active)
        self._waited += time.thread_time() - arrived

    def _meet(self) -> None:
        self.barrier.arrive()
        self.barrier.wait()


def objectives_of(job: Job, arrays: JobArrays, index: int) -> list[Objective[Any]]:
    """Make the objectives of a worker, hierarchical softmax first."""
    objectives: list[Objective[Any]] = []
    if job.paths is not None and arrays.tree is not None:
        kind: Any = GroupSoftmax if isinstance(job.paths, GroupShape) else ListSoftmax
        objectives.append(kind(job, job.paths, index, arrays.paths, arrays.weights, arrays.tree))
    if job.negative:
        objectives.append(NegativeSampling(job, index, arrays.sampling, arrays.weights))
    return objectives


def sampler_of(job: Job, arrays: JobArrays, ids: Ids | FileIds) -> Sampler:
    """Make what fills the parts of a job."""
    return Sampler(
        ids=ids,
        offsets=arrays.offsets,
        cuts=arrays.cuts,
        part_words=job.part_words,
        keep=arrays.keep,
        noise=arrays.noise,
        shape=job.shape,
        window=job.window,
        shrink=job.shrink,
        seed=job.seed,
        skipgram=job.skipgram,
        paths=path_writer(job, arrays),
        rounds=job.rounds,
    )


def path_writer(job: Job, arrays: JobArrays) -> PathWriter | None:
    """Make what writes the paths of a part's centers, if there is a tree."""
    if job.paths is None or arrays.tree is None:
        return None
    return Grouper(job.paths, arrays.tree) if isinstance(job.paths, GroupShape) else Lister(arrays.tree)
