"""Blocks: what a kernel works on, and how it sees one stretch of text as overlapping blocks without copying it.

A *block* is B consecutive center words, for which M noise words are drawn together. The words that can be in their
windows are the B words themselves and ``halo`` words on either side.

The windows are looked at in *strips* of P centers, of which a block is one or several. The dot products of a strip's
centers with all N = P + 2·halo words near them are one (P × N) matrix product, of which a mask keeps the pairs that are
really inside a window. Four products of (8 × 18) take less than one of (32 × 42).

A *unit* is U consecutive blocks, n = U·B centers. What its words get from all of its centers is summed up at once, for
the n + 2·halo words that it sees; so words near the border of two units get two updates, one from each. A worker
computes whole units, which is why the updates do not depend on how many workers there are.

Block b of a stretch has its centers at positions halo + b·B … halo + (b+1)·B − 1 of the stretch's ids. The last unit of
a stretch may have fewer blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: The arrays of a record by the names of its fields, in order: their shapes and dtypes.
Layout = dict[str, tuple[tuple[int, ...], Any]]


@dataclass(frozen=True)
class BlockShape:
    """Sizes of the blocks (see the module).

    Attributes
    ----------
    size : int
        B, center words a block.
    noise : int
        M, noise words a block.
    halo : int
        Context words that a block can reach on either side.
    blocks : int
        Blocks a step, all computed from one state of the weights.
    chunk : int
        Blocks computed by one round of NumPy calls; it bounds the working set and never changes a result.
    strips : int
        Strips of a block.
    unit : int
        U, blocks a unit; divides ``chunk``.
    """

    size: int
    noise: int
    halo: int
    blocks: int
    chunk: int
    strips: int = 1
    unit: int = 1

    @property
    def span(self) -> int:
        """B + 2·halo, the words that a block sees."""
        return self.size + 2 * self.halo

    @property
    def centers(self) -> int:
        """Count the n = U·B centers of a unit."""
        return self.unit * self.size

    @property
    def rows(self) -> int:
        """R, rows of updates that a unit has room for: the n + 2·halo words that it sees, of blocks in whole strips."""
        seen = self.centers + 2 * self.halo
        return seen if self.unit == 1 else -(-seen // self.strip) * self.strip

    def units(self, blocks: int) -> int:
        """Count the units that so many blocks make up."""
        return -(-blocks // self.unit)

    @property
    def strip(self) -> int:
        """P, centers a strip."""
        return self.size // self.strips

    @property
    def near(self) -> int:
        """N = P + 2·halo, the words that a strip sees."""
        return self.strip + 2 * self.halo


class Stretch(NamedTuple):
    """Consecutive blocks of one part of an epoch.

    Attributes
    ----------
    ids : int32 array (blocks·B + 2·halo,)
        Word ids, the halo on both sides included.
    left, right : array of small integers (blocks·B + 2·halo,)
        How many words the window of each position takes to the left and to the right, never across a sentence's end.
        Zero for padding.
    pairs : float32 array (blocks·B,)
        For each center position j (no halo): how many windows hold it, i.e. how many (center, context) pairs have
        the word at j as context.
    portions : float32 array (blocks·B,)
        For each center with n > 0 words in its window 1/n, otherwise 0.
    noise : int32 array (blocks·M,)
        Noise word ids.
    """

    ids: NDArray[np.int32]
    left: NDArray[Any]
    right: NDArray[Any]
    pairs: NDArray[np.float32]
    portions: NDArray[np.float32]
    noise: NDArray[np.int32]

    @classmethod
    def layout(cls, shape: BlockShape, blocks: int, window_dtype: Any) -> Layout:
        """Return the shapes and dtypes of the arrays of so many blocks, ``window_dtype`` that of left and right."""
        centers = blocks * shape.size
        positions = centers + 2 * shape.halo
        return {
            "ids": ((positions,), np.int32),
            "left": ((positions,), window_dtype),
            "right": ((positions,), window_dtype),
            "pairs": ((centers,), np.float32),
            "portions": ((centers,), np.float32),
            "noise": ((blocks * shape.noise,), np.int32),
        }

    def cut(self, shape: BlockShape, start: int, stop: int) -> Stretch:
        """Return blocks ``start`` to ``stop`` of this stretch, as views."""
        first, last, reach = start * shape.size, stop * shape.size, 2 * shape.halo
        return Stretch(
            self.ids[first : last + reach],
            self.left[first : last + reach],
            self.right[first : last + reach],
            self.pairs[first:last],
            self.portions[first:last],
            self.noise[start * shape.noise : stop * shape.noise],
        )

    def blocks(self, shape: BlockShape) -> int:
        """Count the blocks of this stretch."""
        return len(self.pairs) // shape.size

    def windows(self, shape: BlockShape) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return ``left`` and ``right`` of the centers, (strips, P) each, as views."""
        centers = slice(shape.halo, len(self.left) - shape.halo)
        return self.left[centers].reshape(-1, shape.strip), self.right[centers].reshape(-1, shape.strip)

    def centers(self, shape: BlockShape) -> NDArray[np.int32]:
        """Return the ids of the center words, (blocks·B,)."""
        return self.ids[shape.halo : len(self.ids) - shape.halo]


class Gradients(NamedTuple):
    """Where a kernel leaves its updates, unscaled by alpha: ascent directions, to be *added* to the tables.

    A word that comes up several times has several updates, and its row gets their sum (:mod:`npw2v.kernels.scatter`).

    Attributes
    ----------
    inputs : float32 array (units, R, d)
        For the rows of the input table that each unit sees (:func:`spans`); what is left of the R rows is zero.
    centers : float32 array (blocks, B, d)
        For the rows ``Stretch.centers`` of the output table, to be multiplied by ``scales``.
    scales : float32 array (blocks, B)
        A number for each center.
    noise : float32 array (blocks, M, d)
        For the rows ``Stretch.noise`` of the output table.
    loss : float64 array (blocks,)
        The summed loss of the block's pairs.
    """

    inputs: NDArray[np.float32]
    centers: NDArray[np.float32]
    scales: NDArray[np.float32]
    noise: NDArray[np.float32]
    loss: NDArray[np.float64]

    @classmethod
    def layout(cls, shape: BlockShape, dimensions: int) -> Layout:
        """Return the shapes and dtypes of the arrays of a whole step."""
        return {
            "inputs": ((shape.units(shape.blocks), shape.rows, dimensions), np.float32),
            "centers": ((shape.blocks, shape.size, dimensions), np.float32),
            "scales": ((shape.blocks, shape.size), np.float32),
            "noise": ((shape.blocks, shape.noise, dimensions), np.float32),
            "loss": ((shape.blocks,), np.float64),
        }

    def cut(self, shape: BlockShape, start: int, stop: int) -> Gradients:
        """Return those of blocks ``start``, where a unit begins, to ``stop``, as views."""
        units, rows = slice(start // shape.unit, shape.units(stop)), slice(start, stop)
        return Gradients(self.inputs[units], self.centers[rows], self.scales[rows], self.noise[rows], self.loss[rows])


def overlapping(rows: NDArray[Any], size: int, halo: int) -> NDArray[Any]:
    """View C-contiguous rows (n·size + 2·halo, …) as (n, size + 2·halo, …), which overlap, without copying.

    Examples
    --------
    >>> overlapping(np.arange(6), size=2, halo=1).tolist()
    [[0, 1, 2, 3], [2, 3, 4, 5]]
    """
    count = (len(rows) - 2 * halo) // size
    step = rows.strides[0]
    # As numpy.lib.stride_tricks.as_strided, in a fifth of the time, which counts in small steps.
    strides = (size * step, step, *rows.strides[1:])
    view: NDArray[Any] = np.ndarray((count, size + 2 * halo, *rows.shape[1:]), rows.dtype, rows, 0, strides)
    return view


def spans(values: NDArray[Any], shape: BlockShape) -> Iterator[tuple[slice, NDArray[Any]]]:
    """Cut what a stretch has of each of its positions into what its units see, which overlaps.

    Parameters
    ----------
    values : array (blocks·B + 2·halo,)
        Contiguous.
    shape : BlockShape
        Sizes.

    Yields
    ------
    units : slice
        All whole units, then the last one if it has fewer blocks.
    views : array (units, centers + 2·halo)
        What they see.

    Examples
    --------
    >>> shape = BlockShape(size=2, noise=1, halo=1, blocks=3, chunk=2, unit=2)
    >>> [(units, seen.tolist()) for units, seen in spans(np.arange(8), shape)]
    [(slice(0, 1, None), [[0, 1, 2, 3, 4, 5]]), (slice(1, 2, None), [[4, 5, 6, 7]])]
    """
    centers, reach = len(values) - 2 * shape.halo, 2 * shape.halo
    whole, rest = divmod(centers, shape.centers)
    if whole:
        yield slice(0, whole), overlapping(values[: whole * shape.centers + reach], shape.centers, shape.halo)
    if rest:
        yield slice(whole, whole + 1), values[whole * shape.centers :][None]


class Targets:
    """Copies the output rows that some blocks need out of their table, into scratch that is used again and again.

    Parameters
    ----------
    shape : BlockShape
        Sizes.
    dimensions : int
        d, numbers a row.
    """

    def __init__(self, shape: BlockShape, dimensions: int) -> None:
        self.shape = shape
        self._noise = np.empty((shape.chunk * shape.noise, dimensions), np.float32)

    def take(
        self, outputs: NDArray[np.float32], stretch: Stretch, centers: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Copy the rows of the centers and of the noise words.

        Parameters
        ----------
        outputs : float32 array (V, d)
            The output table; only read.
        stretch : Stretch
            At most ``shape.chunk`` blocks.
        centers : float32 array (at least blocks·B, d)
            Where those of the centers are to be.

        Returns
        -------
        centers : float32 array (blocks, B, d)
            C[y], a view of ``centers``; a word that comes up several times has as many copies.
        noise : float32 array (blocks, M, d)
            C[z], likewise. Scratch, until the next call.
        """
        shape, count = self.shape, stretch.blocks(self.shape)
        y = outputs.take(stretch.centers(shape), axis=0, mode="clip", out=centers[: count * shape.size])
        z = outputs.take(stretch.noise, axis=0, mode="clip", out=self._noise[: count * shape.noise])
        return y.reshape(count, shape.size, -1), z.reshape(count, shape.noise, -1)


class WindowMask:
    """Which of the words that a row of consecutive centers sees are in the window of each of them.

    Parameters
    ----------
    size : int
        B, centers a row.
    halo : int
        Words seen on either side of them.
    chunk : int
        Most rows of centers at once.
    dtype : dtype
        Integer type of the windows.
    """

    def __init__(self, size: int, halo: int, chunk: int, dtype: Any) -> None:
        span = size + 2 * halo
        offset = np.arange(span)[None, :] - halo - np.arange(size)[:, None]
        self._to_right = offset.astype(dtype)
        self._to_right[offset == 0] = np.iinfo(dtype).max  # a word is not its own context
        self._to_left = (-offset).astype(dtype)
        self._near = np.empty((chunk, size, span), bool)
        self._nearer = np.empty_like(self._near)

    def fill(self, left: NDArray[Any], right: NDArray[Any], out: NDArray[np.float32]) -> None:
        """Write 1.0 to ``out`` where −left ≤ offset ≤ right and offset ≠ 0, else 0.0.

        Parameters
        ----------
        left, right : array of integers (rows, B)
            How far each center's window reaches.
        out : float32 array (rows, B, B + 2·halo)
            Overwritten.
        """
        self._fill(left[..., None], right[..., None], out)

    def fill_inputs(self, left: NDArray[Any], right: NDArray[Any], out: NDArray[np.float32]) -> None:
        """Write the same pairs seen from their inputs: 1.0 where a center's word is in a seen word's window.

        Parameters
        ----------
        left, right : array of integers (rows, B + 2·halo)
            How far the window of each word that is seen reaches.
        out : float32 array (rows, B, B + 2·halo)
            Overwritten.
        """
        self._fill(right[:, None, :], left[:, None, :], out)

    def _fill(self, left: NDArray[Any], right: NDArray[Any], out: NDArray[np.float32]) -> None:
        count = len(out)
        near = np.less_equal(self._to_right, right, out=self._near[:count])
        near &= np.less_equal(self._to_left, left, out=self._nearer[:count])
        np.copyto(out, near)
