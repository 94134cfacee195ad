"""Which words of a corpus stay in the vocabulary, and in which order.

Pure functions of word counts. `RULE_DEFAULT`, `RULE_DISCARD` and `RULE_KEEP` are what a trimming rule
``trim_rule(word, count, min_count)`` answers with.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, MutableMapping
from dataclasses import dataclass
from itertools import compress, repeat
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from npw2v.checks import as_count, as_number
from npw2v.logs import logger_of

logger = logger_of(__name__)

Key: TypeAlias = Hashable
TrimRule: TypeAlias = Callable[[Any, int, int], Any]
Counts: TypeAlias = NDArray[np.int64]

#: A trimming rule's answer: the word stays if it occurs often enough.
RULE_DEFAULT = 0
#: The word goes, however often it occurs.
RULE_DISCARD = 1
#: The word stays, however rarely it occurs.
RULE_KEEP = 2


def keep_vocab_item(word: Key, count: int, min_count: int, trim_rule: TrimRule | None = None) -> bool:
    """Whether a word stays: what `trim_rule` says, and ``count >= min_count`` where it says nothing else.

    Examples
    --------
    >>> keep_vocab_item("rare", 1, 5)
    False
    >>> keep_vocab_item("rare", 1, 5, trim_rule=lambda word, count, min_count: RULE_KEEP)
    True
    """
    answer = RULE_DEFAULT if trim_rule is None else trim_rule(word, count, min_count)
    if answer == RULE_KEEP:
        return True
    return bool(answer != RULE_DISCARD and count >= min_count)


def prune_vocab(vocab: MutableMapping[Any, int], min_reduce: int, trim_rule: TrimRule | None = None) -> int:
    """Remove the words that `keep_vocab_item` drops at `min_reduce` from `vocab`, which is mutated.

    Returns
    -------
    int
        The sum of the counts of the words that were removed.
    """
    before, total = len(vocab), sum(vocab.values())
    if trim_rule is None:
        kept = {word: count for word, count in vocab.items() if count >= min_reduce}
    else:
        kept = {word: count for word, count in vocab.items() if keep_vocab_item(word, count, min_reduce, trim_rule)}
    vocab.clear()
    vocab.update(kept)
    logger.info(
        "pruned out %i tokens with count <=%i (before %i, after %i)",
        before - len(vocab), min_reduce, before, len(vocab),
    )  # fmt: skip
    return total - sum(kept.values())


@dataclass(frozen=True)
class Trimming:
    """What stays of the words that were counted, and what was dropped.

    Attributes
    ----------
    retained_counts : int64 array (retained words,)
        How often each word that stays was counted.
    effective_min_count : int
        The count that a word needed, once `max_final_vocab` had its say.
    drop_unique, drop_total : int
        Words that were dropped, and the sum of their counts.
    """

    retained_counts: Counts
    effective_min_count: int
    drop_unique: int
    drop_total: int

    @property
    def retained_unique(self) -> int:
        """How many words stay."""
        return len(self.retained_counts)

    @property
    def retained_total(self) -> int:
        """The sum of the counts of the words that stay."""
        return int(self.retained_counts.sum())

    @property
    def original_unique(self) -> int:
        """Words before any was dropped."""
        return self.retained_unique + self.drop_unique

    @property
    def original_total(self) -> int:
        """The sum of the counts before any word was dropped."""
        return self.retained_total + self.drop_total


@dataclass(frozen=True)
class Selection(Trimming):
    """The words of a fresh vocabulary.

    Attributes
    ----------
    words : list
        Row r of the vectors belongs to ``words[r]``.
    """

    words: list[Any]

    @property
    def counts(self) -> Counts:
        """How often each word occurs: int64 array (len(words),)."""
        return self.retained_counts


@dataclass(frozen=True)
class Extension(Trimming):
    """What a new corpus adds to a vocabulary of V words. Counts that are retained or dropped are those of this corpus.

    Attributes
    ----------
    new_words : list
        Words to append, in order of first appearance; they take the rows from V on.
    counts : int64 array (V + len(new_words),)
        The counts after the update: old count plus new count, also for old words too rare in the new corpus to be
        retained.
    retained_rows : int64 array (retained words,)
        Rows of the words that the new corpus has often enough: the new ones, then the pre-existing ones, each in order
        of first appearance. Only their subsampling probabilities change, which follow from ``retained_counts``.
    """

    new_words: list[Any]
    counts: Counts
    retained_rows: NDArray[np.int64]

    @property
    def pre_existing(self) -> int:
        """How many of the retained words the vocabulary had before."""
        return len(self.retained_rows) - len(self.new_words)


def select_words(
    raw_vocab: Mapping[Any, int],
    *,
    min_count: int,
    max_final_vocab: int | None = None,
    trim_rule: TrimRule | None = None,
) -> Selection:
    """Choose the words of a fresh vocabulary, in order of first appearance.

    Parameters
    ----------
    raw_vocab : mapping
        Word to count, in order of first appearance; not mutated.
    min_count : int
        Words with fewer occurrences are dropped.
    max_final_vocab : int, optional
        Raises the threshold until at most this many words stay: with the counts sorted in descending order,
        ``max(min_count, counts[max_final_vocab] + 1)``. Ties at that place are all dropped.
    trim_rule : callable, optional
        ``trim_rule(word, count, effective_min_count)`` answers RULE_KEEP, RULE_DISCARD or RULE_DEFAULT.

    Returns
    -------
    Selection

    Raises
    ------
    TypeError, ValueError
        A count is not a whole number or is negative; `max_final_vocab` is negative.

    Examples
    --------
    >>> selection = select_words({"a": 2, "b": 1, "c": 3, "d": 2}, min_count=2)
    >>> selection.words, selection.counts
    (['a', 'c', 'd'], array([2, 3, 2]))
    """
    raw_counts = _whole_counts(raw_vocab)
    threshold, keep = _retained(raw_vocab, raw_counts, min_count, max_final_vocab, trim_rule)
    words = list(compress(raw_vocab, keep))
    return Selection(raw_counts[keep], threshold, int((~keep).sum()), int(raw_counts[~keep].sum()), words)


def extend_words(
    raw_vocab: Mapping[Any, int],
    key_to_index: Mapping[Any, int],
    counts: Counts,
    *,
    min_count: int,
    max_final_vocab: int | None = None,
    trim_rule: TrimRule | None = None,
) -> Extension:
    """Choose the words that a new corpus adds to a vocabulary, and add up the counts.

    Parameters
    ----------
    raw_vocab : mapping
        Word to count in the new corpus, in order of first appearance; not mutated.
    key_to_index : mapping
        Word to row of the vocabulary as it stands (V words); not mutated.
    counts : int64 array (V,)
        Its counts; not mutated.
    min_count : int
        As for `select_words`, applied to the new corpus alone: a word that is rare in each of two corpora is not added,
        however often it occurs in both together.
    max_final_vocab : int, optional
        As for `select_words`, of the words of the new corpus.
    trim_rule : callable, optional
        As for `select_words`, with the counts in the new corpus.

    Returns
    -------
    Extension

    Raises
    ------
    RuntimeError
        The vocabulary is empty.
    ValueError
        `counts` does not have one count a word.
    """
    size = len(key_to_index)
    if size == 0:
        raise RuntimeError(
            "update=True extends a vocabulary, but there is none yet: call build_vocab() without update first"
        )
    if len(counts) != size:
        raise ValueError(f"expected one count for each of the {size} words, got {len(counts)}")
    raw_counts = _whole_counts(raw_vocab)
    threshold, keep = _retained(raw_vocab, raw_counts, min_count, max_final_vocab, trim_rule)
    rows = np.fromiter(map(key_to_index.get, raw_vocab, repeat(-1)), np.int64, len(raw_vocab))
    old, added, pre_existing = rows >= 0, keep & (rows < 0), keep & (rows >= 0)
    new_words = list(compress(raw_vocab, added))
    summed = np.concatenate([np.asarray(counts, np.int64), raw_counts[added]])
    summed[rows[old]] += raw_counts[old]
    return Extension(
        new_words=new_words,
        counts=summed,
        retained_rows=np.concatenate([np.arange(size, size + len(new_words)), rows[pre_existing]]),
        retained_counts=np.concatenate([raw_counts[added], raw_counts[pre_existing]]),
        effective_min_count=threshold,
        drop_unique=int((~keep).sum()),
        drop_total=int(raw_counts[~keep].sum()),
    )


def _whole_counts(raw_vocab: Mapping[Any, Any]) -> Counts:
    given = np.array(list(raw_vocab.values()))
    if len(given) == 0:
        return np.zeros(0, np.int64)
    for word, count in raw_vocab.items() if given.dtype.kind not in "iu" else ():
        if not isinstance(count, int | float | np.integer | np.floating) or count != count // 1:
            raise TypeError(f"the count of {word!r} must be a whole number, got {count!r}")
    counts = given.astype(np.int64)
    if counts.min() < 0:
        word = list(raw_vocab)[int(counts.argmin())]
        raise ValueError(f"the count of {word!r} must not be negative, got {raw_vocab[word]!r}")
    return counts


def _retained(
    raw_vocab: Mapping[Any, int],
    raw_counts: Counts,
    min_count: int,
    max_final_vocab: int | None,
    trim_rule: TrimRule | None,
) -> tuple[int, NDArray[np.bool_]]:
    """Return the effective minimum count, and which of the raw words stay."""
    threshold = as_number(min_count, "min_count")
    if max_final_vocab is not None:
        max_final_vocab = as_count(max_final_vocab, "max_final_vocab")
        if max_final_vocab < 0:
            raise ValueError(f"max_final_vocab must be None (no limit) or at least 0, got {max_final_vocab!r}")
        if max_final_vocab < len(raw_counts):
            first_out = int(np.sort(raw_counts)[::-1][max_final_vocab])
            threshold = max(min_count, first_out + 1)
    if trim_rule is None:
        return threshold, raw_counts >= threshold
    answers = (keep_vocab_item(word, count, threshold, trim_rule) for word, count in raw_vocab.items())
    return threshold, np.fromiter(answers, np.bool_, len(raw_vocab))


def descending_order(counts: NDArray[Any]) -> NDArray[np.int64]:
    """Return the rows by descending count, ties in *reverse* order, as gensim's sort_by_descending_frequency.

    Examples
    --------
    >>> descending_order(np.array([5, 7, 5, 7]))
    array([3, 1, 2, 0])
    """
    return np.argsort(counts, kind="stable")[::-1]
