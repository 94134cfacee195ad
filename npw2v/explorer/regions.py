"""The parts of a map: which words lie together, and what to call them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from npw2v.vectors.projection import Floats
from npw2v.vectors.search import divisors, row_norms, unit_vectors

#: Cells on a side of the grid on which the density of words is seen.
_CELLS = 128

#: A part is named after this many words, of the most frequent quarter of it, but at least of the first so many.
_NAMES, _NAMED_FROM = 2, 8


class Regions(NamedTuple):
    """The parts of a map.

    Attributes
    ----------
    of_words : uint8 array (n,)
        The part of each word.
    names : list of list of int
        The rows of the words that each is named after.
    places : float64 array (parts, 2)
        The densest spot of each.
    colours : list of int
        A number for each part, not that of a part beside it where that can be avoided.
    """

    of_words: NDArray[np.uint8]
    names: list[list[int]]
    places: Floats
    colours: list[int]


def find_regions(vectors: NDArray[Any], places: Floats, most: int = 14, colours: int = 6) -> Regions:
    """Divide a map at its valleys.

    The density of the words, smoothed until it has at most `most` hills, tells the parts: a word belongs to the hill
    that the steepest way up from it leads to. A part is called after those of its frequent words whose vectors are most
    like the mean of the part, and unlike the mean of all.

    Parameters
    ----------
    vectors : float array (n, d)
        One a word, the most frequent word first.
    places : float array (n, 2)
        Where the words lie, from 0 to 1.
    most : int
        How many parts there are at most.
    colours : int
        How many colours there are.

    Returns
    -------
    Regions
        At least one.
    """
    cells = np.minimum((places * _CELLS).astype(np.intp), _CELLS - 1)
    counts = np.zeros((_CELLS, _CELLS))
    np.add.at(counts, tuple(cells.T), 1.0)
    width = 2.0
    while True:
        hill_of_cells, tops = _hills(ndimage.gaussian_filter(counts, width, mode="constant"))
        of_words, used = np.unique(hill_of_cells[tuple(cells.T)], return_inverse=True)
        if len(of_words) <= most:
            break
        width *= 1.1
    parts = used.reshape(-1).astype(np.uint8)
    tops = (tops[of_words] + 0.5) / _CELLS
    return Regions(parts, _names(vectors, parts), tops, _colours(places, parts, tops, colours))


def _hills(density: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return the number of the hill of each cell, and the cell of the top of each hill."""
    size = len(density)
    padded = np.pad(density, 1, constant_values=-1.0)
    around = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    views = np.stack([padded[1 + a : 1 + a + size, 1 + b : 1 + b + size] for a, b in around])
    steepest = np.array([a * size + b for a, b in around])[views.argmax(axis=0)]
    goal = np.arange(size * size) + steepest.ravel()
    while (goal != goal[goal]).any():
        goal = goal[goal]
    tops, hills = np.unique(goal, return_inverse=True)
    return hills.reshape(size, size), np.stack(np.divmod(tops, size), axis=1).astype(np.float64)


def _names(vectors: NDArray[Any], parts: NDArray[np.uint8]) -> list[list[int]]:
    units = unit_vectors(vectors)
    apart = units - units.mean(axis=0)
    names = []
    for part in range(int(parts.max()) + 1):
        members = np.flatnonzero(parts == part)
        frequent = members[: max(len(members) // 4, _NAMED_FROM)]
        likeness = apart[frequent] @ apart[members].mean(axis=0)
        lengths = divisors(row_norms(apart[frequent]))
        best = np.argsort(-likeness / lengths, kind="stable")[:_NAMES]
        names.append(sorted(frequent[best].tolist()))
    return names


def _colours(places: Floats, parts: NDArray[np.uint8], tops: Floats, colours: int) -> list[int]:
    """Give each part, the largest first, a colour that those around it have not, or the one farthest away has."""
    chosen: dict[int, int] = {}
    for part in np.argsort(-np.bincount(parts), kind="stable").tolist():
        near = np.full(colours, np.inf)
        for other, colour in chosen.items():
            near[colour] = min(near[colour], float(((tops[part] - tops[other]) ** 2).sum()))
        chosen[part] = int(near.argmax())
    return [chosen[part] for part in range(len(tops))]
