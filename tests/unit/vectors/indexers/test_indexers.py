"""Indexes of other libraries behind ``most_similar(indexer=...)``: what Annoy's and NMSLIB's must do alike."""

from __future__ import annotations

import sys

import pytest

from npw2v.vectors.indexers.annoy import AnnoyIndexer
from tests.support.indexers import both, clustered, reloaded
from tests.support.smallmodels import built


@both
def test_neighbours_are_the_true_ones(indexed):
    vectors = clustered()
    indexer = indexed(vectors)
    right = 0
    for key in vectors.index_to_key[:40]:
        expected = [(key, 1.0), *vectors.most_similar(key, topn=9)]
        found = vectors.most_similar(key, topn=10, indexer=indexer)
        right += len(dict(expected).keys() & dict(found).keys())
        for other, cosine in found:
            assert cosine == pytest.approx(vectors.similarity(key, other), abs=1e-5)
            assert type(cosine) is float
        assert [cosine for _, cosine in found] == sorted((cosine for _, cosine in found), reverse=True)
    assert right >= 380


@both
def test_arithmetic_and_other_queries_ask_the_index(indexed):
    vectors = clustered()
    indexer = indexed(vectors)
    found = vectors.most_similar(positive=["é1", "é11"], negative=["é2"], topn=3, indexer=indexer)
    assert [int(key[1:]) % 10 for key, _ in found] == [1, 1, 1]
    assert indexer.most_similar(vectors["é5"], 1)[0][0] == "é5"


@both
def test_an_index_of_a_model_is_that_of_its_vectors(indexed):
    model = built()
    indexer = indexed(model)
    assert indexer.model is model
    assert indexer.labels == model.wv.index_to_key
    assert indexer.most_similar(model.wv["graph"], 1)[0][0] == "graph"


@both
@pytest.mark.parametrize("keys", [None, [*range(1000, 1399), ("a", 1)]], ids=["words", "numbers and tuples"])
def test_an_index_is_saved_and_loaded(indexed, keys, tmp_path):
    vectors = clustered(keys=keys)
    indexer = indexed(vectors)
    loaded = reloaded(indexer, tmp_path / "index")
    assert loaded.labels == indexer.labels == vectors.index_to_key
    assert loaded.model is None
    for row in range(20):
        assert loaded.most_similar(vectors.vectors[row], 5) == indexer.most_similar(vectors.vectors[row], 5)


@both
def test_other_models_are_refused(indexed):
    with pytest.raises(ValueError, match="expected a Word2Vec or KeyedVectors to make an index of, got a dict"):
        indexed({})


def test_missing_packages(monkeypatch):
    monkeypatch.setitem(sys.modules, "annoy", None)
    with pytest.raises(ImportError, match="pip install annoy"):
        AnnoyIndexer(built(), 2)
    monkeypatch.setitem(sys.modules, "nmslib", None)
    for module in ("npw2v.similarities.nmslib", "npw2v.vectors.indexers.nmslib"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    with pytest.raises(ImportError, match="pip install nmslib"):
        import npw2v.similarities.nmslib  # noqa: F401
