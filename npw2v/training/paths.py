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
        lengths = self._lengths.take(ids)
        upto = np.concatenate(([0], np.cumsum(lengths)))
        whole = -(-len(ids) // size)
        source = np.arange(upto[-1]) + np.repeat(self.tree.offsets.take(ids) - upto[:-1], lengths)
        out.starts[: len(upto)], out.starts[len(upto) : whole * size + 1] = upto, upto[-1]
        out.nodes[: upto[-1]] = self.tree.nodes.take(source)
        out.signs[: upto[-1]] = self.tree.signs.take(source)
        out.owners[: upto[-1]] = np.repeat(np.arange(len(ids)), lengths)
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
        shape, words = self.shape, len(lengths)
        upto = np.concatenate(([0], np.cumsum(lengths)))
        # The first center that a group beginning at each center cannot take.
        full = np.searchsorted(upto, upto[:-1] + shape.nodes, side="right") - 1
        full = np.minimum(full, np.arange(words) + shape.centers).tolist()
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
        groups, starts = len(firsts) - 1, np.array(firsts, np.int64)
        out.firsts[:groups] = starts[:-1]
        out.counts[:groups] = np.diff(starts)
        out.nodes[:groups], out.signs[:groups], out.owners[:groups] = 0, 0, 0
        upto = np.concatenate(([0], np.cumsum(lengths)))
        center = np.repeat(np.arange(len(ids)), lengths)
        source = np.arange(upto[-1]) + np.repeat(self.tree.offsets.take(ids) - upto[:-1], lengths)
        group = np.repeat(np.arange(groups), np.diff(starts))  # of each center
        place = np.arange(upto[-1]) + np.repeat(
            np.arange(groups) * self.shape.nodes - upto[starts[:-1]], np.diff(upto[starts])
        )
        out.nodes.reshape(-1)[place] = self.tree.nodes.take(source)
        out.signs.reshape(-1)[place] = self.tree.signs.take(source)
        out.owners.reshape(-1)[place] = center - starts.take(group.take(center))
