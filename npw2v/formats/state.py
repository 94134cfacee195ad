"""Vectors and models as plain data, and how those lie in npw2v's own archive.

A reader of files returns a state; the classes make objects of states and states of objects. Nothing in a file is code,
and what is code is not stored.

==================  ================================================================================================
arrays              ``vectors``; ``keys.text``, ``keys.offsets`` and ``keys.json`` of `pack_keys`; ``expandos.NAME``, or
                    ``lists.NAME.values`` and ``.offsets`` of `pack_lists` for attributes of keys that are arrays
                    themselves; ``attributes.NAME``
metadata            ``kind`` "KeyedVectors", ``vector_size``, ``next_index``, ``expandos`` (other attributes of keys, a
                    list each) and ``attributes``
a model's arrays    the vectors' with ``wv.`` before each name; ``syn1``, ``syn1neg``; ``raw_vocab.text``, ``.offsets``,
                    ``.json`` and ``.counts`` if it was kept; ``random``, the state of the generator if it was used;
                    ``attributes.NAME``
a model's metadata  ``kind`` "Word2Vec", the vectors' metadata as ``wv``, ``attributes`` (parameters and counters among
                    them), and, if there are any, the names of the attributes that were left out as ``ignored``;
                    in a checkpoint also ``training``, see :class:`npw2v.training.checkpoint.Run`
==================  ================================================================================================

The noise table is not stored, since the counts give it.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from npw2v.checks import shown
from npw2v.errors import FormatError, NoModelError
from npw2v.formats.archive import (
    pack_keys,
    pack_lists,
    read_archive,
    unpack_keys,
    unpack_lists,
    with_prefix,
    without_prefix,
    write_archive,
)
from npw2v.formats.attributes import NUMERIC_KINDS, is_json, sort_attributes
from npw2v.formats.opening import Source, label
from npw2v.formats.rows import Rows
from npw2v.logs import logger_of

logger = logger_of(__name__)

Array = NDArray[Any]

#: What the metadata of the two kinds of files say.
VECTORS = "KeyedVectors"
MODEL = "Word2Vec"

#: Before the names of a model's vectors' arrays in the model's archive, whose metadata has them as ``"wv"``.
OF_VECTORS = "wv."

#: Before the names of what a checkpoint holds of training besides the model.
_OF_TRAINING = "training."

#: Parameters and counters of a model that are numbers, or None.
NUMBERS = {
    *("alpha", "min_alpha", "min_alpha_yet_reached", "window", "shrink_windows", "min_count", "effective_min_count"),
    *("sorted_vocab", "sample", "ns_exponent", "null_word", "seed", "workers", "lanes", "epochs", "batch_words"),
    *("sg", "hs", "negative", "cbow_mean", "cbow_exact", "compute_loss", "running_training_loss"),
    *("corpus_count", "corpus_total_words", "train_count", "total_train_time"),
}
_LOGS = ("lifecycle_events", "history")
_LOSS, _HUGE = "running_training_loss", 1e300  # which may be anything where training went wrong

#: Attributes without which the others make no model.
_NEEDED = {"vector_size", "layer1_size", "negative", "ns_exponent"}


#: What Python raises where a part of a file is missing, or is of another type or shape than was expected.
_DAMAGE = (KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, RuntimeError)


@contextmanager
def whole(where: str) -> Iterator[None]:
    """Say of a file whose parts do not fit each other that it is damaged, whatever Python says.

    Parameters
    ----------
    where : str
        The file, which the message then begins with.

    Raises
    ------
    FormatError
        In place of what was raised within.
    """
    try:
        yield
    except FormatError as error:
        if str(error).startswith(where):
            raise
        raise FormatError(f"{where}: {error}") from error
    except KeyError as error:
        raise FormatError(f"{where} lacks {error}") from error
    except _DAMAGE as error:
        raise FormatError(f"{where} is damaged: one of its parts is not as expected: {error!r:.200}") from error


@dataclass(eq=False)
class VectorState:
    """Keys and their vectors.

    Attributes
    ----------
    vector_size : int
        Dimensions of each vector.
    vectors : numpy.ndarray of shape (keys, vector_size)
        One row a key; none at all before a model has been given weights.
    index_to_key : list
        The key of each row; None where a row is free.
    key_to_index : dict of object to int
        The row of each key.
    next_index : int
        Where the next new key goes.
    expandos : dict of str to numpy.ndarray
        Attributes of the keys, an array over rows for each.
    attributes : dict of str to object
        Every other attribute of the object. Of those, a file takes numeric arrays and plain values.
    from_gensim : bool
        Whether gensim wrote the file that this was read from.
    from_model : bool
        Whether it was the file of a whole model.
    """

    vector_size: int
    vectors: Array
    index_to_key: list[Any]
    key_to_index: dict[Any, int]
    next_index: int
    expandos: dict[str, Array]
    attributes: dict[str, Any] = field(default_factory=dict)
    from_gensim: bool = False
    from_model: bool = False


@dataclass(eq=False)
class ModelState:
    """Everything needed to go on training a model.

    Attributes
    ----------
    vectors : VectorState
        Its vectors.
    attributes : dict of str to object
        Its parameters and counters, and what a program added. Of those, a file takes numeric arrays and plain values.
    syn1, syn1neg : float32 array (keys, vector_size), optional
        Output weights.
    raw_vocab : dict of object to int, optional
        Counts of all words, before trimming.
    random : numpy.random.RandomState, optional
        The generator that single batches draw from.
    ignored : collection of str
        Attributes that were left out on purpose, and that a model made of this must not have.
    training : dict of str to object, optional
        In a checkpoint, how far training is; plain values.
    training_arrays : dict of str to array
        In a checkpoint, what training needs besides the model.
    """

    vectors: VectorState
    attributes: dict[str, Any]
    syn1: Array | None = None
    syn1neg: Array | None = None
    raw_vocab: dict[Any, int] | None = None
    random: Any = None
    ignored: Collection[str] = ()
    training: dict[str, Any] | None = None
    training_arrays: dict[str, Array] = field(default_factory=dict)


# ---- vectors


def write_vectors(path: Source, state: VectorState, rows: Rows | None = None) -> None:
    """Write vectors to one file, atomically.

    Parameters
    ----------
    path : path or binary file
        ``.gz`` and ``.bz2`` compress.
    state : VectorState
        The vectors.
    rows : Rows, optional
        The matrix, which then is not taken from the state.

    Raises
    ------
    TypeError
        A key, or an attribute of keys, is of a type that the file cannot hold.
    """
    arrays, metadata = vectors_to_archive(state)
    matrix = {} if rows is None else {"vectors": rows}
    write_archive(path, {**arrays, **matrix}, {"kind": VECTORS, **metadata})
    logger.info("saved %s", label(path))
    _warn_of_the_rest(path, state.attributes, stacklevel=5)  # whoever called save(), which holds a lock


def read_vectors(path: Source, mmap: str | None = None) -> VectorState:
    """Read what `write_vectors` wrote, or the vectors of what `write_model` wrote.

    Parameters
    ----------
    path : path or binary file
        The file.
    mmap : {None, "r", "c"}
        See `npw2v.formats.archive.read_archive`.

    Returns
    -------
    VectorState
        The vectors.

    Raises
    ------
    FormatError
        The file is damaged, lacks a part, or holds something else.
    """
    arrays, metadata = read_archive(path, mmap)
    of_a_model = metadata.get("kind") != VECTORS
    if of_a_model:
        if not isinstance(metadata.get("wv"), dict):
            raise NoModelError(f"{label(path)} holds no vectors but {shown(metadata.get('kind'))}")
        arrays, metadata = without_prefix(OF_VECTORS, arrays), metadata["wv"]
    with whole(label(path)):
        return replace(vectors_from_archive(arrays, metadata), from_model=of_a_model)


def vectors_to_archive(state: VectorState) -> tuple[dict[str, Array], dict[str, Any]]:
    """Return vectors as the arrays and metadata of an archive, or of a part of one; see the module."""
    arrays = {"vectors": np.asarray(state.vectors), **with_prefix("keys.", pack_keys(state.index_to_key))}
    listed = {}
    for attr, values in state.expandos.items():
        if values.dtype.kind in NUMERIC_KINDS:
            arrays[f"expandos.{attr}"] = values
        elif _are_arrays(values):
            arrays.update(with_prefix(f"lists.{attr}.", pack_lists(list(values))))
        else:
            listed[attr] = _json_list(attr, values)
    plain = _storable(state.attributes, arrays)
    return arrays, {
        "vector_size": state.vector_size,
        "next_index": state.next_index,
        "expandos": listed,
        "attributes": plain,
    }


def vectors_from_archive(arrays: Mapping[str, Array], metadata: Mapping[str, Any]) -> VectorState:
    """Undo `vectors_to_archive`. The vectors are used as they are, not copied.

    Raises
    ------
    KeyError
        A part is missing.
    FormatError
        The parts do not fit each other.
    """
    size, vectors = metadata["vector_size"], arrays["vectors"]
    keys = unpack_keys(without_prefix("keys.", arrays))
    if vectors.dtype.kind != "f":
        raise FormatError(f"the vectors are of dtype {vectors.dtype}, expected floating point")
    if type(metadata["next_index"]) is not int or not 0 <= metadata["next_index"] <= len(keys):
        raise FormatError(f"next_index is {shown(metadata['next_index'])}, expected 0 to {len(keys)}")
    if not isinstance(metadata["attributes"], dict):
        raise FormatError("the attributes are no dict")
    if vectors.shape[1:] != (size,):
        raise FormatError(f"the vectors are of shape {vectors.shape}, not (keys, {size})")
    expandos = {attr: np.array(values) for attr, values in without_prefix("expandos.", arrays).items()}
    for attr, listed in metadata["expandos"].items():
        expandos[attr] = np.fromiter(listed, dtype=object, count=len(listed))
    for attr in {name.split(".", 1)[1].rsplit(".", 1)[0] for name in arrays if name.startswith("lists.")}:
        expandos[attr] = unpack_lists(without_prefix(f"lists.{attr}.", arrays))
    if len(vectors) not in (0, len(keys)):
        raise FormatError(f"there are {len(keys)} keys, but {len(vectors)} vectors")
    check_attributes(expandos, len(keys))
    _check_logs(metadata["attributes"])
    return VectorState(
        vector_size=size,
        vectors=vectors,
        index_to_key=keys,
        key_to_index={key: row for row, key in enumerate(keys) if key is not None},
        next_index=metadata["next_index"],
        expandos=expandos,
        attributes={**without_prefix("attributes.", arrays), **metadata["attributes"]},
    )


def check_attributes(expandos: Mapping[str, Array], keys: int) -> None:
    """Raise FormatError unless the attributes of keys have a value a key, and those that are computed with numbers."""
    for attr, values in expandos.items():
        if values.shape[:1] != (keys,):
            raise FormatError(
                f"attribute {attr!r} of the keys is of shape {values.shape}, expected a value a key: {keys}"
            )
    for attr in {"count", "sample_int"} & expandos.keys():
        values = expandos[attr]
        plain = values.dtype == object and all(issubclass(kind, int | float) for kind in set(map(type, values)))
        if values.ndim != 1 or not (plain or values.dtype.kind in "biuf"):
            raise FormatError(f"attribute {attr!r} of the keys is no number")


def check_numbers(attributes: Mapping[str, Any], where: str) -> None:
    """Raise FormatError unless a model's parameters and counters are numbers, or None."""
    for name in sorted(NUMBERS & attributes.keys()):
        value = attributes[name]
        if value is not None and not (isinstance(value, int | float) and (abs(value) < _HUGE or name == _LOSS)):
            raise FormatError(f"{where}: {name} is {shown(value)}, expected a number")


def _check_logs(attributes: Mapping[str, Any]) -> None:
    for name in _LOGS:
        if not isinstance(attributes.get(name), list | None):
            raise FormatError(f"{name} is {shown(attributes[name])}, expected a list")


def _are_arrays(values: Array) -> bool:
    """Whether the keys' values are one-dimensional numeric arrays of one dtype, as Huffman codes are."""
    if not all(isinstance(value, np.ndarray) and value.ndim == 1 for value in values):
        return False
    dtypes = {value.dtype for value in values}
    return len(dtypes) == 1 and dtypes.pop().kind in NUMERIC_KINDS


def _json_list(attr: str, values: Array) -> list[Any]:
    listed = [value.item() if isinstance(value, np.generic) else value for value in values]
    if not is_json(listed):
        raise TypeError(
            f"attribute {attr!r} of keys has values that JSON cannot hold, so it cannot be saved; delete it"
        )
    return listed


def _storable(attributes: Mapping[str, Any], arrays: dict[str, Array]) -> dict[str, Any]:
    """Put the arrays among an object's attributes beside others; return those for the metadata, warn of the rest."""
    found = sort_attributes(attributes.items())
    arrays.update(with_prefix("attributes.", found.arrays))
    for name, value in found.refused.items():
        logger.warning("not saving attribute %s of type %s", name, type(value).__name__)
    return found.values


def _warn_of_the_rest(path: Source, *attributes: Mapping[str, Any], stacklevel: int) -> None:
    """Warn once of all attributes that a file does not hold, where it is seen: few programs configure a log."""
    names = [name for each in attributes for name in sort_attributes(each.items()).refused]
    if names:
        warnings.warn(
            f"{label(path)} does not hold {', '.join(names)}: only numeric arrays and plain JSON values are saved; "
            f"ignore={names} leaves them out without this warning",
            UserWarning,
            stacklevel=stacklevel,
        )


# ---- models


def write_model(path: Source, state: ModelState) -> None:
    """Write a model to one file, atomically.

    Parameters
    ----------
    path : path or binary file
        ``.gz`` and ``.bz2`` compress.
    state : ModelState
        The model.

    Raises
    ------
    TypeError
        A word, or an attribute of words, is of a type that the file cannot hold.
    """
    vectors, described = vectors_to_archive(state.vectors)
    arrays = with_prefix(OF_VECTORS, vectors)
    for name, weights in (("syn1", state.syn1), ("syn1neg", state.syn1neg)):
        if weights is not None:
            arrays[name] = np.asarray(weights)
    if state.raw_vocab:
        arrays.update(with_prefix("raw_vocab.", pack_keys(list(state.raw_vocab))))
        arrays["raw_vocab.counts"] = np.array(list(state.raw_vocab.values()), np.int64)
    if state.random is not None:
        arrays.update(_random_arrays(state.random))
    arrays.update(with_prefix(_OF_TRAINING, state.training_arrays))
    metadata = {"kind": MODEL, "wv": described, "attributes": _storable(state.attributes, arrays)}
    if state.ignored:
        metadata["ignored"] = list(state.ignored)
    if state.training is not None:
        metadata["training"] = state.training
    write_archive(path, arrays, metadata)
    logger.info("saved %s", label(path))
    _warn_of_the_rest(path, state.attributes, state.vectors.attributes, stacklevel=4)  # whoever called save()


def read_model(path: Source, mmap: str | None = None) -> ModelState:
    """Read what `write_model` wrote.

    Parameters
    ----------
    path : path or binary file
        The file.
    mmap : {None, "r", "c"}
        See `npw2v.formats.archive.read_archive`.

    Returns
    -------
    ModelState
        The model.

    Raises
    ------
    FormatError
        The file is damaged or lacks a part; `NoModelError` if it holds something else.
    """
    arrays, metadata = read_archive(path, mmap)
    where = label(path)
    if metadata.get("kind") != MODEL:
        advice = " (load it with KeyedVectors.load)" if metadata.get("kind") == VECTORS else ""
        raise NoModelError(f"{where} holds no Word2Vec model but {shown(metadata.get('kind'))}{advice}")
    attributes = metadata.get("attributes")
    if not isinstance(attributes, dict) or not attributes.keys() >= _NEEDED:
        raise FormatError(f"{where} lacks the model's attributes: {', '.join(sorted(_NEEDED))} and others")
    for name in sorted(_NEEDED):
        if attributes[name] is None:
            raise FormatError(f"{where}: {name} is None, expected a number")
    check_numbers(attributes, where)
    with whole(where):
        _check_logs(attributes)
        vectors = vectors_from_archive(without_prefix(OF_VECTORS, arrays), metadata["wv"])
        expected = (len(vectors.index_to_key), attributes["layer1_size"])
        return ModelState(
            vectors=vectors,
            attributes={**attributes, **without_prefix("attributes.", arrays)},
            syn1=_output_weights(arrays, "syn1", expected, where),
            syn1neg=_output_weights(arrays, "syn1neg", expected, where),
            raw_vocab=_raw_vocab(without_prefix("raw_vocab.", arrays)),
            random=_random_state(arrays["random"], where) if "random" in arrays else None,
            ignored=_names(metadata.get("ignored", ())),
            training=metadata.get("training"),
            training_arrays=without_prefix(_OF_TRAINING, arrays),
        )


def _output_weights(arrays: Mapping[str, Array], name: str, expected: tuple[int, int], where: str) -> Array | None:
    weights = arrays.get(name)
    if weights is not None and (weights.shape != expected or weights.dtype != np.float32):
        raise FormatError(f"{where}: {name} is {weights.dtype} {weights.shape}, expected float32 {expected}")
    return weights


def _names(listed: Any) -> Collection[str]:
    if not all(isinstance(name, str) for name in listed):
        raise FormatError("the names of what was left out are no strings")
    return cast("Collection[str]", listed)


def _raw_vocab(arrays: Mapping[str, Array]) -> dict[Any, int]:
    if not arrays:
        return {}
    counts = arrays["counts"]
    if counts.ndim != 1 or counts.dtype.kind not in "iu":
        raise FormatError(f"the counts of raw_vocab are {counts.dtype} {counts.shape}, expected a row of integers")
    return dict(zip(unpack_keys(arrays), counts.tolist(), strict=True))


def _random_arrays(random: Any) -> dict[str, NDArray[np.uint32]]:
    """Return the state of a generator, key and position, for the file."""
    state = random.get_state(legacy=True) if isinstance(random, np.random.RandomState) else None
    if not isinstance(state, tuple):
        logger.warning("not saving the state of random, a %s and not numpy.random.RandomState()", type(random).__name__)
        return {}
    return {"random": np.append(state[1], np.uint32(state[2])).astype(np.uint32)}


def _random_state(state: Array, where: str) -> np.random.RandomState:
    if state.shape != (625,) or state.dtype != np.uint32 or state[-1] > 624:
        raise FormatError(f"{where}: random is no state of a generator, 624 uint32 and a position up to 624")
    random = np.random.RandomState()
    random.set_state(("MT19937", state[:-1], int(state[-1]), 0, 0.0))
    return random
