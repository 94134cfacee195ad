"""A corpus of words that come in groups: each of a group is said with others of its group, and with nothing else."""

from __future__ import annotations

import numpy as np
from gensim.models import Word2Vec

GROUPS = {
    "animals": ["cat", "dog", "horse", "cow", "goat", "sheep", "hen", "duck"],
    "colors": ["red", "green", "blue", "yellow", "brown", "black", "white", "grey"],
    "tools": ["hammer", "saw", "drill", "file", "axe", "plane", "wrench", "chisel"],
    "food": ["bread", "cheese", "apple", "soup", "rice", "bean", "onion", "plum"],
}


def sentences(count: int = 1200, seed: int = 1) -> list[list[str]]:
    """Return sentences of five words of one group each, the groups in turn."""
    rng, groups = np.random.default_rng(seed), list(GROUPS.values())
    return [list(map(str, rng.choice(groups[number % len(groups)], 5, replace=False))) for number in range(count)]


def trained(seed: int = 1) -> Word2Vec:
    """Return a model of them that knows the groups apart."""
    return Word2Vec(sentences(), vector_size=16, min_count=1, sample=0, epochs=10, sg=1, seed=seed)
