"""Files of vectors by their content, and by the ending of their name."""

from __future__ import annotations

import gzip
import shutil
import sys

import numpy as np
import pytest

from npw2v import FormatError, KeyedVectors
from npw2v.cli import vectorfiles
from npw2v.cli.vectorfiles import changed, format_of, open_model, open_vectors
from tests.support.gensim_pickles import dumps, model_3_8


@pytest.mark.parametrize("name", ["vectors.bin", "model.npz", "glove.6B.txt"])
def test_files_are_read_by_their_content(folder, name):
    shutil.move(name, "vectors")
    found = open_vectors("vectors")
    assert "king" in found
    assert found.vector_size == 16


def test_compressed_files_are_read(folder):
    with gzip.open("model.npz.gz", "wb") as file:
        file.write((folder / "model.npz").read_bytes())
    expected = KeyedVectors.load("model.npz").vectors
    assert (open_vectors("model.npz.gz").vectors == expected).all()
    assert open_vectors("model.npz.gz", which="context").vectors.shape == expected.shape


def test_models_of_gensim_are_read(tmp_path):
    path = tmp_path / "gensim.model"
    path.write_bytes(dumps(model_3_8()))
    assert len(open_vectors(str(path)))


def test_npw2vs_own_files_are_mapped(folder):
    assert isinstance(open_vectors("model.npz")._vectors, np.memmap)
    first = open_vectors("model.npz", limit=7)
    assert isinstance(first._vectors, np.memmap)
    assert (len(first), first.vectors.shape, len(first.expandos["count"])) == (7, (7, 16), 7)
    assert {word for word, _ in first.most_similar("the", topn=10)} == set(first.index_to_key[1:])


def test_context_vectors_need_a_model(folder):
    for name in ("vectors.bin", "own.npz"):
        KeyedVectors.load("model.npz").save("own.npz")
        assert open_model(name) is None
        with pytest.raises(ValueError, match="only the file of a whole model"):
            open_vectors(name, which="context")


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "it is empty"),
        (b"some words of a text\n", "looks like text"),
        (b"<html><body>404", "HTML page"),
        (b"\x93NUMPY\x01\x00", "NumPy .npy file"),
    ],
)
def test_what_is_no_file_of_vectors_is_named(tmp_path, content, message):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=f"file is no file of vectors: .*{message}"):
        open_vectors(str(path))


def test_a_file_without_words_is_refused(tmp_path):
    (tmp_path / "empty.txt").write_text("0 3\n")
    with pytest.raises(ValueError, match="has no words"):
        open_vectors(str(tmp_path / "empty.txt"))


@pytest.mark.parametrize(
    "name, kind",
    [("a.BIN", "word2vec-binary"), ("a.glove.txt.gz", "glove"), ("a.txt", "word2vec-text"), ("a.model", "npw2v")],
)
def test_formats_by_ending(name, kind):
    assert format_of(name) == kind


def test_nothing_to_change_is_no_copy(folder):
    vectors = open_vectors("model.npz")
    assert changed(vectors, None, False) is vectors
    assert changed(vectors, "float64", False).vectors.dtype == np.float64


def test_a_file_that_does_not_fit_in_memory_is_refused_before_it_is_read(folder, monkeypatch):
    monkeypatch.setattr(vectorfiles, "available_memory", lambda: 10_000)
    with pytest.raises(ValueError, match=r"need 0\.0 GB of memory, and 0\.0 GB are free: .* --limit 23"):
        open_vectors("vectors.bin")
    assert len(open_vectors("vectors.bin", limit=23)) == 23
    monkeypatch.setattr(vectorfiles, "available_memory", lambda: None)
    assert "king" in open_vectors("vectors.bin")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems say it elsewhere")
def test_the_memory_that_is_available():
    assert vectorfiles.available_memory() > 1 << 20


def test_on_a_terminal_a_large_file_has_a_progress_bar(folder, monkeypatch, capsys):
    expected = open_vectors("vectors.bin").vectors
    open_vectors("vectors.bin")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(vectorfiles, "_LARGE", 100)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert (open_vectors("vectors.bin").vectors == expected).all()
    assert len(open_vectors("glove.6B.txt", limit=9)) == 9
    assert "\rvectors.bin: " in capsys.readouterr().err
