"""Approximate indexes by USearch, Faiss and hnswlib: built from vectors, with the keys in JSON beside them.

All three are graphs of neighbours (HNSW), of unit vectors, whose inner products are cosines. The library makes and
reads the index file, in a format of its own; ``<file>.json`` says which, and has the keys::

    {"format": "npw2v index", "version": 1, "library": "usearch", "dimensions": 100, "keys": ["the", ...], ...}

An index answers as any other: ``wv.most_similar("king", indexer=index)``. Reading an index runs the library's code on
the file: open only files that you trust.

Y. Malkov and D. Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable Small
World graphs" (2016).
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from npw2v.errors import FormatError
from npw2v.formats.opening import open_for_writing, replacing
from npw2v.formats.rows import Rows
from npw2v.vectors.search import unit_vectors

__all__ = ["ExportedIndex", "FaissIndex", "HnswlibIndex", "UsearchIndex", "build_index", "open_index"]

Array = NDArray[Any]

FORMAT, VERSION = "npw2v index", 1


class ExportedIndex:
    """An index that ``most_similar(indexer=...)`` asks. Made by `build_index` or `open_index`.

    Parameters
    ----------
    dimensions : int
        Of the vectors.
    keys : sequence
        The key of each row.
    connectivity : int
        Neighbours of a node in the graph: more find more, and take more memory.
    expansion_add, expansion_search : int
        Candidates that are looked at when a node is added, and in a search: more find more, and take longer.

    Attributes
    ----------
    labels : list
        The keys.
    """

    library = ""
    package = ""
    _module = ""

    def __init__(
        self,
        dimensions: int,
        keys: Sequence[Any],
        connectivity: int = 16,
        expansion_add: int = 128,
        expansion_search: int = 64,
    ) -> None:
        self.dimensions, self.labels = dimensions, list(keys)
        self.connectivity, self.expansion_add = connectivity, expansion_add
        self.expansion_search = expansion_search
        try:
            self._lib = import_module(self._module)
        except ImportError as error:
            raise ImportError(
                f"an index of {self.library} needs the package {self.package}: pip install npw2v[{self.library}]"
            ) from error
        self._index = self._new()

    def most_similar(self, vector: ArrayLike, num_neighbors: int) -> list[tuple[Any, float]]:
        """Return up to `num_neighbors` keys with vectors near to `vector` and their cosines, the nearest first."""
        query = np.asarray(vector, np.float32)
        length = float(np.linalg.norm(query))
        query = query / length if length else query
        k = min(num_neighbors, len(self.labels))
        if k < 1:
            return []
        rows, cosines = self._search(query, k)
        found = zip(rows.tolist(), cosines.astype(float).tolist(), strict=True)
        return [(self.labels[row], cosine) for row, cosine in found if row >= 0]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the index to `path` and the keys to ``<path>.json``; each appears when it is complete.

        Raises
        ------
        TypeError
            A key is neither a string nor a number, and so cannot be JSON.
        """
        name = os.fspath(path)
        for key in self.labels:
            if not isinstance(key, (str, int, float)):
                raise TypeError(f"the key {key!r} cannot be written as JSON: expected a string or a number")
        about = {
            "format": FORMAT,
            "version": VERSION,
            "library": self.library,
            "dimensions": self.dimensions,
            "connectivity": self.connectivity,
            "expansion_add": self.expansion_add,
            "expansion_search": self.expansion_search,
            "keys": self.labels,
        }
        with replacing(name) as temporary:
            self._write(temporary)
        with open_for_writing(name + ".json") as file:
            file.write(json.dumps(about, ensure_ascii=False).encode("utf-8"))

    def add(self, start: int, block: Array) -> None:
        """Add the unit vectors of the rows from `start` on."""
        raise NotImplementedError

    def _new(self) -> Any:
        raise NotImplementedError

    def _search(self, query: Array, k: int) -> tuple[Array, Array]:
        raise NotImplementedError

    def _write(self, path: str) -> None:
        raise NotImplementedError

    def _read(self, path: str) -> int:
        """Read the file and return how many vectors it has."""
        raise NotImplementedError


class UsearchIndex(ExportedIndex):
    """An index of USearch (https://github.com/unum-cloud/usearch). See `ExportedIndex`."""

    library, package, _module = "usearch", "usearch", "usearch.index"

    def _new(self) -> Any:
        return self._lib.Index(
            ndim=self.dimensions,
            metric="ip",
            dtype="f32",
            connectivity=self.connectivity,
            expansion_add=self.expansion_add,
            expansion_search=self.expansion_search,
        )

    def add(self, start: int, block: Array) -> None:
        """Add the unit vectors of the rows from `start` on."""
        try:
            self._index.add(np.arange(start, start + len(block), dtype=np.uint64), block)
        except RuntimeError as error:
            if "terminated" in str(error):  # how USearch says that Ctrl-C was pressed, which it keeps to itself
                raise KeyboardInterrupt from error
            raise

    def _search(self, query: Array, k: int) -> tuple[Array, Array]:
        self._index.expansion_search = max(self.expansion_search, k)
        found = self._index.search(query, k)
        return found.keys.astype(np.int64), 1 - found.distances

    def _write(self, path: str) -> None:
        self._index.save(path)

    def _read(self, path: str) -> int:
        self._index.load(path)
        return len(self._index)


class FaissIndex(ExportedIndex):
    """An index of Faiss (https://github.com/facebookresearch/faiss). See `ExportedIndex`."""

    library, package, _module = "faiss", "faiss-cpu", "faiss"

    def _new(self) -> Any:
        index = self._lib.IndexHNSWFlat(self.dimensions, self.connectivity, self._lib.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = self.expansion_add
        return index

    def add(self, start: int, block: Array) -> None:
        """Add the unit vectors of the rows from `start` on."""
        self._index.add(block)

    def _search(self, query: Array, k: int) -> tuple[Array, Array]:
        self._index.hnsw.efSearch = max(self.expansion_search, k)
        cosines, rows = self._index.search(query[np.newaxis], k)
        return rows[0], cosines[0]

    def _write(self, path: str) -> None:
        self._lib.write_index(self._index, path)

    def _read(self, path: str) -> int:
        self._index = self._lib.read_index(path)
        return int(self._index.ntotal)


class HnswlibIndex(ExportedIndex):
    """An index of hnswlib (https://github.com/nmslib/hnswlib). See `ExportedIndex`."""

    library, package, _module = "hnswlib", "hnswlib", "hnswlib"

    def _new(self) -> Any:
        index = self._lib.Index(space="ip", dim=self.dimensions)
        index.init_index(max_elements=max(len(self.labels), 1), M=self.connectivity, ef_construction=self.expansion_add)
        return index

    def add(self, start: int, block: Array) -> None:
        """Add the unit vectors of the rows from `start` on."""
        self._index.add_items(block, np.arange(start, start + len(block)))

    def _search(self, query: Array, k: int) -> tuple[Array, Array]:
        self._index.set_ef(max(self.expansion_search, k))
        rows, distances = self._index.knn_query(query, k=k)
        return rows[0].astype(np.int64), 1 - distances[0]

    def _write(self, path: str) -> None:
        self._index.save_index(path)

    def _read(self, path: str) -> int:
        self._index = self._lib.Index(space="ip", dim=self.dimensions)
        self._index.load_index(path)
        return int(self._index.get_current_count())


#: Name → the class of its indexes.
LIBRARIES: dict[str, type[ExportedIndex]] = {each.library: each for each in (UsearchIndex, FaissIndex, HnswlibIndex)}


def build_index(library: str, rows: Rows, keys: Sequence[Any], *settings: int) -> ExportedIndex:
    """Build an index of vectors.

    Parameters
    ----------
    library : {"usearch", "faiss", "hnswlib"}
        Whose.
    rows : Rows
        One vector a row; the index gets them scaled to length 1.
    keys : sequence
        The key of each row.
    *settings : int
        See `ExportedIndex`.

    Raises
    ------
    ValueError
        There is no such library, or there are no vectors.
    ImportError
        It is not installed.
    """
    if library not in LIBRARIES:
        raise ValueError(f"expected one of {', '.join(LIBRARIES)}, got {library!r}")
    if not len(keys):
        raise ValueError("there are no vectors to make an index of")
    index, start = LIBRARIES[library](rows.shape[1], keys, *settings), 0
    for block in rows:
        index.add(start, np.ascontiguousarray(unit_vectors(block), np.float32))
        start += len(block)
    return index


def open_index(path: str | os.PathLike[str]) -> ExportedIndex:
    """Open an index that ``KeyedVectors.export_index`` or `ExportedIndex.save` wrote.

    Parameters
    ----------
    path : path
        Of the index; the keys are in ``<path>.json``.

    Raises
    ------
    OSError
        One of the two files is missing.
    FormatError
        One is damaged, or they do not belong together.
    ImportError
        The library that made it is not installed.
    """
    name = os.fspath(path)
    with open(name + ".json", "rb") as file:
        content = file.read()
    with open(name, "rb"):  # the libraries' own errors do not say that a file is missing
        pass
    try:
        about = json.loads(content)
        if about["format"] != FORMAT or about["version"] != VERSION:
            raise ValueError(f"format {about['format']!r}, version {about['version']!r}")
        made_by, keys, dimensions = LIBRARIES[about["library"]], about["keys"], int(about["dimensions"])
        settings = {each: int(about[each]) for each in ("connectivity", "expansion_add", "expansion_search")}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise FormatError(f"{name}.json is not of an index that npw2v wrote, or damaged: {error!r}") from error
    index = made_by(dimensions, keys, **settings)
    try:
        count = index._read(name)
    except Exception as error:  # each library has its own
        raise FormatError(f"{name} is no index of {about['library']}, or damaged: {error}") from error
    if count != len(keys):
        raise FormatError(f"{name}.json has {len(keys)} keys for the {count} vectors in {name}")
    return index
