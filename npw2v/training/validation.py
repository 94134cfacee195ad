"""The loss on held-out sentences after each epoch, and ending training when it falls no more."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.checks import check_reiterable
from npw2v.corpus.encoding import encode_corpus
from npw2v.corpus.ids import EncodedCorpus, fingerprint
from npw2v.kernels.threads import single_threaded
from npw2v.logs import logger_of
from npw2v.training.arrays import JobArrays
from npw2v.training.backends.local import Local
from npw2v.training.checkpoint import Judged, check_same, stored_tables
from npw2v.training.parts import cut
from npw2v.training.planning import most_paths, plan_job
from npw2v.training.reports import EpochReport
from npw2v.training.schedule import Schedule
from npw2v.training.settings import Settings
from npw2v.training.weights import Weights
from npw2v.training.worker import objectives_of, sampler_of
from npw2v.vocabulary.tables import VocabularyTables

logger = logger_of(__name__)

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
        settings = replace(settings, compute_loss=True, lanes=1)
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
                        objective.compute(weights, step, 0, 1)
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
    judged : Judged
        Where to go on; mutated. With patience, the best epoch's weights are copied.
    best : Weights, optional
        Those of the best epoch so far.
    """

    def __init__(
        self, loss: HeldOutLoss | None, weights: Callable[[], Weights], judged: Judged, best: Weights | None = None
    ) -> None:
        self._loss, self._weights, self._judged, self._best = loss, weights, judged, best

    @property
    def stop(self) -> bool:
        """Whether the loss has not been lower than ever before for as many epochs as patience allows."""
        judged = self._judged
        return judged.patience is not None and judged.epochs - judged.best >= judged.patience

    def after(self, report: EpochReport) -> EpochReport:
        """Complete the report of an epoch that has just been trained."""
        if self._loss is None:
            return report
        found, judged = self._loss.of(self._weights()), self._judged
        if judged.patience is not None:
            self._compare(found, judged.epochs + 1)
        judged.epochs += 1
        if self.stop:
            logger.info("validation loss has not improved for %i epochs: training ends", judged.patience)
        return replace(report, validation_loss=found)

    def _compare(self, found: float, epoch: int) -> None:
        judged = self._judged
        if judged.lowest is None or found < judged.lowest:
            self._best = None  # one copy at a time
            self._best = self._weights().copied()
            judged.best, judged.lowest = epoch, found

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights of the best epoch by name, for a checkpoint; see `best_weights`."""
        tables = {} if self._best is None else self._best.tables()
        return {f"best.{name}": table for name, table in tables.items()}

    def restore(self) -> None:
        """Write the weights of the best epoch over those of the last one, if it was another and patience is set."""
        judged = self._judged
        if self._best is None or judged.best == judged.epochs:
            return
        tables = self._weights().tables()
        if any(table.shape != self._best[name].shape for name, table in tables.items()):
            logger.warning(
                "the weights stay those of the last epoch: words have joined since the best one, epoch %i of %i",
                *(judged.best, judged.epochs),
            )
            return
        for name, table in tables.items():
            np.copyto(table, self._best[name])
        logger.info(
            "restored the weights of epoch %i of %i, with validation loss %.4f",
            *(judged.best, judged.epochs, judged.lowest),
        )


def best_weights(
    arrays: Mapping[str, NDArray[Any]], judged: Judged | None, weights: Weights, where: str
) -> Weights | None:
    """Return what `Validation.arrays` gave.

    Parameters
    ----------
    arrays : mapping of str to array
    judged : Judged or None
    weights : Weights
        The model's, of the same shapes.
    where : str
        Names the file in errors.

    Raises
    ------
    FormatError
        A table is missing, or of another shape.
    """
    if judged is None or not judged.best:
        return None
    # There may have been fewer words then.
    return stored_tables(arrays, "best", "the best epoch's", weights, where, fewer_rows=True)


@contextmanager
def open_validation(
    corpus: Any,
    judged: Judged | None,
    best: Weights | None,
    settings: Settings,
    rows: dict[Any, int],
    weights: Callable[[], Weights],
    vocabulary: Callable[[], VocabularyTables],
    note: str = "",
) -> Iterator[Validation]:
    """Read the held-out sentences, as a context; without any, a validation that says nothing.

    Parameters
    ----------
    corpus : iterable of lists of words, or None
        Read once.
    judged : Judged or None
        See :class:`Validation`; None without a corpus.
    best : Weights or None
        See :class:`Validation`.
    settings : Settings
    rows : dict
        Word to row.
    weights, vocabulary : callable
        Return the weights as they are, and what is known of the words.
    note : str
        To say in addition of another corpus.

    Raises
    ------
    TypeError, ValueError
        That is no corpus, none to compute a loss on, or another one than has judged before.
    """
    if corpus is None or judged is None:
        yield Validation(None, weights, Judged())
        return
    if isinstance(corpus, str | bytes | os.PathLike):
        raise TypeError(f"validation must be an iterable of lists of str, got {corpus!r}: for a file, LineSentence")
    check_reiterable(corpus, passes=1)
    with encode_corpus(corpus, rows) as encoded:
        found = fingerprint(encoded.ids, encoded.offsets, encoded.raw_words)
        if judged.corpus is not None:
            check_same("validation corpus", judged.corpus, found, note)
        judged.corpus = found
        if not len(encoded.ids):
            raise ValueError(
                f"validation has no word of the vocabulary: {encoded.raw_words:,} words were read in "
                f"{encoded.sentences:,} sentences; give text of the kind that is trained on"
            )
        yield Validation(HeldOutLoss(settings, weights(), vocabulary(), encoded), weights, judged, best)
