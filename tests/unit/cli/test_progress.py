"""Progress bars: on a terminal, for what takes long."""

from __future__ import annotations

import sys

import pytest

from npw2v.cli import main, progress
from npw2v.watch import is_watched, tell


def pretend_terminal(monkeypatch, delay=0.0):
    """Have the standard error say that it is a terminal, and bars appear at once."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(progress, "DELAY", delay)


def test_there_is_no_bar_without_a_terminal(capsys):
    with progress.bar("counting", "vectors", 10, " vectors"):
        assert not is_watched("vectors")
        tell("vectors", 5)
    assert capsys.readouterr().err == ""


def test_what_is_quick_has_no_bar(capsys, monkeypatch):
    pretend_terminal(monkeypatch, delay=1.0)
    with progress.bar("counting", "vectors", 10, " vectors"):
        tell("vectors", 5)
    assert capsys.readouterr().err == ""


def test_a_bar_shows_how_much_is_done_and_goes_away(capsys, monkeypatch):
    pretend_terminal(monkeypatch)
    with progress.bar("counting", "vectors", 10, " vectors"):
        tell("vectors", 5)
        tell("vectors", 50)
    shown = capsys.readouterr().err
    assert "counting" in shown
    assert "/10.0" in shown
    assert shown.endswith("\r")
    assert not is_watched("vectors")


@pytest.mark.parametrize(
    "arguments, shown",
    [
        (["train", "corpus.txt", "-o", "a.bin", "--epochs", "1"], "reading corpus.txt"),
        (["preprocess", "raw.txt", "-o", "a", "--phrases", "--tokenize"], "finding phrases in raw.txt"),
        (["convert", "vectors.bin", "a.txt"], "writing a.txt"),
        (["convert", "vectors.bin", "a.npz"], "reading the words of vectors.bin"),
        (["similar", "vectors.bin", "king", "queen"], "reading vectors.bin"),
        (["similar", "model.npz", "king", "queen"], "comparing"),
        (["compare", "model.npz", "other.npz"], "comparing"),
        (["evaluate", "model.npz", "--analogies", "questions.txt"], "answering questions.txt"),
        (["doctor", "vectors.bin"], "reading vectors.bin"),
        (["explore", "model.npz", "-o", "a.html", "--words", "50"], "laying out the map"),
    ],
)
def test_commands_that_may_take_long_have_one(folder, capsys, monkeypatch, arguments, shown):
    pretend_terminal(monkeypatch)
    assert main(arguments) == 0
    assert f"\r{shown}: " in capsys.readouterr().err


def test_drawing_a_map_has_one(folder, capsys, monkeypatch):
    pytest.importorskip("matplotlib", reason="pictures are drawn by matplotlib")
    pretend_terminal(monkeypatch)
    assert main(["plot", "model.npz", "king", "--neighbours", "9", "-o", "a.png"]) == 0
    assert "\rlaying out the map: " in capsys.readouterr().err


def test_sizes(tmp_path):
    (tmp_path / "a").write_bytes(b"123")
    (tmp_path / "b").write_bytes(b"4567")
    assert progress.size_of(str(tmp_path / "a")) == 3
    assert progress.size_of(str(tmp_path)) == 7
    assert progress.size_of("-") is None
