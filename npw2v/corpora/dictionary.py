"""`npw2v.compat.dictionary` under gensim's path."""

from npw2v.compat.dictionary import Dictionary, logger

__all__ = ["Dictionary", "logger"]
