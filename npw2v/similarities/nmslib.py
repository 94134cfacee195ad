"""`npw2v.vectors.indexers.nmslib` under gensim's path."""

from npw2v.compat.refused import rest_of
from npw2v.vectors.indexers.nmslib import NmslibIndexer

__all__ = ["NmslibIndexer"]

__getattr__ = rest_of(__name__, __all__)
