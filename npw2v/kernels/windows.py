"""What stands between every center and the words around it: computed on bands, or on masked matrices.

A center's window reaches at most ``halo`` words to either side, so a matrix of centers by words has numbers in 2·halo +
1 diagonals alone. A *band* (:class:`Bands`) has a row for each offset −halo … halo of a word from its center and a
column for each center. What is computed number by number is computed on bands, a third of the matrices. For the
products they are copied into matrices (P × N), whose other numbers stay zero:

* *forward*, a row for each of the P centers of a strip and a column for each of the N words that it sees;
* *backward*, a row for each of P words and a column for each of the N centers around them.

A band has L = R + 2·halo columns for every unit, the first of its centers in column 2·halo. The other columns are zero:
a word gets from the centers of one unit only. Where windows are large against a unit that would be most of them, and
a unit is a block, whose matrices of centers by words are masked instead (:class:`Masks`).
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import BlockShape, Stretch, WindowMask

#: (2·halo + 1, units · L), or of :class:`Masks` (strips, P, N)
Band: TypeAlias = NDArray[np.float32]


class Bands:
    """Reads and writes the bands of some blocks at a time.

    Parameters
    ----------
    shape : BlockShape
        Sizes.
    most : int
        Most blocks at once.
    window_dtype : dtype
        Integer type of ``Stretch.left`` and ``right``.
    """

    def __init__(self, shape: BlockShape, most: int, window_dtype: Any) -> None:
        self.shape, halo = shape, shape.halo
        self.units, self.columns = shape.units(most), shape.rows + 2 * halo
        offset = np.arange(-halo, halo + 1)[:, None]
        self._to_right, self._to_left = offset.astype(window_dtype), (-offset).astype(window_dtype)
        self._to_right[halo] = np.iinfo(window_dtype).max  # a word is not its own context
        self._left, self._right = np.zeros((2, self.units, self.columns), window_dtype)
        self._portions = np.zeros((self.units, self.columns), np.float32)
        self._near, self._nearer = np.empty((2, len(offset), self._portions.size), bool)

    def room(self) -> Band:
        """Make a band for the most blocks, of zeros."""
        return np.zeros((len(self._to_right), self._portions.size), np.float32)

    def forward_room(self) -> NDArray[np.float32]:
        """Make matrices (strips, P, N) for :meth:`forward`, of zeros."""
        return self._matrices(self.shape.centers)

    def backward_room(self) -> NDArray[np.float32]:
        """Make matrices (units · R/P, P, N) for :meth:`give_back`, of zeros."""
        return self._matrices(self.shape.rows)

    def vectors_room(self, dimensions: int) -> NDArray[np.float32]:
        """Make room for a vector of every center, the first at row 2·halo, for :meth:`give_back`; zeros."""
        return np.zeros(((self.units - 1) * self.shape.centers + self.columns, dimensions), np.float32)

    def used(self, array: NDArray[Any], stretch: Stretch) -> NDArray[Any]:
        """Return the columns of an array as large as a band that the stretch has, as a view."""
        return array[:, : self._columns(stretch)]

    def _columns(self, stretch: Stretch) -> int:
        return self.shape.units(stretch.blocks(self.shape)) * self.columns

    def by_block(self, band: Band, blocks: int) -> NDArray[np.float32]:
        """Copy what a band has of centers to (blocks, B, 2·halo + 1)."""
        centers = self._centers(band, self.shape.units(blocks)).reshape(len(band), -1, self.shape.size)
        return np.ascontiguousarray(centers[:, :blocks].transpose(1, 2, 0))

    def windows(self, stretch: Stretch, out: Band) -> None:
        """Write 1.0 where a word is in the window of its center, else 0.0.

        Parameters
        ----------
        stretch : Stretch
            Whole units, and perhaps one of fewer blocks at the end.
        out : Band
            Overwritten.
        """
        halo, used = self.shape.halo, self._columns(stretch)
        centers = slice(halo, len(stretch.left) - halo)
        left, right = self._padded(stretch.left[centers], self._left), self._padded(stretch.right[centers], self._right)
        near = np.less_equal(self._to_right, right, out=self._near[:, :used])
        near &= np.less_equal(self._to_left, left, out=self._nearer[:, :used])
        np.copyto(out[:, :used], near)

    def divide(self, windows: Band, stretch: Stretch, out: Band) -> None:
        """Write the band ``windows`` divided by the number of words in each center's window to ``out``."""
        used = self._columns(stretch)
        np.multiply(windows[:, :used], self._padded(stretch.portions, self._portions), out=out[:, :used])

    def forward(self, band: Band, stretch: Stretch, out: NDArray[np.float32]) -> NDArray[np.float32]:
        """Write a band to the matrices of every center and the words around it.

        Parameters
        ----------
        band : Band
        stretch : Stretch
            Whose band it is.
        out : float32 array
            From :meth:`forward_room`; what is not in the band must be zero.

        Returns
        -------
        float32 array (strips, P, N)
            Of the stretch, a view of ``out``.
        """
        units = self.shape.units(stretch.blocks(self.shape))
        np.copyto(self._diagonals(out, units, self.shape.centers), self._centers(band, units))
        return out[: stretch.blocks(self.shape) * self.shape.strips]

    def collect(self, scores: NDArray[np.float32], stretch: Stretch, out: Band) -> None:
        """Take the numbers of a band out of the matrices of every center and the words around it.

        Parameters
        ----------
        scores : float32 array
            As large as :meth:`forward_room`; what belongs to no center of the stretch may be any number.
        stretch : Stretch
        out : Band
            What is there for centers is overwritten.
        """
        units = self.shape.units(stretch.blocks(self.shape))
        np.copyto(self._centers(out, units), self._diagonals(scores, units, self.shape.centers))

    def give_back(
        self,
        band: Band,
        vectors: NDArray[np.float32],
        matrices: NDArray[np.float32],
        out: NDArray[np.float32],
    ) -> None:
        """Write what every word that a unit sees gets from the unit's centers.

        ::

            out[x] = Σ_y band[x − y, y] · vectors[y]

        Parameters
        ----------
        band : Band
            Zero where there is no center.
        vectors : float32 array
            From :meth:`vectors_room`; the rest of it may be any numbers.
        matrices : float32 array
            From :meth:`backward_room`: scratch.
        out : float32 array (units, R, d)
            Overwritten.
        """
        shape, (units, rows, dimensions), row = self.shape, out.shape, band.strides[0]
        each, number = rows // shape.strip, band.itemsize
        # The center at offset o from a word has the word at offset −o: another row and column of the band.
        turned: Any = np.ndarray(
            (len(band), units, each, shape.strip),
            band.dtype,
            band,
            (len(band) - 1) * row,
            (number - row, self.columns * number, shape.strip * number, number),
        )
        np.copyto(self._diagonals(matrices, units, rows), turned)
        step = vectors.strides[0]
        near: Any = np.ndarray(
            (units, each, shape.near, dimensions),
            vectors.dtype,
            vectors,
            0,
            (shape.centers * step, shape.strip * step, step, vectors.itemsize),
        )
        weights = matrices[: units * each].reshape(units, each, shape.strip, shape.near)
        np.matmul(weights, near, out=out.reshape(units, each, shape.strip, dimensions))

    def _matrices(self, rows: int) -> NDArray[np.float32]:
        """Make matrices (P × N) for the most units, with so many rows each."""
        strip = self.shape.strip
        return np.zeros((self.units * rows // strip, strip, self.shape.near), np.float32)

    def _padded(self, values: NDArray[Any], out: NDArray[Any]) -> NDArray[Any]:
        """Write a value for every center to the columns of a band, (units · L,), of which the others are zero."""
        first, centers = 2 * self.shape.halo, self.shape.centers
        whole, rest = divmod(len(values), centers)
        out[:whole, first : first + centers] = values[: whole * centers].reshape(whole, centers)
        if rest:
            out[whole, first : first + rest] = values[-rest:]
            out[whole, first + rest :] = 0
            whole += 1
        return out[:whole].reshape(-1)

    def _centers(self, band: Band, units: int) -> NDArray[np.float32]:
        """View what a band has of centers as (2·halo + 1, units, strips, P)."""
        first, shape = 2 * self.shape.halo, (len(band), units, self.shape.centers // self.shape.strip, self.shape.strip)
        of_units = band[:, : units * self.columns].reshape(len(band), units, self.columns)
        return of_units[:, :, first : first + self.shape.centers].reshape(shape)

    def _diagonals(self, matrices: NDArray[np.float32], units: int, rows: int) -> Any:
        """View the diagonals of matrices (P × N), ``rows`` rows a unit, as (2·halo + 1, units, matrices, P)."""
        strip, near, number = self.shape.strip, self.shape.near, matrices.itemsize
        strides = (number, rows * near * number, strip * near * number, (near + 1) * number)
        return np.ndarray((len(self._to_right), units, rows // strip, strip), matrices.dtype, matrices, 0, strides)


class Masks:
    """As :class:`Bands`, on matrices of the centers of every strip and the words that it sees; a unit is a block.

    A block has one strip or two.

    Parameters
    ----------
    shape : BlockShape
        Sizes.
    most : int
        Most blocks at once.
    window_dtype : dtype
        Integer type of ``Stretch.left`` and ``right``.
    """

    def __init__(self, shape: BlockShape, most: int, window_dtype: Any) -> None:
        self.shape, self._most = shape, most
        self._mask = WindowMask(shape.strip, shape.halo, most * shape.strips, window_dtype)

    def room(self) -> Band:
        """Make matrices for the most blocks, of zeros."""
        return np.zeros((self._most * self.shape.strips, self.shape.strip, self.shape.near), np.float32)

    forward_room = room

    def backward_room(self) -> NDArray[np.float32]:
        """Make what :meth:`give_back` needs: nothing."""
        return np.zeros(0, np.float32)

    def vectors_room(self, dimensions: int) -> NDArray[np.float32]:
        """Make room for a vector of every center, the first at row 2·halo, for :meth:`give_back`; zeros."""
        return np.zeros((2 * self.shape.halo + self._most * self.shape.size, dimensions), np.float32)

    def used(self, array: NDArray[Any], stretch: Stretch) -> NDArray[Any]:
        """Return the strips of the stretch, as a view."""
        return array[: stretch.blocks(self.shape) * self.shape.strips]

    def by_block(self, band: Band, blocks: int) -> NDArray[np.float32]:
        """View matrices as (blocks, B, N)."""
        return band[: blocks * self.shape.strips].reshape(blocks, self.shape.size, self.shape.near)

    def windows(self, stretch: Stretch, out: Band) -> None:
        """Write 1.0 where a word is in the window of its center, else 0.0."""
        self._mask.fill(*stretch.windows(self.shape), self.used(out, stretch))

    def divide(self, windows: Band, stretch: Stretch, out: Band) -> None:
        """Write ``windows`` divided by the number of words in each center's window to ``out``."""
        portions = stretch.portions.reshape(-1, self.shape.strip, 1)
        np.multiply(self.used(windows, stretch), portions, out=self.used(out, stretch))

    def forward(self, band: Band, stretch: Stretch, out: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the matrices of the stretch: those that are given."""
        return self.used(band, stretch)

    def collect(self, scores: NDArray[np.float32], stretch: Stretch, out: Band) -> None:
        """Copy the matrices of the stretch."""
        np.copyto(self.used(out, stretch), self.used(scores, stretch))

    def give_back(
        self, band: Band, vectors: NDArray[np.float32], matrices: NDArray[np.float32], out: NDArray[np.float32]
    ) -> None:
        """Write what every word that a block sees gets from the block's centers, as :meth:`Bands.give_back`."""
        shape, first = self.shape, 2 * self.shape.halo
        transposed = band[: len(out) * shape.strips].transpose(0, 2, 1)
        centers = vectors[first : first + len(out) * shape.size].reshape(len(transposed), shape.strip, -1)
        if shape.strips == 1:
            np.matmul(transposed, centers, out=out)
            return
        # The two strips share the words in the middle of the block.
        middle = slice(shape.strip, shape.near)
        np.matmul(transposed[0::2], centers[0::2], out=out[:, : shape.near])
        of_first = out[:, middle].copy()
        np.matmul(transposed[1::2], centers[1::2], out=out[:, shape.strip :])
        out[:, middle] += of_first


def windows_of(shape: BlockShape, most: int, window_dtype: Any) -> Bands | Masks:
    """Make what reads and writes windows; the parameters are those of :class:`Bands`."""
    return Masks(shape, most, window_dtype) if shape.unit == 1 else Bands(shape, most, window_dtype)
