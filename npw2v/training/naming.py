"""Arrays of records within records, under names with dots, so that all of a job's can lie in one memory map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Each = TypeVar("Each")


def named(record: str, each: Mapping[str, Each]) -> dict[str, Each]:
    """Put the name of a record before the names of its fields.

    Examples
    --------
    >>> named("tree", {"nodes": 1, "signs": 2})
    {'tree.nodes': 1, 'tree.signs': 2}
    """
    return {f"{record}.{name}": value for name, value in each.items()}


def under(record: str, each: Mapping[str, Each]) -> dict[str, Each]:
    """Return what :func:`named` has put under the name of a record, by the names of the fields.

    Examples
    --------
    >>> under("tree", {"tree.nodes": 1, "trees": 2})
    {'nodes': 1}
    """
    prefix = f"{record}."
    return {name[len(prefix) :]: value for name, value in each.items() if name.startswith(prefix)}
