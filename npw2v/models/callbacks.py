"""`npw2v.training.callbacks` under gensim's path."""

from npw2v.compat.refused import rest_of
from npw2v.training.callbacks import CallbackAny2Vec

__all__ = ["CallbackAny2Vec"]

__getattr__ = rest_of(__name__, __all__)
