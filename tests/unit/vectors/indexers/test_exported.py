"""Indexes of USearch, Faiss and hnswlib; each is skipped where it is not installed."""

from __future__ import annotations

import json
import os
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from npw2v import FormatError, KeyedVectors
from npw2v.formats import rows
from npw2v.vectors.indexers import exported
from npw2v.vectors.indexers.exported import LIBRARIES, open_index
from tests.support.indexers import clustered

PACKAGES = {"usearch": "usearch", "faiss": "faiss", "hnswlib": "hnswlib"}
each_library = pytest.mark.parametrize(
    "library",
    [
        pytest.param(name, marks=pytest.mark.skipif(find_spec(module) is None, reason=f"{name} is not installed"))
        for name, module in PACKAGES.items()
    ],
)


class Exact(exported.ExportedIndex):
    """Stands for a library: compares with all vectors, and its file is a .npy."""

    library, package, _module = "exact", "numpy", "numpy"

    def _new(self):
        return np.zeros((0, self.dimensions), np.float32)

    def add(self, start, block):
        assert start == len(self._index)
        self._index = np.concatenate([self._index, block])

    def _search(self, query, k):
        cosines = self._index @ query
        rows = np.argsort(-cosines, kind="stable")[:k]
        return rows, cosines[rows]

    def _write(self, path):
        with open(path, "wb") as file:
            np.save(file, self._index)

    def _read(self, path):
        self._index = np.load(path)
        return len(self._index)


@pytest.fixture
def exact(monkeypatch):
    monkeypatch.setitem(LIBRARIES, "exact", Exact)


def test_the_names_are_known():
    assert list(LIBRARIES) == list(PACKAGES)


def test_an_index_answers_as_the_vectors_do(exact, tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "_ROWS_AT_ONCE", 7)
    vectors = clustered()
    for index in (vectors.export_index("exact", tmp_path / "index"), open_index(tmp_path / "index")):
        for key in vectors.index_to_key[:20]:
            expected = vectors.most_similar(key, topn=9)
            found = vectors.most_similar(key, topn=10, indexer=index)
            assert found[0] == (key, pytest.approx(1, abs=1e-6))
            assert [near for near, _ in found[1:]] == [near for near, _ in expected]
            assert np.allclose([cosine for _, cosine in found[1:]], [cosine for _, cosine in expected], atol=1e-6)


def test_ctrl_c_while_usearch_adds_vectors_is_no_mistake(tmp_path):
    """It catches the signal, and says so by an error of its own."""
    pytest.importorskip("usearch", reason="it is about USearch")

    class Index:
        def add(self, rows, block):
            raise RuntimeError(self.says)

    for says, raised in (("Operation has been terminated", KeyboardInterrupt), ("out of room", RuntimeError)):
        index = LIBRARIES["usearch"](2, ["a"])
        index._index = Index()
        index._index.says = says
        with pytest.raises(raised):
            index.add(0, np.ones((1, 2), np.float32))


def test_keys_are_json_and_a_vector_of_zeros_is_no_neighbour(exact, tmp_path):
    vectors = KeyedVectors(2)
    vectors.add_vectors(["naïve", 7, "zero"], [[2, 0], [1, 1], [0, 0]])
    index = vectors.export_index("exact", tmp_path / "index", connectivity=5)
    about = json.loads((tmp_path / "index.json").read_text(encoding="utf-8"))
    assert about["keys"] == ["naïve", 7, "zero"]
    assert about["connectivity"] == open_index(tmp_path / "index").connectivity == 5
    assert index.most_similar([3, 0], 5) == [("naïve", 1), (7, pytest.approx(0.5**0.5)), ("zero", 0)]
    assert index.most_similar([3, 0], 0) == []
    vectors.add_vectors([("a", 1)], [[1, 1]])
    with pytest.raises(TypeError, match="cannot be written as JSON"):
        vectors.export_index("exact", tmp_path / "other")
    assert sorted(os.listdir(tmp_path)) == ["index", "index.json"]


def test_what_cannot_be_built_is_refused(exact, tmp_path):
    with pytest.raises(ValueError, match="expected one of usearch, faiss, hnswlib"):
        clustered().export_index("annoy", tmp_path / "index")
    with pytest.raises(ValueError, match="no vectors"):
        KeyedVectors(2).export_index("exact", tmp_path / "index")


@pytest.mark.parametrize("library", PACKAGES)
def test_a_library_that_is_not_installed_is_named(library, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, LIBRARIES[library]._module, None)
    with pytest.raises(ImportError, match=rf"pip install npw2v\[{library}\]"):
        clustered().export_index(library, tmp_path / "index")


@pytest.mark.parametrize(
    "name, content, error, message",
    [
        ("index", None, FileNotFoundError, "index"),
        ("index.json", None, FileNotFoundError, "index.json"),
        ("index.json", b"{", FormatError, "damaged"),
        ("index.json", b'{"format": "npw2v index", "version": 2}', FormatError, "version 2"),
        ("index", b"nonsense", FormatError, "is no index of exact, or damaged"),
    ],
)
def test_damaged_files_are_refused(exact, tmp_path, name, content, error, message):
    clustered().export_index("exact", tmp_path / "index")
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=message):
        open_index(tmp_path / "index")


def test_keys_of_another_index_are_refused(exact, tmp_path):
    clustered(30).export_index("exact", tmp_path / "a")
    clustered(40).export_index("exact", tmp_path / "b")
    (tmp_path / "b.json").replace(tmp_path / "a.json")
    with pytest.raises(FormatError, match="has 40 keys for the 30 vectors"):
        open_index(tmp_path / "a")


@each_library
def test_neighbours_of_a_library_are_nearly_all_the_true_ones(library, tmp_path):
    vectors = clustered()
    index = vectors.export_index(library, tmp_path / "index")
    right = 0
    for key in vectors.index_to_key[:40]:
        expected = [key, *(near for near, _ in vectors.most_similar(key, topn=9))]
        found = vectors.most_similar(key, topn=10, indexer=index)
        right += len(set(expected) & {near for near, _ in found})
        for near, cosine in found:
            assert cosine == pytest.approx(vectors.similarity(key, near), abs=1e-5)
        assert [cosine for _, cosine in found] == sorted((cosine for _, cosine in found), reverse=True)
    assert right >= 380
    again = open_index(tmp_path / "index")
    assert again.most_similar(vectors["é1"], 5) == index.most_similar(vectors["é1"], 5)
    assert len(again.most_similar(vectors["é1"], 10_000)) > 300


@each_library
def test_a_damaged_index_of_a_library_is_refused(library, tmp_path):
    clustered().export_index(library, tmp_path / "index")
    (tmp_path / "index").write_bytes(b"nonsense")
    with pytest.raises(FormatError, match=f"is no index of {library}"):
        open_index(tmp_path / "index")
