"""Models and vectors that gensim saved, of versions 0.12 to 4, as plain states.

gensim's ``save()`` writes a pickle of the object and, for large arrays, side files ``FILE.attribute.npy`` (``.npz``
with the member ``val`` beside a compressed pickle); those of an object in the object lie at ``FILE.wv.attribute.npy``
and so on. The names of attributes have changed over the versions:

============  ==================================================================================================
up to 0.13.3  vectors and vocabulary belong to the model: ``syn0``, ``index2word``, ``vocab`` (a `Vocab` a word)
0.13.4 - 3.2  they belong to ``model.wv``
3.3 - 3.8     ``syn0`` is ``vectors``; the model's parameters are spread over ``vocabulary`` and ``trainables``
4             ``index_to_key``, ``key_to_index``, ``expandos``; all parameters are the model's again
============  ==================================================================================================
"""

from __future__ import annotations

import contextlib
import errno
import math
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from npw2v.checks import shown
from npw2v.errors import FormatError, MissingFileError, NoModelError
from npw2v.formats.archive import read_npy_header
from npw2v.formats.attributes import NUMERIC_KINDS, is_json, sort_attributes
from npw2v.formats.opening import Source, label, open_array, open_for_reading
from npw2v.formats.pickles import STAND_INS, RandomRecord, Record, read_pickle
from npw2v.formats.state import ModelState, VectorState, check_numbers
from npw2v.logs import logger_of

logger = logger_of(__name__)

Array = NDArray[Any]

MODEL = "gensim.models.word2vec.Word2Vec"
VECTORS = tuple(f"gensim.models.keyedvectors.{prefix}KeyedVectors" for prefix in ("", "Euclidean", "Word2Vec"))

#: What a key may be.
_KEY_TYPES = (str, int, float, tuple, bytes, np.generic, type(None))

#: Attributes that are set one by one, made anew, or have no counterpart.
_TAKEN_CARE_OF = {
    *("wv", "vocabulary", "trainables", "random", "raw_vocab", "lifecycle_events", "syn1", "syn1neg"),
    *("vectors", "syn0", "vectors_lockf", "syn0_lockf", "vector_size", "layer1_size", "next_index", "expandos"),
    *("index_to_key", "index2word", "index2entity", "key_to_index", "vocab"),
    *("syn0norm", "vectors_norm", "norms", "cum_table", "table", "neg_labels", "model_trimmed_post_training"),
    *("hashfxn", "callbacks", "load", "load_word2vec_format"),
}

#: What NumPy, and Python's zipfile below it, raise where a file is no array.
_DAMAGE = (
    *(ValueError, KeyError, EOFError, AttributeError, TypeError, MemoryError, OverflowError, NotImplementedError),
    *(RuntimeError, zipfile.BadZipFile, zlib.error),
)
_SPARE, _DEFLATED = 1 << 20, 1100  # deflate makes at most some 1,032 bytes of one


# ---- reading the pickle and the files beside it


def read_state(source: Source, mmap: str | None = None) -> Record:
    """Read an object that gensim saved, with the arrays of its side files, as a `Record` of its attributes.

    Parameters
    ----------
    source : path or binary file
        Side files are looked for beside it.
    mmap : {None, "r", "r+", "c"}
        Map the arrays of side files into memory instead of reading them.

    Returns
    -------
    Record
        Its class by name, and its attributes.

    Raises
    ------
    FormatError
        The file is damaged, or names something that is not allowed (`PickleError`), or lacks a side file
        (`MissingFileError`, also a `FileNotFoundError`).
    OSError
        `mmap` is given, but the side files are compressed.
    """
    record, where = read_pickle(source), label(source)
    if not isinstance(record, Record):
        raise NoModelError(f"{where} is a pickle of a {type(record).__name__}, not of an object of gensim's")
    if mmap not in (None, "r", "r+", "c"):
        raise ValueError(f"mmap must be None, 'r', 'r+' or 'c', got {mmap!r}")
    _attach(record, where, where.endswith((".gz", ".bz2")), mmap)
    return record


def _attach(record: Record, name: str, compressed: bool, mmap: str | None) -> None:
    """Give a record the arrays that were saved beside it, and the records in it theirs."""
    state = record.state
    listed = {}
    for kind in ("__recursive_saveloads", "__numpys", "__scipys", "__ignoreds"):
        listed[kind] = state.pop(kind, None) or []  # taken out, so that records within each other come to an end
        if not isinstance(listed[kind], list | tuple | set | frozenset) or not all(
            isinstance(attr, str) and attr.isidentifier() for attr in listed[kind]
        ):
            raise FormatError(f"{name}: {kind} is no list of attributes")
    if listed["__scipys"]:
        raise FormatError(f"{name} has sparse matrices beside it, which no Word2Vec or KeyedVectors has")
    for attr in listed["__recursive_saveloads"]:
        if isinstance(state.get(attr), Record):
            _attach(state[attr], f"{name}.{attr}", compressed, mmap)
    for attr in listed["__numpys"]:
        state[attr] = _side_array(f"{name}.{attr}.{'npz' if compressed else 'npy'}", compressed, mmap)
    state.update(dict.fromkeys(listed["__ignoreds"]))


def _side_array(path: str, compressed: bool, mmap: str | None) -> Array:
    if compressed and mmap is not None:
        raise OSError(f"{path} is compressed and cannot be mapped into memory; load it with mmap=None")
    try:
        if not compressed:
            with open_for_reading(path) as file:
                _check_size(file, os.path.getsize(path), path)
        array = open_array(path, mmap)
        if compressed:
            with array:
                member = array.zip.getinfo("val.npy")
                if member.file_size > _SPARE + _DEFLATED * member.compress_size:
                    raise FormatError(f"{path}: {member.compress_size} bytes cannot hold {member.file_size}")
                with array.zip.open(member) as file:
                    _check_size(file, member.file_size, path)
                array = array["val"]
    except FileNotFoundError as error:
        raise MissingFileError(
            f"{path} is missing: gensim's save() wrote an array into it; keep it beside the file that you load"
        ) from error
    except (*_DAMAGE, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # which is what seeking to -1 gives
            raise
        raise FormatError(f"{path} is not the array that gensim's save() writes: {error}") from error
    if not isinstance(array, np.ndarray) or array.dtype.kind not in NUMERIC_KINDS:
        raise FormatError(f"{path} does not hold an array of numbers")
    return array


def _check_size(file: IO[bytes], size: int, path: str) -> None:
    """Raise if a .npy of `size` bytes promises more numbers than that."""
    shape, _, dtype = read_npy_header(file, size, path)
    if math.prod(shape) * dtype.itemsize > size:
        raise FormatError(f"it promises an array of shape {shape} and dtype {dtype}, but has {size} bytes")


# ---- vectors


def read_vectors(source: Source, mmap: str | None = None) -> VectorState:
    """Read vectors, or a model's vectors, that gensim saved.

    Words, their attributes (``count``, ``sample_int``, ``code``, ``point``) and vectors are those that gensim itself
    would load, and so are other attributes, if they are plain values or numeric arrays.

    Parameters
    ----------
    source : path or binary file
        As for `read_state`.
    mmap : {None, "r", "r+", "c"}
        As for `read_state`.

    Returns
    -------
    VectorState
        The vectors.

    Raises
    ------
    FormatError
        As for `read_state`, or the file has no vectors.
    """
    record, where = read_state(source, mmap), label(source)
    if record.name not in (MODEL, *VECTORS):
        raise FormatError(f"{where} holds a {record.name}, which has no vectors")
    return replace(_vector_state(_vectors_of(record), where), from_model=record.name == MODEL)


def _vectors_of(record: Record) -> Record:
    """Return the record that has the vectors: up to gensim 0.13.3 the model's own."""
    wv = record.state.get("wv")
    return wv if isinstance(wv, Record) else record


def _vector_state(record: Record, where: str) -> VectorState:
    state = record.state
    vectors = _weights(state, where, "vectors", "syn0", ndim=2)
    keys: Any = next((state[name] for name in ("index_to_key", "index2word", "index2entity") if state.get(name)), [])
    if vectors is None or not isinstance(keys, list) or len(vectors) not in (0, len(keys)):
        raise FormatError(f"{where} has not a vector for each key: it was saved without them, or is damaged")
    if not all(issubclass(kind, _KEY_TYPES) for kind in set(map(type, keys))):
        raise FormatError(f"{where} has keys that are no strings, numbers or tuples")
    rows, described = state.get("key_to_index"), state.get("expandos")
    if rows is None:
        rows, described = _old_vocabulary(state.get("vocab"), len(keys), where)
    found = VectorState(
        vector_size=vectors.shape[1],
        vectors=vectors,
        index_to_key=keys,
        key_to_index=_checked_rows(rows, len(keys), where),
        next_index=_number(state.get("next_index", len(keys)), "next_index", where),
        expandos=_checked_attributes(described, len(keys), where),
        from_gensim=True,
    )
    lockf = _weights(state, where, "vectors_lockf", ndim=1)
    if lockf is not None:
        found.attributes["vectors_lockf"] = lockf
    if record.name != MODEL:
        found.attributes.update(_plain_attributes(state, where))
        if "lifecycle_events" in state:
            found.attributes["lifecycle_events"] = events(state["lifecycle_events"])
    return found


def _old_vocabulary(vocab: Any, size: int, where: str) -> tuple[dict[Any, int], dict[str, Array]]:
    """Turn gensim 3's dict of word to `Vocab` into rows by word and attributes by name."""
    rows: dict[Any, int] = {}
    columns: dict[str, list[Any]] = {}
    for key, entry in vocab.items() if isinstance(vocab, dict) else ():
        state = entry.state if isinstance(entry, Record) else {}
        rows[key] = row = _number(state.get("index"), f"the row of {shown(key)}", where)
        if not 0 <= row < size:
            raise FormatError(f"{where}: the row of {shown(key)} is {row}, but there are {size}")
        for attr, value in state.items():
            if attr not in columns:
                columns[attr] = [0] * size
            columns[attr][row] = value
    attributes = {attr: _column(values) for attr, values in columns.items()}
    if "sample_int" in attributes and attributes["sample_int"].dtype.kind == "i":
        # A word that is always kept had 2**32 there, which gensim 4 turns into 0, so that it drops the word.
        attributes["sample_int"] = np.minimum(attributes["sample_int"], 2**32 - 1)
    return rows, attributes


def _column(values: list[Any]) -> Array:
    """Return the values of an attribute as an array of integers or of floats, if they all are, else of objects."""
    kinds = set(map(type, values))
    for scalars, dtype in (((int, np.integer), np.int64), ((float, np.floating), np.float64)):
        if all(issubclass(kind, scalars) for kind in kinds):
            with contextlib.suppress(OverflowError):
                return np.array(values, dtype)
    return np.fromiter(map(_unwrapped, values), dtype=object, count=len(values))


def _unwrapped(value: Any) -> Any:
    return _native(value) if isinstance(value, np.ndarray) else value


def _checked_rows(rows: Any, size: int, where: str) -> dict[Any, int]:
    if not isinstance(rows, dict) or not all(issubclass(kind, int) for kind in set(map(type, rows.values()))):
        raise FormatError(f"{where}: the keys have no rows")
    if rows and not 0 <= min(rows.values()) <= max(rows.values()) < size:
        raise FormatError(f"{where}: the row of a key is beyond the {size} that there are")
    return rows


def _checked_attributes(described: Any, size: int, where: str) -> dict[str, Array]:
    """Return the attributes of keys, each an array over all of them."""
    if not isinstance(described, dict | None):
        raise FormatError(f"{where}: the attributes of keys are no dict")
    checked = {}
    for attr, values in (described or {}).items():
        if not isinstance(attr, str) or not isinstance(values, np.ndarray) or values.shape != (size,):
            raise FormatError(f"{where}: attribute {shown(attr)} of the keys is not an array of {size}")
        if values.dtype != object:
            checked[attr] = _native(values)
        elif any(isinstance(value, STAND_INS) for value in values):
            logger.warning("%s: not loading attribute %s of the keys: its values are not plain", where, attr)
        else:
            checked[attr] = _column(list(values))
    for attr in {"count", "sample_int"} & checked.keys():
        if checked[attr].dtype.kind not in "iuf":
            raise FormatError(f"{where}: attribute {shown(attr)} of the keys is no number")
    if "sample_int" in checked:
        checked["sample_int"] = checked["sample_int"].astype(np.uint32)
    return checked


# ---- models


def read_model(source: Source, mmap: str | None = None) -> ModelState:
    """Read a model that gensim saved. Training can go on where it ended.

    What gensim did not have when it wrote the file is not in the state, except that the size of a corpus that the file
    does not tell is None.

    Parameters
    ----------
    source : path or binary file
        As for `read_state`.
    mmap : {None, "r", "r+", "c"}
        As for `read_state`.

    Returns
    -------
    ModelState
        The model.

    Raises
    ------
    FormatError
        As for `read_state`; `NoModelError` if the file holds something else.
    """
    record, where = read_state(source, mmap), label(source)
    if record.name != MODEL:
        advice = " (load it with KeyedVectors.load)" if record.name in VECTORS else ""
        raise NoModelError(f"{where} holds no Word2Vec model but a {record.name}{advice}")
    vectors = _vector_state(_vectors_of(record), where)
    state = dict(record.state)
    for part in ("vocabulary", "trainables"):
        if isinstance(state.get(part), Record):
            state.update(state[part].state)
    attributes = _model_attributes(state, vectors.vector_size, where)
    if "vectors_lockf" not in vectors.attributes:
        factors = _weights(state, where, "vectors_lockf", "syn0_lockf", ndim=1)
        vectors.attributes["vectors_lockf"] = _old_lockf(factors, len(vectors.index_to_key))
    raw_vocab = state.get("raw_vocab")
    if isinstance(raw_vocab, dict) and not all(issubclass(kind, int) for kind in set(map(type, raw_vocab.values()))):
        raise FormatError(f"{where}: raw_vocab has counts that are no integers")
    return ModelState(
        vectors=vectors,
        attributes={**attributes, "lifecycle_events": events(state.get("lifecycle_events", []))},
        syn1=_output_weights(state, where, "syn1", vectors.vectors.shape),
        syn1neg=_output_weights(state, where, "syn1neg", vectors.vectors.shape),
        raw_vocab=raw_vocab if isinstance(raw_vocab, dict) else None,
        random=_random_state(state.get("random")),
    )


def _model_attributes(state: Mapping[str, Any], vector_size: int, where: str) -> dict[str, Any]:
    """Return the model's parameters and counters, and what else of its attributes is plain."""
    found = _plain_attributes(state, where)
    if "iter" in found:
        found.setdefault("epochs", found.pop("iter"))
    attributes = {"corpus_count": None, "corpus_total_words": None, **found}
    for name, of_old in {"min_alpha_yet_reached": "alpha", "effective_min_count": "min_count"}.items():
        if of_old in found:
            attributes.setdefault(name, found[of_old])
    check_numbers(attributes, where)
    return {**attributes, "vector_size": vector_size, "layer1_size": vector_size}


def _output_weights(state: Mapping[str, Any], where: str, name: str, expected: tuple[int, ...]) -> Array | None:
    weights = _weights(state, where, name, ndim=2)
    if weights is not None and weights.shape != expected:
        raise FormatError(f"{where}: {name} is {weights.shape}, expected {expected}")
    return weights


def _old_lockf(factors: Array | None, words: int) -> Array:
    """Return the words' factors if any is locked, else one factor for all, as gensim 4 has it."""
    if factors is None or len(factors) != words or (factors == 1).all():
        return np.ones(1, np.float32)
    return factors


def _random_state(found: Any) -> np.random.RandomState | None:
    """Make a random generator of the state that was pickled, if it is one of a Mersenne Twister."""
    state = found.state if isinstance(found, RandomRecord) else None
    if isinstance(state, dict) and isinstance(state.get("state"), dict):
        inner = state["state"]
        state = (
            state.get("bit_generator"),
            inner.get("key"),
            inner.get("pos"),
            state.get("has_gauss"),
            state.get("gauss"),
        )
    if not isinstance(state, tuple) or len(state) != 5:
        return None
    name, key, position, has_gauss, gauss = state
    if name != "MT19937" or not isinstance(key, np.ndarray) or key.shape != (624,) or key.dtype.kind not in "iu":
        return None
    if type(position) is not int or not 0 <= position <= 624 or not isinstance(gauss, float):
        return None  # NumPy would read from beyond its key
    generator = np.random.RandomState()
    generator.set_state((name, _native(key).astype(np.uint32), position, int(bool(has_gauss)), gauss))
    return generator


# ---- values


def _native(array: Array) -> Array:
    """Return an array as NumPy's own class (or a map of a file) in this machine's byte order."""
    plain = array if isinstance(array, np.memmap) else array.view(np.ndarray)
    return plain if plain.dtype.isnative else plain.astype(plain.dtype.newbyteorder("="))


def _weights(state: Mapping[str, Any], where: str, *names: str, ndim: int) -> Array | None:
    """Return the array of floats by the first of some names that there is."""
    name, found = next(((name, state[name]) for name in names if state.get(name) is not None), ("", None))
    if found is None:
        return None
    if not isinstance(found, np.ndarray) or found.dtype.kind != "f" or found.ndim != ndim:
        raise FormatError(f"{where}: {name} is not an array of floats with {ndim} dimensions")
    return _native(found)


def _number(value: Any, name: str, where: str) -> Any:
    if not isinstance(value, int | float):
        raise FormatError(f"{where}: {name} is {shown(value)}, expected a number")
    return value


def _plain_attributes(state: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the attributes that are plain values or numeric arrays and not taken care of elsewhere."""
    others = ((name, each) for name, each in state.items() if name not in _TAKEN_CARE_OF and not name.startswith("_"))
    found = sort_attributes(others)
    for name, value in found.refused.items():
        logger.warning("%s: not loading attribute %s of type %s", where, name, type(value).__name__)
    return {**found.values, **{name: _native(array) for name, array in found.arrays.items()}}


def events(saved: Any) -> list[dict[str, Any]] | None:
    """Return the log of an object's life with nothing but JSON in it."""
    if saved is None:
        return None
    rows = [row for row in saved if isinstance(row, dict)] if isinstance(saved, list) else []
    return [{str(name): value if is_json(value) else _told(value) for name, value in row.items()} for row in rows]


def _told(value: Any) -> str:
    """Return `value` as text, short: what is in it many times would be there as many times."""
    return str(value) if isinstance(value, str | int | float | np.generic) else shown(value)
