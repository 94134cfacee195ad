"""`npw2v explore`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from npw2v.cli import main


def test_it_says_what_it_wrote(run, capsys):
    assert main(["explore", "model.npz", "-o", "page.html", "--words", "50"]) == 0
    size = os.path.getsize("page.html") / 1e6
    assert capsys.readouterr().err == f"50 words of 16 dimensions on a page of {size:.1f} MB: page.html\n"


def test_the_title_is_the_file_s_name_unless_given(run):
    run("explore", "model.npz", "-o", "page.html", "--words", 20)
    assert "<title>model.npz</title>" in Path("page.html").read_text()
    run("explore", "model.npz", "-o", "page.html", "--words", 20, "--compare", "other.npz")
    assert "<title>model.npz and other.npz</title>" in Path("page.html").read_text()
    run("explore", "model.npz", "-o", "page.html", "--words", 20, "--title", "A & B", "--vectors", "context")
    assert "<title>A &amp; B</title>" in Path("page.html").read_text()


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["nowhere.npz", "-o", "page.html"], "nowhere.npz: No such file or directory"),
        (["model.npz", "-o", "nowhere/page.html"], "no such folder"),
        (["model.npz", "-o", "page.html", "--words", "2"], "at least 3 words"),
        (["model.npz", "-o", "page.html", "--compare", "corpus.txt"], "corpus.txt"),
        (["vectors.bin", "-o", "page.html", "--vectors", "context"], "--vectors context needs the output weights"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(fails, arguments, message):
    assert message in fails("explore", *arguments)
    assert not os.path.exists("page.html")
