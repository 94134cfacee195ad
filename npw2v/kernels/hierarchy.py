"""Hierarchical softmax, in groups (:mod:`npw2v.kernels.paths`): the objective, and what skip-gram and CBOW feed it.

A center y has the inner nodes n of its path and at each of them a sign s, +1 for branch 0 and −1 for branch 1. For an
input h, with the rows N of the node table, descend::

    −Σ_n log σ(s·h·N[n])

which is −log p(y | h) of the tree (Morin & Bengio 2005; Mikolov et al. 2013, eq. 3). As in negative sampling, a node
whose dot product with h reaches 6 is left alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import Stretch, WindowMask
from npw2v.kernels.logistic import SATURATED, block_losses, residuals
from npw2v.kernels.paths import Groups, PathGradients, PathShape, Tree


class Hierarchy:
    """The objective: a group's inputs against its centers' paths.

    Parameters
    ----------
    shape : PathShape
    dimensions : d
    rows : R, inputs a group
    tree : Tree
    """

    def __init__(self, shape: PathShape, dimensions: int, rows: int, tree: Tree) -> None:
        self.shape, self.rows, self.tree = shape, rows, tree
        lower, top = (shape.chunk, shape.nodes, rows), (shape.run * rows, shape.top)
        self._nodes = np.empty((shape.chunk * shape.nodes, dimensions), np.float32)
        self._scores, self._magnitudes = np.empty(lower, np.float32), np.empty(lower, np.float32)
        self._weights, self._live = np.empty(lower, np.float32), np.empty(lower, bool)
        self._plus = np.empty((shape.chunk, rows, shape.top), np.float32)
        self._either = np.empty_like(self._plus)
        self._top_scores, self._top_live = np.empty(top, np.float32), np.empty(top, bool)
        self._share = np.empty((shape.run * rows, dimensions), np.float32)

    def gradients(
        self,
        inputs: NDArray[np.float32],
        nodes: NDArray[np.float32],
        pairs: NDArray[np.float32],
        centers: NDArray[np.int32],
        groups: Groups,
        input_gradients: NDArray[np.float32],
        out: PathGradients,
        with_loss: bool,
    ) -> None:
        """Compute the updates of the inputs and of the nodes.

        Parameters
        ----------
        inputs : float32 (groups, R, d)
        nodes : float32 (V, d), the node table; only read
        pairs : float32 (groups, C, R), 1 where an input is to predict a center, else 0
        centers : int32 (groups, C), ids of the centers; where a group has fewer, ``pairs`` is 0
        groups : whole runs, but for the last
        input_gradients : float32 (groups, R, d), overwritten
        out : ``nodes`` and ``top`` are overwritten, and ``loss`` if ``with_loss``
        """
        self._lower(inputs, nodes, pairs, groups, input_gradients, out, with_loss)
        count, rows = len(groups), self.rows
        top = nodes[len(nodes) - 1 - self.shape.top : -1] if len(nodes) > 1 else nodes
        prefix, turned = self.tree.prefix.take(centers), pairs.transpose(0, 2, 1)
        plus = np.matmul(turned, self.tree.plus.take(prefix, axis=0), out=self._plus[:count])
        either = np.matmul(turned, self.tree.either.take(prefix, axis=0), out=self._either[:count])
        for run, start in enumerate(range(0, count, self.shape.run)):
            part = slice(start, min(start + self.shape.run, count))
            used = (part.stop - start) * rows
            x, a = inputs[part].reshape(used, -1), either[part].reshape(used, -1)
            scores = np.matmul(x, top.T, out=self._top_scores[:used])
            if with_loss:
                loss = _top_losses(scores, plus[part].reshape(used, -1), a)
                out.loss[part] += loss.reshape(part.stop - start, -1).sum(axis=1)
            c = _top_residuals(scores, plus[part].reshape(used, -1), a, self._top_live[:used])
            np.matmul(c.T, x, out=out.top[run])
            input_gradients[part] += np.matmul(c, top, out=self._share[:used]).reshape(-1, rows, x.shape[1])

    def _lower(
        self,
        inputs: NDArray[np.float32],
        nodes: NDArray[np.float32],
        pairs: NDArray[np.float32],
        groups: Groups,
        input_gradients: NDArray[np.float32],
        out: PathGradients,
        with_loss: bool,
    ) -> None:
        """Do the lower nodes' part of :meth:`gradients`."""
        count, shape = len(groups), self.shape
        z = nodes.take(groups.nodes.reshape(-1), axis=0, mode="clip", out=self._nodes[: count * shape.nodes])
        z = z.reshape(count, shape.nodes, -1)
        owners = groups.owners + np.arange(0, count * shape.centers, shape.centers, dtype=np.int32)[:, None]
        weights = pairs.reshape(-1, self.rows).take(owners, axis=0, mode="clip", out=self._weights[:count])
        signs = groups.signs[..., None]
        weights *= signs
        margins = np.matmul(z, inputs.transpose(0, 2, 1), out=self._scores[:count])
        margins *= signs
        if with_loss:
            out.loss[...] = block_losses(margins, weights)
        c = residuals(margins, weights, self._magnitudes[:count], self._live[:count])
        np.matmul(c, inputs, out=out.nodes)
        np.matmul(c.transpose(0, 2, 1), z, out=input_gradients)


def _top_residuals(
    scores: NDArray[np.float32], plus: NDArray[np.float32], either: NDArray[np.float32], live: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Turn dot products into update coefficients, in place: plus − either·σ(score) where |score| < 6, else 0.

    An input has ``plus`` pairs with the sign +1 at a node and ``either`` in all; a pair's residual is 1 − σ(score) or
    −σ(score). All arrays are (inputs, K); ``either`` is overwritten.
    """
    np.less(np.abs(scores), SATURATED, out=live)
    np.negative(scores, out=scores)
    np.exp(scores, out=scores)
    scores += np.float32(1)
    np.divide(either, scores, out=either)
    np.subtract(plus, either, out=scores)
    scores *= live
    return scores


def _top_losses(
    scores: NDArray[np.float32], plus: NDArray[np.float32], either: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Loss of each input, Σ either·log(1 + exp(score)) − plus·score, with the arrays of :func:`_top_residuals`."""
    softplus = np.log1p(np.exp(-np.abs(scores))) + np.maximum(scores, 0)
    losses: NDArray[np.float64] = (either * softplus - plus * scores).sum(axis=1, dtype=np.float64)
    return losses


class _Windows:
    """Scratch for what a group sees: its rows of the input table, and which of them are in each center's window."""

    def __init__(self, shape: PathShape, dimensions: int, window_dtype: np.dtype[np.integer]) -> None:
        self.shape = shape
        self._rows = np.empty((shape.chunk * shape.span, dimensions), np.float32)
        self._pairs = np.empty((shape.chunk, shape.centers, shape.span), np.float32)
        self._mask = WindowMask(shape.centers, shape.halo, shape.chunk, window_dtype)

    def look(
        self, inputs: NDArray[np.float32], stretch: Stretch, groups: Groups
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int32], NDArray[np.float32]]:
        """Return what the groups see.

        Returns
        -------
        rows : float32 (groups, S, d)
        windows : float32 (groups, C, S), 1 where a word is in a center's window
        centers : int32 (groups, C), ids
        words : float32 (groups, C, 1), words in each window
        """
        shape, count = self.shape, len(groups)
        positions = groups.positions(shape)
        ids = stretch.ids.take(positions, mode="clip")
        rows = inputs.take(ids.reshape(-1), axis=0, mode="clip", out=self._rows[: count * shape.span])
        middle = slice(shape.halo, shape.halo + shape.centers)
        inside = np.arange(shape.centers) < groups.counts[:, None]
        left = stretch.left.take(positions[:, middle], mode="clip") * inside
        right = stretch.right.take(positions[:, middle], mode="clip") * inside
        windows = self._pairs[:count]
        self._mask.fill(left, right, windows)
        words = (left.astype(np.float32) + right)[..., None]
        return rows.reshape(count, shape.span, -1), windows, ids[:, middle], words


class SkipGramPaths:
    """Skip-gram: every word of a window, by itself, predicts the center's path.

    Parameters
    ----------
    shape : PathShape
    dimensions : d
    window_dtype : integer type of ``Stretch.left`` and ``right``
    tree : Tree
    """

    def __init__(self, shape: PathShape, dimensions: int, window_dtype: np.dtype[np.integer], tree: Tree) -> None:
        self._windows = _Windows(shape, dimensions, window_dtype)
        self._hierarchy = Hierarchy(shape, dimensions, shape.span, tree)

    def gradients(
        self,
        inputs: NDArray[np.float32],
        nodes: NDArray[np.float32],
        stretch: Stretch,
        groups: Groups,
        out: PathGradients,
        with_loss: bool = False,
    ) -> None:
        """Fill ``out`` with the updates of every group, all from the tables as they are.

        Parameters
        ----------
        inputs, nodes : float32 (V, d), the input table and the node table; only read
        stretch : the words that the groups' positions count in
        groups : at most ``shape.chunk``
        out : overwritten; ``out.loss`` only if ``with_loss``
        """
        rows, windows, centers, _ = self._windows.look(inputs, stretch, groups)
        self._hierarchy.gradients(rows, nodes, windows, centers, groups, out.inputs, out, with_loss)


class CbowPaths:
    """CBOW: the words of a window together, as their mean or sum, predict the center's path.

    Parameters
    ----------
    shape, dimensions, window_dtype, tree : as for :class:`SkipGramPaths`
    cbow_mean : mean of the window (True) or sum (False); see :class:`npw2v.kernels.cbow.Cbow` for the update
    """

    def __init__(
        self,
        shape: PathShape,
        dimensions: int,
        window_dtype: np.dtype[np.integer],
        tree: Tree,
        cbow_mean: bool = True,
    ) -> None:
        self.shape, self.cbow_mean = shape, cbow_mean
        self._windows = _Windows(shape, dimensions, window_dtype)
        self._hierarchy = Hierarchy(shape, dimensions, shape.centers, tree)
        self._hidden = np.empty((shape.chunk, shape.centers, dimensions), np.float32)
        self._errors = np.empty_like(self._hidden)
        self._own = np.eye(shape.centers, dtype=np.float32)

    def gradients(
        self,
        inputs: NDArray[np.float32],
        nodes: NDArray[np.float32],
        stretch: Stretch,
        groups: Groups,
        out: PathGradients,
        with_loss: bool = False,
    ) -> None:
        """Fill ``out`` with the updates of every group; see :meth:`SkipGramPaths.gradients`."""
        count = len(groups)
        rows, windows, centers, words = self._windows.look(inputs, stretch, groups)
        used = (words > 0).astype(np.float32)  # a center whose window is empty predicts nothing
        portion = used / np.maximum(words, 1)
        h = np.matmul(windows, rows, out=self._hidden[:count])
        if self.cbow_mean:
            h *= portion
        errors = self._errors[:count]
        self._hierarchy.gradients(h, nodes, self._own * used, centers, groups, errors, out, with_loss)
        if not self.cbow_mean:
            errors *= portion
        np.matmul(windows.transpose(0, 2, 1), errors, out=out.inputs)
