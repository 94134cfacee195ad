"""Nearest neighbours (`annoy`, `nmslib`), similar terms (`termsim`) and documents (`docsim`), under gensim's paths."""

from __future__ import annotations

from npw2v.compat.refused import rest_of
from npw2v.similarities.docsim import SoftCosineSimilarity, WmdSimilarity
from npw2v.similarities.termsim import (
    SparseTermSimilarityMatrix,
    TermSimilarityIndex,
    UniformTermSimilarityIndex,
    WordEmbeddingSimilarityIndex,
)

__all__ = [
    "SoftCosineSimilarity",
    "SparseTermSimilarityMatrix",
    "TermSimilarityIndex",
    "UniformTermSimilarityIndex",
    "WmdSimilarity",
    "WordEmbeddingSimilarityIndex",
]

__getattr__ = rest_of(__name__, [*__all__, "and the modules annoy and nmslib"])
