"""Parts of an epoch: subsampled ids, windows and noise words, ready for the kernels.

The corpus is cut into *pieces* of whole sentences. Every epoch puts the pieces in a random order, and as many as come
to a certain number of words make up a *part* (:mod:`npw2v.training.plan` has the numbers). What a part holds is a pure
function of (seed, epoch, part): any worker can prepare any part, in any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.ids import FileIds, Ids, joined
from npw2v.kernels.blocks import BlockShape, Layout, Stretch
from npw2v.kernels.paths import Groups, GroupShape, PathLists
from npw2v.training.paths import PathWriter


def cut(offsets: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Cut a text where sentences end, into as few as there can be with at most ``most`` words each.

    Parameters
    ----------
    offsets : int64 (sentences + 1,)
        Where each sentence begins; the last is the number of words.
    most : a longer sentence is cut

    Returns
    -------
    int64 (n + 1,) where they begin, from 0 to the number of words.

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


class Order:
    """The order in which an epoch trains the pieces, and the parts that they make up.

    Parameters
    ----------
    cuts : int64 (pieces + 1,), where the pieces begin in the corpus
    most : words in a part; no piece has more
    rng : gives the order

    Attributes
    ----------
    cuts : int64 (parts + 1,), where the parts begin, in words of this order

    Examples
    --------
    >>> order = Order(np.array([0, 40, 80, 100]), 65, np.random.default_rng(2))
    >>> order.cuts.tolist(), order.pieces(0), order.pieces(1)
    ([0, 60, 100], (array([80,  0]), array([100,  40])), (array([40]), array([80])))
    """

    def __init__(self, cuts: NDArray[np.int64], most: int, rng: np.random.Generator) -> None:
        order = rng.permutation(len(cuts) - 1)
        self._starts, self._stops = cuts[:-1][order], cuts[1:][order]
        self._offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(self._stops - self._starts)))
        self.cuts = cut(self._offsets, most)

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
    inputs : float32 (blocks·B + 2·halo,), of the stretch's ids
    centers : float32 (blocks·B,), of its centers in the output table
    noise : float32 (blocks·M,), of its noise words
    nodes : float32 (groups, M) or (n,), of the lower nodes of its groups or lists
    top : float32 (1, K), of the top of the tree
    """

    inputs: NDArray[np.float32]
    centers: NDArray[np.float32]
    noise: NDArray[np.float32]
    nodes: NDArray[np.float32]
    top: NDArray[np.float32]


class Step(NamedTuple):
    """What is trained from one state of the tables.

    Attributes
    ----------
    stretch : its blocks
    paths : the lower nodes of the same centers, their positions counted from the stretch's begin; None without a tree
    predictions : float32 (blocks·B,), positive pairs of each center: its context words, or for CBOW one if it has any
    rates : Rates
    """

    stretch: Stretch
    paths: Groups | PathLists | None
    predictions: NDArray[np.float32]
    rates: Rates


@dataclass
class Part:
    """Room for one part; :meth:`Sampler.fill` writes it, except for the learning rates.

    Attributes
    ----------
    stretch : Stretch of full capacity
    predictions : as in :class:`Step`, of full capacity
    sizes : int64 (4,)
        Center words, blocks they fill, words before subsampling, and steps.
    bounds : int32 (capacity, 2)
        First block of every step, and its first group or, with lists, its first center; then their numbers.
    rates : Rates of full capacity; those of every step's inputs hold both halos
    paths : groups (skip-gram) or lists (CBOW) of full capacity, if there is a tree
    """

    stretch: Stretch
    predictions: NDArray[np.float32]
    sizes: NDArray[np.int64]
    bounds: NDArray[np.int32]
    rates: Rates
    paths: Groups | PathLists | None

    @staticmethod
    def layout(shape: BlockShape, words: int, window_dtype: Any, top: int = 0) -> Layout:
        """Name the arrays of a part of at most ``words`` words, with their shapes and dtypes."""
        blocks = -(-words // shape.size)
        centers, reach = blocks * shape.size, 2 * shape.halo
        return {
            "ids": ((centers + reach,), np.int32),
            "left": ((centers + reach,), window_dtype),
            "right": ((centers + reach,), window_dtype),
            "pairs": ((centers,), np.float32),
            "portions": ((centers,), np.float32),
            "noise": ((blocks * shape.noise,), np.int32),
            "predictions": ((centers,), np.float32),
            "sizes": ((4,), np.int64),
            "bounds": ((blocks + 1, 2), np.int32),
            "rates.inputs": ((centers + reach * blocks,), np.float32),
            "rates.centers": ((centers,), np.float32),
            "rates.noise": ((blocks * shape.noise,), np.float32),
            "rates.nodes": ((0,), np.float32),
            "rates.top": ((blocks, top), np.float32),
        }

    @staticmethod
    def groups_layout(shape: GroupShape, groups: int) -> Layout:
        """Name the arrays of at most so many groups, with their shapes and dtypes."""
        return {
            "firsts": ((groups,), np.int32),
            "counts": ((groups,), np.int32),
            "nodes": ((groups, shape.nodes), np.int32),
            "signs": ((groups, shape.nodes), np.float32),
            "owners": ((groups, shape.nodes), np.int32),
            "rates.nodes": ((groups, shape.nodes), np.float32),
        }

    @staticmethod
    def lists_layout(shape: BlockShape, words: int, nodes: int) -> Layout:
        """Name the arrays of so many centers with at most so many lower nodes in all."""
        return {
            "starts": ((-(-words // shape.size) * shape.size + 1,), np.int32),
            "nodes": ((nodes,), np.int32),
            "signs": ((nodes,), np.float32),
            "owners": ((nodes,), np.int32),
            "rates.nodes": ((nodes,), np.float32),
        }

    @classmethod
    def of(cls, arrays: dict[str, NDArray[Any]]) -> Part:
        """Build a part from the arrays of :meth:`layout`, and those of paths if they are there."""
        paths: Groups | PathLists | None = None
        if "firsts" in arrays:
            paths = Groups(*(arrays[name] for name in ("firsts", "counts", "nodes", "signs", "owners")))
        elif "starts" in arrays:
            paths = PathLists(*(arrays[name] for name in ("starts", "nodes", "signs", "owners")))
        return cls(
            stretch=Stretch(*(arrays[name] for name in ("ids", "left", "right", "pairs", "portions", "noise"))),
            predictions=arrays["predictions"],
            sizes=arrays["sizes"],
            bounds=arrays["bounds"],
            rates=Rates(*(arrays[f"rates.{name}"] for name in ("inputs", "centers", "noise", "nodes", "top"))),
            paths=paths,
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


class Sampler:
    """Fills parts: subsampling, windows and noise words.

    Parameters
    ----------
    ids, offsets : the encoded corpus (see :class:`npw2v.corpus.ids.EncodedCorpus`).
    cuts : where the pieces begin, from :func:`cut`.
    part_words : most words in a part
    keep : float32 (V,)
        Probability that an occurrence of each word survives subsampling.
    noise : float64 (V,)
        Cumulative noise distribution; the last value is 1.
    window : largest window; ``shrink`` draws each center's from 1 … window, otherwise all are full.
    seed : ints
        Start of the key of every part's random generator.
    skipgram : otherwise CBOW
    paths : writes the centers' paths, if there is a tree
    """

    def __init__(
        self,
        ids: Ids | FileIds,
        offsets: NDArray[np.int64],
        cuts: NDArray[np.int64],
        part_words: int,
        keep: NDArray[np.float32],
        noise: NDArray[np.float64],
        shape: BlockShape,
        window: int,
        shrink: bool,
        seed: tuple[int, ...],
        skipgram: bool = True,
        paths: PathWriter | None = None,
    ) -> None:
        self.ids, self.offsets, self.cuts, self.part_words = ids, offsets, cuts, part_words
        self.keep, self.noise = keep, noise
        self.shape, self.window, self.shrink, self.seed = shape, window, shrink, seed
        self.skipgram, self.paths = skipgram, paths
        self._subsamples = bool((keep < 1).any())
        self._orders: dict[int, Order] = {}

    def order(self, epoch: int) -> Order:
        """Return the order of an epoch."""
        if epoch not in self._orders:
            # Another key than any part's: they end in a 0 here.
            rng = np.random.default_rng((*self.seed, epoch, 0, 1))
            self._orders = {epoch: Order(self.cuts, self.part_words, rng)}
        return self._orders[epoch]

    def fill(self, epoch: int, part: int, out: Part) -> None:
        """Write part ``part`` of epoch ``epoch`` to ``out``."""
        rng = np.random.default_rng((*self.seed, epoch, part))
        starts, stops = self.order(epoch).pieces(part)
        ids, bounds = joined(self.ids, starts, stops), self._bounds(starts, stops)
        ids, lengths = self._subsampled(rng, ids, bounds)
        words, halo, size, room = len(ids), self.shape.halo, self.shape.size, out.stretch
        blocks = -(-words // size)
        centers, used, padded = blocks * size, slice(halo, halo + words), blocks * size + 2 * halo
        for array in (room.ids, room.left, room.right):
            array[:halo] = 0
            array[halo + words : padded] = 0
        room.ids[used] = ids
        left, right = self._windows(rng, words, lengths)
        room.left[used], room.right[used] = left, right
        for array in (room.pairs, room.portions, out.predictions):
            array[words:centers] = 0
        contexts = left + right
        room.pairs[:words] = context_counts(left, right)
        room.portions[:words] = (contexts > 0) / np.maximum(contexts, 1)
        out.predictions[:words] = contexts if self.skipgram else contexts > 0
        if self.shape.noise:
            room.noise[: blocks * self.shape.noise] = self._noise_words(rng, blocks)
        steps = [(block, 0) for block in ([*range(0, blocks, self.shape.blocks), blocks] if blocks else [0])]
        if self.paths is not None:
            steps = self.paths.fill(ids, size, self.shape.blocks, out.paths)
        out.bounds[: len(steps)] = steps
        out.sizes[:] = words, blocks, (stops - starts).sum(), len(steps) - 1

    def _bounds(self, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where sentences begin and end in these pieces, put one after the other."""
        firsts = np.searchsorted(self.offsets, starts, side="right")
        lasts = np.searchsorted(self.offsets, stops, side="left")
        inside = [self.offsets[first:last] for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True)]
        ends = np.cumsum(stops - starts)
        moved = np.concatenate(inside) + np.repeat(ends - stops, lasts - firsts)
        return np.sort(np.concatenate((np.zeros(1, np.int64), moved, ends)), kind="stable")

    def _subsampled(
        self, rng: np.random.Generator, ids: NDArray[np.int32], bounds: NDArray[np.int64]
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Words that survive subsampling, and how many there are between the bounds."""
        if not self._subsamples:
            return ids, np.diff(bounds)
        kept = rng.random(len(ids), dtype=np.float32) < self.keep[ids]
        before = np.zeros(len(ids) + 1, np.int64)
        np.cumsum(kept, out=before[1:])
        return ids[kept], np.diff(before[bounds])

    def _windows(self, rng: np.random.Generator, words: int, lengths: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        """How many words each center's window takes on either side, inside its sentence."""
        ends = np.cumsum(lengths)
        position = np.arange(words)
        left = position - np.repeat(ends - lengths, lengths)
        right = np.repeat(ends, lengths) - 1 - position
        if self.shrink:
            reach = rng.integers(1, self.window + 1, size=words)
            return np.minimum(left, reach), np.minimum(right, reach)
        return np.minimum(left, self.window), np.minimum(right, self.window)

    def _noise_words(self, rng: np.random.Generator, blocks: int) -> NDArray[np.int32]:
        """M noise words for each block, by systematic and stratified sampling.

        In the part every word comes up floor or ceil of draws · probability times. Of M shares of the distribution,
        each as probable as the others, a block draws one word from each, the most frequent ones first. So each draw
        of some block has the noise distribution, and how often a word is drawn, and how frequent a block's words are,
        varies less than with independent draws. CBOW with M = 24, five epochs on the text8-format corpus in its order,
        seeds 1 to 3, scores .2366 in analogies with strata, .2316 without.
        """
        count = blocks * self.shape.noise
        upto = (self.noise * count + rng.random()).astype(np.int64)
        upto[-1] = count
        counts = upto.copy()
        counts[1:] -= upto[:-1]
        strata = np.arange(len(upto), dtype=np.int32).repeat(counts).reshape(self.shape.noise, blocks)
        rng.permuted(strata, axis=1, out=strata)
        return np.ascontiguousarray(strata.T).reshape(-1)


def context_counts(left: NDArray[Any], right: NDArray[Any]) -> NDArray[np.int64]:
    """Count for each position the windows, other than its own, that hold it.

    Parameters
    ----------
    left, right : int (n,)
        How far the window of each position reaches; inside 0 … n − 1.

    Examples
    --------
    >>> context_counts(np.array([0, 1, 1]), np.array([2, 1, 0])).tolist()
    [1, 2, 2]
    """
    words = len(left)
    position = np.arange(words)
    opened = np.bincount(position - left, minlength=words)
    closed = np.bincount(position + right + 1, minlength=words + 1)[:words]
    return np.cumsum(opened - closed) - 1
