"""Sentences to ids: an iterable of lists of words is taken a chunk at a time and looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from npw2v.corpus.ids import Ids, Lengths
from npw2v.corpus.wordbytes import Lookup

#: Enough to amortise NumPy's calls, few enough for the words to stay in the cache.
CHUNK_WORDS = 10_000


class Chunk(NamedTuple):
    """Some sentences in a row."""

    first: int  # position of the first of them in the corpus
    sentences: list[Any]  # sized iterables of words; arrays were turned into lists
    lengths: Lengths
    string_at: int | None  # position in the corpus of the first that is a str or bytes instead of a list of words


def chunks(sentences: Iterable[Any], every: int) -> Iterator[Chunk]:
    """Take sentences together, about CHUNK_WORDS words at a time; a chunk ends at each multiple of `every`.

    Raises
    ------
    TypeError
        A sentence has no length, as a number or a generator.
    """
    taken: list[Any] = []
    lengths: list[int] = []
    size = number = 0
    for number, sentence in enumerate(sentences, 1):
        try:
            length = len(sentence)
        except TypeError:
            raise TypeError(f"sentence {number - 1} must be a list of words, got {sentence!r}") from None
        taken.append(sentence)
        lengths.append(length)
        size += length + 1
        if size >= CHUNK_WORDS or number % every == 0:
            yield _chunk(number - len(taken), taken, lengths)
            taken, lengths, size = [], [], 0
    if taken:
        yield _chunk(number - len(taken), taken, lengths)


def _chunk(first: int, sentences: list[Any], lengths: list[int]) -> Chunk:
    string_at = None
    if not set(map(type, sentences)) <= {list, tuple}:
        sentences = [each.tolist() if isinstance(each, np.ndarray) else each for each in sentences]
        strings = (at for at, each in enumerate(sentences, first) if isinstance(each, str | bytes))
        string_at = next(strings, None)
    return Chunk(first, sentences, np.array(lengths, np.int64), string_at)


def look_up(chunk: Chunk, lookup: Lookup) -> Ids:
    """Return the ids of a chunk's words, one sentence after the other.

    Every sentence is iterated to its end, the last one too: some are their own iterators and rewind only there.

    Raises
    ------
    TypeError
        A sentence is not iterable, or a word not hashable.
    ValueError
        A sentence has more or fewer words than its length says.
    """
    words = chain.from_iterable(chunk.sentences)
    try:
        ids = np.fromiter(lookup(words), np.int32, int(chunk.lengths.sum()))
    except TypeError:
        for position, sentence in enumerate(chunk.sentences, chunk.first):
            try:
                set(sentence)
            except TypeError as error:
                raise TypeError(f"sentence {position} must be a list of hashable words: {error}") from None
        raise
    for word in words:
        raise ValueError(f"a sentence has more words than its length says: {word!r} is one too many")
    return ids
