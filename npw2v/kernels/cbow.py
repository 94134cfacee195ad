"""CBOW with negative sampling, in blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import BlockShape, Gather, Gradients, Stretch, WindowMask, overlapping
from npw2v.kernels.logistic import block_losses, residuals
from npw2v.kernels.noise import Noise


class Cbow:
    """Scratch and updates of CBOW: the words of a window together predict its center.

    For every center y with a non-empty window, h = Σ W[x] over the window (``cbow_mean``: divided by their number n),
    descend::

        −log σ(h·C[y]) − Σ_{k noise words z ≠ y} log σ(−h·C[z])

    With e the update of h, every context word's row gets e if ``cbow_mean`` (not e/n, which would be the gradient) and
    e/n if not (where e would be the gradient): word2vec.c's rule for the mean and gensim's for the sum.

    Parameters
    ----------
    shape : BlockShape
    dimensions : d
    negative : k, noise words a center
    window_dtype : integer type of ``Stretch.left`` and ``right``
    cbow_mean : mean of the window (True) or sum (False)
    """

    def __init__(
        self,
        shape: BlockShape,
        dimensions: int,
        negative: int,
        window_dtype: np.dtype[np.integer],
        cbow_mean: bool = True,
    ) -> None:
        self.shape, self.negative, self.cbow_mean = shape, negative, cbow_mean
        chunk, size, span = shape.chunk, shape.size, shape.span
        self._mask = WindowMask(shape.size, shape.halo, chunk, window_dtype)
        self._noise = Noise(shape, dimensions)
        self._gather = Gather(shape, dimensions)
        self._errors = np.empty((chunk, size, dimensions), np.float32)
        self._window = np.empty((chunk, size, span), np.float32)
        self._mean = np.empty_like(self._window)

    def gradients(
        self,
        inputs: NDArray[np.float32],
        outputs: NDArray[np.float32],
        stretch: Stretch,
        out: Gradients,
        with_loss: bool = False,
    ) -> None:
        """Fill ``out`` with the updates of every block of ``stretch``; see :meth:`SkipGram.gradients`."""
        shape = self.shape
        count = stretch.blocks(shape)
        x, y, z = self._gather.rows(inputs, outputs, stretch)

        window, mean = self._window[:count], self._mean[:count]
        left, right = stretch.windows(shape)
        self._mask.fill(left, right, window)
        words = (left.astype(np.float32) + right)[..., None]
        used = (words > 0).astype(np.float32)  # a center whose window is empty predicts nothing
        portion = used / np.maximum(words, 1)
        # A center's row gets c·h: h is left in the updates' place, and c beside it as their scale.
        weights = np.multiply(window, portion, out=mean) if self.cbow_mean else window
        h = np.matmul(weights, overlapping(x, shape), out=out.centers)

        scores = np.einsum("bid,bid->bi", h, y)[..., None]
        if with_loss:
            out.loss[...] = block_losses(scores, used)
        c = residuals(scores, used, np.empty_like(scores), np.empty(scores.shape, bool))
        out.scales[...] = c[..., 0]

        weights = stretch.noise.reshape(count, shape.noise, 1) != stretch.centers(shape).reshape(count, 1, shape.size)
        weights = weights * (used.reshape(count, 1, shape.size) * np.float32(-self.negative / shape.noise))
        errors = self._errors[:count]
        self._noise.gradients(h, z, weights, errors, out.noise, out.loss if with_loss else None)
        y *= c
        errors += y
        if self.cbow_mean:
            np.matmul(window.transpose(0, 2, 1), errors, out=out.inputs)
        else:
            np.matmul(np.multiply(window, portion, out=mean).transpose(0, 2, 1), errors, out=out.inputs)
