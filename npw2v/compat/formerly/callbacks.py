"""The place of this module before npw2v had folders, which pickles of then name."""

from npw2v.training.callbacks import CallbackAny2Vec

__all__ = ["CallbackAny2Vec"]
