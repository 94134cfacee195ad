"""Finding phrases in sentences and joining them: what `Phrases` and `FrozenPhrases` have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import Any, TypeAlias

import numpy as np

from npw2v.checks import shown
from npw2v.corpus.checks import same_every_pass
from npw2v.formats import gensim_phrases
from npw2v.formats.archive import pack_keys, unpack_keys, with_prefix, without_prefix
from npw2v.formats.opening import Source, label
from npw2v.formats.saveload import SaveLoad, with_subclasses
from npw2v.formats.sniff import is_pickle
from npw2v.phrases.counting import ends_of_candidates
from npw2v.phrases.scorers import MissingScorer, Scorer, checked_scorer, describe_scorer, find_scorer

#: A phrase in a sentence: the number of the candidate, its text and its score.
Found: TypeAlias = tuple[int, str, float]

#: Parameters of gensim 3 → their names since.
RENAMED = {"common_terms": "connector_words"}


def _is_single(sentence: Iterable[Any]) -> tuple[bool, Iterable[Any]]:
    """Tell whether this is one sentence, not a corpus, and return it with the item that it took to know.

    It is a sentence if its first item is a str or there is none.
    """
    items = iter(sentence)
    try:
        first = next(items)
    except StopIteration:
        return True, ()
    return isinstance(first, str), chain([first], items) if items is sentence else sentence


class PhrasedCorpus:
    """A corpus whose phrases are joined as it is read; it can be read as often as the corpus can.

    Parameters
    ----------
    phrases : Phrases or FrozenPhrases
        What joins them.
    corpus : iterable of iterables of str
        The sentences.
    """

    def __init__(self, phrases: _PhrasesTransformation, corpus: Iterable[Any]) -> None:
        self.obj, self.corpus = phrases, corpus

    @property
    def same_every_pass(self) -> bool:
        """See :func:`npw2v.corpus.checks.same_every_pass`."""
        return same_every_pass(self.corpus)

    def __iter__(self) -> Iterator[Any]:
        return map(self.obj.__getitem__, self.corpus)

    def __len__(self) -> int:
        return len(self.corpus)  # type: ignore[arg-type]

    def __getitem__(self, position: Any) -> Any:
        if not hasattr(self.corpus, "__getitem__"):
            raise RuntimeError(f"a {type(self.corpus).__name__} has no sentence by its number: iterate over it")
        return self.obj[self.corpus[position]]


class _PhrasesTransformation(SaveLoad):
    """What `Phrases` and `FrozenPhrases` have in common: to find phrases by `score_candidate`."""

    #: Which attribute is a dict of text to number.
    _table = ""

    #: Which attributes are numbers.
    _numbers: tuple[str, ...] = ()

    #: The scoring function; None where frozen phrases were loaded without theirs.
    scoring: Any

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Raise TypeError for a parameter by its old name."""
        if cls.__init__.__module__ == f"{__package__}.phrases":  # a subclass's own constructor may have such a name
            for old in RENAMED.keys() & kwargs.keys():
                raise TypeError(f"{cls.__name__}() got {old}=, which is called {RENAMED[old]}= since gensim 4")
        return super().__new__(cls)

    def __init__(self, connector_words: Iterable[str]) -> None:
        self.connector_words = frozenset(connector_words)

    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str | None, float | None]:
        """Return the text and score of a phrase, or (None, None) if the words are none.

        Parameters
        ----------
        word_a, word_b : str
            The first and last word.
        in_between : list of str
            Connector words between them.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say what a phrase is: define score_candidate()")

    def analyze_sentence(self, sentence: Iterable[str]) -> Iterator[tuple[str, float | None]]:
        """Yield the tokens of a sentence: (phrase, score) for each phrase, (word, None) for every other word.

        From left to right; the word that ends a phrase does not begin another.
        """
        words, position = list(sentence), 0
        for start, end, phrase, score in self._phrases_in(words):
            yield from zip(words[position:start], repeat(None), strict=False)
            yield phrase, score
            position = end
        yield from zip(words[position:], repeat(None), strict=False)

    def _phrases_in(self, words: Sequence[str]) -> Iterator[tuple[int, int, str, float]]:
        """Yield, for each phrase, the positions of its first word and after its last, its text and its score."""
        ends = ends_of_candidates(words, self.connector_words)
        free = 0  # the first candidate that begins after the last phrase
        for candidate, phrase, score in self._scored(words, ends):
            if candidate >= free:
                yield ends[candidate], ends[candidate + 1] + 1, phrase, score
                free = candidate + 2

    def _scored(self, words: Sequence[str], ends: Sequence[int]) -> Iterable[Found]:
        """Give each candidate that is a phrase, also those that overlap."""
        for candidate, (start, end) in enumerate(zip(ends, ends[1:], strict=False)):
            phrase, score = self.score_candidate(words[start], words[end], list(words[start + 1 : end]))
            if phrase is not None and score is not None:
                yield candidate, phrase, score

    def __getitem__(self, sentence: Iterable[Any]) -> Any:
        """Join the phrases of a sentence, or of all sentences of a corpus.

        Parameters
        ----------
        sentence : iterable of str or of iterables of str
            A sentence's first item is a str.

        Returns
        -------
        list of str or PhrasedCorpus
            The corpus is read when the result is iterated.
        """
        is_single, sentence = _is_single(sentence)
        if not is_single:
            return PhrasedCorpus(self, sentence)
        if type(self).analyze_sentence is not _PhrasesTransformation.analyze_sentence:
            return [token for token, _ in self.analyze_sentence(sentence)]
        words, position = list(sentence), 0
        tokens: list[str] = []
        for start, end, phrase, _ in self._phrases_in(words):
            tokens += words[position:start]
            tokens.append(phrase)
            position = end
        return tokens + words[position:]

    def find_phrases(self, sentences: Iterable[Iterable[str]]) -> dict[str, float]:
        """Return the phrases that occur in sentences, each with its score, in order of first appearance."""
        tokens = chain.from_iterable(map(self.analyze_sentence, sentences))
        return {phrase: score for phrase, score in tokens if score is not None}

    # ---- files

    @classmethod
    def load(cls, fname: Source, mmap: str | None = None, *, scoring: Scorer | None = None) -> Any:
        """Read what `save` wrote, here or in any version of gensim; nothing in the file is executed.

        Parameters
        ----------
        fname : path or binary file
            What `save` was given.
        mmap : {None, "r", "c"}
            Makes no difference: what is read becomes a dict.
        scoring : callable, optional
            The scoring function, in place of the one that was saved. A function of one's own is not stored, but found
            again by its name if the module that it belongs to has been imported.

        Returns
        -------
        Phrases or FrozenPhrases
            Whichever was saved.

        Raises
        ------
        FormatError
            The file is damaged or holds something else.
        ValueError
            The scoring function of a `Phrases` is not to be found, and none was given.
        """
        if is_pickle(fname):
            kind, attributes = gensim_phrases.read(fname)
            home = next(each for each in with_subclasses(_PhrasesTransformation) if each.__name__ == kind)
            loaded = home.__new__(home)
            vars(loaded).update(attributes, scoring=find_scorer(attributes["scoring"]))
            loaded.add_lifecycle_event("loaded", fname=label(fname))
        else:
            loaded = super().load(fname, mmap)
        if scoring is not None:
            loaded.scoring = checked_scorer(scoring)
        if isinstance(loaded.scoring, MissingScorer):
            loaded._do_without_scoring(
                f"{label(fname)} was saved with the scoring function {loaded.scoring.name}, which is not stored: "
                "import the module that has it before loading, or give it to load(..., scoring=)"
            )
        return loaded

    def _do_without_scoring(self, message: str) -> None:
        raise ValueError(message)

    @classmethod
    def _loadable(cls) -> Iterable[type[Any]]:
        return chain(super()._loadable(), with_subclasses(_PhrasesTransformation))

    def to_stored(self, attributes: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        """Turn the dict into arrays, the connector words into a list, the scoring function into its name."""
        if "scoring" in attributes:
            attributes["scoring"] = describe_scorer(attributes["scoring"])
        if attributes.get("connector_words") is not None:
            attributes["connector_words"] = sorted(attributes["connector_words"])
        table = attributes.pop(self._table, None)
        if table is not None:
            attributes |= with_prefix(f"{self._table}.", pack_keys(list(table)))
            attributes[f"{self._table}.numbers"] = np.array(list(table.values()) or np.zeros(0, np.int64))
        return attributes.items()

    def from_stored(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Undo `to_stored`."""
        prefix = f"{self._table}."
        packed = without_prefix(prefix, stored)
        attributes: dict[str, Any] = {name: each for name, each in stored.items() if not name.startswith(prefix)}
        if packed:
            numbers = packed.pop("numbers").tolist()
            attributes[self._table] = dict(zip(unpack_keys(packed), numbers, strict=True))
        if attributes["connector_words"] is not None:
            attributes["connector_words"] = frozenset(attributes["connector_words"])
        attributes["scoring"] = find_scorer(attributes["scoring"])
        self._check_stored(attributes)
        return attributes

    def _check_stored(self, attributes: Mapping[str, Any]) -> None:
        """Raise TypeError or KeyError unless a file has what phrases need, of the right types."""
        if not isinstance(attributes["delimiter"], str | None):
            raise TypeError(f"delimiter is {shown(attributes['delimiter'])}")
        if not all(isinstance(word, str) for word in attributes["connector_words"] or ()):
            raise TypeError("connector_words are no words")
        for name in self._numbers:
            if not isinstance(attributes[name], int | float | None):
                raise TypeError(f"{name} is {shown(attributes[name])}")
        for text, number in (attributes[self._table] or {}).items():
            if not isinstance(text, str) or not isinstance(number, int | float):
                raise TypeError(f"{self._table} has {shown(text)}: {shown(number)}")
