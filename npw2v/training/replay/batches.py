"""Training batch by batch, in gensim's order: for ``kernel="replay"``, and for models that train batches themselves.

gensim hands batches of sentences, each with its learning rate, to ``_do_train_job``. Subclasses override that method,
to train on other sentences than those of the corpus for instance; theirs is called here as gensim calls it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.encoding import encode_corpus
from npw2v.corpus.sentences import Corpus, PathLike
from npw2v.training import checks as modelchecks
from npw2v.training import session as training
from npw2v.training.callbacks import Callbacks
from npw2v.training.progress import Progress
from npw2v.training.worker import EpochReport, PartReport, not_finite

if TYPE_CHECKING:
    from npw2v.training.replay.scalar import Trainer, Words
    from npw2v.word2vec import Word2Vec

Sentences: TypeAlias = list[Sequence[Any]]


class BatchTraining:
    """What gensim's model has for those who train batches themselves; not for use on its own."""

    #: The constructor's parameter of this name; files of before it have none.
    kernel: str = "blocks"

    layer1_size: int

    def _do_train_job(self, sentences: Sentences, alpha: float, inits: tuple[Any, Any]) -> tuple[int, int]:
        """Train one batch, with the model's kernel; for subclasses to override, or to call with sentences of their own.

        Parameters
        ----------
        sentences : list of lists of words
        alpha : float
            Learning rate.
        inits : two float32 arrays (vector_size,)
            Scratch in gensim; not used here.

        Returns
        -------
        Words trained, without unknown and subsampled ones, and words read.
        """
        model = cast("Word2Vec", self)
        if self.kernel == "replay":
            trained = len(scalar_trainer(model).batch(sentences, alpha).words.ids)
        else:
            # Each batch gets noise of its own by a number that is drawn for it, as gensim seeds each of its batches.
            draws = model.random.randint(0, 2**24, 2).tolist()
            with encode_corpus(sentences, model.wv.key_to_index) as corpus:
                seed = (model.seed, model.train_count, *draws)
                trained = training.train_batch(model, corpus, alpha, seed).words_trained
        return trained, self._raw_word_count(sentences)

    def _raw_word_count(self, job: Iterable[Any]) -> int:
        """Count the words of a batch."""
        return sum(map(len, job))

    def _get_thread_working_mem(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Make the ``inits`` of :meth:`_do_train_job`."""
        work, neu1 = np.zeros((2, self.layer1_size), np.float32)
        return work, neu1


def train_batch_sg(
    model: Word2Vec, sentences: Iterable[Sequence[Any]], alpha: float, _work: Any, compute_loss: bool
) -> int:
    """Train skip-gram on one batch, as gensim's compiled function of this name; return the words trained.

    Raises
    ------
    ValueError
        The model is one of CBOW.
    """
    return _train_batch(model, sentences, alpha, compute_loss, skipgram=True)


def train_batch_cbow(
    model: Word2Vec, sentences: Iterable[Sequence[Any]], alpha: float, _work: Any, _neu1: Any, compute_loss: bool
) -> int:
    """Train CBOW on one batch; see :func:`train_batch_sg`."""
    return _train_batch(model, sentences, alpha, compute_loss, skipgram=False)


def _train_batch(
    model: Word2Vec, sentences: Iterable[Sequence[Any]], alpha: float, compute_loss: bool, skipgram: bool
) -> int:
    if bool(model.sg) != skipgram:
        called, right = ("train_batch_sg", "train_batch_cbow")[:: 1 if skipgram else -1]
        raise ValueError(f"{called}() does not train a model with sg={model.sg}: call {right}()")
    before, model.compute_loss = model.compute_loss, bool(compute_loss)
    try:
        return BatchTraining._do_train_job(model, list(sentences), alpha, (None, None))[0]
    finally:
        model.compute_loss = before


def scalar_trainer(model: Word2Vec) -> Trainer:
    """Make the trainer of ``kernel="replay"``, importing it now: few programs need it, and SciPy's BLAS takes time."""
    from npw2v.training.replay.scalar import Trainer

    return Trainer(model)


def trains_itself(model: Word2Vec) -> bool:
    """Say whether the model's class, or somebody for this model alone, has overridden ``_do_train_job``."""
    return getattr(model._do_train_job, "__func__", None) is not BatchTraining._do_train_job


def needed(model: Word2Vec, corpus_file: PathLike | None) -> bool:
    """Say whether ``model`` is to be trained here. gensim does not ask ``_do_train_job`` about a ``corpus_file``."""
    return model.kernel == "replay" or (corpus_file is None and trains_itself(model))


def train(
    model: Word2Vec,
    sentences: Corpus | None,
    corpus_file: PathLike | None,
    *,
    total_examples: int | None,
    total_words: int | None,
    epochs: int,
    served: int,
    alpha: float,
    min_alpha: float,
    callbacks: Callbacks,
    progress: bool | None,
    report_delay: float,
) -> tuple[int, int]:
    """Train ``model`` on a corpus that is read again in every epoch; see :func:`npw2v.training.session.train`."""
    words = model.corpus_total_words if total_words is None else total_words
    with Progress(words * served, served, progress, report_delay) as shown:
        jobs = Jobs(model, sentences, corpus_file, alpha, min_alpha, epochs, total_examples, total_words, shown)
        return training.run_epochs(model, served, jobs.epoch, callbacks, shown)


@dataclass(frozen=True)
class Job:
    """What happened in one batch; ``words`` is None if the model has trained it by itself."""

    read: int
    trained: int
    alpha: float
    loss: float = 0.0
    predictions: int = 0
    words: Words | None = None


@dataclass(frozen=True)
class Jobs:
    """The batches of one call of :func:`train`, whose parameters these are."""

    model: Word2Vec
    sentences: Corpus | None
    corpus_file: PathLike | None
    alpha: float
    min_alpha: float
    epochs: int
    total_examples: int | None
    total_words: int | None
    shown: Progress

    def epoch(self, epoch: int) -> EpochReport:
        """Train one epoch and sum up its batches."""
        started, jobs = time.perf_counter(), []
        for job in self._of_file(epoch) if self.sentences is None else self._of_sentences(self.sentences, epoch):
            jobs.append(job)
            self.shown.part(PartReport(job.read, job.trained, job.loss, job.predictions, job.alpha))
        alphas = [job.alpha for job in jobs] or [self._alpha_at(epoch, 0.0)]
        if not all(np.isfinite(table).all() for table in training.weights_of(self.model).values()):
            raise not_finite(alphas[-1])
        loss, predictions = sum(job.loss for job in jobs), sum(job.predictions for job in jobs)
        words = [job.words for job in jobs if job.words is not None]
        trained, told = sum(job.trained for job in jobs), len(words) == len(jobs)
        return EpochReport(
            epoch=epoch,
            alpha_start=alphas[0],
            alpha_end=alphas[-1],
            loss=loss / predictions if self.model.compute_loss and predictions else None,
            loss_sum=loss,
            words_read=sum(job.read for job in jobs),
            words_trained=trained,
            words_subsampled=sum(batch.known for batch in words) - trained if told else None,
            words_unknown=sum(batch.unknown for batch in words) if told else None,
            seconds=time.perf_counter() - started,
        )

    def _of_sentences(self, sentences: Corpus, epoch: int) -> Iterator[Job]:
        """Train the batches of an iterable."""
        model, examples, read = self.model, 0, 0
        inits: tuple[Any, Any] = model._get_thread_working_mem()
        trainer = None if trains_itself(model) else scalar_trainer(model)
        for batch, alpha in self._batches(sentences, epoch):
            if trainer is None:
                trained, raw = model._do_train_job(batch, alpha, inits)
                job = Job(raw, trained, alpha)
            else:
                report = trainer.batch(batch, alpha)
                raw = model._raw_word_count(batch)
                job = Job(raw, len(report.words.ids), alpha, report.loss, report.predictions, report.words)
            examples, read = examples + len(batch), read + raw
            yield job
        modelchecks.warn_of_other_totals(examples, read, self.total_examples, self.total_words)

    def _batches(self, sentences: Corpus, epoch: int) -> Iterator[tuple[Sentences, float]]:
        """Put sentences together up to ``batch_words`` words, and give each batch its learning rate.

        A first sentence that is longer than that by itself comes after an empty batch, as in gensim, where that draws
        random numbers, too.
        """
        model, pushed = self.model, 0
        batch: Sentences = []
        size, alpha = 0, self._alpha_at(epoch, 0.0)
        for number, sentence in enumerate(sentences):
            try:
                length: int = model._raw_word_count([sentence])
            except TypeError:
                raise TypeError(f"sentence {number} must be a list of words, got {sentence!r}") from None
            if size + length > model.batch_words:
                yield batch, alpha
                pushed += len(batch) if self.total_examples else model._raw_word_count(batch)
                total = self.total_examples or self.total_words
                alpha = self._alpha_at(epoch, pushed / total if total else 0.0)
                batch, size = [], 0
            batch.append(sentence)
            size += length
        if batch:
            yield batch, alpha

    def _of_file(self, epoch: int) -> Iterator[Job]:
        """Train the batches of ``corpus_file``."""
        alphas, words = (self.alpha, self.min_alpha), self.total_words
        if self.corpus_file is None or words is None:
            raise TypeError("give either an iterable of lists of words or corpus_file with total_words")
        trainer = scalar_trainer(self.model)
        for report, alpha in trainer.file_epoch(
            self.corpus_file, epoch, self.epochs, alphas, self.total_examples, words
        ):
            trained = len(report.words.ids)
            yield Job(report.words.read, trained, alpha, report.loss, report.predictions, report.words)

    def _alpha_at(self, epoch: int, done: float) -> float:
        """Learning rate when the fraction ``done`` of an epoch is behind."""
        progress = (epoch + done) / self.epochs
        return max(self.min_alpha, self.alpha - (self.alpha - self.min_alpha) * progress)
