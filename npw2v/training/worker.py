"""The training loop: epochs of parts, parts of steps, and what one worker does in a step.

Every step has two halves. First each worker computes the updates of its share of the step's blocks, all from the same
state of the tables. When all have arrived, each adds *all* updates to the columns that it owns, in block order. So a
row receives the same additions in the same order however many workers there are, and the trained bytes are the same.

Either every worker has copies of the tables and owns all columns, or they share the tables and each owns some columns
(:mod:`npw2v.training.tables`). With copies one meeting a step is enough, as updates are left in two places in turn: a
worker that goes on with the next step does not write where another still reads. With shared tables a second meeting
follows when all have added.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.ids import FileIds, Ids
from npw2v.errors import TrainingError
from npw2v.kernels.blocks import BlockShape, Layout
from npw2v.kernels.damping import Damping, damp
from npw2v.kernels.paths import GroupShape, ListShape, Tree
from npw2v.training.objectives import GroupSoftmax, ListSoftmax, NegativeSampling, Objective
from npw2v.training.parts import Part, Sampler, Step
from npw2v.training.paths import Grouper, Lister, PathWriter
from npw2v.training.tables import Arrays, Tables


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
    part_words : most words in a part
    shape : block sizes
    paths : sizes for hierarchical softmax, of groups (skip-gram) or lists (CBOW); None without
    updates : updates that an input gets for one of its pairs, on average
    slope : of the damping, see :class:`npw2v.kernels.damping.Damping`
    with_loss : compute the loss
    workers : processes that share the work
    copies : workers may have copies of the tables
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
    part_words: int
    shape: BlockShape
    paths: GroupShape | ListShape | None
    updates: float
    slope: float
    with_loss: bool
    workers: int
    copies: bool

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Job:
        """Rebuild a job from :meth:`as_dict`'s values, JSON's lists for tuples included."""
        kind = GroupShape if values["skipgram"] else ListShape
        paths = None if values["paths"] is None else kind(**values["paths"])
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
        """Integer type of the windows: one byte where every offset inside a part or a group fits."""
        span = max(self.shape.near, self.paths.span if isinstance(self.paths, GroupShape) else 0)
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


def layout(job: Job, words: int, part_paths: int, dimensions: int) -> Layout:
    """Name the arrays that a job's workers share, with shapes and dtypes (the tables are the caller's).

    ``slot{i}.*`` hold the part that worker i prepares, ``way`` is for :class:`~npw2v.training.tables.Tables`; the
    others hold the updates of one step. ``part_paths`` bounds the groups (skip-gram) or lower nodes (CBOW) of a part.
    """
    arrays: Layout = {}
    part_words = min(words, job.part_words)
    slot = Part.layout(job.shape, part_words, job.window_dtype, 0 if job.paths is None else job.paths.top)
    if isinstance(job.paths, GroupShape):
        slot.update(Part.groups_layout(job.paths, part_paths))
        arrays.update(GroupSoftmax.layout(job.paths, dimensions))
    elif job.paths is not None:
        slot.update(Part.lists_layout(job.shape, part_words, part_paths))
        arrays.update(ListSoftmax.layout(job.shape, job.paths, dimensions))
    if job.negative:
        arrays.update(NegativeSampling.layout(job, dimensions))
    for worker in range(job.workers):
        arrays.update({f"slot{worker}.{name}": spec for name, spec in slot.items()})
    arrays["way"] = ((1,), np.int8)
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


class Worker:
    """One of the workers of a job.

    Parameters
    ----------
    job : Job
    arrays : the tables ``inputs``, ``outputs`` for negative sampling and ``nodes`` for hierarchical softmax (float32
        (V, d), mutated), ``lockf`` (float32 (V,) or (1,)), ``offsets``, ``cuts``, ``keep`` and ``noise`` (see
        :class:`~npw2v.training.parts.Sampler`), ``tree.*`` (see :class:`~npw2v.kernels.paths.Tree`), and the scratch
        arrays of :func:`layout`.
    ids : the encoded corpus
    index : this worker's number, from 0
    gate : where it meets the others
    """

    def __init__(self, job: Job, arrays: Arrays, ids: Ids | FileIds, index: int, gate: Gate) -> None:
        self.job, self.index, self.gate = job, index, gate
        shared = {name: arrays[name] for name in ("inputs", "outputs", "nodes") if name in arrays}
        self.tables = Tables(shared, index, job.workers, job.copies, arrays["way"])
        self.lockf = arrays["lockf"]
        self._damping = Damping(len(arrays["inputs"]))
        self.parts = [Part.of(_beginning_with(f"slot{worker}.", arrays)) for worker in range(job.workers)]
        self.objectives: list[Objective] = []
        paths: PathWriter | None = None
        if job.paths is not None:
            tree = Tree(**_beginning_with("tree.", arrays))
            if isinstance(job.paths, GroupShape):
                paths = Grouper(job.paths, tree)
                self.objectives.append(GroupSoftmax(job, job.paths, arrays, index, tree))
            else:
                paths = Lister(tree)
                self.objectives.append(ListSoftmax(job, job.paths, arrays, index, tree))
        if job.negative:
            self.objectives.append(NegativeSampling(job, arrays, index))
        inputs, outputs = [each.add_inputs for each in self.objectives], [each.add_outputs for each in self.objectives]
        # Where the shares of two workers meet in a row, they write to one line of the caches, so half of the workers
        # begin with the other table: two workers train 3 % more words a second.
        self._adds = inputs + outputs if index % 2 == 0 else outputs + inputs
        self.cuts = arrays["cuts"]
        self.sampler = Sampler(
            ids=ids,
            offsets=arrays["offsets"],
            cuts=self.cuts,
            part_words=job.part_words,
            keep=arrays["keep"],
            noise=arrays["noise"],
            shape=job.shape,
            window=job.window,
            shrink=job.shrink,
            seed=job.seed,
            skipgram=job.skipgram,
            paths=paths,
        )

    def epoch(self, epoch: int) -> Iterator[PartReport]:
        """Train one epoch, and report after every part.

        The workers prepare one part each, then all of them train those parts together, one after the other.
        """
        parts = len(self.sampler.order(epoch))
        for first in range(0, parts, self.job.workers):
            prepared = self._prepare(epoch, first + self.index) if first + self.index < parts else []
            self.tables.choose()
            self._meet()
            started, words = time.perf_counter(), 0
            self.tables.change(fresh=first == 0)  # the user may have changed them since the last epoch
            for part in range(first, min(first + self.job.workers, parts)):
                slot = self.parts[part - first]
                steps = prepared if part == first + self.index else slot.steps(self.job.shape)
                report = self._train_part(epoch, part, slot, steps)
                words += report.trained
                yield report
            self._meet()  # before slots are written again
            self.tables.took(time.perf_counter() - started, words)

    def _prepare(self, epoch: int, index: int) -> list[Step]:
        """Write a part to this worker's slot, with the learning rates of its steps, and return these."""
        part = self.parts[self.index]
        self.sampler.fill(epoch, index, part)
        alphas, steps = self._alphas(epoch, index, part), list(part.steps(self.job.shape))
        together = self._damping.steps
        for first in range(0, len(steps), together):
            last = min(first + together, len(steps))
            several, blocks = part.span(self.job.shape, first, last), np.diff(part.bounds[first : last + 1, 0])
            numbers = np.arange(last - first, dtype=np.int32).repeat(blocks)
            self._count_inputs(several, numbers)
            for objective in self.objectives:
                objective.count(several, numbers)
        for name in ("inputs", *(name for objective in self.objectives for name in objective.counts)):
            sizes = [getattr(step.rates, name).size for step in steps]
            rates = getattr(part.rates, name).reshape(-1)[: sum(sizes)]
            damp(rates, self.job.slope, np.repeat(np.array(alphas, np.float32), sizes))
        for step in steps if (self.lockf != 1).any() else ():
            locks = self.lockf if len(self.lockf) == 1 else self.lockf.take(step.stretch.ids)
            np.multiply(step.rates.inputs, locks, out=step.rates.inputs)
        return steps

    def _alphas(self, epoch: int, index: int, part: Part) -> list[float]:
        """Learning rate of every step of a part, before damping."""
        before = self.sampler.order(epoch).cuts
        done = (int(before[index]) + part.done_before()) / max(1, int(before[-1]))
        return [self.job.alpha_at(epoch, each) for each in done.tolist()]

    def _count_inputs(self, steps: Step, numbers: NDArray[np.int32]) -> None:
        """Write how many updates the rows of the ids get in each of some steps to ``steps.rates``.

        The parameters are those of :meth:`~npw2v.training.objectives.Objective.count`.
        """
        damping, stretch, size = self._damping, steps.stretch, self.job.shape.size
        centers = damping.places(stretch.centers(self.job.shape), numbers, size)
        # A word of a CBOW window of n words moves the window's mean by 1/n of its own move: about one pair in all.
        pairs = stretch.pairs if self.job.skipgram else np.minimum(stretch.pairs, np.float32(1))
        damping.count(centers, pairs * np.float32(self.job.updates))
        ids = stretch.ids
        if damping.steps > 1:
            blocks, reach = np.bincount(numbers), 2 * self.job.shape.halo
            # Two steps have the words around their border in common.
            seen = np.arange(len(blocks), dtype=np.int32).repeat(blocks * size + reach)
            ids = damping.places(ids.take(np.arange(len(seen)) - seen * reach), seen)
        damping.counted(ids, steps.rates.inputs)
        damping.forget(centers)

    def _train_part(self, epoch: int, index: int, part: Part, steps: Iterable[Step]) -> PartReport:
        """Train one prepared part, step by step."""
        trained, blocks, read, _ = (int(n) for n in part.sizes)
        alphas = self._alphas(epoch, index, part)
        loss, alpha = 0.0, alphas[-1] if alphas else self.job.alpha
        for step in steps:
            loss += self._train_step(step)
        if blocks and not all(objective.looks_finite() for objective in self.objectives):
            raise not_finite(alpha)
        pairs = float(part.predictions[: blocks * self.job.shape.size].sum(dtype=np.float64))
        return PartReport(read, trained, loss, pairs, alpha)

    def _train_step(self, step: Step) -> float:
        """Compute this worker's share of a step's updates, meet the others, add all updates to the columns it owns."""
        for objective in self.objectives:
            objective.compute(self.tables.arrays, step, self.job.with_loss)
        self._meet()
        loss = sum(objective.loss(step) for objective in self.objectives) if self.job.with_loss else 0.0
        for add in self._adds:
            add(self.tables.arrays, step, self.tables.share)
        if self.tables.others:  # this worker reads what they have added
            self._meet()
        return loss

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
    if not all(np.isfinite(table).all() for table in worker.tables.arrays.values()):
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
