"""The objectives of a step, negative sampling and hierarchical softmax: rates, a worker's share, and its updates.

An objective has its kernel, its output table, and room for the updates of one step. A model that is trained with both
computes both from the same state of the tables and adds up their updates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import BlockShape, Gradients, Layout, overlapping
from npw2v.kernels.cbow import Cbow
from npw2v.kernels.damping import Damping
from npw2v.kernels.hierarchy_cbow import CbowPaths
from npw2v.kernels.hierarchy_skipgram import SkipGramPaths
from npw2v.kernels.paths import GroupGradients, Groups, GroupShape, ListGradients, ListShape, PathLists, Tree
from npw2v.kernels.scatter import Share, columns, scatter_add, scatter_products
from npw2v.kernels.skipgram import SkipGram
from npw2v.training.parts import Step
from npw2v.training.tables import Arrays

if TYPE_CHECKING:
    from npw2v.training.worker import Job

#: A step's updates are left in two places in turn (see :mod:`npw2v.training.worker`).
TURNS = (0, 1)


class Objective(Protocol):
    """What a worker asks of an objective: to count updates in the steps that it prepares, then the rest in this order.

    Attributes
    ----------
    counts : names of the :class:`~npw2v.training.parts.Rates` that :meth:`count` writes
    """

    counts: tuple[str, ...]

    def count(self, steps: Step, numbers: NDArray[np.int32]) -> None:
        """Write how many updates the rows of the output table get in each of some steps to ``steps.rates``.

        ``steps`` is a :meth:`~npw2v.training.parts.Part.span`, and ``numbers`` tells which of its steps each block
        is in.
        """

    def compute(self, tables: Arrays, step: Step, with_loss: bool) -> None:
        """Compute this worker's share of the updates from the tables as they are."""

    def loss(self, step: Step) -> float:
        """Sum up the loss of the whole step, which all workers have computed."""

    def add_inputs(self, tables: Arrays, step: Step, share: Share) -> None:
        """Add the step's updates of the input table to a share of its columns."""

    def add_outputs(self, tables: Arrays, step: Step, share: Share) -> None:
        """Add its updates of the output table to a share of the columns."""

    def looks_finite(self) -> bool:
        """Whether the first updates of the latest step are numbers."""


class NegativeSampling:
    """Negative sampling in blocks; its output table is ``outputs`` (syn1neg).

    Parameters
    ----------
    job : Job
    arrays : ``inputs``, ``outputs`` and those of :meth:`layout`
    index : the worker's number
    """

    counts: tuple[str, ...] = ("centers", "noise")

    def __init__(self, job: Job, arrays: Arrays, index: int) -> None:
        self.job, self.index, self.shape = job, index, job.shape
        self._turns = [
            Gradients(*(arrays[f"step{turn}.{name}"] for name in ("inputs", "centers", "scales", "noise", "loss")))
            for turn in TURNS
        ]
        self._damping = Damping(len(arrays["outputs"]))
        dimensions = arrays["inputs"].shape[1]
        self.kernel: SkipGram | Cbow
        if job.skipgram:
            self.kernel = SkipGram(job.shape, dimensions, job.negative, job.window_dtype)
        else:
            self.kernel = Cbow(job.shape, dimensions, job.negative, job.window_dtype, job.cbow_mean)

    @staticmethod
    def layout(job: Job, dimensions: int) -> Layout:
        """Name the arrays of a step's updates, with shapes and dtypes."""
        shape = job.shape
        room: Layout = {
            "inputs": ((shape.blocks, shape.span, dimensions), np.float32),
            "centers": ((shape.blocks, shape.size, dimensions), np.float32),
            "scales": ((shape.blocks, shape.size), np.float32),
            "noise": ((shape.blocks, shape.noise, dimensions), np.float32),
            "loss": ((shape.blocks,), np.float64),
        }
        return {f"step{turn}.{name}": spec for turn in TURNS for name, spec in room.items()}

    def count(self, steps: Step, numbers: NDArray[np.int32]) -> None:
        """See :class:`Objective`. A row's updates are its pairs, as center and as noise."""
        damping, shape = self._damping, self.shape
        centers = damping.places(steps.stretch.centers(shape), numbers, shape.size)
        noise = damping.places(steps.stretch.noise, numbers, shape.noise)
        share = steps.predictions.reshape(-1, shape.size).sum(axis=1) * np.float32(self.job.negative / shape.noise)
        damping.count(centers, steps.predictions)
        damping.count(noise, np.repeat(share, shape.noise))
        damping.counted(centers, steps.rates.centers)
        damping.counted(noise, steps.rates.noise)
        damping.forget(centers)
        damping.forget(noise)

    def compute(self, tables: Arrays, step: Step, with_loss: bool) -> None:
        """See :class:`Objective`; a share is a range of blocks."""
        self._turns.reverse()
        shape, blocks, workers = self.shape, step.stretch.blocks(self.shape), self.job.workers
        first, last = blocks * self.index // workers, blocks * (self.index + 1) // workers
        for start in range(first, last, shape.chunk):
            stop = min(start + shape.chunk, last)
            chunk, out = step.stretch.cut(shape, start, stop), self._turns[0].cut(start, stop)
            self.kernel.gradients(tables["inputs"], tables["outputs"], chunk, out, with_loss)

    def loss(self, step: Step) -> float:
        """See :class:`Objective`."""
        return float(self._turns[0].loss[: step.stretch.blocks(self.shape)].sum())

    def add_inputs(self, tables: Arrays, step: Step, share: Share) -> None:
        """See :class:`Objective`."""
        shape, updates = self.shape, self._turns[0].cut(0, step.stretch.blocks(self.shape))
        scales = overlapping(step.rates.inputs, shape.size, shape.halo).reshape(-1)
        scatter_add(tables["inputs"], step.stretch.inputs(shape), _rows(updates.inputs), scales, share)

    def add_outputs(self, tables: Arrays, step: Step, share: Share) -> None:
        """See :class:`Objective`."""
        updates = self._turns[0].cut(0, step.stretch.blocks(self.shape))
        of_centers = step.rates.centers * updates.scales.reshape(-1)
        scatter_add(tables["outputs"], step.stretch.centers(self.shape), _rows(updates.centers), of_centers, share)
        scatter_add(tables["outputs"], step.stretch.noise, _rows(updates.noise), step.rates.noise, share)

    def looks_finite(self) -> bool:
        """See :class:`Objective`."""
        return bool(np.isfinite(self._turns[0].inputs[0].sum()))


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

    def add(
        self, nodes: NDArray[np.float32], updates: NDArray[np.float32], rates: NDArray[np.float32], share: Share
    ) -> None:
        """Add the updates of every run or block, (n, K, d), to a share of the columns of the node table."""
        own = columns(nodes.shape[1], share)
        update = updates[:, :, own].sum(axis=0)
        update *= rates.reshape(-1, 1)
        nodes[self.rows, own] += update


class GroupSoftmax:
    """Hierarchical softmax of skip-gram, in groups; its output table is ``nodes`` (syn1).

    Parameters
    ----------
    job : Job, with ``paths`` for groups
    arrays : ``inputs``, ``nodes`` and those of :meth:`layout`
    index : the worker's number
    tree : Tree
    """

    counts: tuple[str, ...] = ("nodes", "top")

    def __init__(self, job: Job, shape: GroupShape, arrays: Arrays, index: int, tree: Tree) -> None:
        self.job, self.index, self.shape = job, index, shape
        self._turns = [
            GroupGradients(*(arrays[f"paths{turn}.{name}"] for name in ("inputs", "nodes", "top", "loss")))
            for turn in TURNS
        ]
        self._damping, self._top = Damping(len(arrays["nodes"])), _Top(len(arrays["nodes"]), tree)
        self.kernel = SkipGramPaths(shape, arrays["inputs"].shape[1], job.window_dtype, tree)

    @staticmethod
    def layout(shape: GroupShape, dimensions: int) -> Layout:
        """Name the arrays of a step's updates, with shapes and dtypes."""
        room: Layout = {
            "inputs": ((shape.groups, shape.span, dimensions), np.float32),
            "nodes": ((shape.groups, shape.nodes, dimensions), np.float32),
            "top": ((shape.runs(shape.groups), shape.top, dimensions), np.float32),
            "loss": ((shape.groups,), np.float64),
        }
        return {f"paths{turn}.{name}": spec for turn in TURNS for name, spec in room.items()}

    def count(self, steps: Step, numbers: NDArray[np.int32]) -> None:
        """See :class:`Objective`. A node's updates are the pairs whose path passes it."""
        damping, groups, size = self._damping, _groups(steps), self.job.shape.size
        passing = steps.predictions.take(groups.firsts[:, None] + groups.owners, mode="clip") * np.abs(groups.signs)
        nodes = damping.places(groups.nodes.reshape(-1), numbers.take(groups.firsts // size), groups.nodes.shape[1])
        damping.count(nodes, passing.reshape(-1))
        damping.counted(nodes, steps.rates.nodes.reshape(-1))
        damping.forget(nodes)
        self._top.count(steps, self.job.shape, numbers)

    def compute(self, tables: Arrays, step: Step, with_loss: bool) -> None:
        """See :class:`Objective`; a share is whole runs of groups."""
        self._turns.reverse()
        shape, groups, workers = self.shape, _groups(step), self.job.workers
        runs = shape.runs(len(groups))
        first, last = runs * self.index // workers * shape.run, runs * (self.index + 1) // workers * shape.run
        for start in range(first, min(last, len(groups)), shape.chunk):
            stop = min(start + shape.chunk, last, len(groups))
            chunk, out = groups.cut(start, stop), self._turns[0].cut(shape, start, stop)
            self.kernel.gradients(tables["inputs"], tables["nodes"], step.stretch, chunk, out, with_loss)

    def loss(self, step: Step) -> float:
        """See :class:`Objective`."""
        return float(self._turns[0].loss[: len(_groups(step))].sum())

    def add_inputs(self, tables: Arrays, step: Step, share: Share) -> None:
        """See :class:`Objective`."""
        groups, updates = _groups(step), self._turns[0]
        positions = groups.positions(self.shape)
        ids, scales = step.stretch.ids.take(positions, mode="clip"), step.rates.inputs.take(positions, mode="clip")
        scatter_add(tables["inputs"], ids.reshape(-1), _rows(updates.inputs[: len(groups)]), scales.reshape(-1), share)

    def add_outputs(self, tables: Arrays, step: Step, share: Share) -> None:
        """See :class:`Objective`."""
        groups, updates = _groups(step), self._turns[0]
        rates = step.rates.nodes.reshape(-1)
        scatter_add(tables["nodes"], groups.nodes.reshape(-1), _rows(updates.nodes[: len(groups)]), rates, share)
        self._top.add(tables["nodes"], updates.top[: self.shape.runs(len(groups))], step.rates.top, share)

    def looks_finite(self) -> bool:
        """See :class:`Objective`."""
        return bool(np.isfinite(self._turns[0].inputs[0].sum()))


class ListSoftmax:
    """Hierarchical softmax of CBOW, on lists; its output table is ``nodes`` (syn1).

    Parameters
    ----------
    job, shape, arrays, index, tree : as for :class:`GroupSoftmax`
    """

    counts: tuple[str, ...] = ("nodes", "top")

    def __init__(self, job: Job, shape: ListShape, arrays: Arrays, index: int, tree: Tree) -> None:
        self.job, self.index, self.shape = job, index, shape
        names = ("inputs", "hidden", "coefficients", "top", "loss")
        self._turns = [ListGradients(*(arrays[f"paths{turn}.{name}"] for name in names)) for turn in TURNS]
        self._damping, self._top = Damping(len(arrays["nodes"])), _Top(len(arrays["nodes"]), tree)
        self.kernel = CbowPaths(job.shape, shape, arrays["inputs"].shape[1], job.window_dtype, tree, job.cbow_mean)

    @staticmethod
    def layout(blocks: BlockShape, shape: ListShape, dimensions: int) -> Layout:
        """Name the arrays of a step's updates, with shapes and dtypes."""
        centers = blocks.blocks * blocks.size
        room: Layout = {
            "inputs": ((blocks.blocks, blocks.span, dimensions), np.float32),
            "hidden": ((centers, dimensions), np.float32),
            "coefficients": ((centers * shape.longest,), np.float32),
            "top": ((blocks.blocks, shape.top, dimensions), np.float32),
            "loss": ((centers,), np.float64),
        }
        return {f"paths{turn}.{name}": spec for turn in TURNS for name, spec in room.items()}

    def count(self, steps: Step, numbers: NDArray[np.int32]) -> None:
        """See :class:`Objective`. A node's updates are the centers whose path passes it."""
        damping, paths = self._damping, _lists(steps)
        nodes = damping.places(paths.nodes, numbers.take(paths.owners // self.job.shape.size))
        damping.count(nodes, steps.predictions.take(paths.owners, mode="clip"))
        damping.counted(nodes, steps.rates.nodes)
        damping.forget(nodes)
        self._top.count(steps, self.job.shape, numbers)

    def compute(self, tables: Arrays, step: Step, with_loss: bool) -> None:
        """See :class:`Objective`; a share is a range of blocks."""
        self._turns.reverse()
        blocks, paths, workers = self.job.shape, _lists(step), self.job.workers
        count = step.stretch.blocks(blocks)
        start, stop = (count * each // workers for each in (self.index, self.index + 1))
        if start == stop:
            return
        centers, updates = slice(start * blocks.size, stop * blocks.size), self._turns[0]
        mine = ListGradients(
            updates.inputs[start:stop],
            updates.hidden[centers],
            updates.coefficients[paths.starts[centers.start] : paths.starts[centers.stop]],
            updates.top[start:stop],
            updates.loss[centers],
        )
        stretch, lists = step.stretch.cut(blocks, start, stop), paths.cut(centers.start, centers.stop)
        self.kernel.gradients(tables["inputs"], tables["nodes"], stretch, lists, mine, with_loss)

    def loss(self, step: Step) -> float:
        """See :class:`Objective`."""
        return float(self._turns[0].loss[: len(step.predictions)].sum())

    def add_inputs(self, tables: Arrays, step: Step, share: Share) -> None:
        """See :class:`Objective`."""
        shape, updates = self.job.shape, self._turns[0].inputs[: step.stretch.blocks(self.job.shape)]
        scales = overlapping(step.rates.inputs, shape.size, shape.halo).reshape(-1)
        scatter_add(tables["inputs"], step.stretch.inputs(shape), _rows(updates), scales, share)

    def add_outputs(self, tables: Arrays, step: Step, share: Share) -> None:
        """See :class:`Objective`."""
        paths, updates = _lists(step), self._turns[0]
        scales = updates.coefficients[: len(paths.nodes)] * step.rates.nodes
        hidden = updates.hidden[: len(step.predictions)]
        scatter_products(tables["nodes"], paths.starts, paths.nodes, scales, hidden, share)
        top = updates.top[: step.stretch.blocks(self.job.shape)]
        self._top.add(tables["nodes"], top, step.rates.top, share)

    def looks_finite(self) -> bool:
        """See :class:`Objective`."""
        return bool(np.isfinite(self._turns[0].inputs[0].sum()))


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
