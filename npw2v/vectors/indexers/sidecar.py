"""What indexers of other libraries share: the vectors to put into an index, and a file beside it for the rest."""

from __future__ import annotations

from typing import Any

from npw2v.errors import FormatError
from npw2v.formats.archive import pack_keys, read_archive, unpack_keys, with_prefix, without_prefix, write_archive
from npw2v.formats.pickles import is_pickle, read_pickle
from npw2v.vectors.keyedvectors import KeyedVectors

_LABELS = "labels."


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


def write_sidecar(path: str, kind: str, labels: list[Any], values: dict[str, Any]) -> None:
    """Write the labels and plain values of an indexer to a file of npw2v's own, which holds no code."""
    write_archive(path, with_prefix(_LABELS, pack_keys(labels)), {"kind": kind, "values": values})


def read_sidecar(path: str, kind: str, names: tuple[str, ...]) -> tuple[list[Any], dict[str, Any]]:
    """Read what `write_sidecar` wrote, or the pickle that gensim writes in its place, without running code from it.

    Parameters
    ----------
    path : str
        Of the file beside the index.
    kind : str
        Which indexer the file must be of.
    names : tuple of str
        Values that must be there.

    Returns
    -------
    labels : list
        The key of each row of the index.
    values : dict of str to object
        The named values.

    Raises
    ------
    FormatError
        The file is damaged or of another kind.
    """
    if is_pickle(path):
        values = read_pickle(path)
        labels = values.get("labels") if isinstance(values, dict) else None
    else:
        arrays, metadata = read_archive(path)
        if metadata.get("kind") != kind:
            raise FormatError(f"{path} is not of a {kind}, but of {metadata.get('kind')!r}")
        try:
            values, labels = metadata.get("values"), unpack_keys(without_prefix(_LABELS, arrays))
        except KeyError as error:
            raise FormatError(f"{path} lacks {error}") from error
    if not isinstance(labels, list) or not isinstance(values, dict) or not values.keys() >= set(names):
        raise FormatError(f"{path} is not of a {kind}: it must have labels, {', '.join(names)}")
    return labels, {name: values[name] for name in names}
