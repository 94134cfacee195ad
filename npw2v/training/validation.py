"""The loss on held-out sentences after each epoch, and ending training when it falls no more."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from npw2v.checks import as_count
from npw2v.corpus.checks import check_reiterable
from npw2v.corpus.encoding import encode_corpus
from npw2v.corpus.ids import EncodedCorpus
from npw2v.kernels.threads import single_threaded
from npw2v.training.arrays import JobArrays
from npw2v.training.backends.local import Local
from npw2v.training.parts import cut
from npw2v.training.planning import most_paths, plan_job
from npw2v.training.reports import EpochReport
from npw2v.training.schedule import Schedule
from npw2v.training.settings import Settings
from npw2v.training.weights import Weights
from npw2v.training.worker import objectives_of, sampler_of
from npw2v.vocabulary.tables import VocabularyTables

logger = logging.getLogger(__name__)

#: Key of the random generators: the same for every model, so that those of different seeds can be compared.
SEED = (0x4E1D, 0x0017)

#: Nothing is learnt, but block sizes go by a learning rate.
SCHEDULE = Schedule(0.025, 0.025, 1)


class HeldOutLoss:
    """The mean loss of a positive pair on a corpus, with the same subsampling, windows and noise words every time.

    They are drawn as for an epoch of training, and the kernels are those of training, in this process alone: on the
    text that is trained, without a learning rate, it differs from the loss of training by the draws alone.

    Parameters
    ----------
    settings : Settings
    weights : Weights
        For their shapes.
    vocabulary : VocabularyTables
    corpus : EncodedCorpus
        Not to be closed as long as the loss is asked for.

    Attributes
    ----------
    pairs : float
        Number of positive pairs.

    Raises
    ------
    ValueError
        There are none.
    """

    def __init__(
        self, settings: Settings, weights: Weights, vocabulary: VocabularyTables, corpus: EncodedCorpus
    ) -> None:
        settings = replace(settings, compute_loss=True)
        self.job, tree = plan_job(settings, vocabulary, corpus, SCHEDULE, SEED, most_workers=1, table_bytes=0)
        cuts = cut(corpus.offsets, self.job.piece_words)
        words, paths = max(1, len(corpus.ids)), most_paths(self.job, tree, corpus, cuts)
        room = JobArrays.layout(self.job, words, paths, settings.vector_size)
        given = JobArrays.given(weights, vocabulary, corpus.offsets, cuts, tree)
        named, ids, _ = Local().open(self.job, given, room, corpus.ids)
        arrays = JobArrays.of(self.job, named)
        self._part = arrays.slots[0]
        self._sampler, self._objectives = sampler_of(self.job, arrays, ids), objectives_of(self.job, arrays, 0)
        shape = self.job.shape
        steps = (step for part in self._parts() for step in part.steps(shape))
        self.pairs = sum(float(step.predictions.sum(dtype=np.float64)) for step in steps)
        if not self.pairs:
            raise ValueError(
                f"validation has no two words within a window of each other: of its {corpus.raw_words:,} words "
                f"{len(corpus.ids):,} are in the vocabulary, in {corpus.sentences:,} sentences; give more text"
            )

    def _parts(self) -> Iterator[Any]:
        """Draw every part, one after the other in the same room."""
        for number in range(len(self._sampler.order(0))):
            self._sampler.fill(0, number, self._part)
            yield self._part

    def of(self, weights: Weights) -> float:
        """Compute the loss of the weights as they are, summed up in float64."""
        total = 0.0
        with single_threaded(), np.errstate(all="ignore"):
            for part in self._parts():
                for step in part.steps(self.job.shape):
                    for objective in self._objectives:
                        objective.compute(weights, step, 0)
                        total += objective.loss(step, 0)
        return total / self.pairs


class Validation:
    """What a call of ``train`` asks after each epoch: how good the weights are, and whether to go on.

    Parameters
    ----------
    loss : HeldOutLoss or None
        None if there is nothing to validate on.
    weights : callable
        Returns the weights as they are.
    patience : int or None
        Stop when the loss has not been lower than ever before for so many epochs; the best epoch's weights are copied.

    Attributes
    ----------
    stop : bool
        Whether that is so.
    """

    def __init__(self, loss: HeldOutLoss | None, weights: Callable[[], Weights], patience: int | None) -> None:
        self._loss, self._weights, self._patience = loss, weights, patience
        self._best: tuple[float, int, Weights] | None = None
        self._epochs = self._waited = 0
        self.stop = False

    def after(self, report: EpochReport) -> EpochReport:
        """Complete the report of an epoch that has just been trained."""
        if self._loss is None:
            return report
        found = self._loss.of(self._weights())
        self._epochs += 1
        if self._patience is not None:
            self._compare(found, self._patience)
        return replace(report, validation_loss=found)

    def _compare(self, found: float, patience: int) -> None:
        if self._best is None or found < self._best[0]:
            self._best = None  # one copy at a time
            self._best, self._waited = (found, self._epochs, self._weights().copied()), 0
        else:
            self._waited += 1
            self.stop = self._waited >= patience
            if self.stop:
                logger.info("validation loss has not improved for %i epochs: training ends", self._waited)

    def restore(self) -> None:
        """Write the weights of the best epoch over those of the last one, if it was another and patience is set."""
        if self._best is None or self._best[1] == self._epochs:
            return
        found, epoch, best = self._best
        for name, table in self._weights().tables().items():
            np.copyto(table, best[name])
        logger.info("restored the weights of epoch %i of %i, with validation loss %.4f", epoch, self._epochs, found)


@contextmanager
def open_validation(
    corpus: Any,
    patience: int | None,
    settings: Settings,
    rows: dict[Any, int],
    weights: Callable[[], Weights],
    vocabulary: Callable[[], VocabularyTables],
) -> Iterator[Validation]:
    """Read the held-out sentences, as a context; without any, a validation that says nothing.

    Parameters
    ----------
    corpus : iterable of lists of words, or None
        Read once.
    patience : int, optional
        See :class:`Validation`.
    settings : Settings
    rows : dict
        Word to row.
    weights, vocabulary : callable
        Return the weights as they are, and what is known of the words.

    Raises
    ------
    TypeError, ValueError
        That is no corpus, or none to compute a loss on; or patience is no number of epochs, or has nothing to judge by.
    """
    patience = _checked(corpus, patience)
    if corpus is None:
        yield Validation(None, weights, None)
        return
    with encode_corpus(corpus, rows) as encoded:
        if not len(encoded.ids):
            raise ValueError(
                f"validation has no word of the vocabulary: {encoded.raw_words:,} words were read in "
                f"{encoded.sentences:,} sentences; give text of the kind that is trained on"
            )
        yield Validation(HeldOutLoss(settings, weights(), vocabulary(), encoded), weights, patience)


def _checked(corpus: Any, patience: int | None) -> int | None:
    """Return patience as a number of epochs; raise if it or the corpus is not what it should be."""
    if patience is not None:
        if corpus is None:
            raise ValueError("patience needs validation: give held-out sentences, by whose loss to stop")
        patience = as_count(patience, "patience")
        if patience < 1:
            raise ValueError(f"patience must be at least 1 epoch, got {patience}")
    if isinstance(corpus, str | bytes | os.PathLike):
        raise TypeError(f"validation must be an iterable of lists of str, got {corpus!r}: for a file, LineSentence")
    if corpus is not None:
        check_reiterable(corpus, passes=1)
    return patience
