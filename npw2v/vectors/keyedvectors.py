"""`KeyedVectors`: vectors by key, and every question that can be asked about which are alike."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterable, Sequence
from functools import partial
from types import FunctionType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.checks import KEY_TYPES, as_matrix, as_vector, described
from npw2v.compat.oldnames import KeyedVectorsNames
from npw2v.formats.opening import Source
from npw2v.formats.rows import rows_of_array
from npw2v.logs import logger_of
from npw2v.vectors import evaluation
from npw2v.vectors.analogies import ANSWERS
from npw2v.vectors.indexers.exported import ExportedIndex, build_index
from npw2v.vectors.locks import reading
from npw2v.vectors.queries import VectorQueries
from npw2v.vectors.search import arithmetic_dtype, cosine, divisors, rounding_margin, row_norms, scores, unit_vectors
from npw2v.vectors.wordmover import word_movers_distance

logger = logger_of(__name__)

Array = NDArray[Any]


class KeyedVectors(VectorQueries, KeyedVectorsNames):
    """Vectors by key, such as those of words: look up, compare, search, evaluate, save and load.

    See `npw2v.vectors.store.KeyStore` for the parameters and attributes, and `npw2v.vectors.search` for how the nearest
    vectors are found: scores are cosines, ties go to the lower row, a vector of zeros has cosine 0 with all others.

    A key is a word or any other hashable object. An int that is not a key itself stands for the key of that row.

    Examples
    --------
    >>> vectors = KeyedVectors(vector_size=2)
    >>> vectors.add_vectors(["cat", "dog", "car"], [[1, 0.1], [1, 0.3], [0.1, 1]])
    >>> vectors.most_similar("cat", topn=1)
    [('dog', 0.98...)]
    >>> vectors.doesnt_match(["cat", "dog", "car"])
    'car'
    """

    # ---- comparing

    @reading
    def similarity(self, w1: Hashable, w2: Hashable) -> Any:
        """Return the cosine of two keys' vectors: exactly 1 for a key with itself, 0 if either is zero."""
        for key in (w1, w2):
            if not (isinstance(key, (*KEY_TYPES, tuple, bytes)) or self._is_key(key)):
                raise TypeError(f"expected a key, got {described(key)}; for lists of keys there is n_similarity()")
        return self._cosine(self.get_vector(w1), self.get_vector(w2))

    def distance(self, w1: Hashable, w2: Hashable) -> Any:
        """Return 1 - `similarity`."""
        return 1 - self.similarity(w1, w2)

    @reading
    def n_similarity(self, ws1: Sequence[Any], ws2: Sequence[Any]) -> Any:
        """Return the cosine of the means of two lists of keys; keys that are not there are left out.

        Raises
        ------
        ZeroDivisionError
            A list is empty.
        """
        if not (len(ws1) and len(ws2)):
            raise ZeroDivisionError("n_similarity() needs at least one key in each list")
        means = [self.get_mean_vector(keys, pre_normalize=False) for keys in (ws1, ws2)]
        return self._cosine(*means)

    def _cosine(self, vector: Array, other: Array) -> Any:
        return cosine(vector[np.newaxis], other).astype(arithmetic_dtype(self._vectors))[0]

    @staticmethod
    def cosine_similarities(vector_1: Array, vectors_all: Array) -> Array:
        """Return the cosines of a vector with each row of a matrix, 0 where either is zero."""
        vector = as_vector(vector_1)
        matrix = as_matrix(vectors_all, len(vector))
        query = unit_vectors(vector).astype(np.result_type(vector, matrix, np.float32))
        return scores(matrix, divisors(row_norms(matrix)), query)

    @reading
    def distances(self, word_or_vector: Any, other_words: Iterable[Hashable] | None = ()) -> Array:
        """Return 1 - cosine between a key or vector and each of `other_words`, or all rows if there are none."""
        is_key = isinstance(word_or_vector, KEY_TYPES) or self._is_key(word_or_vector)
        vector = self.get_vector(word_or_vector) if is_key else as_vector(word_or_vector, self.vector_size)
        query = unit_vectors(vector).astype(arithmetic_dtype(self._vectors))
        rows: Any = [self.get_index(word) for word in (() if other_words is None else other_words)]
        if not rows:
            rows = slice(None)
        return 1 - scores(self._vectors[rows], self._row_divisors()[rows], query)

    @reading
    def closer_than(self, key1: Hashable, key2: Hashable) -> list[Any]:
        """Return all keys whose cosine with `key1` is higher than that of `key2`, in the order of rows."""
        first, second = self.get_index(key1), self.get_index(key2)
        query, _ = self._query([key1], [])
        rows = self._searched(0, None, None)
        found = scores(self._vectors[: rows.stop], self._row_divisors()[: rows.stop], query)
        limit = cosine(self._vectors[second : second + 1], query).astype(found.dtype)[0]
        doubtful = np.flatnonzero(np.abs(found - limit) <= rounding_margin(query))
        found[doubtful] = cosine(self._vectors[doubtful], query)
        return [self.index_to_key[row] for row in np.flatnonzero(found > limit) if row != first]

    def rank(self, key1: Hashable, key2: Hashable) -> int:
        """Return the place of `key2` among all keys by closeness to `key1`, 1 for the closest."""
        return len(self.closer_than(key1, key2)) + 1

    @reading
    def most_similar_to_given(self, key1: Hashable, keys_list: Sequence[Any]) -> Any:
        """Return the key of `keys_list` that is most similar to `key1`, the first of equals."""
        return keys_list[int(np.argmax([self.similarity(key1, key) for key in keys_list]))]

    @reading
    def relative_cosine_similarity(self, wa: Hashable, wb: Hashable, topn: int = 10) -> float:
        """Return the cosine of two keys over the sum of those of the `topn` keys most similar to the first.

        Above 1 / topn, the two are more alike than most pairs: Leeuwenberg et al., "A Minimally Supervised
        Approach for Synonym Extraction with Word Embeddings" (PBML 105, 2016), equation 1.
        """
        neighbours = self.similar_by_key(wa, topn)
        if not neighbours:
            raise ValueError("relative_cosine_similarity() needs at least one similar key: topn must be positive")
        return float(self.similarity(wa, wb)) / float(sum(score for _, score in neighbours))

    @reading
    def rank_by_centrality(self, words: Sequence[Any], use_norm: bool = True) -> list[tuple[Any, Any]]:
        """Return (score, key) pairs by descending product of the key's vector with the unit mean of them all.

        Keys that are not there are left out with a warning; those of equal scores stay in the order given.

        Parameters
        ----------
        words : sequence of keys
            What to compare with their mean.
        use_norm : bool
            Scale each vector to length 1 first, so that the scores are cosines.

        Raises
        ------
        ValueError
            No key is there.
        """
        known = [word for word in words if word in self]
        if len(known) < len(words):
            missing = [word for word in dict.fromkeys(words) if word not in self]
            logger.warning("vectors for words %s are not present in the model, ignoring these words", missing)
        if not known:
            raise ValueError(f"cannot select a word from an empty list: none of {len(words)} keys has a vector")
        vectors = np.stack([self.get_vector(word, norm=use_norm) for word in known])
        products = vectors @ self.get_mean_vector(list(vectors), post_normalize=True)
        return sorted(zip(products, known, strict=True), key=lambda pair: pair[0], reverse=True)

    def doesnt_match(self, words: Sequence[Any]) -> Any:
        """Return the key that is furthest from the mean of all."""
        return self.rank_by_centrality(words)[-1][1]

    @reading
    def wmdistance(self, document1: Iterable[str], document2: Iterable[str], norm: bool = True) -> float:
        """Return the Word Mover's Distance between two documents: how far the words of one are from the other's.

        See `npw2v.vectors.wordmover`.

        Parameters
        ----------
        document1, document2 : iterable of str
            Words; those that have no vector are left out.
        norm : bool
            Scale vectors to length 1 first.

        Returns
        -------
        float
            Infinite if a document has no word left or all vectors coincide; 0 if both consist of the same single word.

        Raises
        ------
        ImportError
            The package POT, which solves the transport problem, is not installed.
        """
        vector_of = partial(self.get_vector, norm=norm)
        return word_movers_distance(document1, document2, self.__contains__, vector_of)

    # ---- subsets

    @reading
    def vectors_for_all(
        self, keys: Iterable[Any], allow_inference: bool = True, copy_vecattrs: bool = False
    ) -> KeyedVectors:
        """Return the vectors of some keys as a new object, in the order of `keys`, each once.

        Parameters
        ----------
        keys : iterable of keys
            Those that are not there are left out.
        allow_inference : bool
            Whether an int may stand for the key of a row.
        copy_vecattrs : bool
            Copy the attributes of the keys too. Without it, ``"count"`` is made up: descending to 1.
        """
        known = [key for key in dict.fromkeys(keys) if key in (self if allow_inference else self.key_to_index)]
        rows = [self.get_index(key) for key in known]
        chosen = KeyedVectors(self.vector_size, dtype=self._vectors.dtype)
        chosen.add_vectors(known, self._vectors[rows], {"count": np.arange(len(known), 0, -1)})
        if copy_vecattrs:
            chosen.expandos.update({attr: values[rows] for attr, values in self.expandos.items()})
        return chosen

    @reading
    def export_index(
        self,
        library: str,
        path: str | os.PathLike[str],
        connectivity: int = 16,
        expansion_add: int = 128,
        expansion_search: int = 64,
    ) -> ExportedIndex:
        """Build an approximate index of another library and write it to a file, with the keys in JSON beside it.

        Not in gensim. It answers ``most_similar(..., indexer=index)``, many times faster than all vectors are compared
        with where there are many, and misses a few of the neighbours; `npw2v.vectors.indexers.exported.open_index`
        opens it again.

        Parameters
        ----------
        library : {"usearch", "faiss", "hnswlib"}
            Which must be installed: ``pip install npw2v[usearch]`` and so on.
        path : path
            Of the index; the keys go to ``<path>.json``.
        connectivity : int
            Neighbours of a node in the graph: more find more, and take more memory.
        expansion_add, expansion_search : int
            Candidates that are looked at when a vector is added, and in a search: more find more, and take longer.

        Returns
        -------
        ExportedIndex
            The index.

        Raises
        ------
        ValueError
            There is no such library, or there are no vectors.
        ImportError
            The library is not installed.
        TypeError
            A key is neither a string nor a number.
        """
        rows = self._searched(0, None, None)
        matrix, keys = rows_of_array(self._vectors[: rows.stop]), self.index_to_key[: rows.stop]
        index = build_index(library, matrix, keys, connectivity, expansion_add, expansion_search)
        index.save(path)
        return index

    # ---- evaluation

    @reading
    def evaluate_word_analogies(
        self,
        analogies: Source,
        restrict_vocab: int | None = 300000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
        similarity_function: str = "most_similar",
    ) -> tuple[float, list[dict[str, Any]]]:
        r"""Answer the analogy questions of a file: for ``a b c d``, is d the key nearest to :math:`b - a + c`?

        Unit vectors are added (3CosAdd, as `most_similar` does), or cosines multiplied (3CosMul, as
        `most_similar_cosmul`). Mikolov et al., "Efficient Estimation of Word Representations in Vector Space" (2013).

        Parameters
        ----------
        analogies : path or binary file
            Lines of four words, in sections that begin with a line ``: name``, such as word2vec's
            questions-words.txt. Other lines are skipped.
        restrict_vocab : int or None
            Know only the first so many keys, the most frequent ones if keys are sorted; None for all.
        case_insensitive : bool
            Compare words in upper case. Of keys that differ by case, the first counts.
        dummy4unknown : bool
            Count questions with unknown words as wrong instead of leaving them out.
        similarity_function : {"most_similar", "most_similar_cosmul"}
            What answers a question.

        Returns
        -------
        score : float
            Share of right answers, 0 if no question could be asked.
        sections : list of dict
            ``{"section": name, "correct": [(a, b, c, d), ...], "incorrect": [...]}`` for each section and then for
            all, named "Total accuracy".

        Raises
        ------
        ValueError
            The file has no questions, or one before the first section; or there is no such similarity function.
        """
        if similarity_function not in ANSWERS:
            raise ValueError(f"similarity_function must be one of {sorted(ANSWERS)}, got {similarity_function!r}")
        index = evaluation.rows_of_words(self.index_to_key[:restrict_vocab], case_insensitive)
        searched = self._searched(0, None, restrict_vocab)
        answer = partial(ANSWERS[similarity_function], self._vectors, self._row_divisors(), rows=searched)
        return evaluation.evaluate_analogies(
            analogies, self.index_to_key, index, answer, case_insensitive, dummy4unknown
        )

    @reading
    def evaluate_word_pairs(
        self,
        pairs: Source,
        delimiter: str = "\t",
        encoding: str = "utf8",
        restrict_vocab: int | None = 300000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
    ) -> tuple[Any, Any, float]:
        """Correlate the cosines of pairs of words with people's ratings of how alike they are.

        Parameters
        ----------
        pairs : path or binary file
            Lines of two words and a number, such as WordSim-353; lines that begin with ``#``, and lines of another
            form, are skipped.
        delimiter, encoding : str
            What separates the three fields, and how the file is encoded.
        restrict_vocab : int or None
            As for `evaluate_word_analogies`.
        case_insensitive : bool
            As for `evaluate_word_analogies`.
        dummy4unknown : bool
            Give pairs with an unknown word the similarity 0 instead of leaving them out.

        Returns
        -------
        pearson, spearman : scipy.stats result
            Of `scipy.stats.pearsonr` and `scipy.stats.spearmanr`: the correlation and its p-value.
        oov_ratio : float
            Percentage of pairs with an unknown word.

        Raises
        ------
        ValueError
            No pair could be rated, or only one.
        """
        index = evaluation.rows_of_words(self.index_to_key[:restrict_vocab], case_insensitive)
        return evaluation.evaluate_pairs(
            pairs, self._vectors, index, delimiter, encoding, case_insensitive, dummy4unknown, owner=str(self)
        )

    @staticmethod
    def log_accuracy(section: dict[str, Any]) -> None:
        """Log the share of right answers of a section, as `evaluate_word_analogies` returns it."""
        evaluation.log_accuracy(section)

    @staticmethod
    def log_evaluate_word_pairs(pearson: Any, spearman: Any, oov: float, pairs: Any) -> None:
        """Log what `evaluate_word_pairs` returns."""
        evaluation.log_correlations(pearson, spearman, oov, pairs)


def _name_methods() -> None:
    """Let methods of the links of the chain go by the name of the class that people know, as in a TypeError's text."""
    links = [each for each in KeyedVectors.__mro__ if each.__module__.startswith(f"{__package__}.")]
    for method in (each for link in links for each in vars(link).values() if isinstance(each, FunctionType)):
        for function in (method, getattr(method, "__wrapped__", method)):
            function.__qualname__ = f"{KeyedVectors.__name__}.{function.__name__}"


_name_methods()
