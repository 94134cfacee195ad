"""How far long work is, told to whoever watches: the one way in which loops far below reach a progress bar.

A loop that may take seconds tells what it has done, ``tell("bytes", 1024)``; whoever draws a bar listens meanwhile.
Where nobody does, telling costs a look at an empty list.

==============  ========================================================================================
what is told    by whom
==============  ========================================================================================
``bytes``       `npw2v.formats.opening`, of what it reads of local files
``steps``       `npw2v.vectors.projection`, of those in which a map comes about
``vectors``     searches, of those compared with a batch of queries; `npw2v.formats.rows`, of those that are written
==============  ========================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_watchers: list[tuple[str, Callable[[int], object]]] = []


def tell(what: str, amount: int) -> None:
    """Say that so much more is done."""
    for watched, watcher in _watchers:
        if watched == what:
            watcher(amount)


def is_watched(what: str) -> bool:
    """Whether anybody listens, for what would cost time to tell."""
    return any(watched == what for watched, _ in _watchers)


@contextmanager
def watching(what: str, watcher: Callable[[int], object]) -> Iterator[None]:
    """Call `watcher` with every amount that is told, from whatever thread, until the block ends.

    Examples
    --------
    >>> heard = []
    >>> with watching("bytes", heard.append):
    ...     tell("bytes", 3)
    >>> tell("bytes", 4)
    >>> heard
    [3]
    """
    entry = (what, watcher)
    _watchers.append(entry)
    try:
        yield
    finally:
        _watchers.remove(entry)
