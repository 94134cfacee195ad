"""The objectives of a step, negative sampling and hierarchical softmax: computing a share of the updates, adding them.

An objective has its kernel, its output table, and room for the updates of one step. A model that is trained with both
computes both from the same state of the tables and adds up their updates.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import BlockShape, Gradients, overlapping
from npw2v.kernels.cbow import Cbow
from npw2v.kernels.damping import Damping
from npw2v.kernels.hierarchy_cbow import CbowPaths
from npw2v.kernels.hierarchy_skipgram import SkipGramPaths
from npw2v.kernels.paths import GroupGradients, Groups, GroupShape, ListGradients, ListShape, PathLists, Tree
from npw2v.kernels.scatter import scatter_add
from npw2v.kernels.skipgram import SkipGram
from npw2v.training.job import Job
from npw2v.training.parts import Step
from npw2v.training.weights import Weights

Updates = TypeVar("Updates", Gradients, GroupGradients, ListGradients)


class Updated(NamedTuple):
    """Which rows of a table some steps update, one entry an update.

    Attributes
    ----------
    name : str
        Of this list of updates, see :class:`npw2v.training.parts.Owned`.
    table : str
        Name of the table.
    rows : int32 array (n,)
        Its rows.
    rates : float32 array (n,)
        Their learning rates.
    numbers : int32 array (n,)
        In which of the steps.
    """

    name: str
    table: str
    rows: NDArray[np.int32]
    rates: NDArray[np.float32]
    numbers: NDArray[np.int32]


class Objective(ABC, Generic[Updates]):
    """One objective of a worker, for the whole job.

    While a part is prepared the worker asks it to count updates; then, for each step, to compute, to sum up the loss
    and to add.

    Parameters
    ----------
    job : Job
    index : int
        The worker's number.
    updates : sequence of records of arrays
        Room for the updates of a step, for each turn.
    rows : int
        Of the output table.

    Attributes
    ----------
    counts : tuple of str
        Names of the :class:`~npw2v.training.parts.Rates` that :meth:`count` writes.
    output : str
        Name of the output table.
    """

    counts: ClassVar[tuple[str, ...]]
    output: ClassVar[str]

    def __init__(self, job: Job, index: int, updates: Sequence[Updates], rows: int) -> None:
        self.job, self.index = job, index
        self.updates: Sequence[Updates] = updates
        self.damping = Damping(rows)

    @abstractmethod
    def count(self, steps: Step, numbers: NDArray[np.int32]) -> None:
        """Write how many updates the rows of the output table get in each of some steps to ``steps.rates``.

        Parameters
        ----------
        steps : Step
            Some steps as if they were one, a :meth:`~npw2v.training.parts.Part.span`.
        numbers : int32 array (blocks,)
            Which of them each block is in.
        """

    @abstractmethod
    def rows(self, steps: Step) -> list[tuple[NDArray[np.int32], NDArray[np.float32]]]:
        """Return the rows of the output table whose updates :meth:`count` has counted, and these."""

    @abstractmethod
    def updated(self, steps: Step, numbers: NDArray[np.int32]) -> Iterator[Updated]:
        """List the rows that some steps update, in the order in which they are added; the top of a tree is not listed.

        The parameters are those of :meth:`count`.
        """

    @abstractmethod
    def compute(self, weights: Weights, step: Step, turn: int) -> None:
        """Compute this worker's share of the step's updates from the tables as they are."""

    @abstractmethod
    def loss(self, step: Step, turn: int) -> float:
        """Sum up the loss of the whole step, which all workers have computed."""

    @abstractmethod
    def add_inputs(self, weights: Weights, step: Step, turn: int, owner: int | None) -> None:
        """Add the step's updates of the input table: of the rows of one worker, or of all."""

    @abstractmethod
    def add_outputs(self, weights: Weights, step: Step, turn: int, owner: int | None) -> None:
        """Add its updates of the output table, likewise."""

    def looks_finite(self, turn: int) -> bool:
        """Whether the first updates of the step of that turn are numbers."""
        return bool(np.isfinite(self.updates[turn].inputs[0].sum()))

    def share(self, count: int) -> tuple[int, int]:
        """Of so many blocks, or runs of groups, return the first that is this worker's, and the first that is not."""
        return count * self.index // self.job.workers, count * (self.index + 1) // self.job.workers

    def top_rows(self, owner: int | None) -> slice:
        """Return which rows of the top of a tree a worker adds to; all if there is no owner."""
        if owner is None or self.job.paths is None:
            return slice(None)
        count, workers = self.job.paths.top, self.job.workers
        return slice(count * owner // workers, count * (owner + 1) // workers)


class NegativeSampling(Objective[Gradients]):
    """Negative sampling in blocks; its output table is ``outputs`` (syn1neg)."""

    counts, output = ("centers", "noise"), "outputs"

    def __init__(self, job: Job, index: int, updates: Sequence[Gradients], weights: Weights) -> None:
        super().__init__(job, index, updates, len(weights["outputs"]))
        self.shape, dimensions = job.shape, weights.inputs.shape[1]
        self.kernel: SkipGram | Cbow
        if job.skipgram:
            self.kernel = SkipGram(job.shape, dimensions, job.negative, job.window_dtype)
        else:
            self.kernel = Cbow(job.shape, dimensions, job.negative, job.window_dtype, job.cbow_mean)

    def count(self, steps: Step, numbers: NDArray[np.int32]) -> None:
        """See :class:`Objective`. A row's updates are its pairs, as center and as noise."""
        damping, shape = self.damping, self.shape
        centers = damping.places(steps.stretch.centers(shape), numbers, shape.size)
        noise = damping.places(steps.stretch.noise, numbers, shape.noise)
        share = steps.predictions.reshape(-1, shape.size).sum(axis=1) * np.float32(self.job.negative / shape.noise)
        damping.count(centers, steps.predictions)
        damping.count(noise, np.repeat(share, shape.noise))
        damping.counted(centers, steps.rates.centers)
        damping.counted(noise, steps.rates.noise)
        damping.forget(centers)
        damping.forget(noise)

    def rows(self, steps: Step) -> list[tuple[NDArray[np.int32], NDArray[np.float32]]]:
        """See :class:`Objective`."""
        return [(steps.stretch.centers(self.shape), steps.rates.centers), (steps.stretch.noise, steps.rates.noise)]

    def updated(self, steps: Step, numbers: NDArray[np.int32]) -> Iterator[Updated]:
        """See :class:`Objective`."""
        shape, stretch, rates = self.shape, steps.stretch, steps.rates
        yield _inputs_of(steps, numbers, shape, "inputs")
        yield Updated("centers", "outputs", stretch.centers(shape), rates.centers, numbers.repeat(shape.size))
        yield Updated("noise", "outputs", stretch.noise, rates.noise, numbers.repeat(shape.noise))

    def compute(self, weights: Weights, step: Step, turn: int) -> None:
        """See :class:`Objective`; a share is a range of blocks."""
        shape, outputs = self.shape, weights["outputs"]
        first, last = self.share(step.stretch.blocks(shape))
        for start in range(first, last, shape.chunk):
            stop = min(start + shape.chunk, last)
            chunk, out = step.stretch.cut(shape, start, stop), self.updates[turn].cut(start, stop)
            self.kernel.gradients(weights.inputs, outputs, chunk, out, self.job.with_loss)

    def loss(self, step: Step, turn: int) -> float:
        """See :class:`Objective`."""
        return float(self.updates[turn].loss[: step.stretch.blocks(self.shape)].sum())

    def add_inputs(self, weights: Weights, step: Step, turn: int, owner: int | None) -> None:
        """See :class:`Objective`."""
        updates = self.updates[turn].cut(0, step.stretch.blocks(self.shape))
        _add_inputs(weights, self.shape, step, "inputs", _rows(updates.inputs), owner)

    def add_outputs(self, weights: Weights, step: Step, turn: int, owner: int | None) -> None:
        """See :class:`Objective`."""
        outputs, updates = weights["outputs"], self.updates[turn].cut(0, step.stretch.blocks(self.shape))
        centers, noise, scales = _rows(updates.centers), _rows(updates.noise), updates.scales.reshape(-1)
        if owner is None:
            scatter_add(outputs, step.stretch.centers(self.shape), centers, step.rates.centers * scales)
            scatter_add(outputs, step.stretch.noise, noise, step.rates.noise)
            return
        rows, rates, places = step.owned["centers"].of(owner)
        scatter_add(outputs, rows, centers, rates * scales.take(places), places)
        rows, rates, places = step.owned["noise"].of(owner)
        scatter_add(outputs, rows, noise, rates, places)


class _Top:
    """The rows of the node table that are the top of the tree."""

    def __init__(self, count: int, tree: Tree) -> None:
        self.tree = tree
        self.rows = tree.top_rows(count)

    def count(self, steps: Step, shape: BlockShape, numbers: NDArray[np.int32]) -> None:
        """Write how many pairs' paths pass each of them, in each step; as for :class:`Objective`."""
        out, prefixes = steps.rates.top, len(self.tree.passes)
        taken = self.tree.prefix.take(steps.stretch.centers(shape)) + numbers.repeat(shape.size) * prefixes
        passing = np.bincount(taken, weights=steps.predictions, minlength=len(out) * prefixes)
        np.matmul(passing.reshape(len(out), prefixes), self.tree.passes, out=out)

    def counted(self, steps: Step) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the rows, and the updates of the first step that :meth:`count` has counted."""
        return np.arange(self.rows.start, self.rows.stop, dtype=np.int32), steps.rates.top[0]

    def add(
        self, nodes: NDArray[np.float32], updates: NDArray[np.float32], rates: NDArray[np.float32], share: slice
    ) -> None:
        """Add the updates of every run or block, (n, K, d), of a share of the K rows."""
        update = updates[:, share].sum(axis=0)
        update *= rates.reshape(-1, 1)[share]
        nodes[self.rows][share] += update


class GroupSoftmax(Objective[GroupGradients]):
    """Hierarchical softmax of skip-gram, in groups; its output table is ``nodes`` (syn1)."""

    counts, output = ("nodes", "top"), "nodes"

    def __init__(
        self, job: Job, shape: GroupShape, index: int, updates: Sequence[GroupGradients], weights: Weights, tree: Tree
    ) -> None:
        rows = len(weights["nodes"])
        super().__init__(job, index, updates, rows)
        self.shape, self._top = shape, _Top(rows, tree)
        self.kernel = SkipGramPaths(shape, weights.inputs.shape[1], job.window_dtype, tree)

    def count(self, steps: Step, numbers: NDArray[np.int32]) -> None:
        """See :class:`Objective`. A node's updates are the pairs whose path passes it."""
        damping, groups, size = self.damping, _groups(steps), self.job.shape.size
        passing = steps.predictions.take(groups.firsts[:, None] + groups.owners, mode="clip") * np.abs(groups.signs)
        nodes = damping.places(groups.nodes.reshape(-1), numbers.take(groups.firsts // size), groups.nodes.shape[1])
        damping.count(nodes, passing.reshape(-1))
        damping.counted(nodes, steps.rates.nodes.reshape(-1))
        damping.forget(nodes)
        self._top.count(steps, self.job.shape, numbers)

    def rows(self, steps: Step) -> list[tuple[NDArray[np.int32], NDArray[np.float32]]]:
        """See :class:`Objective`."""
        nodes = _groups(steps).nodes.reshape(-1), steps.rates.nodes.reshape(-1)
        return [nodes, self._top.counted(steps)]

    def updated(self, steps: Step, numbers: NDArray[np.int32]) -> Iterator[Updated]:
        """See :class:`Objective`."""
        groups, size, reach = _groups(steps), self.job.shape.size, 2 * self.job.shape.halo
        of_groups = numbers.take(groups.firsts // size)
        # No position past the end of the group's step, as when its updates are added without owners.
        ends = (np.bincount(numbers).cumsum() * size + reach - 1).astype(np.int32)
        positions = np.minimum(groups.positions(self.shape), ends.take(of_groups)[:, None])
        rates = steps.rates.inputs.take(positions + (of_groups * np.int32(reach))[:, None])
        ids, within = steps.stretch.ids.take(positions), of_groups.repeat(self.shape.span)
        yield Updated("path_inputs", "inputs", ids.reshape(-1), rates.reshape(-1), within)
        nodes, rates = groups.nodes.reshape(-1), steps.rates.nodes.reshape(-1)
        yield Updated("nodes", "nodes", nodes, rates, of_groups.repeat(self.shape.nodes))

    def compute(self, weights: Weights, step: Step, turn: int) -> None:
        """See :class:`Objective`; a share is whole runs of groups."""
        shape, groups, nodes = self.shape, _groups(step), weights["nodes"]
        first, last = (run * shape.run for run in self.share(shape.runs(len(groups))))
        for start in range(first, min(last, len(groups)), shape.chunk):
            stop = min(start + shape.chunk, last, len(groups))
            chunk, out = groups.cut(start, stop), self.updates[turn].cut(shape, start, stop)
            self.kernel.gradients(weights.inputs, nodes, step.stretch, chunk, out, self.job.with_loss)

    def loss(self, step: Step, turn: int) -> float:
        """See :class:`Objective`."""
        return float(self.updates[turn].loss[: len(_groups(step))].sum())

    def add_inputs(self, weights: Weights, step: Step, turn: int, owner: int | None) -> None:
        """See :class:`Objective`."""
        groups = _groups(step)
        inputs = _rows(self.updates[turn].inputs[: len(groups)])
        if owner is None:
            positions = groups.positions(self.shape).reshape(-1)
            ids, rates = step.stretch.ids.take(positions, mode="clip"), step.rates.inputs.take(positions, mode="clip")
            scatter_add(weights.inputs, ids, inputs, rates)
            return
        rows, rates, places = step.owned["path_inputs"].of(owner)
        scatter_add(weights.inputs, rows, inputs, rates, places)

    def add_outputs(self, weights: Weights, step: Step, turn: int, owner: int | None) -> None:
        """See :class:`Objective`."""
        groups, updates, nodes = _groups(step), self.updates[turn], weights["nodes"]
        lower = _rows(updates.nodes[: len(groups)])
        if owner is None:
            scatter_add(nodes, groups.nodes.reshape(-1), lower, step.rates.nodes.reshape(-1))
        else:
            rows, rates, places = step.owned["nodes"].of(owner)
            scatter_add(nodes, rows, lower, rates, places)
        self._top.add(nodes, updates.top[: self.shape.runs(len(groups))], step.rates.top, self.top_rows(owner))


class ListSoftmax(Objective[ListGradients]):
    """Hierarchical softmax of CBOW, on lists; its output table is ``nodes`` (syn1)."""

    counts, output = ("nodes", "top"), "nodes"

    def __init__(
        self, job: Job, shape: ListShape, index: int, updates: Sequence[ListGradients], weights: Weights, tree: Tree
    ) -> None:
        rows = len(weights["nodes"])
        super().__init__(job, index, updates, rows)
        self._top = _Top(rows, tree)
        dimensions = weights.inputs.shape[1]
        self.kernel = CbowPaths(job.shape, shape, dimensions, job.window_dtype, tree, job.cbow_mean)

    def count(self, steps: Step, numbers: NDArray[np.int32]) -> None:
        """See :class:`Objective`. A node's updates are the centers whose path passes it."""
        damping, paths = self.damping, _lists(steps)
        nodes = damping.places(paths.nodes, numbers.take(paths.owners // self.job.shape.size))
        damping.count(nodes, steps.predictions.take(paths.owners, mode="clip"))
        damping.counted(nodes, steps.rates.nodes)
        damping.forget(nodes)
        self._top.count(steps, self.job.shape, numbers)

    def rows(self, steps: Step) -> list[tuple[NDArray[np.int32], NDArray[np.float32]]]:
        """See :class:`Objective`."""
        return [(_lists(steps).nodes, steps.rates.nodes), self._top.counted(steps)]

    def updated(self, steps: Step, numbers: NDArray[np.int32]) -> Iterator[Updated]:
        """See :class:`Objective`."""
        paths, shape = _lists(steps), self.job.shape
        yield _inputs_of(steps, numbers, shape, "path_inputs")
        yield Updated("nodes", "nodes", paths.nodes, steps.rates.nodes, numbers.take(paths.owners // shape.size))

    def compute(self, weights: Weights, step: Step, turn: int) -> None:
        """See :class:`Objective`; a share is a range of blocks."""
        blocks, paths, updates = self.job.shape, _lists(step), self.updates[turn]
        start, stop = self.share(step.stretch.blocks(blocks))
        if start == stop:
            return
        centers = slice(start * blocks.size, stop * blocks.size)
        mine = ListGradients(
            updates.inputs[start:stop],
            updates.hidden[centers],
            updates.coefficients[paths.starts[centers.start] : paths.starts[centers.stop]],
            updates.top[start:stop],
            updates.loss[centers],
        )
        stretch, lists = step.stretch.cut(blocks, start, stop), paths.cut(centers.start, centers.stop)
        self.kernel.gradients(weights.inputs, weights["nodes"], stretch, lists, mine, self.job.with_loss)

    def loss(self, step: Step, turn: int) -> float:
        """See :class:`Objective`."""
        return float(self.updates[turn].loss[: len(step.predictions)].sum())

    def add_inputs(self, weights: Weights, step: Step, turn: int, owner: int | None) -> None:
        """See :class:`Objective`."""
        inputs = self.updates[turn].inputs[: step.stretch.blocks(self.job.shape)]
        _add_inputs(weights, self.job.shape, step, "path_inputs", _rows(inputs), owner)

    def add_outputs(self, weights: Weights, step: Step, turn: int, owner: int | None) -> None:
        """See :class:`Objective`."""
        paths, updates, nodes = _lists(step), self.updates[turn], weights["nodes"]
        coefficients, hidden = updates.coefficients[: len(paths.nodes)], updates.hidden[: len(step.predictions)]
        if owner is None:
            scatter_add(nodes, paths.nodes, hidden, coefficients * step.rates.nodes, paths.owners)
        else:
            rows, rates, places = step.owned["nodes"].of(owner)
            scatter_add(nodes, rows, hidden, coefficients.take(places) * rates, paths.owners.take(places))
        top = updates.top[: step.stretch.blocks(self.job.shape)]
        self._top.add(nodes, top, step.rates.top, self.top_rows(owner))


def _inputs_of(steps: Step, numbers: NDArray[np.int32], shape: BlockShape, name: str) -> Updated:
    """List what the blocks of some steps see: see :class:`Objective`."""
    firsts = np.arange(len(numbers)) * shape.size + numbers * (2 * shape.halo)  # each step's rates have both its halos
    rates = steps.rates.inputs.take(firsts[:, None] + np.arange(shape.span))
    return Updated(name, "inputs", steps.stretch.inputs(shape), rates.reshape(-1), numbers.repeat(shape.span))


def _add_inputs(
    weights: Weights, shape: BlockShape, step: Step, name: str, updates: NDArray[np.float32], owner: int | None
) -> None:
    """Add the updates of all that the blocks see, or those of one owner."""
    if owner is None:
        rates = overlapping(step.rates.inputs, shape.size, shape.halo).reshape(-1)
        scatter_add(weights.inputs, step.stretch.inputs(shape), updates, rates)
        return
    rows, rates, places = step.owned[name].of(owner)
    scatter_add(weights.inputs, rows, updates, rates, places)


def _rows(gradients: NDArray[np.float32]) -> NDArray[np.float32]:
    """(blocks, n, d) as (blocks·n, d)."""
    return gradients.reshape(-1, gradients.shape[-1])


def _groups(step: Step) -> Groups:
    if not isinstance(step.paths, Groups):
        raise ValueError("the step was prepared without groups")
    return step.paths


def _lists(step: Step) -> PathLists:
    if not isinstance(step.paths, PathLists):
        raise ValueError("the step was prepared without lists of nodes")
    return step.paths
