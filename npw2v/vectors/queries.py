"""`VectorQueries`: the keys whose vectors are nearest to a key, a vector, or a sum or product of several."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from npw2v.checks import KEY_TYPES, as_count, as_list, as_numbers, as_vector, described
from npw2v.vectors.files import VectorFiles
from npw2v.vectors.locks import reading
from npw2v.vectors.search import (
    arithmetic_dtype,
    best,
    candidates,
    euclidean,
    nearest,
    ranked,
    score_blocks,
    scores,
    unit_vectors,
)

Array = NDArray[Any]

#: Keys and their scores, best first.
Neighbours: TypeAlias = list[tuple[Any, float]]

#: Of a batch, so many are compared with all vectors together.
QUERIES_AT_ONCE = 1024


class VectorQueries(VectorFiles):
    """Keys and vectors that can be searched; `npw2v.vectors.search` does the arithmetic."""

    @reading
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
        positive, negative : key, vector or list
            What to be like and what not; in a list, keys, vectors and (key or vector, weight) pairs.
        topn : int or None
            How many keys to return; None for the cosines of all.
        clip_start, clip_end : int or None
            Search only these rows.
        restrict_vocab : int or None
            Search only the first so many rows, whatever `clip_start` and `clip_end` say.
        indexer : object or None
            An object whose ``most_similar(query, topn)`` answers instead, such as an approximate index.

        Returns
        -------
        list of (key, float) or float array (rows,)
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

    @reading
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
        for start in range(0, len(asked), QUERIES_AT_ONCE):
            part = asked[start : start + QUERIES_AT_ONCE]
            found += self._nearest(*self._queries(part), topn, rows)
        return found

    @reading
    def nearest_by_distance(self, key: Any, topn: int = 10, restrict_vocab: int | None = None) -> Neighbours:
        """Find the keys whose vectors have the smallest Euclidean distance from that of a key. Not in gensim.

        Unlike the cosine it goes by the lengths of vectors, too, which are smaller for rarer words.

        Parameters
        ----------
        key : key or vector
            What to be near to.
        topn : int
            How many keys to return.
        restrict_vocab : int or None
            Search only the first so many rows.

        Returns
        -------
        list of (key, float)
            By ascending distance, the lower row first among equals, without the key itself.

        Raises
        ------
        KeyError
            The key is not there.
        """
        if as_count(topn, "topn") < 1:
            return []
        is_vector = isinstance(key, np.ndarray)
        vector = as_vector(key, self.vector_size) if is_vector else self.get_vector(key)
        rows = self._searched(0, None, restrict_vocab)
        distances = euclidean(self._vectors, vector, rows)
        given = set() if is_vector else {self.get_index(key)}
        k = min(topn + len(given), len(distances))
        limit = np.partition(distances, k - 1)[k - 1] if k else -np.inf
        near = np.flatnonzero(distances <= limit)
        order = near[np.argsort(distances[near], kind="stable")]
        return self._named(order, distances[order], given, topn)

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

    @reading
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

    # ---- means

    @reading
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
        weights : sequence of float or None
            One for each key; default 1.
        pre_normalize : bool
            Scale the vectors of keys (not the arrays) to length 1 first.
        post_normalize : bool
            Scale the result to length 1.
        ignore_missing : bool
            Leave out keys that are not there, rather than raise.

        Returns
        -------
        float array (vector_size,)
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
