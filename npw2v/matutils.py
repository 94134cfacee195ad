"""What gensim's module of this name has that goes with word vectors: unit vectors, sorting, bags of words."""

from __future__ import annotations

from npw2v.compat.matutils import (
    any2sparse,
    argsort,
    corpus2csc,
    corpus2dense,
    cossim,
    dense2vec,
    full2sparse,
    full2sparse_clipped,
    isbow,
    ismatrix,
    jaccard_distance,
    logger,
    ret_normalized_vec,
    scipy2sparse,
    sparse2full,
    unitvec,
    veclen,
    zeros_aligned,
)
from npw2v.compat.refused import rest_of

__all__ = [
    "any2sparse",
    "argsort",
    "corpus2csc",
    "corpus2dense",
    "cossim",
    "dense2vec",
    "full2sparse",
    "full2sparse_clipped",
    "isbow",
    "ismatrix",
    "jaccard_distance",
    "logger",
    "ret_normalized_vec",
    "scipy2sparse",
    "sparse2full",
    "unitvec",
    "veclen",
    "zeros_aligned",
]

__getattr__ = rest_of(__name__, __all__)
