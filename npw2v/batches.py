"""Parts of an epoch: subsampled ids, windows and noise words, ready for the kernels.

An epoch is cut into *parts* of whole sentences, at most ``PART_WORDS`` words each (a sentence longer than that is cut
there). What a part holds is a pure function of (seed, epoch, part): any worker can prepare any part, in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import BlockShape, Stretch
from npw2v.kernels.paths import Grouper, Groups, PathShape

#: Words of the encoded corpus in one part: large against a step, so that the last, smaller step of a part costs little.
PART_WORDS = 65_536


def cut_into_parts(offsets: NDArray[np.int64], part_words: int = PART_WORDS) -> NDArray[np.int64]:
    """Choose where the parts begin: at sentence ends, as few parts as fit.

    Parameters
    ----------
    offsets : int64 (sentences + 1,)
        Where each sentence begins in the encoded ids; the last is their number.
    part_words : most words in a part; a longer sentence is cut.

    Returns
    -------
    int64 (parts + 1,) positions in the ids, from 0 to their number.

    Examples
    --------
    >>> cut_into_parts(np.array([0, 3, 5, 9, 30]), part_words=10).tolist()
    [0, 9, 19, 29, 30]
    """
    total = int(offsets[-1])
    cuts = [0]
    while cuts[-1] < total:
        limit = cuts[-1] + part_words
        end = int(offsets[np.searchsorted(offsets, limit, side="right") - 1])
        cuts.append(end if end > cuts[-1] else min(limit, total))
    return np.array(cuts, np.int64)


@dataclass
class Part:
    """Room for one part; :meth:`Sampler.fill` writes it.

    Attributes
    ----------
    ids, left, right, pairs, noise : as in :class:`npw2v.kernels.blocks.Stretch`, of full capacity.
    sizes : int64 (4,)
        Center words, blocks they fill, words before subsampling, and steps.
    steps : int32 (capacity, 2)
        First block and first group of every step, then their numbers.
    groups : Groups of full capacity, if there is a tree
    """

    ids: NDArray[np.int32]
    left: NDArray[Any]
    right: NDArray[Any]
    pairs: NDArray[np.float32]
    noise: NDArray[np.int32]
    sizes: NDArray[np.int64]
    steps: NDArray[np.int32]
    groups: Groups | None

    @staticmethod
    def layout(shape: BlockShape, words: int, window_dtype: Any) -> dict[str, tuple[tuple[int, ...], Any]]:
        """Name the arrays of a part of at most ``words`` words, with their shapes and dtypes."""
        blocks = -(-words // shape.size)
        padded = blocks * shape.size + 2 * shape.halo
        return {
            "ids": ((padded,), np.int32),
            "left": ((padded,), window_dtype),
            "right": ((padded,), window_dtype),
            "pairs": ((blocks * shape.size,), np.float32),
            "noise": ((blocks * shape.noise,), np.int32),
            "sizes": ((4,), np.int64),
            "steps": ((blocks + 1, 2), np.int32),
        }

    @staticmethod
    def groups_layout(shape: PathShape, groups: int) -> dict[str, tuple[tuple[int, ...], Any]]:
        """Name the arrays of at most so many groups, with their shapes and dtypes."""
        return {
            "firsts": ((groups,), np.int32),
            "counts": ((groups,), np.int32),
            "nodes": ((groups, shape.nodes), np.int32),
            "signs": ((groups, shape.nodes), np.float32),
            "owners": ((groups, shape.nodes), np.int32),
        }

    @classmethod
    def of(cls, arrays: dict[str, NDArray[Any]]) -> Part:
        """Build a part from the arrays of :meth:`layout`, and those of :meth:`groups_layout` if they are there."""
        groups = None
        if "firsts" in arrays:
            groups = Groups(*(arrays[name] for name in ("firsts", "counts", "nodes", "signs", "owners")))
        ids, left, right, pairs = (arrays[name] for name in ("ids", "left", "right", "pairs"))
        return cls(ids, left, right, pairs, arrays["noise"], arrays["sizes"], arrays["steps"], groups)

    def stretch(self, shape: BlockShape) -> Stretch:
        """Return the filled blocks, as views."""
        blocks = int(self.sizes[1])
        padded = blocks * shape.size + 2 * shape.halo
        return Stretch(
            self.ids[:padded],
            self.left[:padded],
            self.right[:padded],
            self.pairs[: blocks * shape.size],
            self.noise[: blocks * shape.noise],
        )


class Sampler:
    """Fills parts: subsampling, windows and noise words.

    Parameters
    ----------
    ids, offsets : the encoded corpus (see :class:`npw2v.encoding.EncodedCorpus`).
    cuts : where the parts begin, from :func:`cut_into_parts`.
    keep : float32 (V,)
        Probability that an occurrence of each word survives subsampling.
    noise : float64 (V,)
        Cumulative noise distribution; the last value is 1.
    window : largest window; ``shrink`` draws each center's from 1 … window, otherwise all are full.
    seed : ints
        Start of the key of every part's random generator.
    grouper : cuts the centers into groups, if there is a tree
    """

    def __init__(
        self,
        ids: NDArray[np.int32],
        offsets: NDArray[np.int64],
        cuts: NDArray[np.int64],
        keep: NDArray[np.float32],
        noise: NDArray[np.float64],
        shape: BlockShape,
        window: int,
        shrink: bool,
        seed: tuple[int, ...],
        grouper: Grouper | None = None,
    ) -> None:
        self.ids, self.offsets, self.cuts, self.keep, self.noise = ids, offsets, cuts, keep, noise
        self.shape, self.window, self.shrink, self.seed, self.grouper = shape, window, shrink, seed, grouper
        self._subsamples = bool((keep < 1).any())

    def fill(self, epoch: int, part: int, out: Part) -> None:
        """Write part ``part`` of epoch ``epoch`` to ``out``."""
        rng = np.random.default_rng((*self.seed, epoch, part))
        start, stop = int(self.cuts[part]), int(self.cuts[part + 1])
        ids, lengths = self._subsampled(rng, start, stop)
        words, halo, size = len(ids), self.shape.halo, self.shape.size
        blocks = -(-words // size)
        used, padded = slice(halo, halo + words), blocks * size + 2 * halo
        for array in (out.ids, out.left, out.right):
            array[:halo] = 0
            array[halo + words : padded] = 0
        out.ids[used] = ids
        left, right = self._windows(rng, words, lengths)
        out.left[used], out.right[used] = left, right
        out.pairs[:words] = context_counts(left, right)
        out.pairs[words : blocks * size] = 0
        if self.shape.noise:
            out.noise[: blocks * self.shape.noise] = self._noise_words(rng, blocks * self.shape.noise)
        steps = self._cut_into_steps(ids, out)
        out.sizes[:] = words, blocks, stop - start, steps

    def _cut_into_steps(self, ids: NDArray[np.int32], out: Part) -> int:
        """Write the steps of the centers ``ids``, and their groups if there is a tree; return how many steps."""
        shape, blocks = self.shape, -(-len(ids) // self.shape.size)
        if self.grouper is None or out.groups is None:
            starts = [*range(0, blocks, shape.blocks), blocks] if blocks else [0]
            out.steps[: len(starts), 0], out.steps[: len(starts), 1] = starts, 0
            return len(starts) - 1
        lengths = self.grouper.lengths(ids)
        firsts, steps = self.grouper.bounds(lengths, shape.size, shape.blocks)
        self.grouper.fill(ids, lengths, firsts, out.groups)
        out.steps[: len(steps)] = steps
        return len(steps) - 1

    def _subsampled(self, rng: np.random.Generator, start: int, stop: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Words that survive subsampling, and how many of them each sentence of the part holds."""
        ids = self.ids[start:stop]
        first = int(np.searchsorted(self.offsets, start, side="right"))
        last = int(np.searchsorted(self.offsets, stop, side="left"))
        bounds = np.concatenate(([start], self.offsets[first:last], [stop])) - start
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

    def _noise_words(self, rng: np.random.Generator, count: int) -> NDArray[np.int32]:
        """``count`` noise words by systematic sampling, shuffled.

        Every word comes up floor or ceil of count · probability times: each draw has the noise distribution, and how
        often a word is drawn varies less than with independent draws.
        """
        upto = (self.noise * count + rng.random()).astype(np.int64)
        upto[-1] = count
        draws = np.repeat(np.arange(len(upto), dtype=np.int32), np.diff(upto, prepend=0))
        rng.shuffle(draws)
        return draws


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
