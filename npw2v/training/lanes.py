"""Lanes on one machine: parts of the corpus that are trained apart for a while, by workers that meet seldom.

The workers of :mod:`npw2v.training.worker` meet in every step, and every one of them adds all updates, or waits for the
rows that others write. That is little to two or four of them and too much to sixteen. With lanes an epoch is divided
into rounds, and a round into as many parts as there are lanes. A worker trains a lane's part on a copy of the rows that
the part has (:mod:`npw2v.training.excerpts`), and leaves what has changed where all see it. When all lanes are through,
each worker moves its share of the rows of the tables that all see, by the damped rule with momentum
(:func:`npw2v.kernels.combining.move_rows`). No work is done by every worker, and they meet twice a round.

Which worker trains a lane, and which moves a row, is of no matter to the bytes: how many lanes there are is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.ids import FileIds, Ids
from npw2v.errors import TrainingError
from npw2v.kernels.blocks import Layout
from npw2v.kernels.combining import RowChanges, move_rows
from npw2v.kernels.paths import Tree
from npw2v.training.arrays import Arrays, JobArrays
from npw2v.training.backends import Barrier
from npw2v.training.backends.local import Local
from npw2v.training.checkpoint import LAST, last_named
from npw2v.training.excerpts import Excerpt
from npw2v.training.job import Job
from npw2v.training.naming import named, viewed
from npw2v.training.reports import PartReport, diverged
from npw2v.training.weights import Weights
from npw2v.training.worker import Worker

#: What is told of a lane's part: words read and trained, loss, pairs, alpha, and whether its updates are numbers.
NUMBERS = 6


@dataclass
class Room:
    """Where a lane leaves what it has changed in one table, seen by all workers.

    Attributes
    ----------
    size : int64 array (1,)
        n, the rows that it has changed.
    rows : int32 array (most,)
    changes : float32 array (most, d)
    pulls, reached : float32 array (most,)
        As in :class:`npw2v.kernels.combining.RowChanges`; the first n count.
    """

    size: NDArray[np.int64]
    rows: NDArray[np.int32]
    changes: NDArray[np.float32]
    pulls: NDArray[np.float32]
    reached: NDArray[np.float32]

    @staticmethod
    def layout(most: int, dimensions: int) -> Layout:
        """Name the arrays for at most so many rows."""
        return {
            "size": ((1,), np.int64),
            "rows": ((most,), np.int32),
            "changes": ((most, dimensions), np.float32),
            "pulls": ((most,), np.float32),
            "reached": ((most,), np.float32),
        }

    def keep(self, found: RowChanges) -> None:
        """Leave what has changed; the changes themselves are in their place here."""
        count = len(found.rows)
        self.size[0] = count
        self.rows[:count], self.pulls[:count], self.reached[:count] = found.rows, found.pulls, found.reached

    def between(self, first: int, last: int) -> RowChanges:
        """Return what has changed in rows ``first`` to ``last`` of the table, as views."""
        rows = self.rows[: self.size[0]]
        own = slice(*np.searchsorted(rows, (first, last)))
        return RowChanges(rows[own], self.changes[own], self.pulls[own], self.reached[own])


def layout(job: Job, weights: Weights, most_paths: int) -> tuple[dict[str, NDArray[Any]], Layout]:
    """Name the arrays that the workers of a job in lanes share besides those of :meth:`JobArrays.given`.

    Returns
    -------
    given : dict of str to array
        The last moves of the weights, none yet, and the bound of a part's paths.
    room : Layout
        Zeros at first.
    """
    dimensions, noise = weights.inputs.shape[1], -(-job.part_words // job.shape.size) * job.shape.noise
    most = {"inputs": job.part_words, "outputs": job.part_words + noise}
    given: dict[str, NDArray[Any]] = {"most_paths": np.array([most_paths], np.int64)}
    given.update(named(LAST, {name: np.zeros_like(table) for name, table in weights.tables().items()}))
    room: Layout = {}
    for lane in range(job.lanes):
        room[f"lane{lane}.numbers"] = (NUMBERS,), np.float64
        for name, table in weights.tables().items():
            rows = min(len(table), most.get(name, len(table)))
            room.update(named(f"lane{lane}.{name}", Room.layout(rows, dimensions)))
    return given, room


class LaneWorker:
    """One of the workers of a job in lanes; see :class:`npw2v.training.worker.Worker`, of which each has one.

    Parameters
    ----------
    job : Job
    arrays : mapping of str to array
        All arrays of the job. The weights are mutated.
    ids : int32 array or FileIds
        The encoded corpus.
    index : int
        This worker's number, from 0.
    barrier : Barrier
        Where it meets the others.
    """

    def __init__(self, job: Job, arrays: Arrays, ids: Ids | FileIds, index: int, barrier: Barrier) -> None:
        self.job, self.index, self.barrier = job, index, barrier
        self.weights: Weights = viewed(Weights, "weights", arrays)
        self.last: Weights = viewed(Weights, LAST, arrays)
        lanes = range(job.lanes)
        self._numbers = [arrays[f"lane{lane}.numbers"] for lane in lanes]
        self._rooms = {
            name: [viewed(Room, f"lane{lane}.{name}", arrays) for lane in lanes] for name in self.weights.tables()
        }
        tree: Tree | None = None if job.paths is None else viewed(Tree, "tree", arrays)
        self._excerpt = Excerpt(self.weights, tree)
        alone = replace(job, workers=1, lanes=1, copies=True)
        room = JobArrays.layout(alone, max(1, len(ids)), int(arrays["most_paths"][0]), self.weights.inputs.shape[1])
        its, ids, nobody = Local().open(alone, {**arrays, **self._excerpt.named()}, room, ids)
        self._worker = Worker(alone, JobArrays.of(alone, its), ids, 0, nobody)
        self.sampler = self._worker.sampler

    def epoch(self, epoch: int) -> Iterator[PartReport]:
        """Train one epoch, or the rest of the one that the job starts in, and report after every round.

        An epoch begins without momentum, as it is a session of its own if the corpus is read again for it.
        """
        start = self.job.start[1] if epoch == self.job.start[0] else 0
        if self.index == 0 and not start:
            for table in self.last.tables().values():
                table[...] = 0
        self._meet()  # whoever has read or changed the weights is done with it
        for number in range(start, len(self.sampler.order(epoch)) // self.job.lanes):
            for lane in range(self.index, self.job.lanes, self.job.workers):
                self._train(epoch, number, lane)
            self._meet()
            report = self._report()
            self._move()
            self._meet()
            yield report

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the tables that a checkpoint needs besides the weights."""
        return last_named(self.last)

    def finite(self) -> bool:
        """Whether all weights are finite numbers."""
        return self.weights.finite()

    def _train(self, epoch: int, number: int, lane: int) -> None:
        """Train a lane's part of a round, and leave what it changes."""
        worker, place = self._worker, number * self.job.lanes + lane
        bounds, part = self.sampler.order(epoch).cuts, worker.slots[0]
        for name in self._rooms:
            self._rooms[name][lane].size[0] = 0
        if bounds[place] == bounds[place + 1]:
            done = place / (len(bounds) - 1)
            self._numbers[lane][:] = 0, 0, 0, 0, self.job.schedule.alpha_at(epoch, done), 1
            return
        self.sampler.fill(epoch, place, part)
        pulls = self._pull(epoch, place) if part.sizes[0] else {}
        try:
            found = worker.part(epoch, place)
        except TrainingError:  # which all workers are told of
            self._numbers[lane][:] = 0, 0, 0, 0, self.job.schedule.alpha_at(epoch, 0), 0
            return
        self._numbers[lane][:] = found.read, found.trained, found.loss, found.pairs, found.alpha, 1
        for name, its in pulls.items():
            room = self._rooms[name][lane]
            room.keep(self._excerpt.changes(name, its, room.changes))

    def _pull(self, epoch: int, place: int) -> dict[str, NDArray[np.float32]]:
        """Copy the rows that the part in the slot has; return the pulls of those of the excerpt, by table."""
        worker = self._worker
        worker.tables.weights = self._excerpt.take(worker.slots[0], self.job.shape)
        return worker.pulls(epoch, place)

    def _report(self) -> PartReport:
        """Sum up the parts of a round.

        Raises
        ------
        TrainingError
            The updates of a lane are no numbers.
        """
        numbers = np.stack(self._numbers)
        if not numbers[:, -1].all():
            raise diverged(float(numbers[:, 4].min()))
        read, trained, loss, pairs = numbers[:, :4].sum(axis=0).tolist()
        return PartReport(int(read), int(trained), loss, pairs, float(numbers[:, 4].min()))

    def _move(self) -> None:
        """Move this worker's share of the rows of every table."""
        for name, rooms in self._rooms.items():
            first, last = self._share(rooms[0], len(self.weights[name]))
            move_rows(self.weights[name], self.last[name], *(each.between(first, last) for each in rooms))

    def _share(self, lane: Room, rows: int) -> tuple[int, int]:
        """Return where this worker's rows begin and end: as many that the lane has changed as the others' are."""
        changed, workers = lane.rows[: lane.size[0]], self.job.workers
        inner = changed[len(changed) * np.arange(1, workers) // workers] if len(changed) else np.zeros(workers - 1)
        bounds = [0, *inner.astype(int).tolist(), rows]
        return bounds[self.index], bounds[self.index + 1]

    def _meet(self) -> None:
        self.barrier.arrive()
        self.barrier.wait()


def worker_of(job: Job, arrays: Arrays, ids: Ids | FileIds, index: int, barrier: Barrier) -> Worker | LaneWorker:
    """Make a worker of a job; the parameters are those of :class:`LaneWorker`."""
    if job.lanes > 1:
        return LaneWorker(job, arrays, ids, index, barrier)
    return Worker(job, JobArrays.of(job, arrays), ids, index, barrier)
