"""Arrays that several processes see: one file-backed memory map that nothing can leave behind."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from typing import Any, BinaryIO, cast
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import Layout

try:
    import mmap
except ImportError:  # as in some builds for WebAssembly
    mmap = None  # type: ignore[assignment]


def _folders() -> tuple[str, ...]:
    try:
        return "/dev/shm", tempfile.gettempdir()
    except OSError:  # there is no folder for temporary files that could be written to
        return ("/dev/shm",)


#: Folders to hold the map, best first: memory, where there is a folder for it, then the disk.
FOLDERS = _folders()

#: Open files by folder, or why there is none.
Files = dict[str, BinaryIO | OSError]

#: Arrays start on cache lines.
ALIGNMENT = 64


class SharedArrays:
    """Named arrays in one memory map.

    On POSIX systems it is backed by a file without a name: it is unlinked before it is used, other processes inherit
    its descriptor, and the system frees it when the last of them ends, however it ends. Its room is reserved
    beforehand, so that a small /dev/shm (64 MB in many containers) means that the next folder is taken, never a bus
    error later. On Windows it is a named part of the system's page file, freed in the same way.

    Parameters
    ----------
    layout : Layout
        Shapes and dtypes by name; the arrays start as zeros.
    files : dict of str to file, optional
        From :func:`open_files`, if processes that are to share the arrays have inherited them already.

    Raises
    ------
    OSError
        If no folder has room, or this Python has no memory maps.
    """

    def __init__(self, layout: Layout, files: Files | None = None) -> None:
        if mmap is None:
            raise OSError("this Python has no module mmap, which makes memory that workers can share")
        self._places: dict[str, tuple[int, tuple[int, ...], str]] = {}
        size = 0
        for name, (shape, dtype) in layout.items():
            self._places[name] = (size, tuple(int(n) for n in shape), np.dtype(dtype).str)
            size += -(-int(np.prod(shape)) * np.dtype(dtype).itemsize // ALIGNMENT) * ALIGNMENT
        self._size, self._name = max(size, mmap.PAGESIZE), f"npw2v-{uuid4()}"
        self._file = None if sys.platform == "win32" else _reserve(self._size, open_files() if files is None else files)
        self.arrays = _views(_map(self.descriptor, self._size, self._name), self._places)

    @property
    def descriptor(self) -> int:
        """The file's descriptor, which other processes must inherit; -1 on Windows."""
        return -1 if self._file is None else self._file.fileno()

    def address(self) -> dict[str, Any]:
        """Say where the arrays are: what :func:`attach` needs, as plain values for JSON."""
        return {"descriptor": self.descriptor, "size": self._size, "name": self._name, "places": self._places}

    def close(self) -> None:
        """Let go of the file; the memory goes when the last array does."""
        self.arrays = {}
        if self._file is not None:
            self._file.close()


def attach(address: dict[str, Any]) -> dict[str, NDArray[Any]]:
    """Return the arrays of another process's :class:`SharedArrays`, given its address."""
    return _views(_map(address["descriptor"], address["size"], address["name"]), address["places"])


def _map(descriptor: int, size: int, name: str) -> mmap.mmap:
    if sys.platform == "win32":
        return mmap.mmap(-1, size, tagname=name)
    return mmap.mmap(descriptor, size)


def _views(memory: mmap.mmap, places: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    return {
        name: np.ndarray(tuple(shape), np.dtype(dtype), buffer=memory, offset=offset)
        for name, (offset, shape, dtype) in places.items()
    }


def open_files() -> Files:
    """Open an empty file without a name in each of the folders that could hold a map; none on Windows."""
    files: Files = {}
    for folder in () if sys.platform == "win32" else FOLDERS:
        try:
            files[folder] = cast(BinaryIO, tempfile.TemporaryFile(dir=folder))  # noqa: SIM115 - its owner closes it
        except OSError as error:
            files[folder] = error
    return files


def close_files(files: Files) -> None:
    """Close what :func:`open_files` opened."""
    for file in files.values():
        if not isinstance(file, OSError):
            file.close()


def _reserve(size: int, files: Files) -> BinaryIO:
    """Reserve room for ``size`` bytes in the first file whose folder has it, and close the others."""
    problems = []
    for folder, file in files.items():
        if isinstance(file, OSError):
            problems.append(f"{folder}: {file.strerror}")
            continue
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            else:
                file.truncate(size)
        except OSError as error:
            problems.append(f"{folder}: {error.strerror}")
            continue
        close_files({other: opened for other, opened in files.items() if opened is not file})
        return file
    close_files(files)
    raise OSError(f"no room for {size:,} bytes that workers could share ({'; '.join(problems)})")
