"""`npw2v.compat.tfidf` under gensim's path."""

from npw2v.compat.refused import rest_of
from npw2v.compat.tfidf import (
    TfidfModel,
    df2idf,
    logger,
    precompute_idfs,
    resolve_weights,
    smartirs_wglobal,
    smartirs_wlocal,
)

__all__ = [
    "TfidfModel",
    "df2idf",
    "logger",
    "precompute_idfs",
    "resolve_weights",
    "smartirs_wglobal",
    "smartirs_wlocal",
]

__getattr__ = rest_of(__name__, __all__)
