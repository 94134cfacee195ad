"""A corpus in partitions: what each of them is, its words counted, and its words as ids."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise, repeat
from typing import Any

import numpy as np

from npw2v.checks import described
from npw2v.corpus.checks import COMPRESSED
from npw2v.corpus.encoding import encoded_blocks, offsets_of, string_error
from npw2v.corpus.ids import EncodedCorpus, Ids, Lengths
from npw2v.corpus.sentences import MAX_WORDS_IN_BATCH, LineSentence, PathLike
from npw2v.corpus.textfiles import open_text


@dataclass(frozen=True)
class Partition:
    """One partition of a corpus.

    Attributes
    ----------
    name : str
        What messages call it.
    source : object
        A path or URL; a corpus; or what Dask computes a partition of a collection from.
    computed : bool
        Whether it is the last of these.
    """

    name: str
    source: Any
    computed: bool = False


def partitions_of(corpus: Any) -> list[Partition]:
    """Return the partitions of a corpus.

    Parameters
    ----------
    corpus : list, dask.bag.Bag or dask.dataframe.Series
        A list of paths, URLs or corpora.

    Raises
    ------
    TypeError, ValueError
        It is something else, or has none.

    Examples
    --------
    >>> [each.name for each in partitions_of(["a.txt", "b.txt"])]
    ["partition 0, 'a.txt'", "partition 1, 'b.txt'"]
    """
    if hasattr(corpus, "to_delayed"):
        if getattr(corpus, "ndim", 1) != 1:
            raise TypeError(f"expected one column of a dask.dataframe, such as frame['text'], got {described(corpus)}")
        parts = list(corpus.to_delayed())
        kind = type(corpus).__name__
        found = [Partition(f"partition {number} of the {kind}", part, True) for number, part in enumerate(parts)]
    elif isinstance(corpus, str | bytes | os.PathLike) or not isinstance(corpus, Sequence):
        raise TypeError(
            "expected a list of paths or corpora, one for each partition, a dask.bag or a column of a dask.dataframe, "
            f"got {described(corpus)}"
        )
    else:
        found = [_partition(number, each) for number, each in enumerate(corpus)]
    if not found:
        raise ValueError("the corpus has no partitions: give at least one path")
    return found


def _partition(number: int, source: Any) -> Partition:
    if isinstance(source, str | os.PathLike):
        name = os.fspath(source)
        return Partition(f"partition {number}, {name!r}", name)
    if isinstance(source, bytes) or not isinstance(source, Iterable):
        raise TypeError(f"partition {number} must be a path, a URL or a corpus, got {described(source)}")
    return Partition(f"partition {number}", source)


class LineRange:
    """The lines of a file that begin in a range of its bytes: a corpus, as :class:`npw2v.LineSentence` is.

    Parameters
    ----------
    path : str
        A local file, not compressed.
    start, stop : int
    """

    same_every_pass = True

    def __init__(self, path: str, start: int, stop: int) -> None:
        self.path, self.start, self.stop = path, start, stop

    def __iter__(self) -> Iterator[list[str]]:
        with open_text(self.path) as stream:
            stream.seek(max(self.start - 1, 0))
            if self.start:
                stream.readline()  # of the range before, unless that ends with it
            while stream.tell() < self.stop and (line := stream.readline()):
                yield from _pieces(line.decode("utf-8").split())


def divided(path: PathLike, parts: int) -> list[Any]:
    """Divide a text with a sentence a line into partitions of about the same size.

    Parameters
    ----------
    path : path
        A file that every worker has under this name. If it is compressed or a URL it is one partition.
    parts : int
        Into how many; they are no more than there are bytes.

    Returns
    -------
    list
        For :func:`npw2v.distributed.train`.

    Raises
    ------
    OSError
        The file is not there.
    """
    name = os.fspath(path)
    if "://" in name or name.endswith(COMPRESSED):
        return [name]
    size = os.path.getsize(name)
    bounds = sorted({size * part // parts for part in range(parts + 1)})
    return [LineRange(os.path.abspath(name), *pair) for pair in pairwise(bounds)] or [name]


@dataclass(frozen=True)
class Counts:
    """How often words occur in some partitions.

    Attributes
    ----------
    vocabulary : dict
        Word to count, in order of first appearance.
    words, sentences : int
    """

    vocabulary: dict[Any, int]
    words: int
    sentences: int


@dataclass(frozen=True)
class ReadPartition:
    """A partition that has been read: its words, numbered in order of first appearance.

    Attributes
    ----------
    words : list
        By their numbers.
    ids : int32 array (n,)
        Numbers of the words of the text.
    offsets : int64 array (sentences + 1,)
        Where the sentences begin in them.
    """

    words: list[Any]
    ids: Ids
    offsets: Lengths


def read_partition(source: Any) -> ReadPartition:
    """Read a partition: a path of lines, a corpus, or lines or lists of words.

    Raises
    ------
    OSError, TypeError
        It cannot be read, or is no text.
    """
    if isinstance(source, str):
        source = LineSentence(source)
    elif not hasattr(type(source), "same_every_pass"):
        source = _Sentences(source)
    numbers: defaultdict[Any, int] = defaultdict(count().__next__)

    def number(words: Iterable[Any]) -> Iterable[int]:
        return map(numbers.__getitem__, words)

    blocks: list[Ids] = []
    lengths: list[Lengths] = []
    for ids, of_sentences, string_at in encoded_blocks(source, number):
        if string_at is not None:
            raise string_error(string_at)
        blocks.append(ids)
        lengths.append(of_sentences)
    return ReadPartition(list(numbers), np.concatenate([np.zeros(0, np.int32), *blocks]), offsets_of(lengths))


class _Sentences:
    """Lines or lists of words as sentences; nothing where a line is missing, or has no words."""

    def __init__(self, items: Iterable[Any]) -> None:
        self._items = items

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for item in self._items:
            if isinstance(item, str):
                yield from _pieces(item.split())
            elif not _missing(item) and len(item):
                yield item


def _pieces(words: list[str]) -> Iterator[list[str]]:
    """Cut a sentence that is too long, as `LineSentence` does."""
    return (words[start : start + MAX_WORDS_IN_BATCH] for start in range(0, len(words), MAX_WORDS_IN_BATCH))


def _missing(item: Any) -> bool:
    """Whether this is what a column has in place of a text: None, NaN or pandas.NA."""
    return item is None or (not hasattr(item, "__len__") and str(item) in ("nan", "<NA>"))


def count_partition(read: ReadPartition) -> Counts:
    """Count the words of a partition."""
    counts = np.bincount(read.ids, minlength=len(read.words)).tolist()
    return Counts(dict(zip(read.words, counts, strict=True)), len(read.ids), len(read.offsets) - 1)


def counted_together(first: Counts, second: Counts) -> Counts:
    """Add up the counts of two partitions, words in order of first appearance.

    Examples
    --------
    >>> counted_together(Counts({"a": 1}, 1, 1), Counts({"b": 1, "a": 2}, 3, 1))
    Counts(vocabulary={'a': 3, 'b': 1}, words=4, sentences=2)
    """
    vocabulary = dict(first.vocabulary)
    for word, times in second.vocabulary.items():
        vocabulary[word] = vocabulary.get(word, 0) + times
    return Counts(vocabulary, first.words + second.words, first.sentences + second.sentences)


def encode_partition(read: ReadPartition, rows: Mapping[Any, int]) -> EncodedCorpus:
    """Turn the words of a partition into rows of a vocabulary; others are left out."""
    row_of = np.fromiter(map(rows.get, read.words, repeat(-1)), np.int32, len(read.words))
    ids = row_of[read.ids]
    known = ids >= 0
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(known)])
    return EncodedCorpus(ids[known], before[read.offsets], len(ids))
