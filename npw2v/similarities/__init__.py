"""Approximate nearest neighbours (`annoy`, `nmslib`) and similar terms (`termsim`), under gensim's paths."""

from __future__ import annotations

from npw2v.compat.refused import rest_of
from npw2v.similarities.termsim import TermSimilarityIndex, UniformTermSimilarityIndex, WordEmbeddingSimilarityIndex

__all__ = ["TermSimilarityIndex", "UniformTermSimilarityIndex", "WordEmbeddingSimilarityIndex"]

__getattr__ = rest_of(__name__, [*__all__, "and the modules annoy and nmslib"])
