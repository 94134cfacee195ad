"""Counting the words of a corpus, the first step to a vocabulary.

`scan_corpus` counts the words and keeps them as provisional ids, in order of first appearance. Once the vocabulary is
chosen, `Scan.encode` renumbers those ids in place, so that the corpus itself is read only once.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, closing
from itertools import count, repeat
from typing import Any

import numpy as np

from npw2v.corpus.checks import check_reiterable
from npw2v.corpus.chunks import chunks
from npw2v.corpus.encoding import Sentences, encoded_blocks, known_words, offsets_of, string_error
from npw2v.corpus.ids import EncodedCorpus, Ids, IdStore, Lengths
from npw2v.logs import logger_of
from npw2v.vocabulary.selection import TrimRule, prune_vocab

logger = logger_of(__name__)

#: Ids that are counted at once.
BLOCK_WORDS = 2**20


class Scan(AbstractContextManager["Scan"]):
    """What one pass over a corpus found. A context manager, like `npw2v.corpus.ids.EncodedCorpus`.

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
        self,
        raw_vocab: dict[Any, int],
        progress: _Progress,
        store: IdStore | None = None,
        offsets: Lengths | None = None,
    ) -> None:
        self.raw_vocab = raw_vocab
        self.total_words = progress.words
        self.corpus_count = progress.sentences
        self.string_at = progress.string_at
        self._store = store
        self._offsets = offsets
        self._words = list(raw_vocab) if store is not None else []  # as the caller is free to change raw_vocab

    @property
    def can_encode(self) -> bool:
        """Whether the provisional ids are here: kept by the scan, in this process, and not used up or closed."""
        return self._store is not None and self._store.owner == os.getpid()

    def encode(self, key_to_index: Mapping[Any, int]) -> EncodedCorpus:
        """Renumber the provisional ids as rows of a vocabulary; this uses the scan's ids up.

        Works in place, a block at a time, so that memory peaks at the ids and one block.

        Parameters
        ----------
        key_to_index : mapping
            Word to row.

        Returns
        -------
        EncodedCorpus

        Raises
        ------
        TypeError
            A sentence was a str.
        RuntimeError
            `can_encode` is False.
        """
        if self.string_at is not None:
            raise string_error(self.string_at)
        if self._store is None or self._offsets is None or not self.can_encode:
            raise RuntimeError(
                "this scan has no ids to encode (not kept, used up, closed, or of another process): "
                "read the corpus with encode_corpus()"
            )
        rows = np.fromiter(map(key_to_index.get, self._words, repeat(-1)), np.int32, len(self._words))
        store, offsets = self._store, self._offsets
        self._store, self._offsets, self._words = None, None, []
        return known_words(store, offsets, self.total_words, rows)

    def close(self) -> None:
        """Let go of the provisional ids and remove their temporary file; counts stay."""
        if self._store is not None:
            self._store.close()
        self._store, self._offsets, self._words = None, None, []

    def __exit__(self, *error: object) -> None:
        self.close()


def scan_corpus(
    sentences: Sentences,
    *,
    max_vocab_size: int | None = None,
    trim_rule: TrimRule | None = None,
    progress_per: int = 10000,
    keep_ids: bool = True,
    processes: int = 1,
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
        Asked when pruning, see `npw2v.vocabulary.selection.prune_vocab`.
    progress_per : int
        Log progress every this many sentences.
    keep_ids : bool
        Keep provisional ids for `Scan.encode`: 4 bytes a word, in memory up to `npw2v.corpus.ids.MEMORY_BOUND`. Where
        there is no room for them they are not kept.
    processes : int
        Processes that share the reading of a text; see `npw2v.corpus.encoding.encoded_blocks`.

    Returns
    -------
    Scan

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
    if max_vocab_size:
        scan = _count_pruning(sentences, progress_per, max_vocab_size, trim_rule)
    else:
        scan = _count_numbering(sentences, progress_per, keep_ids, processes)
    logger.info(
        "collected %i word types from a corpus of %i raw words and %i sentences",
        len(scan.raw_vocab), scan.total_words, scan.corpus_count,
    )  # fmt: skip
    return scan


def _count_numbering(sentences: Sentences, progress_per: int, keep_ids: bool, processes: int) -> Scan:
    """Count words by their ids, and keep the ids if asked to."""
    numbers: defaultdict[Any, int] = defaultdict(count().__next__)  # gives a new word the next id without leaving C

    def number(words: Iterable[Any]) -> Iterable[int]:
        return map(numbers.__getitem__, words)

    counts, store, progress = _Counts(), IdStore(), _Progress(progress_per)
    sentence_lengths: list[Lengths] = []
    try:
        with closing(encoded_blocks(sentences, number, progress_per, processes)) as blocks:
            for ids, lengths, string_at in blocks:
                progress.warn_of_string(string_at)
                counts.add(ids)
                keep_ids = keep_ids and _kept(store, store.append, ids)
                if keep_ids:
                    sentence_lengths.append(lengths)
                progress.add(len(lengths), len(ids), len(numbers))
        keep_ids = keep_ids and _kept(store, store.ids)  # which are all in the file then
        raw_vocab = defaultdict(int, zip(numbers, counts.total(len(numbers)).tolist(), strict=True))
    except BaseException:
        store.close()
        raise
    offsets = offsets_of(sentence_lengths) if keep_ids else None
    return Scan(raw_vocab, progress, store if keep_ids else None, offsets)


def _kept(store: IdStore, step: Callable[..., object], *given: Ids) -> bool:
    """Do something that stores ids, or close the store and say so if there is no room: counts alone will do."""
    try:
        step(*given)
    except OSError as error:
        logger.info("the corpus will be read again for training: %s", error.strerror or error)
        store.close()
        return False
    return True


def _count_pruning(sentences: Sentences, progress_per: int, max_vocab_size: int, trim_rule: TrimRule | None) -> Scan:
    """Count words one by one, pruning after every sentence that brings too many."""
    vocab: defaultdict[Any, int] = defaultdict(int)
    min_reduce, progress = 1, _Progress(progress_per)
    for chunk in chunks(sentences, progress_per):
        progress.warn_of_string(chunk.string_at)
        for sentence in chunk.sentences:
            for word in sentence:
                vocab[word] += 1
            if len(vocab) > max_vocab_size:
                prune_vocab(vocab, min_reduce, trim_rule=trim_rule)
                min_reduce += 1
        progress.add(len(chunk.lengths), int(chunk.lengths.sum()), len(vocab))
    return Scan(vocab, progress)


class _Progress:
    """Sentences and words so far, told to the log; and whether there was a str among the sentences."""

    def __init__(self, every: int) -> None:
        self.sentences = self.words = 0
        self.string_at: int | None = None
        self._every = every
        self._log(0)

    def add(self, sentences: int, words: int, types: int) -> None:
        """Count more of the corpus, and log where a multiple of `every` sentences was passed."""
        before = self.sentences
        self.sentences += sentences
        self.words += words
        if before // self._every != self.sentences // self._every:
            self._log(types)

    def _log(self, types: int) -> None:
        logger.info(
            "PROGRESS: at sentence #%i, processed %i words, keeping %i word types", self.sentences, self.words, types
        )

    def warn_of_string(self, position: int | None) -> None:
        """Log the first sentence that is a str; later ones are not mentioned."""
        if position is None or self.string_at is not None:
            return
        self.string_at = position
        logger.warning(
            "Each 'sentences' item should be a list of words (usually unicode strings). "
            "Item %i is a plain string instead, whose characters are counted as words.",
            position,
        )


class _Counts:
    """How often each id occurs, added up a block at a time."""

    def __init__(self) -> None:
        self._counts = np.zeros(0, np.int64)
        self._pending: list[Ids] = []
        self._pending_ids = 0

    def add(self, ids: Ids) -> None:
        self._pending.append(ids)
        self._pending_ids += len(ids)
        if self._pending_ids >= BLOCK_WORDS:
            self._counts, self._pending, self._pending_ids = self.total(len(self._counts)), [], 0

    def total(self, size: int) -> Lengths:
        """Return the counts of the ids up to `size`, and of those beyond it that occur."""
        counts = np.bincount(np.concatenate([np.zeros(0, np.int32), *self._pending]), minlength=size)
        counts[: len(self._counts)] += self._counts
        return counts
