"""Names that exist only for programs written for gensim, so that the rest can be read without them."""

from __future__ import annotations

import heapq
import sys
import warnings
from collections import namedtuple
from collections.abc import Callable
from functools import cached_property
from typing import Any, NoReturn, TypeVar

import numpy as np
import numpy.typing as npt

from npw2v.formats.saveload import SaveLoad

Array = npt.NDArray[Any]

Model = TypeVar("Model", bound="Word2VecNames")

REAL = np.float32

#: gensim's compiled code is fast from 0 up; programs warn their users if these are -1.
FAST_VERSION = 1
CORPUSFILE_VERSION = 1


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


def _writable(state: dict[str, Any]) -> dict[str, Any]:
    """Copy the arrays that cannot be written to: NumPy 2.5 pickles that, too, and a copy is nobody's map of a file."""
    return {
        name: np.require(value, requirements="W") if isinstance(value, np.ndarray) else value
        for name, value in state.items()
    }


class KeyedVectorsNames:
    """What `KeyedVectors` was called by before gensim 4: old methods still work, old attributes say their new name."""

    vocab = _settable(_refuse_vocab)
    index2word = _settable(_set_keys)
    index2entity = _settable(_set_keys)
    vectors_norm = _settable(_ignore)

    def __setstate__(self: Any, state: dict[str, Any]) -> None:
        """Unpickle, also what gensim 4 pickled (its names lead here where npw2v stands in for it)."""
        if "vectors" in state:
            from npw2v.vectors.store import KeyStore

            KeyStore.__init__(self, state["vector_size"])
            for name, value in state.items():
                setattr(self, name, value)
        else:
            vars(self).update(_writable(state))

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


class CompatVocab:
    """An entry of the vocabulary as gensim had it before version 4: a count and any other attributes."""

    def __init__(self, **kwargs: Any) -> None:
        self.count = 0
        self.__dict__.update(kwargs)

    def __lt__(self, other: CompatVocab) -> bool:
        return self.count < other.count

    def __str__(self) -> str:
        values = ", ".join(f"{name}:{value!r}" for name, value in sorted(vars(self).items()) if name[0] != "_")
        return f"{type(self).__name__}<{values}>"


Vocab = CompatVocab


class Word2VecVocab(SaveLoad):
    """Part of gensim 3's models, of no use since: kept so that programs can import the name."""


class Word2VecTrainables(SaveLoad):
    """Part of gensim 3's models, of no use since: kept so that programs can import the name."""


class Heapitem(namedtuple("Heapitem", ["count", "index", "left", "right"])):
    """A node of a Huffman tree: a word's row, or an inner node with its two branches. The smaller count sorts first."""

    __slots__ = ()

    def __lt__(self, other: Any) -> bool:
        return bool(self.count < other.count)


def build_heap(wv: Any) -> list[Heapitem]:
    """Return ``[root]`` of the Huffman tree of the keys' ``"count"``; the list is empty if there are no keys.

    Inner nodes are numbered from ``len(wv)`` on. `npw2v.vocabulary.huffman` makes the same tree without these objects.
    """
    heap = [Heapitem(wv.get_vecattr(row, "count"), row, None, None) for row in range(len(wv))]
    heapq.heapify(heap)
    number = len(wv)
    while len(heap) > 1:
        lighter, heavier = heapq.heappop(heap), heapq.heappop(heap)
        heapq.heappush(heap, Heapitem(lighter.count + heavier.count, number, lighter, heavier))
        number += 1
    return heap


def assign_binary_codes(wv: Any) -> None:
    """Set the attributes ``"code"`` and ``"point"`` of every key from the Huffman tree of their ``"count"``."""
    from npw2v.vocabulary.huffman import huffman_paths

    if len(wv):
        wv.expandos["point"], wv.expandos["code"] = huffman_paths(wv.expandos["count"]).split()


def part_of_gensims_training(name: str) -> Callable[..., NoReturn]:
    """Return a function that says why there is no such function: programs can import it but not train by it."""

    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError(
            f"{name}() is an inner loop of gensim's, which npw2v does not have: use train() or score() of the model"
        )

    refuse.__name__ = refuse.__qualname__ = name
    return refuse


def load_word2vec_format(*args: Any, **kwargs: Any) -> Any:
    """Return ``KeyedVectors.load_word2vec_format(...)``."""
    from npw2v.vectors.keyedvectors import KeyedVectors

    return KeyedVectors.load_word2vec_format(*args, **kwargs)


def load_word2vec_format_in_chunks(
    cls: Any,
    fname: Any,
    fvocab: Any = None,
    binary: bool = False,
    encoding: str = "utf8",
    unicode_errors: str = "strict",
    limit: int | None = sys.maxsize,
    datatype: npt.DTypeLike = REAL,
    no_header: bool = False,
    binary_chunk_size: int = 100 * 1024,
) -> Any:
    """Return ``cls.load_word2vec_format(...)``, with `binary_chunk_size` bytes read from a binary file at once."""
    return cls._from_word2vec_format(
        fname,
        fvocab,
        binary=binary,
        encoding=encoding,
        unicode_errors=unicode_errors,
        limit=limit,
        datatype=datatype,
        no_header=no_header,
        chunk_bytes=binary_chunk_size,
    )


def prep_vectors(
    target_shape: tuple[int, int], prior_vectors: Array | None = None, seed: int = 0, dtype: npt.DTypeLike = REAL
) -> Array:
    """Return random rows as `npw2v.vectors.store.initial_vectors` draws them, with `prior_vectors` as the first."""
    from npw2v.vectors.store import initial_vectors

    if prior_vectors is not None and prior_vectors.shape == target_shape:
        return prior_vectors
    vectors = initial_vectors(*target_shape, seed, dtype)
    if prior_vectors is not None:
        vectors[: prior_vectors.shape[0], : prior_vectors.shape[1]] = prior_vectors
    return vectors


def pseudorandom_weak_vector(
    size: int, seed_string: str | None = None, hashfxn: Callable[[str], int] = hash
) -> npt.NDArray[np.float32]:
    """Return a small random vector, uniform in [-0.5/size, 0.5/size), the same for the same `seed_string`."""
    bits = None if not seed_string else hashfxn(seed_string) & 0xFFFFFFFF
    generator = np.random.Generator(np.random.SFC64(bits))
    vector: npt.NDArray[np.float32] = (generator.random(size).astype(REAL) - REAL(0.5)) / REAL(size)
    return vector


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

    def __setstate__(self: Any, state: dict[str, Any]) -> None:
        """Unpickle, also what gensim 4 pickled: what it does not have is as in a new model."""
        if "history" not in state:
            from npw2v.word2vec import Word2Vec

            Word2Vec.__init__(self)
        vars(self).update(_writable(state))

    @cached_property
    def random(self) -> Any:
        """A ``numpy.random.RandomState`` of the model's seed: what ``kernel="replay"`` and single batches draw from."""
        return np.random.RandomState(vars(self)["seed"])

    def seeded_vector(self, seed_string: str, vector_size: int) -> npt.NDArray[np.float32]:
        """Old name of `pseudorandom_weak_vector`, with the model's ``hashfxn``."""
        _deprecated("seeded_vector()", "npw2v.compat.oldnames.pseudorandom_weak_vector()")
        return pseudorandom_weak_vector(vector_size, seed_string, vars(self)["hashfxn"])

    def init_sims(self, replace: bool = False) -> None:
        """Do nothing, or with ``replace`` scale the vectors to length 1; gensim 4 needs neither."""
        _deprecated("init_sims()", "wv.unit_normalize_all() if you want normalised vectors")
        if replace:
            vars(self)["wv"].unit_normalize_all()
