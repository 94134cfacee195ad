"""An object's attributes as a file sees them: numeric arrays, plain values, and what no file of npw2v's holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Kinds of dtype that a file may hold: bool, integers, floats, complex. Never object.
NUMERIC_KINDS = "biufc"

_DEEPEST = 200  # far from where Python gives up
_MOST_JSON, _GROWTH = 1 << 24, 100  # values that are written, at most, and how many for each that there is
_ALL = -1  # which is no id
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@dataclass
class Sorted:
    """Attributes by what can be done with them, each in the order in which they were given.

    Attributes
    ----------
    arrays : dict of str to numpy.ndarray
        Arrays of numbers.
    values : dict of str to object
        What JSON gives back as it is; NumPy's numbers have become Python's.
    refused : dict of str to object
        Everything else: code, objects, arrays of objects. The caller says so, or raises.
    """

    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, Any] = field(default_factory=dict)


def sort_attributes(attributes: Iterable[tuple[str, Any]]) -> Sorted:
    """Sort attributes, as (name, value) pairs, into arrays, plain values and what is refused.

    Examples
    --------
    >>> sort_attributes({"window": np.int64(5), "mask": np.ones(2), "function": hash}.items())
    Sorted(arrays={'mask': array([1., 1.])}, values={'window': 5}, refused={'function': <built-in function hash>})
    """
    found = Sorted()
    for name, value in attributes:
        plain = value.item() if isinstance(value, np.generic) else value
        if isinstance(plain, np.ndarray) and plain.dtype.kind in NUMERIC_KINDS:
            found.arrays[name] = plain
        elif is_json(plain):
            found.values[name] = plain
        else:
            found.refused[name] = plain
    return found


def is_json(value: Any) -> bool:
    """Tell whether JSON gives `value` back as it is, and not at many times its size.

    What is in itself, or more than 200 deep, it does not. What is there a few times is written as many times, but a
    list of twice the same list, forty levels deep, would fill the disk.
    """
    known: dict[int, int] = {_ALL: 0}
    size = _json_size(value, known, 0)
    return 0 < size < _MOST_JSON + _GROWTH * known[_ALL]


def _json_size(value: Any, known: dict[int, int], depth: int) -> int:
    """Return how many values JSON writes, 0 if it cannot.

    `known` has the sizes of lists and dicts by id, so that what is there many times is looked at once, and in `_ALL`
    how many items those have.
    """
    if type(value) is not list and not isinstance(value, dict):
        return 1 if value is None or type(value) in (int, float, bool) or _is_text(value) else 0
    if id(value) not in known:
        known[id(value)] = 0  # as long as it is found in itself
        items = value.values() if isinstance(value, dict) else value
        named = not isinstance(value, dict) or all(map(_is_text, value))
        if named and depth < _DEEPEST:
            known[_ALL] += len(items)
            size = 1
            for item in items:
                found = _json_size(item, known, depth + 1)
                if not found:
                    return 0
                size += found
            known[id(value)] = size
    return known[id(value)]


def _is_text(value: Any) -> bool:
    """Tell whether JSON gives back a string: not if its escapes of two surrogates read back as one character."""
    return type(value) is str and (value.isascii() or not _PAIR.search(value))


def without_methods(cls: type, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes that hide no method or property of a class, as those of a file must not.

    Examples
    --------
    >>> without_methods(str, {"upper": 1, "language": "en"})
    {'language': 'en'}
    """

    def is_hidden(name: str) -> bool:
        found = getattr(cls, name, None)
        return callable(found) or hasattr(found, "__set__")

    return {name: value for name, value in attributes.items() if not is_hidden(name)}


def writable(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes that were pickled, with a copy of each array that cannot be written to.

    NumPy 2.5 pickles that, too, and a copy is nobody's map of a file.
    """
    return {
        name: np.require(value, requirements="W") if isinstance(value, np.ndarray) else value
        for name, value in state.items()
    }
