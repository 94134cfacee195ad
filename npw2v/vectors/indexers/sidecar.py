"""What indexers of other libraries share: the vectors to put into an index, and a file beside it for the rest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from npw2v.checks import shown
from npw2v.errors import FormatError
from npw2v.formats.archive import pack_keys, read_archive, unpack_keys, with_prefix, without_prefix, write_archive
from npw2v.formats.pickles import STAND_INS, read_pickle
from npw2v.formats.sniff import is_pickle
from npw2v.formats.state import whole
from npw2v.vectors.keyedvectors import KeyedVectors

_LABELS = "labels."
_INDEX = "index"

_BLOCKS, _BLOCK = 64, 1 << 16  # of an index, by which it is told from another one


def vectors_of(model: Any) -> KeyedVectors:
    """Return the vectors of a model, its ``wv``, or vectors themselves.

    Raises
    ------
    ValueError
        It is something else.
    """
    vectors = getattr(model, "wv", model)  # vectors have no wv of their own
    if not isinstance(vectors, KeyedVectors):
        raise ValueError(f"expected a Word2Vec or KeyedVectors to make an index of, got a {type(model).__name__}")
    return vectors


def write_sidecar(path: str, kind: str, labels: list[Any], values: dict[str, Any], index: str | None = None) -> None:
    """Write the labels and plain values of an indexer to a file of npw2v's own, which holds no code.

    Parameters
    ----------
    path : str
        Of the file beside the index.
    kind : str
        Which indexer it is of.
    labels : list
        The key of each row of the index.
    values : dict of str to object
        What else to keep, as JSON values.
    index : str, optional
        The index that it belongs to, by which `read_sidecar` knows it again.
    """
    metadata = {"kind": kind, "values": values}
    if index is not None:
        metadata[_INDEX] = _fingerprint(index)
    write_archive(path, with_prefix(_LABELS, pack_keys(labels)), metadata)


def read_sidecar(
    path: str, kind: str, types: Mapping[str, type], index: str | None = None
) -> tuple[list[Any], dict[str, Any]]:
    """Read what `write_sidecar` wrote, or the pickle that gensim writes in its place, without running code from it.

    Parameters
    ----------
    path : str
        Of the file beside the index.
    kind : str
        Which indexer the file must be of.
    types : dict of str to type
        Values that must be there, and their types: int for a number of things, at least 1, or dict.
    index : str, optional
        The index that it must belong to. gensim's pickles, and files of npw2v 0.1, do not say which.

    Returns
    -------
    labels : list
        The key of each row of the index.
    values : dict of str to object
        The named values.

    Raises
    ------
    FormatError
        The file is damaged, of another kind, or belongs to another index.
    """
    if is_pickle(path):
        values = read_pickle(path)
        labels = values.get("labels") if isinstance(values, dict) else None
    else:
        arrays, metadata = read_archive(path)
        if metadata.get("kind") != kind:
            raise FormatError(f"{path} is not of a {kind}, but of {shown(metadata.get('kind'))}")
        with whole(path):
            values, labels = metadata.get("values"), unpack_keys(without_prefix(_LABELS, arrays))
        if index is not None and metadata.get(_INDEX, found := _fingerprint(index)) != found:
            raise FormatError(
                f"{path} does not belong to {index}: one of the two was replaced without the other. Save the indexer "
                "again, or make it anew of the vectors"
            )
    if not isinstance(labels, list) or not isinstance(values, dict) or not values.keys() >= types.keys():
        raise FormatError(f"{path} is not of a {kind}: it must have labels, {', '.join(types)}")
    if any(isinstance(key, (list, dict, *STAND_INS)) for key in labels):
        raise FormatError(f"{path}: the labels are no strings, numbers or tuples")
    return labels, {name: _checked(values[name], name, expected, path) for name, expected in types.items()}


def _checked(value: Any, name: str, expected: type, path: str) -> Any:
    """Return a value that is as expected, NumPy's integers as Python's."""
    if expected is int and isinstance(value, int | np.integer) and value >= 1:
        return int(value)
    plain = isinstance(value, dict) and all(
        isinstance(each, str) and isinstance(of, int | float | str) for each, of in value.items()
    )
    if expected is dict and plain:
        return value
    what = "a number, at least 1" if expected is int else "a dict of parameters"
    raise FormatError(f"{path}: {name} is {shown(value)}, expected {what}")


def _fingerprint(index: str) -> list[Any]:
    """Return the size of a file and a digest of it, of large ones of 64 blocks, as they are mapped and not read."""
    size = os.path.getsize(index)
    digest = hashlib.sha256()
    with open(index, "rb") as file:
        for block in range(_BLOCKS):
            file.seek(max(size - _BLOCK, 0) * block // (_BLOCKS - 1))
            digest.update(file.read(_BLOCK))
    return [size, digest.hexdigest()]
