"""BLAS's threads, while npw2v computes several products at once in threads of its own and each is to take one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy  # noqa: F401  BLAS must be there to be found
from threadpoolctl import ThreadpoolController

_setting = threading.Lock()


@cache
def _controller() -> Any:
    """Find BLAS's libraries, once, as it takes a millisecond."""
    return ThreadpoolController().select(user_api="blas")


def threads() -> int:
    """Return how many threads BLAS now uses for a product; 1 if it is a BLAS that cannot be told."""
    return max((library.num_threads for library in _controller().lib_controllers), default=1)


@contextmanager
def single_threaded() -> Iterator[None]:
    """Let BLAS use one thread for each product; what was set before comes back at the end.

    The setting holds for the whole process, and the thread that changed it puts it back. Another one that comes
    meanwhile finds it as wanted and changes nothing; should it stay longer, its products take several threads, which
    costs it some time.
    """
    if _setting.acquire(blocking=False):
        try:
            with _controller().limit(limits=1):
                yield
        finally:
            _setting.release()
    else:
        yield
