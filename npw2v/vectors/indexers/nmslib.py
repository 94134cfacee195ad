"""Approximate nearest neighbours by NMSLIB (https://github.com/nmslib/nmslib): ``pip install nmslib``."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from npw2v.formats.opening import replacing
from npw2v.formats.saveload import PICKLE_PROTOCOL
from npw2v.vectors.indexers.sidecar import read_sidecar, vectors_of, write_sidecar

__all__ = ["NmslibIndexer"]

try:
    _nmslib: Any = import_module("nmslib")
except ImportError as error:  # as gensim: on import of this module
    raise ImportError("NmslibIndexer needs the package nmslib: pip install nmslib") from error

Self = TypeVar("Self", bound="NmslibIndexer")


class NmslibIndexer:
    """An HNSW graph of vectors, which ``most_similar(indexer=...)`` asks instead of comparing with all vectors.

    Parameters
    ----------
    model : Word2Vec or KeyedVectors
        Whose vectors to index; vectors that change later must be indexed anew. None: no index yet.
    index_params : dict, optional
        Of NMSLIB's ``createIndex``; default ``{"M": 100, "indexThreadQty": 1, "efConstruction": 100, "post": 0}``.
    query_time_params : dict, optional
        Default ``{"efSearch": 100}``.

    Attributes
    ----------
    index : nmslib.FloatIndex or None
        None until there is one.
    labels : list or None
        The key of each row of the index.
    model : Word2Vec, KeyedVectors or None
        As given.
    index_params, query_time_params : dict
        As given, or the defaults.

    Raises
    ------
    ValueError
        `model` is neither of the two.
    """

    def __init__(
        self, model: Any, index_params: dict[str, Any] | None = None, query_time_params: dict[str, Any] | None = None
    ) -> None:
        if index_params is None:
            index_params = {"M": 100, "indexThreadQty": 1, "efConstruction": 100, "post": 0}
        if query_time_params is None:
            query_time_params = {"efSearch": 100}
        self.index: Any = None
        self.labels: list[Any] | None = None
        self.model = model
        self.index_params = index_params
        self.query_time_params = query_time_params
        if model is None:
            return
        vectors = vectors_of(model)
        index = _nmslib.init(method="hnsw", space="cosinesimil")
        index.addDataPointBatch(vectors.get_normed_vectors())
        index.createIndex(index_params, print_progress=False)
        index.setQueryTimeParams(query_time_params)
        self.index, self.labels = index, list(vectors.index_to_key)

    def most_similar(self, vector: ArrayLike, num_neighbors: int) -> list[tuple[Any, float]]:
        """Return up to `num_neighbors` keys with vectors near to `vector` and their cosines, the nearest first."""
        index, labels = self._built()
        rows, distances = index.knnQuery(np.asarray(vector), k=num_neighbors)
        return [(labels[row], float(1 - distance)) for row, distance in zip(rows, distances, strict=True)]

    def save(self, fname: str | os.PathLike[str], protocol: int = PICKLE_PROTOCOL) -> None:
        """Save the index to two files: NMSLIB's own, `fname`, and ``<fname>.d`` with keys and parameters.

        Both take the places of old ones when they are complete; see `npw2v.formats.opening.replacing`. `load` refuses
        two files of which a crash has left one old. The model is not saved. `protocol` is kept for gensim's sake:
        nothing is pickled.

        Raises
        ------
        TypeError
            A parameter is no plain value.
        ValueError
            The index was loaded: NMSLIB would write an empty one.
        OSError
            The files cannot be written.
        """
        index, labels = self._built()
        if len(index) != len(labels):
            raise ValueError("NMSLIB cannot save an index that was loaded: copy the two files that it came from")
        path = os.fspath(fname)
        parameters = {"index_params": self.index_params, "query_time_params": self.query_time_params}
        with replacing(path) as temporary:
            try:
                index.saveIndex(temporary)
            except RuntimeError as error:  # all that it says of a full disk
                raise OSError(f"NMSLIB cannot write its index to {path!r}: {error}") from error
            write_sidecar(path + ".d", type(self).__name__, labels, parameters, temporary)

    @classmethod
    def load(cls: type[Self], fname: str | os.PathLike[str]) -> Self:
        """Make an indexer from the files that `save` wrote, here or in gensim.

        Raises
        ------
        OSError
            A file is missing.
        FormatError
            ``<fname>.d`` is damaged.
        """
        path = os.fspath(fname)
        beside = path + ".d"
        if not os.path.exists(path):  # which NMSLIB itself does not notice
            raise FileNotFoundError(f"{path!r}, the index that belongs to {beside!r}, is missing")
        labels, parameters = read_sidecar(beside, cls.__name__, {"index_params": dict, "query_time_params": dict}, path)
        loaded = cls(None, **parameters)
        loaded.index = _nmslib.init(method="hnsw", space="cosinesimil")
        loaded.index.loadIndex(path)
        loaded.index.setQueryTimeParams(loaded.query_time_params)
        loaded.labels = labels
        return loaded

    def _built(self) -> tuple[Any, list[Any]]:
        if self.index is None or self.labels is None:
            raise AttributeError("this indexer has no index: give it a model, or load() one")
        return self.index, self.labels
