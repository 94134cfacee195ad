"""Good settings by the size of a corpus, each with what was measured of it.

The figures are shares of analogy questions that were answered right: on 17 million words of Wikipedia
(`benchmarks/accuracy.py`), and on 30,000 words of the generated toy world, with the preset and with one setting of it
changed (`benchmarks/presets.py`). What was not measured has gensim's default, and says so.
"""

from __future__ import annotations

from typing import Any, NamedTuple

#: What is learnt from a small corpus grows with the passes over it. In all, so many words are seen, in 5 to 50 passes:
#: the two ends were measured.
_WORDS_SEEN = 50_000_000

HEADING = "settings by the size of the text; figures are shares of analogies answered right:"


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
    epochs = max(5, min(50, round(_WORDS_SEEN / max(words, 1))))
    return [
        Choice("sg", 1, "skip-gram .287, CBOW .242 on 17 million words; .35 and .24 on 30,000"),
        Choice("vector_size", 100, ".287 on 17 million words, 300 dimensions .274"),
        Choice("min_count", 2, ".35 on 30,000 words, with 5 .21")
        if words < 1_000_000
        else Choice("min_count", 5, "gensim's default"),
        Choice("negative", 10, ".35 on 30,000 words, with 5 .31")
        if words < 10_000_000
        else Choice("negative", 5, "gensim's default"),
        Choice("epochs", epochs, _passes(epochs)),
    ]


def _passes(epochs: int) -> str:
    if epochs == 50:
        return ".35 on 30,000 words, with 5 .05"
    if epochs == 5:
        return "gensim's default; .287 on 17 million words"
    return "between 50 for small texts (.35, with 5 .05) and 5 for large ones"
