"""Building a vocabulary: from counted words to those that stay, their subsampling and the rows for their weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.vocabulary.frequencies import downsample_report, keep_probabilities
from npw2v.vocabulary.selection import Extension, Selection, TrimRule, extend_words, select_words
from npw2v.vocabulary.tables import KEEP_ALWAYS


@dataclass(frozen=True)
class PreparedVocabulary:
    """The words that stay of those that were counted, and how they are subsampled.

    Attributes
    ----------
    chosen : Selection or Extension
        The words of a fresh vocabulary, or those that a new corpus adds to one.
    sample_int : uint32 array (retained words,)
        Their subsampling thresholds, `KEEP_ALWAYS` times the probability to be kept.
    downsample_unique : int
        How many of them are subsampled.
    downsample_total : int
        How many of their occurrences are expected to remain.
    """

    chosen: Selection | Extension
    sample_int: NDArray[np.uint32]
    downsample_unique: int
    downsample_total: int

    def report(self) -> dict[str, int]:
        """Return the numbers of words and occurrences, by gensim's names."""
        return {
            "drop_unique": self.chosen.drop_unique,
            "retain_total": self.chosen.retained_total,
            "downsample_unique": self.downsample_unique,
            "downsample_total": self.downsample_total,
            "num_retained_words": self.chosen.retained_unique,
        }

    def messages(self) -> tuple[str, str, str]:
        """Say what became of the different words, of their occurrences, and of these by subsampling, as gensim does."""
        chosen, minimum = self.chosen, f"effective_min_count={self.chosen.effective_min_count}"
        return (
            f"{minimum} retains {chosen.retained_unique} unique words "
            f"({_percent(chosen.retained_unique, chosen.original_unique):.2f}% of original {chosen.original_unique}, "
            f"drops {chosen.drop_unique})",
            f"{minimum} leaves {chosen.retained_total} word corpus "
            f"({_percent(chosen.retained_total, chosen.original_total):.2f}% of original {chosen.original_total}, "
            f"drops {chosen.drop_total})",
            f"downsampling leaves estimated {self.downsample_total} word corpus "
            f"({_percent(self.downsample_total, chosen.retained_total):.1f}% of prior {chosen.retained_total})",
        )

    def entries(
        self, known: Sequence[Any], known_sample_int: NDArray[np.uint32] | None
    ) -> tuple[list[Any], NDArray[np.uint32]]:
        """Return all words and their subsampling thresholds, from now on.

        Parameters
        ----------
        known : sequence of words
            The vocabulary so far; of no matter to a fresh one.
        known_sample_int : uint32 array, optional
            Its thresholds, from the first word on; a word without one is always kept.
        """
        if isinstance(self.chosen, Selection):
            return self.chosen.words, self.sample_int
        words = [*known, *self.chosen.new_words]
        thresholds = np.full(len(words), KEEP_ALWAYS, np.uint32)
        if known_sample_int is not None:
            thresholds[: len(known_sample_int)] = known_sample_int
        thresholds[self.chosen.retained_rows] = self.sample_int
        return words, thresholds


def _percent(part: int, whole: int) -> float:
    return 100 * part / max(whole, 1)


def prepare(
    raw_vocab: Mapping[Any, int],
    known: tuple[Mapping[Any, int], NDArray[Any]] | None,
    *,
    min_count: int,
    max_final_vocab: int | None,
    trim_rule: TrimRule | None,
    sample: float,
) -> PreparedVocabulary:
    """Choose words by their counts, and how they are subsampled.

    Parameters
    ----------
    raw_vocab : mapping
        Word to count; not mutated.
    known : tuple of mapping and int array (V,), optional
        Word to row and the counts of the vocabulary that is extended; None for a fresh one.
    min_count : int
        As for `npw2v.vocabulary.selection.select_words`, like the two that follow.
    max_final_vocab : int, optional
        The most words that may stay.
    trim_rule : callable, optional
        Decides by word and count.
    sample : float
        As for `npw2v.vocabulary.frequencies.keep_probabilities`.

    Returns
    -------
    PreparedVocabulary
    """
    options: dict[str, Any] = {"min_count": min_count, "max_final_vocab": max_final_vocab, "trim_rule": trim_rule}
    chosen: Selection | Extension
    if known is None:
        chosen = select_words(raw_vocab, **options)
    else:
        chosen = extend_words(raw_vocab, *known, **options)
    keep = keep_probabilities(chosen.retained_counts, sample, chosen.retained_total)
    sample_int = np.asarray(keep * int(KEEP_ALWAYS), np.uint32)
    return PreparedVocabulary(chosen, sample_int, *downsample_report(chosen.retained_counts, keep))


def memory_estimate(words: int, vector_size: int, layer1_size: int, *, hs: bool, negative: bool) -> dict[str, int]:
    """Estimate the bytes that a model of so many words takes, by part, as gensim does.

    Examples
    --------
    >>> memory_estimate(10, 4, 4, hs=False, negative=True)
    {'vocab': 5000, 'vectors': 160, 'syn1neg': 160}
    """
    parts = {"vocab": words * (700 if hs else 500), "vectors": words * vector_size * 4}
    if hs:
        parts["syn1"] = words * layer1_size * 4
    if negative:
        parts["syn1neg"] = words * layer1_size * 4
    return parts


def grown(weights: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    """Return output weights with rows of zeros added, so that there are `rows`."""
    return np.concatenate([weights, np.zeros((rows - len(weights), columns), np.float32)])


def grown_locks(lockf: NDArray[np.float32], rows: int) -> NDArray[np.float32]:
    """Return the factors of the words' updates with ones added; a single factor stays that of all words."""
    if len(lockf) <= 1:
        return lockf
    return np.concatenate([lockf, np.ones(rows - len(lockf), lockf.dtype)])


@contextmanager
def all_or_nothing(*objects: object) -> Iterator[None]:
    """Take back what the block did to the attributes of objects, if it raises."""
    before = [dict(vars(each)) for each in objects]
    try:
        yield
    except BaseException:
        for each, attributes in zip(objects, before, strict=True):
            vars(each).clear()
            vars(each).update(attributes)
        raise
