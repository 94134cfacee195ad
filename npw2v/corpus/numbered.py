"""A corpus whose words are numbers already: read once, cleaned once, and trained on as often as needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.corpus.ids import FileIds

Array = NDArray[Any]

#: Ids that are handled at once.
BLOCK_WORDS = 2**20


class NumberedCorpus:
    """Sentences of words that are given as places in a list. Iterating gives lists of str, as every corpus does.

    Parameters
    ----------
    vocabulary : list of str
        The words, in the order in which they first appear.
    ids : int32 array (words,) or FileIds
        The corpus.
    offsets : int64 array (sentences + 1,)
        Sentence i is ``ids[offsets[i]:offsets[i + 1]]``.

    Examples
    --------
    >>> corpus = NumberedCorpus(["to", "be", "or", "not"], np.array([0, 1, 2, 3, 0, 1]), np.array([0, 2, 6]))
    >>> list(corpus)
    [['to', 'be'], ['or', 'not', 'to', 'be']]
    """

    same_every_pass = True

    def __init__(self, vocabulary: list[str], ids: Array | FileIds, offsets: Array) -> None:
        self.vocabulary, self.ids, self.offsets = vocabulary, ids, offsets

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def words(self) -> int:
        """The number of words."""
        return len(self.ids)

    def __iter__(self) -> Iterator[list[str]]:
        words = self.vocabulary
        for ids, lengths in self._blocks():
            end, block = 0, ids.tolist()
            for length in lengths.tolist():
                start, end = end, end + length
                yield [words[each] for each in block[start:end]]

    def blocks(self, lookup: Callable[[Iterable[Any]], Iterable[int]]) -> Iterator[tuple[Array, Array]]:
        """Yield the corpus in other numbers, a block of whole sentences at a time.

        Parameters
        ----------
        lookup : callable
            Gives the numbers of words, in order. It is asked for every word once, in the order of the vocabulary.

        Yields
        ------
        ids : int32 array
            The numbers.
        lengths : int64 array
            Of the sentences.
        """
        numbers = np.fromiter(lookup(self.vocabulary), np.int32, len(self.vocabulary))
        for ids, lengths in self._blocks():
            yield numbers[ids], lengths

    def counts(self) -> Array:
        """Count each word of the vocabulary."""
        total = np.zeros(len(self.vocabulary), np.int64)
        for ids, _ in self._blocks():
            total += np.bincount(ids, minlength=len(total))
        return total

    def _blocks(self) -> Iterator[tuple[Array, Array]]:
        """Yield some BLOCK_WORDS ids, and the lengths of the sentences that they are."""
        start, last = 0, len(self)
        while start < last:
            limit = self.offsets[start] + BLOCK_WORDS
            stop = max(start + 1, min(last, int(np.searchsorted(self.offsets, limit, side="right")) - 1))
            yield self.ids[self.offsets[start] : self.offsets[stop]], np.diff(self.offsets[start : stop + 1])
            start = stop
