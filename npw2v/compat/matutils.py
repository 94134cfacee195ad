"""What gensim's module `matutils` has that goes with word vectors: unit vectors, sorting, bags of words.

A bag of words is a list of pairs (number of a word, weight), as `npw2v.compat.dictionary.Dictionary.doc2bow` makes
them. Where several bags become a matrix, each is a column.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import ArrayLike, DTypeLike, NDArray

from npw2v.logs import logger_of

logger = logger_of(__name__)

Array = NDArray[Any]
BagOfWords = list[tuple[int, float]]

_NORMS = ("l1", "l2", "unique")


# ---- arrays


def argsort(x: ArrayLike, topn: int | None = None, reverse: bool = False) -> NDArray[np.intp]:
    """Return the indices of the `topn` smallest items of an array, the smallest first.

    Parameters
    ----------
    x : array_like (n,)
        Of equal items the one with the lower index comes first.
    topn : int, optional
        Default: all.
    reverse : bool
        The largest items, the largest first.

    Returns
    -------
    intp array (min(topn, n),)
        Positions in `x`.

    Examples
    --------
    >>> argsort([0.2, 0.9, 0.5], topn=2, reverse=True)
    array([1, 2])
    """
    values = np.asarray(x)
    if reverse:
        values = ~values if values.dtype.kind in "iub" else -values  # unsigned and smallest integers have no negative
    if topn is None or topn >= len(values):
        return np.argsort(values, kind="stable")
    if topn <= 0:
        return np.empty(0, np.intp)
    limit = np.partition(values, topn - 1)[topn - 1]
    chosen = np.flatnonzero(values <= limit) if limit == limit else np.arange(len(values))  # nan is never in order
    return chosen[np.argsort(values[chosen], kind="stable")[:topn]]


def zeros_aligned(shape: int | tuple[int, ...], dtype: DTypeLike, order: Any = "C", align: int = 128) -> Array:
    """Return an array of zeros that begins at a multiple of `align` bytes in memory.

    Parameters
    ----------
    shape : int or tuple of int
        As for `numpy.zeros`.
    dtype : dtype
        As for `numpy.zeros`.
    order : {"C", "F"}
        As for `numpy.zeros`.
    align : int
        In bytes.
    """
    size = math.prod(np.atleast_1d(shape).tolist()) * np.dtype(dtype).itemsize
    room = np.zeros(size + align, np.uint8)
    start = -room.ctypes.data % align
    return room[start : start + size].view(dtype).reshape(shape, order=order)


def ismatrix(m: Any) -> bool:
    """Tell whether an object is an array of two dimensions or a sparse matrix."""
    return bool(isinstance(m, np.ndarray) and m.ndim == 2 or scipy.sparse.issparse(m))


# ---- lengths and cosines


def unitvec(vec: Any, norm: str = "l2", return_norm: bool = False) -> Any:
    r"""Return a vector scaled to unit length.

    .. math:: v / |v|, \qquad |v|_{l2} = \sqrt{\sum_i v_i^2}, \quad |v|_{l1} = \sum_i |v_i|, \quad
       |v|_{unique} = \#\{i: v_i \ne 0\}

    Parameters
    ----------
    vec : numpy.ndarray, sparse matrix or bag of words
        Not mutated.
    norm : {"l2", "l1", "unique"}
        Which length, of those above.
    return_norm : bool
        Return the length, too.

    Returns
    -------
    vector
        Of the kind of `vec` and, unless that is of integers, of its dtype; a matrix in CSR format. Zeros and empty bags
        are returned as they are.
    length : float
        With `return_norm`: the length before; 1 for zeros.

    Raises
    ------
    ValueError
        `norm` is unknown, or `vec` is a list, but no bag of words.
    TypeError
        `vec` is none of the three.

    Examples
    --------
    >>> unitvec(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    >>> unitvec([(0, 3), (7, 4)], return_norm=True)
    ([(0, 0.6), (7, 0.8)], 5.0)
    """
    if norm not in _NORMS:
        raise ValueError(f"norm must be one of {', '.join(_NORMS)}, got {norm!r}")
    scaled: Any
    if scipy.sparse.issparse(vec):
        scaled = vec.tocsr()
        length = _length(scaled.data, norm)
        scaled = scaled * (1 / length) if length else scaled
    elif isinstance(vec, np.ndarray):
        length = _length(vec, norm)
        kept = np.float64 if vec.dtype.kind in "iub" else vec.dtype
        scaled = (vec * np.float64(1 / length)).astype(kept, copy=False) if length else vec
    elif isbow(vec):
        length = _length(np.array([value for _, value in vec], np.float64), norm)
        scaled = ret_normalized_vec(vec, length) if length else vec
    else:
        error = ValueError if isinstance(vec, Iterable) else TypeError
        raise error(f"expected an array, a sparse matrix or a list of (number, weight), got {vec!r}")
    return (scaled, length if length else 1.0) if return_norm else scaled


def _length(values: Array, norm: str) -> float:
    if norm == "unique":
        return float(np.count_nonzero(values))
    exact = values.astype(np.float64, copy=False).ravel()
    return float(np.abs(exact).sum() if norm == "l1" else np.linalg.norm(exact))


def veclen(vec: Sequence[tuple[int, float]]) -> float:
    """Return the Euclidean length of a bag of words."""
    return math.sqrt(sum(value**2 for _, value in vec))  # rounds as in gensim, which value * value does not


def ret_normalized_vec(vec: Iterable[tuple[int, float]], length: float) -> BagOfWords:
    """Return a bag of words with its weights divided by `length`."""
    return [(number, value / length) for number, value in vec] if length != 1 else list(vec)


def cossim(vec1: Iterable[tuple[int, float]], vec2: Iterable[tuple[int, float]]) -> float:
    """Return the cosine of two bags of words; 0 if one has no weights.

    Examples
    --------
    >>> cossim([(0, 1), (1, 1)], [(1, 3)])  # doctest: +ELLIPSIS
    0.7071...
    """
    weights, others = dict(vec1), dict(vec2)
    divisor = veclen(list(weights.items())) * veclen(list(others.items()))
    return sum(value * others.get(number, 0.0) for number, value in weights.items()) / divisor if divisor else 0.0


def jaccard_distance(set1: set[Any], set2: set[Any]) -> float:
    """Return 1 minus the share of the items of two sets that both have; 1 if both are empty."""
    both = len(set1 | set2)
    return 1 - len(set1 & set2) / both if both else 1.0


# ---- bags of words, arrays and sparse matrices


def isbow(vec: Any) -> bool:
    """Tell whether an object is a bag of words, by its first pair; something empty counts as one."""
    try:
        number, value = (vec.toarray() if scipy.sparse.issparse(vec) else vec)[0]
        int(number), float(value)
    except IndexError:
        return True
    except (ValueError, TypeError):
        return False
    return True


def any2sparse(vec: Any, eps: float = 1e-9) -> BagOfWords:
    """Return an array, a sparse row or a bag of words as a bag, weights of at most `eps` left out."""
    if isinstance(vec, np.ndarray):
        return full2sparse(vec, eps)
    if scipy.sparse.issparse(vec):
        return scipy2sparse(vec, eps)
    return [(int(number), float(value)) for number, value in vec if abs(value) > eps]


def full2sparse(vec: ArrayLike, eps: float = 1e-9) -> BagOfWords:
    """Return an array as a bag of words, weights of at most `eps` left out.

    Examples
    --------
    >>> full2sparse([0.0, 2.5, 0.0, 1.0])
    [(1, 2.5), (3, 1.0)]
    """
    return _bag(np.asarray(vec, np.float64), eps)


dense2vec = full2sparse


def full2sparse_clipped(vec: ArrayLike, topn: int, eps: float = 1e-9) -> BagOfWords:
    """Return the `topn` largest weights of an array, the largest first, as a bag of words; see `full2sparse`."""
    values = np.asarray(vec, np.float64)
    numbers = np.flatnonzero(np.abs(values) > eps)
    numbers = numbers[argsort(np.abs(values[numbers]), topn, reverse=True)]
    return list(zip(numbers.tolist(), values[numbers].tolist(), strict=True))


def scipy2sparse(vec: Any, eps: float = 1e-9) -> BagOfWords:
    """Return a sparse matrix of one row as a bag of words, weights of at most `eps` left out."""
    row = vec.tocsr()
    if row.shape[0] != 1:
        raise ValueError(f"expected a sparse matrix of one row, got one of shape {row.shape}")
    kept = np.abs(row.data) > eps
    return list(zip(row.indices[kept].tolist(), row.data[kept].astype(np.float64).tolist(), strict=True))


def _bag(values: Array, eps: float) -> BagOfWords:
    numbers = np.flatnonzero(np.abs(values) > eps)
    return list(zip(numbers.tolist(), values[numbers].tolist(), strict=True))


def sparse2full(doc: Iterable[tuple[int, float]], length: int) -> NDArray[np.float32]:
    """Return a bag of words as an array of shape (length,); of a number that comes twice the last weight counts.

    Raises
    ------
    IndexError
        A number is not below `length`.

    Examples
    --------
    >>> sparse2full([(1, 2.5), (3, 1)], 5)
    array([0. , 2.5, 0. , 1. , 0. ], dtype=float32)
    """
    full = np.zeros(length, np.float32)
    for number, value in doc:
        full[int(number)] = float(value)
    return full


def corpus2dense(
    corpus: Iterable[Sequence[tuple[int, float]]],
    num_terms: int,
    num_docs: int | None = None,
    dtype: DTypeLike = np.float32,
) -> Array:
    """Return bags of words as the columns of an array.

    Parameters
    ----------
    corpus : iterable of bags of words
        A bag a column.
    num_terms : int
        Rows: one more than the greatest number.
    num_docs : int, optional
        How many bags there are, if known.
    dtype : dtype
        Of the array.

    Raises
    ------
    ValueError
        There are no bags, or not `num_docs`.
    """
    columns = [sparse2full(document, num_terms) for document in corpus]
    if len(columns) != (max(len(columns), 1) if num_docs is None else num_docs):
        raise ValueError(f"expected {'some' if num_docs is None else num_docs} bags of words, got {len(columns)}")
    dense: Array = np.array(columns, dtype).reshape(len(columns), num_terms).T.copy()
    return dense


def corpus2csc(
    corpus: Iterable[Sequence[tuple[int, float]]],
    num_terms: int | None = None,
    dtype: DTypeLike = np.float64,
    num_docs: int | None = None,
    num_nnz: int | None = None,
    printprogress: int = 0,
) -> Any:
    """Return bags of words as the columns of a ``scipy.sparse.csc_matrix``.

    Parameters
    ----------
    corpus : iterable of bags of words
        A bag a column.
    num_terms : int, optional
        Rows. Default: ``corpus.num_terms``, or one more than the greatest number.
    dtype : dtype
        Of the matrix.
    num_docs, num_nnz : int, optional
        How many bags, and pairs in them, there must be.
    printprogress : int
        Log after this many bags; 0 for never.

    Raises
    ------
    ValueError
        There are not `num_docs` bags or `num_nnz` pairs.

    Examples
    --------
    >>> corpus2csc([[(0, 1)], [(0, 2), (2, 3)]]).toarray()
    array([[1., 2.],
           [0., 0.],
           [0., 3.]])
    """
    numbers: list[int] = []
    values: list[float] = []
    starts = [0]
    for count, document in enumerate(corpus):
        if printprogress and count % printprogress == 0:
            logger.info("PROGRESS: at document #%i", count)
        for number, value in document:
            numbers.append(number)
            values.append(value)
        starts.append(len(numbers))
    for name, wanted, found in (("num_docs", num_docs, len(starts) - 1), ("num_nnz", num_nnz, len(numbers))):
        if wanted not in (None, found):
            raise ValueError(f"{name}={wanted} was given, but the corpus has {found}")
    if num_terms is None:
        num_terms = getattr(corpus, "num_terms", None)
    rows = max(numbers, default=-1) + 1 if num_terms is None else num_terms
    data = np.array(values, dtype), np.array(numbers, np.intp), starts
    return scipy.sparse.csc_matrix(data, shape=(rows, len(starts) - 1), dtype=dtype)
