"""`npw2v.compat.mmcorpus` under gensim's path."""

from npw2v.compat.mmcorpus import IndexedCorpus, MmCorpus, logger

__all__ = ["IndexedCorpus", "MmCorpus", "logger"]
