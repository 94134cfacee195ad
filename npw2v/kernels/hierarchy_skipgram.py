"""Hierarchical softmax of skip-gram, in groups (:mod:`npw2v.kernels.paths`).

Every word of a window, by itself, predicts the center's path. With the word's input row h = W[x], descend the loss of
:mod:`npw2v.kernels.paths` for every center y and every word x in its window. :class:`LowerNodes` computes the sums over
the lower nodes of the centers' paths, :class:`TopNodes` those over the top of the tree.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import Stretch, WindowMask
from npw2v.kernels.logistic import SATURATED, block_losses, residuals
from npw2v.kernels.paths import GroupGradients, Groups, GroupShape, Tree


class LowerNodes:
    """The objective on the lower nodes: a group's inputs against the nodes of its centers.

    Parameters
    ----------
    shape : GroupShape
        Sizes.
    dimensions : int
        d, numbers a row.
    """

    def __init__(self, shape: GroupShape, dimensions: int) -> None:
        self.shape = shape
        scores = (shape.chunk, shape.nodes, shape.span)
        self._nodes = np.empty((shape.chunk * shape.nodes, dimensions), np.float32)
        self._scores, self._magnitudes = np.empty(scores, np.float32), np.empty(scores, np.float32)
        self._weights, self._live = np.empty(scores, np.float32), np.empty(scores, bool)

    def gradients(
        self,
        inputs: NDArray[np.float32],
        nodes: NDArray[np.float32],
        pairs: NDArray[np.float32],
        groups: Groups,
        input_gradients: NDArray[np.float32],
        out: GroupGradients,
        with_loss: bool,
    ) -> None:
        """Compute the updates of the inputs and of the nodes.

        With the sign s of a center at one of its nodes n, for every input x that is to predict the center::

            c = s · σ(−s·x·N[n])     input_gradients[x] = Σ_n c·N[n]     out.nodes[n] = Σ_x c·x

        where ``|x·N[n]| < 6``, else c = 0. A node of several centers stands there once for each.

        Parameters
        ----------
        inputs : float32 array (groups, S, d)
            The inputs x.
        nodes : float32 array (V, d)
            The node table N; only read.
        pairs : float32 array (groups, C, S)
            1 where an input is to predict a center, else 0.
        groups : Groups
            At most ``shape.chunk``.
        input_gradients : float32 array (groups, S, d)
            Overwritten.
        out : GroupGradients
            ``nodes`` are overwritten, and ``loss`` if ``with_loss``.
        with_loss : bool
            Whether to compute the loss.
        """
        count, shape = len(groups), self.shape
        z = nodes.take(groups.nodes.reshape(-1), axis=0, mode="clip", out=self._nodes[: count * shape.nodes])
        z = z.reshape(count, shape.nodes, -1)
        owners = groups.owners + np.arange(0, count * shape.centers, shape.centers, dtype=np.int32)[:, None]
        weights = pairs.reshape(-1, pairs.shape[2]).take(owners, axis=0, mode="clip", out=self._weights[:count])
        signs = groups.signs[..., None]
        weights *= signs
        margins = np.matmul(z, inputs.transpose(0, 2, 1), out=self._scores[:count])
        margins *= signs
        if with_loss:
            out.loss[...] = block_losses(margins, weights)
        c = residuals(margins, weights, self._magnitudes[:count], self._live[:count])
        np.matmul(c, inputs, out=out.nodes)
        np.matmul(c.transpose(0, 2, 1), z, out=input_gradients)


class TopNodes:
    """The objective on the top of the tree: every input against all K nodes.

    Parameters
    ----------
    shape : GroupShape
        Sizes.
    dimensions : int
        d, numbers a row.
    tree : Tree
        Whose top it is.
    """

    def __init__(self, shape: GroupShape, dimensions: int, tree: Tree) -> None:
        self.shape, self.tree = shape, tree
        rows, nodes = (shape.chunk, shape.centers, dimensions), (shape.chunk, shape.centers, shape.top)
        self._inputs, self._updates = np.empty(rows, np.float32), np.empty(rows, np.float32)
        self._scores, self._live = np.empty(nodes, np.float32), np.empty(nodes, bool)
        self._plus, self._passing = np.empty(nodes, np.float32), np.empty(nodes, np.float32)

    def gradients(
        self,
        inputs: NDArray[np.float32],
        nodes: NDArray[np.float32],
        pairs: NDArray[np.float32],
        centers: NDArray[np.int32],
        input_gradients: NDArray[np.float32],
        out: GroupGradients,
        with_loss: bool,
    ) -> None:
        """Compute the updates of the inputs and of the top.

        An input's pairs that pass a node all have the same dot product with it; so all that matters is how many there
        are, and how many of them with the sign +1::

            c = plus − passing·σ(x·N[n])     input_gradients[x] += Σ_n c·N[n]     out.top[n] = Σ_x c·x

        where ``|x·N[n]| < 6``, else c = 0, with the sum over x that of a run of groups.

        Parameters
        ----------
        inputs : float32 array (groups, C, d)
            The inputs x of whole runs, but for the last.
        nodes : float32 array (V, d)
            The node table N; only read.
        pairs : float32 array (groups, C, S)
            1 where an input is to predict a center, else 0.
        centers : int32 array (groups, S)
            Ids of the centers.
        input_gradients : float32 array (groups, C, d)
            The inputs' updates are added to it.
        out : GroupGradients
            ``top`` is overwritten; the losses are added to ``loss`` if ``with_loss``.
        with_loss : bool
            Whether to compute the loss.
        """
        count, run = len(inputs), self.shape.run
        top, prefix = nodes[self.tree.top_rows(len(nodes))], self.tree.prefix.take(centers)
        plus = np.matmul(pairs, self.tree.plus.take(prefix, axis=0), out=self._plus[:count])
        passing = np.matmul(pairs, self.tree.passes.take(prefix, axis=0), out=self._passing[:count])
        x = self._inputs[:count]
        np.copyto(x, inputs)
        scores = self._scores[:count]
        runs = whole_runs(count, run)
        for groups in runs:
            np.matmul(_by_groups(x[groups], run), top.T, out=_by_groups(scores[groups], run))
        if with_loss:
            out.loss[...] += _top_losses(scores, plus, passing)
        c = _top_residuals(scores, plus, passing, self._live[:count])
        for groups in runs:
            x_of_run, c_of_run = _by_groups(x[groups], run), _by_groups(c[groups], run)
            done = groups.start // run
            np.matmul(c_of_run.transpose(0, 2, 1), x_of_run, out=out.top[done : done + len(c_of_run)])
            np.matmul(c_of_run, top, out=_by_groups(self._updates[groups], run))
        input_gradients += self._updates[:count]


def whole_runs(count: int, run: int) -> list[slice]:
    """Cut ``count`` groups into those that make whole runs and the rest, leaving out what is empty.

    A product is computed run by run: its bits may depend on its size, and must not on how many runs a worker has.

    Examples
    --------
    >>> whole_runs(10, 4)
    [slice(0, 8, None), slice(8, 10, None)]
    >>> whole_runs(8, 4)
    [slice(0, 8, None)]
    """
    whole = count // run * run
    return [groups for groups in (slice(0, whole), slice(whole, count)) if groups.stop > groups.start]


def _by_groups(rows: NDArray[np.float32], run: int) -> NDArray[np.float32]:
    """View (groups, C, n) as (runs, run·C, n): whole runs, or a single one that may be shorter."""
    return rows.reshape(-1, min(run, len(rows)) * rows.shape[1], rows.shape[2])


def _top_residuals(
    scores: NDArray[np.float32], plus: NDArray[np.float32], passing: NDArray[np.float32], live: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Turn dot products into update coefficients, in place: plus − passing·σ(score) where |score| < 6, else 0.

    A pair's residual is 1 − σ(score) with the sign +1 and −σ(score) with −1.

    Parameters
    ----------
    scores : float32 array (groups, C, K)
        Overwritten by the result.
    plus : float32 array (groups, C, K)
        How many of an input's pairs have the sign +1 at a node.
    passing : float32 array (groups, C, K)
        How many pass it in all. Overwritten.
    live : bool array (groups, C, K)
        Scratch.

    Returns
    -------
    float32 array (groups, C, K)
        ``scores`` itself. NaN stays NaN.
    """
    np.less(np.abs(scores), SATURATED, out=live)
    np.negative(scores, out=scores)
    np.exp(scores, out=scores)
    scores += np.float32(1)
    np.divide(passing, scores, out=passing)
    np.subtract(plus, passing, out=scores)
    scores *= live
    return scores


def _top_losses(
    scores: NDArray[np.float32], plus: NDArray[np.float32], passing: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Sum up the loss of each group, Σ passing·log(1 + exp(score)) − plus·score.

    The arrays are those of :func:`_top_residuals`, before it. −log σ(score) is log(1 + exp(score)) − score.
    """
    softplus = np.log1p(np.exp(-np.abs(scores))) + np.maximum(scores, 0)
    losses: NDArray[np.float64] = (passing * softplus - plus * scores).sum(axis=(1, 2), dtype=np.float64)
    return losses


class _Seen(NamedTuple):
    """What every group sees: rows of the input table, and the windows of its centers.

    Attributes
    ----------
    ids : int32 array (groups, S)
        The words.
    rows : float32 array (groups, S, d)
        Their rows of the input table.
    left, right : array of integers (groups, S)
        Reach of the window of each of them.
    inside : bool array (groups, C)
        False beyond the group's last center.
    windows : float32 array (groups, C, S)
        1 where a word is in a center's window, else 0.
    """

    ids: NDArray[np.int32]
    rows: NDArray[np.float32]
    left: NDArray[Any]
    right: NDArray[Any]
    inside: NDArray[np.bool_]
    windows: NDArray[np.float32]


class SkipGramPaths:
    """Skip-gram: every word of a window, by itself, predicts the center's path.

    For every center y and every word x in its window, with the nodes n of y's path, descend::

        −Σ_n log σ(s·W[x]·N[n])

    Parameters
    ----------
    shape : GroupShape
        Sizes.
    dimensions : int
        d, numbers a row.
    window_dtype : dtype
        Integer type of ``Stretch.left`` and ``right``.
    tree : Tree
        The Huffman tree.
    """

    def __init__(self, shape: GroupShape, dimensions: int, window_dtype: np.dtype[np.integer], tree: Tree) -> None:
        self.shape, self._own = shape, slice(shape.halo, shape.halo + shape.centers)
        self._mask = WindowMask(shape.centers, shape.halo, shape.chunk, window_dtype)
        self._rows = np.empty((shape.chunk * shape.span, dimensions), np.float32)
        self._windows = np.empty((shape.chunk, shape.centers, shape.span), np.float32)
        self._lower = LowerNodes(shape, dimensions)
        self._top = TopNodes(shape, dimensions, tree)
        self._pairs = np.empty((shape.chunk, shape.centers, shape.span), np.float32)

    def gradients(
        self,
        inputs: NDArray[np.float32],
        nodes: NDArray[np.float32],
        stretch: Stretch,
        groups: Groups,
        out: GroupGradients,
        with_loss: bool = False,
    ) -> None:
        """Fill ``out`` with the updates of every group, all from the tables as they are.

        A group's lower nodes are those of its centers, with all the inputs in reach. Its share of the top is that of
        its own words as *inputs*, with all the centers in reach: so every word meets the top once, not in several
        groups.

        Parameters
        ----------
        inputs, nodes : float32 array (V, d)
            The input table W and the node table N; only read.
        stretch : Stretch
            The words that the groups' positions count in.
        groups : Groups
            At most ``shape.chunk``, whole runs but for the last of a step.
        out : GroupGradients
            Of as many groups; overwritten, ``out.loss`` only if ``with_loss``.
        with_loss : bool
            Whether to compute the loss.
        """
        seen, own = self._look(inputs, stretch, groups), self._own
        self._lower.gradients(seen.rows, nodes, seen.windows, groups, out.inputs, out, with_loss)
        pairs = self._pairs[: len(groups)]
        self._mask.fill_inputs(seen.left, seen.right, pairs)
        pairs *= seen.inside[..., None]
        self._top.gradients(seen.rows[:, own], nodes, pairs, seen.ids, out.inputs[:, own], out, with_loss)

    def _look(self, inputs: NDArray[np.float32], stretch: Stretch, groups: Groups) -> _Seen:
        """Return what the groups see; rows and windows are scratch, until the next call."""
        shape, own, count = self.shape, self._own, len(groups)
        positions = groups.positions(shape)
        ids = stretch.ids.take(positions, mode="clip")
        rows = inputs.take(ids.reshape(-1), axis=0, mode="clip", out=self._rows[: count * shape.span])
        left, right = (reach.take(positions, mode="clip") for reach in (stretch.left, stretch.right))
        inside = np.arange(shape.centers) < groups.counts[:, None]
        windows = self._windows[:count]
        self._mask.fill(left[:, own] * inside, right[:, own] * inside, windows)
        return _Seen(ids, rows.reshape(count, shape.span, -1), left, right, inside, windows)
