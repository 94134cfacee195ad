"""`Dictionary`: numbers for the words of documents, which bags of words are made of."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NoReturn

logger = logging.getLogger(__name__)

__all__ = ["Dictionary"]

BagOfWords = list[tuple[int, int]]


class Dictionary(Mapping[int, str]):
    """The words of some documents, numbered; a mapping of number to word.

    The part of gensim's class of this name that goes with word vectors: Word Mover's Distance, soft cosine measure.
    The new words of a document are numbered in alphabetical order, so the numbers are gensim's.

    Parameters
    ----------
    documents : iterable of iterables of str, optional
        Added by :meth:`add_documents`.

    Attributes
    ----------
    token2id : dict of str to int
        The number of each word.
    id2token : dict of int to str
        Empty until the first look-up of a number.
    cfs, dfs : dict of int to int
        How often a word occurred, and in how many documents.
    num_docs, num_pos, num_nnz : int
        Documents seen; words in them; different words, summed over documents.

    Examples
    --------
    >>> dictionary = Dictionary([["graph", "trees"], ["graph", "minors", "trees"]])
    >>> dictionary.token2id
    {'graph': 0, 'trees': 1, 'minors': 2}
    >>> dictionary.doc2bow(["minors", "graph", "minors", "paths"])
    [(0, 1), (2, 2)]
    """

    def __init__(self, documents: Iterable[Iterable[str]] | None = None) -> None:
        self.token2id: dict[str, int] = {}
        self.id2token: dict[int, str] = {}
        self.cfs: dict[int, int] = {}
        self.dfs: dict[int, int] = {}
        self.num_docs = self.num_pos = self.num_nnz = 0
        if documents is not None:
            self.add_documents(documents)

    def add_documents(self, documents: Iterable[Iterable[str]]) -> None:
        """Give a number to each new word of documents and count all words."""
        for document in documents:
            self.doc2bow(document, allow_update=True)
        logger.info("built %s from %i documents (total %i corpus positions)", self, self.num_docs, self.num_pos)

    def doc2bow(self, document: Iterable[Any], allow_update: bool = False, return_missing: bool = False) -> Any:
        """Count the words of a document.

        Parameters
        ----------
        document : iterable of str
            Its words.
        allow_update : bool
            Number new words and add the document to the counts.
        return_missing : bool
            Return the words without a number, too.

        Returns
        -------
        list of (number, count)
            In the order of numbers. With `return_missing` a pair: that list, and a dict of word to count.

        Raises
        ------
        TypeError
            `document` is a string.
        """
        counts = Counter(_words(document))
        missing = dict(sorted((word, count) for word, count in counts.items() if word not in self.token2id))
        if allow_update:
            for word in missing:
                self.token2id[word] = len(self.token2id)
        bag: BagOfWords = sorted((self.token2id[word], n) for word, n in counts.items() if word in self.token2id)
        if allow_update:
            self.num_docs += 1
            self.num_pos += counts.total()
            self.num_nnz += len(bag)
            for number, count in bag:
                self.cfs[number] = self.cfs.get(number, 0) + count
                self.dfs[number] = self.dfs.get(number, 0) + 1
        return (bag, missing) if return_missing else bag

    def doc2idx(self, document: Iterable[Any], unknown_word_index: int = -1) -> list[int]:
        """Return the number of each word of a document, `unknown_word_index` for those without one."""
        return [self.token2id.get(word, unknown_word_index) for word in _words(document)]

    def most_common(self, n: int | None = None) -> list[tuple[str, int]]:
        """Return the `n` (or all) words that occurred most often, with their counts; equals in the order of numbers."""
        ranked = sorted(self.cfs.items(), key=lambda item: (-item[1], item[0]))
        return [(self[number], count) for number, count in ranked[:n]]

    def __getitem__(self, number: int) -> str:
        if len(self.id2token) != len(self.token2id):
            self.id2token = {each: word for word, each in self.token2id.items()}
        return self.id2token[number]

    def __iter__(self) -> Iterator[int]:
        return iter(list(self.token2id.values()))

    def __len__(self) -> int:
        return len(self.token2id)

    def __str__(self) -> str:
        more = "..." if len(self) > 5 else ""
        return f"{type(self).__name__}<{len(self)} unique tokens: {[*islice(self.token2id, 5)]}{more}>"


class _NotProvided:
    """A method of gensim's class: an AttributeError, of the class and its instances, that says so."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: Any = None) -> NoReturn:
        raise AttributeError(
            f"npw2v's Dictionary has no {self._name}(): it has what word vectors need ({', '.join(_PROVIDED)}, and a "
            "mapping's methods). For the rest, use gensim in a process of its own"
        )


_PROVIDED = ("add_documents", "doc2bow", "doc2idx", "most_common")

for _name in (
    *("add_lifecycle_event", "compactify", "filter_extremes", "filter_n_most_frequent", "filter_tokens"),
    *("from_corpus", "from_documents", "iteritems", "iterkeys", "itervalues", "load", "load_from_text"),
    *("merge_with", "patch_with_special_tokens", "save", "save_as_text"),
):
    setattr(Dictionary, _name, _NotProvided(_name))


def _words(document: Iterable[Any]) -> list[str]:
    if isinstance(document, str):
        raise TypeError(f"expected a document as a list of words, got one string: {document[:40]!r}; split it first")
    return [word if isinstance(word, str) else str(word, "utf-8") for word in document]
