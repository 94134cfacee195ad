"""Opening files, plain or compressed, local or remote, and replacing one without ever leaving half of it behind."""

from __future__ import annotations

import bz2
import contextlib
import errno
import gzip
import io
import itertools
import lzma
import os
import re
import secrets
import stat
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, TypeAlias, cast

import numpy as np

from npw2v.checks import described
from npw2v.errors import FormatError, TruncatedError
from npw2v.watch import is_watched, tell

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be removed anyway
    fcntl = None  # type: ignore[assignment]

#: Names of the files that `replacing` writes to.
_TEMPORARY = re.compile(r"\.npw2v-[0-9a-f]{12}\.tmp")
_ABANDONED = 3600.0  # seconds after which one that nobody has written to, or has locked, is removed
_LOOKED_AT = 10_000  # names of a folder that are looked at for such ones

#: Where bytes come from or go to: a path, a URL that smart_open knows, or an open binary file.
Source: TypeAlias = "str | os.PathLike[str] | IO[bytes]"


#: What compressed vectors may always become, and how many times their size: floats as text shrink to a third.
MOST_UNPACKED, MOST_RATIO = 1 << 26, 30
_UNPACKING = ("gzip", "bz2", "lzma")  # modules with classes of files; bz2 need not be imported for this


def label(source: Source) -> str:
    """Return the name by which messages call `source`."""
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    return str(getattr(source, "name", None) or repr(source))


def open_any(path: str, mode: str, compression: str = "infer_from_extension") -> IO[bytes]:
    """Open a path or a URL with smart_open, imported when first used: a tenth of the time to import this package.

    Parameters
    ----------
    path : str
        Name of a file, or a URL that smart_open knows.
    mode : {"rb", "wb", "ab"}
        As for `open`.
    compression : str
        An extension with its dot, ``"disable"``, or by the extension of `path`.
    """
    if mode == "rb" and is_watched("bytes") and os.path.isfile(path):
        found = _compression_wanted(path) if compression == "infer_from_extension" else compression
        if found in _OPENERS:
            return cast("IO[bytes]", _OPENERS[found](cast("IO[bytes]", io.BufferedReader(_Told(path)))))
    if compression == ".xz":  # which not every version of smart_open knows
        return cast("IO[bytes]", lzma.open(path, cast(Any, mode)))
    from smart_open import open as smart

    return cast("IO[bytes]", smart(path, mode, compression=compression))


def is_read_as_it_is(path: str) -> bool:
    """Whether `open_any` gives the bytes that a local file holds, which `open` gives, too."""
    return not _is_remote(path) and os.path.isfile(path) and _compression_wanted(path) == "disable"


class _Told(io.FileIO):
    """A file whose reads are told to `npw2v.watch`."""

    def readinto(self, buffer: Any) -> int:
        """Read as `io.FileIO` does."""
        count = super().readinto(buffer)
        tell("bytes", count or 0)
        return cast(int, count)

    def readall(self) -> bytes:
        """Read as `io.FileIO` does."""
        content = super().readall() or b""
        tell("bytes", len(content))
        return content


def _closing(kind: Any) -> Any:
    """Make a class of compressed files close the file below, too."""

    class Closing(kind):  # type: ignore[misc]
        def __init__(self, file: IO[bytes]) -> None:
            self._below = file
            super().__init__(**{"fileobj" if kind is gzip.GzipFile else "filename": file})

        def close(self) -> None:
            super().close()
            self._below.close()

    return Closing


#: Compression → what reads from an open file, of files whose reads are told.
_OPENERS: dict[str, Callable[[IO[bytes]], Any]] = {
    "disable": lambda file: file,
    ".gz": _closing(gzip.GzipFile),
    ".bz2": _closing(bz2.BZ2File),
    ".xz": _closing(lzma.LZMAFile),
}


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
    compression = _compression_found(path)
    try:
        with open_any(path, "rb", compression) as file:
            yield file
    except (zlib.error, gzip.BadGzipFile, lzma.LZMAError) as error:
        raise FormatError(f"{path}: the compressed data are damaged ({error})") from error
    except OSError as error:  # bz2 has no error of its own
        if compression != ".bz2" or error.errno is not None or isinstance(error, FormatError):
            raise
        raise FormatError(f"{path}: the compressed data are damaged ({error})") from error
    except EOFError as error:
        if isinstance(error, FormatError):
            raise
        raise TruncatedError(f"{path}: the compressed data end early: the file is truncated") from error


def is_plain(file: IO[bytes]) -> bool:
    """Tell whether `file` is an uncompressed file of the operating system, which can be mapped."""
    raw = getattr(file, "raw", None)
    return isinstance(raw, io.FileIO) and stat.S_ISREG(os.fstat(raw.fileno()).st_mode)


@contextlib.contextmanager
def open_seekable(
    source: Source, unpacked: Callable[[IO[bytes], str], io.BytesIO] | None = None
) -> Iterator[IO[bytes]]:
    """Open `source` so that it can seek; compressed and remote files are read into memory first.

    Parameters
    ----------
    source : path or binary file
        Where the bytes come from.
    unpacked : callable, optional
        Reads such a file, given with its name, into memory. Default: all of it.
    """
    with open_for_reading(source) as file:
        if is_plain(file) or isinstance(file, io.BytesIO):
            yield file
        else:
            yield io.BytesIO(file.read()) if unpacked is None else unpacked(file, label(source))


def bytes_left(file: IO[bytes]) -> int | None:
    """Return how many bytes follow in `file`, None if only reading them can tell, as of compressed data."""
    if isinstance(file, io.BytesIO):
        return len(file.getbuffer()) - file.tell()
    if is_plain(file):
        return os.fstat(file.fileno()).st_size - file.tell()
    return None


class _Bounded:
    """A file that is decompressed as it is read, up to some size.

    Parameters
    ----------
    file : binary file
    most : int
        Bytes.
    name : str
        What messages call it.
    """

    def __init__(self, file: IO[bytes], most: int, name: str) -> None:
        self._file, self._left, self._most, self._name = file, most, most, name

    def read(self, size: int = -1) -> bytes:
        """Read as `io.BufferedIOBase` does."""
        return self._counted(self._file.read(size if 0 <= size <= self._left else self._left + 1))

    def readline(self, size: int = -1) -> bytes:
        """Read a line, or a part of one."""
        return self._counted(self._file.readline(size if 0 <= size <= self._left else self._left + 1))

    def seekable(self) -> bool:
        """Whether the file can seek."""
        return self._file.seekable()

    def tell(self) -> int:
        """Return the position."""
        return self._file.tell()

    def seek(self, position: int) -> int:
        """Go to a position, back mostly: what was counted is counted anew."""
        self._left = self._most - self._file.seek(position)
        return self._most - self._left

    def _counted(self, part: bytes) -> bytes:
        self._left -= len(part)
        if self._left < 0:
            raise FormatError(
                f"{self._name} decompresses to more than {self._most} bytes, which is more than vectors shrink to; if "
                "it is no bomb, decompress it into a file and load that"
            )
        return part


def bounded(source: Source, file: IO[bytes]) -> IO[bytes]:
    """Return `file`, which was opened from `source`, so that a small local file does not become a huge one.

    What is compressed raises `FormatError` beyond `MOST_UNPACKED` bytes and `MOST_RATIO` times its size.
    """
    if not isinstance(source, (str, os.PathLike)) or not os.path.isfile(source) or not is_decompressed(source, file):
        return file
    return cast("IO[bytes]", _Bounded(file, max(MOST_UNPACKED, MOST_RATIO * os.path.getsize(source)), label(source)))


def is_decompressed(source: Source, file: IO[bytes]) -> bool:
    """Tell whether `file`, which was opened from `source`, decompresses what it reads, so that little becomes much."""
    compression = ""
    if isinstance(source, (str, os.PathLike)):
        path = os.fspath(source)
        found = _compression_found(path)
        compression = _compression_wanted(path) if found == "infer_from_extension" else found
    kinds = (
        type(file),
        file.__class__,
        type(getattr(file, "raw", None)),
    )  # smart_open puts proxies and buffers before it
    unpacks = any(each.__module__ in _UNPACKING for kind in kinds for each in kind.__mro__)
    return compression not in ("", "disable") or unpacks


def read_lines(file: IO[bytes], longest: int, name: str) -> Iterator[bytes]:
    """Yield the lines of a file, none of more than `longest` bytes, whatever the file decompresses to.

    Raises
    ------
    FormatError
        A line is longer.
    """
    number = 0
    while line := file.readline(longest + 1):
        number += 1
        if len(line) > longest:
            raise FormatError(f"{name}: line {number}: no line ends within {longest} bytes; is this a text file?")
        yield line


@contextlib.contextmanager
def open_for_writing(target: Source, *, append: bool = False) -> Iterator[IO[bytes]]:
    """Open `target` for writing bytes, compressed if its extension says so (``.gz``, ``.bz2``, ...).

    A local file is replaced as `replacing` says: readers, and whoever comes after a crash, find the old file or the
    whole new one. URLs, open files and devices are written directly.

    Appending adds to the file that is there, compressed as that is. If it fails, the file becomes what it was. A killed
    process may leave some of what was added, which ends anywhere, and a power failure may leave zeros in its place.

    Parameters
    ----------
    target : path or binary file
        Where the bytes go.
    append : bool
        Add to the end of the file instead.

    Raises
    ------
    OSError
        The file cannot be written; the message says why, and names `target`.
    """
    if not isinstance(target, (str, os.PathLike)):
        yield _binary(target, "write")
        return
    path = os.fspath(target)
    if append and os.path.isfile(path) and os.path.getsize(path):
        with _appending(path) as file:
            yield file
    elif _is_remote(path) or _is_device(path):
        with _named(path), open_any(path, "ab" if append else "wb") as file:
            yield file
    else:
        with replacing(path) as temporary, _open_file(temporary, "wb", _compression_wanted(path)) as file:
            yield file


def _open_file(path: str, mode: str, compression: str) -> IO[bytes]:
    return cast("IO[bytes]", open(path, mode)) if compression == "disable" else open_any(path, mode, compression)


@contextlib.contextmanager
def _named(target: str) -> Iterator[None]:
    """Have errors of the system's say which file they are about."""
    try:
        yield
    except OSError as error:
        if error.errno and error.filename is None:
            raise OSError(error.errno, error.strerror or str(error), target) from error
        raise


@contextlib.contextmanager
def _appending(path: str) -> Iterator[IO[bytes]]:
    """Open a local file for adding to it, forced to the disk at the end; if the block raises, it is cut back."""
    size = os.path.getsize(path)
    try:
        # As in `replacing`, whatever goes wrong is reported to a descriptor that was open at the time.
        with open(path, "ab") as held:
            with _open_file(path, "ab", _compression_found(path)) as file:
                yield file
            os.fsync(held.fileno())
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.truncate(path, size)
        if isinstance(error, OSError) and error.errno and error.filename is None:  # written to, not opened
            raise _about(error, path) from error
        raise


@contextlib.contextmanager
def replacing(target: str) -> Iterator[str]:
    """Give the name of an empty file to write to, which takes the place of the file `target` when the block ends.

    The new file lies in the same folder. Its bytes are forced to the disk before it is renamed, and the folder
    afterwards, so that neither a killed process nor a power failure leaves anything but the old file or the whole
    new one; what maps the old one keeps it. If the block raises, the old file stays and the new one is removed. A link
    stays a link, to the new file; permissions stay as they were. What killed processes have left in the folder is
    removed an hour later.

    Windows cannot force a folder to the disk, nor replace a file that a program has open or mapped: the old file stays
    then, with an error that says so.

    Parameters
    ----------
    target : str
        Name of a local file, which need not exist.

    Raises
    ------
    OSError
        The file cannot be replaced; the message says why, and names `target` rather than the temporary file.
    """
    path = _replaceable(target)
    folder = os.path.dirname(path)
    _remove_leftovers(folder)
    temporary = os.path.join(folder, f".npw2v-{secrets.token_hex(6)}.tmp")
    try:
        # Whatever goes wrong on the way to the disk is reported to a descriptor that was open at the time.
        with open(temporary, "xb") as held:
            with contextlib.suppress(OSError):  # not every file system has locks
                _lock(held)
            yield temporary
            if os.path.exists(path):
                os.chmod(temporary, stat.S_IMODE(os.stat(path).st_mode))
            os.fsync(held.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError) and error.errno and error.filename in (None, temporary):
            raise _about(error, target) from error
        raise
    _flush_folder(folder)


def _remove_leftovers(folder: str) -> None:
    """Remove what processes that were killed while they wrote to this folder have left in it.

    One that goes on writing is known by its lock; if it runs on another machine, or there are no locks, by the time of
    its last write.
    """
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in itertools.islice(entries, _LOOKED_AT):
            if not _TEMPORARY.fullmatch(entry.name) or not entry.is_file(follow_symlinks=False):
                continue
            if time.time() - entry.stat(follow_symlinks=False).st_mtime > _ABANDONED:
                with contextlib.suppress(OSError):
                    with open(entry.path, "rb") as file:
                        _lock(file)
                    os.unlink(entry.path)


def _lock(file: IO[bytes]) -> None:
    """Lock a file for this process until it is closed; OSError if another one has, or if there are no locks."""
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def check_writable(target: str) -> None:
    """Raise if a file could not be written: to know it before hours of work, not after them.

    Parameters
    ----------
    target : str
        Name of a local file, which need not exist; nothing is left behind. URLs and devices pass.

    Raises
    ------
    OSError
        There is no such folder, it or the file is read-only, or the name is that of a folder.
    """
    if _is_remote(target) or _is_device(target):
        return
    path = _replaceable(target)
    try:
        with tempfile.TemporaryFile(dir=os.path.dirname(path)):
            pass
    except OSError as error:
        raise _about(error, target) from error


def _replaceable(target: str) -> str:
    """Return the file that `target` names, behind links, having made sure that there can be a new one."""
    if not target:  # which names the current folder to os.path.realpath
        raise FileNotFoundError(errno.ENOENT, "expected the name of a file to write, got an empty one", target)
    path = os.path.realpath(target)
    if os.path.isdir(path) or target.endswith((os.sep, os.altsep or os.sep)):
        raise IsADirectoryError(errno.EISDIR, "expected a file to write, got a folder: add the name of a file", target)
    if os.path.islink(path):  # realpath gives up on links that lead back to themselves
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), target)
    if _is_device(path):  # a rename would put a file in its place
        raise FileExistsError(errno.EEXIST, "expected a file to write, got a device", target)
    if os.path.exists(path) and not os.access(path, os.W_OK):  # a rename would replace even such a file
        raise PermissionError(errno.EACCES, "the file is read-only: make it writable, or use another name", target)
    if not os.path.isdir(os.path.dirname(path)):
        raise FileNotFoundError(errno.ENOENT, "there is no such folder to write the file to: make it first", target)
    return path


def _about(error: OSError, target: str) -> OSError:
    """Say of an error in writing the temporary file what became of `target`."""
    reason = error.strerror or str(error)
    if error.errno in (errno.EACCES, errno.EPERM) and error.filename2 is not None:
        reason += (
            ": the new file cannot take the place of the old one, which on Windows no program may have open or mapped "
            '(mmap="r"), and which in a shared folder must be yours'
        )
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        reason += ": a new file is written beside the old one, so the folder must be writable"
    elif error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        reason += ": the new file does not fit; make room, or write elsewhere"
    kept = "the old file is as it was" if os.path.exists(target) else "nothing was written"
    return OSError(error.errno, f"{reason} ({kept})", target)


def _flush_folder(folder: str) -> None:
    """Force the names in a folder to the disk, where the system can do that."""
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # one may write to it and not read it
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # file systems that know no such thing
            raise
    finally:
        os.close(descriptor)


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
    with open(path, "rb") as file:
        is_zip = file.read(2) == b"PK"
    if is_zip:
        zipfile.ZipFile(path).close()  # raises where NumPy would, and would leave the file open
    return np.load(path, mmap_mode=cast(Any, mmap), allow_pickle=False)


def _is_remote(path: str) -> bool:
    """Tell whether `path` is a URL for smart_open rather than a name in the local file system."""
    return re.match(r"\w[\w+.-]+://", path) is not None  # one letter is a drive of Windows


def _is_device(path: str) -> bool:
    """Tell whether `path` is there and neither a file nor a folder: a pipe, a terminal, /dev/null."""
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)


def _compression_wanted(path: str) -> str:
    from smart_open.compression import get_supported_extensions

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
    if isinstance(cast(object, file), io.TextIOBase):
        raise TypeError(f"{label(file)} is open as text; open it in binary mode")
    if not hasattr(file, method):
        raise TypeError(f"expected a path or an open binary file, got {described(file)}")
    return file
