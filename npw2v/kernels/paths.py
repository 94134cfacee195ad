"""Paths: what the kernels of hierarchical softmax work on, ``hierarchy_skipgram`` and ``hierarchy_cbow``.

A center y has the inner nodes n of its path through the Huffman tree and at each of them a sign s, +1 for branch 0 and
−1 for branch 1. For an input h, with the rows N of the node table, the kernels descend::

    −Σ_n log σ(s·h·N[n])

which is −log p(y | h) of the tree (Morin & Bengio 2005; Mikolov et al. 2013, eq. 3). As in negative sampling, a node
whose dot product with h reaches 6 is left alone.

The paths differ in length. The inner nodes with the highest counts, K of them, are the *top* of the tree: nearly every
path begins there, so they are one small dense table. What is left of a path, its lower nodes, is a list.

CBOW makes one prediction a center, so every lower node of a center is one dot product: :class:`PathLists`.

In skip-gram all the words of a window meet all the nodes of its center. A *group* is up to C consecutive centers whose
lists hold at most M nodes in all, with the words in reach of them: S = C + 2·halo words. All their dot products are one
small matrix product, as in :mod:`npw2v.kernels.blocks`, of which a mask keeps those of a center's nodes with its own
window.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import BlockShape, Layout


@dataclass(frozen=True)
class GroupShape:
    """Sizes of the groups (see the module).

    Attributes
    ----------
    centers : int
        C, most center words a group.
    nodes : int
        M, most lower nodes a group.
    top : int
        K, nodes of the top of the tree.
    halo : int
        Context words that a group can reach on either side.
    run : int
        Groups whose gradients of the top are summed up; a worker's share is whole runs.
    groups : int
        Most groups a step.
    chunk : int
        Groups computed by one round of NumPy calls, whole runs; it never changes a result.
    """

    centers: int
    nodes: int
    top: int
    halo: int
    run: int
    groups: int
    chunk: int

    @property
    def span(self) -> int:
        """S = C + 2·halo, the words that a group sees."""
        return self.centers + 2 * self.halo

    def runs(self, groups: int) -> int:
        """Count the runs that so many groups make, the last one perhaps shorter."""
        return -(-groups // self.run)


@dataclass(frozen=True)
class ListShape:
    """Sizes for CBOW (see the module).

    Attributes
    ----------
    top : int
        K, nodes of the top of the tree.
    longest : int
        Most lower nodes of a word.
    """

    top: int
    longest: int


@dataclass(frozen=True)
class Tree:
    """The Huffman tree, cut below its top (:func:`npw2v.vocabulary.huffman.cut_tree`).

    The sign of a word at an inner node is +1 where its path takes branch 0, −1 for branch 1, 0 where it does not pass.

    The path of a word is a prefix, its nodes in the top, and then its lower nodes. Many words share a prefix, as all
    those do whose paths leave the top by the same branch of the same node; so a prefix is kept once, as K signs, in two
    matrices that count pairs when they are multiplied by them.

    Attributes
    ----------
    nodes : int32 array (n,)
        Lower nodes of every word's path, one word after the other: rows of the node table.
    signs : float32 array (n,)
        The word's sign at each of them.
    offsets : int64 array (V + 1,)
        Where each word's lower nodes begin.
    prefix : int32 array (V,)
        The prefix of each word's path: a row of ``plus`` and ``passes``.
    plus : float32 array (prefixes, K)
        1 where the prefix has the sign +1 at the top's node, otherwise 0.
    passes : float32 array (prefixes, K)
        1 where the prefix passes the top's node, with either sign, otherwise 0.
    """

    nodes: NDArray[np.int32]
    signs: NDArray[np.float32]
    offsets: NDArray[np.int64]
    prefix: NDArray[np.int32]
    plus: NDArray[np.float32]
    passes: NDArray[np.float32]

    @property
    def top(self) -> int:
        """K, nodes of the top."""
        return int(self.plus.shape[1])

    def top_rows(self, rows: int) -> slice:
        """Return where the top is in a node table of ``rows`` rows.

        The nodes are numbered by ascending counts, and there is one less than words, so that the table's last row is
        none: the top is the K rows before it.
        """
        first = max(0, rows - 1 - self.top)
        return slice(first, first + self.top)


@dataclass(frozen=True)
class Groups:
    """Consecutive groups of one part of an epoch.

    Attributes
    ----------
    firsts : int32 array (groups,)
        Position of each group's first center, counted without the halo.
    counts : int32 array (groups,)
        Centers of each group.
    nodes : int32 array (groups, M)
        Lower nodes, padded with 0.
    signs : float32 array (groups, M)
        Their signs for the center that they belong to; 0 for padding.
    owners : int32 array (groups, M)
        Which of the group's centers that is; 0 for padding.
    """

    firsts: NDArray[np.int32]
    counts: NDArray[np.int32]
    nodes: NDArray[np.int32]
    signs: NDArray[np.float32]
    owners: NDArray[np.int32]

    @classmethod
    def layout(cls, shape: GroupShape, groups: int) -> Layout:
        """Return the shapes and dtypes of the arrays of so many groups."""
        return {
            "firsts": ((groups,), np.int32),
            "counts": ((groups,), np.int32),
            "nodes": ((groups, shape.nodes), np.int32),
            "signs": ((groups, shape.nodes), np.float32),
            "owners": ((groups, shape.nodes), np.int32),
        }

    def __len__(self) -> int:
        """Count the groups."""
        return len(self.firsts)

    def cut(self, start: int, stop: int) -> Groups:
        """Return groups ``start`` to ``stop``, as views."""
        rows = slice(start, stop)
        return Groups(self.firsts[rows], self.counts[rows], self.nodes[rows], self.signs[rows], self.owners[rows])

    def counted_from(self, position: int) -> Groups:
        """Return the same groups with their positions counted from another one on."""
        return replace(self, firsts=self.firsts - np.int32(position))

    def positions(self, shape: GroupShape) -> NDArray[np.int32]:
        """Return the positions that each group sees, (groups, S), counted with the halo, perhaps past the end."""
        positions: NDArray[np.int32] = np.add.outer(self.firsts, np.arange(shape.span, dtype=np.int32))
        return positions


@dataclass(frozen=True)
class GroupGradients:
    """Where skip-gram's kernel leaves its updates, unscaled by alpha: ascent directions, to be *added* to the tables.

    Attributes
    ----------
    inputs : float32 array (groups, S, d)
        For the rows of the input table at ``Groups.positions``.
    nodes : float32 array (groups, M, d)
        For the rows ``Groups.nodes`` of the node table; 0 for padding.
    top : float32 array (runs, K, d)
        For the rows of the top, of which each gets the sum over all runs.
    loss : float64 array (groups,)
        The summed loss of the group's pairs.
    """

    inputs: NDArray[np.float32]
    nodes: NDArray[np.float32]
    top: NDArray[np.float32]
    loss: NDArray[np.float64]

    @classmethod
    def layout(cls, shape: GroupShape, dimensions: int) -> Layout:
        """Return the shapes and dtypes of the arrays of a whole step."""
        return {
            "inputs": ((shape.groups, shape.span, dimensions), np.float32),
            "nodes": ((shape.groups, shape.nodes, dimensions), np.float32),
            "top": ((shape.runs(shape.groups), shape.top, dimensions), np.float32),
            "loss": ((shape.groups,), np.float64),
        }

    def cut(self, shape: GroupShape, start: int, stop: int) -> GroupGradients:
        """Return those of groups ``start`` (the first of a run) to ``stop``, as views."""
        rows, runs = slice(start, stop), slice(start // shape.run, shape.runs(stop))
        return GroupGradients(self.inputs[rows], self.nodes[rows], self.top[runs], self.loss[rows])


class PathLists(NamedTuple):
    """The lower nodes of consecutive centers.

    Attributes
    ----------
    starts : int32 array (centers + 1,)
        Where each center's nodes begin.
    nodes : int32 array (n,)
        The nodes, center after center.
    signs : float32 array (n,)
        Their signs for the center that they belong to.
    owners : int32 array (n,)
        Which center that is.
    """

    starts: NDArray[np.int32]
    nodes: NDArray[np.int32]
    signs: NDArray[np.float32]
    owners: NDArray[np.int32]

    @classmethod
    def layout(cls, centers: int, nodes: int) -> Layout:
        """Return the shapes and dtypes of the arrays of so many centers that have so many lower nodes in all."""
        return {
            "starts": ((centers + 1,), np.int32),
            "nodes": ((nodes,), np.int32),
            "signs": ((nodes,), np.float32),
            "owners": ((nodes,), np.int32),
        }

    def cut(self, start: int, stop: int) -> PathLists:
        """Return centers ``start`` to ``stop``, counted from there; nodes and signs are views."""
        first, last = self.starts[start], self.starts[stop]
        return PathLists(
            self.starts[start : stop + 1] - first,
            self.nodes[first:last],
            self.signs[first:last],
            self.owners[first:last] - np.int32(start),
        )


class ListGradients(NamedTuple):
    """Where CBOW's kernel leaves its updates, unscaled by alpha: ascent directions, to be *added* to the tables.

    Attributes
    ----------
    inputs : float32 array (units, R, d)
        As in :class:`npw2v.kernels.blocks.Gradients`.
    hidden : float32 array (blocks·B, d)
        The h of every center, which its nodes get times their ``coefficients``.
    coefficients : float32 array (n,)
        A number for each of the rows ``PathLists.nodes`` of the node table.
    top : float32 array (blocks, K, d)
        For the rows of the top, of which each gets the sum over all blocks.
    loss : float64 array (blocks·B,)
        The loss of each center.
    """

    inputs: NDArray[np.float32]
    hidden: NDArray[np.float32]
    coefficients: NDArray[np.float32]
    top: NDArray[np.float32]
    loss: NDArray[np.float64]

    @classmethod
    def layout(cls, blocks: BlockShape, shape: ListShape, dimensions: int) -> Layout:
        """Return the shapes and dtypes of the arrays of a whole step."""
        centers = blocks.blocks * blocks.size
        return {
            "inputs": ((blocks.units(blocks.blocks), blocks.rows, dimensions), np.float32),
            "hidden": ((centers, dimensions), np.float32),
            "coefficients": ((centers * shape.longest,), np.float32),
            "top": ((blocks.blocks, shape.top, dimensions), np.float32),
            "loss": ((centers,), np.float64),
        }
