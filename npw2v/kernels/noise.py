"""The noise half of negative sampling: M noise words shared by a block, weighted as k draws for every pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import BlockShape
from npw2v.kernels.logistic import block_losses, residuals


class Noise:
    """Push a block's inputs away from the block's noise words.

    word2vec draws k noise words z for every (input, center) pair and descends −log σ(−x·z). Here a block draws M for
    all of its inputs, and a pair of input x and noise word z has the weight (k/M) · (number of x's pairs), so that the
    expected gradient is the same. The loss is Σ weight · −log σ(−x·z).

    Parameters
    ----------
    shape : BlockShape
        Sizes.
    dimensions : int
        d, numbers a row.
    """

    def __init__(self, shape: BlockShape, dimensions: int) -> None:
        scores = (shape.chunk, shape.noise, shape.size)
        self._scores = np.empty(scores, np.float32)
        self._magnitudes = np.empty(scores, np.float32)
        self._live = np.empty(scores, bool)

    def gradients(
        self,
        inputs: NDArray[np.float32],
        noise: NDArray[np.float32],
        weights: NDArray[np.float32],
        input_gradients: NDArray[np.float32],
        noise_gradients: NDArray[np.float32],
        loss: NDArray[np.float64] | None,
    ) -> None:
        """Compute the updates of the inputs and of the noise words.

        ::

            c = −weight · σ(x·z)     input_gradients[x] = Σ_z c·z     noise_gradients[z] = Σ_x c·x

        where ``|x·z| < 6``, else c = 0.

        Parameters
        ----------
        inputs : float32 array (blocks, B, d)
            The inputs x.
        noise : float32 array (blocks, M, d)
            The noise words' rows z; one that comes up twice has two of them, and two updates.
        weights : float32 array, broadcastable to (blocks, M, B)
            Minus the weight of each pair.
        input_gradients : float32 array (blocks, B, d)
            Overwritten.
        noise_gradients : float32 array (blocks, M, d)
            Overwritten.
        loss : float64 array (blocks,) or None
            The blocks' losses are added to it.
        """
        count = len(inputs)
        margins = np.matmul(noise, inputs.transpose(0, 2, 1), out=self._scores[:count])
        np.negative(margins, out=margins)
        if loss is not None:
            loss += block_losses(margins, weights)
        c = residuals(margins, weights, self._magnitudes[:count], self._live[:count])
        np.matmul(c.transpose(0, 2, 1), noise, out=input_gradients)
        np.matmul(c, inputs, out=noise_gradients)
