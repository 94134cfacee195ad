"""Words to ids: one pass over a corpus turns them into int32 ids, with the offsets of sentences."""

from __future__ import annotations

import sys
from collections.abc import Generator, Hashable, Iterable, Mapping
from contextlib import closing
from itertools import repeat
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.checks import check_reiterable
from npw2v.corpus.chunks import chunks, look_up
from npw2v.corpus.ids import EncodedCorpus, FileIds, Ids, IdStore, Lengths
from npw2v.corpus.numbered import NumberedCorpus
from npw2v.corpus.sentences import text_files
from npw2v.corpus.textblocks import encode_text
from npw2v.corpus.wordbytes import Lookup

#: Sentences of words of any kind.
Sentences: TypeAlias = Iterable[Iterable[Hashable]]

#: Ids that are renumbered at once.
BLOCK_WORDS = 2**20


def encode_corpus(sentences: Sentences, key_to_index: Mapping[Any, int], processes: int = 1) -> EncodedCorpus:
    """Encode a corpus for a known vocabulary, in one pass.

    Parameters
    ----------
    sentences : iterable of lists of words
        Words may be any hashable; a sentence may be any sized iterable, such as a tuple or an array of str.
    key_to_index : mapping
        Word to row; other words are left out.
    processes : int
        As for `encoded_blocks`.

    Returns
    -------
    EncodedCorpus

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

    def rows_of(words: Iterable[Any]) -> Iterable[int]:
        return map(key_to_index.get, words, repeat(-1))

    store, raw_words = IdStore(), 0
    sentence_lengths: list[Lengths] = []
    try:
        with closing(encoded_blocks(sentences, rows_of, processes=processes)) as blocks:
            for ids, lengths, string_at in blocks:
                if string_at is not None:
                    raise string_error(string_at)
                store.append(ids)
                sentence_lengths.append(lengths)
                raw_words += len(ids)
        return known_words(store, offsets_of(sentence_lengths), raw_words)
    except BaseException:
        store.close()
        raise


def encoded_blocks(
    sentences: Iterable[Any], lookup: Lookup, every: int = sys.maxsize, processes: int = 1
) -> Generator[tuple[Ids, Lengths, int | None], None, None]:
    """Look up a corpus a block at a time.

    Parameters
    ----------
    sentences : iterable of lists of words
        The corpus; see `npw2v.corpus.sentences.text_files` for those that are read without iterating them.
    lookup : callable
        Gives the ids of an iterable of words, in order.
    every : int
        A block ends at each multiple of so many sentences, unless the corpus is read without iterating.
    processes : int
        Processes that share the reading if it can be shared, see `npw2v.corpus.textblocks.encode_text`. The others
        end with this generator, so close it.

    Yields
    ------
    ids : int32 array
        The ids of the words in this block.
    lengths : int64 array
        Of the sentences that end in it.
    string_at : int or None
        The position in the corpus of the first of them that is a str instead of a list of words.
    """
    files = text_files(sentences)
    if isinstance(sentences, NumberedCorpus):
        for ids, lengths in sentences.blocks(lookup):
            yield ids, lengths, None
    elif files is not None:
        with closing(encode_text(files, lookup, processes)) as texts:
            for ids, lengths in texts:
                yield ids, lengths, None
    else:
        for chunk in chunks(sentences, every):
            yield look_up(chunk, lookup), chunk.lengths, chunk.string_at


def offsets_of(lengths: list[Lengths]) -> Lengths:
    """Return where sentences of these lengths start, and where the last one ends."""
    return np.concatenate([np.zeros(1, np.int64), *lengths]).cumsum()


def string_error(position: int) -> TypeError:
    """Return the error for a sentence that is a str."""
    return TypeError(
        f"sentence {position} is a string, which would be trained character by character: give every sentence as a "
        'list of words, as in Word2Vec([["hello", "world"]]), or split it with .split()'
    )


def known_words(store: IdStore, offsets: Lengths, raw_words: int, rows: Ids | None = None) -> EncodedCorpus:
    """Make the ids that were stored a corpus, without those of unknown words.

    Works in place, a block at a time, so that memory peaks at the ids and one block.

    Parameters
    ----------
    store : IdStore
        The ids, negative if unknown; the corpus takes it over. It is closed if anything raises.
    offsets : int64 array (sentences + 1,)
        Where sentences start in them, and the end; mutated.
    raw_words : int
        How many words were read.
    rows : int32 array, optional
        Each id is replaced by its entry in this first.

    Returns
    -------
    EncodedCorpus
    """
    try:
        known = _drop_unknown(store.ids(), offsets, rows)
        return EncodedCorpus(store.ids(known), offsets, raw_words, store)
    except BaseException:
        store.close()
        raise


def _known_before(known: NDArray[np.bool_]) -> Lengths:
    """How many of the first k words are known, for k from 0 to all: shape (len(known) + 1,)."""
    before = np.zeros(len(known) + 1, np.int64)
    np.cumsum(known, out=before[1:])
    return before


def _drop_unknown(ids: Ids | FileIds, offsets: Lengths, rows: Ids | None = None) -> int:
    """Replace each id by ``rows[id]``, if given, and close the gaps of those that are negative then.

    Mutates `ids`, whose first entries hold the result, and `offsets`, which follow them.

    Returns
    -------
    int
        How many ids are left.
    """
    written, first = 0, int(np.searchsorted(offsets, 0, side="right"))
    for start in range(0, len(ids), BLOCK_WORDS):
        block = ids[start : start + BLOCK_WORDS]
        if rows is not None:
            block = rows[block]
        known = block >= 0
        last = int(np.searchsorted(offsets, start + len(block), side="right"))
        offsets[first:last] = written + _known_before(known)[offsets[first:last] - start]
        kept = block[known]
        ids[written : written + len(kept)] = kept
        written, first = written + len(kept), last
    return written
