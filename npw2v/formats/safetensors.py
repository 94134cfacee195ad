"""Vectors as a safetensors file: tensors without code, which programs in many languages read.

Layout
------
Eight bytes, the length of the header as a little-endian number; the header, JSON padded with spaces; and the bytes of
the tensors, one after another without a gap. The header has an entry for each tensor, ``{"dtype": "F32", "shape":
[rows, columns], "data_offsets": [begin, end]}`` with offsets from the end of the header, and ``"__metadata__"``, which
maps strings to strings.

====================  ==============================================================================================
tensor                what it holds
====================  ==============================================================================================
``vectors``           F16, F32 or F64 (keys, dimensions): the matrix, a row a key
``keys.text``         U8: all keys, one after another, as UTF-8
``keys.offsets``      I64, one more than keys: key ``i`` is ``text[offsets[i]:offsets[i + 1]]``
``keys.json``         BOOL: whether key ``i`` is JSON rather than a string; absent if all are strings
``expandos.NAME``     an attribute of the keys, a number a key, such as ``expandos.count``
``lists.NAME.*``      an attribute of the keys that is a list of numbers a key: ``values`` and ``offsets``
``attributes.NAME``   any other attribute that is an array
====================  ==============================================================================================

The entry ``"npw2v"`` of the metadata is JSON: ``version`` (1), ``vector_size``, ``next_index``, ``expandos`` and
``attributes``, as in npw2v's own archive (`npw2v.formats.state`). A reader that wants words and vectors needs only the
first three tensors.

Source: the description of the format in the documentation of safetensors, whose limits hold here: a header of at most
100,000,000 bytes, no name twice, no overlap, no gap, nothing after the last tensor.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from npw2v.checks import shown
from npw2v.errors import FormatError, TruncatedError
from npw2v.formats.opening import Source, is_plain, label, open_for_writing, open_seekable
from npw2v.formats.rows import Rows
from npw2v.formats.sniff import SAFETENSORS_HEADER, describe, identify
from npw2v.formats.state import VectorState, vectors_from_archive, vectors_to_archive, whole

Array = NDArray[Any]

VERSION = 1
_METADATA = "__metadata__"
_OURS = "npw2v"
_ALIGNMENT = 64
_MMAP_MODES = (None, "r", "c")
_READ_AT_ONCE = 1 << 24
_MOST_DIMENSIONS = 64  # of an array in NumPy 2; 32 in NumPy 1

#: safetensors' name of a dtype → NumPy's.
DTYPES = {
    "BOOL": "|b1", "U8": "|u1", "I8": "|i1", "U16": "<u2", "I16": "<i2", "U32": "<u4", "I32": "<i4",
    "U64": "<u8", "I64": "<i8", "F16": "<f2", "F32": "<f4", "F64": "<f8",
}  # fmt: skip
_NAMES = {dtype: name for name, dtype in DTYPES.items()}

#: Dtypes that NumPy lacks, whose tensors can be passed over → bits of a number.
_OTHER_BITS = {"BF16": 16, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "C64": 64}


@dataclass(frozen=True)
class Tensor:
    """An entry of the header.

    Attributes
    ----------
    dtype : str
        safetensors' name.
    shape : tuple of int
        The shape.
    begin, end : int
        Where its bytes are, from the end of the header.
    """

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


def write_safetensors(target: Source, state: VectorState, rows: Rows | None = None) -> None:
    """Write vectors to a safetensors file, atomically.

    Parameters
    ----------
    target : path or binary file
        ``.gz`` and ``.bz2`` compress.
    state : VectorState
        The vectors.
    rows : Rows, optional
        The matrix, which then is not taken from the state.

    Raises
    ------
    TypeError
        A key, or an attribute of keys, is of a type that the file cannot hold.
    ValueError
        The header would be longer than the format allows.
    """
    arrays, metadata = vectors_to_archive(state)
    tensors: dict[str, Array | Rows] = {name: _little_endian(name, array) for name, array in arrays.items()}
    if rows is not None:
        tensors["vectors"] = rows
    # The matrix first, where it is aligned for being mapped; then those of large numbers, so that all are aligned.
    ordered = sorted(tensors, key=lambda name: (name != "vectors", -tensors[name].dtype.itemsize, name))
    described: dict[str, Any] = {_METADATA: {_OURS: json.dumps({"version": VERSION, **metadata})}}
    position = 0
    for name in ordered:
        array = tensors[name]
        offsets = [position, position + array.nbytes]
        position = offsets[1]
        described[name] = {
            "dtype": _NAMES[array.dtype.newbyteorder("<").str],
            "shape": list(array.shape),
            "data_offsets": offsets,
        }
    header = json.dumps(described, separators=(",", ":")).encode()
    header += b" " * (-(8 + len(header)) % _ALIGNMENT)
    if len(header) > SAFETENSORS_HEADER:
        raise ValueError(
            f"the attributes that are no arrays take {len(header)} bytes; a safetensors header has at most "
            f"{SAFETENSORS_HEADER}: leave some out with ignore=, or use save()"
        )
    with open_for_writing(target) as file:
        file.write(len(header).to_bytes(8, "little") + header)
        for name in ordered:
            for block in _blocks(name, tensors[name]):
                if block.size:
                    file.write(block.reshape(-1).view(np.uint8).data)


def _blocks(name: str, tensor: Array | Rows) -> Iterator[Array]:
    yield from (_little_endian(name, block) for block in tensor) if isinstance(tensor, Rows) else [tensor]


def _little_endian(name: str, array: Array) -> Array:
    dtype = array.dtype.newbyteorder("<")
    if dtype.str not in _NAMES:
        raise TypeError(f"array {name!r} has dtype {array.dtype}, which safetensors does not have; use save()")
    return np.asarray(array, dtype, order="C")


def read_safetensors(source: Source, mmap: str | None = None) -> VectorState:
    """Read what `write_safetensors` wrote.

    Parameters
    ----------
    source : path or binary file
        The file.
    mmap : {None, "r", "c"}
        Map the vectors from the file instead of reading them: read-only, or with changes kept in memory.

    Returns
    -------
    VectorState
        The vectors.

    Raises
    ------
    FormatError
        The file is truncated (`TruncatedError`), damaged, of another kind, or a safetensors file without words.
    ValueError
        `mmap` is none of the above, or the file is compressed or has no path and so cannot be mapped.
    """
    if mmap not in _MMAP_MODES:
        raise ValueError(f"mmap must be one of {_MMAP_MODES}, got {mmap!r}")
    name = label(source)
    with open_seekable(source) as file:
        if mmap is not None and not is_plain(file):
            raise ValueError(f"{name} is compressed or not a local file and cannot be mapped; load it with mmap=None")
        tensors, said, start = read_header(file, name)
        metadata = read_metadata(tensors, said, name)
        arrays = {}
        for key, tensor in tensors.items():
            how = mmap if key == "vectors" else None
            arrays[key] = read_tensor(file, tensor, start, how, f"{name}: tensor {key!r}")
    with whole(name):
        state = vectors_from_archive(arrays, metadata)
    _check(state, name)
    return state


def read_header(file: IO[bytes], name: str) -> tuple[dict[str, Tensor], dict[str, str], int]:
    """Read and check the header of a safetensors file that can seek; the tensors are not touched.

    Parameters
    ----------
    file : binary file
        Open at its beginning.
    name : str
        What messages call it.

    Returns
    -------
    tensors : dict of str to Tensor
        The tensors by name, in the order of their bytes.
    metadata : dict of str to str
        What the file says beside them.
    start : int
        Where the bytes of the tensors begin.

    Raises
    ------
    FormatError
        The file is damaged, truncated (`TruncatedError`) or of another kind.
    """
    tensors, said, start, room = read_damaged_header(file, name)
    end = max((tensor.end for tensor in tensors.values()), default=0)
    if end > room:
        raise TruncatedError(f"{name} is truncated: the tensors take {end} bytes, {room} are there")
    if end < room:
        raise FormatError(f"{name}: {room - end} bytes follow the last tensor")
    return tensors, said, start


def read_damaged_header(file: IO[bytes], name: str) -> tuple[dict[str, Tensor], dict[str, str], int, int]:
    """Read and check a header as `read_header` does, and return as the fourth how many bytes follow it.

    Those may be fewer or more than the tensors take.
    """
    begin = file.tell()
    size = file.seek(0, io.SEEK_END) - begin
    file.seek(begin)
    head = file.read(1000)
    if identify(head) != "safetensors":
        raise FormatError(f"{name} is not a safetensors file: {describe(head)}")
    length = int.from_bytes(head[:8], "little")
    if 8 + length > size:
        raise TruncatedError(f"{name} is truncated: its header takes {length} bytes, the file has {size}")
    file.seek(begin + 8)
    try:
        header = json.loads(file.read(length).decode("utf8"), object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{name}: the header is damaged: {error}") from error
    said = header.pop(_METADATA, {})
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise FormatError(f"{name}: {_METADATA} does not map strings to strings")
    tensors = {key: _tensor(entry, f"{name}: tensor {key!r}") for key, entry in header.items()}
    tensors = dict(sorted(tensors.items(), key=lambda item: (item[1].begin, item[1].end)))
    _check_offsets(tensors, name)
    return tensors, said, begin + 8 + length, size - 8 - length


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"it has {next(name for name in names if names.count(name) > 1)!r} twice")
    return found


def _tensor(entry: Any, where: str) -> Tensor:
    """Check an entry of the header by itself."""
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise FormatError(f"{where}: expected dtype, shape and data_offsets, got {shown(entry)}")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not _are_sizes(shape) or len(shape) > _MOST_DIMENSIONS or not _are_sizes(offsets) or len(offsets) != 2:
        raise FormatError(f"{where} has the shape {shown(shape)} and the offsets {shown(offsets)}")
    known = isinstance(dtype, str) and (dtype in DTYPES or dtype in _OTHER_BITS)
    if not known:
        raise FormatError(f"{where} is of dtype {shown(dtype)}, which npw2v does not know")
    bits = 8 * np.dtype(DTYPES[dtype]).itemsize if dtype in DTYPES else _OTHER_BITS[dtype]
    if offsets[1] - offsets[0] != math.prod(shape) * bits // 8:
        raise FormatError(
            f"{where}: {dtype} of shape {shape} does not take the bytes from {offsets[0]} to {offsets[1]}"
        )
    return Tensor(dtype, tuple(shape), *offsets)


def _are_sizes(values: Any) -> bool:
    return isinstance(values, list) and all(type(value) is int and 0 <= value < 2**63 for value in values)


def _check_offsets(tensors: Mapping[str, Tensor], name: str) -> None:
    """Raise unless the tensors follow each other without a gap."""
    position, before = 0, "the header"
    for key, tensor in tensors.items():
        if tensor.begin != position:
            how = "overlap" if tensor.begin < position else "have a gap between them"
            raise FormatError(f"{name}: tensor {key!r} and {before} {how} (at {tensor.begin}, expected {position})")
        position, before = tensor.end, f"tensor {key!r}"


def read_metadata(tensors: Mapping[str, Tensor], said: Mapping[str, str], name: str) -> dict[str, Any]:
    """Return what `write_safetensors` put beside the tensors; FormatError if it did not write them."""
    if _OURS not in said:
        listed = ", ".join(f"{key} {tensor.dtype} {list(tensor.shape)}" for key, tensor in list(tensors.items())[:5])
        raise FormatError(
            f"{name} is a safetensors file that npw2v did not write, and has no words for its vectors (it holds "
            f"{listed or 'nothing'}): read the matrix with the package safetensors and give it words with add_vectors()"
        )
    try:
        metadata = json.loads(said[_OURS])
        version = metadata["version"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise FormatError(f"{name}: the metadata {_OURS!r} are damaged: {error}") from error
    if not isinstance(version, int) or version > VERSION:
        raise FormatError(f"{name} is of version {shown(version)}; this npw2v reads up to {VERSION}: upgrade npw2v")
    return cast("dict[str, Any]", metadata)


def read_tensor(file: IO[bytes], tensor: Tensor, start: int, mmap: str | None, where: str) -> Array:
    """Read or map a tensor; `start` is where the bytes of all begin, `where` what messages call it."""
    if tensor.dtype not in DTYPES:
        raise FormatError(f"{where} is of dtype {tensor.dtype}, which NumPy does not have")
    dtype = np.dtype(DTYPES[tensor.dtype])
    at = start + tensor.begin
    if mmap is not None and tensor.end > tensor.begin:  # nothing cannot be mapped
        mapped: Array = np.memmap(cast(Any, file), dtype, cast(Any, mmap), at, tensor.shape)
        return mapped
    array = np.empty(tensor.shape, dtype)
    content = array.reshape(-1).view(np.uint8).data if array.size else memoryview(b"")
    file.seek(at)
    done = 0
    while done < len(content):
        part = file.read(min(len(content) - done, _READ_AT_ONCE))
        if not part:
            raise TruncatedError(f"{where} is cut off: the file is truncated")
        content[done : done + len(part)] = part
        done += len(part)
    return array.astype(dtype.newbyteorder("="), copy=False)


def _check(state: VectorState, name: str) -> None:
    """Raise unless the parts fit each other."""
    rows = len(state.vectors)
    if state.vectors.dtype.kind != "f":
        raise FormatError(f"{name}: the vectors are of dtype {state.vectors.dtype}, expected floating point")
    lengths = {"keys": len(state.index_to_key), **{attr: len(each) for attr, each in state.expandos.items()}}
    for what, length in lengths.items():
        if length != rows:
            raise FormatError(f"{name} has {rows} vectors, but {length} values of {what}")
    if type(state.next_index) is not int or not 0 <= state.next_index <= rows:
        raise FormatError(f"{name}: next_index is {shown(state.next_index)}, expected 0 to {rows}")
