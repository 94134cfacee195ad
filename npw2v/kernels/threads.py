"""The cores that this process may use, and BLAS's threads.

BLAS is to take one thread for a product where the products are small, as in training, and where npw2v computes several
at once in threads of its own, as in a search for many words.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy  # noqa: F401  BLAS must be there to be found
from threadpoolctl import ThreadpoolController

_setting = threading.Lock()


def available_cores() -> int:
    """Count the processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _blas() -> Any:
    """Find BLAS's libraries, once, as it takes a millisecond."""
    return ThreadpoolController().select(user_api="blas")


def blas_threads() -> int:
    """Return how many threads BLAS now uses for a product; 1 if it is a BLAS that cannot be told."""
    return max((library.num_threads for library in _blas().lib_controllers), default=1)


@contextmanager
def single_threaded() -> Iterator[None]:
    """Let BLAS use one thread for each product; what was set before comes back at the end.

    The setting holds for the whole process, and the thread that changed it puts it back. Another one that comes
    meanwhile finds it as wanted and changes nothing; should it stay longer, its products take several threads, which
    costs it some time.
    """
    if _setting.acquire(blocking=False):
        try:
            libraries = _blas().lib_controllers
            before = [library.num_threads for library in libraries]
            try:
                for library in libraries:
                    library.set_num_threads(1)
                yield
            finally:
                for library, threads in zip(libraries, before, strict=True):
                    library.set_num_threads(threads)
        finally:
            _setting.release()
    else:
        yield
