"""Files of vectors that are named on the command line: read whatever they are, written by the ending of their name."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.errors import FormatError, NoModelError
from npw2v.formats.detection import open_detected, peek
from npw2v.formats.floattext import format_rows
from npw2v.formats.opening import open_for_reading, open_for_writing
from npw2v.formats.sniff import describe
from npw2v.formats.summary import inspect
from npw2v.vectors.indexers.exported import LIBRARIES
from npw2v.vectors.keyedvectors import KeyedVectors
from npw2v.word2vec import Word2Vec

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

#: What may follow the ending of a format that can be compressed.
COMPRESSIONS = (".gz", ".bz2")

_WORD2VEC = ("word2vec text", "word2vec binary", "GloVe text")
_SAVED = ("npw2v archive", "pickle")
_ROWS_AT_ONCE = 1000

#: Bytes of a file that is read in a second or so.
_LARGE = 1 << 28

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
        with _watched(path) as source:
            return _checked(KeyedVectors.load_word2vec_format(source, limit=limit), path)
    mmap = None if _is_compressed(path) else "r"
    if kind == "safetensors":
        vectors = KeyedVectors.load_safetensors(path, mmap)
    else:
        vectors = KeyedVectors.load(path, mmap)
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
        return Word2Vec.load(path, mmap=None if _is_compressed(path) else "r")
    except NoModelError:
        return None


@contextmanager
def _watched(path: str) -> Iterator[Any]:
    """Give a file to read, with a progress bar if that takes over a second and there is a terminal."""
    size = os.path.getsize(path) if os.path.isfile(path) else 0
    if size < _LARGE or not sys.stderr.isatty() or _is_compressed(path):
        yield path
        return
    from tqdm import tqdm  # which takes time to import

    shown: dict[str, Any] = {"total": size, "desc": path, "leave": False, "unit": "B", "unit_scale": True}

    with open(path, "rb") as file, tqdm.wrapattr(file, "read", **shown) as watched:
        yield watched


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


# ---- writing


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


def save_vectors(vectors: KeyedVectors, path: str, kind: str | None = None) -> list[str]:
    """Write vectors to a file, in a format that its ending tells unless it is given; return the files' names.

    Every file appears when it is complete. ``-`` is the standard output, as text.

    Parameters
    ----------
    vectors : KeyedVectors
        The vectors.
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
    target: Any = sys.stdout.buffer if path == "-" else path
    if kind == "word2vec-binary" and vectors.vectors.dtype != np.float32:
        raise ValueError(f"word2vec's binary format holds float32 alone, not {vectors.vectors.dtype}: use another one")
    if kind == "tensorboard":
        return _save_tsv(vectors, path)
    if kind in LIBRARIES:
        vectors.export_index(kind, path)
        return [path, f"{path}.json"]
    writers: dict[str, Callable[[], None]] = {
        "npw2v": lambda: vectors.save(target),
        "safetensors": lambda: vectors.save_safetensors(target),
        "word2vec-binary": lambda: vectors.save_word2vec_format(target, binary=True),
        "word2vec-text": lambda: vectors.save_word2vec_format(target),
        "glove": lambda: vectors.save_word2vec_format(target, write_header=False),
    }
    writers[kind]()
    return [path]


def _save_tsv(vectors: KeyedVectors, path: str) -> list[str]:
    """Write the two files that projector.tensorflow.org and TensorBoard show: numbers, and words."""
    for word in vectors.index_to_key:
        if any(sign in str(word) for sign in "\t\n"):
            raise ValueError(f"the word {word!r} cannot be written to a .tsv file: it has a tab or a newline in it")
    stem = path[: -len(".tsv")] if path.lower().endswith(".tsv") else path
    tensor, metadata = f"{stem}_tensor.tsv", f"{stem}_metadata.tsv"
    with open_for_writing(tensor) as rows, open_for_writing(metadata) as words:
        for start in range(0, len(vectors), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            rows.writelines(row.replace(b" ", b"\t") + b"\n" for row in format_rows(vectors.vectors[part]))
            words.writelines(f"{word}\n".encode() for word in vectors.index_to_key[part])
    return [tensor, metadata]


def changed(vectors: KeyedVectors, dtype: str | None, normalize: bool) -> KeyedVectors:
    """Return vectors of another dtype or of length 1, or the same ones if nothing is to change."""
    if dtype is None and not normalize:
        return vectors
    wanted = np.dtype(vectors.vectors.dtype if dtype is None else dtype)
    rows = np.empty(vectors.vectors.shape, wanted)
    for part in _parts(len(rows)):
        block = vectors.vectors[part].astype(np.float64)
        if normalize:
            lengths = np.linalg.norm(block, axis=1, keepdims=True)
            block /= np.where(lengths == 0, 1, lengths)
        with np.errstate(over="ignore"):  # what does not fit becomes infinite, which is looked for below
            rows[part] = block
    if not np.isfinite(rows).all():
        raise ValueError(f"some numbers are too large for {wanted}: add --normalize, or keep the dtype")
    other = KeyedVectors(vectors.vector_size, dtype=wanted)
    other.index_to_key, other.key_to_index = vectors.index_to_key, vectors.key_to_index
    other.next_index, other.vectors, other.expandos = vectors.next_index, rows, vectors.expandos
    return other


def _parts(rows: int) -> Iterator[slice]:
    yield from (slice(start, start + _ROWS_AT_ONCE) for start in range(0, rows, _ROWS_AT_ONCE))
