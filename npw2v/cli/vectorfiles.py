"""Files of vectors that are named on the command line: read whatever they are."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.cli import progress
from npw2v.errors import FormatError, NoModelError
from npw2v.formats.detection import open_detected, peek
from npw2v.formats.opening import open_for_reading
from npw2v.formats.reading import read_vector_state
from npw2v.formats.rows import Rows, rows_of_array
from npw2v.formats.safetensors import read_safetensors
from npw2v.formats.sniff import describe
from npw2v.formats.state import VectorState
from npw2v.formats.summary import inspect
from npw2v.formats.word2vec import read_rows
from npw2v.vectors.keyedvectors import KeyedVectors
from npw2v.word2vec import Word2Vec

Array = NDArray[Any]

_WORD2VEC = ("word2vec text", "word2vec binary", "GloVe text")
_SAVED = ("npw2v archive", "pickle")

#: What a key takes, in a list and a dict, beside its vector: measured, 0.4 GB for 3,000,000 keys.
_BYTES_OF_A_WORD = 150


def open_vectors(path: str, limit: int | None = None, which: str = "center") -> KeyedVectors:
    """Read vectors from a file of any format, told by its content; mapped into memory where the format allows it.

    Parameters
    ----------
    path : str
        The file; ``-`` is the standard input, for word2vec's and GloVe's formats.
    limit : int, optional
        Read only the first so many words.
    which : {"center", "context", "combined"}
        See `npw2v.Word2Vec.word_vectors`; what is not "center" needs the file of a whole model.

    Raises
    ------
    OSError, FormatError
        The file cannot be read, or is no file of vectors.
    ValueError
        There are no such vectors in it, or no words.
    """
    if path == "-":
        return _checked(KeyedVectors.load_word2vec_format(sys.stdin.buffer, limit=limit), path)
    kind = kind_of_file(path)
    if which != "center":
        model = open_model(path)
        if model is None:
            raise ValueError(
                f"{path} has one vector a word: --vectors {which} needs the output weights, which only the file of a "
                "whole model has, as npw2v train -o model.npz writes it"
            )
        return _checked(_limited(model.word_vectors(which), limit), path)
    if kind in _WORD2VEC:
        check_room(path, limit)
        with progress.reading(path):
            return _checked(KeyedVectors.load_word2vec_format(path, limit=limit), path)
    with progress.reading(path):
        load = KeyedVectors.load_safetensors if kind == "safetensors" else KeyedVectors.load
        vectors = load(path, _mmap(path))
    return _checked(_limited(vectors, limit), path)


def kind_of_file(path: str) -> str:
    """Return what a file of vectors is, as `npw2v.formats.sniff.identify` calls it.

    Raises
    ------
    FormatError
        It is no file of vectors that can be read.
    """
    with open_for_reading(path) as file, open_detected(file, path) as (content, kind):
        if kind not in (*_WORD2VEC, *_SAVED, "safetensors"):
            raise FormatError(f"{path} is no file of vectors: {describe(peek(content)[1])}")
    return kind


def open_model(path: str) -> Word2Vec | None:
    """Read a whole model, or return None if the file has vectors alone."""
    if kind_of_file(path) not in _SAVED:
        return None
    try:
        with progress.reading(path):
            return Word2Vec.load(path, mmap=_mmap(path))
    except NoModelError:
        return None


def open_rows(
    path: str, limit: int | None = None, which: str = "center", by_count: bool = False
) -> tuple[VectorState, Rows]:
    """Read all of a file of vectors but the matrix, whose rows come when they are asked for.

    Parameters and errors are those of `open_vectors`; what is wrong with the numbers of a file of word2vec's shows when
    they are asked for.

    Parameters
    ----------
    by_count : bool
        Give the most frequent words first, if it is known how frequent they are.

    Returns
    -------
    state : VectorState
        The vectors, with a matrix of no rows.
    rows : Rows
        The matrix.
    """
    kind = "" if path == "-" else kind_of_file(path)
    if which != "center" or not kind:
        return rows_of(open_vectors(path, limit, which), by_count)
    if kind in _WORD2VEC:
        with progress.reading(path, "reading the words of"):
            words, count, rows = read_rows(path, limit)
        counts = np.arange(count, count - len(words), -1, dtype=np.int64)
        return _without_matrix(path, rows, words, {"count": counts}), rows
    if kind == "safetensors":
        state = read_safetensors(path, _mmap(path))
    else:
        with progress.reading(path):
            state = read_vector_state(path, _mmap(path))
    keys = state.index_to_key[:limit]
    if len(keys) < len(state.index_to_key):
        state = replace(state, attributes={})  # they may be about all
    order = _order(state.expandos, len(keys)) if by_count else None
    return _arranged(path, state, state.vectors[: len(keys)], order)


def rows_of(vectors: KeyedVectors, by_count: bool = False) -> tuple[VectorState, Rows]:
    """Return vectors as `open_rows` does, without attributes that belong to no key."""
    state = VectorState(
        vector_size=vectors.vector_size,
        vectors=vectors.vectors,
        index_to_key=vectors.index_to_key,
        key_to_index=vectors.key_to_index,
        next_index=len(vectors),
        expandos=vectors.expandos,
    )
    order = _order(state.expandos, len(vectors)) if by_count else None
    return _arranged("the model", state, vectors.vectors[: len(vectors)], order)


def _order(expandos: Mapping[str, Array], count: int) -> Array | None:
    """Return the rows by descending count, equals in their order; None if they are so already, or without counts."""
    counts = expandos.get("count")
    if counts is None or (np.diff(counts[:count]) <= 0).all():
        return None
    return count - 1 - np.argsort(counts[:count][::-1], kind="stable")[::-1]


def _arranged(path: str, state: VectorState, matrix: Array, order: Array | None) -> tuple[VectorState, Rows]:
    rows = rows_of_array(matrix, order)
    keys, kept = state.index_to_key[: len(rows)], slice(len(rows)) if order is None else order
    keys = keys if order is None else [keys[row] for row in order.tolist()]
    expandos = {name: values[kept] for name, values in state.expandos.items()}
    return _without_matrix(path, rows, keys, expandos, state.attributes), rows


def _without_matrix(
    path: str, rows: Rows, keys: list[Any], expandos: dict[str, Array], attributes: dict[str, Any] | None = None
) -> VectorState:
    if not keys:
        raise ValueError(f"{path} has no words")
    nothing = np.empty((0, rows.shape[1]), rows.dtype)
    return VectorState(rows.shape[1], nothing, keys, {}, len(keys), expandos, attributes or {})


def _mmap(path: str) -> str | None:
    return None if _is_compressed(path) else "r"


def check_room(path: str, limit: int | None) -> None:
    """Raise rather than have the system run out of memory in the middle of reading a file of word2vec's.

    Raises
    ------
    ValueError
        Its vectors need more memory than is available, as far as the system and the header of the file say.
    """
    available = available_memory()
    about = inspect(path)
    if available is None or about.count is None or about.dimensions is None:
        return
    rows = min(about.count, limit or about.count)
    row = 4 * about.dimensions + _BYTES_OF_A_WORD
    if rows * row > available:
        raise ValueError(
            f"{rows:,} vectors of {about.dimensions} dimensions need {rows * row / 1e9:.1f} GB of memory, and "
            f"{available / 1e9:.1f} GB are free: read the first words alone, with --limit {available // row // 2}"
        )


def available_memory() -> int | None:
    """Return how many bytes of memory are free or can be made so; None where the system does not say it."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        return None


def _is_compressed(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(3)[:2] in (b"\x1f\x8b", b"BZ", b"\xfd7")


def _limited(vectors: KeyedVectors, limit: int | None) -> KeyedVectors:
    if limit is None or limit >= len(vectors):
        return vectors
    keys = vectors.index_to_key[:limit]
    first = KeyedVectors(vectors.vector_size, dtype=vectors.vectors.dtype)
    first.index_to_key, first.key_to_index = keys, {key: row for row, key in enumerate(keys)}
    first.next_index, first.vectors = len(keys), vectors.vectors[:limit]  # still mapped, if they were
    first.expandos = {name: values[:limit] for name, values in vectors.expandos.items()}
    return first


def _checked(vectors: KeyedVectors, path: str) -> KeyedVectors:
    if not len(vectors):
        raise ValueError(f"{path} has no words")
    return vectors
