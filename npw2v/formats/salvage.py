"""What can still be read of a damaged archive or safetensors file, and a copy of it that is whole.

Both formats say at their beginning which arrays follow. So each array can be looked for by itself, where a reader of
the whole file gives up: the directory at the end of an archive is not needed.
"""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from npw2v.errors import FormatError
from npw2v.formats.archive import (
    HEADER_NAME,
    descriptor_size,
    header_of,
    read_archive,
    read_npy_header,
    seek_to_data,
    without_prefix,
    write_archive,
)
from npw2v.formats.attributes import NUMERIC_KINDS
from npw2v.formats.opening import Source, is_plain, label, open_seekable
from npw2v.formats.safetensors import DTYPES, read_damaged_header, read_metadata, read_tensor, write_safetensors
from npw2v.formats.state import MODEL, OF_VECTORS, VECTORS, VectorState, vectors_from_archive, whole, write_vectors

Array = NDArray[Any]

_CHUNK = 1 << 20
_LOCAL_HEADER = struct.Struct("<6xH6xL4xL4x")  # of a zip's member: flags, checksum, size
_NPY_HEADER = 128  # bytes, NumPy pads the shortest to as many
_HAS_DESCRIPTOR = 1 << 3
_OUTPUT_WEIGHTS = {"syn1", "syn1neg"}


@dataclass(frozen=True)
class Part:
    """An array that a file should have.

    Attributes
    ----------
    name : str
        Its name.
    offset : int, optional
        Where its numbers begin, or the file ends; None in a compressed archive.
    array : numpy.ndarray, optional
        The numbers; None if they are not all there.
    problem : str, optional
        What is wrong.
    """

    name: str
    offset: int | None
    array: Array | None = None
    problem: str | None = None

    @property
    def is_needed(self) -> bool:
        """Whether there are no vectors without it."""
        return self.name.removeprefix(OF_VECTORS).partition(".")[0] in ("vectors", "keys")

    @property
    def group(self) -> str:
        """What is of no use without this array: the arrays with the same group."""
        several = self.name.removeprefix(OF_VECTORS).startswith(("lists.", "raw_vocab."))
        return self.name.rpartition(".")[0] if several else self.name


@dataclass(frozen=True)
class Salvaged:
    """What is left of a file.

    Attributes
    ----------
    path : str
        The file.
    format : str
        ``"npw2v archive"`` or ``"safetensors"``.
    metadata : dict of str to object
        What the file says beside its arrays.
    parts : list of Part
        The arrays, in the order of the file.
    end, trailing : int
        Of a safetensors file, where the last of them ends and how many bytes follow.
    """

    path: str
    format: str
    metadata: dict[str, Any]
    parts: list[Part]
    end: int = 0
    trailing: int = 0

    @property
    def has_vectors(self) -> bool:
        """Whether it is vectors or a model that the file holds."""
        return self.format == "safetensors" or self.metadata.get("kind") in (VECTORS, MODEL)

    @property
    def is_model(self) -> bool:
        """Whether the file is that of a whole model."""
        return self.metadata.get("kind") == MODEL

    def arrays(self) -> dict[str, Array]:
        """Return the arrays that are of use, by name. Vectors and keys are, even if their checksums differ."""
        lost = {part.group for part in self.parts if part.problem is not None and not part.is_needed}
        return {part.name: part.array for part in self.parts if part.array is not None and part.group not in lost}

    def state(self) -> VectorState:
        """Return the vectors, without attributes that are lost.

        Raises
        ------
        FormatError
            The vectors or their keys are lost, or do not fit each other.
        """
        for part in self.parts:
            if part.array is None and part.is_needed:
                raise FormatError(f"{self.path}: no vectors without the array {part.name!r}: {part.problem}")
        arrays = without_prefix(OF_VECTORS if self.is_model else "", self.arrays())
        with whole(self.path):
            state = vectors_from_archive(arrays, self.metadata["wv"] if self.is_model else self.metadata)
        if len(state.vectors) and len(state.index_to_key) != len(state.vectors):
            raise FormatError(f"{self.path}: {len(state.vectors)} vectors have {len(state.index_to_key)} keys")
        return state


def salvage(path: Source, format: str) -> Salvaged:
    """Read what can be read of a file.

    Parameters
    ----------
    path : path or binary file
        The file.
    format : {"npw2v archive", "safetensors"}
        What it is.

    Returns
    -------
    Salvaged
        What is left. Vectors are mapped from the file where that is possible.

    Raises
    ------
    FormatError
        The beginning, which says what the file holds, is damaged.
    """
    name = label(path)
    with open_seekable(path) as file:
        if format == "safetensors":
            return _tensors(file, name)
        if is_plain(file):
            return Salvaged(name, format, *_members(file, name))
    arrays, metadata = read_archive(path)  # what is compressed has checksums of its own, without which it is not read
    return Salvaged(name, format, metadata, [Part(each, None, array) for each, array in arrays.items()])


# ---- npw2v's archive, by the headers in front of its members


def _members(file: IO[bytes], name: str) -> tuple[dict[str, Any], list[Part]]:
    info = _local_header(file, 0, HEADER_NAME)
    if info is None:
        raise FormatError(f"{name} does not begin with {HEADER_NAME}: what it holds is lost")
    header = header_of({HEADER_NAME: info}, file, name)
    parts: list[Part] = []
    at = file.tell()
    for each, described in header["arrays"].items():
        if parts and parts[-1].array is None:  # nobody knows where the next one begins
            parts.append(Part(each, parts[-1].offset, None, "it lies behind one that is lost"))
        else:
            part, at = _member(file, at, each, described)
            parts.append(part)
    return header["metadata"], parts


def _local_header(file: IO[bytes], at: int, name: str) -> zipfile.ZipInfo | None:
    """Read the header in front of a member, and move to what is behind it; None if there is none of that name."""
    file.seek(at)
    local = file.read(_LOCAL_HEADER.size)
    if len(local) < _LOCAL_HEADER.size:
        return None
    info = zipfile.ZipInfo(name)
    info.orig_filename, info.header_offset = name, at
    info.flag_bits, info.CRC, info.file_size = _LOCAL_HEADER.unpack(local)
    try:
        seek_to_data(file, info, name)
    except FormatError:
        return None
    return info


def _member(file: IO[bytes], at: int, name: str, described: Any) -> tuple[Part, int]:
    """Read the array whose member begins at `at`, and say where the next one does."""
    size = file.seek(0, io.SEEK_END)
    info = _local_header(file, at, f"{name}.npy")
    if info is None:
        problem = "the file ends before it" if at + _LOCAL_HEADER.size > size else "no member of that name is there"
        return Part(name, min(at, size), None, problem), at
    begin = file.tell()
    try:
        shape, _, dtype = read_npy_header(file, max(size - begin, 0), "the member")
    except FormatError as error:
        problem = "the file ends in its header" if size - begin < _NPY_HEADER else str(error)
        return Part(name, min(begin, size), None, problem), at
    offset = file.tell()
    end = offset + math.prod(shape) * dtype.itemsize
    is_numbers = dtype.kind in NUMERIC_KINDS and min(shape, default=0) >= 0 and max(shape, default=0) < 1 << 48
    if not is_numbers or [dtype.str, list(shape)] != described:
        found = f"it is {dtype.str}, {str(list(shape))[:60]}; {HEADER_NAME} says {str(described)[:60]}"
        return Part(name, offset, None, found), at
    if end > size:
        return Part(name, offset, None, f"{size - offset:,} of its {end - offset:,} bytes are there"), at
    checksum = _checksum(file, begin, end)
    is_right = checksum == info.CRC
    if info.flag_bits & _HAS_DESCRIPTOR:  # the checksum follows
        info.CRC, info.file_size = checksum, end - begin
        is_right = descriptor_size(file, info, end) > 0
        end += descriptor_size(file, info, end)
    return Part(name, offset, _mapped(file, dtype, offset, shape), None if is_right else "its checksum differs"), end


def _checksum(file: IO[bytes], begin: int, end: int) -> int:
    file.seek(begin)
    checksum = 0
    while begin < end and (more := file.read(min(_CHUNK, end - begin))):
        checksum, begin = zlib.crc32(more, checksum), begin + len(more)
    return checksum


def _mapped(file: IO[bytes], dtype: np.dtype[Any], offset: int, shape: tuple[int, ...]) -> Array:
    if not math.prod(shape):  # nothing cannot be mapped
        return np.empty(shape, dtype)
    mapped: Array = np.memmap(cast(Any, file), dtype=dtype, mode="r", offset=offset, shape=shape)
    return mapped


# ---- safetensors


def _tensors(file: IO[bytes], name: str) -> Salvaged:
    tensors, said, start, room = read_damaged_header(file, name)
    metadata = read_metadata(tensors, said, name)
    parts = []
    for key, tensor in tensors.items():
        begin = start + tensor.begin
        if tensor.dtype not in DTYPES:
            parts.append(Part(key, begin, None, f"it is of dtype {tensor.dtype}, which NumPy does not have"))
        elif tensor.end > room:
            there, needed = max(room - tensor.begin, 0), tensor.end - tensor.begin
            parts.append(Part(key, min(begin, start + room), None, f"{there:,} of its {needed:,} bytes are there"))
        else:
            how = "r" if key == "vectors" and is_plain(file) else None
            parts.append(Part(key, begin, read_tensor(file, tensor, start, how, f"{name}: tensor {key!r}")))
    end = max((tensor.end for tensor in tensors.values()), default=0)
    return Salvaged(name, "safetensors", metadata, parts, start + end, max(room - end, 0))


# ---- a copy


def write_salvaged(target: Source, salvaged: Salvaged, state: VectorState, rows: Sequence[int]) -> None:
    """Write a copy of some rows, without what is lost.

    The copy is a model if the file is one, all its rows stay, and its output weights are there; otherwise it has the
    vectors alone.

    Parameters
    ----------
    target : path or binary file
        Where to.
    salvaged : Salvaged
        What is left of the file.
    state : VectorState
        Its vectors.
    rows : sequence of int
        Which rows to write, ascending.

    Raises
    ------
    ValueError
        Vectors or keys are not what was written: their checksums differ.
    """
    for part in salvaged.parts:
        if part.is_needed and part.problem is not None:
            raise ValueError(
                f"{salvaged.path}: array {part.name!r}: {part.problem}. Which numbers are wrong cannot be told, so no "
                'copy is made; load(..., mmap="r") reads them as they are'
            )
    lost = {part.name for part in salvaged.parts if part.problem is not None}
    metadata = dict(salvaged.metadata)
    if any(name.startswith("training.") for name in lost):  # nothing that could be resumed
        del metadata["training"]
    if salvaged.format == "safetensors":
        write_safetensors(target, _taken(state, rows))
    elif salvaged.is_model and len(rows) == len(state.index_to_key) and not lost & _OUTPUT_WEIGHTS:
        write_archive(target, salvaged.arrays(), metadata)
    else:
        write_vectors(target, _taken(state, rows))


def _taken(state: VectorState, rows: Sequence[int]) -> VectorState:
    keys = [state.index_to_key[row] for row in rows]
    chosen = np.array(rows, np.intp)
    return replace(
        state,
        vectors=state.vectors[chosen],
        index_to_key=keys,
        key_to_index={key: row for row, key in enumerate(keys) if key is not None},
        next_index=int((chosen < state.next_index).sum()),
        expandos={attr: values[chosen] for attr, values in state.expandos.items()},
    )
