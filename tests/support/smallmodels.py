"""A corpus of nine sentences, and models of its twelve words."""

from __future__ import annotations

from npw2v import Word2Vec

TEXTS = [
    ["human", "interface", "computer"],
    ["survey", "user", "computer", "system", "response", "time"],
    ["eps", "user", "interface", "system"],
    ["system", "human", "system", "eps"],
    ["user", "response", "time"],
    ["trees"],
    ["graph", "trees"],
    ["graph", "minors", "trees"],
    ["graph", "minors", "survey"],
]
SMALL = {"vector_size": 6, "min_count": 1, "sample": 0}


def built(**parameters):
    model = Word2Vec(**{**SMALL, **parameters})
    model.build_vocab(TEXTS)
    return model


def train(model, texts=TEXTS, epochs=2, **options):
    return model.train(texts, total_examples=len(texts), epochs=epochs, **options)


def weights(model):
    """All that training changes, as bytes."""
    tables = (getattr(model, name, None) for name in ("syn1neg", "syn1"))
    return model.wv.vectors.tobytes() + b"".join(table.tobytes() for table in tables if table is not None)


def state(model):
    """All of a model but its log of events."""
    apart = ("wv", "syn1neg", "syn1", "lifecycle_events")
    kept = {name: value for name, value in vars(model).items() if name not in apart}
    kept["cum_table"] = None if model.cum_table is None else model.cum_table.tolist()
    kept["history"], kept["raw_vocab"] = list(model.history), dict(model.raw_vocab or {})
    words = list(model.wv.index_to_key), dict(model.wv.key_to_index), model.wv.expandos["count"].tolist()
    return kept, words, weights(model)
