"""Training batch by batch, in gensim's order: for ``kernel="replay"``, and for models that train batches themselves.

gensim hands batches of sentences, each with its learning rate, to ``_do_train_job``. Subclasses override that method,
to train on other sentences than those of the corpus for instance.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from npw2v.training.checkpoint import Begun, Sums
from npw2v.training.checks import warn_of_other_totals
from npw2v.training.replay.reports import BatchReport
from npw2v.training.reports import EpochReport, PartReport, diverged
from npw2v.training.schedule import Schedule
from npw2v.training.weights import Weights

Sentences: TypeAlias = list[Sequence[Any]]

#: The batches of an epoch, given its number: what became of each, and its learning rate.
Batches: TypeAlias = Callable[[int], Iterable[tuple[BatchReport, float]]]


class BatchSession:
    """A session in batches. See :class:`npw2v.training.session.Session`.

    Parameters
    ----------
    batches : callable
        Trains the batches of an epoch.
    weights : callable
        Returns the weights as they are.
    schedule : Schedule
    words : int
        Of an epoch, for the progress.
    with_loss : bool
        The batches' loss is computed.
    corpus : callable
        Returns the corpus's fingerprint; see :func:`npw2v.corpus.ids.fingerprint`.
    """

    resumable = False

    def __init__(
        self,
        batches: Batches,
        weights: Callable[[], Weights],
        schedule: Schedule,
        words: int,
        with_loss: bool,
        corpus: Callable[[], dict[str, Any]],
    ) -> None:
        self._batches, self._weights, self._schedule = batches, weights, schedule
        self.words, self.with_loss, self._corpus = words, with_loss, corpus
        self.sums = Sums()

    def begun(self) -> Begun:
        """See :class:`npw2v.training.session.Session`. Random numbers are the model's own."""
        return Begun(self._corpus())

    def epoch(self, number: int, on_part: Callable[[PartReport], None]) -> EpochReport:
        """See :class:`npw2v.training.session.Session`."""
        started, reports, alphas = time.perf_counter(), [], []
        for batch, alpha in self._batches(number):
            reports.append(batch)
            alphas.append(alpha)
            on_part(PartReport(batch.read, batch.trained, batch.loss, batch.predictions, alpha))
        alphas = alphas or [self._schedule.after(number)]
        if not self._weights().finite():
            raise diverged(alphas[-1])
        loss, predictions = sum(batch.loss for batch in reports), sum(batch.predictions for batch in reports)
        # A subclass may count in another way what is read.
        words = [batch.words for batch in reports if batch.words is not None and batch.words.read == batch.read]
        trained, told = sum(batch.trained for batch in reports), len(words) == len(reports)
        return EpochReport(
            epoch=number,
            alpha_start=alphas[0],
            alpha_end=alphas[-1],
            loss=loss / predictions if self.with_loss and predictions else None,
            loss_sum=loss,
            words_read=sum(batch.read for batch in reports),
            words_trained=trained,
            words_subsampled=sum(batch.known for batch in words) - trained if told else None,
            words_unknown=sum(batch.unknown for batch in words) if told else None,
            seconds=time.perf_counter() - started,
            losses=[loss for batch in reports for loss in batch.losses] or None,
        )


def train_sentences(
    sentences: Iterable[Sequence[Any]],
    schedule: Schedule,
    epoch: int,
    totals: tuple[int | None, int | None],
    batch_words: int,
    train: Callable[[Sentences, float], BatchReport],
    count_words: Callable[[Sentences], int],
) -> Iterator[tuple[BatchReport, float]]:
    """Train the batches of an epoch of sentences.

    Parameters
    ----------
    sentences : iterable of lists of words
    schedule : Schedule
    epoch : int
        From 0.
    totals : tuple of two, int or None
        Sentences and words that make an epoch of the schedule; the first that is given and not 0 counts.
    batch_words : int
        Most words of a batch.
    train : callable
        ``train(batch, alpha)`` trains one batch.
    count_words : callable
        Counts the words of some sentences.

    Yields
    ------
    report : BatchReport
    alpha : float
        The batch's learning rate.
    """
    examples = read = 0
    for batch, alpha in _batches(sentences, schedule, epoch, totals, batch_words, count_words):
        report = train(batch, alpha)
        examples, read = examples + len(batch), read + report.read
        yield report, alpha
    warn_of_other_totals(examples, read, *totals)


def _batches(
    sentences: Iterable[Sequence[Any]],
    schedule: Schedule,
    epoch: int,
    totals: tuple[int | None, int | None],
    batch_words: int,
    count_words: Callable[[Sentences], int],
) -> Iterator[tuple[Sentences, float]]:
    """Put sentences together up to ``batch_words`` words, and give each batch its learning rate.

    A first sentence that is longer than that by itself comes after an empty batch, as in gensim, where that draws
    random numbers, too.
    """
    batch: Sentences = []
    pushed, size, alpha, total = 0, 0, schedule.after(epoch), totals[0] or totals[1]
    for number, sentence in enumerate(sentences):
        try:
            length = count_words([sentence])
        except TypeError:
            raise TypeError(f"sentence {number} must be a list of words, got {sentence!r}") from None
        if size + length > batch_words:
            yield batch, alpha
            pushed += len(batch) if totals[0] else count_words(batch)
            alpha = schedule.after(epoch + (pushed / total if total else 0.0))
            batch, size = [], 0
        batch.append(sentence)
        size += length
    if batch:
        yield batch, alpha
