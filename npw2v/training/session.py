"""A session of training: what is open while the weights are in the workers' hands, an epoch at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from npw2v.corpus.ids import EncodedCorpus, FileIds, Ids, fingerprint
from npw2v.kernels.threads import single_threaded
from npw2v.logs import logger_of
from npw2v.training.arrays import Arrays, JobArrays
from npw2v.training.backends import Backend, Barrier, NoWorkersError
from npw2v.training.backends.local import Local
from npw2v.training.checkpoint import Begun, Sums
from npw2v.training.job import Job
from npw2v.training.lanes import LaneWorker, layout, worker_of
from npw2v.training.naming import viewed
from npw2v.training.parts import cut
from npw2v.training.planning import most_paths, plan_job, replan_job
from npw2v.training.reports import EpochReport, PartReport, diverged
from npw2v.training.schedule import Schedule
from npw2v.training.settings import Settings
from npw2v.training.weights import Weights
from npw2v.training.worker import Worker
from npw2v.vocabulary.tables import VocabularyTables

logger = logger_of(__name__)


class Session(Protocol):
    """What a model is trained by: `BlockSession`, `RereadSession`, or gensim's way in :mod:`npw2v.training.replay`.

    Attributes
    ----------
    words : int
        Words in an epoch, as the progress of training counts them.
    """

    words: int

    @property
    def sums(self) -> Sums:
        """Those of the epoch that is being trained."""

    @property
    def resumable(self) -> bool:
        """Whether training can go on between two parts, and not between epochs alone."""

    def begun(self) -> Begun:
        """Return what a checkpoint needs to know of the session; asked between two parts."""

    def epoch(self, number: int, on_part: Callable[[PartReport], None]) -> EpochReport:
        """Train one epoch.

        Parameters
        ----------
        number : int
            From 0.
        on_part : callable
            Told of each part, or batch, when it is trained.

        Raises
        ------
        TrainingError
            The weights diverged, or a worker died.
        """


class BlockSession:
    """A session of npw2v's own training. See `Session`.

    Parameters
    ----------
    worker : Worker or LaneWorker
        That of this process.
    raw_words : int
        Words in the corpus, known or not.
    begun : Begun, optional
        Where to go on.

    Attributes
    ----------
    shared : bool
        Whether several workers share the weights.
    corpus : dict of str to object, or None
        The corpus's fingerprint, if it has been asked for.
    """

    resumable = True

    def __init__(self, worker: Worker | LaneWorker, raw_words: int, begun: Begun | None = None) -> None:
        self.worker, self.raw_words = worker, raw_words
        self.sums = Sums() if begun is None else replace(begun.sums)
        self.corpus: dict[str, Any] | None = (begun and begun.corpus) or None
        self.words, self.shared = int(worker.sampler.cuts[-1]), worker.job.workers > 1

    def begun(self) -> Begun:
        """See `Session`."""
        return Begun(self.printed(), self.worker.job, self.sums, self.worker.arrays())

    def printed(self) -> dict[str, Any]:
        """Return the corpus's fingerprint."""
        if self.corpus is None:
            sampler = self.worker.sampler
            self.corpus = fingerprint(sampler.ids, sampler.offsets, self.raw_words)
        return self.corpus

    def epoch(self, number: int, on_part: Callable[[PartReport], None]) -> EpochReport:
        """See `Session`."""
        job = self.worker.job
        start_alpha = job.schedule.alpha_at(number, 0)
        if not self.sums.parts:
            self.sums = Sums(alpha=start_alpha)
        sums, started = self.sums, time.perf_counter() - self.sums.seconds
        with single_threaded(), np.errstate(all="ignore"):  # not in callbacks
            for part in self.worker.epoch(number):
                sums.add(part)
                sums.seconds = time.perf_counter() - started
                on_part(part)
            if not self.worker.finite():
                raise diverged(sums.alpha)
        self.sums = Sums()
        return epoch_report(number, start_alpha, sums, self.raw_words, job.with_loss, time.perf_counter() - started)


def epoch_report(
    number: int, start_alpha: float, sums: Sums, raw_words: int, with_loss: bool, seconds: float
) -> EpochReport:
    """Make the report of an epoch from what has been summed up of its parts."""
    return EpochReport(
        epoch=number,
        alpha_start=start_alpha,
        alpha_end=sums.alpha,
        loss=sums.loss / sums.pairs if with_loss and sums.pairs else None,
        loss_sum=sums.loss,
        words_read=raw_words,
        words_trained=sums.trained,
        words_subsampled=sums.known - sums.trained,
        words_unknown=raw_words - sums.known,
        seconds=seconds,
    )


class RereadSession:
    """A session of a corpus that is read again for every epoch, as it may have other sentences then. See `Session`.

    Training can go on in the middle of an epoch if that has the sentences of the one before.

    Parameters
    ----------
    passes : ExitStack
        Ends what this opens; what is in it now is ended by the first epoch.
    first : BlockSession
        Of the first epoch, opened already.
    again : callable
        Opens the session of another epoch, given its number.
    """

    def __init__(
        self, passes: ExitStack, first: BlockSession, again: Callable[[int], AbstractContextManager[BlockSession]]
    ) -> None:
        self._passes, self._again = passes, again
        self._now: BlockSession | None = first
        self._before: dict[str, Any] = first.printed() if first.sums.parts else {}
        self.words = first.words

    @property
    def sums(self) -> Sums:
        """See `Session`."""
        return Sums() if self._now is None else self._now.sums

    @property
    def resumable(self) -> bool:
        """See `Session`; asked in every epoch, if at all."""
        return self._now is not None and self._now.printed() == self._before

    def begun(self) -> Begun:
        """See `Session`. Of the corpus of an epoch that has not begun nothing is known."""
        return Begun({}) if self._now is None or not self._now.sums.parts else self._now.begun()

    def epoch(self, number: int, on_part: Callable[[PartReport], None]) -> EpochReport:
        """See `Session`."""
        started = time.perf_counter()
        if self._now is None:
            self._now = self._passes.enter_context(self._again(number))
        reading = time.perf_counter() - started
        report = self._now.epoch(number, on_part)
        self._before = self._now.corpus or {}
        self._now = None
        self._passes.close()
        return replace(report, seconds=report.seconds + reading)


@contextmanager
def open_session(
    settings: Settings,
    weights: Weights,
    vocabulary: VocabularyTables,
    corpus: EncodedCorpus,
    schedule: Schedule,
    seed: tuple[int, ...],
    backend: Backend,
    begun: Begun | None = None,
    epochs: range | None = None,
) -> Iterator[BlockSession]:
    """Begin to train ``weights`` on a corpus, as a context.

    Parameters
    ----------
    settings : Settings
    weights : Weights
        Mutated. Where several workers train them, they refer to the tables that these share from now on; the caller
        copies them when the session is over.
    vocabulary : VocabularyTables
    corpus : EncodedCorpus
        If the workers share a copy of its ids it is closed.
    schedule : Schedule
    seed : tuple of int
        Keys the random generators.
    backend : Backend
        Where workers run, if the job is worth several. They have ended when the session is over. If it has none, this
        process is the only worker.
    begun : Begun, optional
        Where to go on; if it has a job, schedule and seed are those.
    epochs : range, optional
        Those to train, of the schedule's; None for all.
    """
    epochs = range(schedule.epochs) if epochs is None else epochs
    given = settings, weights, vocabulary, corpus, schedule, seed, backend, begun, epochs
    try:
        job, arrays, ids, barrier = _opened(*given, settings.workers)
    except NoWorkersError as error:
        logger.warning("training with one worker, as there can be no others: %s", error)
        job, arrays, ids, barrier = _opened(*given, 1)
    raw_words = corpus.raw_words
    if job.workers > 1 and corpus.path is None:
        corpus.close()  # the workers share a copy of the ids
    weights.take(viewed(Weights, "weights", arrays))
    try:
        yield BlockSession(worker_of(job, arrays, ids, 0, barrier), raw_words, begun)
    finally:
        backend.end()  # the workers' copies of the tables would add to those that the caller makes


def _opened(
    settings: Settings,
    weights: Weights,
    vocabulary: VocabularyTables,
    corpus: EncodedCorpus,
    schedule: Schedule,
    seed: tuple[int, ...],
    backend: Backend,
    begun: Begun | None,
    epochs: range,
    most_workers: int,
) -> tuple[Job, Arrays, Ids | FileIds, Barrier]:
    """Plan a job, put its arrays where the workers see them, and start these."""
    table_bytes = sum(table.nbytes for table in weights.tables().values())
    if begun is None or begun.job is None:
        job, tree = plan_job(settings, vocabulary, corpus, schedule, seed, most_workers, table_bytes, epochs)
    else:
        job, tree = replan_job(begun.job, settings, vocabulary, corpus, most_workers, table_bytes, epochs)
    cuts = cut(corpus.offsets, job.piece_words)
    given, paths = JobArrays.given(weights, vocabulary, corpus.offsets, cuts, tree), most_paths(job, tree, corpus, cuts)
    if job.lanes > 1:
        more, room = layout(job, weights, paths)
        given.update({**more, **({} if begun is None else begun.arrays)})
    else:
        room = JobArrays.layout(job, max(1, len(corpus.ids)), paths, settings.vector_size)
    place: Backend = backend if job.workers > 1 else Local()
    return job, *place.open(job, given, room, corpus.ids)
