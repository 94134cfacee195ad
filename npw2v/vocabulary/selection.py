"""The vocabulary: which words stay, in which order, how often they are kept, and the noise distribution.

Pure functions of word counts. `RULE_DEFAULT`, `RULE_DISCARD` and `RULE_KEEP` are what a trimming rule
``trim_rule(word, count, min_count)`` answers with.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Hashable, Mapping, MutableMapping
from dataclasses import dataclass
from itertools import compress, repeat
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from npw2v.checks import as_count, as_number

logger = logging.getLogger(__name__)

Key: TypeAlias = Hashable
TrimRule: TypeAlias = Callable[[Any, int, int], Any]
Counts: TypeAlias = npt.NDArray[np.int64]

RULE_DEFAULT = 0
RULE_DISCARD = 1
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
class Selection:
    """The words that stay, and what was dropped.

    Attributes
    ----------
    words : list
        Row r of the vectors belongs to ``words[r]``.
    counts : ndarray of int64, shape (len(words),)
        How often each of them occurs.
    effective_min_count : int
        The count that a word needed, once `max_final_vocab` had its say.
    drop_unique, drop_total : int
        Words that were dropped, and the sum of their counts.
    """

    words: list[Any]
    counts: Counts
    effective_min_count: int
    drop_unique: int
    drop_total: int

    @property
    def retained_total(self) -> int:
        """The sum of the counts of the words that stay."""
        return int(self.counts.sum())

    @property
    def original_unique(self) -> int:
        """Words before any was dropped."""
        return len(self.words) + self.drop_unique

    @property
    def original_total(self) -> int:
        """The sum of the counts before any word was dropped."""
        return self.retained_total + self.drop_total


@dataclass(frozen=True)
class Extension:
    """What a new corpus adds to a vocabulary of V words.

    Attributes
    ----------
    new_words : list
        Words to append, in order of first appearance; they take the rows from V on.
    counts : ndarray of int64, shape (V + len(new_words),)
        The counts after the update: old count plus new count, also for old words too rare in the new corpus to be
        retained.
    retained_rows : ndarray of int64
        Rows of the words that the new corpus has often enough: the new ones, then the pre-existing ones, each in order
        of first appearance. Only their subsampling probabilities change.
    retained_counts : ndarray of int64
        Their counts in the new corpus alone, from which those probabilities follow.
    effective_min_count, drop_unique, drop_total : int
        As for `Selection`, with regard to the new corpus.
    """

    new_words: list[Any]
    counts: Counts
    retained_rows: npt.NDArray[np.int64]
    retained_counts: Counts
    effective_min_count: int
    drop_unique: int
    drop_total: int

    @property
    def pre_existing(self) -> int:
        """How many of the retained words the vocabulary had before."""
        return len(self.retained_rows) - len(self.new_words)

    @property
    def retained_total(self) -> int:
        """The sum of the retained words' counts in the new corpus."""
        return int(self.retained_counts.sum())

    @property
    def original_unique(self) -> int:
        """Words of the new corpus before any was dropped."""
        return len(self.retained_rows) + self.drop_unique

    @property
    def original_total(self) -> int:
        """The sum of the new corpus's counts before any word was dropped."""
        return self.retained_total + self.drop_total


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
    return Selection(words, raw_counts[keep], threshold, int((~keep).sum()), int(raw_counts[~keep].sum()))


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
    counts : ndarray of int64, shape (V,)
        Its counts; not mutated.
    min_count, max_final_vocab, trim_rule
        As for `select_words`, applied to the new corpus alone: a word that is rare in each of two corpora is not added,
        however often it occurs in both together.

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


def _whole_counts(raw_vocab: Mapping[Any, int]) -> Counts:
    given = np.array(list(raw_vocab.values()))
    if len(given) == 0:
        return np.zeros(0, np.int64)
    for word, count in raw_vocab.items() if given.dtype.kind not in "iu" else ():
        if not isinstance(count, int | float | np.number) or count != count // 1:
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
) -> tuple[int, npt.NDArray[np.bool_]]:
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


def descending_order(counts: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return the rows by descending count, ties in *reverse* order, as gensim's sort_by_descending_frequency.

    Examples
    --------
    >>> descending_order(np.array([5, 7, 5, 7]))
    array([3, 1, 2, 0])
    """
    return np.argsort(counts, kind="stable")[::-1]


def keep_probabilities(counts: Counts, sample: float, total: int) -> npt.NDArray[np.float64]:
    r"""How likely subsampling keeps an occurrence of each word.

    .. math:: p(w) = \min\left(1, \left(\sqrt{n_w / t} + 1\right) \frac{t}{n_w}\right)

    with the threshold count :math:`t` = ``sample * total`` for ``sample < 1`` and
    ``int(sample * (3 + sqrt(5)) / 2)`` from 1 on, where `sample` is the count up to which every occurrence is kept.

    Parameters
    ----------
    counts : ndarray of int64, shape (V,)
        Occurrences :math:`n_w`.
    sample : float
        0 keeps everything.
    total : int
        Occurrences of all retained words.

    Returns
    -------
    ndarray of float64, shape (V,)

    References
    ----------
    .. [1] T. Mikolov et al., "Distributed Representations of Words and Phrases and their Compositionality", 2013; the
       formula is that of word2vec.c, which differs from the paper's, and of gensim.

    Examples
    --------
    >>> keep_probabilities(np.array([90, 9, 1]), 0.01, 100).round(3)
    array([0.117, 0.444, 1.   ])
    """
    if as_number(sample, "sample") < 0:
        raise ValueError(f"sample must be 0 (no subsampling) or positive, got {sample!r}")
    if sample == 0 or total == 0:
        return np.ones(len(counts))
    threshold = sample * total if sample < 1 else int(sample * (3 + math.sqrt(5)) / 2)
    occurrences = np.maximum(counts, 1)  # a word that does not occur is kept, too
    probabilities = (np.sqrt(occurrences / threshold) + 1) * (threshold / occurrences)
    return np.asarray(np.minimum(probabilities, 1.0), np.float64)


def downsample_report(counts: Counts, probabilities: npt.NDArray[np.float64]) -> tuple[int, int]:
    """How many words are subsampled, and the number of occurrences that is expected to remain of all words.

    Returns
    -------
    downsample_unique, downsample_total : int
        The entries of these names in what prepare_vocab returns.
    """
    return int((probabilities < 1).sum()), int(math.fsum((counts * probabilities).tolist()))


def noise_cumulative(counts: Counts, ns_exponent: float, domain: int = 2**31 - 1) -> npt.NDArray[np.uint32]:
    r"""Accumulate the noise distribution :math:`P(w) \propto n_w^{\alpha}`, scaled to integers.

    Entry r is :math:`\mathrm{round}(domain \sum_{w \le r} n_w^{\alpha} / \sum_w n_w^{\alpha})`: the row drawn for an
    integer x in ``[0, domain)`` is ``searchsorted(table, x)`` (gensim's make_cum_table).

    Parameters
    ----------
    counts : ndarray of int64, shape (V,)
        Occurrences :math:`n_w`.
    ns_exponent : float
        :math:`\alpha`: 1 draws by frequency, 0 uniformly, a negative exponent favours rare words.
    domain : int
        The last entry, from 1 to 2**32 - 1.

    Returns
    -------
    ndarray of uint32, shape (V,)
        Ascending.

    Raises
    ------
    ValueError
        No word has a positive weight, a count is 0 and the exponent negative, or the weights are too large for floats;
        or `domain` is out of bounds.

    Examples
    --------
    >>> noise_cumulative(np.array([16, 1, 1]), 0.5, domain=600)
    array([400, 500, 600], dtype=uint32)
    """
    if not 0 < as_count(domain, "domain") < 2**32:
        raise ValueError(f"domain must be from 1 to 2**32 - 1, got {domain!r}")
    if len(counts) == 0:
        return np.zeros(0, np.uint32)
    distinct, inverse = np.unique(counts, return_inverse=True)
    if distinct[0] <= 0 and (ns_exponent < 0 or distinct[-1] <= 0):
        raise ValueError(
            f"no noise distribution from counts of {distinct[0]} to {distinct[-1]} with ns_exponent={ns_exponent}: "
            "every word needs a count of at least 1"
        )
    # The C library's pow, once a distinct count: NumPy's vectorised power differs in the last bit between processors.
    try:
        weights = np.array([count ** float(ns_exponent) for count in map(float, distinct.tolist())])
    except OverflowError:
        weights = np.array([np.inf])
    if not np.isfinite(weights).all():
        raise ValueError(f"ns_exponent must be a moderate number, usually 0.75, got {ns_exponent!r}")
    cumulative = np.cumsum(weights[inverse])
    table: npt.NDArray[np.uint32] = np.rint(cumulative / cumulative[-1] * domain).astype(np.uint32)
    return table
