"""Approximate nearest neighbours (`annoy`, `nmslib`) and similar terms (`termsim`), under gensim's paths."""

from __future__ import annotations

from typing import NoReturn

from npw2v.similarities.termsim import TermSimilarityIndex, UniformTermSimilarityIndex, WordEmbeddingSimilarityIndex

__all__ = ["TermSimilarityIndex", "UniformTermSimilarityIndex", "WordEmbeddingSimilarityIndex"]


def __getattr__(name: str) -> NoReturn:
    raise AttributeError(
        f"npw2v does not provide {__name__}.{name}; it provides {', '.join(__all__)}, and the modules annoy and nmslib"
    )
