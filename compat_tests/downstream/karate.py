"""How well the vectors of the members of Zachary's karate club tell who is friends, and who went to which club."""

from __future__ import annotations

from typing import Any, NamedTuple

import networkx
import numpy as np
import numpy.typing as npt


class Separation(NamedTuple):
    """Mean cosine similarities, and the share of members whose nearest neighbor went to the same club."""

    same_club: float
    other_club: float
    friends: float
    strangers: float
    purity: float


def separation(graph: networkx.Graph, vectors: npt.NDArray[Any]) -> Separation:
    """Compare `vectors`, a row a member in the order of the graph, with the clubs and friendships of `graph`.

    Vectors count from their mean, as for k-means or a linear classifier: what all of them share tells nobody apart.
    """
    club = np.array([graph.nodes[member]["club"] for member in range(len(graph))])
    friends = networkx.to_numpy_array(graph, nodelist=range(len(graph))) > 0
    same, others = club[:, None] == club, ~np.eye(len(graph), dtype=bool)
    vectors = vectors - vectors.mean(axis=0)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = unit @ unit.T
    nearest = np.where(others, cosines, -np.inf).argmax(axis=1)
    return Separation(
        same_club=cosines[same & others].mean(),
        other_club=cosines[~same].mean(),
        friends=cosines[friends & others].mean(),
        strangers=cosines[~friends & others].mean(),
        purity=float((club[nearest] == club).mean()),
    )
