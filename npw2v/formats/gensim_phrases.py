"""Phrases that gensim saved, of versions 1 to 4, as plain values.

============  ==================================================================================================
up to 2       no scoring function: the default one
3             ``scoring`` is a function, or in between its name; ``common_terms``; words are UTF-8 bytes; what
              `Phraser` found is a dict of tuples of words, to (count, score) or to the score alone
4             ``connector_words``; words are str, and phrases their joined text
============  ==================================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from npw2v.checks import shown
from npw2v.errors import FormatError, NoModelError
from npw2v.formats.attributes import sort_attributes
from npw2v.formats.gensim import events, read_state
from npw2v.formats.opening import Source, label
from npw2v.formats.pickles import Name
from npw2v.logs import logger_of

logger = logger_of(__name__)

_KINDS = {"Phrases": "Phrases", "Phraser": "FrozenPhrases", "FrozenPhrases": "FrozenPhrases"}

_TAKEN_CARE_OF = {
    *("vocab", "phrasegrams", "scoring", "delimiter", "common_terms", "connector_words", "lifecycle_events"),
    *("is_input_bytes", "recode_to_utf8", "phrasegrams_size"),
}

#: What some version's Phrases do not have.
_DEFAULTS = {"max_vocab_size": 40000000, "min_reduce": 1, "progress_per": 10000, "corpus_word_count": 0}


def read(source: Source) -> tuple[str, dict[str, Any]]:
    """Read phrases that gensim saved.

    Parameters
    ----------
    source : path or binary file
        As for `npw2v.formats.gensim.read_state`.

    Returns
    -------
    kind : str
        "Phrases" or "FrozenPhrases".
    attributes : dict of str to object
        As gensim 4 would load them, but for the scoring function, which is its name, "default" or "npmi", and for
        connector words in bytes, which gensim leaves as they are: they match no word. Text that Python 2 wrote is read
        as UTF-8.

    Raises
    ------
    FormatError
        The file is damaged, or names something that is not allowed.
    NoModelError
        It holds something else.
    """
    record, where = read_state(source), label(source)
    home, _, name = record.name.rpartition(".")
    if home != "gensim.models.phrases" or name not in _KINDS:
        raise NoModelError(f"{where} holds no phrases but a {record.name}")
    kind, state = _KINDS[name], record.state
    from_python_2 = "connector_words" not in state and isinstance(state.get("delimiter"), str)

    def text(word: Any) -> str:
        if isinstance(word, bytes):
            return word.decode("utf8")
        if not isinstance(word, str):
            raise FormatError(f"{where}: {shown(word)} is no word")
        return _of_python_2(word) if from_python_2 else word

    try:
        delimiter = text(state["delimiter"])
        attributes = {
            **_plain_attributes(state, where),
            **{name: _number(state[name]) for name in ("min_count", "threshold")},
            "delimiter": delimiter,
            "scoring": _scoring(state, kind, where),
            "connector_words": _connector_words(state, kind, text),
        }
        if kind == "Phrases":
            attributes["vocab"] = {text(word): _number(count) for word, count in state["vocab"].items()}
        else:
            attributes["phrasegrams"] = _phrasegrams(state["phrasegrams"], delimiter, text)
    except (KeyError, AttributeError, TypeError, UnicodeDecodeError) as error:
        raise FormatError(f"{where} lacks a part of its phrases, or it is damaged: {error!r}") from error
    if kind == "Phrases" and "corpus_word_count" not in attributes:
        logger.warning("older version of Phrases loaded without corpus_word_count, which is 0 to scoring functions")
        attributes["corpus_word_count"] = 0
    if kind == "Phrases":
        attributes = {**_DEFAULTS, **attributes}
        for name in _DEFAULTS:
            if not isinstance(attributes[name], int | float):
                raise FormatError(f"{where}: {name} is {shown(attributes[name])}, expected a number")
    if isinstance(state.get("lifecycle_events"), list):
        attributes["lifecycle_events"] = events(state["lifecycle_events"])
    return kind, attributes


def _of_python_2(word: str) -> str:
    """Return the text whose UTF-8 was read as latin-1; what never was that stays as it is."""
    try:
        return word.encode("latin1").decode("utf8")
    except UnicodeError:
        return word


def _scoring(state: Mapping[str, Any], kind: str, where: str) -> str:
    saved = state.get("scoring")
    if saved is None:
        logger.warning("older version of %s loaded without scoring function: it is original_scorer", kind)
        return "default"
    if isinstance(saved, Name):
        return "npmi" if saved.name.endswith(".npmi_scorer") else "default"
    if saved not in ("default", "npmi"):
        raise FormatError(f"failed to load {kind} from {where}, unknown scoring {shown(saved)}")
    logger.warning("older version of %s loaded with %r scoring parameter: it is a function now", kind, saved)
    return str(saved)


def _connector_words(state: Mapping[str, Any], kind: str, text: Any) -> frozenset[str]:
    for name in ("connector_words", "common_terms"):
        if name in state:
            return frozenset(map(text, state[name]))
    logger.warning("loaded older version of %s, setting connector_words to an empty set", kind)
    return frozenset()


def _phrasegrams(saved: Mapping[Any, Any], delimiter: str, text: Any) -> dict[str, float]:
    return {
        delimiter.join(map(text, words)) if isinstance(words, tuple) else text(words): _number(
            score[1] if isinstance(score, tuple) else score
        )
        for words, score in saved.items()
    }


def _number(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if not isinstance(value, int | float):
        raise TypeError(f"{shown(value)} is no number")
    return value


def _plain_attributes(state: Mapping[str, Any], where: str) -> dict[str, Any]:
    others = ((name, each) for name, each in state.items() if name not in _TAKEN_CARE_OF and not name.startswith("_"))
    found = sort_attributes(others)
    for name, value in {**found.arrays, **found.refused}.items():
        logger.warning("%s: not loading attribute %s of type %s", where, name, type(value).__name__)
    return found.values
