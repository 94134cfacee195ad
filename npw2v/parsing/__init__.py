"""Text before it is words, under gensim's path: see `npw2v.compat.refused`."""

from npw2v.compat.refused import rest_of

__getattr__ = rest_of(__name__)
