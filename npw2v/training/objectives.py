"""The objectives of a step, negative sampling and hierarchical softmax: computing a share of the updates, adding them.

An objective has its kernel, its output table, and room for the updates of one step. A model that is trained with both
computes both from the same state of the tables and adds up their updates.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import BlockShape, Gradients, spans
from npw2v.kernels.cbow import Cbow
from npw2v.kernels.damping import Damping
from npw2v.kernels.hierarchy_cbow import CbowPaths
from npw2v.kernels.hierarchy_skipgram import SkipGramPaths
from npw2v.kernels.paths import GroupGradients, Groups, GroupShape, ListGradients, ListShape, PathLists, Tree
from npw2v.kernels.scatter import Share, columns, scatter_add, scatter_first, scatter_products
from npw2v.kernels.skipgram import SkipGram
from npw2v.training.job import Job
from npw2v.training.parts import Step
from npw2v.training.weights import Weights

Updates = TypeVar("Updates", Gradients, GroupGradients, ListGradients)


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
    def compute(self, weights: Weights, step: Step, turn: int, workers: int) -> None:
        """Compute this worker's share, of so many workers, of the step's updates from the tables as they are."""

    @abstractmethod
    def loss(self, step: Step, turn: int) -> float:
        """Sum up the loss of the whole step, which all workers have computed."""

    @abstractmethod
    def add_inputs(self, weights: Weights, step: Step, turn: int, share: Share) -> None:
        """Add the step's updates of the input table to a share of its columns."""

    @abstractmethod
    def add_outputs(self, weights: Weights, step: Step, turn: int, share: Share) -> None:
        """Add its updates of the output table to a share of the columns."""

    def looks_finite(self, turn: int) -> bool:
        """Whether the first updates of the step of that turn are numbers."""
        return bool(np.isfinite(self.updates[turn].inputs[0].sum()))

    def share(self, count: int, workers: int) -> tuple[int, int]:
        """Of so many units, or runs of groups, return the first that is this worker's, and the first that is not."""
        return count * self.index // workers, count * (self.index + 1) // workers


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
            self.kernel = Cbow(job.shape, dimensions, job.negative, job.window_dtype, job.cbow_mean, job.cbow_exact)

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

    def compute(self, weights: Weights, step: Step, turn: int, workers: int) -> None:
        """See :class:`Objective`; a share is whole units."""
        shape, outputs, blocks = self.shape, weights["outputs"], step.stretch.blocks(self.shape)
        first, last = (unit * shape.unit for unit in self.share(shape.units(blocks), workers))
        for start in range(first, min(last, blocks), shape.chunk):
            stop = min(start + shape.chunk, last, blocks)
            chunk, out = step.stretch.cut(shape, start, stop), self.updates[turn].cut(shape, start, stop)
            self.kernel.gradients(weights.inputs, outputs, chunk, out, self.job.with_loss)

    def loss(self, step: Step, turn: int) -> float:
        """See :class:`Objective`."""
        return float(self.updates[turn].loss[: step.stretch.blocks(self.shape)].sum())

    def add_inputs(self, weights: Weights, step: Step, turn: int, share: Share) -> None:
        """See :class:`Objective`."""
        _add_inputs(weights.inputs, step, self.updates[turn].inputs, self.shape, share)

    def add_outputs(self, weights: Weights, step: Step, turn: int, share: Share) -> None:
        """See :class:`Objective`."""
        outputs, updates = weights["outputs"], self.updates[turn].cut(self.shape, 0, step.stretch.blocks(self.shape))
        of_centers = step.rates.centers * updates.scales.reshape(-1)
        scatter_add(outputs, step.stretch.centers(self.shape), _rows(updates.centers), of_centers, share)
        scatter_add(outputs, step.stretch.noise, _rows(updates.noise), step.rates.noise, share)


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
        self, nodes: NDArray[np.float32], updates: NDArray[np.float32], rates: NDArray[np.float32], share: Share
    ) -> None:
        """Add the updates of every run or block, (n, K, d), to a share of the columns of the node table."""
        own = columns(nodes.shape[1], share)
        update = updates[:, :, own].sum(axis=0)
        update *= rates.reshape(-1, 1)
        nodes[self.rows, own] += update


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

    def compute(self, weights: Weights, step: Step, turn: int, workers: int) -> None:
        """See :class:`Objective`; a share is whole runs of groups."""
        shape, groups, nodes = self.shape, _groups(step), weights["nodes"]
        first, last = (run * shape.run for run in self.share(shape.runs(len(groups)), workers))
        for start in range(first, min(last, len(groups)), shape.chunk):
            stop = min(start + shape.chunk, last, len(groups))
            chunk, out = groups.cut(start, stop), self.updates[turn].cut(shape, start, stop)
            self.kernel.gradients(weights.inputs, nodes, step.stretch, chunk, out, self.job.with_loss)

    def loss(self, step: Step, turn: int) -> float:
        """See :class:`Objective`."""
        return float(self.updates[turn].loss[: len(_groups(step))].sum())

    def add_inputs(self, weights: Weights, step: Step, turn: int, share: Share) -> None:
        """See :class:`Objective`."""
        groups, updates = _groups(step), self.updates[turn]
        positions = groups.positions(self.shape)
        ids, scales = step.stretch.ids.take(positions, mode="clip"), step.rates.inputs.take(positions, mode="clip")
        scatter_add(weights.inputs, ids.reshape(-1), _rows(updates.inputs[: len(groups)]), scales.reshape(-1), share)

    def add_outputs(self, weights: Weights, step: Step, turn: int, share: Share) -> None:
        """See :class:`Objective`."""
        groups, updates, nodes = _groups(step), self.updates[turn], weights["nodes"]
        rates = step.rates.nodes.reshape(-1)
        scatter_add(nodes, groups.nodes.reshape(-1), _rows(updates.nodes[: len(groups)]), rates, share)
        self._top.add(nodes, updates.top[: self.shape.runs(len(groups))], step.rates.top, share)


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
        self.kernel = CbowPaths(job.shape, shape, dimensions, job.window_dtype, tree, job.cbow_mean, job.cbow_exact)

    def count(self, steps: Step, numbers: NDArray[np.int32]) -> None:
        """See :class:`Objective`. A node's updates are the centers whose path passes it."""
        damping, paths = self.damping, _lists(steps)
        nodes = damping.places(paths.nodes, numbers, np.diff(paths.starts[:: self.job.shape.size]))
        damping.count(nodes, steps.predictions.take(paths.owners, mode="clip"))
        damping.counted(nodes, steps.rates.nodes)
        damping.forget(nodes)
        self._top.count(steps, self.job.shape, numbers)

    def rows(self, steps: Step) -> list[tuple[NDArray[np.int32], NDArray[np.float32]]]:
        """See :class:`Objective`."""
        return [(_lists(steps).nodes, steps.rates.nodes), self._top.counted(steps)]

    def compute(self, weights: Weights, step: Step, turn: int, workers: int) -> None:
        """See :class:`Objective`; a share is whole units."""
        blocks, paths, updates = self.job.shape, _lists(step), self.updates[turn]
        count = step.stretch.blocks(blocks)
        start, stop = (min(unit * blocks.unit, count) for unit in self.share(blocks.units(count), workers))
        if start == stop:
            return
        centers = slice(start * blocks.size, stop * blocks.size)
        mine = ListGradients(
            updates.inputs[start // blocks.unit : blocks.units(stop)],
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

    def add_inputs(self, weights: Weights, step: Step, turn: int, share: Share) -> None:
        """See :class:`Objective`."""
        _add_inputs(weights.inputs, step, self.updates[turn].inputs, self.job.shape, share)

    def add_outputs(self, weights: Weights, step: Step, turn: int, share: Share) -> None:
        """See :class:`Objective`."""
        paths, updates, nodes = _lists(step), self.updates[turn], weights["nodes"]
        scales = updates.coefficients[: len(paths.nodes)] * step.rates.nodes
        hidden = updates.hidden[: len(step.predictions)]
        scatter_products(nodes, paths.starts, paths.nodes, scales, hidden, share)
        top = updates.top[: step.stretch.blocks(self.job.shape)]
        self._top.add(nodes, top, step.rates.top, share)


def _add_inputs(
    table: NDArray[np.float32], step: Step, updates: NDArray[np.float32], shape: BlockShape, share: Share
) -> None:
    """Add the updates (units, R, d) of what the units of a step see to a share of the columns of the input table."""
    for (units, ids), (_, rates) in zip(spans(step.stretch.ids, shape), spans(step.rates.inputs, shape), strict=True):
        scatter_first(table, ids, updates[units], rates, share)


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
