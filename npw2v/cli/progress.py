"""Progress bars of commands: the one place that draws them, for all but training, which has its own.

A bar appears if something takes over a second and the standard error is a terminal, and leaves nothing behind.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from npw2v.cli.lazily import Lazily
from npw2v.watch import watching

if TYPE_CHECKING:
    import tqdm

    from npw2v.vectors import queries as batches
else:
    tqdm, batches = Lazily("tqdm"), Lazily("npw2v.vectors.queries")

#: Seconds before a bar appears.
DELAY = 1.0


@contextmanager
def bar(title: str, what: str, total: int | None, unit: str) -> Iterator[None]:
    """Show how much is done of what is told to `npw2v.watch` as `what`; a bar that is full stays so.

    Parameters
    ----------
    title : str
        What stands before the bar.
    what : str
        What is told.
    total : int or None
        How much there is to do, if that is known.
    unit : str
        What is counted.
    """
    shown = tqdm.tqdm(
        desc=title,
        total=total,
        unit=unit,
        unit_scale=True,
        delay=DELAY,
        disable=None,  # unless the standard error is a terminal
        leave=False,
        dynamic_ncols=True,
    )

    def more(amount: int) -> None:
        shown.update(amount if total is None else min(amount, total - shown.n))

    with shown:
        if shown.disable:
            yield
        else:
            with watching(what, more):
                yield


@contextmanager
def reading(path: str, doing: str = "reading") -> Iterator[None]:
    """Show how much has been read of a file, or of the files in a folder."""
    name = "" if path == "-" else os.path.basename(os.path.normpath(path))
    with bar(f"{doing} {name}".strip(), "bytes", size_of(path), "B"):
        yield


@contextmanager
def comparing(queries: int, count: int) -> Iterator[None]:
    """Show how far a batch of queries is, which are compared with so many vectors."""
    with vectors("comparing", count * -(-queries // batches.QUERIES_AT_ONCE)):
        yield


@contextmanager
def vectors(title: str, count: int) -> Iterator[None]:
    """Show how many of so many vectors are done."""
    with bar(title, "vectors", count, " vectors"):
        yield


def size_of(path: str) -> int | None:
    """Return how many bytes a file has, or the files in a folder; None if that cannot be known."""
    if os.path.isfile(path):
        return os.path.getsize(path)
    if os.path.isdir(path):
        return sum(entry.stat().st_size for entry in os.scandir(path) if entry.is_file())
    return None
