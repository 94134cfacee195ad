"""The training loop: epochs of parts, parts of steps, and what one worker does in a step.

Every step has two halves. First each worker computes the updates of its share of the step's blocks, all from the same
state of the tables. When all have arrived, each adds *all* updates to the rows that it owns, in block order. So a row
receives the same additions in the same order however many workers there are, and the trained bytes are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from npw2v.batches import Part, Sampler
from npw2v.errors import TrainingError
from npw2v.kernels.blocks import BlockShape, Stretch
from npw2v.kernels.damping import Damping
from npw2v.kernels.paths import Grouper, PathShape, Tree
from npw2v.objectives import Arrays, HierarchicalSoftmax, Layout, NegativeSampling, Objective, Rows, Step


@dataclass(frozen=True)
class Job:
    """Everything a worker must know besides the arrays; plain values, so that it travels as JSON.

    Attributes
    ----------
    skipgram : otherwise CBOW, with ``cbow_mean``
    negative, window, shrink : as the model's
    alpha, min_alpha, epochs : the learning rate falls linearly from ``alpha`` to ``min_alpha`` over ``epochs``
    pace : what one pass over the corpus counts as, in epochs; 1 unless the user's totals differ from the corpus
    stair : share of the corpus after which the learning rate falls; in between it stays as it is
    seed : key of the random generators, completed by epoch and part
    shape : block sizes
    paths : group sizes for hierarchical softmax; None without
    updates : updates that an input gets for one of its pairs, on average
    slope : of the damping, see :class:`npw2v.kernels.damping.Damping`
    with_loss : compute the loss
    workers : processes that share the work
    """

    skipgram: bool
    cbow_mean: bool
    negative: int
    window: int
    shrink: bool
    alpha: float
    min_alpha: float
    epochs: int
    pace: float
    stair: float
    seed: tuple[int, ...]
    shape: BlockShape
    paths: PathShape | None
    updates: float
    slope: float
    with_loss: bool
    workers: int

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Job:
        """Rebuild a job from :meth:`as_dict`'s values, JSON's lists for tuples included."""
        paths = None if values["paths"] is None else PathShape(**values["paths"])
        shape = BlockShape(**values["shape"])
        return cls(**{**values, "seed": tuple(values["seed"]), "shape": shape, "paths": paths})

    def alpha_at(self, epoch: int, done: float) -> float:
        """Learning rate when the fraction ``done`` of epoch ``epoch`` is behind us.

        As in gensim it falls with every batch of ``batch_words`` words, not in between: a corpus of one batch is
        trained with ``alpha`` throughout its first epoch, and would learn half as much with a rate that falls steadily.
        """
        done = np.floor(done / self.stair + 1e-9) * self.stair
        progress = (epoch + done * self.pace) / self.epochs
        return float(max(self.min_alpha, self.alpha - (self.alpha - self.min_alpha) * progress))

    @property
    def window_dtype(self) -> np.dtype[np.integer]:
        """Integer type of the windows: one byte where every offset inside a block fits."""
        span = max(self.shape.span, self.paths.span if self.paths is not None else 0)
        return np.dtype(np.int8 if span < np.iinfo(np.int8).max else np.int32)


@dataclass(frozen=True)
class PartReport:
    """What happened in one part.

    Attributes
    ----------
    read : words of the vocabulary that the part holds
    trained : center words left by subsampling
    loss : summed loss, 0 without ``with_loss``
    pairs : number of positive pairs
    alpha : learning rate at the part's end
    """

    read: int
    trained: int
    loss: float
    pairs: float
    alpha: float


def layout(job: Job, part_words: int, part_groups: int, dimensions: int) -> Layout:
    """Name the scratch arrays that a job's workers share, with shapes and dtypes (the tables are the caller's).

    ``slot{i}.*`` hold the part that worker i prepares; the others the updates of one step.
    """
    arrays: Layout = {}
    for worker in range(job.workers):
        slot = Part.layout(job.shape, part_words, job.window_dtype)
        if job.paths is not None:
            slot.update(Part.groups_layout(job.paths, part_groups))
        arrays.update({f"slot{worker}.{name}": spec for name, spec in slot.items()})
    if job.negative:
        arrays.update(NegativeSampling.layout(job, dimensions))
    if job.paths is not None:
        arrays.update(HierarchicalSoftmax.layout(job, dimensions))
    return arrays


class Gate(Protocol):
    """Where workers wait for one another."""

    def arrive(self) -> None:
        """Say that this worker has come this far."""

    def wait(self) -> None:
        """Wait until every worker has."""


class OpenGate:
    """The gate of a worker that is alone."""

    def arrive(self) -> None:
        """Nobody to tell."""

    def wait(self) -> None:
        """Nobody to wait for."""


def ownership(index: int, workers: int, hierarchical: bool = False) -> dict[str, Rows]:
    """Rows that a worker updates: for each table that it takes part in, (remainder, divisor) of its rows.

    For negative sampling two workers take one table each; more share the tables out by row number, as all do for
    hierarchical softmax, where most of the work is on the output side.

    Examples
    --------
    >>> ownership(0, 1)
    {'inputs': (0, 1), 'outputs': (0, 1)}
    >>> ownership(1, 2)
    {'outputs': (0, 1)}
    >>> ownership(2, 3)
    {'outputs': (1, 2)}
    >>> ownership(1, 2, hierarchical=True)
    {'inputs': (1, 2), 'outputs': (1, 2)}
    """
    if workers == 1 or hierarchical:
        return {"inputs": (index, workers), "outputs": (index, workers)}
    on_inputs = workers // 2
    if index < on_inputs:
        return {"inputs": (index, on_inputs)}
    return {"outputs": (index - on_inputs, workers - on_inputs)}


class Worker:
    """One of the workers of a job.

    Parameters
    ----------
    job : Job
    arrays : the tables ``inputs``, ``outputs`` for negative sampling and ``nodes`` for hierarchical softmax (float32
        (V, d), mutated), ``lockf`` (float32 (V,) or (1,)), the encoded corpus ``ids`` and ``offsets``, ``cuts``,
        ``keep`` and ``noise`` (see :class:`~npw2v.batches.Sampler`), ``tree.*`` (see
        :class:`~npw2v.kernels.paths.Tree`), and the scratch arrays of :func:`layout`.
    index : this worker's number, from 0
    gate : where it meets the others
    """

    def __init__(self, job: Job, arrays: Arrays, index: int, gate: Gate) -> None:
        self.job, self.index, self.gate = job, index, gate
        self.inputs, self.lockf = arrays["inputs"], arrays["lockf"]
        self.tables = [arrays[name] for name in ("inputs", "outputs", "nodes") if name in arrays]
        self.owned = ownership(index, job.workers, job.paths is not None)
        self._damping = Damping(len(self.inputs), job.slope)
        self.parts = [Part.of(_beginning_with(f"slot{worker}.", arrays)) for worker in range(job.workers)]
        self.objectives: list[Objective] = []
        grouper = None
        if job.paths is not None:
            tree = Tree(**_beginning_with("tree.", arrays))
            grouper = Grouper(job.paths, tree)
            self.objectives.append(HierarchicalSoftmax(job, arrays, index, tree))
        if job.negative:
            self.objectives.append(NegativeSampling(job, arrays, index))
        self.cuts = arrays["cuts"]
        self.sampler = Sampler(
            ids=arrays["ids"],
            offsets=arrays["offsets"],
            cuts=self.cuts,
            keep=arrays["keep"],
            noise=arrays["noise"],
            shape=job.shape,
            window=job.window,
            shrink=job.shrink,
            seed=job.seed,
            grouper=grouper,
        )

    def epoch(self, epoch: int) -> Iterator[PartReport]:
        """Train one epoch, and report after every part.

        The workers prepare one part each, then all of them train those parts together, one after the other.
        """
        parts = len(self.cuts) - 1
        for first in range(0, parts, self.job.workers):
            if first + self.index < parts:
                self.sampler.fill(epoch, first + self.index, self.parts[self.index])
            self._meet()
            for part in range(first, min(first + self.job.workers, parts)):
                yield self._train_part(epoch, part, self.parts[part - first])

    def _train_part(self, epoch: int, index: int, part: Part) -> PartReport:
        """Train one prepared part, step by step."""
        stretch, total = part.stretch(self.job.shape), max(1, int(self.cuts[-1]))
        trained, blocks, read, steps = (int(n) for n in part.sizes)
        pairs = self._pairs(stretch)
        loss, alpha = 0.0, self.job.alpha
        for (start, first), (stop, last) in pairwise(part.steps[: steps + 1].tolist()):
            alpha = self.job.alpha_at(epoch, (int(self.cuts[index]) + read * start / blocks) / total)
            centers = slice(start * self.job.shape.size, stop * self.job.shape.size)
            groups = None
            if part.groups is not None:
                groups = part.groups.cut(first, last).counted_from(centers.start)
            loss += self._step(Step(stretch.cut(self.job.shape, start, stop), groups, pairs[centers]), alpha)
        if blocks and not all(objective.looks_finite() for objective in self.objectives):
            raise not_finite(alpha)
        return PartReport(read, trained, loss, float(pairs.sum(dtype=np.float64)), alpha)

    def _step(self, step: Step, alpha: float) -> float:
        """Compute this worker's share of the step's updates, meet the others, add the updates to the rows it owns."""
        for objective in self.objectives:
            objective.compute(step, self.job.with_loss)
        self._meet()
        loss = sum(objective.loss(step) for objective in self.objectives) if self.job.with_loss else 0.0
        if "inputs" in self.owned:
            rates = self._input_rates(step, alpha)
            for objective in self.objectives:
                objective.add_to_inputs(step, rates, self.owned["inputs"])
        if "outputs" in self.owned:
            for objective in self.objectives:
                objective.add_to_outputs(step, alpha, self.owned["outputs"])
        self._meet()
        return loss

    def _input_rates(self, step: Step, alpha: float) -> NDArray[np.float32]:
        """Learning rate of each of the step's ids: damped, and times its lock factor (0 keeps a row as it is)."""
        damping, stretch = self._damping, step.stretch
        centers = stretch.centers(self.job.shape)
        # A word of a CBOW window of n words moves the window's mean by 1/n of its own move: about one pair in all.
        pairs = stretch.pairs if self.job.skipgram else np.minimum(stretch.pairs, np.float32(1))
        damping.count(centers, pairs * np.float32(self.job.updates))
        rates = damping.rates(stretch.ids, alpha)
        damping.forget(centers)
        rates *= self.lockf[0] if len(self.lockf) == 1 else self.lockf.take(stretch.ids)
        return rates

    def _pairs(self, stretch: Stretch) -> NDArray[np.float32]:
        """Positive pairs of each center: its context words, or for CBOW one if it has any."""
        left, right = stretch.windows(self.job.shape)
        contexts: NDArray[np.float32] = (left.astype(np.float32) + right).reshape(-1)
        return contexts if self.job.skipgram else np.minimum(contexts, np.float32(1))

    def _meet(self) -> None:
        self.gate.arrive()
        self.gate.wait()


def _beginning_with(prefix: str, arrays: Arrays) -> dict[str, NDArray[Any]]:
    """Arrays whose names begin with ``prefix``, by the rest of the name."""
    return {name[len(prefix) :]: array for name, array in arrays.items() if name.startswith(prefix)}


def not_finite(alpha: float) -> TrainingError:
    """Build the error for weights that are no numbers any more."""
    return TrainingError(
        f"training diverged: a weight is not finite (inf or nan) at alpha={alpha:.6g}. Train a new model with a "
        "smaller alpha, or check the vectors that training started from for inf and nan."
    )


@dataclass(frozen=True)
class EpochReport:
    """What happened in one epoch: a row of ``model.history``.

    Attributes
    ----------
    epoch : from 0
    alpha_start, alpha_end : learning rate at both ends
    loss : mean loss of a positive pair, with its negative samples; None if not computed
    loss_sum : the same, not divided
    words_read : words of the corpus, known or not
    words_trained : words left by subsampling
    words_subsampled : known words that subsampling dropped
    words_unknown : words that are not in the vocabulary; both are None if a subclass has trained its own batches
    seconds : time the epoch took
    """

    epoch: int
    alpha_start: float
    alpha_end: float
    loss: float | None
    loss_sum: float
    words_read: int
    words_trained: int
    words_subsampled: int | None
    words_unknown: int | None
    seconds: float


def run_epoch(
    worker: Worker,
    epoch: int,
    raw_words: int,
    seconds: Callable[[], float],
    progress: Callable[[PartReport], None],
) -> EpochReport:
    """Train one epoch and sum up its parts.

    Parameters
    ----------
    worker : the worker of this process
    raw_words : words in the corpus, known or not
    seconds : a clock
    progress : called after every part
    """
    started, known, trained, loss, pairs, alpha = seconds(), 0, 0, 0.0, 0.0, worker.job.alpha_at(epoch, 0)
    for part in worker.epoch(epoch):
        known, trained, loss, pairs = known + part.read, trained + part.trained, loss + part.loss, pairs + part.pairs
        alpha = part.alpha
        progress(part)
    if not all(np.isfinite(table).all() for table in worker.tables):
        raise not_finite(alpha)
    return EpochReport(
        epoch=epoch,
        alpha_start=worker.job.alpha_at(epoch, 0),
        alpha_end=alpha,
        loss=loss / pairs if worker.job.with_loss and pairs else None,
        loss_sum=loss,
        words_read=raw_words,
        words_trained=trained,
        words_subsampled=known - trained,
        words_unknown=raw_words - known,
        seconds=seconds() - started,
    )
