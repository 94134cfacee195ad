"""Names that exist only for programs written for gensim, so that the rest can be read without them.

This module imports nothing of npw2v: the classes themselves derive from the mixins here. What else gensim's modules
have is in `npw2v.compat.word2vec_extras` and `npw2v.compat.keyedvectors_extras`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

Model = TypeVar("Model", bound="Word2VecNames")


def _deprecated(old: str, new: str) -> None:
    warnings.warn(f"{old} is an old name, use {new}", DeprecationWarning, stacklevel=3)


def _settable(setter: Callable[[Any, Any], None]) -> property:
    """Make a property that may be set; reading it raises, and `KeyedVectorsNames.__getattr__` says why."""

    def read(self: Any) -> NoReturn:
        raise AttributeError

    return property(read, setter)


def _set_keys(self: Any, keys: list[Any]) -> None:
    self.index_to_key = keys


def _ignore(self: Any, value: Any) -> None:
    pass


def _refuse_vocab(self: Any, value: Any) -> None:
    raise AttributeError(f"{type(self).__name__}.vocab is gone since gensim 4: set key_to_index and expandos")


#: gensim 3 attributes of vectors → what is there in their place.
MOVED_VECTORS = {
    "vocab": "key_to_index, index_to_key, get_vecattr() and set_vecattr()",
    "index2word": "index_to_key",
    "index2entity": "index_to_key",
    "vectors_norm": "get_normed_vectors()",
    "syn0": "vectors",
    "syn0norm": "get_normed_vectors()",
    "syn0_lockf": "vectors_lockf",
    "add": "add_vectors()",
    "accuracy": "evaluate_word_analogies()",
    "wv": "the vectors themselves, which have no .wv",
}


class KeyedVectorsNames:
    """What `KeyedVectors` was called by before gensim 4: old methods still work, old attributes say their new name."""

    vocab = _settable(_refuse_vocab)
    index2word = _settable(_set_keys)
    index2entity = _settable(_set_keys)
    vectors_norm = _settable(_ignore)

    def __getattr__(self, name: str) -> NoReturn:
        if name in MOVED_VECTORS:
            raise AttributeError(f"{type(self).__name__}.{name} is gone since gensim 4: use {MOVED_VECTORS[name]}")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def word_vec(self: Any, *args: Any, **kwargs: Any) -> Array:
        """Old name of `get_vector`."""
        _deprecated("word_vec()", "get_vector()")
        vector: Array = self.get_vector(*args, **kwargs)
        return vector

    def words_closer_than(self: Any, word1: Any, word2: Any) -> list[Any]:
        """Old name of `closer_than`."""
        _deprecated("words_closer_than()", "closer_than()")
        closer: list[Any] = self.closer_than(word1, word2)
        return closer

    def init_sims(self: Any, replace: bool = False) -> None:
        """Old name of `fill_norms`; with `replace`, of `unit_normalize_all`."""
        _deprecated("init_sims()", "fill_norms(), or unit_normalize_all() for init_sims(replace=True)")
        self.fill_norms()
        if replace:
            self.unit_normalize_all()

    def similarity_unseen_docs(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise, as in gensim: documents have no vectors here."""
        raise NotImplementedError("similarity_unseen_docs() needs a Doc2Vec model, which npw2v does not have")


#: gensim 3 attributes of a model → where they went.
MOVED = {
    **{
        name: f"wv.{name}"
        for name in (
            *("most_similar", "most_similar_cosmul", "similarity", "n_similarity", "doesnt_match", "similar_by_word"),
            *("similar_by_vector", "wmdistance", "evaluate_word_pairs", "save_word2vec_format"),
            *("load_word2vec_format", "intersect_word2vec_format"),
        )
    },
    "accuracy": "wv.evaluate_word_analogies",
    "iter": "epochs",
    "size": "vector_size",
    "index2word": "wv.index_to_key",
    "vocab": "wv.key_to_index",
    "syn0": "wv.vectors",
    "syn0norm": "wv.get_normed_vectors()",
    "vocabulary": "wv",
    "trainables": "the model's own attributes",
}

#: Parameters of gensim 3 → their names since.
RENAMED = {"size": "vector_size", "iter": "epochs"}


def load_of_an_instance(*args: Any, **kwargs: Any) -> NoReturn:
    """Raise: ``model.load(path)`` would leave ``model`` as it is."""
    raise AttributeError("load() returns a new model and leaves this one as it is: call it on the class, Word2Vec.load")


def pseudorandom_weak_vector(
    size: int, seed_string: str | None = None, hashfxn: Callable[[str], int] = hash
) -> NDArray[np.float32]:
    """Return a small random vector, uniform in [-0.5/size, 0.5/size), the same for the same `seed_string`."""
    bits = None if not seed_string else hashfxn(seed_string) & 0xFFFFFFFF
    generator = np.random.Generator(np.random.SFC64(bits))
    vector: NDArray[np.float32] = (generator.random(size).astype(np.float32) - np.float32(0.5)) / np.float32(size)
    return vector


class Word2VecNames:
    """Old names of a model."""

    def __new__(cls: type[Model], *args: Any, **kwargs: Any) -> Model:
        """Raise TypeError for a parameter by its old name, unless a subclass has a constructor of its own."""
        for old in RENAMED.keys() & kwargs.keys() if cls.__init__.__module__.startswith("npw2v.") else ():
            raise TypeError(f"{cls.__name__}() got {old}=, which is called {RENAMED[old]}= since gensim 4")
        return super().__new__(cls)

    def __getattr__(self, name: str) -> NoReturn:
        if name in MOVED:
            raise AttributeError(f"{type(self).__name__}.{name} is gone since gensim 4: use {MOVED[name]}")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def seeded_vector(self: Any, seed_string: str, vector_size: int) -> NDArray[np.float32]:
        """Old name of `pseudorandom_weak_vector`, with the model's ``hashfxn``."""
        _deprecated("seeded_vector()", "npw2v.models.keyedvectors.pseudorandom_weak_vector()")
        return pseudorandom_weak_vector(vector_size, seed_string, self.hashfxn)

    def init_sims(self: Any, replace: bool = False) -> None:
        """Do nothing, or with ``replace`` scale the vectors to length 1; gensim 4 needs neither."""
        _deprecated("init_sims()", "wv.unit_normalize_all() if you want normalised vectors")
        if replace:
            self.wv.unit_normalize_all()
