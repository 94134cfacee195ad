"""Fills parts: subsampling, windows and noise words, from the ids of the corpus."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.ids import FileIds, Ids, joined
from npw2v.kernels.blocks import BlockShape
from npw2v.training.parts import Order, Part
from npw2v.training.paths import PathWriter

#: Where a vocabulary has more words than this for each that is drawn, those drawn are searched for one by one.
SEARCHED = 16


class Sampler:
    """Fills parts: subsampling, windows and noise words.

    Parameters
    ----------
    ids : int32 array or FileIds
        The encoded corpus, see :class:`npw2v.corpus.ids.EncodedCorpus`.
    offsets : int64 array (sentences + 1,)
        Where its sentences begin.
    cuts : int64 array (pieces + 1,)
        Where the pieces begin, from :func:`npw2v.training.parts.cut`.
    part_words : int
        Most words in a part.
    keep : float32 array (V,)
        Probability that an occurrence of each word survives subsampling.
    noise : float64 array (V,)
        Cumulative noise distribution; the last value is 1.
    shape : BlockShape
    window : int
        Largest window.
    shrink : bool
        Draw each center's window from 1 … ``window``; otherwise all are full.
    seed : tuple of int
        Start of the key of every part's random generator.
    skipgram : bool
        Otherwise CBOW.
    paths : PathWriter or None
        Writes the centers' paths, if there is a tree.
    rounds : int, optional
        See :class:`npw2v.training.parts.Order`.
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
        rounds: int | None = None,
    ) -> None:
        self.ids, self.offsets, self.cuts, self.part_words = ids, offsets, cuts, part_words
        self.keep, self.noise = keep, noise
        self.shape, self.window, self.shrink, self.seed = shape, window, shrink, seed
        self.skipgram, self.paths, self.rounds = skipgram, paths, rounds
        self._subsamples = bool((keep < 1).any())
        self._orders: dict[int, Order] = {}

    def order(self, epoch: int) -> Order:
        """Return the order of an epoch."""
        if epoch not in self._orders:
            # Another key than any part's: they end in a 0 here.
            rng = np.random.default_rng((*self.seed, epoch, 0, 1))
            self._orders = {epoch: Order(self.cuts, self.part_words, rng, self.rounds)}
        return self._orders[epoch]

    def fill(self, epoch: int, part: int, out: Part) -> None:
        """Write part ``part`` of epoch ``epoch`` to ``out``."""
        rng = np.random.default_rng((*self.seed, epoch, part))
        starts, stops = self.order(epoch).pieces(part)
        known = joined(self.ids, starts, stops)
        ids, lengths = self._subsampled(rng, known, self._bounds(starts, stops))
        words, halo, size, room = len(ids), self.shape.halo, self.shape.size, out.stretch
        blocks = -(-words // size)
        centers, used, padded = blocks * size, slice(halo, halo + words), blocks * size + 2 * halo
        for array in (room.ids, room.left, room.right):
            array[:halo] = 0
            array[halo + words : padded] = 0
        room.ids[used] = ids
        left, right = room.left[used], room.right[used]
        self._windows(rng, lengths, left, right)
        for array in (room.pairs, room.portions, out.predictions):
            array[words:centers] = 0
        contexts = left + right
        predicts = contexts > 0
        room.pairs[:words] = context_counts(left, right)
        np.divide(predicts, np.maximum(contexts, 1), out=room.portions[:words], dtype=np.float32)
        out.predictions[:words] = contexts if self.skipgram else predicts
        if self.shape.noise:
            self._noise_words(rng, room.noise[: blocks * self.shape.noise].reshape(blocks, self.shape.noise))
        steps = [(block, 0) for block in ([*range(0, blocks, self.shape.blocks), blocks] if blocks else [0])]
        if self.paths is not None:
            steps = self.paths.fill(ids, size, self.shape.blocks, out.paths)
        out.bounds[: len(steps)] = steps
        out.sizes[:] = words, blocks, len(known), len(steps) - 1

    def _bounds(self, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where sentences begin and end in these pieces, put one after the other."""
        firsts, lasts = self.offsets.searchsorted(starts, side="right"), self.offsets.searchsorted(stops)
        inside = [self.offsets[first:last] for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True)]
        ends = (stops - starts).cumsum()
        moved = np.concatenate(inside) + (ends - stops).repeat(lasts - firsts)
        bounds = np.concatenate((np.zeros(1, np.int64), moved, ends))
        bounds.sort(kind="stable")
        return bounds

    def _subsampled(
        self, rng: np.random.Generator, ids: NDArray[np.int32], bounds: NDArray[np.int64]
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Words that survive subsampling, and how many there are between the bounds."""
        if not self._subsamples:
            return ids, np.diff(bounds)
        survivors = np.flatnonzero(rng.random(len(ids), dtype=np.float32) < self.keep.take(ids))
        return ids.take(survivors), np.diff(survivors.searchsorted(bounds))

    def _windows(
        self, rng: np.random.Generator, lengths: NDArray[Any], left: NDArray[Any], right: NDArray[Any]
    ) -> None:
        """Write how many words each center's window takes on either side, inside its sentence."""
        words = len(left)
        firsts = np.cumsum(lengths) - lengths
        before = np.arange(words, dtype=np.int32) - firsts.astype(np.int32).repeat(lengths)
        after = (lengths - 1).astype(np.int32).repeat(lengths) - before
        # 32 random bits make a number either way, but int32 is half of what has to be moved.
        reach = rng.integers(1, self.window + 1, size=words, dtype=np.int32) if self.shrink else self.window
        left[...], right[...] = np.minimum(before, reach), np.minimum(after, reach)

    def _noise_words(self, rng: np.random.Generator, out: NDArray[np.int32]) -> None:
        """Write M noise words for each block, (blocks, M), by systematic and stratified sampling.

        In the part every word comes up floor or ceil of draws · probability times. Of M shares of the distribution,
        each as probable as the others, a block draws one word from each, the most frequent ones first. So each draw
        of some block has the noise distribution, and how often a word is drawn, and how frequent a block's words are,
        varies less than with independent draws. CBOW with M = 24, five epochs on the text8-format corpus in its order,
        seeds 1 to 3, scores .2366 in analogies with strata, .2316 without.
        """
        strata = drawn(self.noise, out.size, rng.random()).reshape(out.shape[::-1])
        out[...] = rng.permuted(strata, axis=1, out=strata).T


def drawn(noise: NDArray[np.float64], count: int, shift: float) -> NDArray[np.intp]:
    """Draw words systematically: as many as asked for, in order, each floor or ceil of count · probability times.

    Word i ends at floor(noise[i] · count + shift), where the next one begins.

    Parameters
    ----------
    noise : float64 array (V,)
        Cumulative distribution; the last value is 1.
    count : int
        How many.
    shift : float
        Below 1, at random.

    Returns
    -------
    intp array (count,)
        Of the type that NumPy shuffles in two thirds of the time that smaller ones take.

    Examples
    --------
    >>> drawn(np.array([0.5, 0.9, 1.0]), 4, 0.25).tolist()
    [0, 0, 1, 2]
    """
    if len(noise) <= SEARCHED * count:
        upto = (noise * count + shift).astype(np.int64)
        upto[-1] = count
        counts = upto.copy()
        counts[1:] -= upto[:-1]
        return np.arange(len(noise), dtype=np.intp).repeat(counts)
    wanted = np.arange(1, count + 1)
    words = noise.searchsorted((wanted - shift) / count)
    # The quotient is rounded otherwise than the product.
    words += noise.take(words) * count + shift < wanted
    words -= (noise.take(words - 1) * count + shift >= wanted) & (words > 0)
    return words


def context_counts(left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """Count for each position the windows, other than its own, that hold it.

    Parameters
    ----------
    left, right : int array (n,)
        How far the window of each position reaches; inside 0 … n − 1.

    Returns
    -------
    int array (n,)
        Of the same type, which must hold twice the farthest reach.

    Examples
    --------
    >>> context_counts(np.array([0, 1, 1]), np.array([2, 1, 0])).tolist()
    [1, 2, 2]
    """
    counts = np.zeros_like(left)
    for distance in range(1, int(max(left.max(initial=0), right.max(initial=0))) + 1):
        counts[distance:] += right[:-distance] >= distance
        counts[:-distance] += left[distance:] >= distance
    return counts
