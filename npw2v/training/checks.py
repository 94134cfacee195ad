"""What must hold before a model is made and before it is trained, checked with gensim's exception types."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sized
from typing import Any

import numpy as np

from npw2v.checks import as_number, as_rate
from npw2v.logs import logger_of
from npw2v.training.settings import Settings
from npw2v.training.weights import Weights

logger = logger_of(__name__)

#: Parameters and the least that they may be.
LEAST = {"vector_size": 1, "window": 1, "workers": 1, "negative": 0, "seed": 0, "lanes": 1}

#: The values of ``Word2Vec(kernel=...)``.
KERNELS = ("blocks", "replay")

#: gensim's names of the tables.
GENSIM_NAMES = {"inputs": "wv.vectors", "outputs": "syn1neg", "nodes": "syn1"}


def settings_of(attributes: Mapping[str, Any]) -> Settings:
    """Return a model's attributes, which programs may have set since it was made, as settings.

    Raises
    ------
    TypeError
        One that must be a number is none. (gensim hangs in training then, or does not use it.)
    """
    given = {**attributes, "negative": attributes["negative"] or 0}
    return Settings(**{**given, **{name: int(as_number(given[name], name)) for name in LEAST}})


def check_parameters(settings: Settings) -> None:
    """Raise ValueError for parameters that make no model."""
    if settings.kernel not in KERNELS:
        raise ValueError(f"kernel must be {' or '.join(map(repr, KERNELS))}, got {settings.kernel!r}")
    if settings.kernel == "replay" and settings.lanes > 1:
        raise ValueError(f'kernel="replay" follows gensim in one lane, got lanes={settings.lanes}: leave lanes at 1')
    for name, least in LEAST.items():
        if getattr(settings, name) < least:
            raise ValueError(f"{name} must be at least {least}, got {getattr(settings, name)!r}")
    if settings.cbow_exact and (settings.sg or not settings.cbow_mean):
        raise ValueError(
            "cbow_exact=True is of the mean of CBOW: it needs sg=0 and cbow_mean=1, "
            f"got sg={settings.sg} and cbow_mean={settings.cbow_mean}"
        )
    as_number(settings.batch_words, "batch_words")
    for name in ("alpha", "min_alpha"):
        as_rate(getattr(settings, name), name)


def check_training(settings: Settings, words: int, vectors: int) -> None:
    """Raise if there is nothing to train, or not with these parameters.

    Parameters
    ----------
    settings : Settings
    words, vectors : int
        How many words the vocabulary has, and how many vectors there are.

    Raises
    ------
    ValueError
        Parameters that cannot be trained with.
    RuntimeError
        No vocabulary, or no vectors.
    """
    if not settings.negative and not settings.hs:
        raise ValueError("nothing to train with hs=0 and negative=0: set negative, usually to 5, or hs=1")
    if settings.negative and settings.hs:
        logger.warning(
            "Both hierarchical softmax and negative sampling are activated. This is probably a mistake: every pair is "
            "trained with both. Set hs=0 or negative=0 to disable one of them"
        )
    check_parameters(settings)
    if not words:
        raise RuntimeError("you must first build vocabulary before training the model: call build_vocab()")
    if not vectors:
        raise RuntimeError("you must initialize vectors before training the model: call init_weights()")


def check_totals(epochs: int | None, total_examples: int | None, total_words: int | None) -> int:
    """Raise ValueError if these are not the totals and epochs of a call of ``train``; return the number of epochs."""
    if total_words is None and total_examples is None:
        raise ValueError(
            "You must specify either total_examples or total_words, for the learning-rate schedule: "
            "total_examples=model.corpus_count for the corpus that the vocabulary was built from"
        )
    for name, total in {"total_examples": total_examples, "total_words": total_words}.items():
        if total is not None and not 0 <= as_number(total, name) < np.inf:
            raise ValueError(f"{name} must be a finite number, not below 0, got {total!r}")
    if epochs is None or epochs <= 0:
        raise ValueError(f"epochs must be at least 1, got {epochs!r}; the usual value is epochs=model.epochs")
    return operator.index(epochs)


def check_weights(
    settings: Settings, weights: Weights, rows: Mapping[Any, int], words: int, attributes: Mapping[str, Sized]
) -> None:
    """Raise if the weights and what belongs to them do not fit: one of them was replaced, or is read-only.

    Vectors and their words may have been replaced by fewer than the vocabulary has. Counts and output weights are then
    those of the vocabulary, by row, and noise words come from all of it, as in gensim.

    Parameters
    ----------
    settings : Settings
    weights : Weights
    rows : mapping
        Word to row.
    words : int
        That have a vector.
    attributes : mapping of str to sequence
        Those that the words of the vocabulary have.

    Raises
    ------
    RuntimeError
        Output weights, lock factors or attributes are missing.
    ValueError
        Weights of another shape, or that cannot be written to, or a row that there is not.
    """
    needed = {"inputs"} | ({"outputs"} if settings.negative else set()) | ({"nodes"} if settings.hs else set())
    of_words = {"count", "sample_int"} | ({"point", "code"} if settings.hs else set())
    tables = weights.tables()
    if not (needed <= tables.keys() and of_words <= set(attributes)) or weights.locks is None:
        raise RuntimeError(
            "these vectors have no word counts or output weights to train with: build_vocab() makes them, and "
            "wv.intersect_word2vec_format() then takes over the vectors of a file"
        )
    counted = len(attributes["count"])
    if words > counted:
        raise ValueError(
            f"there are vectors of {words:,} words, but build_vocab() has counted {counted:,}: nothing is known of the "
            "others. For words that were added, build_vocab(..., update=True) makes room. To start from the vectors of "
            "other words, keep the vocabulary of what is to be trained, and assign the vectors that it has: "
            "model.wv[word] = other[word]; wv.intersect_word2vec_format() does so from a file"
        )
    for table, array in tables.items():
        name, shape = GENSIM_NAMES[table], (words if table == "inputs" else counted, settings.vector_size)
        if array.shape != shape:
            raise ValueError(
                f"{name} must be of shape {shape}, got {array.shape}; "
                "build_vocab(..., update=True) makes room for words that were added"
            )
        if not array.flags.writeable:
            raise ValueError(f'{name} cannot be written to: to train, load the model without mmap="r"')
    used = np.fromiter(rows.values(), np.int64, len(rows))
    if len(used) and not 0 <= used.min() <= used.max() < words:
        raise ValueError(
            f"wv.key_to_index must name rows of wv.vectors, from 0 to {words - 1}; got {used.min()} to {used.max()}"
        )
    if len(weights.locks) not in (1, words):
        raise ValueError(f"wv.vectors_lockf must hold 1 or {words} factors, got {len(weights.locks)}")


def warn_of_other_totals(sentences: int, raw_words: int, total_examples: int | None, total_words: int | None) -> None:
    """Warn if the corpus is empty, or not of the size that the learning-rate schedule was told."""
    if not sentences:
        logger.warning("train() called with an empty iterator: give a corpus that can be iterated more than once")
    for what, given, found in (
        ("example", total_examples, sentences),
        ("raw word", total_words, raw_words),
    ):
        if given and given != found:
            logger.warning("supplied %s count (%i) did not equal expected count (%i)", what, found, given)
