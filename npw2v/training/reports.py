"""What training says of what it did: a report a part, a report an epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from npw2v.errors import TrainingError


@dataclass(frozen=True)
class PartReport:
    """What happened in one part, or one batch.

    Attributes
    ----------
    read : int
        Words of the vocabulary that the part holds.
    trained : int
        Center words left by subsampling.
    loss : float
        Summed loss; 0 if it is not computed.
    pairs : float
        Number of positive pairs.
    alpha : float
        Learning rate at the part's end.
    """

    read: int
    trained: int
    loss: float
    pairs: float
    alpha: float


@dataclass(frozen=True)
class EpochReport:
    """What happened in one epoch.

    Attributes
    ----------
    epoch : int
        From 0.
    alpha_start, alpha_end : float
        Learning rate at both ends.
    loss : float or None
        Mean loss of a positive pair, with its negative samples; None if not computed.
    loss_sum : float
        The same, not divided.
    words_read : int
        Words of the corpus, known or not.
    words_trained : int
        Words left by subsampling.
    words_subsampled, words_unknown : int or None
        Known words that were not trained, since subsampling dropped them (or with ``kernel="replay"`` gensim's limit of
        words a batch), and words that are not in the vocabulary; None if a subclass has trained its own batches, or
        counts their words in a way of its own. Otherwise they add up: read = trained + subsampled + unknown.
    seconds : float
        Time that the epoch took.
    losses : sequence of float or None
        The loss of each update, if it is to be added up as gensim does, in float32; None otherwise.
    validation_loss : float or None
        Mean loss of a positive pair on held-out sentences, when the epoch was over; None if there are none.
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
    losses: Sequence[float] | None = None
    validation_loss: float | None = None

    def row(self) -> dict[str, Any]:
        """Return a row of ``model.history``; ``validation_loss`` is in it if there is one."""
        row = dict(vars(self))
        del row["loss_sum"], row["losses"]
        if self.validation_loss is None:
            del row["validation_loss"]
        return row

    def running_loss(self, before: float) -> float:
        """Return ``model.running_training_loss`` after this epoch, given what it was before."""
        return before + self.loss_sum if self.losses is None else running_loss(before, self.losses)


def running_loss(before: float, losses: Sequence[float]) -> float:
    """Add losses to a running sum in float32, in order and rounded each time, as gensim does."""
    return float(np.add.accumulate(np.array([before, *losses], np.float32))[-1])


def diverged(alpha: float) -> TrainingError:
    """Build the error for weights that are no numbers any more."""
    return TrainingError(
        f"training diverged: a weight is not finite (inf or nan) at alpha={alpha:.6g}. Train a new model with a "
        "smaller alpha, or check the vectors that training started from for inf and nan."
    )
