"""What a model was constructed with, as plain values: all that training knows of it besides arrays."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """The constructor's parameters that training needs; see :class:`npw2v.Word2Vec` for what they mean.

    Attributes
    ----------
    vector_size, window, seed, workers, batch_words, sg, hs, negative, cbow_mean : int
        As the model's.
    shrink_windows, cbow_exact : bool
        As the model's.
    sample : float or None
        As the model's; nothing is subsampled if it is 0 or None.
    alpha, min_alpha : float
        As the model's; a call of ``train`` may have others in its :class:`~npw2v.training.schedule.Schedule`.
    kernel : {"blocks", "replay"}
        As the model's.
    compute_loss : bool
        As of the latest call of ``train``.
    lanes : int
        As the model's.
    """

    vector_size: int
    window: int
    shrink_windows: bool
    sample: float | None
    seed: int
    workers: int
    batch_words: int
    alpha: float
    min_alpha: float
    sg: int
    hs: int
    negative: int
    cbow_mean: int
    cbow_exact: bool
    kernel: str
    compute_loss: bool
    lanes: int = 1
