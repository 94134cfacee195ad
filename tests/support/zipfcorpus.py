"""A corpus of sixty words, the frequent ones often, and models trained on it."""

from __future__ import annotations

import numpy as np

from npw2v import Word2Vec

SEED_WORDS = [f"w{i}" for i in range(60)]


def random_corpus(sentences=400, seed=0, vocabulary=SEED_WORDS, longest=20):
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, len(vocabulary) + 1)
    weights /= weights.sum()
    return [
        [vocabulary[i] for i in rng.choice(len(vocabulary), size=rng.integers(0, longest + 1), p=weights)]
        for _ in range(sentences)
    ]


def train(**parameters):
    parameters = {"vector_size": 12, "min_count": 1, "epochs": 2, "seed": 3, "sample": 0.01, **parameters}
    return Word2Vec(random_corpus(), **parameters)


def weights(model):
    outputs = [getattr(model, name) for name in ("syn1neg", "syn1") if hasattr(model, name)]
    return b"".join(table.tobytes() for table in [model.wv.vectors, *outputs])
