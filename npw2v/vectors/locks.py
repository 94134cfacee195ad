"""A lock that many threads hold to read, or one to write, and methods that take it.

A query reads keys, vectors and norms, which belong together; a thread that adds vectors changes them one by one. So
queries share the lock, and what changes vectors has it alone. A thread may take it again inside: a query that asks
others, an addition that asks what is there. Waiting writers go before new readers, so that queries without a gap cannot
keep them out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar


class SharedLock:
    """Many readers or one writer; reentrant both ways.

    A thread that reads may go on to write once it is the only reader.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()  # of what follows
        self._changed = threading.Condition(self._guard)
        self._readers: dict[int, int] = {}  # thread: how many times it has entered
        self._writer: int | None = None
        self._writes = 0  # how many times the writer has entered
        self._waiting = 0  # writers
        self._upgrading = False  # a reader waits to write

    def start_reading(self) -> None:
        """Wait until no other thread writes, or waits to."""
        me = threading.get_ident()
        if inside := self._readers.get(me):  # an entry of one's own, which nobody else touches
            self._readers[me] = inside + 1
            return
        with self._guard:
            if self._writer != me:
                while self._writer is not None or self._waiting:
                    self._changed.wait()
            self._readers[me] = 1

    def stop_reading(self) -> None:
        """Leave as often as entered."""
        me = threading.get_ident()
        if (inside := self._readers[me]) > 1:
            self._readers[me] = inside - 1
            return
        with self._guard:
            del self._readers[me]
            if self._waiting:
                self._changed.notify_all()

    def start_writing(self) -> None:
        """Wait until no other thread reads or writes.

        Raises
        ------
        RuntimeError
            Two threads want to change inside a query what the other one reads: each would wait for the other.
        """
        me = threading.get_ident()
        with self._guard:
            if self._writer != me:
                if self._writer is not None or len(self._readers) > (me in self._readers):
                    self._wait_to_write(me)
                self._writer = me
            self._writes += 1

    def _wait_to_write(self, me: int) -> None:
        upgrading = me in self._readers
        if upgrading and self._upgrading:
            raise RuntimeError("two threads change the same vectors inside of queries of them: change them outside")
        self._upgrading |= upgrading
        self._waiting += 1
        try:
            while self._writer is not None or self._readers.keys() - {me}:
                self._changed.wait()
        finally:
            self._waiting -= 1
            self._upgrading &= not upgrading
            self._changed.notify_all()

    def stop_writing(self) -> None:
        """Leave as often as entered."""
        with self._guard:
            self._writes -= 1
            if not self._writes:
                self._writer = None
                self._changed.notify_all()


class Locked(Protocol):
    """What has such a lock."""

    @property
    def _lock(self) -> SharedLock: ...


P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound=Locked)


def reading(method: Callable[Concatenate[T, P], R]) -> Callable[Concatenate[T, P], R]:
    """Make a method see vectors that nobody changes until it returns."""

    @wraps(method)
    def locked(self: T, /, *arguments: P.args, **options: P.kwargs) -> R:
        lock = self._lock
        lock.start_reading()
        try:
            return method(self, *arguments, **options)
        finally:
            lock.stop_reading()

    return locked


def changing(method: Callable[Concatenate[T, P], R]) -> Callable[Concatenate[T, P], R]:
    """Make a method the only one that sees the vectors until it returns."""

    @wraps(method)
    def locked(self: T, /, *arguments: P.args, **options: P.kwargs) -> R:
        lock = self._lock
        lock.start_writing()
        try:
            return method(self, *arguments, **options)
        finally:
            lock.stop_writing()

    return locked
