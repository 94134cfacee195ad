"""`Dictionary`: numbers for the words of documents, which bags of words are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

from npw2v.compat.interfaces import VocabTransform
from npw2v.compat.tokens import to_unicode
from npw2v.errors import FormatError
from npw2v.formats.gensim import read_state
from npw2v.formats.opening import Source, label, open_for_reading, open_for_writing
from npw2v.formats.saveload import SaveLoad
from npw2v.formats.sniff import is_pickle
from npw2v.logs import logger_of

logger = logger_of(__name__)

__all__ = ["Dictionary"]

BagOfWords = list[tuple[int, int]]

_PROGRESS = 10_000  # documents between two looks at the number of words
_TABLES = ("cfs", "dfs")
_TOTALS = ("num_docs", "num_pos", "num_nnz")


class Dictionary(SaveLoad, Mapping[int, str]):
    """The words of some documents, numbered; a mapping of number to word.

    The new words of a document are numbered in alphabetical order, so the numbers are gensim's.

    Parameters
    ----------
    documents : iterable of iterables of str, optional
        Added by :meth:`add_documents`.
    prune_at : int, optional
        See there.

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

    def __init__(self, documents: Iterable[Iterable[str]] | None = None, prune_at: int | None = 2000000) -> None:
        self.token2id: dict[str, int] = {}
        self.id2token: dict[int, str] = {}
        self.cfs: dict[int, int] = {}
        self.dfs: dict[int, int] = {}
        self.num_docs = self.num_pos = self.num_nnz = 0
        if documents is not None:
            self.add_documents(documents, prune_at=prune_at)

    @staticmethod
    def from_documents(documents: Iterable[Iterable[str]]) -> Dictionary:
        """Return a dictionary of documents, as the constructor does."""
        return Dictionary(documents)

    @staticmethod
    def from_corpus(corpus: Iterable[Any], id2word: Mapping[int, str] | None = None) -> Dictionary:
        """Return a dictionary of documents that are bags of words already.

        Parameters
        ----------
        corpus : iterable of lists of (number, count)
            The documents.
        id2word : mapping of int to str, optional
            The words; by default each number up to the largest, as text.
        """
        made, largest = Dictionary(), -1
        for document in corpus:
            made.num_docs += 1
            made.num_nnz += len(document)
            for number, count in document:
                largest = max(number, largest)
                made.num_pos += count
                made.dfs[number] = made.dfs.get(number, 0) + 1
        words = {each: str(each) for each in range(largest + 1)} if id2word is None else id2word
        made.token2id = {to_unicode(word): number for number, word in words.items()}
        for number in made.token2id.values():
            made.dfs.setdefault(number, 0)
        return made

    # ---- documents

    def add_documents(self, documents: Iterable[Iterable[str]], prune_at: int | None = 2000000) -> None:
        """Give a number to each new word of documents and count all words.

        Parameters
        ----------
        documents : iterable of iterables of str
            Each document as its words.
        prune_at : int, optional
            When there are more words than this, which is looked at every 10,000 documents, keep as many that are in the
            most documents and number them anew. None keeps all.
        """
        for number, document in enumerate(documents):
            if number % _PROGRESS == 0:
                if prune_at is not None and len(self) > prune_at:
                    self.filter_extremes(no_below=0, no_above=1.0, keep_n=prune_at)
                logger.info("adding document #%i to %s", number, self)
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
        found = {self.token2id[word]: count for word, count in counts.items() if word in self.token2id}
        if allow_update:
            self.num_docs += 1
            self.num_pos += counts.total()
            self.num_nnz += len(found)
            for number, count in found.items():
                self.cfs[number] = self.cfs.get(number, 0) + count
                self.dfs[number] = self.dfs.get(number, 0) + 1
        bag: BagOfWords = sorted(found.items())
        return (bag, missing) if return_missing else bag

    def doc2idx(self, document: Iterable[Any], unknown_word_index: int = -1) -> list[int]:
        """Return the number of each word of a document, `unknown_word_index` for those without one."""
        return [self.token2id.get(word, unknown_word_index) for word in _words(document)]

    def most_common(self, n: int | None = None) -> list[tuple[str, int]]:
        """Return the `n` (or all) words that occurred most often, with their counts; equals in the order of numbers."""
        ranked = sorted(self.cfs.items(), key=lambda item: (-item[1], item[0]))
        return [(self[number], count) for number, count in ranked[:n]]

    # ---- which words stay

    def filter_extremes(
        self,
        no_below: int = 5,
        no_above: float = 0.5,
        keep_n: int | None = 100000,
        keep_tokens: Iterable[str] | None = None,
    ) -> None:
        """Keep the words that are neither in too few documents nor in too many, and number them anew.

        Parameters
        ----------
        no_below : int
            Words must be in at least this many documents.
        no_above : float
            And in at most this part of all.
        keep_n : int, optional
            Of these keep those that are in the most documents; None keeps all.
        keep_tokens : iterable of str, optional
            Words that come first in any case.
        """
        most = int(no_above * self.num_docs)
        always = {self.token2id[word] for word in keep_tokens or () if word in self.token2id}
        found = {number: self.num_docs if number in always else self.dfs.get(number, 0) for number in self.keys()}
        kept = [number for number, count in found.items() if no_below <= count <= most or number in always]
        kept.sort(key=found.__getitem__, reverse=True)
        kept = kept[:keep_n]
        logger.info("discarding %i tokens", len(self) - len(kept))
        self.filter_tokens(good_ids=kept)
        logger.info("resulting dictionary: %s", self)

    def filter_n_most_frequent(self, remove_n: int) -> None:
        """Remove the `remove_n` words that are in the most documents, and number the others anew."""
        self.filter_tokens(bad_ids=sorted(self.keys(), key=lambda number: -self.dfs.get(number, 0))[:remove_n])
        logger.info("resulting dictionary: %s", self)

    def filter_tokens(self, bad_ids: Iterable[int] | None = None, good_ids: Iterable[int] | None = None) -> None:
        """Remove some words, or all but some, and number the others anew.

        Parameters
        ----------
        bad_ids : iterable of int, optional
            The numbers of words to remove.
        good_ids : iterable of int, optional
            The numbers of words to keep.
        """
        bad = set() if bad_ids is None else set(bad_ids)
        good = None if good_ids is None else set(good_ids)

        def stays(number: int) -> bool:
            return number not in bad and (good is None or number in good)

        self.token2id = {word: number for word, number in self.token2id.items() if stays(number)}
        self.cfs = {number: count for number, count in self.cfs.items() if stays(number)}
        self.dfs = {number: count for number, count in self.dfs.items() if stays(number)}
        self.compactify()

    def compactify(self) -> None:
        """Give the words new numbers, in the order of those they have, without gaps."""
        new = {number: position for position, number in enumerate(sorted(self.token2id.values()))}
        self.token2id = {word: new[number] for word, number in self.token2id.items()}
        self.id2token = {}
        self.cfs = {new[number]: count for number, count in self.cfs.items() if number in new}
        self.dfs = {new[number]: count for number, count in self.dfs.items() if number in new}

    def patch_with_special_tokens(self, special_token_dict: Mapping[str, int]) -> None:
        """Give words numbers of one's choice; the words that had them get others.

        Examples
        --------
        >>> dictionary = Dictionary([["graph", "trees"]])
        >>> dictionary.patch_with_special_tokens({"<pad>": 0})
        >>> dictionary.token2id
        {'graph': 2, 'trees': 1, '<pad>': 0}
        """
        free: list[int] = []
        words = {number: word for word, number in self.token2id.items()}
        for word, number in special_token_dict.items():
            if self.token2id.get(word) == number:
                continue
            if word in self.token2id:
                free.append(self.token2id[word])
                del words[self.token2id.pop(word)]
            displaced = words[number]
            self.token2id[word] = number
            self.token2id[displaced] = free.pop() if free else len(self.token2id) - 1
            words |= {number: word, self.token2id[displaced]: displaced}
        self.id2token = {}

    def merge_with(self, other: Mapping[int, str]) -> VocabTransform:
        """Add the words of another dictionary, or of any mapping of number to word.

        Its counts of documents are added, too; how often words occurred (`cfs`) is not, as in gensim.

        Returns
        -------
        VocabTransform
            Makes of bags of words with the other's numbers those with the numbers of this one.
        """
        new, counts = {}, getattr(other, "dfs", {})
        for number, word in other.items():
            if word not in self.token2id:
                self.dfs[len(self.token2id)] = 0
                self.token2id[word] = len(self.token2id)
            new[number] = mine = self.token2id[word]
            if number in counts and mine in self.dfs:
                self.dfs[mine] += counts[number]
        if all(hasattr(other, name) for name in _TOTALS):
            for name in _TOTALS:
                setattr(self, name, getattr(self, name) + getattr(other, name))
        return VocabTransform(new)

    # ---- files

    def save_as_text(self, fname: Source, sort_by_word: bool = True) -> None:
        """Write the words to a text file: the number of documents, then a line ``number TAB word TAB documents`` each.

        Parameters
        ----------
        fname : path or binary file
            ``.gz`` and ``.bz2`` compress.
        sort_by_word : bool
            In the order of words; False for those in the most documents first.

        Raises
        ------
        ValueError
            A word has a tab or a line break in it. Nothing is written.
        """
        if sort_by_word:
            rows = [(number, word, self.dfs.get(number, 0)) for word, number in sorted(self.token2id.items())]
        else:
            ranked = sorted(self.dfs.items(), key=lambda item: -item[1])
            rows = [(number, self[number], count) for number, count in ranked]
        for _, word, _ in rows:
            if "\t" in word or "\n" in word:
                raise ValueError(f"cannot write {word!r} to a line of text: it has a tab or a line break; use save()")
        text = "".join(f"{int(number)}\t{word}\t{int(count)}\n" for number, word, count in rows)
        with open_for_writing(fname) as file:
            file.write(f"{int(self.num_docs)}\n{text}".encode())

    @staticmethod
    def load_from_text(fname: Source) -> Dictionary:
        """Read what `save_as_text` wrote.

        Raises
        ------
        FormatError
            A line is none of its kind; a subclass of `ValueError`.
        KeyError
            A word has two numbers.
        """
        loaded = Dictionary()
        with open_for_reading(fname) as file:
            for position, line in enumerate(file):
                text = to_unicode(line)
                if position == 0 and text.strip().isdigit():
                    loaded.num_docs = int(text)
                    continue
                if position == 0:
                    logger.warning("Text does not contain num_docs on the first line.")
                loaded._add_line(text.removesuffix("\n"), f"{label(fname)}, line {position + 1}")
        return loaded

    def _add_line(self, text: str, where: str) -> None:
        try:
            number_text, word, count_text = text.split("\t")
            number, count = int(number_text), int(count_text)
        except ValueError as error:
            raise FormatError(
                f"{where}: expected number, word and count with tabs between, got {text[:60]!r}"
            ) from error
        if word in self.token2id:
            raise KeyError(f"{where}: {word!r} is defined as number {number} and as number {self.token2id[word]}")
        self.token2id[word], self.dfs[number] = number, count

    @classmethod
    def load(cls, fname: Source, mmap: str | None = None) -> Dictionary:
        """Read what `save` wrote, here or in gensim.

        Of gensim's pickle nothing is run: see `npw2v.formats.pickles`.

        Parameters
        ----------
        fname : path or binary file
            The file.
        mmap : {None, "r", "c"}
            As for `SaveLoad.load`.

        Raises
        ------
        FormatError
            The file is damaged, or holds something else.
        """
        return cls._from_gensim(fname) if is_pickle(fname) else super().load(fname, mmap)

    @classmethod
    def _from_gensim(cls, fname: Source) -> Dictionary:
        record, where = read_state(fname), label(fname)
        if record.name != "gensim.corpora.dictionary.Dictionary":
            raise FormatError(f"{where} holds no Dictionary but a {record.name}")
        loaded, state = cls(), record.state
        try:
            loaded.token2id = {_text(word): _number(number) for word, number in state["token2id"].items()}
            for name in _TABLES:  # gensim 3 counted documents only
                counts = {_number(number): _number(count) for number, count in state.get(name, {}).items()}
                setattr(loaded, name, counts)
            for name in _TOTALS:
                setattr(loaded, name, _number(state.get(name, 0)))
        except (KeyError, AttributeError, TypeError, UnicodeDecodeError) as error:
            raise FormatError(f"{where} lacks a part of a Dictionary, or it is damaged: {error!r}") from error
        if state.get("id2token"):
            loaded.id2token = {number: word for word, number in loaded.token2id.items()}
        loaded.add_lifecycle_event("loaded", fname=where)
        return loaded

    def to_stored(self, attributes: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        """Turn the mappings into a list of words, and arrays of numbers."""
        words = attributes.pop("token2id")
        attributes["id2token"] = bool(attributes["id2token"])
        for name in _TABLES:
            table = attributes.pop(name)
            attributes |= {f"{name}.numbers": np.array(list(table), np.int64), f"{name}.counts": list(table.values())}
            attributes[f"{name}.counts"] = np.array(attributes[f"{name}.counts"] or [], None if table else np.int64)
        for name in _TOTALS:
            attributes[name] = _number(attributes[name])
        return {**attributes, "words": list(words), "numbers": np.array(list(words.values()), np.int64)}.items()

    def from_stored(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Turn the list of words and the arrays into mappings."""
        stored["token2id"] = dict(zip(stored.pop("words"), stored.pop("numbers").tolist(), strict=True))
        for name in _TABLES:
            numbers, counts = stored.pop(f"{name}.numbers"), stored.pop(f"{name}.counts")
            stored[name] = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
        numbered = stored["id2token"]
        stored["id2token"] = {number: word for word, number in stored["token2id"].items()} if numbered else {}
        return stored

    # ---- a mapping

    def __getitem__(self, number: int) -> str:
        if len(self.id2token) != len(self.token2id):
            self.id2token = {each: word for word, each in self.token2id.items()}
        return self.id2token[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self.keys())

    iterkeys = __iter__

    def keys(self) -> list[int]:  # type: ignore[override]
        """Return the numbers of all words."""
        return list(self.token2id.values())

    def iteritems(self) -> Iterable[tuple[int, str]]:
        """Return what `items` does."""
        return self.items()

    def itervalues(self) -> Iterable[str]:
        """Return what `values` does."""
        return self.values()

    def __len__(self) -> int:
        return len(self.token2id)

    def __str__(self) -> str:
        more = "..." if len(self) > 5 else ""
        return f"{type(self).__name__}<{len(self)} unique tokens: {[*islice(self.token2id, 5)]}{more}>"


def _words(document: Iterable[Any]) -> list[str]:
    if isinstance(document, str):
        raise TypeError(f"expected a document as a list of words, got one string: {document[:40]!r}; split it first")
    return [word if isinstance(word, str) else str(word, "utf-8") for word in document]


def _text(word: Any) -> str:
    if not isinstance(word, str | bytes):
        raise TypeError(f"{word!r} is no word")
    return to_unicode(word)


def _number(value: Any) -> Any:
    """Return a number as Python's own: bags of words may have NumPy's."""
    if isinstance(value, np.generic):
        value = value.item()
    if not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return value
