"""Counting words and the phrases they may form: what `npw2v.phrases.phrases.Phrases` learns from a corpus.

A *candidate* is two neighbouring words that are no connector words, with any connector words between them. Words and
candidates are counted in one dictionary, by their texts.

Candidates are counted as numbers first: two int32 word ids make one int64, a few million are sorted at once, and only
the distinct ones become strings. That takes a third of the time of joining every candidate's words, but cannot prune.
So once the dictionary might outgrow its bound, the rest of the corpus is counted one candidate at a time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set
from itertools import count, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.chunks import Chunk, chunks, look_up
from npw2v.corpus.ids import Ids
from npw2v.logs import logger_of
from npw2v.vocabulary.selection import prune_vocab

logger = logger_of(__name__)

Numbers = NDArray[np.int64]

#: How many words are sorted at once; more take longer a word, as they leave the processor's cache.
BLOCK_WORDS = 2**21


def learn_vocab(
    sentences: Iterable[Iterable[Any]],
    max_vocab_size: int,
    delimiter: str,
    connector_words: Set[Any],
    progress_per: int,
) -> tuple[int, dict[Any, int], int]:
    """Count the words and candidates of a corpus in one pass.

    Parameters
    ----------
    sentences : iterable of iterables of str
        Read once.
    max_vocab_size : int
        Whenever the dictionary has more entries after a sentence, the rarest are pruned, with a threshold that rises
        each time.
    delimiter : str
        Joins the words of a candidate.
    connector_words : set of str
        Neither counted nor the end of a candidate.
    progress_per : int
        Log progress every this many sentences.

    Returns
    -------
    min_reduce : int
        The next threshold for pruning; 1 if there was none.
    vocab : dict
        Text of a word or a joined candidate to its count, in order of first appearance.
    total_words : int
        All words of the corpus, connector words too.

    Examples
    --------
    >>> learn_vocab([["lack", "of", "interest"]], 100, "_", {"of"}, 10000)
    (1, {'lack': 1, 'interest': 1, 'lack_of_interest': 1}, 3)
    """
    logger.info("collecting all words and their counts")
    numbered = _NumberedCounts(delimiter, connector_words)
    vocab: Counter[Any] | None = None
    min_reduce, read, total_words, string_at = 1, 0, 0, None
    for chunk in chunks(map(_sized, sentences), progress_per):
        if chunk.first % progress_per == 0:
            types = numbered.at_most if vocab is None else len(vocab)
            logger.info(
                "PROGRESS: at sentence #%i, processed %i words and at most %i word types", read, total_words, types
            )
        if string_at is None and chunk.string_at is not None:
            string_at = chunk.string_at
            logger.warning(
                "Each sentence should be a list of words. Sentence %i is a plain string instead, whose characters are "
                "counted as words.",
                string_at,
            )
        if vocab is None and not numbered.has_room(chunk, max_vocab_size):
            vocab = Counter(numbered.vocab())
        if vocab is None:
            numbered.add(chunk)
        else:
            min_reduce = _count_pruning(vocab, chunk, max_vocab_size, delimiter, connector_words, min_reduce)
        read += len(chunk.sentences)
        total_words += int(chunk.lengths.sum())
    learnt = numbered.vocab() if vocab is None else dict(vocab)
    logger.info(
        "collected %i token types (unigram + bigrams) from a corpus of %i words and %i sentences",
        len(learnt), total_words, read,
    )  # fmt: skip
    return min_reduce, learnt, total_words


def _sized(sentence: Iterable[Any]) -> Any:
    return list(sentence) if hasattr(sentence, "__next__") else sentence


def ends_of_candidates(words: Sequence[Any], connector_words: Set[Any]) -> Sequence[int]:
    """Return the positions of the words that are no connector words: each but the first ends a candidate."""
    if connector_words.isdisjoint(words):
        return range(len(words))
    return [position for position, word in enumerate(words) if word not in connector_words]


def joined_candidates(words: Sequence[str], ends: Sequence[int], delimiter: str) -> list[str]:
    """Return the text of every candidate: candidate k is from position ``ends[k]`` to ``ends[k + 1]``."""
    if len(ends) == len(words):
        return list(map(delimiter.join, zip(words, words[1:], strict=False)))
    pairs = zip(ends, ends[1:], strict=False)
    return [
        words[start] + delimiter + words[end] if end - start == 1 else delimiter.join(words[start : end + 1])
        for start, end in pairs
    ]


def _count_pruning(
    vocab: Counter[Any],
    chunk: Chunk,
    max_vocab_size: int,
    delimiter: str,
    connector_words: Set[Any],
    min_reduce: int,
) -> int:
    """Add a chunk's words and candidates to `vocab`, which is mutated; return the next threshold."""
    for sentence in chunk.sentences:
        words = list(sentence)
        ends = ends_of_candidates(words, connector_words)
        # in order of appearance: a word, then the candidate it ends
        texts: list[Any] = [None] * max(2 * len(ends) - 1, 0)
        texts[1::2] = [words[end] for end in ends[1:]]
        texts[2::2] = joined_candidates(words, ends, delimiter)
        texts[:1] = [words[end] for end in ends[:1]]
        vocab.update(texts)
        if len(vocab) > max_vocab_size:
            prune_vocab(vocab, min_reduce)
            min_reduce += 1
    return min_reduce


class _NumberedCounts:
    """Counts of words and candidates by number.

    A candidate's number is ``left << 32 | right``, where `right` is the id of its last word and `left` that of its
    first; or, if there are connector words between them, ``-1 - p`` for the p-th of the different *openings*, which
    have a number of that kind themselves: of what comes before a connector word, and of that word.
    """

    def __init__(self, delimiter: str, connector_words: Set[Any]) -> None:
        self._delimiter, self._connector_words = delimiter, connector_words
        self._ids: defaultdict[Any, int] = defaultdict(count().__next__)
        self._openings: defaultdict[int, int] = defaultdict(count().__next__)
        self._pending: list[tuple[Ids, Numbers]] = []  # ids and sentence lengths that are still to be counted
        self._pending_words = self._words_before = 0
        self._is_connector = np.zeros(0, np.bool_)
        self._word_counts = self._word_first = np.zeros(0, np.int64)  # first: where in the corpus a word appeared
        self._candidates = self._counts = self._first = np.zeros(0, np.int64)

    @property
    def at_most(self) -> int:
        """How many entries the dictionary would have, or somewhat fewer."""
        return len(self._ids) + len(self._candidates) + self._pending_words

    def has_room(self, chunk: Chunk, bound: int) -> bool:
        """Tell whether the dictionary stays within `bound` entries whatever `chunk` holds."""
        new = 2 * int(chunk.lengths.sum())
        if self.at_most + new > bound and self._pending_words > len(self._candidates) // 4:
            self._count_pending()
        return self.at_most + new <= bound

    def add(self, chunk: Chunk) -> None:
        """Take in a chunk."""
        ids = look_up(chunk, lambda words: map(self._ids.__getitem__, words))
        self._pending.append((ids, chunk.lengths))
        self._pending_words += len(ids)
        if self._pending_words > max(BLOCK_WORDS, len(self._candidates) // 4):
            self._count_pending()

    def vocab(self) -> dict[Any, int]:
        """Return the dictionary, in order of first appearance; a word comes before the candidate it ends."""
        self._count_pending()
        words, join = list(self._ids), self._delimiter.join
        appeared = np.argsort(self._first)  # joined in this order, neighbouring strings of the result lie together
        candidates, counted = self._candidates[appeared], np.flatnonzero(~self._is_connector)
        first = map(self._lefts(words, candidates >> 32).__getitem__, (candidates >> 32).tolist())
        last = map(words.__getitem__, (candidates & 0xFFFFFFFF).tolist())
        texts = list(map(words.__getitem__, counted.tolist())) + list(map(join, zip(first, last, strict=True)))
        counts = np.concatenate([self._word_counts[counted], self._counts[appeared]])
        order = np.argsort(np.concatenate([2 * self._word_first[counted], 2 * self._first[appeared] + 1]))
        texts, counts = list(map(texts.__getitem__, order.tolist())), counts[order]
        vocab = dict(zip(texts, counts.tolist(), strict=True))
        if len(vocab) < len(texts):  # a word reads like a candidate, or two candidates like each other
            vocab = {}
            for text, occurrences in zip(texts, counts.tolist(), strict=True):
                vocab[text] = vocab.get(text, 0) + occurrences
        return vocab

    def _lefts(self, words: list[Any], needed: Numbers) -> list[Any]:
        """Return texts so that ``lefts[left]`` is that of a word or of an opening, if it is among those needed."""
        openings = list(self._openings)
        lefts = words + [None] * len(openings)
        for left in np.unique(needed[needed < 0]).tolist():
            parts, at = [], left
            while at < 0:
                parts.append(words[openings[-1 - at] & 0xFFFFFFFF])
                at = openings[-1 - at] >> 32
            lefts[left] = self._delimiter.join([words[at], *reversed(parts)])
        return lefts

    def _count_pending(self) -> None:
        if not self._pending:
            return
        ids = np.concatenate([ids for ids, _ in self._pending])
        lengths = np.concatenate([lengths for _, lengths in self._pending])
        self._pending, self._pending_words = [], 0
        self._count_words(ids)
        candidates, ends = self._candidates_of(ids, lengths)
        self._candidates, self._counts, self._first = _summed(
            np.concatenate([self._candidates, candidates]),
            np.concatenate([self._counts, np.ones(len(candidates), np.int64)]),
            np.concatenate([self._first, ends + self._words_before]),
        )
        self._words_before += len(ids)

    def _count_words(self, ids: Ids) -> None:
        known, size = len(self._is_connector), len(self._ids)
        new_words = islice(self._ids, known, None)
        connector = np.fromiter((word in self._connector_words for word in new_words), np.bool_, size - known)
        self._is_connector = np.concatenate([self._is_connector, connector])
        counts = np.bincount(ids, minlength=size)
        counts[:known] += self._word_counts
        self._word_counts = counts
        # Ids are given in order of first appearance: a new one is higher than all before it.
        highest_before = np.maximum.accumulate(np.concatenate([[known - 1], ids[:-1]]))
        first = np.flatnonzero(ids > highest_before) + self._words_before
        self._word_first = np.concatenate([self._word_first, first])

    def _candidates_of(self, ids: Ids, lengths: Numbers) -> tuple[Numbers, Numbers]:
        """Return the candidates' numbers and the positions of their last words, in the order of the corpus."""
        positions = np.flatnonzero(~self._is_connector[ids])
        sentence = np.repeat(np.arange(len(lengths)), lengths)
        within = sentence[positions[:-1]] == sentence[positions[1:]]
        starts, ends = positions[:-1][within], positions[1:][within]
        left = ids[starts].astype(np.int64)
        length, longer = 1, np.flatnonzero(ends - starts > 1)
        while len(longer):
            openings, inverse = np.unique(left[longer] << 32 | ids[starts[longer] + length], return_inverse=True)
            numbers = np.fromiter(map(self._openings.__getitem__, openings.tolist()), np.int64, len(openings))
            left[longer] = -1 - numbers[inverse]
            length += 1
            longer = longer[ends[longer] - starts[longer] > length]
        return left << 32 | ids[ends], ends


def _summed(numbers: Numbers, counts: Numbers, first: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return each distinct number, the sum of its counts and the least of its positions."""
    if not len(numbers):
        return numbers, counts, first
    order = np.argsort(numbers)
    numbers = numbers[order]
    starts = np.flatnonzero(np.concatenate([[True], numbers[1:] != numbers[:-1]]))
    return numbers[starts], np.add.reduceat(counts[order], starts), np.minimum.reduceat(first[order], starts)
