"""`npw2v.training.callbacks` under gensim's path."""

from __future__ import annotations

from typing import NoReturn

from npw2v.training.callbacks import CallbackAny2Vec

__all__ = ["CallbackAny2Vec"]

_OF_TOPIC_MODELS = {
    *("Callback", "CoherenceMetric", "ConvergenceMetric", "DiffMetric", "Metric", "PerplexityMetric"),
    "VISDOM_INSTALLED",
}


def __getattr__(name: str) -> NoReturn:
    what = "belongs to gensim's topic models, which npw2v does not have" if name in _OF_TOPIC_MODELS else "is unknown"
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}: it {what}. It has CallbackAny2Vec")
