"""Skip-gram with negative sampling, in blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import BlockShape, Gradients, Stretch, Targets, WindowMask, give_back, overlapping
from npw2v.kernels.logistic import block_losses, residuals
from npw2v.kernels.noise import Noise
from npw2v.kernels.scatter import scatter_add


class SkipGram:
    """Scratch and updates of skip-gram: every context word predicts its center.

    For every center y and every word x in its window, with input row W[x] and output row C[y], descend::

        −log σ(W[x]·C[y]) − Σ_{k noise words z ≠ y} log σ(−W[x]·C[z])

    which is gensim's orientation (the *context* word's row is the input). Mikolov et al. 2013, "Distributed
    Representations of Words and Phrases and their Compositionality", eq. 4.

    The k noise words are M of the block with the weight k/M each (:class:`npw2v.kernels.noise.Noise`).

    Parameters
    ----------
    shape : BlockShape
        Sizes.
    dimensions : int
        d, numbers a row.
    negative : int
        k, noise words a pair.
    window_dtype : dtype
        Integer type of ``Stretch.left`` and ``right``.
    """

    def __init__(self, shape: BlockShape, dimensions: int, negative: int, window_dtype: np.dtype[np.integer]) -> None:
        self.shape, self.negative = shape, negative
        chunk, size, pairs = shape.chunk, shape.size, (shape.chunk * shape.halves, shape.half, shape.near)
        self._mask = WindowMask(shape.half, shape.halo, chunk * shape.halves, window_dtype)
        self._noise = Noise(shape, dimensions)
        self._targets = Targets(shape, dimensions)
        self._inputs = np.empty((chunk * size + 2 * shape.halo, dimensions), np.float32)
        self._away = np.empty((chunk, size, dimensions), np.float32)
        self._scores, self._magnitudes = np.empty(pairs, np.float32), np.empty(pairs, np.float32)
        self._live, self._positive = np.empty(pairs, bool), np.empty(pairs, np.float32)

    def gradients(
        self,
        inputs: NDArray[np.float32],
        outputs: NDArray[np.float32],
        stretch: Stretch,
        out: Gradients,
        with_loss: bool = False,
    ) -> None:
        """Fill ``out`` with the updates of every block of ``stretch``, all from the tables as they are.

        With the residual c = 1 − σ(W[x]·C[y]) of a pair, W[x] gets c·C[y] and C[y] gets c·W[x], summed over the pairs
        of the block; the noise words and what they add to W[x] are :class:`~npw2v.kernels.noise.Noise`'s. A pair whose
        dot product reaches 6 gets nothing.

        Parameters
        ----------
        inputs, outputs : float32 array (V, d)
            The tables W and C; only read.
        stretch : Stretch
            At most ``shape.chunk`` blocks.
        out : Gradients
            Of as many blocks; overwritten, ``out.loss`` only if ``with_loss``.
        with_loss : bool
            Whether to compute the loss.
        """
        shape, halo, halves = self.shape, self.shape.halo, self.shape.halves
        count = stretch.blocks(shape)
        x = inputs.take(stretch.ids, axis=0, mode="clip", out=self._inputs[: len(stretch.ids)])
        y, z = self._targets.take(outputs, stretch)
        own = x[halo : halo + count * shape.size].reshape(count, shape.size, -1)
        near, y = overlapping(x, shape.half, halo), y.reshape(count * halves, shape.half, -1)

        positive = self._positive[: count * halves]
        self._mask.fill(*stretch.windows(shape), positive)
        scores = np.matmul(y, near.transpose(0, 2, 1), out=self._scores[: count * halves])
        if with_loss:
            out.loss[...] = block_losses(scores, positive).reshape(count, halves).sum(axis=1)
        c = residuals(scores, positive, self._magnitudes[: count * halves], self._live[: count * halves])
        np.matmul(c, near, out=out.centers.reshape(y.shape))
        out.scales[...] = 1
        give_back(c, y, out.inputs, shape)

        weights = noise_weights(stretch, shape, self.negative)
        away = self._away[:count]
        self._noise.gradients(own, z, weights, away, out.noise, out.loss if with_loss else None)
        out.inputs[:, halo : halo + shape.size] += away


def noise_weights(stretch: Stretch, shape: BlockShape, negative: int) -> NDArray[np.float32]:
    """Return minus the weight of every pair of a noise word and an input.

    ::

        −(k/M) · (pairs of the input whose center is another word than the noise word)

    An input's pairs are counted over the centers of its own block and of its neighbours. Where the noise word *is* one
    of those centers that pair is left out, as word2vec leaves out a noise word that equals its target.

    Parameters
    ----------
    stretch : Stretch
        Any number of blocks; only read.
    shape : BlockShape
        Sizes.
    negative : int
        k, noise words a pair.

    Returns
    -------
    float32 array (blocks, M, B)
        New.
    """
    count, halo = stretch.blocks(shape), shape.halo
    share = np.float32(-negative / shape.noise)
    weights = np.repeat((stretch.pairs * share).reshape(count, 1, shape.size), shape.noise, axis=1)
    near = overlapping(stretch.ids, shape.size, halo)
    equal = stretch.noise.reshape(count, shape.noise, 1) == near[:, None, :]
    hits = np.flatnonzero(equal)
    if len(hits):
        row, seen = np.divmod(hits, shape.span)
        center = row // shape.noise * shape.size + seen
        offset = np.arange(shape.size) - (seen - halo)[:, None]
        inside = (offset <= stretch.right[center, None]) & (offset >= -stretch.left[center, None].astype(np.int64))
        inside &= offset != 0
        minus = np.full(len(row), -share, np.float32)
        scatter_add(weights.reshape(-1, shape.size), row.astype(np.int32), inside.astype(np.float32), minus)
    return weights
