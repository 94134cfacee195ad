"""The tables of weights that training changes, under the names that all of training has for them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

#: The tables by name.
TABLES = ("inputs", "outputs", "nodes")


@dataclass
class Weights:
    """The weights of a model, and the factors of its input rows.

    Attributes
    ----------
    inputs : float32 array (V, d)
        The vectors.
    locks : float32 array (V,) or (1,), or None
        Factors of the updates of the input rows (gensim's ``vectors_lockf``); None if the model has none.
    outputs : float32 array (V, d) or None
        Output weights of negative sampling (``syn1neg``); None without it.
    nodes : float32 array (V, d) or None
        Output weights of hierarchical softmax (``syn1``); None without it.
    """

    inputs: NDArray[np.float32]
    locks: NDArray[np.float32] | None = None
    outputs: NDArray[np.float32] | None = None
    nodes: NDArray[np.float32] | None = None

    def tables(self) -> dict[str, NDArray[np.float32]]:
        """Return the tables that there are, by name."""
        found = {name: getattr(self, name) for name in TABLES}
        return {name: table for name, table in found.items() if table is not None}

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        """Return a table that must be there.

        Raises
        ------
        KeyError
            It is not.
        """
        table: NDArray[np.float32] | None = getattr(self, name)
        if table is None:
            raise KeyError(name)
        return table

    def take(self, other: Weights) -> None:
        """Refer to the tables of ``other`` from now on."""
        for name, table in other.tables().items():
            setattr(self, name, table)

    def copied(self) -> Weights:
        """Copy the tables into memory of their own."""
        return replace(self, **{name: np.array(table) for name, table in self.tables().items()})

    def finite(self) -> bool:
        """Whether all weights are finite numbers."""
        return all(bool(np.isfinite(table).all()) for table in self.tables().values())
