"""Pictures of word vectors: maps of words, relations as arrows, training by epoch, words that differ between models.

matplotlib is imported only when something is drawn.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from npw2v.cli.output import say
from npw2v.cli.placement import leader, move_apart, place_labels
from npw2v.formats.opening import check_writable, replacing
from npw2v.vectors.keyedvectors import KeyedVectors
from npw2v.vectors.projection import Floats, neighbourhoods, principal_components

Path = str | os.PathLike[str]

#: Endings of the files of pictures, and what to leave out of them, so that the same picture is the same bytes.
ENDINGS: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Producer": None, "Creator": None},
}

#: The palette of M. Okabe and K. Ito, "Color Universal Design" (2008), which all kinds of eyes can tell apart.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")

_STYLE = {
    "font.family": ["DejaVu Sans"],
    "text.parse_math": False,  # words may have dollar signs
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "npw2v",
    "pdf.fonttype": 42,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.dpi": 150,
}
_LABEL, _IMPORTANT_LABEL, _NOTE = 8.0, 9.5, 8.0  # points
_DOT, _IMPORTANT_DOT = 22.0, 50.0  # square points
_LONGEST_WORD = 40
_NO_GLYPH, _NO_ROOM = "missing from", "constrained_layout not applied"  # of warnings that users need not see
_READABLE = 4.5  # contrast of small text to what is behind it, as the W3C recommends


@dataclass(frozen=True)
class Group:
    """Words of one colour and shape.

    Attributes
    ----------
    name : str
        What the legend says; nothing if it is empty.
    words : sequence of str
        Its words.
    important : sequence of str
        Those of them that stand out, and get their labels first.
    """

    name: str
    words: Sequence[str]
    important: Sequence[str] = ()


@dataclass(frozen=True)
class Sheet:
    """What a picture looks like.

    Attributes
    ----------
    size : tuple of float, optional
        Width and height in inches; by default what suits the picture.
    title : str
        Above everything.
    dark : bool
        Whether to draw in light colours on a dark ground.
    """

    size: tuple[float, float] | None = None
    title: str = ""
    dark: bool = False


_PLAIN = Sheet()


def sheet_of(options: Any) -> Sheet:
    """Return what the options of a command say of its picture; see `npw2v.cli.options.add_sheet`."""
    return Sheet(options.size, options.title, options.dark)


def check_picture(path: Path) -> None:
    """Raise if a picture could not be drawn or written: to know it before the work, not after it.

    Raises
    ------
    ImportError
        matplotlib is not installed.
    ValueError
        The ending is not that of a picture.
    OSError
        The file cannot be written.
    """
    _ending(path)
    check_writable(os.fspath(path))
    _matplotlib()


def _ending(path: Path) -> str:
    ending = os.path.splitext(os.fspath(path))[1].lower()
    if ending not in ENDINGS:
        raise ValueError(
            f"{os.fspath(path)!r} says no kind of picture: expected a name that ends in .png, .svg or .pdf"
        )
    return ending


def _matplotlib() -> Any:
    """Return matplotlib, with its Figure and the Agg canvas, which need no window system."""
    try:
        import matplotlib
        import matplotlib.backends.backend_agg
        import matplotlib.figure
    except ImportError as error:
        raise ImportError("drawing needs matplotlib: pip install npw2v[plot]") from error
    return matplotlib


@contextmanager
def _drawn(path: Path, sheet: Sheet, size: tuple[float, float]) -> Iterator[Any]:
    """Give a figure, of a size unless the sheet has one, and write it when it is complete."""
    ending = _ending(path)
    matplotlib = _matplotlib()
    ink, paper = _ink_and_paper(sheet.dark)
    colours = dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), ink)
    papers = dict.fromkeys(("figure.facecolor", "axes.facecolor", "savefig.facecolor"), paper)
    with matplotlib.rc_context({**_STYLE, **colours, **papers}):
        figure = matplotlib.figure.Figure(figsize=size if sheet.size is None else sheet.size, layout="constrained")
        matplotlib.backends.backend_agg.FigureCanvasAgg(figure)
        if sheet.title:
            figure.suptitle(shown_word(sheet.title, 200), fontsize=13)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield figure
            with replacing(os.fspath(path)) as temporary:
                figure.savefig(temporary, format=ending[1:], metadata=ENDINGS[ending])
    if any(_NO_GLYPH in str(warning.message) for warning in caught):
        say("some characters are not in the font and are drawn as boxes; a .svg shows them where it is opened")
    for warning in caught:
        if _NO_GLYPH not in str(warning.message) and _NO_ROOM not in str(warning.message):
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)


def _ink_and_paper(dark: bool) -> tuple[str, str]:
    return ("#f2f2f2", "#16181d") if dark else ("#1a1a1a", "#ffffff")


# ---- maps


def draw_map(
    vectors: KeyedVectors,
    groups: Sequence[Group],
    path: Path,
    *,
    pairs: Sequence[tuple[str, str]] = (),
    method: str = "tsne",
    sheet: Sheet = _PLAIN,
) -> list[str]:
    """Draw words on a map, each group in a colour and a shape of its own; return those that had no room for a label.

    Parameters
    ----------
    vectors : KeyedVectors
        Not changed.
    groups : sequence of Group
        A word in several groups is drawn in the first.
    path : path
        The file to write: .png, .svg or .pdf.
    pairs : sequence of pairs
        Words, all of them in groups, between which arrows are drawn.
    method : {"tsne", "pca"}
        `neighbourhoods` or `principal_components`, of the vectors scaled to length 1.
    sheet : Sheet
        What it looks like.

    Raises
    ------
    ImportError, OSError
        See `check_picture`.
    ValueError
        There are fewer than three words, or their vectors have one dimension, or inf or nan in them.
    """
    size = (10.0, 7.5) if sheet.size is None else sheet.size
    layout = _layout(vectors, groups, method, size)
    with _drawn(path, sheet, size) as figure:
        labels = _draw_layout(figure.add_subplot(), layout, pairs, sheet.dark)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # what follows is measured in pixels: nothing must move any more
        return labels.place()


def draw_words(
    vectors: KeyedVectors,
    groups: Mapping[str, Sequence[str]],
    relations: Mapping[str, Sequence[tuple[str, str]]],
    path: Path,
    *,
    title: str = "",
    history: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Draw a map of words, relations as arrows beside it, and the loss of each epoch.

    Each relation has a panel of its own with the `principal_components` of its words: where a relation is a direction
    in the vector space, its arrows are parallel. Words that `vectors` does not have are left out, and so are relations
    of which fewer than two pairs are left.

    Parameters
    ----------
    vectors : KeyedVectors
        Not changed.
    groups : mapping of str to sequence of str
        {legend: words}; a word in several groups is drawn in the first.
    relations : mapping of str to sequence of pairs
        {heading: [(from, to), ...]}; at most three are drawn.
    path : path
        The file to write: .png, .svg or .pdf.
    title : str
        Above everything.
    history : sequence of mappings
        A row an epoch, as ``model.history``; losses are drawn if there are at least two.

    Raises
    ------
    ImportError, OSError
        See `check_picture`.
    ValueError
        Fewer than three of the words are in `vectors`.
    """
    known = [Group(name, [word for word in words if word in vectors]) for name, words in groups.items()]
    layouts: list[tuple[_Layout, Sequence[tuple[str, str]], str]]
    layouts = [(_layout(vectors, known, "tsne", (12.0, 11.0)), [], "words that keep the same company are neighbours")]
    panels = ((name, _known_pairs(vectors, pairs)) for name, pairs in relations.items())
    for name, pairs in islice(((name, pairs) for name, pairs in panels if len(pairs) >= 2), 3):
        ends = [Group("", [pair[side] for pair in pairs]) for side in (0, 1)]
        layouts.append((replace(_layout(vectors, ends, "pca"), notes=("", "")), pairs, name))
    losses = sum(row["loss"] is not None for row in history) > 1
    below = len(layouts) - 1 + losses
    with _drawn(path, Sheet(title=title), (19.0, 12.0)) as figure:
        grid = figure.add_gridspec(max(below, 1), 2 if below else 1, width_ratios=[2.1, 1] if below else None)
        labels = []
        for row, (layout, arrows, heading) in enumerate(layouts):
            axes = figure.add_subplot(grid[row - 1, 1] if row else grid[:, 0])
            axes.set_title(heading, fontsize=11)
            labels.append(_draw_layout(axes, layout, arrows, dark=False))
        if losses:
            _draw_losses(figure.add_subplot(grid[below - 1, 1]), history)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        for each in labels:
            each.place()


def _known_pairs(vectors: KeyedVectors, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for pair in pairs if pair[0] in vectors and pair[1] in vectors]


@dataclass(frozen=True)
class _Layout:
    """Words, where they lie, and what the picture says of it."""

    groups: Sequence[Group]  # without words that are in an earlier one
    places: Mapping[str, Floats]
    notes: Sequence[str]  # below and to the left


def _layout(
    vectors: KeyedVectors, groups: Sequence[Group], method: str, size: tuple[float, float] = (10.0, 7.5)
) -> _Layout:
    """Lay words out on a sheet of so many inches."""
    group_of: dict[str, int] = {}
    for number, group in enumerate(groups):
        for word in group.words:
            group_of.setdefault(word, number)
    words = list(group_of)
    if len(words) < 3:
        raise ValueError(f"a map needs at least 3 words that have vectors, got {len(words)}")
    points = np.array([vectors[word] for word in words], dtype=np.float64)
    if points.shape[1] < 2:
        raise ValueError("a map needs vectors of at least 2 dimensions, got 1")
    if not np.isfinite(points).all():
        word = words[int(np.flatnonzero(~np.isfinite(points).all(axis=1))[0])]
        raise ValueError(f"the vector of {word!r} has inf or nan in it, so it has no place on a map: see npw2v doctor")
    points /= np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
    if method == "pca":
        places = principal_components(points)
        shares = places.var(axis=0) / max(float(points.var(axis=0).sum()), 1e-12)
        names = ("first", "second")
        notes = [
            f"{n} principal component ({share:.0%} of the variance)" for n, share in zip(names, shares, strict=True)
        ]
    else:
        turned = principal_components(neighbourhoods(points))  # so that it is wider than high
        places = move_apart(turned, (0.9 * 72 * size[0], 0.8 * 72 * size[1]))
        notes = [f"t-SNE of {len(words):,} words, crowds moved apart: neighbours mean much, far distances little", ""]
    own = [[word for word in dict.fromkeys(group.words) if group_of[word] == at] for at, group in enumerate(groups)]
    kept = [replace(group, words=words) for group, words in zip(groups, own, strict=True)]
    return _Layout(kept, dict(zip(words, places, strict=True)), notes)


@dataclass(frozen=True)
class _Labels:
    """Words at their points, to be placed when the axes stand where they will be."""

    axes: Any
    words: Sequence[str]
    places: Floats
    colours: Sequence[str]
    important: set[str]
    arrows: Sequence[tuple[Floats, Floats]]

    def place(self) -> list[str]:
        """Draw the labels that have room, and return the words that have none."""
        axes, unit = self.axes, self.axes.figure.dpi / 72  # pixels of a point of print
        texts = [
            axes.annotate(
                shown_word(word), place, (0, 0), textcoords="offset points", ha="center", va="center", color=colour,
                fontsize=_IMPORTANT_LABEL if word in self.important else _LABEL,
                fontweight="bold" if word in self.important else "normal", zorder=4,
            )
            for word, place, colour in zip(self.words, self.places, self.colours, strict=True)
        ]  # fmt: skip
        boxes = [text.get_window_extent() for text in texts]
        sizes = np.array([[box.width, box.height] for box in boxes]) / unit
        points = axes.transData.transform(self.places) / unit
        arrows = [axes.transData.transform(np.array(arrow)) / unit for arrow in self.arrows]
        centres = place_labels(points, sizes, axes.bbox.extents / unit, _along(arrows))
        without = []
        for word, text, point, centre, size in zip(self.words, texts, points, centres, sizes, strict=True):
            if np.isnan(centre).any():
                text.remove()
                without.append(word)
                continue
            text.xyann = tuple(centre - point)
            end = leader(point, centre[None], size)[0, -1]
            if not np.isnan(end).any():
                line = {"arrowstyle": "-", "color": "0.6", "linewidth": 0.6, "shrinkA": 0, "shrinkB": 2}
                where = {"xytext": tuple(end - point), "textcoords": "offset points"}
                axes.annotate("", text.xy, **where, arrowprops=line, zorder=1)
        return without


def _along(arrows: Sequence[Floats]) -> Floats:
    """Return points along arrows, as close together as words are high."""
    lines = [np.linspace(start, end, max(2, int(np.hypot(*(end - start)) / _LABEL * 2))) for start, end in arrows]
    return np.concatenate([np.empty((0, 2)), *lines])


def _draw_layout(axes: Any, layout: _Layout, pairs: Sequence[tuple[str, str]], dark: bool) -> _Labels:
    """Draw everything but the labels, which must wait until the axes stand where they will be."""
    ink, paper = _ink_and_paper(dark)
    handles, names = [], []
    words: list[tuple[str, str]] = []  # with their colours
    important: list[tuple[str, str]] = []
    single = sum(bool(group.words) for group in layout.groups) == 1
    for number, group in enumerate(layout.groups):
        if not group.words:
            continue
        colour, marker = look(number, dark)
        text = ink if single else readable(colour, paper)
        places = np.array([layout.places[word] for word in group.words])
        sizes = [_IMPORTANT_DOT if word in group.important else _DOT for word in group.words]
        drawn = axes.scatter(*places.T, sizes, colour, marker=marker, zorder=3, edgecolors=paper, linewidths=0.5)
        for word in group.words:
            (important if word in group.important else words).append((word, text))
        if group.name:
            handles.append(drawn)
            names.append(group.name)
    arrows = [(layout.places[start], layout.places[end]) for start, end in pairs]
    for start, end in arrows:
        line = {"arrowstyle": "-|>", "color": "0.55", "linewidth": 1.0, "shrinkA": 3, "shrinkB": 3}
        axes.annotate("", end, start, arrowprops=line, zorder=2)
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.06)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(bool(layout.notes[1]))
    axes.set_xlabel(layout.notes[0], fontsize=_NOTE)
    axes.set_ylabel(layout.notes[1], fontsize=_NOTE)
    if len(handles) > 1:
        _add_legend(axes, handles, names)
    ranked = important + words
    return _Labels(
        axes, [word for word, _ in ranked], np.array([layout.places[word] for word, _ in ranked]),
        [colour for _, colour in ranked], {word for word, _ in important}, arrows,
    )  # fmt: skip


def _add_legend(axes: Any, handles: Sequence[Any], names: Sequence[str]) -> None:
    legend = axes.legend(
        handles, ["-"] * len(names), loc="upper center", bbox_to_anchor=(0.5, -0.03), ncols=min(len(names), 6),
        frameon=False, fontsize=9, handletextpad=0.2, columnspacing=1.2,
    )  # fmt: skip
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set_text(shown_word(name))  # a label that begins with _ would be left out
    for handle in legend.legend_handles:
        handle.set_sizes([30.0])


# ---- colours and words


def look(number: int, dark: bool = False) -> tuple[str, str]:
    """Return the colour and marker of a group; no two of the first 64 have both in common.

    Examples
    --------
    >>> look(0), look(8)
    (('#0072B2', 'o'), ('#0072B2', 's'))
    """
    turn, colour = divmod(number, len(PALETTE))
    chosen = PALETTE[colour]
    return (_ink_and_paper(True)[0] if dark and chosen == "#000000" else chosen), MARKERS[
        (number + turn) % len(MARKERS)
    ]


def readable(colour: str, paper: str) -> str:
    """Return a colour, brought nearer to black or white until small text in it can be read on `paper`.

    Examples
    --------
    >>> readable("#0072B2", "#ffffff"), readable("#F0E442", "#ffffff")
    ('#0072b2', '#787221')
    """
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], dtype=np.float64)
    towards = 255.0 if _luminance(paper) < 0.5 else 0.0
    for share in np.linspace(0, 1, 21):
        mixed = "#" + "".join(f"{round(value):02x}" for value in channels + share * (towards - channels))
        if contrast(mixed, paper) >= _READABLE:
            break
    return mixed


def contrast(colour: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, from 1 to 21.

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    low, high = sorted((_luminance(colour), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def shown_word(word: Any, longest: int = _LONGEST_WORD) -> str:
    r"""Return a word as a picture can show it: on one line, not endless, without what no font and no XML has.

    Examples
    --------
    >>> shown_word("new\tyork"), shown_word("ab" * 30)
    ('new�york', 'ababababababababababababababababababab…')
    """
    text = "".join(sign if sign.isprintable() else "\ufffd" for sign in str(word))
    return text if len(text) <= longest else f"{text[: longest - 2]}…"


# ---- two models


def draw_comparison(
    found: Mapping[str, Mapping[str, Any]], names: tuple[str, str], path: Path, sheet: Sheet = _PLAIN
) -> None:
    """Draw how many neighbours each word keeps from one model to another, and on both sides those that it does not.

    Parameters
    ----------
    found : mapping of str to mappings
        As `npw2v.cli.compare.compared` returns it, from the top down.
    names : tuple of str
        What the models are called.
    path : path
        The file to write: .png, .svg or .pdf.
    sheet : Sheet
        What it looks like; by default it is as high as the words need.

    Raises
    ------
    ImportError, OSError
        See `check_picture`.
    """
    ink, paper = _ink_and_paper(sheet.dark)
    near = [{word: [each["word"] for each in found[word][side]] for word in found} for side in ("a", "b")]
    with _drawn(path, sheet, (10.0, 1.0 + 0.27 * len(found))) as figure:
        panels = figure.subplots(1, 3, sharey=True, width_ratios=[3, 2, 3])
        rows = np.arange(len(found))
        shares = [each["overlap"] for each in found.values()]
        panels[1].hlines(rows, 0, shares, color="0.6", linewidth=1)
        panels[1].scatter(shares, rows, 30, color=ink, zorder=3)
        panels[1].set_xlim(-0.04, 1.04)
        panels[1].xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        panels[1].tick_params(labelsize=8)
        panels[1].tick_params(axis="y", left=False, labelleft=True, labelsize=9)
        panels[1].set_yticks(rows, map(shown_word, found), fontweight="bold")
        panels[1].grid(axis="x", alpha=0.25)
        panels[1].set_title("neighbours in both", fontsize=10)
        panels[1].set_ylim(len(found) - 0.5, -0.5)
        for side in (0, 2):
            number = side // 2
            panels[side].set_axis_off()
            title = f"near it only in {shown_word(names[number])}"
            panels[side].set_title(title, fontsize=10, color=readable(PALETTE[number], paper))
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        for row, word in enumerate(found):
            for number, side, x, align in ((0, 0, 1.0, "right"), (1, 2, 0.0, "left")):
                only = [shown_word(each) for each in near[number][word] if each not in near[1 - number][word]]
                colour = readable(PALETTE[number], paper)
                text = panels[side].text(
                    x, row, "", ha=align, va="center", color=colour, fontsize=9,
                    transform=panels[side].get_yaxis_transform(),
                )  # fmt: skip
                _fill(text, only, panels[side].bbox.width)


def _fill(text: Any, words: Sequence[str], width: float) -> None:
    """Give a text as many of the words as fit into a width in pixels."""
    for count in range(len(words), 0, -1):
        text.set_text(", ".join(words[:count]))
        if text.get_window_extent().width <= width:
            return
    text.set_text("")


# ---- training


def draw_training(history: Sequence[Mapping[str, Any]], path: Path, sheet: Sheet = _PLAIN) -> None:
    """Draw the loss, the held-out loss, the learning rate and the speed of every epoch.

    Parameters
    ----------
    history : sequence of mappings
        ``model.history``, at least a row.
    path : path
        The file to write: .png, .svg or .pdf.
    sheet : Sheet
        What it looks like.

    Raises
    ------
    ImportError, OSError
        See `check_picture`.
    """
    with _drawn(path, sheet, (10.0, 3.6)) as figure:
        losses, rates, speeds = figure.subplots(1, 3)
        _draw_losses(losses, history)
        epochs = np.arange(1, len(history) + 1)
        ends = np.array([[row["alpha_start"], row["alpha_end"]] for row in history], dtype=np.float64)
        rates.plot(np.stack([epochs - 0.5, epochs + 0.5], axis=1).ravel(), ends.ravel(), color=look(2)[0])
        rates.set_ylim(bottom=0)
        speed = [row["words_read"] / max(row["seconds"], 1e-9) for row in history]
        speeds.bar(epochs, np.array(speed) / 1e6, color=look(5)[0])
        for axes, title in ((rates, "learning rate (alpha)"), (speeds, "million words a second")):
            _by_epoch(axes, title, len(history))


def _draw_losses(axes: Any, history: Sequence[Mapping[str, Any]]) -> None:
    """Draw what there is of the loss of training and of held-out text."""
    lines = (("loss", "training", 0), ("validation_loss", "held-out text", 1))
    found = 0
    for key, name, number in lines:
        rows = [(epoch, row[key]) for epoch, row in enumerate(history, 1) if row.get(key) is not None]
        if rows:
            colour, marker = look(number)
            axes.plot(*zip(*rows, strict=True), marker=marker, markersize=4, color=colour, label=name)
            found += 1
    if found > 1:
        axes.legend(frameon=False, fontsize=9)
    if not found:
        said = "not computed:\ntrain with compute_loss=True"
        axes.text(0.5, 0.5, said, ha="center", va="center", transform=axes.transAxes, fontsize=9)
        axes.set_yticks([])
    _by_epoch(axes, "mean loss of a word pair", len(history))


def _by_epoch(axes: Any, title: str, epochs: int) -> None:
    axes.set_title(title, fontsize=10)
    axes.set_xlabel("epoch", fontsize=9)
    axes.set_xlim(0.4, epochs + 0.6)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.tick_params(labelsize=8)
    axes.grid(alpha=0.25)
    axes.set_axisbelow(True)
