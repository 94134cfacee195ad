"""Vectors as text for a page: two bytes a number, and a scale a row."""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from npw2v.vectors.search import divisors, unit_vectors

#: The largest whole number that a byte stands for.
MOST = 127


class Packed(NamedTuple):
    """Unit vectors in whole numbers: a row is ``scales * (coarse + fine / 254)``.

    `coarse` alone is off by half a step of `scales`, about .002 of a vector's length with 100 dimensions, which changes
    the order of neighbours now and then; with `fine` the error is 254 times smaller.
    """

    scales: NDArray[np.float32]
    coarse: NDArray[np.int8]
    fine: NDArray[np.int8]


def pack(vectors: NDArray[Any]) -> Packed:
    """Scale rows to length 1, and round them.

    Parameters
    ----------
    vectors : float array (n, d)
        One a row; rows of zeros stay zeros.

    Returns
    -------
    Packed
        Of the same shape.

    Examples
    --------
    >>> pack(np.array([[3.0, 4.0]])).coarse
    array([[ 95, 127]], dtype=int8)
    """
    units = unit_vectors(vectors)
    scales = (np.abs(units).max(axis=1, initial=0.0) / MOST).astype(np.float32)
    steps = units / divisors(scales)[:, np.newaxis]
    coarse = np.clip(np.rint(steps), -MOST, MOST)
    fine = np.clip(np.rint((steps - coarse) * 2 * MOST), -MOST, MOST)
    return Packed(scales, coarse.astype(np.int8), fine.astype(np.int8))


def as_text(numbers: NDArray[Any]) -> str:
    """Return the bytes of an array, little-endian, in base64."""
    return base64.b64encode(numbers.astype(numbers.dtype.newbyteorder("<")).tobytes()).decode("ascii")
