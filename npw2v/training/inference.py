"""What a trained model says of text: log-probabilities of sentences, and of the word between others.

Sentences are scored under hierarchical softmax (Taddy 2015, "Document Classification by Inversion").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.checks import as_count
from npw2v.training.settings import Settings
from npw2v.training.weights import Weights
from npw2v.vocabulary.huffman import HuffmanPaths

#: Centers scored at once: it bounds the memory that a long sentence takes.
CENTERS = 64


def score_sentences(
    settings: Settings,
    weights: Weights,
    paths: HuffmanPaths,
    rows: Mapping[Any, int],
    sentences: Iterable[Sequence[Any]],
    most: int,
) -> NDArray[np.float32]:
    """Score the first ``most`` sentences.

    With the words y of a sentence, their full windows, and p(y | h) = Π_n σ(s·h·N[n]) over the nodes n of y's path
    (:mod:`npw2v.kernels.paths`), a sentence's score is::

        skip-gram   Σ_y Σ_{x in the window of y} log p(y | W[x])
        CBOW        Σ_y log p(y | h)     h the mean or sum of W over the window of y

    Parameters
    ----------
    settings : Settings
    weights : Weights
        With nodes.
    paths : HuffmanPaths
        Of all words.
    rows : mapping
        Word to row; other words are left out.
    sentences : iterable of lists of words
    most : int

    Returns
    -------
    float32 array (sentences,)
    """
    scores = []
    for sentence in islice(sentences, max(as_count(most, "total_sentences"), 0)):
        ids = np.array([rows[word] for word in sentence if word in rows], np.int64)
        scores.append(sum(_block_scores(settings, weights, paths, ids)))
    return np.array(scores, np.float32)


def _block_scores(settings: Settings, weights: Weights, paths: HuffmanPaths, ids: NDArray[np.int64]) -> Iterator[float]:
    """Score one sentence, some centers at a time."""
    for start in range(0, len(ids), CENTERS):
        centers = np.arange(start, min(start + CENTERS, len(ids)))
        seen = np.arange(max(0, start - settings.window), min(len(ids), centers[-1] + 1 + settings.window))
        distance = np.abs(centers[:, None] - seen)
        windows = (distance <= settings.window) & (distance > 0)
        inputs = weights.inputs[ids[seen]]
        lengths = paths.offsets[ids[centers] + 1] - paths.offsets[ids[centers]]
        owner = np.repeat(np.arange(len(centers)), lengths)
        upto = np.concatenate(([0], np.cumsum(lengths)))
        place = np.arange(upto[-1]) + np.repeat(paths.offsets[ids[centers]] - upto[:-1], lengths)
        signs = (1 - 2 * paths.codes[place].astype(np.float32))[:, None]
        nodes = weights["nodes"][paths.points[place]] * signs
        if settings.sg:
            yield -float(_minus_log_sigmoid(nodes @ inputs.T)[windows[owner]].sum(dtype=np.float64))
            continue
        hidden = windows.astype(np.float32) @ inputs
        if settings.cbow_mean:
            hidden /= np.maximum(windows.sum(axis=1), 1)[:, None]
        yield -float(_minus_log_sigmoid(np.einsum("nd,nd->n", nodes, hidden[owner])).sum(dtype=np.float64))


def _minus_log_sigmoid(margins: NDArray[np.float32]) -> NDArray[np.float32]:
    """−log σ(margin), without overflow."""
    losses: NDArray[np.float32] = np.logaddexp(np.float32(0), -margins)
    return losses


def center_probabilities(weights: Weights, rows: Sequence[int], mean: bool) -> NDArray[np.float32]:
    """Return the probability of each word to stand between others: softmax(O·h).

    Parameters
    ----------
    weights : Weights
        With the output table O of negative sampling.
    rows : sequence of int
        Of the words around; at least one.
    mean : bool
        h is the mean of their input vectors, otherwise the sum.

    Returns
    -------
    float32 array (V,)
    """
    hidden = weights.inputs[rows].sum(axis=0)
    if mean:
        hidden /= len(rows)
    scores = weights["outputs"] @ hidden
    probabilities: NDArray[np.float32] = np.exp(scores - scores.max())
    probabilities /= probabilities.sum()
    return probabilities
