"""Threads that stop where a test wants them to."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

#: Seconds after which something that must come about counts as never coming about.
PATIENCE = 60


class Gate:
    """A place where a thread stops until it is let through."""

    def __init__(self):
        self._reached, self._open = threading.Event(), threading.Event()

    def __call__(self):
        self._reached.set()
        assert self._open.wait(PATIENCE)

    def wait_until_reached(self):
        assert self._reached.wait(PATIENCE)

    def open(self):
        self._open.set()


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "never came about"
        time.sleep(0.001)


@contextmanager
def threads(count, *gates):
    """A pool of threads; whatever fails, the gates open at the end, so that no thread is left."""
    with ThreadPoolExecutor(count) as pool:
        try:
            yield pool.submit
        finally:
            for gate in gates:
                gate.open()
