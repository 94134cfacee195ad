"""CBOW with negative sampling, in blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import BlockShape, Gradients, Stretch, Targets, overlapping
from npw2v.kernels.logistic import block_losses, residuals
from npw2v.kernels.noise import Noise
from npw2v.kernels.scatter import scatter_add
from npw2v.kernels.windows import windows_of

#: The weight of a center.
_ONE = np.ones(1, np.float32)


class Windows:
    """The windows of CBOW: their sum or mean, and the way back from its update to the words.

    For every center with n > 0 words in its window, h = Σ W[x] over the window, divided by n if ``cbow_mean``. With e
    the update of h, every word's row gets e if ``cbow_mean`` (not e/n, which would be the gradient) and e/n if not
    (where e would be the gradient): word2vec.c's rule for the mean and gensim's for the sum. With ``exact`` it gets
    the gradient of the mean, e/n (İrsoy, Benton, Stratos 2021, "Corrected CBOW Performs as well as Skip-gram").

    Parameters
    ----------
    shape : BlockShape
        Sizes.
    most : int
        Most blocks at once.
    dimensions : int
        d, numbers a row.
    window_dtype : dtype
        Integer type of ``Stretch.left`` and ``right``.
    cbow_mean : bool
        Mean of the window (True) or sum (False).
    exact : bool
        Whether the words get the gradient of the mean; of no matter to the sum.
    """

    def __init__(
        self,
        shape: BlockShape,
        most: int,
        dimensions: int,
        window_dtype: np.dtype[np.integer],
        cbow_mean: bool,
        exact: bool,
    ) -> None:
        self.shape, self.cbow_mean, self._whole = shape, cbow_mean, cbow_mean and not exact
        self._bands = windows_of(shape, most, window_dtype)
        self._rows = np.empty((most * shape.size + 2 * shape.halo, dimensions), np.float32)
        self._windows, self._shares = self._bands.room(), self._bands.room()
        self._forward, self._backward = self._bands.forward_room(), self._bands.backward_room()
        self._vectors = self._bands.vectors_room(dimensions)

    def errors(self, stretch: Stretch) -> NDArray[np.float32]:
        """Return room for e, the update of every center's h, (blocks·B, d)."""
        first = 2 * self.shape.halo
        return self._vectors[first : first + stretch.blocks(self.shape) * self.shape.size]

    def hidden(self, inputs: NDArray[np.float32], stretch: Stretch, out: NDArray[np.float32]) -> None:
        """Write h of every center; 0 where the window is empty.

        Parameters
        ----------
        inputs : float32 array (V, d)
            The input table W; only read.
        stretch : Stretch
            At most ``most`` blocks.
        out : float32 array (blocks·B, d)
            Overwritten.
        """
        shape, bands = self.shape, self._bands
        bands.windows(stretch, self._windows)
        bands.divide(self._windows, stretch, self._shares)
        rows = inputs.take(stretch.ids, axis=0, mode="clip", out=self._rows[: len(stretch.ids)])
        weights = bands.forward(self._shares if self.cbow_mean else self._windows, stretch, self._forward)
        np.matmul(weights, overlapping(rows, shape.strip, shape.halo), out=out.reshape(len(weights), shape.strip, -1))

    def give_back(self, out: NDArray[np.float32]) -> None:
        """Write the updates of the words that the units see, given those of h in :meth:`errors`.

        The stretch is that of the latest call of :meth:`hidden`.

        Parameters
        ----------
        out : float32 array (units, R, d)
            Overwritten.
        """
        weights = self._windows if self._whole else self._shares
        self._bands.give_back(weights, self._vectors, self._backward, out)


class Cbow:
    """Scratch and updates of CBOW: the words of a window together predict its center.

    For every center y with a non-empty window, with the window's h (:class:`Windows`), descend::

        −log σ(h·C[y]) − Σ_{k noise words z ≠ y} log σ(−h·C[z])

    (Mikolov et al. 2013, "Efficient Estimation of Word Representations in Vector Space", with the objective of
    :class:`npw2v.kernels.skipgram.SkipGram`.) The k noise words are M of the block with the weight k/M each.

    Parameters
    ----------
    shape : BlockShape
        Sizes.
    dimensions : int
        d, numbers a row.
    negative : int
        k, noise words a center.
    window_dtype : dtype
        Integer type of ``Stretch.left`` and ``right``.
    cbow_mean : bool
        Mean of the window (True) or sum (False).
    exact : bool
        Whether the words get the gradient of the mean.
    """

    def __init__(
        self,
        shape: BlockShape,
        dimensions: int,
        negative: int,
        window_dtype: np.dtype[np.integer],
        cbow_mean: bool = True,
        exact: bool = False,
    ) -> None:
        self.shape, self.negative = shape, negative
        chunk, size = shape.chunk, shape.size
        self._windows = Windows(shape, chunk, dimensions, window_dtype, cbow_mean, exact)
        self._noise = Noise(shape, dimensions)
        self._targets = Targets(shape, dimensions)
        self._centers = np.empty((chunk * size, dimensions), np.float32)
        self._places = np.arange(chunk * size, dtype=np.int32)
        self._equal = np.empty((chunk, shape.noise, size), bool)
        self._share = np.float32(-negative / shape.noise)
        self._weights = np.full(self._equal.shape, self._share, np.float32)
        self._magnitudes, self._live = np.empty((chunk, size), np.float32), np.empty((chunk, size), bool)

    def gradients(
        self,
        inputs: NDArray[np.float32],
        outputs: NDArray[np.float32],
        stretch: Stretch,
        out: Gradients,
        with_loss: bool = False,
    ) -> None:
        """Fill ``out`` with the updates of every block of ``stretch``, all from the tables as they are.

        With the residuals c = 1 − σ(h·C[y]) and c_z = −(k/M)·σ(h·C[z]), 0 where the dot product reaches 6, C[y] gets
        c·h, which is left as h and its scale c, C[z] gets c_z·h, and h gets e = c·C[y] + Σ_z c_z·C[z], which
        :class:`Windows` gives back to the words.

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
        shape = self.shape
        count = stretch.blocks(shape)
        # A center's row gets c·h: h is left in the updates' place, and c beside it as their scale.
        h = out.centers
        self._windows.hidden(inputs, stretch, h.reshape(-1, h.shape[2]))
        y, z = self._targets.take(outputs, stretch, self._centers)

        weights = self._weights[:count]
        centers = stretch.centers(shape).reshape(count, 1, -1)
        equal = np.equal(stretch.noise.reshape(count, -1, 1), centers, out=self._equal[:count])
        left_out = np.flatnonzero(equal)
        weights.reshape(-1)[left_out] = 0
        scores, loss = out.scales, None
        np.matmul(h[:, :, None, :], y[..., None], out=scores[..., None, None])
        if with_loss:  # an empty window has h = 0 and updates nothing, but would count here
            used = (stretch.portions > 0).astype(np.float32).reshape(count, 1, -1)
            loss, weights = out.loss, weights * used  # a copy
            loss[...] = block_losses(scores[:, None, :], used)
        c = residuals(scores, _ONE, self._magnitudes[:count], self._live[:count])

        rows = self._windows.errors(stretch)
        self._noise.gradients(h, z, weights, rows.reshape(h.shape), out.noise, loss)
        self._weights.reshape(-1)[left_out] = self._share
        scatter_add(rows, self._places[: len(rows)], y.reshape(rows.shape), c.reshape(-1))
        self._windows.give_back(out.inputs)
