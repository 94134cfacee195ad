"""Skip-gram with negative sampling, in blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import BlockShape, Gradients, Stretch, Targets, overlapping
from npw2v.kernels.logistic import block_losses, residuals
from npw2v.kernels.noise import Noise
from npw2v.kernels.scatter import scatter_add
from npw2v.kernels.windows import windows_of


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
        chunk, size = shape.chunk, shape.size
        self._bands = windows_of(shape, chunk, window_dtype)
        self._noise = Noise(shape, dimensions)
        self._targets = Targets(shape, dimensions)
        self._inputs = np.empty((chunk * size + 2 * shape.halo, dimensions), np.float32)
        self._away = np.empty((chunk, size, dimensions), np.float32)
        self._vectors = self._bands.vectors_room(dimensions)
        self._scores, self._forward = self._bands.forward_room(), self._bands.forward_room()
        self._backward = self._bands.backward_room()
        self._positive, self._coefficients, self._magnitudes = (self._bands.room() for _ in range(3))
        self._live = np.empty(self._positive.shape, bool)
        self._weights = np.empty((chunk, shape.noise, size), np.float32)
        self._equal = np.empty((chunk, shape.noise, shape.span), bool)
        # From every word that a block sees to each of the block's own.
        offset = np.arange(size) + shape.halo - np.arange(shape.span)[:, None]
        self._from_seen, self._to_seen = offset.astype(window_dtype), (-offset).astype(window_dtype)
        self._from_seen[offset == 0] = np.iinfo(window_dtype).max  # a word is not its own context

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
        shape, halo, bands = self.shape, self.shape.halo, self._bands
        count = stretch.blocks(shape)
        x = inputs.take(stretch.ids, axis=0, mode="clip", out=self._inputs[: len(stretch.ids)])
        y, z = self._targets.take(outputs, stretch, self._vectors[2 * halo :])
        near, own = overlapping(x, shape.strip, halo), x[halo : halo + count * shape.size].reshape(y.shape)
        strips = y.reshape(len(near), shape.strip, -1)

        bands.windows(stretch, self._positive)
        np.matmul(strips, near.transpose(0, 2, 1), out=self._scores[: len(near)])
        bands.collect(self._scores, stretch, self._coefficients)
        c, positive = self._coefficients, self._positive
        if with_loss:
            out.loss[...] = block_losses(bands.by_block(c, count), bands.by_block(positive, count))
        residuals(*(bands.used(each, stretch) for each in (c, positive, self._magnitudes, self._live)))
        np.matmul(bands.forward(c, stretch, self._forward), near, out=out.centers.reshape(strips.shape))
        out.scales[...] = 1
        bands.give_back(c, self._vectors, self._backward, out.inputs)

        weights, away = self.noise_weights(stretch), self._away[: len(out.inputs) * shape.unit]
        away[count:] = 0
        self._noise.gradients(own, z, weights, away[:count], out.noise, out.loss if with_loss else None)
        out.inputs[:, halo : halo + shape.centers] += away.reshape(len(out.inputs), shape.centers, -1)

    def noise_weights(self, stretch: Stretch) -> NDArray[np.float32]:
        """Return minus the weight of every pair of a noise word and an input.

        ::

            −(k/M) · (pairs of the input whose center is another word than the noise word)

        An input's pairs are counted over the centers of its own block and of its neighbours. Where the noise word *is*
        one of those centers that pair is left out, as word2vec leaves out a noise word that equals its target.

        Parameters
        ----------
        stretch : Stretch
            At most ``shape.chunk`` blocks; only read.

        Returns
        -------
        float32 array (blocks, M, B)
            Scratch, until the next call.
        """
        shape, count = self.shape, stretch.blocks(self.shape)
        share = np.float32(-self.negative / shape.noise)
        weights, equal = self._weights[:count], self._equal[:count]
        np.copyto(weights, (stretch.pairs * share).reshape(count, 1, shape.size))
        near = overlapping(stretch.ids, shape.size, shape.halo)[:, None, :]
        hits = np.flatnonzero(np.equal(stretch.noise.reshape(count, shape.noise, 1), near, out=equal))
        if len(hits):
            row, seen = np.divmod(hits, shape.span)
            center = row // shape.noise * shape.size + seen
            inside = self._from_seen.take(seen, axis=0) <= stretch.right.take(center)[:, None]
            inside &= self._to_seen.take(seen, axis=0) <= stretch.left.take(center)[:, None]
            minus = np.full(len(row), -share, np.float32)
            scatter_add(weights.reshape(-1, shape.size), row.astype(np.int32), inside.astype(np.float32), minus)
        return weights
