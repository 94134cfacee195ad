"""`SparseTermSimilarityMatrix`: how similar all terms are, for documents that are compared by similar terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from npw2v.checks import described
from npw2v.compat.matutils import corpus2csc
from npw2v.compat.termsim import TermSimilarityIndex
from npw2v.compat.utils import is_corpus
from npw2v.formats.saveload import SaveLoad
from npw2v.logs import logger_of

logger = logger_of(__name__)

Array = NDArray[Any]


class SparseTermSimilarityMatrix(SaveLoad):
    """The similarities of terms as a sparse matrix, with which bags of words are compared: the soft cosine measure.

    G. Sidorov et al., "Soft Similarity and Soft Cosine Measure: Similarity of Features in Vector Space Model" (2014);
    V. Novotný, "Implementation Notes for the Soft Cosine Measure" (2018).

    Parameters
    ----------
    source : TermSimilarityIndex or sparse matrix
        Says which terms are similar. A matrix is taken as it is.
    dictionary : Dictionary, optional
        The terms and their numbers; needed unless `source` is a matrix.
    tfidf : TfidfModel, optional
        Begin with the terms of the greatest weight, instead of in the order of numbers.
    symmetric : bool
        Store a similarity for both terms or for none.
    dominant : bool
        Keep the similarities of a term below 1 in sum, so that the matrix is strictly diagonally dominant.
    nonzero_limit : int, optional
        At most as many similar terms for each.
    dtype : type
        Of the matrix: float32 or float64.

    Attributes
    ----------
    matrix : scipy.sparse.csc_matrix (n, n)
        The similarities; 1 on the diagonal.

    Examples
    --------
    >>> from npw2v.compat.dictionary import Dictionary
    >>> from npw2v.compat.termsim import UniformTermSimilarityIndex
    >>> dictionary = Dictionary([["cat", "dog", "fish"]])
    >>> matrix = SparseTermSimilarityMatrix(UniformTermSimilarityIndex(dictionary, 0.5), dictionary)
    >>> cat, dog = dictionary.doc2bow(["cat"]), dictionary.doc2bow(["dog", "dog"])
    >>> float(matrix.inner_product(cat, dog, normalized=(True, True)))
    0.5
    """

    def __init__(
        self,
        source: Any,
        dictionary: Any = None,
        tfidf: Any = None,
        symmetric: bool = True,
        dominant: bool = False,
        nonzero_limit: int | None = 100,
        dtype: Any = np.float32,
    ) -> None:
        if not scipy.sparse.issparse(source):
            source = _matrix(source, dictionary, tfidf, _Cells(dictionary, symmetric, dominant, nonzero_limit, dtype))
        self.matrix = source.tocsc()

    def inner_product(self, X: Any, Y: Any, normalized: tuple[Any, Any] = (False, False)) -> Any:
        """Return the products of bags of words, each number with all that are similar to it.

        As in gensim, where one bag is compared with several, the lengths of these are of the terms alone that are
        similar to one of its own.

        Parameters
        ----------
        X, Y : bag of words, or iterable of bags of words
            A bag is a list of pairs (number of a term, weight).
        normalized : pair of {True, False, "maintain"}
            For X and for Y: whether to make bags unit vectors (soft cosine), to leave them as they are, or to leave
            their lengths as they are without similar terms.

        Returns
        -------
        float, array (1, n) or (n, 1), or csr_matrix (n, m)
            A number for two bags, an array for a bag and several, a sparse matrix for several and several.

        Raises
        ------
        ValueError
            `normalized` has another value; or a bag has explicit zeros, or the matrix is such that the length of a bag
            is not a number.
        """
        for each in normalized:
            if each not in (True, False, "maintain"):
                raise ValueError(f"normalized must have True, False or 'maintain' for X and for Y, got {each!r}")
        if not X or not Y:
            return self.matrix.dtype.type(0)
        (several_x, X), (several_y, Y) = is_corpus(X), is_corpus(Y)
        if several_x and several_y:
            return self._of_many(self._columns(X), self._columns(Y), normalized)
        if several_x:
            return self.inner_product(Y, X, normalized[::-1]).T
        X = dict(X)
        if several_y:
            of_x = (self._columns([X.items()]).T @ self.matrix).tocoo()
            words = np.unique(of_x.col[of_x.data != 0])
            y = self._columns(Y)[words].toarray()
        else:
            Y = dict(Y)
            words = np.array(sorted({*X, *Y}), np.intp)
            y = np.array([[Y.get(number, 0)] for number in words.tolist()], self.matrix.dtype)
        x = np.array([[X.get(number, 0)] for number in words.tolist()], self.matrix.dtype).reshape(-1, 1)
        similar = self.matrix[words][:, words].toarray()
        product = _scaled(x, similar, normalized[0]).T @ similar @ _scaled(y, similar, normalized[1])
        product = np.clip(product, -1, 1) if normalized == (True, True) else product
        return product if several_y else product[0, 0]

    def _of_many(self, x: Any, y: Any, normalized: tuple[Any, Any]) -> Any:
        x, y = (_scaled(each, self.matrix, how) for each, how in zip((x, y), normalized, strict=True))
        product = (x.T @ self.matrix @ y).tocsr()
        if normalized == (True, True):
            np.clip(product.data, -1, 1, out=product.data)
        return product

    def _columns(self, bags: Iterable[Any]) -> Any:
        return corpus2csc(bags, num_terms=self.matrix.shape[0], dtype=self.matrix.dtype)

    def to_stored(self, attributes: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        """Turn the matrix into the arrays that it is made of."""
        matrix = attributes.pop("matrix")
        parts = {f"matrix.{name}": getattr(matrix, name) for name in ("data", "indices", "indptr")}
        return {**attributes, **parts, "shape": list(matrix.shape)}.items()

    def from_stored(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Turn the arrays into the matrix."""
        parts = tuple(stored.pop(f"matrix.{name}") for name in ("data", "indices", "indptr"))
        return {"matrix": scipy.sparse.csc_matrix(parts, shape=stored.pop("shape")), **stored}


def _scaled(columns: Any, similar: Any, how: Any) -> Any:
    """Return columns x, an array or sparse, divided by √(xᵀSx); for "maintain" by √(xᵀSx / xᵀx)."""
    if how is False:
        return columns

    def product(a: Any, b: Any) -> Array:
        multiplied = a.multiply(b) if scipy.sparse.issparse(a) else a * b
        return np.asarray(multiplied.sum(axis=0)).ravel()

    squares = product(similar @ columns, columns)
    if len(squares) and not squares.min() >= 0:
        raise ValueError(
            "a bag of words has no length: bags must not have explicit zeros, and the matrix of similarities S must be "
            "such that x'Sx >= 0 for every bag x (symmetric=True and dominant=True make it so)"
        )
    if how == "maintain":
        own = product(columns, columns)
        squares = np.divide(squares, own, out=np.ones_like(squares), where=own > 0)
    factors = 1 / np.sqrt(np.where(squares > 0, squares, 1)).astype(columns.dtype)
    return columns @ scipy.sparse.diags(factors) if scipy.sparse.issparse(columns) else columns * factors


# ---- building the matrix


class _Cells:
    """The similarities that the matrix is made of, as many as it has room for."""

    def __init__(self, dictionary: Any, symmetric: bool, dominant: bool, limit: int | None, dtype: Any) -> None:
        if dictionary is None:
            raise ValueError("a dictionary is needed, which says what the numbers of the terms are")
        if not len(dictionary):
            raise ValueError("the dictionary must not be empty")
        if np.dtype(dtype) not in (np.float32, np.float64):
            raise ValueError(f"dtype must be numpy.float32 or float64, got {dtype!r}")
        self.order = len(dictionary)
        self._limit = self.order if limit is None else limit
        self._symmetric, self._dominant = symmetric, dominant
        self._counts = [0] * self.order
        self._sums = np.zeros(self.order, dtype)
        self._cells: dict[tuple[int, int], float] = {}

    def room(self, column: int) -> int:
        """Return how many similar terms a term may still get."""
        return self._limit - self._counts[column]

    def add(self, column: int, row: int, similarity: float) -> None:
        """Take a similarity, if there is room for it."""
        places = [(column, row), (row, column)] if self._symmetric else [(column, row)]
        if all(self._fits(place, similarity) for place in places):
            for place in places:
                self._cells[place] = similarity
                self._counts[place[0]] += 1
                self._sums[place[0]] += abs(similarity)

    def _fits(self, place: tuple[int, int], similarity: float) -> bool:
        if self._dominant and self._sums[place[0]] + abs(similarity) >= 1:
            return False
        return self.room(place[0]) > 0 and not (self._symmetric and place in self._cells)

    def matrix(self) -> Any:
        """Return the matrix, with ones on its diagonal."""
        diagonal = np.arange(self.order)
        places = np.array([*self._cells], np.intp).reshape(-1, 2)
        values = np.concatenate([np.ones(self.order), [*self._cells.values()]]).astype(self._sums.dtype)
        rows, columns = (np.concatenate([diagonal, places[:, side]]) for side in (1, 0))
        return scipy.sparse.coo_matrix((values, (rows, columns)), shape=(self.order, self.order))


def _matrix(index: Any, dictionary: Any, tfidf: Any, cells: _Cells) -> Any:
    if not isinstance(index, TermSimilarityIndex):
        raise TypeError(f"expected a TermSimilarityIndex or a sparse matrix, got {described(index)}")
    logger.info("constructing a sparse term similarity matrix using %s", type(index).__name__)
    for column in _order(dictionary.keys(), tfidf, cells.order):
        room = cells.room(column)
        similar = dict(_numbered(index.most_similar(dictionary[column], topn=room), dictionary)) if room > 0 else {}
        for row in _order(similar, tfidf, None):
            cells.add(column, row, similar[row])
    return cells.matrix()


def _numbered(terms: Iterable[tuple[str, float]], dictionary: Any) -> Iterator[tuple[int, float]]:
    for term, similarity in terms:
        if term in dictionary.token2id:
            yield dictionary.token2id[term], similarity


def _order(numbers: Iterable[int], tfidf: Any, order: int | None) -> Sequence[int]:
    """Return numbers of terms in their order, or with `tfidf` the terms of greatest weight first."""
    if tfidf is None:
        return sorted(numbers)
    if order is not None:
        largest = max(tfidf.idfs, default=-1)
        if largest != order - 1:
            raise ValueError(f"tfidf has weights of terms up to number {largest}, but the dictionary has {order} terms")
        numbers = tfidf.idfs
    return sorted(numbers, key=lambda number: (-tfidf.idfs[number], number))
