"""A matrix that comes a block of rows at a time: what is converted need not fit in memory.

`Rows` stands where writers take a matrix. Its blocks are read from a file of word2vec's
(`npw2v.formats.word2vec.read_rows`) or are parts of an array, which may be mapped from a file (`rows_of_array`); they
can be changed on the way (`Rows.changed`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from npw2v.watch import tell

try:
    import mmap
except ImportError:  # as in some builds for WebAssembly
    mmap = None  # type: ignore[assignment]

Array = NDArray[Any]

_ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class Rows:
    """A matrix of which one block of rows is in memory at a time.

    Attributes
    ----------
    shape : tuple of int
        Rows and columns.
    dtype : numpy.dtype
        Of the blocks.
    blocks : callable
        Returns an iterator of arrays (some rows, columns), from the first row to the last; it may be called again.

    Examples
    --------
    >>> rows = rows_of_array(np.eye(3)).changed(np.dtype("float16"), lambda block: block / 2)
    >>> rows.shape, [block.tolist() for block in rows]
    ((3, 3), [[[0.5, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 0.5]]])
    """

    shape: tuple[int, int]
    dtype: np.dtype[Any]
    blocks: Callable[[], Iterator[Array]]

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[Array]:
        for block in self.blocks():
            yield block
            tell("vectors", len(block))

    @property
    def nbytes(self) -> int:
        """How many bytes the whole matrix takes."""
        return self.shape[0] * self.shape[1] * self.dtype.itemsize

    def changed(self, dtype: DTypeLike, change: Callable[[Array], Array]) -> Rows:
        """Return rows of another dtype, which `change` makes of a block."""
        return Rows(self.shape, np.dtype(dtype), lambda: map(change, self.blocks()))


def rows_of_array(array: Array, order: Array | None = None) -> Rows:
    """Return the rows of a matrix, in their order or another one.

    What is mapped from a file leaves memory once a block is done, where the system can be told so.
    """
    count = len(array) if order is None else len(order)

    def blocks() -> Iterator[Array]:
        for start in range(0, count, _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            yield array[part if order is None else order[part]]
            _forget(array)

    return Rows((count, array.shape[1]), array.dtype, blocks)


def _forget(array: Array) -> None:
    """Have the system take back the memory of a file that is mapped for reading alone, of which nothing can be lost."""
    owner: Any = array
    while isinstance(owner, np.ndarray) and not isinstance(owner, np.memmap):
        owner = owner.base
    if not isinstance(owner, np.memmap) or owner.mode != "r":
        return
    while isinstance(owner, np.ndarray):
        owner = owner.base
    advice: Any = getattr(mmap, "MADV_DONTNEED", None)  # Windows has none
    if advice is not None and isinstance(owner, mmap.mmap):
        owner.madvise(advice)
