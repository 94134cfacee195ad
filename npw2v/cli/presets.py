"""Good settings by the size of a corpus, each with its reason."""

from __future__ import annotations

from typing import Any, NamedTuple

#: What is learnt from a small corpus grows with the passes over it, until so many words have been seen.
_WORDS_SEEN = 50_000_000


class Choice(NamedTuple):
    """A parameter of `npw2v.Word2Vec`, and why it has its value."""

    name: str
    value: Any
    why: str


def choices(words: int) -> list[Choice]:
    """Choose settings for a corpus.

    Parameters
    ----------
    words : int
        How many words it has, repeated ones included.

    Examples
    --------
    >>> [f"{choice.name}={choice.value}" for choice in choices(500_000)]
    ['sg=1', 'vector_size=100', 'min_count=2', 'negative=10', 'epochs=50']
    >>> [f"{choice.name}={choice.value}" for choice in choices(17_000_000)]
    ['sg=1', 'vector_size=100', 'min_count=5', 'negative=5', 'epochs=5']
    """
    small, large = words < 10_000_000, words >= 1_000_000_000
    epochs = max(5, min(50, round(_WORDS_SEEN / max(words, 1)))) if not large else 3
    return [
        Choice("sg", 1, "skip-gram scores higher than CBOW: .287 and .242 in analogies on 17 million words")
        if not large
        else Choice("sg", 0, "CBOW, which is faster: there is text enough"),
        Choice("vector_size", 100, "300 dimensions are no better on 17 million words: .274 and .287")
        if words < 100_000_000
        else Choice("vector_size", 300, "from 100 million words on there is text enough for 300 dimensions"),
        Choice("min_count", 2, "in a small corpus words that occur twice are worth keeping")
        if words < 1_000_000
        else Choice("min_count", 5 if not large else 10, "vectors of rarer words are mostly noise"),
        Choice("negative", 10, "small corpora gain from more noise words: 5 to 20 (Mikolov et al., 2013)")
        if small
        else Choice("negative", 5, "large corpora need few noise words: 2 to 5 (Mikolov et al., 2013)"),
        Choice("epochs", epochs, f"{_WORDS_SEEN:,} words in all, in 5 to 50 passes" if not large else "3 are enough"),
    ]
