"""A session of training: what is open while the weights are in the workers' hands, an epoch at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from npw2v.corpus.ids import EncodedCorpus, FileIds, Ids, fingerprint
from npw2v.kernels.threads import single_threaded
from npw2v.training.arrays import JobArrays
from npw2v.training.backends import Backend, Barrier, NoWorkersError
from npw2v.training.backends.local import Local
from npw2v.training.checkpoint import Begun, Sums
from npw2v.training.job import Job
from npw2v.training.parts import cut
from npw2v.training.planning import most_paths, plan_job, replan_job
from npw2v.training.reports import EpochReport, PartReport, diverged
from npw2v.training.schedule import Schedule
from npw2v.training.settings import Settings
from npw2v.training.weights import Weights
from npw2v.training.worker import Worker
from npw2v.vocabulary.tables import VocabularyTables

logger = logging.getLogger(__name__)


class Session(Protocol):
    """What a model is trained by: :class:`BlockSession`, or gensim's way in :mod:`npw2v.training.replay`.

    Attributes
    ----------
    words : int
        Words in an epoch, as the progress of training counts them.
    sums : Sums
        Of the epoch that is being trained.
    resumable : bool
        Whether training can go on between two parts, and not between epochs alone.
    """

    words: int
    sums: Sums
    resumable: bool

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
    worker : Worker
        That of this process.
    raw_words : int
        Words in the corpus, known or not.
    begun : Begun, optional
        Where to go on.

    Attributes
    ----------
    shared : bool
        Whether several workers share the weights.
    """

    resumable = True

    def __init__(self, worker: Worker, raw_words: int, begun: Begun | None = None) -> None:
        self.worker, self.raw_words = worker, raw_words
        self.sums = Sums() if begun is None else replace(begun.sums)
        self._corpus: dict[str, Any] | None = None if begun is None else begun.corpus
        self.words, self.shared = int(worker.sampler.cuts[-1]), worker.job.workers > 1

    def begun(self) -> Begun:
        """See `Session`."""
        if self._corpus is None:
            sampler = self.worker.sampler
            self._corpus = fingerprint(sampler.ids, sampler.offsets, self.raw_words)
        return Begun(self._corpus, self.worker.job, self.sums)

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
            if not self.worker.tables.weights.finite():
                raise diverged(sums.alpha)
        self.sums = Sums()
        return EpochReport(
            epoch=number,
            alpha_start=start_alpha,
            alpha_end=sums.alpha,
            loss=sums.loss / sums.pairs if job.with_loss and sums.pairs else None,
            loss_sum=sums.loss,
            words_read=self.raw_words,
            words_trained=sums.trained,
            words_subsampled=sums.known - sums.trained,
            words_unknown=self.raw_words - sums.known,
            seconds=time.perf_counter() - started,
        )


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
        Where to go on; schedule and seed are then those of its job.
    """
    given = settings, weights, vocabulary, corpus, schedule, seed, backend, begun
    try:
        job, arrays, ids, barrier = _opened(*given, settings.workers)
    except NoWorkersError as error:
        logger.warning("training with one worker, as there can be no others: %s", error)
        job, arrays, ids, barrier = _opened(*given, 1)
    raw_words = corpus.raw_words
    if job.workers > 1 and corpus.path is None:
        corpus.close()  # the workers share a copy of the ids
    weights.take(arrays.weights)
    try:
        yield BlockSession(Worker(job, arrays, ids, 0, barrier), raw_words, begun)
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
    most_workers: int,
) -> tuple[Job, JobArrays, Ids | FileIds, Barrier]:
    """Plan a job, put its arrays where the workers see them, and start these."""
    table_bytes = sum(table.nbytes for table in weights.tables().values())
    if begun is None or begun.job is None:
        job, tree = plan_job(settings, vocabulary, corpus, schedule, seed, most_workers, table_bytes)
    else:
        job, tree = replan_job(begun.job, settings, vocabulary, corpus, most_workers, table_bytes)
    cuts = cut(corpus.offsets, job.piece_words)
    room = JobArrays.layout(job, max(1, len(corpus.ids)), most_paths(job, tree, corpus, cuts), settings.vector_size)
    given = JobArrays.given(weights, vocabulary, corpus.offsets, cuts, tree)
    place: Backend = backend if job.workers > 1 else Local()
    named, ids, barrier = place.open(job, given, room, corpus.ids)
    return job, JobArrays.of(job, named), ids, barrier
