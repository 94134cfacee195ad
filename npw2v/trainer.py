"""The training loop: epochs of parts, parts of steps, and what one worker does in a step.

Every step has two halves. First each worker computes the updates of its share of the step's blocks, all from the same
state of the tables. When all have arrived, each adds *all* updates to the rows that it owns, in block order. So a row
receives the same additions in the same order however many workers there are, and the trained bytes are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from npw2v.batches import Part, Sampler
from npw2v.errors import TrainingError
from npw2v.kernels.blocks import BlockShape, Gradients, Stretch, overlapping
from npw2v.kernels.cbow import Cbow
from npw2v.kernels.damping import Damping
from npw2v.kernels.scatter import scatter_add
from npw2v.kernels.skipgram import SkipGram

#: The arrays that a job works on, by name; see :func:`layout`.
Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Job:
    """Everything a worker must know besides the arrays; plain values, so that it travels as JSON.

    Attributes
    ----------
    skipgram : otherwise CBOW, with ``cbow_mean``
    negative, window, shrink : as the model's
    alpha, min_alpha, epochs : the learning rate falls linearly from ``alpha`` to ``min_alpha`` over ``epochs``
    pace : what one pass over the corpus counts as, in epochs; 1 unless the user's totals differ from the corpus
    seed : key of the random generators, completed by epoch and part
    shape : block sizes
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
    seed: tuple[int, ...]
    shape: BlockShape
    slope: float
    with_loss: bool
    workers: int

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Job:
        """Rebuild a job from :meth:`as_dict`'s values, JSON's lists for tuples included."""
        return cls(**{**values, "seed": tuple(values["seed"]), "shape": BlockShape(**values["shape"])})

    def alpha_at(self, epoch: int, done: float) -> float:
        """Learning rate when the fraction ``done`` of epoch ``epoch`` is behind us."""
        progress = (epoch + done * self.pace) / self.epochs
        return max(self.min_alpha, self.alpha - (self.alpha - self.min_alpha) * progress)

    @property
    def window_dtype(self) -> np.dtype[np.integer]:
        """Integer type of the windows: one byte where every offset inside a block fits."""
        return np.dtype(np.int8 if self.shape.span < np.iinfo(np.int8).max else np.int32)


@dataclass(frozen=True)
class PartReport:
    """What happened in one part.

    Attributes
    ----------
    read : words of the vocabulary that the part holds
    trained : center words left by subsampling
    loss, pairs : summed loss and number of positive pairs; 0 without ``with_loss``
    alpha : learning rate at the part's end
    """

    read: int
    trained: int
    loss: float
    pairs: float
    alpha: float


def layout(job: Job, part_words: int) -> dict[str, tuple[tuple[int, ...], Any]]:
    """Name the scratch arrays that a job's workers share, with shapes and dtypes (the tables are the caller's).

    ``slot{i}.*`` hold the part that worker i prepares; ``step.*`` the updates of one step.
    """
    shape, arrays = job.shape, {}
    for worker in range(job.workers):
        for name, spec in Part.layout(shape, part_words, job.window_dtype).items():
            arrays[f"slot{worker}.{name}"] = spec
    return arrays


def step_layout(job: Job, dimensions: int) -> dict[str, tuple[tuple[int, ...], Any]]:
    """Name the arrays of a step's updates, with shapes and dtypes."""
    shape = job.shape
    return {
        "step.inputs": ((shape.blocks, shape.span, dimensions), np.float32),
        "step.centers": ((shape.blocks, shape.size, dimensions), np.float32),
        "step.noise": ((shape.blocks, shape.noise, dimensions), np.float32),
        "step.loss": ((shape.blocks,), np.float64),
    }


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


def ownership(index: int, workers: int) -> dict[str, tuple[int, int]]:
    """Rows that a worker updates: for each table that it takes part in, (remainder, divisor) of its rows.

    Two workers take one table each; more share the tables out by row number.

    Examples
    --------
    >>> ownership(0, 1)
    {'inputs': (0, 1), 'outputs': (0, 1)}
    >>> ownership(1, 2)
    {'outputs': (0, 1)}
    >>> ownership(2, 3)
    {'outputs': (1, 2)}
    """
    if workers == 1:
        return {"inputs": (0, 1), "outputs": (0, 1)}
    on_inputs = workers // 2
    if index < on_inputs:
        return {"inputs": (index, on_inputs)}
    return {"outputs": (index - on_inputs, workers - on_inputs)}


class Worker:
    """One of the workers of a job.

    Parameters
    ----------
    job : Job
    arrays : the tables ``inputs`` and ``outputs`` (float32 (V, d), mutated), ``lockf`` (float32 (V,) or (1,)), the
        encoded corpus ``ids`` and ``offsets``, ``cuts``, ``keep`` and ``noise`` (see :class:`~npw2v.batches.Sampler`),
        and the scratch arrays of :func:`layout` and :func:`step_layout`.
    index : this worker's number, from 0
    gate : where it meets the others
    """

    def __init__(self, job: Job, arrays: Arrays, index: int, gate: Gate) -> None:
        self.job, self.index, self.gate = job, index, gate
        self.inputs, self.outputs, self.lockf = arrays["inputs"], arrays["outputs"], arrays["lockf"]
        self.owned = ownership(index, job.workers)
        self._damping = {table: Damping(len(self.inputs), job.slope) for table in self.owned}
        self.updates = Gradients(*(arrays[f"step.{name}"] for name in ("inputs", "centers", "noise", "loss")))
        self.parts = [
            Part(*(arrays[f"slot{worker}.{name}"] for name in ("ids", "left", "right", "pairs", "noise", "sizes")))
            for worker in range(job.workers)
        ]
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
        )
        dimensions = self.inputs.shape[1]
        self.kernel: SkipGram | Cbow
        if job.skipgram:
            self.kernel = SkipGram(job.shape, dimensions, job.negative, job.window_dtype)
        else:
            self.kernel = Cbow(job.shape, dimensions, job.negative, job.window_dtype, job.cbow_mean)

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
        shape, stretch, total = self.job.shape, part.stretch(self.job.shape), max(1, int(self.cuts[-1]))
        trained, blocks, read = (int(n) for n in part.sizes)
        loss, alpha = 0.0, self.job.alpha
        for start in range(0, blocks, shape.blocks):
            stop = min(start + shape.blocks, blocks)
            alpha = self.job.alpha_at(epoch, (int(self.cuts[index]) + read * start / blocks) / total)
            loss += self._step(stretch.cut(shape, start, stop), alpha)
        pairs = float(self._pairs(stretch).sum(dtype=np.float64)) if self.job.with_loss else 0.0
        if blocks and not np.isfinite(self.updates.inputs[0].sum()):
            raise not_finite(alpha)
        return PartReport(read, trained, loss, pairs, alpha)

    def _step(self, step: Stretch, alpha: float) -> float:
        """Compute this worker's share of the step's updates, meet the others, add the updates to the rows it owns."""
        shape, blocks = self.job.shape, step.blocks(self.job.shape)
        mine = range(blocks * self.index // self.job.workers, blocks * (self.index + 1) // self.job.workers)
        for start in range(mine.start, mine.stop, shape.chunk):
            stop = min(start + shape.chunk, mine.stop)
            chunk, out = step.cut(shape, start, stop), self.updates.cut(start, stop)
            self.kernel.gradients(self.inputs, self.outputs, chunk, out, self.job.with_loss)
        self._meet()
        loss = float(self.updates.loss[:blocks].sum()) if self.job.with_loss else 0.0
        updates = self.updates.cut(0, blocks)
        if "inputs" in self.owned:
            rates = overlapping(self._input_rates(step, alpha), shape).reshape(-1)
            scatter_add(self.inputs, step.inputs(shape), _rows(updates.inputs), rates, self.owned["inputs"])
        if "outputs" in self.owned:
            centers, noise = self._output_rates(step, alpha)
            scatter_add(self.outputs, step.centers(shape), _rows(updates.centers), centers, self.owned["outputs"])
            scatter_add(self.outputs, step.noise, _rows(updates.noise), noise, self.owned["outputs"])
        self._meet()
        return loss

    def _input_rates(self, step: Stretch, alpha: float) -> NDArray[np.float32]:
        """Learning rate of each of the step's ids: damped, and times its lock factor (0 keeps a row as it is)."""
        damping, centers = self._damping["inputs"], step.centers(self.job.shape)
        # A word of a CBOW window of n words moves the window's mean by 1/n of its own move: about one pair in all.
        pairs = step.pairs if self.job.skipgram else np.minimum(step.pairs, np.float32(1))
        damping.count(centers, pairs * np.float32(1 + self.job.negative))
        rates = damping.rates(step.ids, alpha)
        damping.forget(centers)
        rates *= self.lockf[0] if len(self.lockf) == 1 else self.lockf.take(step.ids)
        return rates

    def _output_rates(self, step: Stretch, alpha: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Learning rates of the step's centers and of its noise words, damped."""
        damping, shape, job = self._damping["outputs"], self.job.shape, self.job
        centers, pairs = step.centers(shape), self._pairs(step)
        share = pairs.reshape(-1, shape.size).sum(axis=1) * np.float32(job.negative / shape.noise)
        damping.count(centers, pairs)
        damping.count(step.noise, np.repeat(share, shape.noise))
        rates = damping.rates(centers, alpha), damping.rates(step.noise, alpha)
        damping.forget(centers)
        damping.forget(step.noise)
        return rates

    def _pairs(self, stretch: Stretch) -> NDArray[np.float32]:
        """Positive pairs of each center: its context words, or for CBOW one if it has any."""
        windows = slice(self.job.shape.halo, -self.job.shape.halo)
        contexts = stretch.left[windows].astype(np.float32)
        contexts += stretch.right[windows]
        return contexts if self.job.skipgram else np.minimum(contexts, np.float32(1))

    def _meet(self) -> None:
        self.gate.arrive()
        self.gate.wait()


def _rows(gradients: NDArray[np.float32]) -> NDArray[np.float32]:
    """(blocks, n, d) as (blocks·n, d)."""
    return gradients.reshape(-1, gradients.shape[-1])


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
    words_unknown : words that are not in the vocabulary
    seconds : time the epoch took
    """

    epoch: int
    alpha_start: float
    alpha_end: float
    loss: float | None
    loss_sum: float
    words_read: int
    words_trained: int
    words_subsampled: int
    words_unknown: int
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
    if not (np.isfinite(worker.inputs).all() and np.isfinite(worker.outputs).all()):
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
