"""A job: everything that a worker must know besides arrays."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from npw2v.kernels.blocks import BlockShape
from npw2v.kernels.paths import GroupShape, ListShape
from npw2v.training.schedule import Schedule


@dataclass(frozen=True)
class Job:
    """Everything a worker must know besides the arrays; plain values, so that it travels as JSON.

    Attributes
    ----------
    skipgram : bool
        Otherwise CBOW.
    cbow_mean : bool
        Whether CBOW averages the context vectors or sums them.
    negative, window : int
        As the model's.
    shrink : bool
        The model's ``shrink_windows``.
    schedule : Schedule
        Of the learning rate.
    seed : tuple of int
        Key of the random generators, completed by epoch and part.
    piece_words, part_words : int
        Most words in a piece, and in a part.
    shape : BlockShape
        Block sizes.
    paths : GroupShape, ListShape or None
        Sizes for hierarchical softmax, of groups (skip-gram) or lists (CBOW); None without.
    updates : float
        Updates that an input gets for one of its pairs, on average.
    slope : float
        Of the damping, see :class:`npw2v.kernels.damping.Damping`.
    with_loss : bool
        Compute the loss.
    workers : int
        Processes that share the work.
    copies : bool
        Workers may have copies of the tables.
    start : tuple of two int
        The epoch to begin with, and in that the part.
    stop : int or None
        The epoch before which to end; None for that of the schedule.
    rounds : int or None
        The parts of an epoch, if it is trained in lanes (:mod:`npw2v.training.lanes`) or this is one of them
        (:mod:`npw2v.training.rounds`); None for as few as there can be.
    lanes : int
        How many parts of the corpus are trained apart for a while.
    cbow_exact : bool
        Whether the words of a CBOW window get the gradient of their mean.
    """

    skipgram: bool
    cbow_mean: bool
    negative: int
    window: int
    shrink: bool
    schedule: Schedule
    seed: tuple[int, ...]
    piece_words: int
    part_words: int
    shape: BlockShape
    paths: GroupShape | ListShape | None
    updates: float
    slope: float
    with_loss: bool
    workers: int
    copies: bool
    start: tuple[int, int] = (0, 0)
    stop: int | None = None
    rounds: int | None = None
    lanes: int = 1
    cbow_exact: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Job:
        """Rebuild a job from :meth:`as_dict`'s values, JSON's lists for tuples included."""
        kind = GroupShape if values["skipgram"] else ListShape
        rebuilt = {
            "seed": tuple(values["seed"]),
            "start": tuple(values["start"]),
            "schedule": Schedule(**values["schedule"]),
            "shape": BlockShape(**values["shape"]),
            "paths": None if values["paths"] is None else kind(**values["paths"]),
        }
        return cls(**{**values, **rebuilt})

    @property
    def epochs(self) -> range:
        """The epochs to train."""
        return range(self.start[0], self.schedule.epochs if self.stop is None else self.stop)

    @property
    def window_dtype(self) -> np.dtype[np.integer]:
        """Integer type of the windows: one byte where every offset of words that a block or a group sees fits."""
        span = max(self.shape.span, self.paths.span if isinstance(self.paths, GroupShape) else 0)
        return np.dtype(np.int8 if span < np.iinfo(np.int8).max else np.int32)
