"""The place of this module before npw2v had folders, which pickles of then name."""

from npw2v.compat.keyedvectors_extras import CompatVocab
from npw2v.compat.oldnames import load_of_an_instance
from npw2v.compat.word2vec_extras import Heapitem, Word2VecTrainables, Word2VecVocab

__all__ = ["CompatVocab", "Heapitem", "Word2VecTrainables", "Word2VecVocab", "load_of_an_instance"]
