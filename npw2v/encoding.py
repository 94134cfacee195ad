"""Encoded ids: one pass over the corpus turns words into int32 ids with sentence offsets.

`scan_corpus` counts the words and keeps them as provisional ids, in order of first appearance. Once the vocabulary is
chosen, `Scan.encode` renumbers those ids in place, so that the corpus itself is read only once. `encode_corpus` encodes
a corpus for a vocabulary that is known already.
"""

from __future__ import annotations

import logging
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import chain, count, repeat
from types import GeneratorType
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from npw2v.idstore import Ids, IdStore
from npw2v.vocabulary import Key, TrimRule, prune_vocab

logger = logging.getLogger(__name__)

Offsets: TypeAlias = npt.NDArray[np.int64]
Sentences: TypeAlias = Iterable[Iterable[Key]]

CHUNK_WORDS = 20_000  # looked up at once: enough to amortise NumPy's calls, few enough to stay in the cache
BLOCK_WORDS = 1 << 20  # counted or renumbered at once


def check_reiterable(sentences: Any, passes: int) -> None:
    """Refuse a corpus that cannot be iterated `passes` times.

    An iterator of a class of one's own passes, as it may start again in ``__iter__``; generators and the iterators of
    Python itself (``map``, ``iter([...])``, ``itertools``) cannot.

    Raises
    ------
    TypeError
        `sentences` is not iterable, or can be iterated once only and `passes` is more.

    Examples
    --------
    >>> check_reiterable([["hello", "world"]], passes=6)
    >>> check_reiterable((words for words in [["hello", "world"]]), passes=6)
    Traceback (most recent call last):
        ...
    TypeError: a generator can be iterated once, which can't support 6 passes: give a list or another re-iterable ...
    """
    if not isinstance(sentences, Iterable):
        raise TypeError(f"the corpus must be an iterable of lists of str, got {sentences!r}")
    kind = type(sentences)
    once = isinstance(sentences, GeneratorType) or (
        isinstance(sentences, Iterator) and kind.__module__ in ("builtins", "itertools")
    )
    if once and passes > 1:
        raise TypeError(
            f"a {kind.__name__} can be iterated once, which can't support {passes} passes: "
            "give a list or another re-iterable sequence, such as LineSentence"
        )


class EncodedCorpus(AbstractContextManager["EncodedCorpus"]):
    """A corpus as ids: sentence s is ``ids[offsets[s]:offsets[s + 1]]``.

    Words outside the vocabulary are left out; a sentence that this empties stays as an empty span. A context manager;
    `close`, garbage collection and the interpreter's exit remove the temporary file, if there is one.

    Attributes
    ----------
    ids : ndarray of int32, shape (n_known,)
        Rows of the vocabulary, in the order of the corpus.
    offsets : ndarray of int64, shape (sentences + 1,)
        Where each sentence starts in `ids`, and the end.
    raw_words : int
        Words that were read, known or not.
    path : str or None
        The temporary file behind `ids`; None if they are in memory.
    """

    def __init__(self, ids: Ids, offsets: Offsets, raw_words: int, store: IdStore | None = None) -> None:
        self.ids = ids
        self.offsets = offsets
        self.raw_words = raw_words
        self._store = store

    @property
    def sentences(self) -> int:
        """The number of sentences, empty ones included."""
        return len(self.offsets) - 1

    @property
    def path(self) -> str | None:
        """The temporary file behind `ids`, None if they are in memory."""
        return None if self._store is None else self._store.path

    def close(self) -> None:
        """Let go of the ids and remove their temporary file; closing twice does nothing more."""
        self.ids, self.offsets = np.zeros(0, np.int32), np.zeros(1, np.int64)
        if self._store is not None:
            self._store.close()

    def __exit__(self, *error: object) -> None:
        self.close()


class Scan(AbstractContextManager["Scan"]):
    """What one pass over a corpus found. A context manager, like `EncodedCorpus`.

    Attributes
    ----------
    raw_vocab : dict
        Word to count, in order of first appearance.
    total_words, corpus_count : int
        Words and sentences in the corpus.
    string_at : int or None
        The position of the first sentence that was a str instead of a list of words.
    """

    def __init__(
        self, raw_vocab: dict[Any, int], offsets: Offsets, store: IdStore | None, string_at: int | None = None
    ) -> None:
        self.raw_vocab = raw_vocab
        self.total_words = int(offsets[-1])
        self.corpus_count = len(offsets) - 1
        self.string_at = string_at
        self._store = store
        if store is not None:
            self._words = list(raw_vocab)  # the caller is free to change raw_vocab
            self._offsets = offsets

    @property
    def can_encode(self) -> bool:
        """Whether the provisional ids are here, kept by the scan and not used up or closed."""
        return self._store is not None

    def encode(self, key_to_index: Mapping[Any, int]) -> EncodedCorpus:
        """Renumber the provisional ids as rows of a vocabulary; this uses the scan's ids up.

        Works in place, a block at a time, so that memory peaks at the ids and one block.

        Parameters
        ----------
        key_to_index : mapping
            Word to row.

        Raises
        ------
        TypeError
            A sentence was a str.
        RuntimeError
            `can_encode` is False.
        """
        if self.string_at is not None:
            raise _string_error(self.string_at)
        if self._store is None:
            raise RuntimeError(
                "this scan has no ids to encode (not kept, used up or closed): read the corpus with encode_corpus()"
            )
        rows = np.fromiter(map(key_to_index.get, self._words, repeat(-1)), np.int32, len(self._words))
        ids, offsets, store = self._store.array(), self._offsets, self._store
        known = _renumber(ids, offsets, rows)
        self._store = None
        del self._words, self._offsets
        return EncodedCorpus(ids[:known], offsets, self.total_words, store)

    def close(self) -> None:
        """Let go of the provisional ids and remove their temporary file; counts stay."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def __exit__(self, *error: object) -> None:
        self.close()


def scan_corpus(
    sentences: Sentences,
    *,
    max_vocab_size: int | None = None,
    trim_rule: TrimRule | None = None,
    progress_per: int = 10000,
    keep_ids: bool = True,
) -> Scan:
    """Count the words of a corpus in one pass.

    Parameters
    ----------
    sentences : iterable of lists of words
        Words may be any hashable; a sentence may be any sized iterable, such as a tuple or an array of str.
    max_vocab_size : int, optional
        Whenever more words than this are known after a sentence, the rarest are pruned, with a threshold that rises
        each time (gensim's scan_vocab); counts are lower bounds then, and no ids are kept. 0 is no limit.
    trim_rule : callable, optional
        Asked when pruning, see `npw2v.vocabulary.prune_vocab`.
    progress_per : int
        Log progress every this many sentences.
    keep_ids : bool
        Keep provisional ids for `Scan.encode`: 4 bytes a word, in memory up to `npw2v.idstore.MEMORY_BOUND`.

    Raises
    ------
    TypeError
        The corpus or a sentence is not iterable, or a word is not hashable. Sentences that are a str are counted by
        their characters, with a warning.
    Exception
        Whatever iterating the corpus raises; nothing is left behind.

    Examples
    --------
    >>> scan = scan_corpus([["to", "be", "or"], ["not", "to", "be"]])
    >>> dict(scan.raw_vocab), scan.total_words, scan.corpus_count
    ({'to': 2, 'be': 2, 'or': 1, 'not': 1}, 6, 2)
    >>> encoded = scan.encode({"be": 0, "to": 1})
    >>> encoded.ids, encoded.offsets
    (array([1, 0, 1, 0], dtype=int32), array([0, 2, 4]))
    """
    check_reiterable(sentences, passes=1)
    if progress_per < 1:
        raise ValueError(f"progress_per must be at least 1 sentence, got {progress_per!r}")
    logger.info("collecting all words and their counts")
    counter = _IdCounter(keep_ids) if not max_vocab_size else _PruningCounter(max_vocab_size, trim_rule)
    ends, total_words, string_at = [np.zeros(1, np.int64)], 0, None
    try:
        for chunk in _chunks(sentences, progress_per):
            if string_at is None and chunk.string_at is not None:
                string_at = chunk.string_at
                _warn_of_string(chunk)
            if chunk.first % progress_per == 0:
                logger.info(
                    "PROGRESS: at sentence #%i, processed %i words, keeping %i word types",
                    chunk.first, total_words, len(counter),
                )  # fmt: skip
            counter.add(chunk)
            ends.append(total_words + np.cumsum(chunk.lengths))
            total_words = int(ends[-1][-1])
        raw_vocab = counter.raw_vocab()
    except BaseException:
        counter.close()
        raise
    scan = Scan(raw_vocab, np.concatenate(ends), counter.store, string_at)
    logger.info(
        "collected %i word types from a corpus of %i raw words and %i sentences",
        len(raw_vocab), total_words, scan.corpus_count,
    )  # fmt: skip
    return scan


def encode_corpus(sentences: Sentences, key_to_index: Mapping[Any, int]) -> EncodedCorpus:
    """Encode a corpus for a vocabulary that is known, in one pass.

    Parameters
    ----------
    sentences : iterable of lists of words
        As for `scan_corpus`.
    key_to_index : mapping
        Word to row; other words are left out.

    Raises
    ------
    TypeError
        The corpus or a sentence is not iterable, a sentence is a str, or a word is not hashable.
    Exception
        Whatever iterating the corpus raises; nothing is left behind.

    Examples
    --------
    >>> encode_corpus([["to", "be", "or"], ["not", "to", "be"]], {"be": 0, "to": 1}).ids
    array([1, 0, 1, 0], dtype=int32)
    """
    check_reiterable(sentences, passes=1)
    store, ends, raw_words = IdStore(), [np.zeros(1, np.int64)], 0
    try:
        for chunk in _chunks(sentences, every=sys.maxsize):
            if chunk.string_at is not None:
                raise _string_error(chunk.string_at)
            ids = _look_up(chunk, lambda words: map(key_to_index.get, words, repeat(-1)))
            known = ids >= 0
            ends.append(len(store) + _known_before(known)[np.cumsum(chunk.lengths)])
            store.append(ids[known])
            raw_words += len(ids)
        return EncodedCorpus(store.array(), np.concatenate(ends), raw_words, store)
    except BaseException:
        store.close()
        raise


class _Chunk(NamedTuple):
    """Some sentences in a row."""

    first: int  # position of the first of them in the corpus
    sentences: list[Any]  # sized iterables of words; arrays were turned into lists
    lengths: Offsets
    string_at: int | None  # position in the corpus of the first that is a str or bytes


def _chunks(sentences: Iterable[Any], every: int) -> Iterator[_Chunk]:
    """Take sentences together, about CHUNK_WORDS words at a time; a chunk ends before each multiple of `every`."""
    chunk: list[Any] = []
    lengths: list[int] = []
    size = number = 0
    for number, sentence in enumerate(sentences, 1):
        try:
            length = len(sentence)
        except TypeError:
            raise TypeError(f"sentence {number - 1} must be a list of words, got {sentence!r}") from None
        chunk.append(sentence)
        lengths.append(length)
        size += length + 1
        if size >= CHUNK_WORDS or number % every == 0:
            yield _chunk(number - len(chunk), chunk, lengths)
            chunk, lengths, size = [], [], 0
    if chunk:
        yield _chunk(number - len(chunk), chunk, lengths)


def _chunk(first: int, sentences: list[Any], lengths: list[int]) -> _Chunk:
    string_at = None
    if not set(map(type, sentences)) <= {list, tuple}:
        sentences = [each.tolist() if isinstance(each, np.ndarray) else each for each in sentences]
        strings = (at for at, each in enumerate(sentences, first) if isinstance(each, str | bytes))
        string_at = next(strings, None)
    return _Chunk(first, sentences, np.array(lengths, np.int64), string_at)


def _look_up(chunk: _Chunk, lookup: Callable[[Iterator[Any]], Iterator[int]]) -> Ids:
    try:
        return np.fromiter(lookup(chain.from_iterable(chunk.sentences)), np.int32, int(chunk.lengths.sum()))
    except TypeError:
        for position, sentence in enumerate(chunk.sentences, chunk.first):
            try:
                set(sentence)
            except TypeError as error:
                raise TypeError(f"sentence {position} must be a list of hashable words: {error}") from None
        raise


def _warn_of_string(chunk: _Chunk) -> None:
    position = chunk.string_at or 0
    logger.warning(
        "Each 'sentences' item should be a list of words (usually unicode strings). "
        "Item %i is instead a plain %s, whose characters are counted as words.",
        position, type(chunk.sentences[position - chunk.first]),
    )  # fmt: skip


def _string_error(position: int) -> TypeError:
    return TypeError(
        f"sentence {position} is a string, which would be trained character by character: give every sentence as a "
        'list of words, as in Word2Vec([["hello", "world"]]), or split it with .split()'
    )


class _IdCounter:
    """Counts words by provisional ids, and keeps the ids if asked to."""

    def __init__(self, keep_ids: bool) -> None:
        self.store = IdStore() if keep_ids else None
        self._ids: defaultdict[Any, int] = defaultdict(count().__next__)
        self._counts = np.zeros(0, np.int64)
        self._pending: list[Ids] = []
        self._pending_words = 0

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, chunk: _Chunk) -> None:
        # A missing word gets the next number without leaving C.
        ids = _look_up(chunk, lambda words: map(self._ids.__getitem__, words))
        self._pending.append(ids)
        self._pending_words += len(ids)
        if self._pending_words >= BLOCK_WORDS:
            self._count_pending()

    def _count_pending(self) -> None:
        block = np.concatenate([np.zeros(0, np.int32), *self._pending])
        counts = np.bincount(block, minlength=len(self._ids))
        counts[: len(self._counts)] += self._counts
        self._counts = counts
        if self.store is not None:
            self.store.append(block)
        self._pending, self._pending_words = [], 0

    def raw_vocab(self) -> dict[Any, int]:
        self._count_pending()
        return defaultdict(int, zip(self._ids, self._counts.tolist(), strict=True))

    def close(self) -> None:
        if self.store is not None:
            self.store.close()


class _PruningCounter:
    """Counts words one by one, pruning after every sentence that brings too many."""

    store = None

    def __init__(self, max_vocab_size: int, trim_rule: TrimRule | None) -> None:
        self._vocab: defaultdict[Any, int] = defaultdict(int)
        self._max_vocab_size = max_vocab_size
        self._trim_rule = trim_rule
        self._min_reduce = 1

    def __len__(self) -> int:
        return len(self._vocab)

    def add(self, chunk: _Chunk) -> None:
        vocab = self._vocab
        for sentence in chunk.sentences:
            for word in sentence:
                vocab[word] += 1
            if len(vocab) > self._max_vocab_size:
                prune_vocab(vocab, self._min_reduce, trim_rule=self._trim_rule)
                self._min_reduce += 1

    def raw_vocab(self) -> dict[Any, int]:
        return self._vocab

    def close(self) -> None:
        pass


def _known_before(known: npt.NDArray[np.bool_]) -> Offsets:
    """How many of the first k words are known, for k from 0 to all: shape (len(known) + 1,)."""
    before = np.zeros(len(known) + 1, np.int64)
    np.cumsum(known, out=before[1:])
    return before


def _renumber(ids: Ids, offsets: Offsets, rows: Ids) -> int:
    """Replace each id by ``rows[id]`` and close the gaps that negative rows leave.

    Mutates `ids`, whose first entries hold the result, and `offsets`, which follow them.

    Returns
    -------
    int
        How many ids are left.
    """
    written, first = 0, int(np.searchsorted(offsets, 0, side="right"))
    for start in range(0, len(ids), BLOCK_WORDS):
        block = rows[ids[start : start + BLOCK_WORDS]]
        known = block >= 0
        last = int(np.searchsorted(offsets, start + len(block), side="right"))
        offsets[first:last] = written + _known_before(known)[offsets[first:last] - start]
        kept = block[known]
        ids[written : written + len(kept)] = kept
        written, first = written + len(kept), last
    return written
