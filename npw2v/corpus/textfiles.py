"""Text from files: opened whatever they are compressed with, and read as UTF-8 in blocks."""

from __future__ import annotations

import codecs
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, TypeAlias

from npw2v.formats.opening import is_read_as_it_is, open_any

#: Where text comes from: a path, or an open file object (binary or text) that can be rewound.
Source: TypeAlias = "str | bytes | os.PathLike[str] | os.PathLike[bytes] | IO[bytes] | IO[str]"

#: What is split at once. Words of a block this size are still in the processor's cache when they are looked up;
#: reading a megabyte at a time made scanning a third slower.
BLOCK_SIZE = 128 * 1024


@contextmanager
def open_text(source: Source) -> Iterator[IO[Any]]:
    """Open a source of text; the one way in which this package opens corpora.

    Parameters
    ----------
    source : path or file object
        A path is opened in binary, decompressed by its extension (`smart_open`); a ``.zip`` must hold one member,
        which is opened. A file object is rewound with ``seek(0)`` and handed back as it is; it stays open afterwards.

    Yields
    ------
    file object
        Of bytes for a path, of what it gave before for a file object.

    Raises
    ------
    TypeError
        `source` is neither a path nor a file object that can be rewound.
    ValueError
        A ``.zip`` does not hold exactly one member.
    OSError
        The file cannot be opened.
    """
    if not isinstance(source, str | bytes | os.PathLike):
        if not hasattr(source, "read"):
            raise TypeError(f"expected a path or an open file object to read text from, got {source!r}")
        if not hasattr(source, "seek"):
            raise TypeError(f"cannot rewind {source!r}, which has no seek(): give a path or an io.BytesIO instead")
        source.seek(0)
        yield source
        return
    path = os.fsdecode(source)
    if not path.lower().endswith(".zip"):
        with open_any(path, "rb") as stream:
            yield stream
        return
    with (
        open_any(path, "rb", "disable") as packed,
        zipfile.ZipFile(packed) as archive,
        archive.open(_only_member(archive, path)) as stream,
    ):
        yield stream


def is_plain(source: object) -> bool:
    """Whether `open_text` gives the bytes of a local file as they are in it."""
    if not isinstance(source, str | bytes | os.PathLike):
        return False
    path = os.fsdecode(source)
    return not path.lower().endswith(".zip") and is_read_as_it_is(path)


def _only_member(archive: zipfile.ZipFile, path: str) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) != 1:
        names = ", ".join(member.filename for member in members[:10]) + (", ..." if len(members) > 10 else "")
        raise ValueError(
            f"{path} holds {len(members)} members ({names or 'none'}) where a corpus needs exactly one: "
            "extract it and give the path of the file to read, or the folder to PathLineSentences"
        )
    return members[0]


def read_blocks(stream: IO[Any]) -> Iterator[str]:
    """Yield the text of an open file in blocks; a UTF-8 character never straddles two of them.

    Parameters
    ----------
    stream : file object
        Of bytes, decoded as strict UTF-8, or of str, passed on.

    Raises
    ------
    UnicodeDecodeError
        After the text before the first byte that is not UTF-8 was yielded; the reason gives that byte's position in
        the file.
    """
    undecoded, position = b"", 0
    while True:
        block = stream.read(BLOCK_SIZE)
        if isinstance(block, str):
            if not block:
                return
            yield block
            continue
        data = undecoded + block
        try:
            text, used = codecs.utf_8_decode(data, "strict", not block)
        except UnicodeDecodeError as error:
            yield str(data[: error.start], "utf-8")
            raise not_utf8(error, position, stream) from None
        if text:
            yield text
        if not block:
            return
        undecoded, position = data[used:], position + used


def not_utf8(error: UnicodeDecodeError, position: int, stream: IO[Any]) -> UnicodeDecodeError:
    """Return the error with the place in the file added, for bytes that start at `position`."""
    where = f"{error.reason} (byte {position + error.start} of {getattr(stream, 'name', 'the corpus')})"
    return UnicodeDecodeError(error.encoding, error.object, error.start, error.end, where)
