"""The place of this module before npw2v had folders, which pickles of then name."""

from npw2v.vectors.keyedvectors import KeyedVectors

__all__ = ["KeyedVectors"]
