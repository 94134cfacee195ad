"""`npw2v plot-compare`."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import KeyedVectors
from npw2v.cli import drawing

pytest.importorskip("matplotlib", reason="there is no matplotlib to draw with")


@pytest.fixture
def drawn(monkeypatch):
    """What is handed over to be drawn."""
    found = []
    draw = drawing.draw_comparison
    monkeypatch.setattr(drawing, "draw_comparison", lambda *args: (found.append(args), draw(*args)))
    return found


def test_the_words_that_differ_most_come_first(run, folder, drawn):
    run("plot-compare", "model.npz", "other.npz", "-o", "moved.png", "--among", 60, "--words", 8, "-k", 10)
    found, names, *_ = drawn[0]
    overlaps = [each["overlap"] for each in found.values()]
    assert len(overlaps) == 8
    assert overlaps == sorted(overlaps)
    assert names == ("model.npz", "other.npz")
    assert (folder / "moved.png").read_bytes().startswith(b"\x89PNG")


def test_words_can_be_chosen_though_they_are_rare(run, drawn):
    run("plot-compare", "model.npz", "other.npz", "piano", "king", "--among", 3, "-k", 2, "--names", "a", "b",
        "-o", "moved.svg")  # fmt: skip
    found, names, *_ = drawn[0]
    assert list(found) == ["piano", "king"]
    assert names == ("a", "b")
    assert len(found["piano"]["a"]) == 2


def test_a_model_is_like_itself(run, drawn):
    run("plot-compare", "model.npz", "vectors.bin", "-o", "moved.png")
    assert {each["overlap"] for each in drawn[0][0].values()} == {1.0}


def test_bad_input(fails, folder):
    other = KeyedVectors(1)
    other.add_vectors(["x", "y", "z"], np.ones((3, 1)))
    other.save("third.npz")
    assert "no word in common" in fails("plot-compare", "model.npz", "third.npz", "-o", "moved.png")
    assert "'qqqqq' is not among" in fails("plot-compare", "model.npz", "other.npz", "qqqqq", "-o", "moved.png")
    assert "no kind of picture" in fails("plot-compare", "model.npz", "other.npz", "-o", "moved")
    assert not (folder / "moved.png").exists()
