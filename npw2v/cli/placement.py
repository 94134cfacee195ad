"""Where points and their labels go so that they can be read: crowds moved apart, and no label on another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]

_GAPS = (4.0, 9.0, 15.0, 23.0, 33.0, 45.0, 60.0)  # between a point and its label
_NEAR = 5.0  # a label that is farther away needs a line to its point
_DIRECTIONS = 16
_LARGEST_SHARE, _STEPS_APART = 1 / 3, 300
_ROUNDS = 3
_SAMPLES = 12  # points that stand for a line
_SPACE = 0.75  # around a label
_MARK = 2.0  # from the middle of a point to its edge
_COVERED = 5.0  # what a point or the line of another label costs under a label, a step of gaps being 1
_MOST_COVERED = 2
_MET = 1.0  # what each piece of its own line costs that meets another point or line
_CROSSED = 2.0  # what arrows under a label cost


def move_apart(points: Floats, frame: tuple[float, float], room: tuple[float, float] = (44.0, 13.0)) -> Floats:
    """Scale points to a frame, and move those of a crowd apart until each has some room, or as much as there is.

    Neighbours stay neighbours: a point is pushed by those alone that are in its room, an ellipse.

    Parameters
    ----------
    points : float64 array (n, 2)
        Where they lie.
    frame : tuple of float
        Width and height to fill, the proportions of the points being kept.
    room : tuple of float
        Width and height that each point is to have. All of them together take at most a third of the frame.

    Returns
    -------
    float64 array (n, 2)
        In the units of the frame.
    """
    width, height = frame
    share = len(points) * room[0] * room[1] / (width * height)
    reach = np.array(room) * min(1.0, (_LARGEST_SHARE / share) ** 0.5)
    places: Floats = points * float((frame / np.maximum(np.ptp(points, axis=0), 1e-12)).min()) / reach
    # Two points on the very same spot have no direction to part in: their numbers give one.
    turns = np.arange(len(points)) * np.pi * (3 - 5**0.5)
    places = places + 1e-3 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    for _ in range(_STEPS_APART):
        pairs = cKDTree(places).query_pairs(0.99, output_type="ndarray")
        if not len(pairs):
            break
        first, second = pairs.T
        apart = places[second] - places[first]
        distance = np.maximum(np.hypot(*apart.T), 1e-9)[:, None]
        push = 0.3 * (1 - distance) * apart / distance
        for axis in (0, 1):
            places[:, axis] += np.bincount(second, push[:, axis], len(places))
            places[:, axis] -= np.bincount(first, push[:, axis], len(places))
    return np.asarray(places * reach)


def place_labels(
    points: Floats, sizes: Floats, frame: tuple[float, float, float, float], obstacles: Floats | None = None
) -> Floats:
    """Find a place for the label of each point, near it and in the frame, where it covers no other label.

    Each label in turn takes the best of some places around its point: near, on no other point and no line. One that is
    farther away is joined to its point by a straight line (see `leader`), which crosses no label. Then each looks
    again, now that the others are there.

    Parameters
    ----------
    points : float64 array (n, 2)
        In points of print, the most important first: they choose first.
    sizes : float64 array (n, 2)
        Width and height of the labels.
    frame : tuple of float
        Left, bottom, right and top of where labels may be.
    obstacles : float64 array (m, 2), optional
        Points along arrows, which labels had better not cover.

    Returns
    -------
    float64 array (n, 2)
        The middle of each label; nan where there was no room.
    """
    arrows = np.empty((0, 2)) if obstacles is None else obstacles
    centres, lines = np.full(points.shape, np.nan), np.full((len(points), _SAMPLES, 2), np.nan)
    paid = np.full(len(points), np.inf)
    largest = sizes.max(axis=0, initial=0.0)
    for _ in range(_ROUNDS):
        for own in np.flatnonzero(paid >= 1):  # the others stand as well as they can
            point, size = points[own], sizes[own]
            centres[own], lines[own], paid[own] = np.nan, np.nan, np.inf
            others = _within(centres, point, size + largest + _GAPS[-1])
            boxes = centres[others], sizes[others]
            marks = np.concatenate([np.delete(points, own, axis=0), lines.reshape(-1, 2)])
            marks, crossing = (near[_within(near, point, size + _GAPS[-1])] for near in (marks, arrows))
            for step, gap in enumerate(_GAPS):
                if paid[own] <= step:  # what is farther away costs more
                    break
                tried, costs = _around(point, size, gap)
                tried, ways, costs = _allowed(tried, step + costs, point, size, frame, boxes)
                covered = _covers(tried, marks, size / 2 + _MARK).sum(axis=1)
                met = _covers(ways.reshape(-1, 2), marks, np.full(2, _MARK)).any(axis=1).reshape(-1, _SAMPLES)
                crossed = _covers(tried, crossing, size / 2).any(axis=1)
                costs = costs + _COVERED * covered + _MET * met.sum(axis=1) + _CROSSED * crossed
                costs[covered > _MOST_COVERED] = np.inf
                best = int(costs.argmin()) if len(costs) else 0
                if len(costs) and costs[best] < paid[own]:
                    centres[own], lines[own], paid[own] = tried[best], ways[best], costs[best]
    return centres


def _around(point: Floats, size: Floats, gap: float) -> tuple[Floats, Floats]:
    """Return middles of a label around its point, and what they cost: the one to the right least."""
    angles = np.arange(_DIRECTIONS) * 2 * np.pi / _DIRECTIONS
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    # Where the direction leaves the box around the point, so that the gap is the same on all sides.
    corners = directions / np.abs(directions).max(axis=1, keepdims=True)
    costs = 0.4 * np.abs(np.sin(angles)) + 0.2 * (np.cos(angles) < -1e-9)
    return point + corners * size / 2 + directions * gap, costs


def _allowed(
    tried: Floats,
    costs: Floats,
    point: Floats,
    size: Floats,
    frame: tuple[float, float, float, float],
    boxes: tuple[Floats, Floats],
) -> tuple[Floats, Floats, Floats]:
    """Return the places that are in the frame and on no label, and whose line crosses none; the lines; the costs."""
    centres, sizes = boxes
    inside = (tried - size / 2 >= frame[:2]).all(axis=1) & (tried + size / 2 <= frame[2:]).all(axis=1)
    clear = inside & ~_covers(tried, centres, (sizes + size) / 2).any(axis=1)
    tried, costs = tried[clear], costs[clear]
    ways = leader(point, tried, size)
    clear = ~_covers(ways.reshape(-1, 2), centres, sizes / 2).any(axis=1).reshape(-1, _SAMPLES).any(axis=1)
    return tried[clear], ways[clear], costs[clear]


def _within(marks: Floats, point: Floats, reach: Floats) -> NDArray[np.intp]:
    """Return which marks are near a point; nan is not."""
    return np.flatnonzero((np.abs(marks - point) < reach).all(axis=1))


def _covers(centres: Floats, marks: Floats, reach: Floats) -> NDArray[np.bool_]:
    """Tell which boxes around `centres` (n) have which `marks` (m) in them or at their edge: an array (n, m)."""
    return np.asarray((np.abs(centres[:, None] - marks) < reach + _SPACE).all(axis=2))


def leader(point: Floats, centres: Floats, size: Floats) -> Floats:
    """Return points of the straight line from a point to the nearest edge of its label; nan where it needs none.

    Parameters
    ----------
    point : float64 array (2,)
        Where the line begins.
    centres : float64 array (n, 2)
        Places of the label.
    size : float64 array (2,)
        Its width and height.

    Returns
    -------
    float64 array (n, 12, 2)
        Evenly spaced, both ends among them.
    """
    ends = np.clip(point, centres - size / 2, centres + size / 2)
    lines: Floats = point + np.linspace(0, 1, _SAMPLES)[:, None] * (ends - point)[:, None]
    needless = np.hypot(*(ends - point).T) < _NEAR
    return np.where(needless[:, None, None], np.nan, lines)
