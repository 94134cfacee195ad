"""Collocations: counting, scoring, joining."""

from npw2v.phrases.phrases import FrozenPhrases, Phrases

__all__ = ["FrozenPhrases", "Phrases"]
