"""`npw2v.compat.mmcorpus.IndexedCorpus` under gensim's path."""

from npw2v.compat.mmcorpus import IndexedCorpus, logger

__all__ = ["IndexedCorpus", "logger"]
