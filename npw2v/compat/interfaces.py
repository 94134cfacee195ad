"""gensim's base classes of corpora, transformations, indexes of documents and topic models.

npw2v's own classes need few of them. They are here for the programs that derive from them, and for the few models of
bags of words that go with word vectors.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

from npw2v.compat import matutils
from npw2v.compat.sequences import grouper
from npw2v.compat.utils import is_corpus
from npw2v.formats.saveload import SaveLoad
from npw2v.logs import logger_of

logger = logger_of(__name__)


class CorpusABC(SaveLoad):
    """An iterable of bags of words; subclasses say of which."""

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} must define __iter__()")

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} must define __len__() before its documents can be counted")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the object, as `SaveLoad.save` does, with a warning that this is not what it iterates over."""
        warnings.warn(
            "corpus.save() stores the object and not the documents that it reads; store those with, for instance, "
            "MmCorpus.serialize(fname, corpus)",
            stacklevel=2,
        )
        super().save(*args, **kwargs)

    @staticmethod
    def save_corpus(
        fname: Any, corpus: Iterable[Any], id2word: Mapping[int, str] | None = None, metadata: bool = False
    ) -> Any:
        """Write documents to a file; subclasses say how."""
        raise NotImplementedError("this class of corpora defines no save_corpus()")


class TransformedCorpus(CorpusABC):
    """The documents of a corpus, each transformed when it is asked for.

    Parameters
    ----------
    obj : TransformationABC
        Transforms them.
    corpus : iterable of bags of words
        The documents.
    chunksize : int, optional
        Hand over as many at a time, as a list.
    **kwargs : object
        Set as attributes of `obj`.
    """

    def __init__(self, obj: Any, corpus: Any, chunksize: int | None = None, **kwargs: Any) -> None:
        self.obj, self.corpus, self.chunksize = obj, corpus, chunksize
        for name, value in kwargs.items():
            setattr(obj, name, value)
        self.metadata = False

    def __len__(self) -> int:
        return len(self.corpus)

    def __iter__(self) -> Iterator[Any]:
        if not self.chunksize:
            for document in self.corpus:
                yield self.obj[document]
            return
        for chunk in grouper(self.corpus, self.chunksize):
            yield from self.obj.__getitem__(chunk, chunksize=None)

    def __getitem__(self, docno: Any) -> Any:
        if not hasattr(self.corpus, "__getitem__"):
            raise RuntimeError(
                f"documents of a {type(self.corpus).__name__} cannot be asked for by number: make a list"
            )
        return self.obj[self.corpus[docno]]


class TransformationABC(SaveLoad):
    """Makes another bag of words of one; subclasses say which."""

    def __getitem__(self, vec: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__()")

    def _apply(self, corpus: Any, chunksize: int | None = None, **kwargs: Any) -> TransformedCorpus:
        """Return a corpus whose documents are transformed."""
        return TransformedCorpus(self, corpus, chunksize, **kwargs)


class VocabTransform(TransformationABC):
    """Gives words other numbers, and leaves out those that have none.

    Parameters
    ----------
    old2new : dict of int to int
        The new number of each.
    id2token : dict of int to str, optional
        Kept as an attribute.

    Examples
    --------
    >>> VocabTransform({0: 5, 2: 1})[[(0, 3), (1, 1), (2, 2)]]
    [(1, 2), (5, 3)]
    """

    def __init__(self, old2new: Mapping[int, int], id2token: Mapping[int, str] | None = None) -> None:
        self.old2new = old2new
        self.id2token = id2token

    def __getitem__(self, bow: Any) -> Any:
        several, bow = is_corpus(bow)
        if several:
            return self._apply(bow)
        return sorted((self.old2new[number], weight) for number, weight in bow if number in self.old2new)

    def to_stored(self, attributes: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        """Turn the mappings into lists of pairs."""
        pairs = {
            name: None if attributes[name] is None else [[int(key), value] for key, value in attributes[name].items()]
            for name in ("old2new", "id2token")
        }
        return {**attributes, **pairs}.items()

    def from_stored(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Turn the lists of pairs into mappings."""
        return stored | {name: stored[name] and dict(stored[name]) for name in ("old2new", "id2token")}


class SimilarityABC(SaveLoad):
    """Documents that others are compared with; subclasses define `get_similarities`, and what they compare.

    Attributes
    ----------
    index : array or sparse matrix
        What iterating over the object compares, one by one, with all documents.
    num_best : int, or None
        How many documents to return for each that is compared; None for the similarities of all.
    normalize : bool
        Make unit vectors of bags of words that are compared.
    """

    index: Any
    num_best: int | None
    normalize: bool

    def __init__(self, corpus: Any) -> None:
        raise NotImplementedError(f"{type(self).__name__} must define __init__()")

    def get_similarities(self, doc: Any) -> Any:
        """Return the similarities of a document, or of several, with all documents."""
        raise NotImplementedError(f"{type(self).__name__} must define get_similarities()")

    def __getitem__(self, query: Any) -> Any:
        several, query = is_corpus(query)
        if self.normalize and not matutils.ismatrix(query):
            query = [matutils.unitvec(each) for each in query] if several else matutils.unitvec(query)
        found = self.get_similarities(query)
        if self.num_best is None:
            return found
        if matutils.ismatrix(found):
            return [matutils.full2sparse_clipped(each, self.num_best) for each in found]
        return matutils.full2sparse_clipped(found, self.num_best)

    def __iter__(self) -> Iterator[Any]:
        chosen, self.normalize = self.normalize, False  # what is in the index has been normalized
        try:
            size = getattr(self, "chunksize", 0)
            for start in range(0, self.index.shape[0], max(size, 1)):
                yield from self[self.index[start : start + size]] if size > 0 else [self[self.index[start]]]
        finally:
            self.normalize = chosen


class BaseTopicModel:
    """What topic models have in common; npw2v has none, but programs may. Subclasses define the rest."""

    def print_topic(self: Any, topicno: int, topn: int = 10) -> str:
        """Return a topic as text: its `topn` words with their weights, as ``show_topic`` has them."""
        return " + ".join(f'{weight:.3f}*"{word}"' for word, weight in self.show_topic(topicno, topn))

    def print_topics(self: Any, num_topics: int = 20, num_words: int = 10) -> Any:
        """Log topics, and return what ``show_topics`` does."""
        return self.show_topics(num_topics=num_topics, num_words=num_words, log=True)

    def get_topics(self) -> NoReturn:
        """Return the matrix of topics and words; subclasses say which."""
        raise NotImplementedError(f"{type(self).__name__} must define get_topics()")
