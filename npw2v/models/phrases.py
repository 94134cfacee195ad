"""`npw2v.phrases` under gensim's path."""

from npw2v.phrasejoin import _PhrasesTransformation
from npw2v.phrases import (
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
