"""Pictures: their labels, colours and arrows, and what they say where matplotlib is missing."""

from __future__ import annotations

import re
import sys
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest

from npw2v.cli import drawing
from npw2v.cli.drawing import Group, Sheet


class Vectors(dict):
    """What drawing needs of KeyedVectors: `in` and []."""


def clouds(count: int, size: int, seed: int = 0) -> np.ndarray:
    """Return `count` groups of points far apart, one after the other."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(count, 1, 20)) * 3
    return (centres + random.normal(size=(count, size, 20)) * 0.3).reshape(-1, 20)


@pytest.fixture
def matplotlib():
    return pytest.importorskip("matplotlib", reason="there is no matplotlib to draw with")


@pytest.fixture
def figures(matplotlib, monkeypatch):
    """The figures that are written, as they are then."""
    from matplotlib.figure import Figure

    found, save = [], Figure.savefig
    monkeypatch.setattr(Figure, "savefig", lambda self, *args, **rest: (found.append(self), save(self, *args, **rest)))
    return found


@pytest.fixture
def vectors():
    return Vectors({f"word{i}": point for i, point in enumerate(clouds(count=4, size=15))})


def words(*numbers):
    return [f"word{number}" for number in numbers]


def groups():
    return [Group(f"group {at}", words(*range(15 * at, 15 * at + 15)), words(15 * at)) for at in range(4)]


def texts_of(axes):
    return [text for text in axes.texts if text.get_text()]


def boxes_of(figure, axes):
    """Label → its box on the sheet, as the renderer measures it."""
    figure.draw_without_rendering()
    return {text.get_text(): text.get_window_extent() for text in texts_of(axes)}


# ---- maps


def test_labels_overlap_neither_each_other_nor_the_edge(figures, vectors, tmp_path):
    without = drawing.draw_map(vectors, groups(), tmp_path / "map.png")
    (axes,) = figures[0].axes
    boxes = boxes_of(figures[0], axes)
    assert {*boxes, *without} == set(vectors)
    assert len(without) < 6
    assert not any(one.overlaps(other) for one, other in combinations(boxes.values(), 2))
    for box in boxes.values():
        assert axes.bbox.x0 <= box.x0
        assert box.x1 <= axes.bbox.x1
        assert axes.bbox.y0 <= box.y0
        assert box.y1 <= axes.bbox.y1


def test_important_words_are_larger(figures, vectors, tmp_path):
    drawing.draw_map(vectors, groups(), tmp_path / "map.png")
    sizes = {text.get_text(): text.get_fontsize() for text in texts_of(figures[0].axes[0])}
    assert sizes["word15"] > sizes["word16"]


def test_words_without_room_are_returned(figures, vectors, tmp_path):
    without = drawing.draw_map(vectors, groups(), tmp_path / "map.png", sheet=Sheet(size=(1.5, 1.5)))
    assert without
    assert not {text.get_text() for text in texts_of(figures[0].axes[0])} & set(without)


def test_each_group_has_a_colour_and_a_shape_of_its_own(figures, vectors, tmp_path):
    drawing.draw_map(vectors, groups(), tmp_path / "map.png")
    (axes,) = figures[0].axes
    assert len({tuple(points.get_facecolor()[0]) for points in axes.collections}) == 4
    assert len({points.get_paths()[0].vertices.tobytes() for points in axes.collections}) == 4
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [f"group {at}" for at in range(4)]


def test_a_word_of_two_groups_is_drawn_once_in_the_first(figures, vectors, tmp_path):
    drawing.draw_map(vectors, [Group("a", words(0, 1, 1, 2)), Group("b", words(2, 3))], tmp_path / "map.png")
    assert [len(points.get_offsets()) for points in figures[0].axes[0].collections] == [3, 1]


def test_arrows_lead_from_word_to_word(figures, vectors, tmp_path):
    pairs = [("word0", "word15"), ("word1", "word16")]
    ends = [Group("", [pair[side] for pair in pairs]) for side in (0, 1)]
    drawing.draw_map(vectors, ends, tmp_path / "map.png", pairs=pairs, method="pca")
    (axes,) = figures[0].axes
    places = np.concatenate([points.get_offsets() for points in axes.collections])
    found = [each for each in axes.texts if not each.get_text() and each.anncoords == "data"]
    np.testing.assert_allclose([each.xyann for each in found], places[:2])
    np.testing.assert_allclose([each.xy for each in found], places[2:])


def test_axes_of_principal_components_say_what_share_they_show(figures, tmp_path):
    points = {"a": [1.0, 0.0, 0.0], "b": [-1.0, 0.0, 0.0], "c": [0.0, 1.0, 0.0]}
    drawing.draw_map(Vectors(points), [Group("", list("abc"))], tmp_path / "map.png", method="pca")
    (axes,) = figures[0].axes
    assert axes.get_xlabel() == "first principal component (75% of the variance)"
    assert axes.get_ylabel() == "second principal component (25% of the variance)"


def test_svg_has_the_words_as_text_and_the_same_bytes(matplotlib, vectors, tmp_path):
    strange = Vectors(
        {"<b>&": np.ones(20), "$x^2$": np.zeros(20), "_low": np.full(20, -1.0), "a\x00b": np.arange(20.0)}
    )
    vectors.update(strange)
    files = [tmp_path / name for name in ("one.svg", "two.svg")]
    for file in files:
        drawing.draw_map(vectors, [*groups(), Group("_strange", strange)], file)
    assert files[0].read_bytes() == files[1].read_bytes()
    found = {"".join(each.itertext()) for each in ElementTree.parse(files[0]).iter("{http://www.w3.org/2000/svg}text")}
    assert {"<b>&", "$x^2$", "_low", "a\ufffdb", "_strange", "word0"} <= found


@pytest.mark.parametrize(
    "ending, start", [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF"), ("PNG", b"\x89PNG")]
)
def test_the_ending_tells_the_format(ending, start, matplotlib, vectors, tmp_path):
    path = tmp_path / f"map.{ending}"
    drawing.draw_map(vectors, groups()[:1], path, sheet=Sheet((4.0, 3.0), "a title", dark=True))
    assert path.read_bytes().startswith(start)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["map.jpg", "map", "map.npz", ""])
def test_other_endings_are_refused(name):
    with pytest.raises(ValueError, match=re.escape(f"{name!r} says no kind of picture: expected a name that ends in")):
        drawing.check_picture(name)


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_vectors_that_have_no_place_are_refused(method, matplotlib, tmp_path):
    points = {"a": np.ones(3), "b": np.array([0, np.nan, 0]), "c": np.zeros(3)}
    group = [Group("", list("abc"))]
    with pytest.raises(ValueError, match="the vector of 'b' has inf or nan in it.*: see npw2v doctor"):
        drawing.draw_map(Vectors(points), group, tmp_path / "map.png", method=method)
    with pytest.raises(ValueError, match="at least 2 dimensions, got 1"):
        drawing.draw_map(Vectors(dict.fromkeys("abc", np.ones(1))), group, tmp_path / "map.png", method=method)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_equal_vectors_and_pairs_of_one_word_are_drawn(method, figures, tmp_path):
    vectors = Vectors(dict.fromkeys("abcd", np.ones(3)))
    drawing.draw_map(vectors, [Group("", list("abcd"))], tmp_path / "map.png", pairs=[("a", "a")], method=method)
    assert np.isfinite(figures[0].axes[0].collections[0].get_offsets()).all()


def test_characters_that_the_font_lacks_are_said(matplotlib, vectors, tmp_path, capsys):
    vectors["\u65e5\u672c"] = vectors["word0"] + 0.1
    drawing.draw_map(vectors, [Group("", list(vectors))], tmp_path / "map.png")
    assert capsys.readouterr().err.count("not in the font") == 1


# ---- colours and words


def test_groups_look_different_and_their_words_can_be_read():
    assert len({drawing.look(number) for number in range(64)}) == 64
    assert len({drawing.look(number)[0] for number in range(8)}) == 8
    assert len({drawing.look(number)[1] for number in range(8)}) == 8
    for dark, paper in ((False, "#ffffff"), (True, "#16181d")):
        for number in range(8):
            assert drawing.contrast(drawing.readable(drawing.look(number, dark)[0], paper), paper) >= 4.5


def test_contrast_is_that_of_the_standard():
    assert drawing.contrast("#ffffff", "#777777") == pytest.approx(
        4.48, abs=0.005
    )  # the well-known grey that just fails


# ---- the picture of the demonstration


def test_picture_is_written_and_leaves_out_what_is_unknown(figures, tmp_path):
    vectors = Vectors({f"w{i}": point for i, point in enumerate(clouds(count=3, size=6))})
    groups = {"first": ["w0", "w1", "unknown"], "second": ["w6", "w7", "w0"], "nothing": ["unknown"]}
    relations = {"of two": [("w0", "w6"), ("w1", "w7"), ("w2", "unknown")], "of none": [("w0", "unknown")]}
    path = tmp_path / "words.png"
    history = [{"loss": 2.0}, {"loss": 1.5}]
    drawing.draw_words(vectors, groups, relations, path, title="a title", history=history)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [axes.get_title() for axes in figures[0].axes] == [
        "words that keep the same company are neighbours", "of two", "mean loss of a word pair"
    ]  # fmt: skip
    drawing.draw_words(vectors, groups, {}, path)
    assert len(figures[1].axes) == 1


def test_map_of_too_few_words_is_refused(matplotlib, tmp_path):
    vectors = Vectors({"one": np.ones(4), "two": np.zeros(4)})
    with pytest.raises(ValueError, match="at least 3 words that have vectors, got 2"):
        drawing.draw_words(vectors, {"all": ["one", "two", "three"]}, {}, tmp_path / "words.png")


def test_without_matplotlib_the_error_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"pip install npw2v\[plot\]"):
        drawing.check_picture(tmp_path / "words.png")


# ---- training and comparisons

ROW = {"alpha_start": 0.025, "alpha_end": 0.0125, "words_read": 2_000_000, "seconds": 0.5}


def test_training_is_drawn_by_epoch(figures, tmp_path):
    history = [{**ROW, "loss": 2.0, "validation_loss": 2.2}, {**ROW, "loss": 1.5, "validation_loss": 2.0}]
    drawing.draw_training(history, tmp_path / "training.png")
    losses, rates, speeds = figures[0].axes
    np.testing.assert_array_equal([line.get_ydata() for line in losses.lines], [[2.0, 1.5], [2.2, 2.0]])
    assert [text.get_text() for text in losses.get_legend().get_texts()] == ["training", "held-out text"]
    np.testing.assert_array_equal(rates.lines[0].get_ydata(), [0.025, 0.0125, 0.025, 0.0125])
    assert [bar.get_height() for bar in speeds.patches] == [4.0, 4.0]


def test_a_loss_that_was_not_computed_is_said(figures, tmp_path):
    drawing.draw_training([{**ROW, "loss": None}], tmp_path / "training.png")
    losses = figures[0].axes[0]
    assert not losses.lines
    assert "compute_loss=True" in losses.texts[0].get_text()


def test_a_comparison_shows_what_only_one_model_has(figures, tmp_path):
    near = {side: [{"word": word, "cosine": 0.5} for word in words] for side, words in {"a": "xyz", "b": "zuv"}.items()}
    drawing.draw_comparison({"cat": {"overlap": 0.25, **near}}, ("first", "$second"), tmp_path / "moved.svg")
    left, middle, right = figures[0].axes
    assert left.texts[0].get_text() == "x, y"
    assert right.texts[0].get_text() == "u, v"
    assert [label.get_text() for label in middle.get_yticklabels()] == ["cat"]
    np.testing.assert_allclose(middle.collections[-1].get_offsets(), [[0.25, 0]])
    assert right.get_title() == "near it only in $second"


def test_neighbours_that_do_not_fit_are_left_out(figures, tmp_path):
    near = {side: [{"word": f"{side}{'long' * 8}{at}"} for at in range(30)] for side in "ab"}
    drawing.draw_comparison({"cat": {"overlap": 0.0, **near}}, ("one", "two"), tmp_path / "moved.png")
    for axes in figures[0].axes[::2]:
        box = axes.texts[0].get_window_extent()
        assert 0 < box.width <= axes.bbox.width
