"""What became of a batch."""

from __future__ import annotations

import math
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Words:
    """Subsampled sentences as ids.

    Attributes
    ----------
    ids : list of int
        Of all words, one sentence after the other.
    ends : list of int
        Where each sentence ends.
    read : int
        Words of the sentences.
    known, unknown : int
        Words that are in the vocabulary, and those that are not: all that were read, subsampled ones and those beyond
        the limit of a batch included.
    """

    ids: list[int]
    ends: list[int]
    read: int
    known: int
    unknown: int


@dataclass(frozen=True)
class BatchReport:
    """What happened in one batch.

    Attributes
    ----------
    read, trained : int
        Words of its sentences, and of those the ones that were trained.
    words : Words or None
        What became of them; None if a subclass has trained the batch.
    losses : list of float
        Of each update; empty unless computed.
    predictions : int
        How many predictions these are the losses of.
    """

    read: int
    trained: int
    words: Words | None = None
    losses: list[float] = field(default_factory=list)
    predictions: int = 0

    @property
    def loss(self) -> float:
        """The summed loss."""
        return math.fsum(self.losses)
