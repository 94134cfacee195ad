"""`npw2v.compat.porter` under gensim's path."""

from npw2v.compat.porter import PorterStemmer

__all__ = ["PorterStemmer"]
