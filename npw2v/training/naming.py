"""Arrays of records within records, under names with dots, so that all of a job's can lie in one memory map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Each = TypeVar("Each")
Record = TypeVar("Record")


def named(record: str, each: Mapping[str, Each]) -> dict[str, Each]:
    """Put the name of a record before the names of its fields.

    Examples
    --------
    >>> named("tree", {"nodes": 1, "signs": 2})
    {'tree.nodes': 1, 'tree.signs': 2}
    """
    return {f"{record}.{name}": value for name, value in each.items()}


def viewed(record: Callable[..., Record], name: str, each: Mapping[str, Any]) -> Record:
    """Make a record of what :func:`named` has put under its name; a field that is not there has its default.

    Examples
    --------
    >>> from npw2v.training.weights import Weights
    >>> viewed(Weights, "weights", {"weights.inputs": [1.0], "weights.locks": [1.0], "offsets": [0]})
    Weights(inputs=[1.0], locks=[1.0], outputs=None, nodes=None)
    """
    names = ((field, f"{name}.{field}") for field in record.__annotations__)
    return record(**{field: each[path] for field, path in names if path in each})
