"""The learning rate of every moment of a call of ``train``."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule:
    """A learning rate that falls linearly over all epochs, in stairs.

    Attributes
    ----------
    alpha, min_alpha : float
        It falls from ``alpha`` to ``min_alpha``, and not below that.
    epochs : int
        Over so many epochs.
    pace : float
        What one pass over the corpus counts as, in epochs; 1 unless the user's totals differ from the corpus.
    stair : float
        Share of the corpus after which the rate falls; in between it stays as it is.

    Examples
    --------
    >>> schedule = Schedule(alpha=0.5, min_alpha=0.1, epochs=2, stair=0.25)
    >>> [schedule.alpha_at(0, done) for done in (0, 0.2, 0.25, 1)]
    [0.5, 0.5, 0.45, 0.3]
    """

    alpha: float
    min_alpha: float
    epochs: int
    pace: float = 1.0
    stair: float = 1.0

    def alpha_at(self, epoch: int, done: float) -> float:
        """Learning rate when the fraction ``done`` of the corpus is behind us in epoch ``epoch``.

        As in gensim it falls with every batch of ``batch_words`` words, not in between: a corpus of one batch is
        trained with ``alpha`` throughout its first epoch, and would learn half as much with a rate that falls steadily.
        """
        return self.after(epoch + math.floor(done / self.stair + 1e-9) * self.stair * self.pace)

    def after(self, epochs: float) -> float:
        """Learning rate when so many epochs are behind us, a fraction of one included, without stairs."""
        return float(max(self.min_alpha, self.alpha - (self.alpha - self.min_alpha) * (epochs / self.epochs)))


def stair(batch_words: int, raw_words: int) -> float:
    """Share of a corpus of ``raw_words`` words that is a batch."""
    return min(max(batch_words, 1) / max(raw_words, 1), 1.0)


def pace(sentences: int, raw_words: int, total_examples: int | None, total_words: int | None) -> float:
    """How many epochs of the schedule one pass over a corpus is, by the totals that the user gave.

    Parameters
    ----------
    sentences, raw_words : int
        Of the corpus.
    total_examples, total_words : int, optional
        What the user says that they are; the first that is given and not 0 counts.
    """
    if total_examples:
        return sentences / total_examples
    return raw_words / total_words if total_words else 1.0
