"""`npw2v.phrases.phrases` under gensim's path."""

from npw2v.phrases.joining import _PhrasesTransformation
from npw2v.phrases.phrases import (
    ENGLISH_CONNECTOR_WORDS,
    NEGATIVE_INFINITY,
    FrozenPhrases,
    Phraser,
    Phrases,
    logger,
    npmi_scorer,
    original_scorer,
)

__all__ = [
    "ENGLISH_CONNECTOR_WORDS",
    "NEGATIVE_INFINITY",
    "FrozenPhrases",
    "Phraser",
    "Phrases",
    "_PhrasesTransformation",
    "logger",
    "npmi_scorer",
    "original_scorer",
]
