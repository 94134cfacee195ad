"""npw2v's and gensim's model side by side, and what to compare of them."""

from __future__ import annotations

from typing import Any

import gensim.models
import numpy as np

import npw2v

Ours, Theirs = npw2v.Word2Vec, gensim.models.Word2Vec

MORE_TEXTS = [
    ["computer", "artificial", "intelligence"],
    ["artificial", "trees"],
    ["human", "intelligence"],
    ["artificial", "graph"],
    ["intelligence"],
    ["artificial", "intelligence", "system"],
]


def rule(word: str, count: int, min_count: int) -> int:
    """Trim: drops some words, keeps some others, and leaves the rest to their counts."""
    if word in ("human", "the"):
        return npw2v.RULE_DISCARD
    return npw2v.RULE_KEEP if word in ("minors", "australia") else npw2v.RULE_DEFAULT


def vocabulary(model: Any) -> dict[str, Any]:
    """Everything that building a vocabulary decides."""
    expandos = model.wv.expandos
    return {
        "index_to_key": list(model.wv.index_to_key),
        "key_to_index": dict(model.wv.key_to_index),
        "count": list(expandos.get("count", [])),
        "sample_int": list(expandos.get("sample_int", [])),
        "cum_table": None if model.cum_table is None else model.cum_table.tolist(),
        "effective_min_count": model.effective_min_count,
        "min_count": model.min_count,
        "sample": model.sample,
        "corpus_count": model.corpus_count,
        "corpus_total_words": model.corpus_total_words,
        "raw_vocab": dict(model.raw_vocab or {}),
        "vectors": model.wv.vectors.tobytes(),
        "syn1neg": getattr(model, "syn1neg", np.zeros(0)).tobytes(),
        "syn1": getattr(model, "syn1", np.zeros(0)).tobytes(),
        "tree": [[list(path) for path in expandos.get(name, [])] for name in ("point", "code")],
    }


def pair(**parameters: Any) -> tuple[Any, Any]:
    """Make a model of each kind with the same parameters."""
    return tuple(model_class(**{"vector_size": 5, **parameters}) for model_class in (Ours, Theirs))
