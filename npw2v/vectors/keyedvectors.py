"""`KeyedVectors`: vectors by key, and every question that can be asked about which are alike."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from npw2v.checks import KEY_TYPES, as_count, as_list, as_matrix, as_numbers, as_vector, described
from npw2v.compat.oldnames import KeyedVectorsNames
from npw2v.formats.saveload import register_loader
from npw2v.formats.state import VECTORS
from npw2v.vectors import evaluation
from npw2v.vectors.files import VectorFiles
from npw2v.vectors.search import (
    arithmetic_dtype,
    best,
    candidates,
    cosine,
    divisors,
    nearest,
    ranked,
    rounding_margin,
    row_norms,
    score_blocks,
    scores,
    unit_vectors,
)
from npw2v.vectors.wordmover import wmdistance

logger = logging.getLogger(__name__)

Array = npt.NDArray[Any]
Neighbours = list[tuple[Any, float]]

_QUERIES_AT_ONCE = 1024


class KeyedVectors(VectorFiles, KeyedVectorsNames):
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

    # ---- finding what is similar

    def most_similar(
        self,
        positive: Any = None,
        negative: Any = None,
        topn: int | None = 10,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
        indexer: Any = None,
    ) -> Any:
        r"""Find the keys whose vectors have the highest cosine with the mean of those given.

        The query is :math:`\sum_i w_i u_i`, scaled to length 1, over the given unit vectors :math:`u_i` (arrays are
        taken as they are), where :math:`w_i` is 1 for `positive` and -1 for `negative` ones unless given.

        Parameters
        ----------
        positive, negative : key, vector, or list of keys, vectors and (key or vector, weight) pairs
        topn
            How many keys to return; None for the cosines of all.
        clip_start, clip_end
            Search only these rows.
        restrict_vocab
            Search only the first so many rows, whatever `clip_start` and `clip_end` say.
        indexer
            An object whose ``most_similar(query, topn)`` answers instead, such as an approximate index.

        Returns
        -------
        list of (key, float), or numpy.ndarray
            By descending cosine, without the keys given. With ``topn=None`` an array of cosines, one for each row
            searched. ``topn`` below 1 gives an empty list.

        Raises
        ------
        KeyError
            A key is not there.
        ValueError
            Nothing was given.
        """
        if topn is not None and as_count(topn, "topn") < 1:
            return []
        query, given = self._query(as_list(positive), as_list(negative))
        if indexer is not None and topn is not None:
            return indexer.most_similar(query, topn)
        rows = self._searched(clip_start, clip_end, restrict_vocab)
        if topn is None:
            chosen = slice(rows.start, rows.stop)
            return scores(self._vectors[chosen], self._row_divisors()[chosen], query)
        return self._nearest(query[np.newaxis], [given], topn, rows)[0]

    def most_similar_batch(
        self, keys: Iterable[Any], topn: int = 10, restrict_vocab: int | None = None
    ) -> list[Neighbours]:
        """Return ``[most_similar(key, topn=topn, restrict_vocab=restrict_vocab) for key in keys]``, much faster.

        Queries are compared with a block of vectors at a time in one matrix product; memory does not grow with the
        number of vectors. Not in gensim.
        """
        asked = [keys] if isinstance(keys, KEY_TYPES) else list(keys)
        if as_count(topn, "topn") < 1:
            return [[] for _ in asked]
        rows = self._searched(0, None, restrict_vocab)
        found: list[Neighbours] = []
        for start in range(0, len(asked), _QUERIES_AT_ONCE):
            part = asked[start : start + _QUERIES_AT_ONCE]
            found += self._nearest(*self._queries(part), topn, rows)
        return found

    def _queries(self, asked: Sequence[Any]) -> tuple[Array, list[set[int]]]:
        """Return what `_query` returns for each key, vector or list of such; keys alone take a tenth of the time."""
        if all(map(self._is_key, asked)):
            indices = [self.key_to_index[key] for key in asked]
            units = unit_vectors(self._unit_rows(indices).astype(np.float64))
            return units.astype(arithmetic_dtype(self._vectors)), [{index} for index in indices]
        queries = [self._query([key] if self._is_key(key) else as_list(key), []) for key in asked]
        return np.stack([query for query, _ in queries]), [given for _, given in queries]

    def _nearest(self, queries: Array, given: Sequence[set[int]], topn: int, rows: range) -> list[Neighbours]:
        """Search some rows for the neighbours of unit queries, leaving out the rows given with each."""
        if not rows:
            return [[] for _ in given]
        k = topn + max(map(len, given))
        shares = score_blocks(self._vectors, self._row_divisors(), queries, rows)
        return [
            self._named(*found, without, topn)
            for found, without in zip(nearest(self._vectors, queries, shares, k), given, strict=True)
        ]

    def _named(self, rows: Array, scores: Array, without: set[int], topn: int) -> Neighbours:
        keys = self.index_to_key
        pairs = zip(rows.tolist(), scores.tolist(), strict=True)
        return [(keys[row], score) for row, score in pairs if row not in without][:topn]

    def _searched(self, clip_start: int, clip_end: int | None, restrict_vocab: int | None) -> range:
        """Return the rows to search, free ones at the end left out."""
        if restrict_vocab:
            clip_start, clip_end = 0, as_count(restrict_vocab, "restrict_vocab")
        rows = min(self._filled(), len(self._vectors))
        return range(*slice(clip_start, clip_end or None).indices(rows))

    def _weighted(self, item: Any, weight: float) -> tuple[Any, float]:
        """Return (key or vector, weight) from such a pair, or from a key or vector alone."""
        if isinstance(item, (*KEY_TYPES, np.ndarray)) or self._is_key(item):
            return item, weight
        if isinstance(item, (tuple, list)) and len(item) == 2:
            return item[0], item[1]
        raise TypeError(f"expected a key, a vector, or a pair of one of them and its weight, got {described(item)}")

    def _is_key(self, item: Any) -> bool:
        try:
            return item in self.key_to_index
        except TypeError:  # unhashable, such as a pair of a vector and its weight
            return False

    def _query(self, positive: list[Any], negative: list[Any]) -> tuple[Array, set[int]]:
        """Return the unit mean of keys and vectors, and the rows of the keys."""
        pairs = [self._weighted(item, 1.0) for item in positive] + [self._weighted(item, -1.0) for item in negative]
        items = [item for item, _ in pairs]
        mean = self.get_mean_vector(
            items, [weight for _, weight in pairs], pre_normalize=True, post_normalize=True, ignore_missing=False
        )
        return mean, {self.get_index(item) for item in items if not isinstance(item, np.ndarray)}

    def similar_by_key(self, key: Hashable, topn: int | None = 10, restrict_vocab: int | None = None) -> Any:
        """Return ``most_similar(positive=[key], ...)``."""
        return self.most_similar(positive=[key], topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_word(self, word: Hashable, topn: int | None = 10, restrict_vocab: int | None = None) -> Any:
        """Return ``most_similar(positive=[word], ...)``."""
        return self.similar_by_key(word, topn, restrict_vocab)

    def similar_by_vector(self, vector: Array, topn: int | None = 10, restrict_vocab: int | None = None) -> Any:
        """Return ``most_similar(positive=[vector], ...)``."""
        return self.most_similar(positive=[vector], topn=topn, restrict_vocab=restrict_vocab)

    def most_similar_cosmul(
        self, positive: Any = None, negative: Any = None, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Any:
        r"""Find the keys that are like each positive and unlike each negative one, by 3CosMul.

        .. math:: \frac{\prod_{p} (1 + \cos(x, p)) / 2}{\prod_{n} (1 + \cos(x, n)) / 2 + 10^{-6}}

        Levy and Goldberg, "Linguistic Regularities in Sparse and Explicit Word Representations" (CoNLL 2014),
        equation 4. Parameters, results and errors are those of `most_similar`, without weights; at least one
        positive key or vector is needed.
        """
        if topn is not None and as_count(topn, "topn") < 1:
            return []
        likes, unlikes = as_list(positive), as_list(negative)
        given = {self.get_index(item) for item in likes + unlikes if not isinstance(item, np.ndarray)}
        if not likes:
            raise ValueError("cannot compute similarity with no input: give at least one positive key or vector")
        rows = self._searched(0, None, restrict_vocab)
        product = self._shifted_cosines(likes, rows) / (self._shifted_cosines(unlikes, rows) + np.float32(1e-6))
        if topn is None:
            return product
        if not rows:
            return []
        k = topn + len(given)
        query, row, _ = best(1, [(rows, partial(candidates, product[:, np.newaxis]))], k)
        return self._named(*ranked(1, query, row, product[row - rows.start], k)[0], given, topn)

    def _shifted_cosines(self, items: list[Any], rows: range) -> Array:
        """Return the product over `items` of (1 + cosine) / 2, for each of `rows`."""
        matrix, divisors = self._vectors[rows.start : rows.stop], self._row_divisors()[rows.start : rows.stop]
        product: Array = np.ones(len(matrix), arithmetic_dtype(self._vectors))
        for item in items:
            vector = as_vector(item, self.vector_size) if isinstance(item, np.ndarray) else self.get_vector(item)
            product *= (1 + scores(matrix, divisors, unit_vectors(vector).astype(product.dtype))) / 2
        return product

    # ---- comparing

    def similarity(self, w1: Hashable, w2: Hashable) -> Any:
        """Return the cosine of two keys' vectors: exactly 1 for a key with itself, 0 if either is zero."""
        for key in (w1, w2):
            if not (isinstance(key, (*KEY_TYPES, tuple, bytes)) or self._is_key(key)):
                raise TypeError(f"expected a key, got {described(key)}; for lists of keys there is n_similarity()")
        return self._cosine(self.get_vector(w1), self.get_vector(w2))

    def distance(self, w1: Hashable, w2: Hashable) -> Any:
        """Return 1 - `similarity`."""
        return 1 - self.similarity(w1, w2)

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

    def distances(self, word_or_vector: Any, other_words: Iterable[Hashable] | None = ()) -> Array:
        """Return 1 - cosine between a key or vector and each of `other_words`, or all rows if there are none."""
        is_key = isinstance(word_or_vector, KEY_TYPES) or self._is_key(word_or_vector)
        vector = self.get_vector(word_or_vector) if is_key else as_vector(word_or_vector, self.vector_size)
        query = unit_vectors(vector).astype(arithmetic_dtype(self._vectors))
        rows: Any = [self.get_index(word) for word in (() if other_words is None else other_words)]
        if not rows:
            rows = slice(None)
        return 1 - scores(self._vectors[rows], self._row_divisors()[rows], query)

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

    def most_similar_to_given(self, key1: Hashable, keys_list: Sequence[Any]) -> Any:
        """Return the key of `keys_list` that is most similar to `key1`, the first of equals."""
        return keys_list[int(np.argmax([self.similarity(key1, key) for key in keys_list]))]

    def relative_cosine_similarity(self, wa: Hashable, wb: Hashable, topn: int = 10) -> float:
        """Return the cosine of two keys over the sum of those of the `topn` keys most similar to the first.

        Above 1 / topn, the two are more alike than most pairs: Leeuwenberg et al., "A Minimally Supervised
        Approach for Synonym Extraction with Word Embeddings" (PBML 105, 2016), equation 1.
        """
        neighbours = self.similar_by_key(wa, topn)
        if not neighbours:
            raise ValueError("relative_cosine_similarity() needs at least one similar key: topn must be positive")
        return float(self.similarity(wa, wb)) / float(sum(score for _, score in neighbours))

    def rank_by_centrality(self, words: Sequence[Any], use_norm: bool = True) -> list[tuple[Any, Any]]:
        """Return (score, key) pairs by descending product of the key's vector with the unit mean of them all.

        Keys that are not there are left out with a warning; those of equal scores stay in the order given.

        Parameters
        ----------
        words
        use_norm
            Scale each vector to length 1 first, so that the scores are cosines.

        Raises
        ------
        ValueError
            No key is there.
        """
        known = [word for word in words if word in self]
        if len(known) < len(words):
            missing = [word for word in dict.fromkeys(words) if word not in self]
            logger.warning("ignoring words %s, which are not present in the model", missing)
        if not known:
            raise ValueError(f"cannot select a word from an empty list: none of {len(words)} keys has a vector")
        vectors = np.stack([self.get_vector(word, norm=use_norm) for word in known])
        products = vectors @ self.get_mean_vector(list(vectors), post_normalize=True)
        return sorted(zip(products, known, strict=True), key=lambda pair: pair[0], reverse=True)

    def doesnt_match(self, words: Sequence[Any]) -> Any:
        """Return the key that is furthest from the mean of all."""
        return self.rank_by_centrality(words)[-1][1]

    wmdistance = wmdistance

    # ---- means and subsets

    def get_mean_vector(
        self,
        keys: Sequence[Any],
        weights: Sequence[float] | Array | None = None,
        pre_normalize: bool = True,
        post_normalize: bool = False,
        ignore_missing: bool = True,
    ) -> Array:
        r"""Return the weighted mean :math:`\sum_i w_i x_i / \sum_i |w_i|` of vectors.

        Parameters
        ----------
        keys : sequence of keys and arrays
            Arrays are vectors themselves.
        weights
            One for each key; default 1.
        pre_normalize
            Scale the vectors of keys (not the arrays) to length 1 first.
        post_normalize
            Scale the result to length 1.
        ignore_missing
            Leave out keys that are not there, rather than raise.

        Returns
        -------
        numpy.ndarray of shape (vector_size,)
            float32 (float64 if the vectors are), summed in float64; zeros if nothing is left.

        Raises
        ------
        ValueError
            `keys` is empty, or `weights` is of another length.
        KeyError
            A key is not there and `ignore_missing` is false.
        """
        if len(keys) == 0:
            raise ValueError("cannot compute mean with no input")
        factors = np.ones(len(keys)) if weights is None else as_numbers(weights, "weights")
        if factors.shape != (len(keys),):
            raise ValueError(f"{len(keys)} keys need as many weights, got an array of shape {factors.shape}")
        total, mean = 0.0, np.zeros(self.vector_size)
        for key, factor in zip(keys, factors.tolist(), strict=True):
            if isinstance(key, np.ndarray):
                vector = as_vector(key, self.vector_size)
            elif key in self:
                vector = self.get_vector(key, norm=pre_normalize)
            elif ignore_missing:
                continue
            else:
                raise KeyError(f"Key '{key}' not present in vocabulary")
            mean += factor * vector.astype(np.float64)
            total += abs(factor)
        if total > 0:
            mean /= total
        return (unit_vectors(mean) if post_normalize else mean).astype(arithmetic_dtype(self._vectors))

    def vectors_for_all(
        self, keys: Iterable[Any], allow_inference: bool = True, copy_vecattrs: bool = False
    ) -> KeyedVectors:
        """Return the vectors of some keys as a new object, in the order of `keys`, each once.

        Parameters
        ----------
        keys
            Those that are not there are left out.
        allow_inference
            Whether an int may stand for the key of a row.
        copy_vecattrs
            Copy the attributes of the keys too. Without it, ``"count"`` is made up: descending to 1.
        """
        known = [key for key in dict.fromkeys(keys) if key in (self if allow_inference else self.key_to_index)]
        rows = [self.get_index(key) for key in known]
        chosen = KeyedVectors(self.vector_size, dtype=self._vectors.dtype)
        chosen.add_vectors(known, self._vectors[rows], {"count": np.arange(len(known), 0, -1)})
        if copy_vecattrs:
            chosen.expandos.update({attr: values[rows] for attr, values in self.expandos.items()})
        return chosen

    # ---- evaluation

    evaluate_word_analogies = evaluation.evaluate_word_analogies
    evaluate_word_pairs = evaluation.evaluate_word_pairs
    log_accuracy = staticmethod(evaluation.log_accuracy)
    log_evaluate_word_pairs = staticmethod(evaluation.log_evaluate_word_pairs)


register_loader(VECTORS, KeyedVectors)
