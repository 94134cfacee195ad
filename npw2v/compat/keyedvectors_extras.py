"""What gensim's module ``keyedvectors`` has besides the vectors."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from npw2v.vectors.keyedvectors import KeyedVectors
from npw2v.vectors.store import initial_vectors

#: The type of the numbers.
REAL = np.float32


class CompatVocab:
    """An entry of the vocabulary as gensim had it before version 4: a count and any other attributes."""

    def __init__(self, **kwargs: Any) -> None:
        self.count = 0
        self.__dict__.update(kwargs)

    def __lt__(self, other: CompatVocab) -> bool:
        return self.count < other.count

    def __str__(self) -> str:
        values = ", ".join(f"{name}:{value!r}" for name, value in sorted(vars(self).items()) if name[0] != "_")
        return f"{type(self).__name__}<{values}>"


Vocab = CompatVocab


def load_word2vec_format(*args: Any, **kwargs: Any) -> Any:
    """Return ``KeyedVectors.load_word2vec_format(...)``."""
    return KeyedVectors.load_word2vec_format(*args, **kwargs)


def load_word2vec_format_in_chunks(
    cls: Any,
    fname: Any,
    fvocab: Any = None,
    binary: bool = False,
    encoding: str = "utf8",
    unicode_errors: str = "strict",
    limit: int | None = sys.maxsize,
    datatype: DTypeLike = REAL,
    no_header: bool = False,
    binary_chunk_size: int = 100 * 1024,
) -> Any:
    """Return ``cls.load_word2vec_format(...)``, with `binary_chunk_size` bytes read from a binary file at once."""
    return cls._from_word2vec_format(
        fname,
        fvocab,
        binary=binary,
        encoding=encoding,
        unicode_errors=unicode_errors,
        limit=limit,
        datatype=datatype,
        no_header=no_header,
        chunk_bytes=binary_chunk_size,
    )


def prep_vectors(
    target_shape: tuple[int, int], prior_vectors: NDArray[Any] | None = None, seed: int = 0, dtype: DTypeLike = REAL
) -> NDArray[Any]:
    """Return random rows as `npw2v.vectors.store.initial_vectors` draws them, with `prior_vectors` as the first."""
    if prior_vectors is not None and prior_vectors.shape == target_shape:
        return prior_vectors
    vectors = initial_vectors(*target_shape, seed, dtype)
    if prior_vectors is not None:
        vectors[: prior_vectors.shape[0], : prior_vectors.shape[1]] = prior_vectors
    return vectors
