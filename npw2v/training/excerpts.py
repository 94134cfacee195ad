"""Excerpts: the rows of the tables that a part has, in tables of their own, on which it is trained apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import BlockShape
from npw2v.kernels.combining import RowChanges, take_changes
from npw2v.kernels.paths import Tree
from npw2v.training.naming import named
from npw2v.training.parts import Part
from npw2v.training.weights import Weights


class _Rows(NamedTuple):
    """The rows of one table that are in an excerpt.

    Attributes
    ----------
    rows : int array (n,)
        Of the table, ascending.
    places : int array (n,)
        Where they are in the excerpt's table.
    """

    rows: NDArray[Any]
    places: NDArray[Any]


class Excerpt:
    """A part's rows of the tables of weights, and the part's words and nodes numbered by them.

    The rows are few beside those of the tables, and stand side by side: more of them stay in the caches, and the tables
    are left as they are. The words of the part come first, in the order of their rows, and then what is noise alone.
    Of the node table the top of the tree stays where it is, at its end, and the lower nodes are at its beginning.

    Parameters
    ----------
    weights : Weights
        Only read.
    tree : Tree or None
        The Huffman tree, for hierarchical softmax.

    Attributes
    ----------
    weights : Weights
        Tables as large as those, of which only the rows of the latest part have a meaning: the system gives memory to
        what has been written to.
    tree : Tree or None
        The same tree, whose words are numbered as the part's.
    """

    def __init__(self, weights: Weights, tree: Tree | None) -> None:
        self._all, self._all_prefixes = weights, None if tree is None else tree.prefix
        locks = None if weights.locks is None else np.array(weights.locks, np.float32)
        empty = {name: np.empty_like(table) for name, table in weights.tables().items()}
        self.weights = replace(weights, locks=locks, **empty)
        self.tree = None if tree is None else replace(tree, prefix=tree.prefix.copy())
        self._seen = np.zeros(len(weights.inputs), np.bool_)
        self._place_of = np.zeros(len(weights.inputs), np.int32)
        self._rows: dict[str, _Rows] = {}

    def named(self) -> dict[str, NDArray[Any]]:
        """Name the arrays that take the place of a job's."""
        locks = {} if self.weights.locks is None else {"locks": self.weights.locks}
        tree = {} if self.tree is None else named("tree", vars(self.tree))
        return {**named("weights", {**self.weights.tables(), **locks}), **tree}

    def take(self, part: Part, shape: BlockShape) -> Weights:
        """Copy the rows that a part has, and number it by them.

        Parameters
        ----------
        part : Part
            Filled, and not empty. Mutated: its words, noise words and nodes become places in the excerpt's tables.
        shape : BlockShape

        Returns
        -------
        Weights
            Those of the excerpt, of the words without the rows that have no meaning.
        """
        step = part.span(shape, 0, int(part.sizes[3]))
        ids, noise, tables = step.stretch.ids, step.stretch.noise, self._all
        words = self._mark(ids)
        rows = self._mark(noise)
        self._seen[rows] = False
        self._place_of[rows] = len(words)
        self._place_of[words] = np.arange(len(words), dtype=np.int32)
        drawn = rows[self._place_of.take(rows) == len(words)]
        self._place_of[drawn] = np.arange(len(words), len(rows), dtype=np.int32)
        ids[...], noise[...] = self._place_of.take(ids), self._place_of.take(noise)

        own = replace(self.weights, inputs=self.weights.inputs[: len(words)])
        _copy(tables.inputs, words, own.inputs)
        self._rows = {"inputs": _Rows(words, np.arange(len(words)))}
        if tables.outputs is not None:
            own.outputs = self.weights["outputs"][: len(rows)]
            _copy(tables.outputs, words, own.outputs[: len(words)])
            _copy(tables.outputs, drawn, own.outputs[len(words) :])
            self._rows["outputs"] = _Rows(rows, self._place_of.take(rows))
        if tables.locks is not None and own.locks is not None and len(tables.locks) > 1:
            own.locks[: len(words)] = tables.locks.take(words)
        if self.tree is not None and self._all_prefixes is not None and step.paths is not None:
            self._all_prefixes.take(words, mode="clip", out=self.tree.prefix[: len(words)])
            self._take_nodes(self.tree, step.paths.nodes)
        return own

    def _take_nodes(self, tree: Tree, nodes: NDArray[np.int32]) -> None:
        """Copy the rows of lower nodes, which are numbered by them, and of the top."""
        table, own = self._all["nodes"], self.weights["nodes"]
        top = tree.top_rows(len(table))
        lower = self._mark(nodes)
        self._seen[lower] = False
        lower = lower[: np.searchsorted(lower, top.start)]  # padding is node 0, which may be of the top
        if len(lower):
            self._place_of[lower] = np.arange(len(lower), dtype=np.int32)
            nodes[...] = self._place_of.take(nodes)
        _copy(table, lower, own[: len(lower)])
        own[top] = table[top]
        of_top = np.arange(top.start, top.stop)
        self._rows["nodes"] = _Rows(np.concatenate((lower, of_top)), np.concatenate((np.arange(len(lower)), of_top)))

    def changes(self, name: str, pulls: NDArray[np.float32], out: NDArray[np.float32] | None = None) -> RowChanges:
        """Return what training has changed in a table.

        Parameters
        ----------
        name : str
            The table's.
        pulls : float32 array
            Of the rows of the excerpt's table; those without one have not changed.
        out : float32 array, optional
            Room for the changes, at its beginning; None to make some.
        """
        rows, places = self._rows[name]
        of_rows = pulls.take(places)
        kept, table = np.flatnonzero(of_rows), self._all[name]
        if out is None:
            out = np.empty((len(kept), table.shape[1]), np.float32)
        return take_changes(table, rows[kept], self.weights[name], places[kept], of_rows[kept], out)

    def _mark(self, rows: NDArray[np.int32]) -> NDArray[np.intp]:
        """Mark rows as seen, and return all that are, ascending."""
        self._seen[rows.reshape(-1)] = True
        return np.flatnonzero(self._seen)


def _copy(table: NDArray[np.float32], rows: NDArray[np.intp], out: NDArray[np.float32]) -> None:
    """Copy rows of a table to the rows of another, one after the other."""
    table.take(rows, axis=0, mode="clip", out=out)
