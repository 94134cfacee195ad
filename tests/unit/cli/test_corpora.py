"""Texts that are named on the command line."""

from __future__ import annotations

import argparse
import gzip
import io
import sys

import pytest

from npw2v.cli.corpora import read
from npw2v.cli.options import add_text


def options(*arguments):
    parser = argparse.ArgumentParser()
    add_text(parser)
    return parser.parse_args(list(map(str, arguments)))


def words(*arguments):
    return [" ".join(sentence) for sentence in read(options(*arguments))[0]]


def test_a_file_a_compressed_one_and_a_folder(tmp_path):
    (tmp_path / "a.txt").write_text("one two\n\nthree\n")
    with gzip.open(tmp_path / "b.txt.gz", "wt") as file:
        file.write("four\n")
    assert words(tmp_path / "a.txt") == ["one two", "three"]
    assert words(tmp_path / "b.txt.gz") == ["four"]
    assert words(tmp_path) == ["one two", "three", "four"]


def test_the_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"from a pipe\n")))
    assert words("-") == ["from a pipe"]


def test_raw_text_and_held_out_text_are_cleaned_alike(tmp_path):
    (tmp_path / "a.txt").write_text("Hello, World!\n")
    (tmp_path / "b.txt").write_text("World; HELLO\n")
    given = options(tmp_path / "a.txt", "--lowercase", "--tokenize", "--validation", tmp_path / "b.txt")
    corpus, validation, phrases = read(given)
    assert (list(corpus), list(validation), phrases) == ([["hello", "world"]], [["world", "hello"]], None)


def test_phrases_are_those_of_the_text(tmp_path):
    (tmp_path / "a.txt").write_text("new york is big\n" * 50 + "".join(f"word{i}\n" for i in range(1000)))
    (tmp_path / "b.txt").write_text("in new york\n")
    corpus, validation, phrases = read(options(tmp_path / "a.txt", "--phrases", "--validation", tmp_path / "b.txt"))
    assert "new_york" in phrases.phrasegrams
    assert next(iter(corpus))[0] == "new_york"
    assert list(validation) == [["in", "new_york"]]


def test_nothing_to_read_is_refused(tmp_path, monkeypatch):
    (tmp_path / "empty.txt").write_text("\n \n")
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    with pytest.raises(ValueError, match=r"empty\.txt has no words"):
        read(options(tmp_path / "empty.txt"))
    with pytest.raises(ValueError, match="the standard input has no words"):
        read(options("-"))
    with pytest.raises(FileNotFoundError, match="there is no file in the folder"):
        read(options(tmp_path / "folder"))
    with pytest.raises(FileNotFoundError):
        read(options(tmp_path / "nowhere.txt"))
