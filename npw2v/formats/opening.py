"""Opening files, plain or compressed, local or remote, and replacing one without ever leaving half of it behind."""

from __future__ import annotations

import contextlib
import errno
import gzip
import io
import lzma
import os
import secrets
import stat
import zlib
from collections.abc import Iterator
from typing import IO, Any, TypeAlias, cast

import numpy as np
import smart_open
from smart_open.compression import get_supported_extensions

from npw2v.checks import described
from npw2v.errors import FormatError, TruncatedError

#: Where bytes come from or go to: a path, a URL that smart_open knows, or an open binary file.
Source: TypeAlias = "str | os.PathLike[str] | IO[bytes]"


def label(source: Source) -> str:
    """Return the name by which messages call `source`."""
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    return str(getattr(source, "name", None) or repr(source))


@contextlib.contextmanager
def open_for_reading(source: Source) -> Iterator[IO[bytes]]:
    """Open `source` for reading bytes, decompressing as it goes.

    gzip, bzip2 and xz are recognised by their first bytes whatever the file is called; other compressions that
    smart_open supports by the extension. An open file is used as it is and left open.

    Parameters
    ----------
    source : path or binary file
        Where the bytes come from.

    Raises
    ------
    FormatError
        The compressed data are damaged; `TruncatedError` if they end early.
    """
    if not isinstance(source, (str, os.PathLike)):
        yield _binary(source, "read")
        return
    path = os.fspath(source)
    try:
        compression = _compression_found(path)
        if compression == ".xz":  # which not every version of smart_open knows
            with lzma.open(path) as unpacked:
                yield cast("IO[bytes]", unpacked)
        else:
            with smart_open.open(path, "rb", compression=compression) as file:
                yield cast("IO[bytes]", file)
    except (zlib.error, gzip.BadGzipFile, lzma.LZMAError) as error:
        raise FormatError(f"{path}: the compressed data are damaged ({error})") from error
    except EOFError as error:
        if isinstance(error, FormatError):
            raise
        raise TruncatedError(f"{path}: the compressed data end early: the file is truncated") from error


@contextlib.contextmanager
def open_for_writing(target: Source, *, append: bool = False, durable: bool = False) -> Iterator[IO[bytes]]:
    """Open `target` for writing bytes, compressed if its extension says so (``.gz``, ``.bz2``, ...).

    A local file is written under a temporary name in the same folder and renamed when the block ends, so readers
    see the old file or the whole new one; if the block raises, the old file stays as it was and the temporary one
    is removed. Appending, URLs, open files and devices are written directly.

    Parameters
    ----------
    target : path or binary file
        Where the bytes go.
    append : bool
        Add to the end of the file instead.
    durable : bool
        Force the bytes and the new name to the disk before returning, so that the promise also survives a power
        failure.
    """
    if not isinstance(target, (str, os.PathLike)):
        yield _binary(target, "write")
        return
    path = os.fspath(target)
    if not path:  # which names the current folder to os.path.realpath
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    if append or _is_remote(path) or (os.path.exists(path) and not os.path.isfile(path)):
        with smart_open.open(path, "ab" if append else "wb") as file:
            yield cast("IO[bytes]", file)
    else:
        with _replacement(os.path.realpath(path), durable) as file:
            yield file


@contextlib.contextmanager
def _replacement(path: str, durable: bool) -> Iterator[IO[bytes]]:
    mode = None
    if os.path.exists(path):
        if not os.access(path, os.W_OK):  # a rename would replace even a file that its owner made read-only
            raise PermissionError(f"{path} is read-only")
        mode = stat.S_IMODE(os.stat(path).st_mode)
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)  # rather than the temporary name
    temporary = os.path.join(folder, f".npw2v-{secrets.token_hex(6)}.tmp")
    try:
        with smart_open.open(temporary, "wb", compression=_compression_wanted(path)) as file:
            yield cast("IO[bytes]", file)
        if mode is not None:
            os.chmod(temporary, mode)
        if durable:
            _flush_to_disk(temporary, os.O_RDWR)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    if durable and os.name == "posix":  # elsewhere a folder cannot be opened
        _flush_to_disk(folder, os.O_RDONLY)


def open_array(path: str, mmap: str | None = None) -> Any:
    """Open a NumPy file; nothing in it is unpickled.

    Parameters
    ----------
    path : str
        A local file.
    mmap : {None, "r", "r+", "c"}
        Map the array into memory instead of reading it.

    Returns
    -------
    numpy.ndarray or numpy.lib.npyio.NpzFile
        The array of a ``.npy`` file; an archive of arrays, to be closed, of a ``.npz`` file.
    """
    return np.load(path, mmap_mode=cast(Any, mmap), allow_pickle=False)


def _flush_to_disk(path: str, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_remote(path: str) -> bool:
    """Tell whether `path` is a URL for smart_open rather than a name in the local file system."""
    return "://" in path


def _compression_wanted(path: str) -> str:
    extension = os.path.splitext(path)[1].lower()
    return extension if extension in get_supported_extensions() else "disable"


def _compression_found(path: str) -> str:
    """Return smart_open's name for the compression of the file at `path`, by its content where that can be read."""
    if _is_remote(path) or not os.path.isfile(path):
        return "infer_from_extension"
    with open(path, "rb") as file:
        head = file.read(10)
    if head.startswith(b"\x1f\x8b"):
        return ".gz"
    if head.startswith(b"BZh") and head[4:] == b"1AY&SY":
        return ".bz2"
    if head.startswith(b"\xfd7zXZ\x00"):
        return ".xz"
    wanted = _compression_wanted(path)
    return "disable" if wanted in (".gz", ".bz2", ".xz") else wanted


def _binary(file: IO[bytes], method: str) -> IO[bytes]:
    if isinstance(file, io.TextIOBase):
        raise TypeError(f"{label(file)} is open as text; open it in binary mode")
    if not hasattr(file, method):
        raise TypeError(f"expected a path or an open binary file, got {described(file)}")
    return file
