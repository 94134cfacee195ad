"""The paths of a part's centers through the Huffman tree, put together as the kernels want them.

CBOW's kernel takes them as one list (:class:`Lister`), skip-gram's in groups of consecutive centers (:class:`Grouper`);
see :mod:`npw2v.kernels.paths`.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.paths import Groups, GroupShape, PathLists, Tree


class PathWriter(Protocol):
    """What prepares the paths of a part's centers: :class:`Lister` for CBOW, :class:`Grouper` for skip-gram."""

    def fill(self, ids: NDArray[np.int32], size: int, blocks: int, out: Any) -> list[tuple[int, int]]:
        """Write the paths of some centers and choose where the steps begin.

        Parameters
        ----------
        ids : int32 array (n,)
            The centers.
        size : int
            B, centers a block; a step is whole blocks.
        blocks : int
            Most blocks a step.
        out : PathLists or Groups
            Of enough room; overwritten from its beginning.

        Returns
        -------
        list of (int, int)
            First block of every step, and its first center or group; then their numbers.
        """


class Lister:
    """Lists the lower nodes of centers.

    Parameters
    ----------
    tree : Tree
        The Huffman tree.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._lengths = np.diff(tree.offsets)

    def fill(self, ids: NDArray[np.int32], size: int, blocks: int, out: PathLists) -> list[tuple[int, int]]:
        """See :class:`PathWriter`; padding up to a whole block counts as centers without nodes."""
        lengths, tree = self._lengths.take(ids), self.tree
        upto, whole = summed(lengths), -(-len(ids) // size)
        source = sources(tree, ids, lengths, upto)
        out.starts[: len(upto)], out.starts[len(upto) : whole * size + 1] = upto, len(source)
        tree.nodes.take(source, mode="clip", out=out.nodes[: len(source)])
        tree.signs.take(source, mode="clip", out=out.signs[: len(source)])
        out.owners[: len(source)] = np.arange(len(ids), dtype=np.int32).repeat(lengths)
        return [(block, block * size) for block in [*range(0, whole, blocks), whole]]


class Grouper:
    """Cuts centers into steps and groups.

    Parameters
    ----------
    shape : GroupShape
        Sizes.
    tree : Tree
        The Huffman tree.
    """

    def __init__(self, shape: GroupShape, tree: Tree) -> None:
        self.shape, self.tree = shape, tree
        self._lengths = np.diff(tree.offsets)

    def fill(self, ids: NDArray[np.int32], size: int, blocks: int, out: Groups) -> list[tuple[int, int]]:
        """See :class:`PathWriter`."""
        lengths = self._lengths.take(ids)
        firsts, steps = self.bounds(lengths, size, blocks)
        self._write(ids, lengths, firsts, out)
        return steps

    def bounds(self, lengths: NDArray[np.int64], size: int, blocks: int) -> tuple[list[int], list[tuple[int, int]]]:
        """Choose where groups and steps begin.

        Parameters
        ----------
        lengths : int64 array (n,)
            Lower nodes of each center.
        size : int
            B, centers a block; a step is whole blocks.
        blocks : int
            Most blocks a step.

        Returns
        -------
        firsts : list of int
            First center of every group, then the number of centers.
        steps : list of (int, int)
            First block and first group of every step, then their numbers.
        """
        shape, words, upto = self.shape, len(lengths), summed(lengths)
        # The first center that a group beginning at each center cannot take: the one whose node would be one too many.
        owners = np.append(np.arange(words, dtype=np.int32).repeat(lengths), np.int32(words))
        full = owners.take(upto[:-1] + shape.nodes, mode="clip")
        full = np.minimum(full, np.arange(shape.centers, words + shape.centers)).tolist()
        firsts, steps, position = [0], [(0, 0)], 0
        while position < words:
            begin, most = position, len(firsts) + shape.groups
            end = min(words, begin + blocks * size)
            while position < end and len(firsts) < most:
                position = min(full[position], end)
                firsts.append(position)
            if position < end:  # no room for more groups: the step ends with the last whole block
                position = begin + (position - begin) // size * size
                while firsts[-1] > position:
                    firsts.pop()
                if firsts[-1] < position:
                    firsts.append(position)
            steps.append((-(-position // size), len(firsts) - 1))
        return firsts, steps

    def _write(self, ids: NDArray[np.int32], lengths: NDArray[np.int64], firsts: list[int], out: Groups) -> None:
        """Write the groups that begin at ``firsts`` (see :meth:`bounds`) of the centers ``ids`` to ``out``."""
        groups, tree = len(firsts) - 1, self.tree
        starts, upto = np.fromiter(firsts, np.int64, groups + 1), summed(lengths)
        counts = np.diff(starts)
        out.firsts[:groups], out.counts[:groups] = starts[:-1], counts
        source = sources(tree, ids, lengths, upto)
        owners = np.arange(len(ids), dtype=np.int32) - starts[:-1].astype(np.int32).repeat(counts)
        used = np.arange(self.shape.nodes) < np.diff(upto.take(starts))[:, None]
        for array, values in (
            (out.nodes, tree.nodes.take(source)),
            (out.signs, tree.signs.take(source)),
            (out.owners, owners.repeat(lengths)),
        ):
            array[:groups] = 0
            array[:groups][used] = values


def summed(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each of some lists begins, if they stand one after the other, and where the last one ends."""
    upto = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=upto[1:])
    return upto


def sources(
    tree: Tree, ids: NDArray[np.int32], lengths: NDArray[np.int64], upto: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return where in the tree's lists the lower nodes of centers are, one center after the other.

    Parameters
    ----------
    tree : Tree
    ids : int32 array (n,)
        The centers.
    lengths : int64 array (n,)
        How many lower nodes each of them has.
    upto : int64 array (n + 1,)
        Their sums.
    """
    places = np.arange(upto[-1])
    places += (tree.offsets.take(ids) - upto[:-1]).repeat(lengths)
    return places
