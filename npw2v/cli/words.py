"""Words that a user has typed: known to the vectors, or refused with what may have been meant."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from npw2v.vectors.keyedvectors import KeyedVectors

#: How many keys are compared with a misspelt word: the first ones, in most files the most frequent.
COMPARED = 100_000

#: How alike a suggestion must be, from 0 to 1.
ALIKE = 0.7


def check_known(vectors: KeyedVectors, words: Sequence[str]) -> None:
    """Raise unless the vectors have all words.

    Raises
    ------
    ValueError
        Names the words that are missing, each with words that may have been meant.
    """
    missing = [word for word in dict.fromkeys(words) if word not in vectors.key_to_index]
    if missing:
        raise ValueError("; ".join(unknown(vectors, word) for word in missing))


def unknown(vectors: KeyedVectors, word: str) -> str:
    """Say that a word is not there, and what may have been meant."""
    found = suggestions(vectors, word)
    meant = f": did you mean {' or '.join(map(repr, found))}?" if found else ", and none is spelled like it"
    return f"the word {word!r} is not among the {len(vectors):,} words{meant}"


def suggestions(vectors: KeyedVectors, word: str, most: int = 3) -> list[str]:
    """Return up to `most` words that are spelled like one, those in another case first."""
    cased = [each for each in (word.lower(), word.capitalize(), word.upper()) if each in vectors.key_to_index]
    first = [each for each in islice(vectors.index_to_key, COMPARED) if isinstance(each, str)]
    near = [each for each in first if abs(len(each) - len(word)) <= 3 and set(word.lower()) & set(each[:2].lower())]
    return list(dict.fromkeys([*cased, *difflib.get_close_matches(word, near, most, ALIKE)]))[:most]
