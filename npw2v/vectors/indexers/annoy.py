"""Approximate nearest neighbours by Annoy (https://github.com/spotify/annoy): ``pip install annoy``."""

from __future__ import annotations

import os
from contextlib import nullcontext
from importlib import import_module
from typing import Any

from numpy.typing import ArrayLike

from npw2v.errors import FormatError
from npw2v.formats.opening import replacing
from npw2v.formats.saveload import PICKLE_PROTOCOL
from npw2v.vectors.indexers.sidecar import read_sidecar, vectors_of, write_sidecar

__all__ = ["AnnoyIndexer"]

_RENAMES_WHAT_IS_MAPPED = os.name == "posix"


class AnnoyIndexer:
    """An index of unit vectors, which ``most_similar(indexer=...)`` asks instead of comparing with all vectors.

    Parameters
    ----------
    model : Word2Vec or KeyedVectors, optional
        Whose vectors to index; vectors that change later must be indexed anew. Without it, `load` an index.
    num_trees : int, optional
        More trees find more of the true neighbours, and take more time and memory.

    Attributes
    ----------
    index : annoy.AnnoyIndex or None
        None until there is one.
    labels : list or None
        The key of each row of the index.
    model : Word2Vec, KeyedVectors or None
        As given.
    num_trees : int or None
        As given, or of the index that was loaded.

    Raises
    ------
    ImportError
        The package annoy is not installed.
    ValueError
        `model` is neither of the two.
    """

    def __init__(self, model: Any = None, num_trees: int | None = None) -> None:
        self.index: Any = None
        self.labels: list[Any] | None = None
        self.model = model
        self.num_trees = num_trees
        if model is None or not num_trees:
            return
        vectors = vectors_of(model)
        index = _new_index(vectors.vector_size)
        for row, vector in enumerate(vectors.get_normed_vectors()):
            index.add_item(row, vector)
        index.build(num_trees)
        self.index, self.labels = index, list(vectors.index_to_key)

    def most_similar(self, vector: ArrayLike, num_neighbors: int) -> list[tuple[Any, float]]:
        r"""Return up to `num_neighbors` keys with vectors near to `vector` and their cosines, the nearest first.

        Annoy measures :math:`d = \sqrt{2 - 2 \cos}`; the cosine is :math:`1 - d^2 / 2`.
        """
        index, labels = self._built()
        rows, distances = index.get_nns_by_vector(vector, num_neighbors, include_distances=True)
        return [(labels[row], 1 - distance**2 / 2) for row, distance in zip(rows, distances, strict=True)]

    def save(self, fname: str | os.PathLike[str], protocol: int = PICKLE_PROTOCOL) -> None:
        """Save the index to two files: Annoy's own, `fname`, and ``<fname>.dict`` with the keys.

        Both take the places of old ones when they are complete; see `npw2v.formats.opening.replacing`. `load` refuses
        two files of which a crash has left one old. The model is not saved. `protocol` is kept for gensim's sake:
        nothing is pickled.
        """
        index, labels = self._built()
        path = os.fspath(fname)
        with replacing(path) if _RENAMES_WHAT_IS_MAPPED else nullcontext(path) as name:
            index.save(name)  # which Annoy then maps, under whatever name
            described = {"f": index.f, "num_trees": self.num_trees}
            write_sidecar(path + ".dict", type(self).__name__, labels, described, name)

    def load(self, fname: str | os.PathLike[str]) -> None:
        """Take an index from the files that `save` wrote, here or in gensim. Annoy maps its own into memory.

        Raises
        ------
        OSError
            A file is missing, or Annoy's is damaged.
        FormatError
            ``<fname>.dict`` is damaged, or does not belong to `fname`.
        """
        path = os.fspath(fname)
        beside = path + ".dict"
        if not (os.path.exists(path) and os.path.exists(beside)):
            raise OSError(f"an index consists of two files, {path!r} and {beside!r}: one is missing")
        labels, values = read_sidecar(beside, type(self).__name__, {"f": int, "num_trees": int}, path)
        if 4 * values["f"] > os.path.getsize(path):
            raise FormatError(f"{beside}: f is {values['f']}, of which {path} has no room for one vector")
        index = _new_index(values["f"])
        index.load(path)
        if index.get_n_items() != len(labels):
            raise FormatError(f"{beside} has {len(labels)} keys for the {index.get_n_items()} vectors in {path}")
        self.index, self.labels, self.num_trees = index, labels, values["num_trees"]

    def _built(self) -> tuple[Any, list[Any]]:
        if self.index is None or self.labels is None:
            raise AttributeError("this indexer has no index yet: give it model and num_trees, or load() one")
        return self.index, self.labels


def _new_index(dimensions: int) -> Any:
    try:
        annoy = import_module("annoy")
    except ImportError as error:
        raise ImportError("AnnoyIndexer needs the package annoy: pip install annoy") from error
    return annoy.AnnoyIndex(dimensions, metric="angular")
