"""Similar terms by word vectors, for programs that expand queries or compare documents by their terms."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from npw2v.formats.archive import with_prefix, without_prefix
from npw2v.formats.saveload import SaveLoad
from npw2v.logs import logger_of
from npw2v.vectors.keyedvectors import KeyedVectors

logger = logger_of(__name__)


class TermSimilarityIndex(SaveLoad):
    """Says which terms are similar to a term; subclasses say how."""

    def most_similar(self, term: Any, topn: int = 10) -> Iterable[tuple[Any, float]]:
        """Return up to `topn` terms similar to `term`, without itself, and how similar they are."""
        raise NotImplementedError(f"{type(self).__name__} must define most_similar()")

    def __str__(self) -> str:
        return f"{type(self).__name__}<{', '.join(f'{name}={value}' for name, value in vars(self).items())}>"


class UniformTermSimilarityIndex(TermSimilarityIndex):
    """All terms of a dictionary are equally similar to each other.

    Parameters
    ----------
    dictionary : mapping of int to str
        Such as `npw2v.compat.dictionary.Dictionary`.
    term_similarity : float
        How similar.
    """

    def __init__(self, dictionary: Mapping[int, str], term_similarity: float = 0.5) -> None:
        self.dictionary = sorted(dictionary.items())
        self.term_similarity = term_similarity

    def most_similar(self, t1: Any, topn: int = 10) -> Iterator[tuple[Any, float]]:
        """Yield the first `topn` other terms, in the order of their numbers, with the similarity that all have."""
        for term in islice((each for _, each in self.dictionary if each != t1), topn):
            yield term, self.term_similarity


class WordEmbeddingSimilarityIndex(TermSimilarityIndex):
    """Terms are as similar as their vectors: a power of the cosine, above a threshold.

    Parameters
    ----------
    keyedvectors : KeyedVectors
        The vectors of the terms.
    threshold : float
        Leave out terms whose cosine is not above this.
    exponent : float
        The similarity is the cosine to the power of this.
    kwargs : dict, optional
        Further arguments of ``KeyedVectors.most_similar``, such as ``indexer``.

    Examples
    --------
    >>> import numpy as np
    >>> vectors = KeyedVectors(2)
    >>> vectors.add_vectors(["cat", "dog", "car"], np.array([[1, 0], [0.8, 0.6], [-1, 0]], np.float32))
    >>> [(term, round(similarity, 2)) for term, similarity in WordEmbeddingSimilarityIndex(vectors).most_similar("cat")]
    [('dog', 0.64)]
    """

    def __init__(
        self,
        keyedvectors: KeyedVectors,
        threshold: float = 0.0,
        exponent: float = 2.0,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        self.keyedvectors = keyedvectors
        self.threshold = threshold
        self.exponent = exponent
        self.kwargs = {} if kwargs is None else kwargs

    def most_similar(self, t1: Hashable, topn: int = 10) -> Iterator[tuple[Any, float]]:
        """Yield terms similar to `t1` among the `topn` nearest; none if it has no vector."""
        if t1 not in self.keyedvectors:
            logger.debug('an out-of-dictionary term "%s"', t1)
            return
        for term, cosine in self.keyedvectors.most_similar(positive=[t1], topn=topn, **self.kwargs):
            if cosine > self.threshold:
                yield term, cosine**self.exponent

    def to_stored(self, attributes: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        """Turn the vectors into arrays and a description."""
        arrays, attributes["keyedvectors"] = attributes["keyedvectors"].to_archive()
        return {**attributes, **with_prefix("keyedvectors.", arrays)}.items()

    def from_stored(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Turn the arrays and the description into vectors."""
        vectors = KeyedVectors.from_archive(without_prefix("keyedvectors.", stored), stored["keyedvectors"])
        return {name: value for name, value in stored.items() if "." not in name} | {"keyedvectors": vectors}
