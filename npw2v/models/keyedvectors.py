"""`npw2v.vectors.keyedvectors` under gensim's path, and what else gensim's module of this name has."""

from npw2v import matutils, utils
from npw2v.checks import KEY_TYPES as _KEY_TYPES
from npw2v.checks import as_list as _ensure_list
from npw2v.compat.keyedvectors_extras import REAL, CompatVocab, Vocab, load_word2vec_format, prep_vectors
from npw2v.compat.keyedvectors_extras import load_word2vec_format_in_chunks as _load_word2vec_format
from npw2v.compat.oldnames import pseudorandom_weak_vector
from npw2v.compat.refused import rest_of
from npw2v.vectors.keyedvectors import KeyedVectors, logger

Word2VecKeyedVectors = KeyedVectors
Doc2VecKeyedVectors = KeyedVectors
EuclideanKeyedVectors = KeyedVectors

__all__ = [
    "REAL",
    "_KEY_TYPES",
    "CompatVocab",
    "Doc2VecKeyedVectors",
    "EuclideanKeyedVectors",
    "KeyedVectors",
    "Vocab",
    "Word2VecKeyedVectors",
    "_ensure_list",
    "_load_word2vec_format",
    "load_word2vec_format",
    "logger",
    "matutils",
    "prep_vectors",
    "pseudorandom_weak_vector",
    "utils",
]

__getattr__ = rest_of(__name__, __all__)
