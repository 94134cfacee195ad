"""gensim's base classes: see `npw2v.compat.refused`."""

from npw2v.compat.refused import rest_of

__getattr__ = rest_of(__name__)
