"""Similar terms by word vectors, under gensim's path."""

from __future__ import annotations

from npw2v.compat.refused import rest_of
from npw2v.compat.termmatrix import SparseTermSimilarityMatrix
from npw2v.compat.termsim import TermSimilarityIndex, UniformTermSimilarityIndex, WordEmbeddingSimilarityIndex

__all__ = [
    "SparseTermSimilarityMatrix",
    "TermSimilarityIndex",
    "UniformTermSimilarityIndex",
    "WordEmbeddingSimilarityIndex",
]

__getattr__ = rest_of(__name__, __all__)
