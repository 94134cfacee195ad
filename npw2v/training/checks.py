"""What must hold before a model is made and before it is trained, checked with gensim's exception types."""

from __future__ import annotations

import logging
import operator
from typing import TYPE_CHECKING

import numpy as np

from npw2v.checks import as_number, as_rate
from npw2v.corpus.ids import EncodedCorpus

if TYPE_CHECKING:
    from npw2v.word2vec import Word2Vec

logger = logging.getLogger(__name__)

#: Parameters and the least that they may be.
LEAST = {"vector_size": 1, "window": 1, "workers": 1, "negative": 0, "seed": 0}

#: The values of ``Word2Vec(kernel=...)``.
KERNELS = ("blocks", "replay")


def check_parameters(model: Word2Vec) -> None:
    """Raise ValueError for parameters that make no model."""
    if model.kernel not in KERNELS:
        raise ValueError(f"kernel must be {' or '.join(map(repr, KERNELS))}, got {model.kernel!r}")
    for name, least in LEAST.items():
        if getattr(model, name) < least:
            raise ValueError(f"{name} must be at least {least}, got {getattr(model, name)!r}")
    as_number(model.batch_words, "batch_words")
    for name in ("alpha", "min_alpha"):
        as_rate(getattr(model, name), name)


def check_training(model: Word2Vec, epochs: int | None, total_examples: int | None, total_words: int | None) -> int:
    """Raise if the model cannot be trained; return the number of epochs.

    Raises
    ------
    ValueError
        Parameters, epochs, totals or weights that cannot be trained with.
    RuntimeError
        No vocabulary, or no output weights.
    """
    if not model.negative and not model.hs:
        raise ValueError("nothing to train with hs=0 and negative=0: set negative, usually to 5, or hs=1")
    if model.negative and model.hs:
        logger.warning("Both hierarchical softmax and negative sampling are activated. Every pair is trained with both")
    check_parameters(model)
    if not model.wv.key_to_index:
        raise RuntimeError("you must first build vocabulary before training the model: call build_vocab()")
    if not len(model.wv.vectors):
        raise RuntimeError("you must initialize vectors before training the model: call init_weights()")
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
    _check_weights(model)
    return operator.index(epochs)


def _check_weights(model: Word2Vec) -> None:
    """Raise if the vectors and what belongs to them do not fit: one of them was replaced, or is read-only."""
    wv, words = model.wv, len(model.wv)
    needed = [name for name, used in {"syn1neg": model.negative, "syn1": model.hs}.items() if used]
    attributes = {"count", "sample_int"} | ({"point", "code"} if model.hs else set())
    has_outputs = all(hasattr(model, name) for name in needed)
    if not (has_outputs and attributes <= wv.expandos.keys() and hasattr(wv, "vectors_lockf")):
        raise RuntimeError(
            "these vectors have no word counts or output weights to train with: build_vocab() makes them, and "
            "wv.intersect_word2vec_format() then takes over the vectors of a file"
        )
    for name, weights in {"wv.vectors": wv.vectors, **{name: getattr(model, name) for name in needed}}.items():
        if weights.shape != (words, model.vector_size):
            raise ValueError(
                f"{name} must be of shape {(words, model.vector_size)}, got {weights.shape}; "
                "build_vocab(..., update=True) makes room for words that were added"
            )
        if not weights.flags.writeable:
            raise ValueError(f'{name} cannot be written to: to train, load the model without mmap="r"')
    if len(wv.vectors_lockf) not in (1, words):
        raise ValueError(f"wv.vectors_lockf must hold 1 or {words} factors, got {len(wv.vectors_lockf)}")


def pace(corpus: EncodedCorpus, total_examples: int | None, total_words: int | None) -> float:
    """How many epochs of the learning-rate schedule one pass over the corpus is, by the totals that were given."""
    if total_examples:
        return corpus.sentences / total_examples
    return corpus.raw_words / total_words if total_words else 1.0


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
