"""What callers may pass: keys, vectors and numbers, checked and brought into one form."""

from __future__ import annotations

import numbers
import operator
import reprlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

#: Always keys (or rows), never several of them.
KEY_TYPES = (str, int, np.integer)


def as_list(given: Any) -> list[Any]:
    """Return a list of keys and vectors from one of them, a matrix, a list, or None.

    Raises
    ------
    TypeError
        It is something else; a tuple could mean two keys or a key and its weight.
    """
    if given is None:
        return []
    if isinstance(given, KEY_TYPES) or (isinstance(given, np.ndarray) and given.ndim == 1):
        return [given]
    if isinstance(given, list) or (isinstance(given, np.ndarray) and given.ndim == 2):
        return list(given)
    raise TypeError(f"expected a key, a vector, or a list of those, got {described(given)}")


def as_vector(given: Any, size: int | None = None) -> Array:
    """Return a vector as an array, of any numeric dtype.

    Raises
    ------
    TypeError
        It does not hold numbers.
    ValueError
        It holds strings, or is not of shape (size,), or of one dimension where `size` is None.
    """
    vector = as_numbers(given, "a vector")
    if vector.ndim != 1 or size not in (None, len(vector)):
        shape = "(dimensions,)" if size is None else f"({size},)"
        raise ValueError(f"expected vectors of shape {shape}, got {vector.shape}")
    return vector


def as_matrix(given: Any, size: int) -> Array:
    """Return vectors, one a row, as an array of shape (n, size); errors are those of `as_vector`."""
    matrix = as_numbers(given, "a matrix")
    if matrix.ndim != 2 or matrix.shape[1] != size:
        raise ValueError(f"expected a matrix of shape (n, {size}), got {matrix.shape}")
    return matrix


def as_numbers(given: Any, what: str) -> Array:
    """Return an array of any numeric dtype and shape; `what` names it in messages.

    Raises
    ------
    TypeError, ValueError
        It does not hold numbers: ValueError for strings, as NumPy has it.
    """
    array = np.asarray(given)
    if array.dtype.kind not in "fiub":
        error = ValueError if array.dtype.kind in "US" else TypeError
        raise error(f"expected {what} of numbers, got {described(given)}")
    return array


def as_count(given: Any, name: str) -> int:
    """Return a whole number; `TypeError` names the parameter if it is none."""
    try:
        return operator.index(given)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, got {described(given)}") from None


def as_number(given: Any, name: str) -> Any:
    """Return a real number as it is; `TypeError` names the parameter if it is none."""
    if not isinstance(given, int | float | numbers.Real):  # an int is known sooner than that it is a Real
        raise TypeError(f"{name} must be a number, got {described(given)}")
    return given


def as_rate(given: float, name: str) -> float:
    """Return a learning rate; TypeError or ValueError if it is no number that could be one."""
    if not (np.isfinite(as_number(given, name)) and given >= 0):
        raise ValueError(f"{name} must be a finite number, not below 0, got {given!r}")
    return float(given)


def shown(value: Any) -> str:
    """Return what messages call a value from a file, which may be large, deep, or the same many times within itself.

    Examples
    --------
    >>> shown([[[[1]]], 2.5, "a"]), shown({"a": list(range(100))}), shown(10**1000)
    ("[[[...]], 2.5, 'a']", "{'a': [0, 1, 2, 3, ...]}", 'a number of 3322 bits')
    """
    return _Shown().repr(value)


class _Shown(reprlib.Repr):
    """Shows a few items of a few levels; of other objects the type."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxlist, self.maxtuple, self.maxdict, self.maxstring = 3, 4, 4, 4, 60

    def repr_int(self, x: int, level: int) -> str:
        """Show an integer, of which Python shows no long ones."""
        return repr(x) if x.bit_length() <= 128 else f"a number of {x.bit_length()} bits"

    def repr_instance(self, x: Any, level: int) -> str:
        """Show what is no container."""
        if isinstance(x, (bytes, bytearray)):
            return repr(bytes(x[:40]))
        return repr(x) if isinstance(x, (float, complex, bool, type(None), type)) else f"a {type(x).__name__}"


def described(given: Any) -> str:
    """Return what messages call an object: its value, or its type if that takes up too much room."""
    value = repr(given)
    return value if len(value) <= 60 and "\n" not in value else f"an object of type {type(given).__name__}"
