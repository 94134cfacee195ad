"""The two objectives of a step, negative sampling and hierarchical softmax: a worker's share of each, and its updates.

An objective has its kernel, its output table, and room for the updates of one step. A model that is trained with both
computes both from the same state of the tables and adds up their updates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import Gradients, Stretch, overlapping
from npw2v.kernels.cbow import Cbow
from npw2v.kernels.damping import Damping
from npw2v.kernels.hierarchy import CbowPaths, SkipGramPaths
from npw2v.kernels.paths import Groups, PathGradients, Tree
from npw2v.kernels.scatter import scatter_add
from npw2v.kernels.skipgram import SkipGram

if TYPE_CHECKING:
    from npw2v.trainer import Job

#: Arrays by name, and their shapes and dtypes by name.
Arrays = Mapping[str, NDArray[Any]]
Layout = dict[str, tuple[tuple[int, ...], Any]]

#: Rows of a table that a worker updates: (remainder, divisor) of their numbers.
Rows = tuple[int, int]


@dataclass(frozen=True)
class Step:
    """What is trained from one state of the tables.

    Attributes
    ----------
    stretch : its blocks
    groups : the same centers in groups, their ``firsts`` counted from the stretch's begin; None without a tree
    pairs : float32 (blocks·B,), positive pairs of each center: its context words, or for CBOW one if it has any
    """

    stretch: Stretch
    groups: Groups | None
    pairs: NDArray[np.float32]


class Objective(Protocol):
    """What a worker asks of an objective in each step, in this order."""

    def compute(self, step: Step, with_loss: bool) -> None:
        """Compute this worker's share of the updates from the tables as they are."""

    def loss(self, step: Step) -> float:
        """Sum up the loss of the whole step, which all workers have computed."""

    def add_to_inputs(self, step: Step, rates: NDArray[np.float32], rows: Rows) -> None:
        """Add the step's updates to ``rows`` of the input table, with a learning rate for each of the step's ids."""

    def add_to_outputs(self, step: Step, alpha: float, rows: Rows) -> None:
        """Add the step's updates to ``rows`` of the output table."""

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

    def __init__(self, job: Job, arrays: Arrays, index: int) -> None:
        self.job, self.index, self.shape = job, index, job.shape
        self.inputs, self.outputs = arrays["inputs"], arrays["outputs"]
        self.updates = Gradients(*(arrays[f"step.{name}"] for name in ("inputs", "centers", "scales", "noise", "loss")))
        self._damping = Damping(len(self.outputs), job.slope)
        dimensions = self.inputs.shape[1]
        self.kernel: SkipGram | Cbow
        if job.skipgram:
            self.kernel = SkipGram(job.shape, dimensions, job.negative, job.window_dtype)
        else:
            self.kernel = Cbow(job.shape, dimensions, job.negative, job.window_dtype, job.cbow_mean)

    @staticmethod
    def layout(job: Job, dimensions: int) -> Layout:
        """Name the arrays of a step's updates, with shapes and dtypes."""
        shape = job.shape
        return {
            "step.inputs": ((shape.blocks, shape.span, dimensions), np.float32),
            "step.centers": ((shape.blocks, shape.size, dimensions), np.float32),
            "step.scales": ((shape.blocks, shape.size), np.float32),
            "step.noise": ((shape.blocks, shape.noise, dimensions), np.float32),
            "step.loss": ((shape.blocks,), np.float64),
        }

    def compute(self, step: Step, with_loss: bool) -> None:
        """See :class:`Objective`; a share is a range of blocks."""
        shape, blocks, workers = self.shape, step.stretch.blocks(self.shape), self.job.workers
        first, last = blocks * self.index // workers, blocks * (self.index + 1) // workers
        for start in range(first, last, shape.chunk):
            stop = min(start + shape.chunk, last)
            chunk, out = step.stretch.cut(shape, start, stop), self.updates.cut(start, stop)
            self.kernel.gradients(self.inputs, self.outputs, chunk, out, with_loss)

    def loss(self, step: Step) -> float:
        """See :class:`Objective`."""
        return float(self.updates.loss[: step.stretch.blocks(self.shape)].sum())

    def add_to_inputs(self, step: Step, rates: NDArray[np.float32], rows: Rows) -> None:
        """See :class:`Objective`."""
        shape, updates = self.shape, self.updates.inputs[: step.stretch.blocks(self.shape)]
        scales = overlapping(rates, shape).reshape(-1)
        scatter_add(self.inputs, step.stretch.inputs(shape), _rows(updates), scales, rows)

    def add_to_outputs(self, step: Step, alpha: float, rows: Rows) -> None:
        """See :class:`Objective`. The rates are damped by the number of a row's pairs, as center and as noise."""
        damping, shape, job = self._damping, self.shape, self.job
        updates = self.updates.cut(0, step.stretch.blocks(shape))
        centers, noise = step.stretch.centers(shape), step.stretch.noise
        share = step.pairs.reshape(-1, shape.size).sum(axis=1) * np.float32(job.negative / shape.noise)
        damping.count(centers, step.pairs)
        damping.count(noise, np.repeat(share, shape.noise))
        of_centers, of_noise = damping.rates(centers, alpha), damping.rates(noise, alpha)
        damping.forget(centers)
        damping.forget(noise)
        of_centers *= updates.scales.reshape(-1)
        scatter_add(self.outputs, centers, _rows(updates.centers), of_centers, rows)
        scatter_add(self.outputs, noise, _rows(updates.noise), of_noise, rows)

    def looks_finite(self) -> bool:
        """See :class:`Objective`."""
        return bool(np.isfinite(self.updates.inputs[0].sum()))


class HierarchicalSoftmax:
    """Hierarchical softmax in groups; its output table is ``nodes`` (syn1).

    Parameters
    ----------
    job : Job, with ``paths``
    arrays : ``inputs``, ``nodes`` and those of :meth:`layout`
    index : the worker's number
    tree : Tree
    """

    def __init__(self, job: Job, arrays: Arrays, index: int, tree: Tree) -> None:
        if job.paths is None:
            raise ValueError("a job without paths has no hierarchical softmax")
        self.job, self.index, self.shape, self.tree = job, index, job.paths, tree
        self.inputs, self.nodes = arrays["inputs"], arrays["nodes"]
        self.updates = PathGradients(*(arrays[f"paths.{name}"] for name in ("inputs", "nodes", "top", "loss")))
        self._damping = Damping(len(self.nodes), job.slope)
        first = max(0, len(self.nodes) - 1 - self.shape.top)
        self._top = np.arange(first, first + self.shape.top, dtype=np.int32)
        dimensions = self.inputs.shape[1]
        self.kernel: SkipGramPaths | CbowPaths
        if job.skipgram:
            self.kernel = SkipGramPaths(self.shape, dimensions, job.window_dtype, tree)
        else:
            self.kernel = CbowPaths(self.shape, dimensions, job.window_dtype, tree, job.cbow_mean)

    @staticmethod
    def layout(job: Job, dimensions: int) -> Layout:
        """Name the arrays of a step's updates, with shapes and dtypes."""
        shape = job.paths
        if shape is None:
            return {}
        return {
            "paths.inputs": ((shape.groups, shape.span, dimensions), np.float32),
            "paths.nodes": ((shape.groups, shape.nodes, dimensions), np.float32),
            "paths.top": ((shape.runs(shape.groups), shape.top, dimensions), np.float32),
            "paths.loss": ((shape.groups,), np.float64),
        }

    def compute(self, step: Step, with_loss: bool) -> None:
        """See :class:`Objective`; a share is whole runs of groups."""
        shape, groups, workers = self.shape, _groups(step), self.job.workers
        runs = shape.runs(len(groups))
        first, last = runs * self.index // workers * shape.run, runs * (self.index + 1) // workers * shape.run
        for start in range(first, min(last, len(groups)), shape.chunk):
            stop = min(start + shape.chunk, last, len(groups))
            chunk, out = groups.cut(start, stop), self.updates.cut(shape, start, stop)
            self.kernel.gradients(self.inputs, self.nodes, step.stretch, chunk, out, with_loss)

    def loss(self, step: Step) -> float:
        """See :class:`Objective`."""
        return float(self.updates.loss[: len(_groups(step))].sum())

    def add_to_inputs(self, step: Step, rates: NDArray[np.float32], rows: Rows) -> None:
        """See :class:`Objective`."""
        groups = _groups(step)
        positions = groups.positions(self.shape)
        ids, scales = step.stretch.ids.take(positions, mode="clip"), rates.take(positions, mode="clip")
        scatter_add(self.inputs, ids.reshape(-1), _rows(self.updates.inputs[: len(groups)]), scales.reshape(-1), rows)

    def add_to_outputs(self, step: Step, alpha: float, rows: Rows) -> None:
        """See :class:`Objective`. The rates are damped by the number of pairs whose path passes a node."""
        damping, groups, halo = self._damping, _groups(step), self.job.shape.halo
        runs = self.shape.runs(len(groups))
        nodes, top = groups.nodes.reshape(-1), np.tile(self._top, runs)
        passing = step.pairs.take(groups.firsts[:, None] + groups.owners, mode="clip") * np.abs(groups.signs)
        centers = step.stretch.ids[halo : len(step.stretch.ids) - halo]
        ways = np.bincount(self.tree.prefix.take(centers), weights=step.pairs, minlength=len(self.tree.either))
        damping.count(nodes, passing.reshape(-1))
        damping.count(self._top, (ways @ self.tree.either).astype(np.float32))
        of_nodes, of_top = damping.rates(nodes, alpha), np.tile(damping.rates(self._top, alpha), runs)
        damping.forget(nodes)
        damping.forget(self._top)
        scatter_add(self.nodes, nodes, _rows(self.updates.nodes[: len(groups)]), of_nodes, rows)
        scatter_add(self.nodes, top, _rows(self.updates.top[:runs]), of_top, rows)

    def looks_finite(self) -> bool:
        """See :class:`Objective`."""
        return bool(np.isfinite(self.updates.inputs[0].sum()))


def _rows(gradients: NDArray[np.float32]) -> NDArray[np.float32]:
    """(blocks, n, d) as (blocks·n, d)."""
    return gradients.reshape(-1, gradients.shape[-1])


def _groups(step: Step) -> Groups:
    if step.groups is None:
        raise ValueError("the step was prepared without groups")
    return step.groups
