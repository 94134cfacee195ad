"""Floats as text: the shortest decimals that read back as the same number, for whole matrices at a time.

``str(numpy.float32(x))`` searches the digits of one number in some 400 ns. Here all numbers of a block go through
the same few NumPy operations: the decimal with 9 digits nearest to each number always reads back as it, so 8, 7 and
6 digits are tried in turn, each trial being "is the decimal nearer to the number than to its neighbours?" in float64
arithmetic, which is exact enough to tell except in cases that it can recognise; those go through `str`. Any decimal
of 6 digits survives float32, so below 6 only zeros at the end need to be stripped.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

#: The digits of numbers from the least up to the end fit a cell; others are written by `str`.
_LEAST, _DECADES, _END = 1e-4, (1e-3, 1e-2, 1e-1, 1.0), 10.0

_DECIMALS = 12
_POWERS = 10.0 ** np.arange(_DECIMALS + 1)  # each exact in float64
_INTEGER_POWERS = 10 ** np.arange(_DECIMALS + 1, dtype=np.int64)
_DOUBT = 1e-6  # nearer than this to a tie, float64 may round the wrong way

_CELL = 16  # bytes: separator, sign, digit, point, 12 decimals
_FOUR_DIGITS = np.array([b"%04d" % number for number in range(10_000)]).view(np.uint32)
_HEADS = np.array([b" %c%d." % (sign, digit) for sign in (0, ord("-")) for digit in range(10)]).view(np.uint32)
_KEEP = np.array([[0xFF] * kept + [0] * (_DECIMALS - kept) for kept in range(_DECIMALS + 1)], dtype=np.uint8)
_KEEP_WORDS = np.ascontiguousarray(_KEEP.view(np.uint32).T)
_EXPONENT_BITS = np.uint32(0x7F800000)


def format_rows(matrix: Array) -> list[bytes]:
    """Return each row's numbers as text, one space between them: what ``' '.join(map(str, row))`` gives.

    Parameters
    ----------
    matrix : numpy.ndarray of shape (rows, columns)
        float32 is fast; any other dtype is formatted number by number.

    Returns
    -------
    list of bytes
        One a row, ASCII.

    Examples
    --------
    >>> format_rows(np.array([[0.1, -2.0, 1e-5], [0.33333333, 0.0, np.nan]], dtype=np.float32))
    [b'0.1 -2.0 1e-05', b'0.33333334 0.0 nan']
    """
    rows, columns = matrix.shape
    if columns == 0:
        return [b""] * rows
    if matrix.dtype == np.float32 and rows:
        cells = _cells(matrix.reshape(-1))
        if cells is not None:
            cells[::columns, 0] = ord("\n")
            return cells.tobytes().translate(None, b"\0").split(b"\n")[1:]
    return [" ".join(map(str, row)).encode() for row in matrix]


def _cells(numbers: Array) -> Array | None:
    """Write each of n float32 numbers into a row of a uint8 array (n, 16), unused bytes zero.

    Returns None if a number's text does not fit (1e13 and more).
    """
    with np.errstate(invalid="ignore"):  # a signalling nan
        size = np.abs(numbers).astype(np.float64)
    plain = (size >= _LEAST) & (size < _END)
    size[~plain] = 1.0
    scaled, decimals, doubtful = _shortest(size)
    plain &= ~doubtful
    fraction = scaled * _INTEGER_POWERS[_DECIMALS - decimals]
    whole = fraction // _INTEGER_POWERS[-1]
    fraction -= whole * _INTEGER_POWERS[-1]
    words = np.empty((len(numbers), _CELL // 4), dtype=np.uint32)
    words[:, 0] = _HEADS[whole + 10 * np.signbit(numbers)]
    kept = np.maximum(decimals, 1)
    for column, power in enumerate((10**8, 10**4, 1)):
        quotient = fraction // power
        words[:, column + 1] = _FOUR_DIGITS[quotient] & _KEEP_WORDS[column][kept]
        fraction -= quotient * power
    cells = words.view(np.uint8).reshape(-1, _CELL)
    others = np.flatnonzero(~plain)
    if len(others):
        texts = [b" " + str(number).encode() for number in numbers[others]]
        if max(map(len, texts)) > _CELL:
            return None
        cells[others] = np.array(texts, dtype=f"S{_CELL}").view(np.uint8).reshape(-1, _CELL)
    return cells


def _shortest(size: Array) -> tuple[Array, Array, Array]:
    """Find the shortest decimals of float32 numbers, given as float64 in [1e-4, 10).

    Returns
    -------
    scaled, decimals : numpy.ndarray of int64
        The decimal is ``scaled / 10**decimals``, without zeros at its end.
    doubtful : numpy.ndarray of bool
        Where float64 cannot decide: ties, and powers of two, whose neighbours are at unequal distances.
    """
    exponent: Any = sum(size >= decade for decade in _DECADES) - 4  # 10**exponent <= size, faster than searchsorted
    bits = size.astype(np.float32).view(np.uint32)
    power_of_two = bits & _EXPONENT_BITS
    half_gap = power_of_two.view(np.float32) * 2.0**-24
    doubtful = bits == power_of_two
    decimals = 8 - exponent
    scaled = np.rint(size * _POWERS[decimals])
    at: Any = slice(None)
    for digits in (8, 7, 6):
        number, limit, places = size[at], half_gap[at], digits - 1 - exponent[at]
        power = _POWERS[places]
        exact = number * power
        rounded = np.rint(exact)
        error = np.abs(rounded / power - number)
        tied = np.abs(np.abs(exact - rounded) - 0.5) < _DOUBT
        doubtful[at] |= tied | (np.abs(error - limit) < _DOUBT * limit)
        accepted = np.flatnonzero(error < limit)
        at = np.arange(len(size))[at][accepted]
        scaled[at], decimals[at] = rounded[accepted], places[accepted]
    whole = scaled.astype(np.int64)
    _strip_zeros(whole, decimals, at)
    return whole, decimals, doubtful


def _strip_zeros(scaled: Array, decimals: Array, at: Array) -> None:
    """Divide `scaled[at]` by ten, counting `decimals` down, while it ends in zero."""
    while len(at):
        at = at[(scaled[at] % 10 == 0) & (decimals[at] > 0)]
        scaled[at] //= 10
        decimals[at] -= 1
