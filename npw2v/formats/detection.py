"""Choosing the reader of a word2vec file by its content: text or binary, with a header or without, in a zip or not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

from npw2v.checks import shown
from npw2v.errors import FormatError
from npw2v.formats.opening import MOST_RATIO, MOST_UNPACKED
from npw2v.formats.sniff import ZIP_MAGIC, identify

#: Enough for the header and a record of 8,000 numbers as text, or some of GloVe's.
HEAD_BYTES = 1 << 18
_PART = 1 << 13

_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError, OSError)


@contextmanager
def open_detected(file: IO[bytes], name: str) -> Iterator[tuple[IO[bytes], str]]:
    """Look at an open file, and leave it where it was.

    Parameters
    ----------
    file : binary file
        Decompressed, at its beginning.
    name : str
        What messages call it.

    Yields
    ------
    content : binary file
        The same file or, if that is a zip of one file, the file in it.
    kind : str
        What it is: see `npw2v.formats.sniff.identify`.

    Raises
    ------
    FormatError
        It is a damaged zip, or one of several files.
    """
    content, head = peek(file)
    if not head.startswith(ZIP_MAGIC) or identify(head) != "zip archive":
        yield content, identify(head)
        return
    with zipped(content, name) as member:
        unpacked, head = peek(member)
        yield unpacked, identify(head)


def peek(file: IO[bytes], size: int = HEAD_BYTES) -> tuple[IO[bytes], bytes]:
    """Return a file that begins where `file` is, which is `file` itself if it can seek, and its first bytes."""
    if getattr(file, "seekable", bool)():
        start = file.tell()
        head = read_up_to(file, size)
        file.seek(start)
        return file, head
    head = read_up_to(file, size)
    return cast("IO[bytes]", io.BufferedReader(_Rewound(head, file))), head


def read_up_to(file: IO[bytes], size: int) -> bytes:
    """Read `size` bytes, or what there is: a stream may give less at a time, and compressed data may end early."""
    parts: list[bytes] = []
    try:
        while size > 0 and (part := file.read(min(size, _PART))):
            parts.append(part)
            size -= len(part)
    except EOFError:
        if not parts:
            raise
    return b"".join(parts)


class _Rewound(io.RawIOBase):
    """Bytes that were taken from a file that cannot seek, and then the rest of it."""

    def __init__(self, taken: bytes, file: IO[bytes]) -> None:
        self._taken, self._file = taken, file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part, self._taken = self._taken[: len(buffer)], self._taken[len(buffer) :]
        part = part or self._file.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)


@contextmanager
def zipped(file: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    """Open the only file in a zip, which is decompressed as it is read.

    Raises
    ------
    FormatError
        The zip is damaged, encrypted, or has not one file in it.
    """
    try:
        archive = zipfile.ZipFile(file)
    except _UNREADABLE as error:
        raise FormatError(f"{name}: the zip archive is damaged or truncated ({error})") from error
    with archive:
        members = [info for info in archive.infolist() if not info.filename.startswith("__MACOSX/")]
        members = [info for info in members if not info.filename.endswith("/")]
        if len(members) != 1:
            names = ", ".join(shown(info.filename) for info in members[:10])
            raise FormatError(
                f"{name} is a zip archive of {len(members)} files, expected one: unpack it and load one of {names}"
                if members
                else f"{name} is a zip archive without a file in it"
            )
        packed, size = members[0].compress_size, members[0].file_size
        if size > max(MOST_UNPACKED, MOST_RATIO * packed):
            raise FormatError(
                f"{name}: {shown(members[0].filename)} has {size} bytes made of {packed}, which is more than vectors "
                "shrink to; if it is no bomb, unpack it and load that"
            )
        try:
            member = archive.open(members[0])
        except _UNREADABLE as error:
            raise FormatError(f"{name}: {shown(members[0].filename)} cannot be unpacked: {error}") from error
        try:
            with member:
                yield member
        except zipfile.BadZipFile as error:
            raise FormatError(
                f"{name}: {shown(members[0].filename)} in the zip archive is damaged ({error})"
            ) from error
