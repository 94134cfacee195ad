"""What training needs of a vocabulary: counts, subsampling, the noise distribution, paths of the Huffman tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.vocabulary.huffman import HuffmanPaths

#: The subsampling threshold ``sample_int`` of a word that is always kept.
KEEP_ALWAYS = np.uint32(2**32 - 1)


@dataclass(frozen=True)
class VocabularyTables:
    """A vocabulary of V words as training sees it.

    Attributes
    ----------
    counts : int array (V,)
        How often each word occurs.
    keep : float64 array (V,)
        The probability that subsampling keeps an occurrence of each word.
    noise : float64 array (V,), optional
        Cumulative probabilities of the noise words, the last 1; None without negative sampling.
    paths : HuffmanPaths, optional
        The words' paths in the Huffman tree; None without hierarchical softmax.
    """

    counts: NDArray[Any]
    keep: NDArray[np.float64]
    noise: NDArray[np.float64] | None = None
    paths: HuffmanPaths | None = None


def vocabulary_tables(
    counts: NDArray[Any],
    *,
    sample_int: NDArray[Any] | None = None,
    cum_table: NDArray[Any] | None = None,
    points: Sequence[Any] | NDArray[Any] | None = None,
    codes: Sequence[Any] | NDArray[Any] | None = None,
) -> VocabularyTables:
    """Make the tables from a vocabulary's attributes as gensim has them.

    Parameters
    ----------
    counts : int array (V,)
        How often each word occurs.
    sample_int : uint32 array (V,), optional
        Subsampling thresholds, `KEEP_ALWAYS` for a word that is always kept; None keeps every word.
    cum_table : uint32 array (V,), optional
        The noise distribution, cumulative and scaled to integers; None without negative sampling.
    points, codes : sequence of arrays, optional
        Inner nodes and branches of each word's path; None without hierarchical softmax.

    Returns
    -------
    VocabularyTables
        None of the arguments is mutated.

    Examples
    --------
    >>> tables = vocabulary_tables(np.array([16, 1]), cum_table=np.array([750, 1000], np.uint32))
    >>> tables.keep, tables.noise, tables.paths
    (array([1., 1.]), array([0.75, 1.  ]), None)
    """
    keep = np.ones(len(counts)) if sample_int is None else np.asarray(sample_int) / float(KEEP_ALWAYS)
    noise = None
    if cum_table is not None:
        noise = np.array(cum_table, np.float64)
        noise /= noise[-1]
    paths = None if points is None or codes is None else HuffmanPaths.joined(points, codes)
    return VocabularyTables(np.asarray(counts), keep, noise, paths)
