"""Collocations: counting, scoring, joining."""

from npw2v.phrases.phrases import (
    ENGLISH_CONNECTOR_WORDS,
    NEGATIVE_INFINITY,
    FrozenPhrases,
    Phraser,
    Phrases,
    npmi_scorer,
    original_scorer,
)

__all__ = [
    "ENGLISH_CONNECTOR_WORDS",
    "NEGATIVE_INFINITY",
    "FrozenPhrases",
    "Phraser",
    "Phrases",
    "npmi_scorer",
    "original_scorer",
]
