"""`TfidfModel`: bags of words whose counts become weights, greater for words that are in few documents.

The letters of the SMART scheme, and pivoted lengths: A. Singhal, C. Buckley and M. Mitra, "Pivoted Document Length
Normalization" (1996).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.compat.interfaces import TransformationABC
from npw2v.compat.matutils import unitvec
from npw2v.compat.utils import identity, is_corpus
from npw2v.logs import logger_of

logger = logger_of(__name__)

Array = NDArray[Any]

_LETTERS = {"term frequency weight": "btnaldL", "inverse document frequency weight": "xnftp", "normalization": "xncub"}
_TABLES = ("cfs", "dfs", "idfs", "term_lens", "id2word")

#: What becomes of the counts of a document.
_LOCAL: dict[str, Callable[[Array], Any]] = {
    "n": lambda tf: tf,
    "l": lambda tf: 1 + np.log2(tf),
    "d": lambda tf: 1 + np.log2(1 + np.log2(tf)),
    "a": lambda tf: 0.5 + 0.5 * tf / tf.max(axis=0),
    "b": lambda tf: tf.astype(bool).astype(int),
    "L": lambda tf: (1 + np.log2(tf)) / (1 + np.log2(tf.mean(axis=0))),
}


def resolve_weights(smartirs: Any) -> str:
    """Return three letters of the SMART scheme, each of those that mean the same as one of them.

    Raises
    ------
    ValueError
        It is none of those that there are.

    Examples
    --------
    >>> resolve_weights("txc")
    'nnc'
    """
    if isinstance(smartirs, str) and re.match(r"...\....", smartirs):
        raise ValueError(f"{smartirs!r} is two schemes, for documents and for queries: make a model of each")
    if not isinstance(smartirs, str) or len(smartirs) != 3:
        raise ValueError(f"expected three letters such as 'nfc', got {smartirs!r}")
    for letter, (what, known) in zip(smartirs, _LETTERS.items(), strict=True):
        if letter not in known:
            raise ValueError(f"expected the {what} to be one of {known!r}, got {letter!r}")
    return str(smartirs[0].replace("t", "n") + smartirs[1:].replace("x", "n"))


def df2idf(docfreq: float, totaldocs: float, log_base: float = 2.0, add: float = 0.0) -> Any:
    """Return the weight of a word that is in `docfreq` of `totaldocs` documents: the logarithm of their ratio, + `add`.

    >>> float(df2idf(2, 8))
    2.0
    """
    return add + np.log(float(totaldocs) / docfreq) / np.log(log_base)


def precompute_idfs(wglobal: Callable[[Any, Any], Any], dfs: Mapping[int, int], total_docs: int) -> dict[int, Any]:
    """Return the weight of each word by its number."""
    return {number: wglobal(count, total_docs) for number, count in dfs.items()}


def smartirs_wlocal(tf: Array, local_scheme: str) -> Any:
    """Return what the SMART scheme makes of the counts of a document, by its first letter."""
    return _LOCAL[local_scheme](tf)


def smartirs_wglobal(docfreq: float, totaldocs: float, global_scheme: str) -> Any:
    """Return the weight of a word by the second letter of the SMART scheme."""
    if global_scheme == "n":
        return 1.0
    if global_scheme == "f":
        return np.log2(1.0 * totaldocs / docfreq)
    if global_scheme == "t":
        return np.log2((totaldocs + 1.0) / docfreq)
    return np.log2((totaldocs - docfreq) / docfreq) if totaldocs > 2 * docfreq else 0.0


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


class TfidfModel(TransformationABC):
    """Turns counts of words into weights, by how many documents a word is in.

    Parameters
    ----------
    corpus : iterable of bags of words, optional
        The documents; needed unless there is a `dictionary`.
    id2word : mapping of int to str, optional
        Kept as an attribute.
    dictionary : Dictionary, optional
        Has counted the documents already.
    wlocal : function
        Makes weights of the counts of a document, an array.
    wglobal : function
        Makes a weight of the number of documents that a word is in, and of all.
    normalize : bool or function
        Make unit vectors.
    smartirs : str, optional
        Three letters of the SMART scheme that replace these three.
    pivot, slope : float, optional
        Divide by (1 - slope) · pivot + slope · length instead of the length.

    Examples
    --------
    >>> model = TfidfModel([[(0, 1), (1, 1)], [(0, 2)], [(0, 1), (2, 1)], [(2, 3)]], normalize=False)
    >>> model[[(1, 2), (2, 1), (7, 1)]]
    [(1, 4.0), (2, 1.0)]
    """

    def __init__(
        self,
        corpus: Iterable[Any] | None = None,
        id2word: Mapping[int, str] | None = None,
        dictionary: Any = None,
        wlocal: Callable[[Any], Any] = identity,
        wglobal: Callable[[Any, Any], Any] = df2idf,
        normalize: Any = True,
        smartirs: str | None = None,
        pivot: float | None = None,
        slope: float = 0.25,
    ) -> None:
        self.id2word = id2word
        self.wlocal, self.wglobal, self.normalize = wlocal, wglobal, normalize
        self.num_docs: int | None = None
        self.num_nnz: int | None = None
        self.cfs: dict[int, int] | None = None
        self.dfs: dict[int, int] | None = None
        self.idfs: dict[int, Any] | None = None
        self.term_lens: dict[int, int] | None = None
        self.smartirs = None if smartirs is None else resolve_weights(smartirs)
        self.pivot, self.slope, self.eps = pivot, slope, 1e-12
        self._use_scheme()
        if dictionary is not None:
            if corpus is not None:
                logger.warning("constructor received both corpus and dictionary; ignoring the corpus")
            self._count_as(dictionary)
        elif corpus is not None:
            self.initialize(corpus)
        if self.smartirs is not None and self.smartirs[2] in "ub":
            self._choose_pivot(self.smartirs[2])

    def _use_scheme(self) -> None:
        if self.smartirs is not None:
            self.wlocal = partial(smartirs_wlocal, local_scheme=self.smartirs[0])
            self.wglobal = partial(smartirs_wglobal, global_scheme=self.smartirs[1])

    def _count_as(self, dictionary: Any) -> None:
        self.num_docs, self.num_nnz = dictionary.num_docs, dictionary.num_nnz
        self.cfs, self.dfs = dict(dictionary.cfs), dict(dictionary.dfs)
        self.term_lens = {number: len(word) for number, word in dictionary.items()}
        self.idfs = precompute_idfs(self.wglobal, self.dfs, dictionary.num_docs)
        self.id2word = dictionary if self.id2word is None else self.id2word

    def _choose_pivot(self, letter: str) -> None:
        if self.pivot is not None:
            logger.warning("constructor received pivot; ignoring smartirs[2]")
        elif not self.num_docs or self.num_nnz is None:
            logger.warning("constructor received no corpus or dictionary; ignoring smartirs[2]")
        elif letter == "u":
            self.pivot = self.num_nnz / self.num_docs
        elif self.cfs is None or self.term_lens is None:
            raise ValueError("the length in characters (smartirs '..b') needs words: pass dictionary=, not corpus=")
        else:
            self.pivot = (
                sum(self.cfs[number] * (length + 1.0) for number, length in self.term_lens.items()) / self.num_docs
            )

    def initialize(self, corpus: Iterable[Any]) -> None:
        """Count the documents that each word is in."""
        self.dfs, self.num_docs, self.num_nnz = {}, 0, 0
        for bag in corpus:
            self.num_docs += 1
            self.num_nnz += len(bag)
            for number, _ in bag:
                self.dfs[number] = self.dfs.get(number, 0) + 1
        self.idfs = precompute_idfs(self.wglobal, self.dfs, self.num_docs)
        self.add_lifecycle_event(
            "initialize",
            msg=f"calculated IDF weights for {self.num_docs} documents ({self.num_nnz} matrix non-zeros)",
        )

    def __getitem__(self, bow: Any, eps: float = 1e-12) -> Any:
        self.eps = eps
        several, bow = is_corpus(bow)
        if several:
            return self._apply(bow)
        if self.idfs is None:
            raise ValueError("the model has counted no documents: pass corpus= or dictionary=, or call initialize()")
        bag = list(bow)
        if not bag:
            return []
        local = np.asarray(self.wlocal(np.array([count for _, count in bag]))).tolist()
        vector = [
            (number, weight * float(self.idfs[number]))
            for (number, _), weight in zip(bag, local, strict=True)
            if abs(self.idfs.get(number, 0.0)) > eps
        ]
        return [(number, weight) for number, weight in self._with_length(vector, bag) if abs(weight) > eps]

    def _with_length(self, vector: list[Any], bag: list[Any]) -> Any:
        """Return a vector divided by its length, or by what the pivot makes of that."""
        if self.pivot is not None:
            length = (1 - self.slope) * self.pivot + self.slope * self._length(vector, bag)
            return [(number, weight / float(length)) for number, weight in vector]
        if self.smartirs is not None:
            return unitvec(vector) if self.smartirs[2] == "c" else vector
        return self._normalized(vector)

    def _length(self, vector: list[Any], bag: list[Any]) -> float:
        if self.smartirs is None:
            return float(self._normalized(vector, return_norm=True)[1])
        if self.smartirs[2] == "b" and self.term_lens is not None:
            return float(sum(count * (self.term_lens[number] + 1.0) for number, count in bag))
        return float(unitvec(vector, return_norm=True, norm="unique" if self.smartirs[2] == "u" else "l2")[1])

    def _normalized(self, vector: list[Any], **options: bool) -> Any:
        chosen = {True: unitvec, False: identity}.get(self.normalize, self.normalize)
        return chosen(vector, **options)

    def __str__(self) -> str:
        return f"{type(self).__name__}<num_docs={self.num_docs}, num_nnz={self.num_nnz}>"

    def to_stored(self, attributes: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        """Turn the tables into lists; functions that are not the usual ones cannot be stored."""
        usual = {"wlocal": identity, "wglobal": df2idf}
        for name, function in usual.items():
            if self.smartirs is not None or attributes[name] is function:
                attributes[name] = None
        for name in _TABLES:
            table = attributes[name]
            attributes[name] = table if table is None else [[int(key), _plain(table[key])] for key in table]
        return attributes.items()

    def from_stored(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Turn the lists into tables."""
        tables = {name: None if stored[name] is None else dict(stored[name]) for name in _TABLES}
        model = type(self).__new__(type(self))
        vars(model).update({**stored, "wlocal": identity, "wglobal": df2idf})
        model._use_scheme()
        return {**stored, **tables, "wlocal": model.wlocal, "wglobal": model.wglobal}
