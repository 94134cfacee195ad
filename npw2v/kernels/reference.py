"""word2vec one update at a time: slow, plain, and what the fast kernels are tested against.

Everything here follows word2vec.c and gensim update by update, down to the BLAS calls: with gensim's random stream
(:mod:`npw2v.training.replay.scalar`) it gives gensim's own vectors. Read this first. Two functions gather inputs,
:func:`skipgram` and :func:`cbow`; two say what an input is to predict, :func:`negative_sampling` and
:func:`hierarchical_softmax`; both of these are sums of :func:`pair`, and the kernels in blocks compute the same sums.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas

#: A pair whose dot product reaches this is left alone (word2vec.c's MAX_EXP).
SATURATED = 6.0

#: (dot, label) → (residual, loss), as :func:`pair`.
Pair = Callable[[float, int], tuple[float, float]]

#: (x, y) → x·y
Dot = Callable[[NDArray[Any], NDArray[Any]], float]

#: Draws the noise words of one center.
NoiseDraw = Callable[[int], Iterable[int]]

#: (input, center) → (error, losses), as :func:`predict`.
Objective = Callable[[NDArray[np.floating], int], tuple[NDArray[np.floating], list[float]]]

#: dtype → dot(x, y), axpy(x, y, n, a), which is ``y += a·x`` in place, and scal(a, x), which is ``x *= a``.
BLAS: dict[np.dtype[Any], tuple[Any, Any, Any]] = {
    np.dtype(np.float32): (blas.sdot, blas.saxpy, blas.sscal),
    np.dtype(np.float64): (blas.ddot, blas.daxpy, blas.dscal),
}


def pair(dot: float, label: int) -> tuple[float, float]:
    """One pair of an input and an output row: its residual and its loss.

    Parameters
    ----------
    dot : float
        x·z, of the input row x and the output row z.
    label : int
        1 for the true output, 0 for a noise word; at an inner node of the Huffman tree, 1 for branch 0.

    Returns
    -------
    residual : float
        label − σ(dot), or 0 where ``|dot| ≥ 6``. The update is +alpha · residual · z for the input and
        +alpha · residual · x for the output.
    loss : float
        −log σ(dot) for label 1, −log σ(−dot) for label 0.

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
    targets: Iterable[tuple[int, int]],
    alpha: float,
    pair: Pair = pair,
    dot: Dot | None = None,
) -> tuple[NDArray[np.floating], list[float]]:
    """Move the rows of true outputs towards x and the others away from it.

    Parameters
    ----------
    x : float32 or float64 array (d,)
        The input; not changed.
    outputs : array (V, d), C-contiguous, of x's dtype
        The rows of ``targets`` are updated in place, one after the other: a row that comes up twice is updated twice,
        the second time from what the first has left.
    targets : iterable of (int, int)
        Row and label of each pair.
    alpha : float
        Learning rate.
    pair : Pair
        Gives residual and loss of one pair.
    dot : Dot or None
        Dot product; None for BLAS's.

    Returns
    -------
    error : array (d,)
        The update that x should get: Σ alpha · residual · row, each row as it was before its own update.
    losses : list of float
        The pairs' losses.
    """
    blas_dot, axpy, _ = BLAS[x.dtype]
    dot = blas_dot if dot is None else dot
    error, losses, d = np.zeros_like(x), [], len(x)
    for row, label in targets:
        z = outputs[row]
        residual, loss = pair(dot(x, z), label)
        losses.append(loss)
        if residual:
            axpy(z, error, d, alpha * residual)
            axpy(x, z, d, alpha * residual)
    return error, losses


def negative_sampling(
    outputs: NDArray[np.floating], noise: NoiseDraw, alpha: float, pair: Pair = pair, dot: Dot | None = None
) -> Objective:
    """Let an input predict its center, and not the noise words drawn for it.

    For an input x, with the center y and the noise words z, the loss is::

        −log σ(x·C[y]) − Σ_{z ≠ y} log σ(−x·C[z])

    Parameters
    ----------
    outputs : float32 or float64 array (V, d)
        The table C, updated in place.
    noise : NoiseDraw
        Called with the center, once for each prediction; a noise word equal to the center is skipped.
    alpha, pair, dot
        As for :func:`predict`.

    Returns
    -------
    Objective
        It updates ``outputs`` whenever it is called.
    """

    def objective(x: NDArray[np.floating], center: int) -> tuple[NDArray[np.floating], list[float]]:
        targets = [(center, 1)] + [(word, 0) for word in noise(center) if word != center]
        return predict(x, outputs, targets, alpha, pair, dot)

    return objective


def hierarchical_softmax(
    nodes: NDArray[np.floating],
    points: Sequence[Any] | NDArray[np.object_],
    codes: Sequence[Any] | NDArray[np.object_],
    alpha: float,
    pair: Pair = pair,
    dot: Dot | None = None,
) -> Objective:
    """Let an input predict, at each inner node on the way to the center, which branch it takes.

    For an input x, with the sign s = +1 for branch 0 and −1 for branch 1 at each node n, the loss is::

        −Σ_n log σ(s·x·N[n])

    Parameters
    ----------
    nodes : float32 or float64 array (V, d)
        The table N, updated in place.
    points, codes : sequences of sequences of int
        For each word, the inner nodes from the root to it and the branches (0 or 1) taken there.
    alpha, pair, dot
        As for :func:`predict`.

    Returns
    -------
    Objective
        It updates ``nodes`` whenever it is called.
    """

    def objective(x: NDArray[np.floating], center: int) -> tuple[NDArray[np.floating], list[float]]:
        path = zip(points[center], codes[center], strict=True)
        return predict(x, nodes, [(int(node), 1 - int(code)) for node, code in path], alpha, pair, dot)

    return objective


def skipgram(
    inputs: NDArray[np.floating],
    sentence: Sequence[int],
    reach: Sequence[int],
    objectives: Sequence[Objective],
    lockf: Sequence[float] = (1.0,),
) -> tuple[list[float], int]:
    """Train skip-gram on one sentence: every word of a center's window predicts the center.

    Parameters
    ----------
    inputs : float32 or float64 array (V, d), C-contiguous
        Updated in place.
    sentence : sequence of int
        Word ids, subsampled.
    reach : sequence of int
        Each center's reduced window.
    objectives : sequence of Objective
        Followed one after the other, each with the input as the one before has left it.
    lockf : sequence of float
        Factors of the updates of the inputs, one a word, or one for all.

    Returns
    -------
    losses : list of float
        Of all pairs, in order.
    predictions : int
        Number of (center, context) pairs.
    """
    _, axpy, _ = BLAS[inputs.dtype]
    losses: list[float] = []
    predictions, locks, d = 0, len(lockf), inputs.shape[1]
    for i, center in enumerate(sentence):
        for j in range(max(0, i - reach[i]), min(len(sentence), i + reach[i] + 1)):
            if j == i:
                continue
            word = sentence[j]
            for objective in objectives:
                error, some = objective(inputs[word], center)
                axpy(error, inputs[word], d, lockf[word % locks])
                losses += some
            predictions += 1
    return losses, predictions


def cbow(
    inputs: NDArray[np.floating],
    sentence: Sequence[int],
    reach: Sequence[int],
    objectives: Sequence[Objective],
    lockf: Sequence[float] = (1.0,),
    cbow_mean: bool = True,
    exact: bool = False,
) -> tuple[list[float], int]:
    """Train CBOW on one sentence: the words of a center's window together predict the center.

    With the mean every context word gets the whole error, with the sum the error divided by their number, as in
    gensim. With the mean and ``exact`` it gets the error divided by their number, too, which is the gradient. As in
    gensim a center with an empty window is predicted from zero: nothing moves, but noise words are drawn and the loss
    counts. A word that is twice in a window counts twice and is updated twice.

    Parameters
    ----------
    inputs, sentence, reach, objectives, lockf
        As for :func:`skipgram`.
    cbow_mean : bool
        Mean of the window (True) or sum (False).
    exact : bool
        Whether the words get the gradient of the mean; of no matter to the sum.

    Returns
    -------
    losses : list of float
        Of all pairs, in order.
    predictions : int
        One for every center.
    """
    _, axpy, scal = BLAS[inputs.dtype]
    losses: list[float] = []
    locks, d = len(lockf), inputs.shape[1]
    for i, center in enumerate(sentence):
        window = range(max(0, i - reach[i]), min(len(sentence), i + reach[i] + 1))
        context = [sentence[j] for j in window if j != i]
        share = 1.0 / max(len(context), 1)
        for objective in objectives:
            h = np.zeros(d, inputs.dtype)
            for word in context:
                axpy(inputs[word], h, d, 1.0)
            if cbow_mean:
                h = scal(share, h)
            error, some = objective(h, center)
            if exact or not cbow_mean:
                error = scal(share, error)
            for word in context:
                axpy(error, inputs[word], d, lockf[word % locks])
            losses += some
    return losses, len(sentence)
