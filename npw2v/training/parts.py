"""Parts of an epoch: subsampled ids, windows and noise words, ready for the kernels.

The corpus is cut into *pieces* of whole sentences. Every epoch puts the pieces in a random order, and as many as come
to a certain number of words make up a *part* (:mod:`npw2v.training.plan` has the numbers). What a part holds is a pure
function of (seed, epoch, part): any worker can prepare any part, in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from npw2v.kernels.blocks import BlockShape, Layout, Stretch
from npw2v.kernels.paths import Groups, GroupShape, ListShape, PathLists
from npw2v.training.naming import named, viewed


def cut(offsets: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Cut a text where sentences end, into as few as there can be with at most ``most`` words each.

    Parameters
    ----------
    offsets : int64 array (sentences + 1,)
        Where each sentence begins; the last is the number of words.
    most : int
        A longer sentence is cut.

    Returns
    -------
    int64 array (n + 1,)
        Where they begin, from 0 to the number of words.

    Examples
    --------
    >>> cut(np.array([0, 3, 5, 9, 30]), most=10).tolist()
    [0, 9, 19, 29, 30]
    """
    total = int(offsets[-1])
    cuts = [0]
    while cuts[-1] < total:
        limit = cuts[-1] + most
        end = int(offsets[np.searchsorted(offsets, limit, side="right") - 1])
        cuts.append(end if end > cuts[-1] else min(limit, total))
    return np.array(cuts, np.int64)


def spread(offsets: NDArray[np.int64], parts: int) -> NDArray[np.int64]:
    """Cut a text where pieces end, into so many parts of about the same size.

    Parameters
    ----------
    offsets : int64 array (pieces + 1,)
        Where each piece begins; the last is the number of words.
    parts : int

    Returns
    -------
    int64 array (parts + 1,)
        Where they begin, from 0 to the number of words. No part has a whole piece more than its share.

    Examples
    --------
    >>> spread(np.array([0, 4, 8, 12, 16]), 3).tolist()
    [0, 4, 8, 16]
    """
    wanted = np.arange(parts + 1) * int(offsets[-1]) // parts
    return offsets[np.searchsorted(offsets, wanted, side="right") - 1]


class Order:
    """The order in which an epoch trains the pieces, and the parts that they make up.

    Parameters
    ----------
    cuts : int64 array (pieces + 1,)
        Where the pieces begin in the corpus.
    most : int
        Words in a part; no piece has more.
    rng : numpy.random.Generator
        Gives the order.
    rounds : int, optional
        Cut the epoch into so many parts of about the same size, which may be empty; None for as few as there can be.

    Attributes
    ----------
    cuts : int64 array (parts + 1,)
        Where the parts begin, in words of this order.

    Examples
    --------
    >>> order = Order(np.array([0, 40, 80, 100]), 65, np.random.default_rng(2))
    >>> order.cuts.tolist(), order.pieces(0), order.pieces(1)
    ([0, 60, 100], (array([80,  0]), array([100,  40])), (array([40]), array([80])))
    """

    def __init__(self, cuts: NDArray[np.int64], most: int, rng: np.random.Generator, rounds: int | None = None) -> None:
        order = rng.permutation(len(cuts) - 1)
        self._starts, self._stops = cuts[:-1][order], cuts[1:][order]
        self._offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(self._stops - self._starts)))
        self.cuts = cut(self._offsets, most) if rounds is None else spread(self._offsets, rounds)

    def __len__(self) -> int:
        """Count the parts."""
        return len(self.cuts) - 1

    def pieces(self, part: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the pieces of a part begin and where they end in the corpus."""
        first, last = np.searchsorted(self._offsets, self.cuts[part : part + 2])
        return self._starts[first:last], self._stops[first:last]


class Rates(NamedTuple):
    """Learning rates of one step, or of all steps of a part: damped, and for the inputs times their lock factors.

    Until :func:`npw2v.kernels.damping.damp` has turned them into rates, the numbers of the rows' updates stand there.

    Attributes
    ----------
    inputs : float32 array (blocks·B + 2·halo,)
        Of the stretch's ids.
    centers : float32 array (blocks·B,)
        Of its centers in the output table.
    noise : float32 array (blocks·M,)
        Of its noise words.
    nodes : float32 array (groups, M) or (n,)
        Of the lower nodes of its groups or lists.
    top : float32 array (1, K)
        Of the top of the tree.
    """

    inputs: NDArray[np.float32]
    centers: NDArray[np.float32]
    noise: NDArray[np.float32]
    nodes: NDArray[np.float32]
    top: NDArray[np.float32]

    @staticmethod
    def layout(shape: BlockShape, blocks: int, nodes: tuple[int, ...], top: int) -> Layout:
        """Name the arrays of a part of at most so many blocks, each of which may be a step of its own.

        Parameters
        ----------
        shape : BlockShape
        blocks : int
        nodes : tuple of int
            Shape of ``nodes``.
        top : int
            K.
        """
        return {
            "inputs": ((blocks * shape.span,), np.float32),
            "centers": ((blocks * shape.size,), np.float32),
            "noise": ((blocks * shape.noise,), np.float32),
            "nodes": (nodes, np.float32),
            "top": ((blocks, top), np.float32),
        }


class Step(NamedTuple):
    """What is trained from one state of the tables.

    Attributes
    ----------
    stretch : Stretch
        Its blocks.
    paths : Groups, PathLists or None
        The lower nodes of the same centers, their positions counted from the stretch's begin; None without a tree.
    predictions : float32 array (blocks·B,)
        Positive pairs of each center: its context words, or for CBOW one if it has any.
    rates : Rates
        Of the rows that it updates.
    """

    stretch: Stretch
    paths: Groups | PathLists | None
    predictions: NDArray[np.float32]
    rates: Rates


@dataclass
class Part:
    """Room for one part; :meth:`npw2v.training.sampling.Sampler.fill` writes it, except for the learning rates.

    Attributes
    ----------
    stretch : Stretch
        Of full capacity, as all arrays here.
    predictions : float32 array (centers,)
        As in :class:`Step`.
    sizes : int64 array (4,)
        Center words, blocks they fill, words before subsampling, and steps.
    bounds : int32 array (blocks + 1, 2)
        First block of every step, and its first group or, with lists, its first center; then their numbers.
    rates : Rates
        Those of every step's inputs hold both halos.
    paths : Groups, PathLists or None
        For skip-gram or for CBOW, if there is a tree.
    """

    stretch: Stretch
    predictions: NDArray[np.float32]
    sizes: NDArray[np.int64]
    bounds: NDArray[np.int32]
    rates: Rates
    paths: Groups | PathLists | None

    @staticmethod
    def layout(
        shape: BlockShape,
        words: int,
        window_dtype: DTypeLike,
        paths: GroupShape | ListShape | None = None,
        most_paths: int = 0,
    ) -> Layout:
        """Name the arrays of a part, with their shapes and dtypes.

        Parameters
        ----------
        shape : BlockShape
        words : int
            Most words in the part.
        window_dtype : dtype
            Of the windows.
        paths : GroupShape, ListShape or None
            Sizes of the paths, if there is a tree.
        most_paths : int
            Most groups of the part or, with lists, most lower nodes.
        """
        blocks = -(-words // shape.size)
        centers, room = blocks * shape.size, Layout()
        nodes: tuple[int, ...] = (0,)
        if isinstance(paths, GroupShape):
            room, nodes = Groups.layout(paths, most_paths), (most_paths, paths.nodes)
        elif paths is not None:
            room, nodes = PathLists.layout(centers, most_paths), (most_paths,)
        return {
            **named("stretch", Stretch.layout(shape, blocks, window_dtype)),
            "predictions": ((centers,), np.float32),
            "sizes": ((4,), np.int64),
            "bounds": ((blocks + 1, 2), np.int32),
            **named("rates", Rates.layout(shape, blocks, nodes, 0 if paths is None else paths.top)),
            **named("paths", room),
        }

    @classmethod
    def of(
        cls, arrays: Mapping[str, NDArray[Any]], paths: GroupShape | ListShape | None = None, prefix: str = ""
    ) -> Part:
        """Build a part from the arrays of :meth:`layout`, before whose names ``prefix`` stands."""
        record: Any = Groups if isinstance(paths, GroupShape) else PathLists
        return cls(
            stretch=viewed(Stretch, f"{prefix}stretch", arrays),
            predictions=arrays[f"{prefix}predictions"],
            sizes=arrays[f"{prefix}sizes"],
            bounds=arrays[f"{prefix}bounds"],
            rates=viewed(Rates, f"{prefix}rates", arrays),
            paths=None if paths is None else viewed(record, f"{prefix}paths", arrays),
        )

    def steps(self, shape: BlockShape) -> Iterator[Step]:
        """Return the steps, as views."""
        return (self.span(shape, number, number + 1) for number in range(int(self.sizes[3])))

    def span(self, shape: BlockShape, begin: int, end: int) -> Step:
        """Return steps ``begin`` to ``end`` as if they were one, as views; ``rates.inputs`` has all their halos."""
        (start, first), (stop, last) = self.bounds[begin].tolist(), self.bounds[end].tolist()
        size, reach = shape.size, 2 * shape.halo
        centers = slice(start * size, stop * size)
        paths: Groups | PathLists | None = None
        if isinstance(self.paths, Groups):
            paths = self.paths.cut(first, last).counted_from(centers.start)
            nodes = slice(first, last)
        elif self.paths is not None:
            paths = self.paths.cut(first, last)
            nodes = slice(int(self.paths.starts[first]), int(self.paths.starts[last]))
        else:
            nodes = slice(0, 0)
        rates = Rates(
            self.rates.inputs[centers.start + begin * reach : centers.stop + end * reach],
            self.rates.centers[centers],
            self.rates.noise[start * shape.noise : stop * shape.noise],
            self.rates.nodes[nodes],
            self.rates.top[begin:end],
        )
        return Step(self.stretch.cut(shape, start, stop), paths, self.predictions[centers], rates)

    def done_before(self) -> NDArray[np.float64]:
        """Return the words before subsampling that precede each step, as near as its blocks tell."""
        _, blocks, read, steps = (int(n) for n in self.sizes)
        return self.bounds[:steps, 0].astype(np.float64) * (read / max(blocks, 1))
