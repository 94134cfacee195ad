"""Files of vectors by their content, and by the ending of their name."""

from __future__ import annotations

import gzip
import shutil
import sys

import numpy as np
import pytest

from npw2v import FormatError, KeyedVectors
from npw2v.cli import vectorfiles
from npw2v.cli.vectorfiles import open_model, open_rows, open_vectors, rows_of
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


def test_all_but_the_matrix_can_be_read(folder):
    expected = open_vectors("vectors.bin")
    for name in ("vectors.bin", "own.npz"):
        expected.save("own.npz")
        state, rows = open_rows(name, limit=1500)
        assert state.index_to_key == expected.index_to_key[:1500]
        assert (np.diff(state.expandos["count"]) < 0).all()
        assert (np.concatenate(list(rows)) == expected.vectors[:1500]).all()


def test_words_come_by_count_if_asked(tmp_path):
    vectors = KeyedVectors(1)
    vectors.add_vectors(["a", "b", "c"], [[1], [2], [3]])
    for word, count in zip("abc", (1, 7, 7), strict=True):
        vectors.set_vecattr(word, "count", count)
    vectors.save(tmp_path / "own.npz")
    for by_count, words in ((True, ["b", "c", "a"]), (False, ["a", "b", "c"])):
        for state, rows in (rows_of(vectors, by_count), open_rows(str(tmp_path / "own.npz"), None, "center", by_count)):
            assert state.index_to_key == words
            assert [vectors.index_to_key[int(number) - 1] for number in np.concatenate(list(rows))[:, 0]] == words
            assert state.expandos["count"].tolist() == [{"a": 1}.get(word, 7) for word in words]
