"""Files of vectors that are to be written, in the format that the ending of their name tells."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.cli import progress
from npw2v.formats.floattext import format_rows
from npw2v.formats.opening import open_for_writing
from npw2v.formats.rows import Rows
from npw2v.formats.safetensors import write_safetensors
from npw2v.formats.state import VectorState, write_vectors
from npw2v.formats.word2vec import write_word2vec
from npw2v.vectors.indexers.exported import LIBRARIES, build_index

Array = NDArray[Any]

#: Format → the endings of its files.
FORMATS = {
    "npw2v": (".npw2v", ".npz", ".model", ".kv"),
    "safetensors": (".safetensors",),
    "word2vec-binary": (".bin",),
    "word2vec-text": (".txt", ".vec"),
    "glove": (".glove", ".glove.txt"),
    "tensorboard": (".tsv",),
    "usearch": (".usearch",),
    "faiss": (".faiss",),
    "hnswlib": (".hnsw",),
}

#: Formats whose files have the most frequent words first.
BY_COUNT = ("word2vec-binary", "word2vec-text", "glove")

#: What may follow the ending of a format that can be compressed.
COMPRESSIONS = (".gz", ".bz2")


def format_of(path: str) -> str:
    """Return the format that a file gets by its ending.

    Raises
    ------
    ValueError
        The ending is unknown.

    Examples
    --------
    >>> format_of("vectors.bin.gz"), format_of("glove.6B.glove.txt"), format_of("-")
    ('word2vec-binary', 'glove', 'word2vec-text')
    """
    if path == "-":
        return "word2vec-text"
    name = path.lower()
    for compression in COMPRESSIONS:
        name = name.removesuffix(compression)
    kinds = {ending: kind for kind, endings in FORMATS.items() for ending in endings}
    for ending in sorted(kinds, key=len, reverse=True):  # .glove.txt before .txt
        if name.endswith(ending):
            return kinds[ending]
    raise ValueError(
        f"the ending of {path!r} says no format: expected one of {', '.join(kinds)}, or one of them with .gz after it"
    )


def save_rows(state: VectorState, rows: Rows, path: str, kind: str | None = None) -> list[str]:
    """Write vectors to a file, in a format that its ending tells unless it is given; return the files' names.

    Every file appears when it is complete. ``-`` is the standard output, as text.

    Parameters
    ----------
    state : VectorState
        The vectors but for the matrix.
    rows : Rows
        The matrix.
    path : str
        The file.
    kind : str, optional
        One of `FORMATS`.

    Raises
    ------
    ValueError
        The format is unknown, or cannot hold a word or the dtype.
    OSError
        The file cannot be written.
    """
    kind = format_of(path) if kind is None else kind
    if kind == "word2vec-binary" and rows.dtype != np.float32:
        raise ValueError(f"word2vec's binary format holds float32 alone, not {rows.dtype}: use another one")
    target: Any = sys.stdout.buffer if path == "-" else path
    keys = state.index_to_key
    with progress.vectors(f"writing {path}", len(rows)):
        if kind == "tensorboard":
            return _save_tsv(keys, rows, path)
        if kind in LIBRARIES:
            build_index(kind, rows, keys).save(path)
            return [path, f"{path}.json"]
        writers: dict[str, Callable[[], None]] = {
            "npw2v": lambda: write_vectors(target, replace(state, vectors=state.vectors.astype(rows.dtype)), rows),
            "safetensors": lambda: write_safetensors(target, state, rows),
            "word2vec-binary": lambda: write_word2vec(target, keys, rows, binary=True),
            "word2vec-text": lambda: write_word2vec(target, keys, rows),
            "glove": lambda: write_word2vec(target, keys, rows, write_header=False),
        }
        writers[kind]()
    return [path]


def _save_tsv(keys: list[Any], rows: Rows, path: str) -> list[str]:
    """Write the two files that projector.tensorflow.org and TensorBoard show: numbers, and words."""
    for word in keys:
        if any(sign in str(word) for sign in "\t\n"):
            raise ValueError(f"the word {word!r} cannot be written to a .tsv file: it has a tab or a newline in it")
    stem = path[: -len(".tsv")] if path.lower().endswith(".tsv") else path
    tensor, metadata = f"{stem}_tensor.tsv", f"{stem}_metadata.tsv"
    with open_for_writing(tensor) as numbers, open_for_writing(metadata) as words:
        for block in rows:
            numbers.writelines(row.replace(b" ", b"\t") + b"\n" for row in format_rows(block))
        words.writelines(f"{word}\n".encode() for word in keys)
    return [tensor, metadata]


def changed(rows: Rows, dtype: str | None, normalize: bool) -> Rows:
    """Return vectors of another dtype or of length 1, or the same ones if nothing is to change."""
    if dtype is None and not normalize:
        return rows
    wanted = np.dtype(rows.dtype if dtype is None else dtype)

    def change(block: Array) -> Array:
        numbers = block.astype(np.float64)
        if normalize:
            lengths = np.linalg.norm(numbers, axis=1, keepdims=True)
            numbers /= np.where(lengths == 0, 1, lengths)
        with np.errstate(over="ignore"):  # what does not fit becomes infinite, which is looked for
            result = numbers.astype(wanted)
        if not np.isfinite(result).all():
            raise ValueError(f"some numbers are too large for {wanted}: add --normalize, or keep the dtype")
        return result

    return rows.changed(wanted, change)
