"""word2vec one update at a time: slow, plain, and what the fast kernels are tested against.

Everything here follows word2vec.c and gensim update by update. Read this first: ``skipgram`` and ``cbow`` compute the
same sums of :func:`pair` in blocks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

#: A pair whose dot product reaches this is left alone (word2vec.c's MAX_EXP).
SATURATED = 6.0

#: Draws the noise words of one pair.
NoiseDraw = Callable[[], Sequence[int]]


def pair(dot: float, label: int) -> tuple[float, float]:
    """One pair of an input and an output row: its residual and its loss.

    Parameters
    ----------
    dot : x·z
    label : 1 for the true output, 0 for a noise word

    Returns
    -------
    residual : label − σ(dot), or 0 where |dot| ≥ 6
        The update is +alpha · residual · z for the input and +alpha · residual · x for the output.
    loss : −log σ(dot) for label 1, −log σ(−dot) for label 0

    Examples
    --------
    >>> residual, loss = pair(0.0, 1)
    >>> residual, round(loss, 4)
    (0.5, 0.6931)
    >>> pair(7.0, 0)[0]
    0.0
    """
    margin = dot if label else -dot
    loss = max(-margin, 0.0) + math.log1p(math.exp(-abs(margin)))
    if abs(dot) >= SATURATED:
        return 0.0, loss
    return label - 1.0 / (1.0 + math.exp(-dot)), loss


def predict(
    x: NDArray[np.floating],
    outputs: NDArray[np.floating],
    target: int,
    noise: Sequence[int],
    alpha: float,
) -> tuple[NDArray[np.floating], float]:
    """Move one target's row towards x and its noise words' rows away from it.

    Parameters
    ----------
    x : (d,) the input; not changed
    outputs : (V, d); the rows of ``target`` and ``noise`` are updated in place, one after the other
    target, noise : ids; a noise word equal to the target is skipped
    alpha : learning rate

    Returns
    -------
    error : (d,) the update that x should get: Σ alpha · residual · row, each row as it was before its own update
    loss : the sum of the pairs' losses
    """
    error = np.zeros_like(x)
    total = 0.0
    for word, label in [(target, 1)] + [(z, 0) for z in noise if z != target]:
        residual, loss = pair(float(x @ outputs[word]), label)
        error += alpha * residual * outputs[word]
        outputs[word] += alpha * residual * x
        total += loss
    return error, total


def skipgram(
    inputs: NDArray[np.floating],
    outputs: NDArray[np.floating],
    sentence: Sequence[int],
    reach: Sequence[int],
    noise: NoiseDraw,
    alpha: float,
) -> tuple[float, int]:
    """Train skip-gram on one sentence: every word of a center's window predicts the center.

    Parameters
    ----------
    inputs, outputs : (V, d), updated in place
    sentence : word ids, subsampled
    reach : each center's reduced window
    noise : called once for each pair
    alpha : learning rate

    Returns
    -------
    loss, pairs : summed loss, number of (center, context) pairs
    """
    total, pairs = 0.0, 0
    for i, center in enumerate(sentence):
        for j in range(max(0, i - reach[i]), min(len(sentence), i + reach[i] + 1)):
            if j != i:
                error, loss = predict(inputs[sentence[j]], outputs, center, noise(), alpha)
                inputs[sentence[j]] += error
                total, pairs = total + loss, pairs + 1
    return total, pairs


def cbow(
    inputs: NDArray[np.floating],
    outputs: NDArray[np.floating],
    sentence: Sequence[int],
    reach: Sequence[int],
    noise: NoiseDraw,
    alpha: float,
    cbow_mean: bool = True,
) -> tuple[float, int]:
    """Train CBOW on one sentence: the words of a center's window together predict the center.

    With the mean every context word gets the whole error, with the sum the error divided by their number, as in
    gensim. Parameters and result as for :func:`skipgram`; a pair here is a center with a non-empty window.
    """
    total, pairs = 0.0, 0
    for i, center in enumerate(sentence):
        window = range(max(0, i - reach[i]), min(len(sentence), i + reach[i] + 1))
        context = [sentence[j] for j in window if j != i]
        if context:
            h = sum(inputs[word] for word in context)
            if cbow_mean:
                h = h / len(context)
            error, loss = predict(np.asarray(h), outputs, center, noise(), alpha)
            for word in context:
                inputs[word] += error if cbow_mean else error / len(context)
            total, pairs = total + loss, pairs + 1
    return total, pairs
