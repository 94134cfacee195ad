"""Word Mover's Distance: how far the words of one document must travel to become those of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.logs import logger_of

logger = logger_of(__name__)

Array = NDArray[Any]


def word_movers_distance(
    document1: Iterable[str], document2: Iterable[str], has: Callable[[str], bool], vector_of: Callable[[str], Array]
) -> float:
    r"""Return the least cost of turning one document's distribution of words into another's.

    .. math:: \min_T \sum_{ij} T_{ij} |x_i - y_j|

    where the row sums of :math:`T` are the frequencies of the words of the first document, and its column sums those
    of the second. Kusner et al., "From Word Embeddings to Document Distances" (ICML 2015).

    Parameters
    ----------
    document1, document2 : iterable of str
        Words; those that have no vector are left out.
    has : callable
        Tells whether a word has a vector.
    vector_of : callable
        Returns the vector of a word, a float array (d,).

    Returns
    -------
    float
        Infinite if a document has no word left or all vectors coincide; 0 if both consist of the same single word.

    Raises
    ------
    ImportError
        The package POT, which solves the transport problem, is not installed.
    """
    try:
        emd2 = import_module("ot").emd2
    except ImportError as error:
        raise ImportError("wmdistance() needs Python Optimal Transport: pip install POT") from error
    documents = [list(document1), list(document2)]
    counts = [Counter(word for word in document if has(word)) for document in documents]
    unknown = [len(document) - count.total() for document, count in zip(documents, counts, strict=True)]
    if any(unknown):
        logger.info("Removed %d and %d OOV words from document 1 and 2 (respectively).", *unknown)
    if not all(counts):
        logger.warning("At least one of the documents had no words that were in the vocabulary.")
        return float("inf")
    if len(counts[0] | counts[1]) == 1:
        return 0.0
    vectors = [np.stack(list(map(vector_of, count))).astype(np.float64) for count in counts]
    from scipy.spatial.distance import cdist  # slow to import, and seldom needed

    costs = cdist(*vectors)
    if costs.sum() < 1e-8:  # the solver does not come to an end on zeros; this answer is gensim's
        logger.info("The distance matrix is all zeros. Aborting (returning inf).")
        return float("inf")
    weights = [np.array(list(count.values())) / count.total() for count in counts]
    return float(emd2(*weights, costs))
