"""A model's file: everything needed to go on training, in npw2v's own archive.

Arrays: the vectors' under ``wv.``, ``syn1neg``, those of ``raw_vocab`` if it was kept, and the state of ``random`` if
it was used. Metadata: ``kind``, the
vectors' (``wv``), and the model's attributes, its parameters and counters among them. An attribute that a program added
is stored if it is plain JSON or a numeric array. The noise table is not stored, since the counts give it. Nothing in
the file is code, and custom callables are not stored.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from npw2v.compat.oldnames import load_of_an_instance
from npw2v.errors import FormatError, NoModelError
from npw2v.formats.archive import (
    pack_keys,
    read_archive,
    unpack_keys,
    with_prefix,
    without_prefix,
    write_archive,
)
from npw2v.formats.attributes import NUMERIC_KINDS, is_json
from npw2v.formats.opening import Source, label
from npw2v.vectors.files import MODEL_PREFIX
from npw2v.vectors.keyedvectors import KeyedVectors

if TYPE_CHECKING:
    from npw2v.word2vec import Word2Vec

logger = logging.getLogger(__name__)

KIND = "Word2Vec"

#: Kept elsewhere in the file, made anew on loading, or not stored because they are code.
NOT_ATTRIBUTES = {"wv", "syn1", "syn1neg", "cum_table", "raw_vocab", "random", "hashfxn", "load", "_scan", "_keep_scan"}

#: Attributes without which the others make no model.
NEEDED = {"vector_size", "layer1_size", "negative", "ns_exponent"}


def write_model(model: Word2Vec, path: Source, ignore: Collection[str] = frozenset()) -> None:
    """Write ``model`` to one file, atomically.

    Parameters
    ----------
    model : Word2Vec
    path : path or open binary file; ``.gz`` and ``.bz2`` compress
    ignore : names of attributes to leave out, of the model or its vectors
    """
    vectors, described = model.wv.to_archive(ignore)
    arrays = with_prefix(MODEL_PREFIX, vectors)
    for name in ("syn1", "syn1neg"):
        if hasattr(model, name) and name not in ignore:
            arrays[name] = np.asarray(getattr(model, name))
    if model.raw_vocab and "raw_vocab" not in ignore:
        arrays.update(with_prefix("raw_vocab.", pack_keys(list(model.raw_vocab))))
        arrays["raw_vocab.counts"] = np.array(list(model.raw_vocab.values()), np.int64)
    if "random" in vars(model) and "random" not in ignore:
        arrays.update(_random_arrays(model.random))
    attributes: dict[str, Any] = {}
    for name, value in vars(model).items():
        if name in NOT_ATTRIBUTES or name in ignore:
            continue
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, np.ndarray) and value.dtype.kind in NUMERIC_KINDS:
            arrays[f"attributes.{name}"] = value
        elif is_json(value):
            attributes[name] = value
        else:
            logger.warning("not saving attribute %s of type %s", name, type(value).__name__)
    if model.hashfxn is not hash:
        logger.warning("not saving hashfxn: functions are not stored, and nothing uses it")
    write_archive(path, arrays, {"kind": KIND, "wv": described, "attributes": attributes})


def read_model(model: Word2Vec, path: Source, mmap: str | None = None) -> None:
    """Set the attributes of ``model``, a fresh object, from a file that :func:`write_model` wrote.

    Parameters
    ----------
    path : path or open binary file
    mmap : None, "r" or "c"; see :func:`npw2v.formats.archive.read_archive`

    Raises
    ------
    FormatError
        The file is damaged or lacks a part; `NoModelError` if it holds something else.
    """
    arrays, metadata = read_archive(path, mmap)
    if metadata.get("kind") != KIND:
        advice = " (load it with KeyedVectors.load)" if metadata.get("kind") == "KeyedVectors" else ""
        raise NoModelError(f"{label(path)} holds no Word2Vec model but {metadata.get('kind')!r}{advice}")
    attributes = metadata.get("attributes")
    if not isinstance(attributes, dict) or not attributes.keys() >= NEEDED:
        raise FormatError(f"{label(path)} lacks the model's attributes: {', '.join(sorted(NEEDED))} and others")
    try:
        vars(model).update(attributes)
        vars(model).update(without_prefix("attributes.", arrays))
        model.wv = KeyedVectors.from_archive(without_prefix(MODEL_PREFIX, arrays), metadata["wv"])
    except KeyError as error:
        raise FormatError(f"{label(path)} lacks {error}") from error
    for name in ("syn1", "syn1neg"):
        if name in arrays:
            setattr(model, name, _output_weights(arrays[name], name, model, label(path)))
    model.raw_vocab = _raw_vocab(without_prefix("raw_vocab.", arrays))
    if "random" in arrays:
        model.random = _random_state(arrays["random"], label(path))
    model.hashfxn, model.cum_table, model._scan, model._keep_scan = hash, None, None, False
    vars(model)["load"] = load_of_an_instance
    if model.negative and "count" in model.wv.expandos:
        model.make_cum_table()


def _output_weights(weights: NDArray[Any], name: str, model: Word2Vec, where: str) -> NDArray[np.float32]:
    expected = (len(model.wv), model.layer1_size)
    if weights.shape != expected or weights.dtype != np.float32:
        raise FormatError(f"{where}: {name} is {weights.dtype} {weights.shape}, expected float32 {expected}")
    return weights


def _raw_vocab(arrays: Mapping[str, NDArray[Any]]) -> dict[Any, int]:
    if not arrays:
        return {}
    return dict(zip(unpack_keys(arrays), arrays["counts"].tolist(), strict=True))


def _random_arrays(random: Any) -> dict[str, NDArray[np.uint32]]:
    """Return the state of ``model.random``, key and position, for the file."""
    state = random.get_state() if isinstance(random, np.random.RandomState) else None
    if not isinstance(state, tuple):
        logger.warning("not saving the state of random, a %s and not numpy.random.RandomState()", type(random).__name__)
        return {}
    return {"random": np.append(state[1], np.uint32(state[2])).astype(np.uint32)}


def _random_state(state: NDArray[Any], where: str) -> np.random.RandomState:
    if state.shape != (625,) or state.dtype != np.uint32 or state[-1] > 624:
        raise FormatError(f"{where}: random is no state of a generator, 624 uint32 and a position up to 624")
    random = np.random.RandomState()
    random.set_state(("MT19937", state[:-1], int(state[-1]), 0, 0.0))
    return random
