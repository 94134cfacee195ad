"""`npw2v.vectors.indexers.nmslib` under gensim's path."""

from npw2v.vectors.indexers.nmslib import NmslibIndexer

__all__ = ["NmslibIndexer"]
