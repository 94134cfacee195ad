"""Pictures of word vectors: a map of words, relations as arrows, the loss.

matplotlib is imported only when something is drawn.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np

from npw2v.vectors.keyedvectors import KeyedVectors
from npw2v.vectors.projection import Floats, neighbourhoods, principal_components

_MAP_LABEL, _ARROW_LABEL = 10.0, 8.5  # points
_FROM, _TO = "tab:blue", "tab:red"
# Far apart from each other and all dark enough to read text in.
_COLOURS = (
    "#1f5fbf", "#d1495b", "#2e7d32", "#e07a00", "#7b3fa0", "#008b8b", "#8d5524", "#c2185b", "#5b6770", "#9a8700",
    "#3d3d8f", "#b03a2e", "#00796b", "#a0522d", "#6a1b9a", "#4e7d00", "#0277bd", "#ad1457", "#455a64", "#bf6f00",
)  # fmt: skip


def draw_words(
    vectors: KeyedVectors,
    groups: Mapping[str, Sequence[str]],
    relations: Mapping[str, Sequence[tuple[str, str]]],
    path: str | os.PathLike[str],
    *,
    title: str = "",
    losses: Sequence[float] = (),
) -> None:
    """Draw words on a map coloured by group, relations as arrows, and the loss of each epoch; write it as PNG.

    The map is `neighbourhoods` of the unit vectors; crowded words are moved apart until each can be read. Each relation
    has a panel of its own with the `principal_components` of its words: where a relation is a direction in the vector
    space, its arrows are parallel. Words that `vectors` does not have are left out, and so are relations of which fewer
    than two pairs are left.

    Parameters
    ----------
    vectors : KeyedVectors
        Not changed.
    groups : mapping of str to sequence of str
        {legend: words}; a word in several groups is drawn in the first.
    relations : mapping of str to sequence of pairs
        {heading: [(from, to), ...]}; at most three are drawn.
    path : path
        The file to write.
    title : str
        Above everything.
    losses : sequence of float
        One an epoch; nothing is drawn for fewer than two.

    Raises
    ------
    ImportError
        matplotlib is not installed.
    ValueError
        Fewer than three of the words are in `vectors`.
    """
    figure_class, canvas_class = _matplotlib()
    figure = figure_class(figsize=(19, 12), dpi=110, layout="constrained")
    canvas_class(figure)
    panels = {name: known for name, pairs in relations.items() if len(known := _known_pairs(vectors, pairs)) >= 2}
    panels = dict(list(panels.items())[:3])
    below = len(panels) + (len(losses) > 1)
    grid = figure.add_gridspec(max(below, 1), 2 if below else 1, width_ratios=[2.1, 1] if below else None)
    crowds = [(_draw_map(figure.add_subplot(grid[:, 0]), vectors, groups), 0.35)]
    for row, (name, pairs) in enumerate(panels.items()):
        crowds.append((_draw_relation(figure.add_subplot(grid[row, 1]), vectors, name, pairs), np.inf))
    if len(losses) > 1:
        _draw_losses(figure.add_subplot(grid[below - 1, 1]), losses)
    figure.suptitle(title, fontsize=15)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # what follows is measured in pixels: the panels must not move any more
    for labels, sideways in crowds:
        _move_apart(labels, sideways)
    figure.savefig(path)


def _matplotlib() -> tuple[Any, Any]:
    """Return matplotlib's Figure and its Agg canvas: no window system, no pyplot state."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError("drawing needs matplotlib: pip install npw2v[plot]") from error
    return Figure, FigureCanvasAgg


def _known_pairs(vectors: KeyedVectors, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for pair in pairs if pair[0] in vectors and pair[1] in vectors]


def _unit_vectors(vectors: KeyedVectors, words: Sequence[str]) -> Floats:
    rows = np.array([vectors[word] for word in words], dtype=np.float64)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


def _draw_map(axes: Any, vectors: KeyedVectors, groups: Mapping[str, Sequence[str]]) -> list[Any]:
    group_of: dict[str, str] = {}
    for name, members in groups.items():
        for word in members:
            if word in vectors:
                group_of.setdefault(word, name)
    words = list(group_of)
    if len(words) < 3:
        raise ValueError(f"a map needs at least 3 words that have vectors, got {len(words)}")
    places = neighbourhoods(_unit_vectors(vectors, words))
    colours = dict(zip(dict.fromkeys(group_of.values()), cycle(_COLOURS), strict=False))
    axes.scatter(places[:, 0], places[:, 1], s=0)
    for name, colour in colours.items():
        axes.plot([], [], "s", color=colour, label=name)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.005), ncols=9, frameon=False, fontsize=10)
    _tidy(axes, "words that keep the same company are neighbours", margin=0.04)
    return [
        axes.annotate(
            word, place, (0, 0), textcoords="offset points", ha="center", va="center", fontsize=_MAP_LABEL,
            color=colours[group_of[word]],
        )
        for word, place in zip(words, places, strict=True)
    ]  # fmt: skip


def _draw_relation(axes: Any, vectors: KeyedVectors, name: str, pairs: Sequence[tuple[str, str]]) -> list[Any]:
    places = principal_components(_unit_vectors(vectors, [word for pair in pairs for word in pair]))
    starts, ends = places[::2], places[1::2]
    to_the_right = 1.0 if (ends - starts)[:, 0].mean() > 0 else -1.0  # either sign of a component is as good
    starts, ends = starts * [to_the_right, 1], ends * [to_the_right, 1]
    arrow = {"arrowstyle": "->", "color": "0.6", "shrinkA": 3, "shrinkB": 3}
    for start, end in zip(starts, ends, strict=True):
        axes.annotate("", xy=end, xytext=start, arrowprops=arrow, zorder=1)
    labels = []
    for points, column, colour, side in ((starts, 0, _FROM, "right"), (ends, 1, _TO, "left")):
        axes.scatter(points[:, 0], points[:, 1], s=16, color=colour, zorder=2)
        offset = 5 if side == "left" else -5
        labels += [
            axes.annotate(
                pair[column], point, (offset, 0), textcoords="offset points", ha=side, va="center", color=colour,
                fontsize=_ARROW_LABEL,
            )
            for pair, point in zip(pairs, points, strict=True)
        ]  # fmt: skip
    _tidy(axes, name, margin=0.16)
    return labels


def _draw_losses(axes: Any, losses: Sequence[float]) -> None:
    axes.plot(range(1, len(losses) + 1), losses, marker="o", markersize=4, color="tab:green")
    axes.set_title("mean loss of a word pair in each epoch", fontsize=11)
    axes.set_xlabel("epoch")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(alpha=0.3)


def _tidy(axes: Any, title: str, margin: float) -> None:
    axes.set_title(title, fontsize=11)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.margins(margin)


def _move_apart(labels: Sequence[Any], sideways: float, steps: int = 600) -> None:
    """Push overlapping annotations apart within their axes until none overlaps or `steps` have passed.

    Each pair is pushed along one axis. Labels are wide, so that stacking them is the shorter way by far and a crowd
    would grow into a tower: a way to the side counts `sideways` times its length.
    """
    axes = labels[0].axes
    boxes = [label.get_window_extent() for label in labels]
    start = np.array([[(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2] for box in boxes])
    reach = np.array([[box.width, box.height] for box in boxes]) / 2 + [3.0, 1.0]
    # Two labels on the very same spot have no direction to part in: their order in the list gives one.
    order = np.sign(np.subtract.outer(np.arange(len(labels)), np.arange(len(labels))))[..., None]
    centres = start.copy()
    for _ in range(steps):
        apart = centres[:, None] - centres
        shared = reach[:, None] + reach - np.abs(apart)
        overlapping = (shared > 0).all(axis=2, keepdims=True) & (order != 0)
        if not overlapping.any():
            break
        axis = np.argmin(np.where(overlapping, shared, 1.0) * [sideways, 1.0], axis=2)[..., None] == np.arange(2)
        push = np.where(apart == 0, order, np.sign(apart)) * shared * axis * overlapping
        centres = np.clip(centres + 0.4 * push.sum(axis=1), axes.bbox.min + reach + 3, axes.bbox.max - reach - 3)
    for label, moved in zip(labels, (centres - start) * 72 / axes.figure.dpi, strict=True):
        label.xyann = tuple(np.asarray(label.xyann) + moved)
