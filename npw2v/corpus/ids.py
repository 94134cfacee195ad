"""A corpus as ids, and where they are kept: in memory, or in a temporary file once they outgrow a bound.

Ids are read a part of an epoch at a time, so those in a file cost no memory: nothing is mapped, and every reader holds
its part alone.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from npw2v.logs import logger_of

logger = logger_of(__name__)

Ids: TypeAlias = NDArray[np.int32]
Lengths: TypeAlias = NDArray[np.int64]

#: Bytes of ids that are held in memory; a store that outgrows them moves to a temporary file.
MEMORY_BOUND = 16 * 2**20

#: Ids that are digested at once.
DIGESTED = 2**20


class FileIds:
    """int32 ids in a file, read and written a slice at a time, each of them an array of its own.

    Parameters
    ----------
    path : str
        The file.
    length : int
        How many ids of those in the file.
    store : IdStore, optional
        What removes the file, if it must not do so as long as this is there.
    """

    def __init__(self, path: str, length: int, store: IdStore | None = None) -> None:
        self.path, self._length, self._store = path, length, store

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, span: slice) -> Ids:
        start, stop, _ = span.indices(self._length)
        return np.fromfile(self.path, np.int32, max(0, stop - start), offset=start * np.dtype(np.int32).itemsize)

    def joined(self, starts: Lengths, stops: Lengths) -> Ids:
        """See `joined`."""
        lengths = (stops - starts).tolist()
        found, written = np.empty(sum(lengths), np.int32), 0
        with open(self.path, "rb", buffering=0) as file:
            for start, length in zip(starts.tolist(), lengths, strict=True):
                file.seek(start * found.itemsize)
                if file.readinto(found[written : written + length].data) != length * found.itemsize:
                    raise OSError(f"{self.path} is shorter than the {self._length:,} ids that were written to it")
                written += length
        return found

    def __setitem__(self, span: slice, ids: Ids) -> None:
        with open(self.path, "r+b") as file:
            file.seek(span.indices(self._length)[0] * ids.itemsize)
            ids.tofile(file)


def joined(ids: Ids | FileIds, starts: Lengths, stops: Lengths) -> Ids:
    """Return the ids from each start to its stop, one after the other.

    Examples
    --------
    >>> joined(np.arange(9, dtype=np.int32), np.array([4, 0]), np.array([6, 3])).tolist()
    [4, 5, 0, 1, 2]
    """
    if isinstance(ids, FileIds):
        return ids.joined(starts, stops)
    return np.concatenate([ids[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)])


def fingerprint(ids: Ids | FileIds, offsets: Lengths, raw_words: int) -> dict[str, Any]:
    """Return plain values that are the same for the same encoded corpus alone: its size, and a digest of it.

    Parameters
    ----------
    ids, offsets, raw_words
        See `EncodedCorpus`.

    Examples
    --------
    >>> found = fingerprint(np.array([0, 2], np.int32), np.array([0, 1, 2]), raw_words=3)
    >>> found["words"], found["known"], found["sentences"], found["digest"][:8]
    (3, 2, 2, '76e0203f')
    """
    digest = hashlib.blake2b(digest_size=16)
    for start in range(0, len(ids), DIGESTED):
        digest.update(np.ascontiguousarray(ids[start : start + DIGESTED], "<i4").data)
    digest.update(np.ascontiguousarray(offsets, "<i8").data)
    return {
        "words": int(raw_words),
        "known": len(ids),
        "sentences": len(offsets) - 1,
        "digest": digest.hexdigest(),
    }


class IdStore:
    """A growing array of int32 ids: in memory up to MEMORY_BOUND bytes, in a temporary file beyond.

    Where no temporary file can be made they stay in memory, with one warning in the log. The file is removed
    by `close`, when the store is collected, and when the interpreter exits.

    Attributes
    ----------
    path : str or None
        The temporary file, if there is one.
    owner : int
        The process that made the store. In one that was forked from it the file is not its own.
    """

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._length = 0
        self._movable = True
        self.path: str | None = None

    def __len__(self) -> int:
        return self._length

    def append(self, ids: Ids) -> None:
        """Add ids at the end."""
        self._length += len(ids)
        if self._file is None and self._movable and self._length * ids.itemsize > MEMORY_BOUND:
            self._move_to_file()
        if self._file is None:
            self._memory.extend(ids.view(np.uint8))
        else:
            with _explained(self.path):
                self._file.write(ids.data)

    def _move_to_file(self) -> None:
        try:
            handle, self.path = tempfile.mkstemp(prefix="npw2v-", suffix=".ids")
        except OSError as error:  # no folder can be written to, as in some containers
            self._movable = False
            logger.warning(
                "the corpus stays in memory, four bytes a word: no temporary file can be made (%s); the environment "
                "variable TMPDIR can name a folder for it",
                error.strerror or error,
            )
            return
        self._remove = weakref.finalize(self, _remove_file, self.path, self.owner)
        self._file = os.fdopen(handle, "wb")
        with _explained(self.path):
            self._file.write(self._memory)
        self._memory = bytearray()
        logger.info("more than %i bytes of ids: moved them to the temporary file %s", MEMORY_BOUND, self.path)

    def ids(self, length: int | None = None) -> Ids | FileIds:
        """Return all ids, or so many from the first; nothing can be appended afterwards.

        They are in the store's memory or its file: writing to them changes the store's.
        """
        length = self._length if length is None else length
        if self._file is None or self.path is None:
            return np.frombuffer(self._memory, np.int32, length)
        with _explained(self.path):
            self._file.close()
        return FileIds(self.path, length, self)

    def close(self) -> None:
        """Forget the ids and remove the file; arrays that were handed out stay valid."""
        self._memory = bytearray()
        if self._file is not None:
            with suppress(OSError):  # what is left to write is not needed any more
                self._file.close()
            self._remove()


@contextmanager
def _explained(path: str | None) -> Iterator[None]:
    """Say of an error of the system what could not be written, where, and what to do."""
    try:
        yield
    except OSError as error:
        what = f"the ids of the corpus outgrow {MEMORY_BOUND:,} bytes and cannot be written to the temporary file"
        raise OSError(
            error.errno,
            f"{what} {path}: {error.strerror or error}. Name a folder that can be written to and has room, four bytes "
            "a word of the corpus, in the environment variable TMPDIR",
        ) from error


def _remove_file(path: str, owner: int) -> None:
    # A forked worker inherits the store, but the file is its parent's. Windows refuses to remove a file that is mapped.
    if os.getpid() == owner:
        with suppress(OSError):
            os.unlink(path)


@dataclass(frozen=True)
class Extent:
    """The size of an encoded corpus that is elsewhere; see `EncodedCorpus`.

    Attributes
    ----------
    sentences, raw_words, known, longest : int
        As that has them.
    """

    sentences: int
    raw_words: int
    known: int
    longest: int


class EncodedCorpus(AbstractContextManager["EncodedCorpus"]):
    """A corpus as ids: sentence s is ``ids[offsets[s]:offsets[s + 1]]``.

    Words outside the vocabulary are left out; a sentence that this empties stays as an empty span. A context manager;
    `close`, garbage collection and the interpreter's exit remove the temporary file, if there is one.

    Attributes
    ----------
    ids : int32 array (n_known,), or FileIds
        Rows of the vocabulary, in the order of the corpus; sliced, an array either way.
    offsets : int64 array (sentences + 1,)
        Where each sentence starts in `ids`, and the end.
    raw_words : int
        Words that were read, known or not.
    path : str or None
        The temporary file behind `ids`; None if they are in memory.
    """

    def __init__(self, ids: Ids | FileIds, offsets: Lengths, raw_words: int, store: IdStore | None = None) -> None:
        self.ids = ids
        self.offsets = offsets
        self.raw_words = raw_words
        self._store = store

    @property
    def sentences(self) -> int:
        """The number of sentences, empty ones included."""
        return len(self.offsets) - 1

    @property
    def known(self) -> int:
        """The number of ids."""
        return len(self.ids)

    @property
    def longest(self) -> int:
        """The number of ids in the longest sentence, at least 1."""
        return int(np.diff(self.offsets).max(initial=1))

    @property
    def path(self) -> str | None:
        """The temporary file behind `ids`, None if they are in memory."""
        return None if self._store is None else self._store.path

    def close(self) -> None:
        """Let go of the ids and remove their temporary file; closing twice does nothing more."""
        self.ids, self.offsets = np.zeros(0, np.int32), np.zeros(1, np.int64)
        if self._store is not None:
            self._store.close()

    def __exit__(self, *error: object) -> None:
        self.close()
