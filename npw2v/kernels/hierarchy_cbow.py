"""Hierarchical softmax of CBOW, on lists (:mod:`npw2v.kernels.paths`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import BlockShape, Stretch
from npw2v.kernels.cbow import Windows
from npw2v.kernels.logistic import residuals
from npw2v.kernels.paths import ListGradients, ListShape, PathLists, Tree
from npw2v.kernels.scatter import sum_products


class CbowPaths:
    """CBOW: the words of a window together, as their mean or sum, predict the center's path.

    For every center with a non-empty window, with the window's h (:class:`npw2v.kernels.cbow.Windows`) and the nodes n
    of the center's path, descend::

        −Σ_n log σ(s·h·N[n])

    Parameters
    ----------
    shape : BlockShape
        Sizes, of which a step has ``blocks``.
    lists : ListShape
        Sizes of the lists.
    dimensions : int
        d, numbers a row.
    window_dtype : dtype
        Integer type of ``Stretch.left`` and ``right``.
    tree : Tree
        The Huffman tree.
    cbow_mean : bool
        Mean of the window (True) or sum (False).
    exact : bool
        Whether the words get the gradient of the mean.
    """

    def __init__(
        self,
        shape: BlockShape,
        lists: ListShape,
        dimensions: int,
        window_dtype: np.dtype[np.integer],
        tree: Tree,
        cbow_mean: bool = True,
        exact: bool = False,
    ) -> None:
        self.shape, self.lists, self.cbow_mean = shape, lists, cbow_mean
        centers = shape.blocks * shape.size
        self._windows = Windows(shape, shape.blocks, dimensions, window_dtype, cbow_mean, exact)
        most = centers * lists.longest
        self._nodes, self._inputs = (np.empty((most, dimensions), np.float32) for _ in range(2))
        self._places = np.arange(most, dtype=np.int32)
        scores = most + centers * lists.top
        self._scores, self._magnitudes, self._signs = (np.empty(scores, np.float32) for _ in range(3))
        self._live = np.empty(scores, bool)
        self._of_top = np.empty((centers, dimensions), np.float32)
        self._tree, self._prefix_signs = tree, tree.plus * np.float32(2) - tree.passes

    def gradients(
        self,
        inputs: NDArray[np.float32],
        nodes: NDArray[np.float32],
        stretch: Stretch,
        paths: PathLists,
        out: ListGradients,
        with_loss: bool = False,
    ) -> None:
        """Fill ``out`` with the updates of every center, all from the tables as they are.

        A center has one pair with each of its nodes. The pairs with lower nodes, and then those of every center with
        every node of the top (whose sign is 0 where the path does not pass), are one list, and a pair's update is its
        coefficient c = s·σ(−s·h·N[n]) times h for the node, times N[n] for h.

        A pair whose dot product reaches 6 gets nothing. A node of several centers is in the list once for each.

        Parameters
        ----------
        inputs, nodes : float32 array (V, d)
            The input table W and the node table N; only read.
        stretch : Stretch
            The blocks of these centers.
        paths : PathLists
            The lower nodes of its centers.
        out : ListGradients
            Of as many blocks and nodes; overwritten, ``out.loss`` only if ``with_loss``.
        with_loss : bool
            Whether to compute the loss.
        """
        count, h = len(out.hidden), out.hidden
        self._windows.hidden(inputs, stretch, h)
        lower = len(paths.nodes)
        pairs = lower + count * self.lists.top
        scores, signs = self._scores[:pairs], self._signs[:pairs]
        z = nodes.take(paths.nodes, axis=0, mode="clip", out=self._nodes[:lower])
        x = h.take(paths.owners, axis=0, mode="clip", out=self._inputs[:lower])
        np.matmul(z[:, None, :], x[:, :, None], out=scores[:lower].reshape(-1, 1, 1))
        signs[:lower] = paths.signs

        top, of_top = nodes[self._tree.top_rows(len(nodes))], scores[lower:].reshape(count, -1)
        prefix = self._tree.prefix.take(stretch.centers(self.shape))
        self._prefix_signs.take(prefix, axis=0, mode="clip", out=signs[lower:].reshape(count, -1))
        h_of_block, scores_of_block = self._by_block(h), self._by_block(of_top)
        np.matmul(h_of_block, top.T, out=scores_of_block)

        scores *= signs
        if with_loss:
            out.loss[...] = self._losses(scores, signs, paths, stretch.portions > 0)
        c = residuals(scores, signs, self._magnitudes[:pairs], self._live[:pairs])
        out.coefficients[...] = c[:lower]
        errors, by_top = self._windows.errors(stretch), self._of_top[:count]
        sum_products(paths.starts, out.coefficients, z, self._places[:lower], errors)
        np.matmul(scores_of_block, top, out=self._by_block(by_top))
        np.matmul(scores_of_block.transpose(0, 2, 1), h_of_block, out=out.top)
        errors += by_top
        self._windows.give_back(out.inputs)

    def _by_block(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """View (blocks·B, n) as (blocks, B, n)."""
        return rows.reshape(-1, self.shape.size, rows.shape[1])

    def _losses(
        self, margins: NDArray[np.float32], signs: NDArray[np.float32], paths: PathLists, used: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Sum up −log σ(margin) over the nodes of each center, 0 for those that are not used."""
        losses, lower = np.logaddexp(np.float32(0), -margins) * np.abs(signs), len(paths.nodes)
        of_top: NDArray[np.float64] = losses[lower:].reshape(len(used), -1).sum(axis=1, dtype=np.float64)
        of_top += np.bincount(paths.owners, weights=losses[:lower], minlength=len(used))
        return of_top * used
