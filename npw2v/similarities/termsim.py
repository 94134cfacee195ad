"""Similar terms by word vectors, under gensim's path."""

from __future__ import annotations

from typing import NoReturn

from npw2v.compat.termsim import TermSimilarityIndex, UniformTermSimilarityIndex, WordEmbeddingSimilarityIndex

__all__ = ["TermSimilarityIndex", "UniformTermSimilarityIndex", "WordEmbeddingSimilarityIndex"]


def __getattr__(name: str) -> NoReturn:
    raise AttributeError(f"npw2v does not provide {__name__}.{name}; it provides {', '.join(__all__)}")
