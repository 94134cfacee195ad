"""npw2v's own file: named numeric arrays and a JSON header in one zip that NumPy can open. Loading executes nothing.

Layout
------
A zip archive (with zip64 sizes, so members may exceed 4 GB) of uncompressed members, in this order:

``metadata.json``
    UTF-8 JSON: ``{"format": "npw2v archive", "version": 1, "metadata": {...}, "arrays": {name: [dtype, shape]}}``.
    It comes first, so ``head -c 1000 FILE`` or ``unzip -p FILE metadata.json`` shows what the file holds.
``<name>.npy`` for each array
    NumPy's .npy format, in C order and of a plain numeric dtype. An extra field of the zip's local header
    (id 0xD935, the one that Android's zipalign uses) pads the member so that the numbers begin at a multiple of
    64 bytes in the file: they can be mapped into memory where they lie.

`numpy.load` opens the file as an ``.npz`` without ``allow_pickle``: arrays by name, and the header as the bytes
``["metadata.json"]``. The zip's CRC-32 of each member guards against damage.
"""

from __future__ import annotations

import errno
import io
import itertools
import json
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from npw2v.checks import shown
from npw2v.errors import EmptyFileError, ForeignFileError, FormatError, TruncatedError
from npw2v.formats.attributes import NUMERIC_KINDS, is_json
from npw2v.formats.opening import Source, is_plain, label, open_for_writing, open_seekable
from npw2v.formats.rows import Rows
from npw2v.formats.sniff import ZIP_MAGIC, describe

Array = NDArray[Any]

FORMAT = "npw2v archive"
VERSION = 1
HEADER_NAME = "metadata.json"
ALIGNMENT = 64

_ZIP_END = 22  # bytes of the zip's last record, before its comment
_LOCAL_HEADER = 30  # bytes of a zip member's local header before its name
_ZIP64_EXTRA = 20  # bytes that zipfile adds to that header for 64-bit sizes
_PADDING_ID = 0xD935
_MMAP_MODES = (None, "r", "c")
_DATE = (1980, 1, 1, 0, 0, 0)  # zip's earliest: the same content always gives the same bytes

_LARGEST_HEADER = 1 << 30  # of metadata.json, which becomes objects of many times its size
_LONGEST_NAME = 60_000  # of an array, so that a zip's two bytes for its length are enough
_LARGEST_NPY_HEADER = 1 << 16  # NumPy itself reads up to 10,000 characters
_NPY_MAGIC = b"\x93NUMPY"
_HAS_DESCRIPTOR = 1 << 3  # flag of a member that was written without going back: its sizes follow it
_UTF8_NAME = 1 << 11
_DESCRIPTORS = (b"", b"PK\x07\x08")  # with or without their signature ...
_DESCRIPTOR_SIZES = (12, 20)  # ... a checksum and two sizes of 32 or 64 bits
_SIGNATURES = re.compile(rb"PK(\x07\x08|\x03\x04|\x01\x02)")  # what can follow a member
_CHUNK = 1 << 20
_DIGITS, _LARGE_KEYS = 19, 10_000
_ROOM_AROUND_MEMBER = 1 << 18  # more than its headers, in front and in the directory, can take


def write_archive(path: Source, arrays: Mapping[str, Array | Rows], metadata: Mapping[str, Any]) -> None:
    """Write `arrays` and `metadata` to one file.

    The bytes go to a temporary file in the same folder, are forced to the disk, and the file is renamed to `path`,
    so a crash at any point leaves either the old file or the new one. A path that ends in ``.gz``, ``.bz2`` or
    another extension that smart_open compresses gives a compressed file, which cannot be mapped into memory.

    Parameters
    ----------
    path : path or binary file
        The file is open for writing.
    arrays : dict of str to numpy.ndarray or Rows
        Arrays of bool, integer, float or complex dtype, by name.
    metadata : dict of str to object
        Anything JSON can hold.

    Raises
    ------
    TypeError
        An array is not numeric, or `metadata` is not JSON.
    ValueError
        The name of an array cannot be that of a member of a zip.
    """
    # asarray, as ascontiguousarray would turn a scalar into one dimension
    contiguous = {
        name: array if isinstance(array, Rows) else np.asarray(array, order="C") for name, array in arrays.items()
    }
    for name, array in contiguous.items():
        if array.dtype.kind not in NUMERIC_KINDS:
            raise TypeError(f"array {name!r} has dtype {array.dtype}; an archive holds numbers only")
        _check_name(name)
    header = {
        "format": FORMAT,
        "version": VERSION,
        "metadata": dict(metadata),
        "arrays": {name: [array.dtype.str, list(array.shape)] for name, array in contiguous.items()},
    }
    encoded = json.dumps(header).encode()
    with open_for_writing(path) as file, zipfile.ZipFile(_for_zipfile(file), "w") as archive:
        archive.writestr(zipfile.ZipInfo(HEADER_NAME, _DATE), encoded)
        for name, array in contiguous.items():
            info = zipfile.ZipInfo("", _DATE)
            info.filename = f"{name}.npy"  # as it is, where ZipInfo itself makes "/" of the system's own separator
            info.extra = _padding(archive.fp.tell() + len(info.filename.encode()))  # type: ignore[union-attr]
            with archive.open(info, "w", force_zip64=True) as member:
                _write_array(member, array)


def _write_array(member: IO[bytes], array: Array | Rows) -> None:
    if not isinstance(array, Rows):
        np.lib.format.write_array(member, array, allow_pickle=False)
        return
    header = {"descr": array.dtype.str, "fortran_order": False, "shape": array.shape}
    np.lib.format.write_array_header_1_0(member, header)
    for block in array:
        member.write(np.ascontiguousarray(block, array.dtype).data)


def _check_name(name: str) -> None:
    """Raise unless a member of a zip can be called so and be found again by every program."""
    try:
        fits = len(name.encode()) <= _LONGEST_NAME and "\0" not in name
    except UnicodeEncodeError:
        fits = False
    if not fits:
        shown = repr(name) if len(name) <= 60 else f"{name[:60]!r}..."
        raise ValueError(
            f"an array called {shown} cannot be saved: a name has at most {_LONGEST_NAME} bytes of UTF-8, and no "
            "NUL or surrogate in it; rename the attribute"
        )


class _Stream:
    """What `zipfile` needs of a file that it must write from front to back."""

    def __init__(self, file: IO[bytes]) -> None:
        self.write, self.flush = file.write, file.flush


def _for_zipfile(file: IO[bytes]) -> IO[bytes]:
    """Hide the half-working ``seek`` of compressed files, which `zipfile` would trust."""
    return file if is_plain(file) or isinstance(file, io.BytesIO) else cast("IO[bytes]", _Stream(file))


def _padding(position: int) -> bytes:
    """Return the extra field that aligns a member whose local header and name would end at `position` + 50.

    NumPy pads the .npy header to a multiple of 64 bytes itself, so aligning the member aligns its numbers.
    """
    unpadded = position + _LOCAL_HEADER + _ZIP64_EXTRA + 6
    zeros = -unpadded % ALIGNMENT
    return struct.pack("<HHH", _PADDING_ID, 2 + zeros, ALIGNMENT) + bytes(zeros)


def read_archive(path: Source, mmap: str | None = None) -> tuple[dict[str, Array], dict[str, Any]]:
    """Read what `write_archive` wrote.

    Parameters
    ----------
    path : path or binary file
        The file is open for reading and can seek.
    mmap : {None, "r", "c"}
        None reads the arrays into memory and verifies their checksums. ``"r"`` maps them from the file, read-only
        and without copying; ``"c"`` likewise, with changes kept in memory. (``"r+"`` is refused: it would change
        numbers under the file's checksums.)

    Returns
    -------
    arrays : dict of str to numpy.ndarray
        The arrays by name.
    metadata : dict of str to object
        What was given as such.

    Raises
    ------
    FormatError
        The file is truncated (`TruncatedError`), damaged, or something else; the message says what it found.
    ValueError
        `mmap` is none of the above, or the file is compressed or has no path and so cannot be mapped.
    """
    if mmap not in _MMAP_MODES:
        raise ValueError(f"mmap must be one of {_MMAP_MODES}, got {mmap!r}")
    name = label(path)
    with open_seekable(path, _in_memory) as file:
        if mmap is not None and not is_plain(file):
            raise ValueError(f"{name} is compressed or not a local file and cannot be mapped; load it with mmap=None")
        members = _members(file, name)
        header = header_of(members, file, name)
        arrays = {}
        for array_name, described in header["arrays"].items():
            where = f"{name}: array {array_name!r}"
            if f"{array_name}.npy" not in members:
                raise FormatError(f"{where} is listed in {HEADER_NAME} but missing")
            arrays[array_name] = _array(file, members[f"{array_name}.npy"], described, mmap, where)
    return arrays, header["metadata"]


def _in_memory(file: IO[bytes], name: str) -> io.BytesIO:
    """Read a compressed file, as far as the header that it begins with says that it should go.

    A few kilobytes can decompress to gigabytes, and what arrays there are must be known before all of them is read.
    """
    content = io.BytesIO()
    most = _LARGEST_HEADER
    header_end: int | None = None
    while fresh := file.read(_CHUNK):
        content.write(fresh)
        if header_end is None and (header_end := _header_end(content, len(fresh))) is not None:
            most = _expected_size(content.getvalue()[:header_end])
        if content.tell() > most:
            raise FormatError(
                f"{name} decompresses to more than {most} bytes, which is all that its {HEADER_NAME} has a use for"
            )
    content.seek(0)
    return content


def _header_end(content: io.BytesIO, fresh: int) -> int | None:
    """Return where the first member ends, if that is among the last `fresh` bytes and a few before."""
    start = max(content.tell() - fresh - 4, _LOCAL_HEADER)
    found = _SIGNATURES.search(content.getbuffer(), start)
    return found.start() if found else None


def _expected_size(first_member: bytes) -> int:
    """Return how long a file can be that begins with this member, `_LARGEST_HEADER` if it is not the header."""
    try:
        name_length, extra_length = struct.unpack("<HH", first_member[26:_LOCAL_HEADER])
        header = json.loads(first_member[_LOCAL_HEADER + name_length + extra_length :])
        described = header["arrays"].values()
        numbers = sum(math.prod(shape) * np.dtype(dtype).itemsize for dtype, shape in described)
        return int(len(first_member) + numbers + _ROOM_AROUND_MEMBER * (len(described) + 1))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):  # then it will be refused, or is short
        return _LARGEST_HEADER


def _members(file: IO[bytes], name: str) -> dict[str, zipfile.ZipInfo]:
    """Return the directory of the zip by member name, having refused anything but a zip of uncompressed members."""
    start = file.tell()
    head = file.read(1000)
    file.seek(start)
    if not head.startswith(ZIP_MAGIC):
        kind = ForeignFileError if head else EmptyFileError
        raise kind(f"{name} is not an npw2v archive: {describe(head)}")
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, OSError, struct.error) as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # which is what seeking to -1 gives
            raise
        raise TruncatedError(f"{name}: the end of the archive is missing: the file is truncated or damaged") from error
    members: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            raise FormatError(
                f"{name}: member {info.orig_filename!r} is compressed or encrypted; npw2v's archives are not"
            )
        if info.file_size != info.compress_size:
            raise FormatError(f"{name}: member {info.orig_filename!r} has two sizes, though it is not compressed")
        if info.orig_filename in members:
            raise FormatError(f"{name}: two members are called {info.orig_filename!r}: the file is damaged")
        members[info.orig_filename] = info
    _check_places(list(members.values()), file, name, start, archive.start_dir)
    _check_end(file, name, len(archive.comment))
    return members


def _check_places(infos: list[zipfile.ZipInfo], file: IO[bytes], name: str, start: int, end: int) -> None:
    """Raise unless the members lie one after the other from `start` to the directory at `end`.

    Many members that share their bytes make much memory of a small file, and what lies between members is seen by some
    programs and not by others.
    """
    at = start
    for info in sorted(infos, key=lambda info: info.header_offset):
        where = f"{name}: member {info.filename!r}"
        if info.header_offset < at:
            raise FormatError(f"{where} begins at byte {info.header_offset}, within the one before, which ends at {at}")
        if info.header_offset > at:
            raise FormatError(f"{where} begins at byte {info.header_offset}; expected it at {at}, without a gap")
        at = seek_to_data(file, info, name) + info.file_size
        if at > end:
            raise TruncatedError(f"{where} ends at byte {at}, beyond the members' end at {end}: the file is truncated")
        if info.flag_bits & _HAS_DESCRIPTOR:
            at += descriptor_size(file, info, at)
    if at != end:
        raise FormatError(f"{name}: the members end at byte {at}, and the zip's directory begins at {end}")


def _check_end(file: IO[bytes], name: str, comment: int) -> None:
    """Raise if anything follows the zip: other programs would take that for the file."""
    at = file.seek(-_ZIP_END - comment, io.SEEK_END)
    end = file.read(_ZIP_END)
    if not end.startswith(b"PK\5\6") or int.from_bytes(end[-2:], "little") != comment:
        raise FormatError(f"{name}: bytes follow the archive: expected its end at byte {at}, got {end[:4]!r}")


def descriptor_size(file: IO[bytes], info: zipfile.ZipInfo, at: int) -> int:
    """Return how many bytes at `at` repeat a member's checksum and sizes, which may be written in four ways."""
    file.seek(at)
    found = file.read(max(_DESCRIPTOR_SIZES) + 4)
    for signature in _DESCRIPTORS:
        for numbers in ("<LLL", "<LQQ"):
            fits = info.file_size < 1 << 32 or numbers == "<LQQ"
            if fits and found.startswith(signature + struct.pack(numbers, info.CRC, info.file_size, info.file_size)):
                return len(signature) + struct.calcsize(numbers)
    return 0


def header_of(members: dict[str, zipfile.ZipInfo], file: IO[bytes], name: str) -> dict[str, Any]:
    """Read and check ``metadata.json``, which must be among the members, and leave `file` behind it."""
    if HEADER_NAME not in members:
        raise FormatError(f"{name} is a zip archive without {HEADER_NAME}: npw2v did not write it")
    info = members[HEADER_NAME]
    if info.file_size > _LARGEST_HEADER:
        raise FormatError(f"{name}: {HEADER_NAME} has {info.file_size} bytes; at most {_LARGEST_HEADER} are read")
    seek_to_data(file, info, name)
    encoded = file.read(info.file_size)
    if zlib.crc32(encoded) != info.CRC:
        raise FormatError(f"{name}: {HEADER_NAME} is damaged: its checksum differs")
    try:
        header = json.loads(encoded)
        found, version = header["format"], header["version"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise FormatError(f"{name}: {HEADER_NAME} is not an npw2v header") from error
    if found != FORMAT or not isinstance(version, int):
        raise FormatError(
            f"{name}: {HEADER_NAME} says format {shown(found)}, version {shown(version)}; expected {FORMAT!r}"
        )
    if version > VERSION:
        raise FormatError(f"{name} is an archive of version {version}; this npw2v reads up to {VERSION}: upgrade npw2v")
    if not isinstance(header.get("metadata"), dict) or not isinstance(header.get("arrays"), dict):
        raise FormatError(f"{name}: {HEADER_NAME} lacks its metadata or its list of arrays")
    return cast("dict[str, Any]", header)


def _array(file: IO[bytes], info: zipfile.ZipInfo, described: Any, mmap: str | None, where: str) -> Array:
    """Read or map the .npy member `info`, which the archive's header describes as ``[dtype, shape]``."""
    member_start = seek_to_data(file, info, where)
    shape, fortran_order, dtype = read_npy_header(file, info.file_size, where)
    if dtype.kind not in NUMERIC_KINDS or min(shape, default=0) < 0:
        raise FormatError(f"{where} has dtype {dtype} and shape {shape}; an archive holds numbers only")
    if fortran_order or [dtype.str, list(shape)] != described:
        raise FormatError(f"{where} is {dtype.str}, {list(shape)}; {HEADER_NAME} says {described}")
    data_start = file.tell()
    size = math.prod(shape) * dtype.itemsize
    if data_start + size != member_start + info.file_size:
        raise FormatError(f"{where} needs {size} bytes; its member holds {info.file_size - data_start + member_start}")
    if size > file.seek(0, io.SEEK_END) - data_start:
        raise TruncatedError(f"{where} is cut off: the file is truncated")
    if mmap is not None and size:  # nothing cannot be mapped
        mapped: Array = np.memmap(cast(Any, file), dtype=dtype, mode=cast(Any, mmap), offset=data_start, shape=shape)
        return mapped
    file.seek(member_start)
    checksum = zlib.crc32(file.read(data_start - member_start))
    try:
        array = np.empty(shape, dtype)
    except (MemoryError, ValueError, OverflowError) as error:  # as for (0, 2**70)
        raise FormatError(f"{where}: shape {shape} does not fit in memory: {error}") from error
    content = array.reshape(-1).view(np.uint8)
    file.readinto(content.data)  # type: ignore[attr-defined]
    if zlib.crc32(content.data, checksum) != info.CRC:
        raise FormatError(f"{where} is damaged: its checksum differs")
    return array


def seek_to_data(file: IO[bytes], info: zipfile.ZipInfo, where: str) -> int:
    """Move `file` to the first byte of a member and return its position."""
    file.seek(max(info.header_offset, 0))
    local = file.read(_LOCAL_HEADER)
    if info.header_offset < 0 or len(local) < _LOCAL_HEADER or not local.startswith(ZIP_MAGIC):
        raise FormatError(f"{where}: the zip's directory points to where no member begins: the file is damaged")
    name_length, extra_length = struct.unpack("<HH", local[26:])
    name = info.orig_filename.encode("utf8" if info.flag_bits & _UTF8_NAME else "cp437")
    if file.read(name_length) != name:
        raise FormatError(f"{where}: a member is not called {info.filename!r}, as the zip's directory has it")
    return file.seek(info.header_offset + _LOCAL_HEADER + name_length + extra_length)


def read_npy_header(file: IO[bytes], size: int, where: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Read the header of a .npy file or member, taking no more memory than a header can need.

    Parameters
    ----------
    file : binary file
        Left where the numbers begin.
    size : int
        Bytes from here to the end of the .npy.
    where : str
        What to call it in messages.

    Returns
    -------
    shape : tuple of int
    fortran_order : bool
    dtype : numpy.dtype

    Raises
    ------
    FormatError
        It is no header, or one that claims to be longer than `size` or than any header.
    """
    head = file.read(min(12, size))
    if not head.startswith(_NPY_MAGIC) or len(head) < 12:
        raise FormatError(f"{where} does not begin with a .npy header: got {head!r}")
    prefix, length = (10, head[8:10]) if head[6] == 1 else (12, head[8:12])
    end = prefix + int.from_bytes(length, "little")
    if end > min(size, _LARGEST_NPY_HEADER):
        raise FormatError(
            f"{where} does not begin with a .npy header: it claims {end} bytes for it; {size} follow, "
            f"and at most {_LARGEST_NPY_HEADER} are read"
        )
    header = io.BytesIO(head + file.read(max(end - len(head), 0)))
    try:
        version = np.lib.format.read_magic(header)
        if version == (1, 0):
            return np.lib.format.read_array_header_1_0(header)
        return np.lib.format.read_array_header_2_0(header)
    except Exception as error:  # on damaged headers NumPy's parser raises all kinds, even tokenize.TokenError
        raise FormatError(f"{where} does not begin with a .npy header: {type(error).__name__}: {error}") from error


def pack_keys(keys: Sequence[Any]) -> dict[str, Array]:
    """Pack keys of any mixture of types into arrays.

    Parameters
    ----------
    keys : sequence of object
        Strings, numbers, bools, None, or tuples of those.

    Returns
    -------
    dict of str to numpy.ndarray
        ``text`` uint8: all keys, one after another, as UTF-8. ``offsets`` int64, one more than keys: key ``i`` is
        ``text[offsets[i]:offsets[i + 1]]``. ``json`` bool: whether key ``i`` is JSON rather than the string itself,
        as ints, floats, bools, None and tuples are; absent if no key is.

    Raises
    ------
    TypeError
        A key is neither a string nor one of those.
    """
    is_json = np.fromiter((type(key) is not str for key in keys), dtype=bool, count=len(keys))
    texts = [_to_json(key) if as_json else key for key, as_json in zip(keys, is_json, strict=True)]
    encoded = [text.encode("utf8", "surrogatepass") for text in texts]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded)), out=offsets[1:])
    packed: dict[str, Array] = {"text": np.frombuffer(b"".join(encoded), dtype=np.uint8), "offsets": offsets}
    if is_json.any():
        packed["json"] = is_json
    return packed


def pack_lists(lists: Sequence[Array]) -> dict[str, Array]:
    """Pack one-dimensional numeric arrays of any lengths and one dtype into ``values`` and ``offsets``.

    Array ``i`` is ``values[offsets[i]:offsets[i + 1]]``.
    """
    offsets = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum([len(values) for values in lists], out=offsets[1:])
    return {"values": np.concatenate(lists), "offsets": offsets}


def unpack_lists(packed: Mapping[str, Array]) -> Array:
    """Return the arrays that `pack_lists` packed, views in an object array.

    Raises
    ------
    FormatError
        The offsets do not fit the values.
    """
    values, offsets = packed["values"], packed["offsets"]
    if (
        values.ndim != 1
        or offsets.ndim != 1
        or offsets.dtype.kind not in "iu"
        or len(offsets) == 0
        or offsets[0] != 0
        or offsets[-1] != len(values)
        or (np.diff(offsets) < 0).any()
    ):
        raise FormatError("the lists are damaged: their offsets do not fit their values")
    lists = np.empty(len(offsets) - 1, dtype=object)
    for i, (start, stop) in enumerate(zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)):
        lists[i] = values[start:stop]
    return lists


def unpack_keys(packed: Mapping[str, Array]) -> list[Any]:
    """Return the keys that `pack_keys` packed, each with its type.

    Raises
    ------
    FormatError
        The arrays do not fit each other, or hold no UTF-8 or JSON.
    """
    text, offsets = packed["text"].tobytes(), packed["offsets"]
    if (
        offsets.ndim != 1
        or offsets.dtype.kind not in "iu"
        or len(offsets) == 0
        or offsets[0] != 0
        or offsets[-1] != len(text)
        or (np.diff(offsets) < 0).any()
    ):
        raise FormatError("the keys are damaged: their offsets do not fit their text")
    try:
        ends = offsets.tolist()
        if text.isascii():
            whole = text.decode("ascii")
            keys: list[Any] = [whole[start:end] for start, end in zip(ends, ends[1:], strict=False)]
        else:
            keys = [text[start:end].decode("utf8", "surrogatepass") for start, end in zip(ends, ends[1:], strict=False)]
        decode = _key_decoder()
        for index in np.flatnonzero(packed["json"]) if "json" in packed else ():
            keys[index] = _from_json(decode(keys[index]))
    except (ValueError, IndexError, RecursionError) as error:
        raise FormatError(f"the keys are damaged: {error}") from error
    return keys


def _to_json(key: Any) -> str:
    def plain(value: Any) -> Any:
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, tuple):
            return [plain(item) for item in value]
        if value is None or isinstance(value, (str, int, float, bool)):
            return value
        raise TypeError(f"key {key!r} cannot be stored: keys are strings, numbers or tuples of those")

    value = plain(key)
    return json.dumps(value, ensure_ascii=is_json(value))  # escapes of two surrogates would read back as one character


def _key_decoder() -> Callable[[str], Any]:
    """Return what reads the JSON of keys.

    Of integers beyond 64 bits few are taken: they can be chosen so that all have the same hash, and a dict of them then
    compares each with each.
    """
    large = itertools.count(1)

    def integer(digits: str) -> int:
        if len(digits) > _DIGITS and next(large) > _LARGE_KEYS:
            raise ValueError(f"more than {_LARGE_KEYS} of them are integers of more than {_DIGITS} digits")
        return int(digits)

    return json.JSONDecoder(parse_int=integer).decode


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        raise ValueError("a key is a dict")
    return tuple(_from_json(item) for item in value) if isinstance(value, list) else value


def with_prefix(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Return `arrays` renamed to begin with `prefix`, to sit beside others in one archive."""
    return {prefix + name: array for name, array in arrays.items()}


def without_prefix(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Return the arrays whose name begins with `prefix`, without it."""
    return {name[len(prefix) :]: array for name, array in arrays.items() if name.startswith(prefix)}
