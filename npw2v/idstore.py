"""Where encoded ids are kept: in memory, or in a temporary file once they outgrow a bound."""

from __future__ import annotations

import logging
import os
import tempfile
import weakref
from contextlib import suppress
from typing import IO, TypeAlias

import numpy as np
import numpy.typing as npt

logger = logging.getLogger(__name__)

Ids: TypeAlias = npt.NDArray[np.int32]

MEMORY_BOUND = 256 * 2**20
"""Bytes of ids that are held in memory; a store that outgrows them moves to a temporary file."""


class IdStore:
    """A growing array of int32 ids: in memory up to MEMORY_BOUND bytes, in a temporary file beyond.

    The file is removed by `close`, when the store is collected, and when the interpreter exits.
    """

    def __init__(self) -> None:
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._length = 0
        self.path: str | None = None

    def __len__(self) -> int:
        return self._length

    def append(self, ids: Ids) -> None:
        """Add ids at the end."""
        self._length += len(ids)
        if self._file is None and self._length * ids.itemsize > MEMORY_BOUND:
            self._move_to_file()
        if self._file is None:
            self._memory.extend(ids.view(np.uint8))
        else:
            self._file.write(ids.data)

    def _move_to_file(self) -> None:
        handle, self.path = tempfile.mkstemp(prefix="npw2v-", suffix=".ids")
        self._remove = weakref.finalize(self, _remove_file, self.path, os.getpid())
        self._file = os.fdopen(handle, "wb")
        self._file.write(self._memory)
        self._memory = bytearray()
        logger.info("more than %i bytes of ids: moved them to the temporary file %s", MEMORY_BOUND, self.path)

    def array(self) -> Ids:
        """All ids, as an array that shares the store's memory or file; nothing can be appended afterwards."""
        if self._file is None or self.path is None:
            return np.frombuffer(self._memory, np.int32)
        self._file.close()
        return np.asarray(np.memmap(self.path, np.int32, "r+"))

    def close(self) -> None:
        """Forget the ids and remove the file; arrays that were handed out stay valid."""
        self._memory = bytearray()
        if self._file is not None:
            self._file.close()
            self._remove()


def _remove_file(path: str, owner: int) -> None:
    # A forked worker inherits the store, but the file is its parent's. Windows refuses to remove a file that is mapped.
    if os.getpid() == owner:
        with suppress(OSError):
            os.unlink(path)
