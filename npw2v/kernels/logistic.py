"""The logistic function as word2vec uses it: residuals with a dead zone, and the loss they descend."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: word2vec's MAX_EXP: a pair whose dot product reaches it is not updated at all (word2vec.c, gensim). The rule is also
#: what keeps the summed updates of a block bounded: without it frequent words grow without limit.
SATURATED = np.float32(6.0)


def residuals(
    margins: NDArray[np.float32],
    weights: NDArray[np.float32],
    magnitudes: NDArray[np.float32],
    live: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """Turn margins into update coefficients, in place.

    With the margin m = s for a true pair and m = −s for a noise pair (s the dot product), the negative gradient of
    weight · −log σ(m) by s is ±weight · σ(−m): positive for a true pair, negative for a noise pair. The sign is in
    ``weights``::

        margins ← weights / (1 + exp(margins))   where |margins| < 6, else 0

    Parameters
    ----------
    margins : float32 array, any shape
        Overwritten by the result.
    weights : float32 array, broadcastable to ``margins``
        Weight of each pair, negative for noise.
    magnitudes : float32 array, shape of ``margins``
        Scratch.
    live : bool array, shape of ``margins``
        Scratch.

    Returns
    -------
    float32 array
        ``margins`` itself. NaN stays NaN, so that a broken weight is noticed, not hidden.
    """
    np.abs(margins, out=magnitudes)
    np.less(magnitudes, SATURATED, out=live)
    np.exp(margins, out=margins)
    margins += np.float32(1)
    np.divide(weights, margins, out=margins)
    margins *= live
    return margins


def block_losses(margins: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float64]:
    """Weighted loss of each block: ``Σ |weight| · −log σ(margin)``.

    Parameters
    ----------
    margins, weights : float32 array (blocks, rows, columns)
        As for :func:`residuals`, before it. Saturated pairs count too: they are where the loss is largest.

    Returns
    -------
    float64 array (blocks,)
        −log σ(m) is computed as max(−m, 0) + log1p(exp(−|m|)), which never overflows.
    """
    loss = np.log1p(np.exp(-np.abs(margins)))
    loss += np.maximum(-margins, 0)
    loss *= np.abs(weights)
    blocks: NDArray[np.float64] = loss.reshape(len(loss), -1).sum(axis=1, dtype=np.float64)
    return blocks
