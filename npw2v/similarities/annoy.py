"""`npw2v.vectors.indexers.annoy` under gensim's path."""

from npw2v.vectors.indexers.annoy import AnnoyIndexer

__all__ = ["AnnoyIndexer"]
