"""The picture: its labels, and what it says where matplotlib is missing."""

from __future__ import annotations

import sys
from itertools import combinations

import numpy as np
import pytest

from npw2v.cli import drawing


class Vectors(dict):
    """What drawing needs of KeyedVectors: `in` and []."""


def clouds(count: int, size: int, seed: int = 0) -> np.ndarray:
    """Return `count` groups of points far apart, one after the other."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(count, 1, 20)) * 3
    return (centres + random.normal(size=(count, size, 20)) * 0.3).reshape(-1, 20)


def test_crowded_labels_are_moved_apart_within_the_frame():
    pytest.importorskip("matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 6))
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    labels = [
        axes.annotate(f"word{i}", place, (0, 0), textcoords="offset points", ha="center", va="center")
        for i, place in enumerate([(0.5, 0.5)] * 10 + [(0.99, 0.99)] * 5)
    ]
    figure.draw_without_rendering()
    drawing._move_apart(labels, sideways=0.35)
    figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in labels]
    assert not any(first.overlaps(second) for first, second in combinations(boxes, 2))
    assert max(box.y1 for box in boxes) <= axes.bbox.y1
    assert max(box.x1 for box in boxes) <= axes.bbox.x1


def test_picture_is_written_and_leaves_out_what_is_unknown(tmp_path):
    pytest.importorskip("matplotlib")
    vectors = Vectors({f"w{i}": point for i, point in enumerate(clouds(count=3, size=6))})
    groups = {"first": ["w0", "w1", "unknown"], "second": ["w6", "w7", "w0"], "nothing": ["unknown"]}
    relations = {"of two": [("w0", "w6"), ("w1", "w7"), ("w2", "unknown")], "of none": [("w0", "unknown")]}
    path = tmp_path / "words.png"
    drawing.draw_words(vectors, groups, relations, path, title="a title", losses=[2.0, 1.5])
    assert path.read_bytes().startswith(b"\x89PNG")
    drawing.draw_words(vectors, groups, {}, path)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_map_of_too_few_words_is_refused(tmp_path):
    pytest.importorskip("matplotlib")
    vectors = Vectors({"one": np.ones(4), "two": np.zeros(4)})
    with pytest.raises(ValueError, match="at least 3 words that have vectors, got 2"):
        drawing.draw_words(vectors, {"all": ["one", "two", "three"]}, {}, tmp_path / "words.png")


def test_without_matplotlib_the_error_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"pip install npw2v\[plot\]"):
        drawing.draw_words(Vectors(), {}, {}, tmp_path / "words.png")
