"""Documents that others are compared with, by Word Mover's Distance or by similar terms."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from npw2v.compat.interfaces import SimilarityABC
from npw2v.compat.termmatrix import SparseTermSimilarityMatrix
from npw2v.compat.utils import is_corpus
from npw2v.formats.archive import with_prefix, without_prefix
from npw2v.logs import logger_of
from npw2v.vectors.keyedvectors import KeyedVectors

logger = logger_of(__name__)

Array = NDArray[Any]


class WmdSimilarity(SimilarityABC):
    """Similarities of documents by Word Mover's Distance d: 1 / (1 + d).

    Parameters
    ----------
    corpus : list of lists of str
        The documents, as their words.
    kv_model : KeyedVectors
        The vectors of words.
    num_best : int, optional
        Return as many of the most similar documents, with their numbers; by default all similarities, as an array.
    chunksize : int
        Documents that iterating over the object compares at a time.

    Examples
    --------
    >>> vectors = KeyedVectors(2)
    >>> vectors.add_vectors(["cat", "dog", "car"], np.array([[1, 0], [0.8, 0.6], [-1, 0]], np.float32))
    >>> index = WmdSimilarity([["cat"], ["car"]], vectors)
    >>> [round(float(similarity), 2) for similarity in index[["dog"]]]
    [0.61, 0.35]
    """

    def __init__(
        self, corpus: Sequence[Sequence[str]], kv_model: KeyedVectors, num_best: int | None = None, chunksize: int = 256
    ) -> None:
        self.corpus = corpus
        self.wv = kv_model
        self.num_best = num_best
        self.chunksize = chunksize
        self.normalize = False
        self.index = np.arange(len(corpus))

    def __len__(self) -> int:
        return len(self.corpus)

    def get_similarities(self, query: Any) -> Array:
        """Return the similarities of a document with all.

        Parameters
        ----------
        query : list of str, list of lists of str, or array of int
            A document, several, or the numbers of some of this index.

        Returns
        -------
        array (documents,) or (queries, documents)
            Of one dimension for one document.
        """
        if isinstance(query, np.ndarray):
            return np.array([self._similarities(self.corpus[number]) for number in query])
        if not query or not isinstance(query[0], list):
            return self._similarities(query)
        found = np.array([self._similarities(each) for each in query])
        return found[0] if len(found) == 1 else found

    def _similarities(self, document: Sequence[str]) -> Array:
        return np.array([1 / (1 + self.wv.wmdistance(each, document)) for each in self.corpus])

    def __str__(self) -> str:
        return f"{type(self).__name__}<{len(self)} docs, {self.wv.vectors.shape[1]} features>"

    def to_stored(self, attributes: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        """Turn the vectors into arrays and a description."""
        arrays, attributes["wv"] = attributes["wv"].to_archive()
        corpus = [list(document) for document in attributes.pop("corpus")]
        return {**attributes, "corpus": corpus, **with_prefix("wv.", arrays)}.items()

    def from_stored(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Turn the arrays and the description into vectors."""
        vectors = KeyedVectors.from_archive(without_prefix("wv.", stored), stored["wv"])
        return {name: value for name, value in stored.items() if "." not in name} | {"wv": vectors}


class SoftCosineSimilarity(SimilarityABC):
    """Similarities of bags of words by their terms and those similar to them.

    Parameters
    ----------
    corpus : iterable of bags of words
        The documents, as lists of pairs (number of a term, weight).
    similarity_matrix : SparseTermSimilarityMatrix
        The similarities of terms.
    num_best : int, optional
        Return as many of the most similar documents, with their numbers; by default all similarities, as an array.
    chunksize : int
        Documents that iterating over the object compares at a time.
    normalized : pair, optional
        An old name for both of the following.
    normalize_queries, normalize_documents : {True, False, "maintain"}
        As for `SparseTermSimilarityMatrix.inner_product`.

    Examples
    --------
    >>> matrix = SparseTermSimilarityMatrix(scipy.sparse.csc_matrix([[1, 0.5], [0.5, 1]]))
    >>> SoftCosineSimilarity([[(0, 1)], [(1, 2)]], matrix)[[(0, 3)]]
    array([1. , 0.5])
    """

    def __init__(
        self,
        corpus: Iterable[Any],
        similarity_matrix: SparseTermSimilarityMatrix,
        num_best: int | None = None,
        chunksize: int = 256,
        normalized: tuple[Any, Any] | None = None,
        normalize_queries: Any = True,
        normalize_documents: Any = True,
    ) -> None:
        self.similarity_matrix = similarity_matrix
        self.corpus = list(corpus)
        self.num_best = num_best
        self.chunksize = chunksize
        if normalized is not None:
            warnings.warn(
                "normalized= is an old name: use normalize_queries= and normalize_documents=",
                DeprecationWarning,
                stacklevel=2,
            )
        self.normalized = (normalize_queries, normalize_documents) if normalized is None else normalized
        self.normalize = False  # by `inner_product`, with the matrix
        self.index = np.arange(len(self.corpus))

    def __len__(self) -> int:
        return len(self.corpus)

    def get_similarities(self, query: Any) -> Array:
        """Return the similarities of a document with all.

        Parameters
        ----------
        query : bag of words, iterable of bags of words, or array of int
            A document, several, or the numbers of some of this index.

        Returns
        -------
        array (documents,) or (queries, documents)
            Of one dimension for one document.
        """
        if isinstance(query, np.ndarray) and query.ndim == 1:
            query = [self.corpus[number] for number in query]
        several, query = is_corpus(query)
        found = self.similarity_matrix.inner_product(query, self.corpus, normalized=tuple(self.normalized))
        if np.isscalar(found):
            return np.full(len(self), found)
        similarities: Array = found.toarray() if several else found[0]
        return similarities

    def __str__(self) -> str:
        return f"{type(self).__name__}<{len(self)} docs, {self.similarity_matrix.matrix.shape[0]} features>"

    def to_stored(self, attributes: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        """Turn the matrix into arrays and the documents into lists."""
        matrix = dict(attributes["similarity_matrix"].to_stored({"matrix": attributes["similarity_matrix"].matrix}))
        attributes["similarity_matrix"] = matrix.pop("shape")
        corpus = [[[int(number), float(weight)] for number, weight in bag] for bag in attributes["corpus"]]
        return {**attributes, "corpus": corpus, "normalized": list(attributes["normalized"]), **matrix}.items()

    def from_stored(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Turn the arrays into a matrix and the lists into documents."""
        parts = tuple(stored.pop(f"matrix.{name}") for name in ("data", "indices", "indptr"))
        matrix = scipy.sparse.csc_matrix(parts, shape=stored["similarity_matrix"])
        corpus = [[(number, weight) for number, weight in bag] for bag in stored["corpus"]]
        made = {"similarity_matrix": SparseTermSimilarityMatrix(matrix), "corpus": corpus}
        return {**stored, **made, "normalized": tuple(stored["normalized"])}
