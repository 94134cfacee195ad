"""Indexes of other libraries behind ``most_similar(indexer=...)``, and similar terms."""

from __future__ import annotations

import json
import pickle
import sys
import zipfile

import numpy as np
import pytest

import npw2v.similarities
from npw2v import KeyedVectors
from npw2v.errors import FormatError
from npw2v.similarities.annoy import AnnoyIndexer
from npw2v.similarities.termsim import (
    TermSimilarityIndex,
    UniformTermSimilarityIndex,
    WordEmbeddingSimilarityIndex,
)
from tests.support.smallmodels import built


def clustered(count=400, keys=None):
    """Vectors around ten directions."""
    random = np.random.default_rng(1)
    centers = random.normal(size=(10, 12))
    vectors = KeyedVectors(12)
    rows = centers[np.arange(count) % 10] + 0.3 * random.normal(size=(count, 12))
    vectors.add_vectors([f"é{row}" for row in range(count)] if keys is None else keys, rows.astype(np.float32))
    return vectors


def annoy(model):
    pytest.importorskip("annoy")
    return AnnoyIndexer(model, 20)


def nmslib(model):
    pytest.importorskip("nmslib")
    from npw2v.similarities.nmslib import NmslibIndexer

    return NmslibIndexer(model)


def reloaded(indexer, path):
    indexer.save(path)
    if isinstance(indexer, AnnoyIndexer):
        loaded = AnnoyIndexer()
        loaded.load(path)
        return loaded
    return type(indexer).load(path)


both = pytest.mark.parametrize("indexed", [annoy, nmslib])


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


def test_an_index_is_loaded_and_saved(tmp_path):
    indexer = annoy(clustered())
    again = reloaded(reloaded(indexer, tmp_path / "once"), str(tmp_path / "twice"))
    query = clustered().vectors[0]
    assert again.most_similar(query, 5) == indexer.most_similar(query, 5)


def test_a_loaded_index_of_nmslib_cannot_be_saved(tmp_path):
    loaded = reloaded(nmslib(built()), tmp_path / "once")
    with pytest.raises(ValueError, match="copy the two files"):
        loaded.save(tmp_path / "twice")
    assert not (tmp_path / "twice").exists()


@both
def test_what_lies_beside_an_index_is_no_pickle(indexed, tmp_path):
    indexer = indexed(built())
    indexer.save(str(tmp_path / "index"))
    (beside,) = (path for path in tmp_path.iterdir() if path.name != "index")
    with zipfile.ZipFile(beside) as archive:
        assert json.loads(archive.read("metadata.json"))["metadata"]["kind"] == type(indexer).__name__


class Trap:
    def __reduce__(self):
        return exec, ("raise SystemExit('ran code')",)


@both
@pytest.mark.parametrize(
    "content, message",
    [
        (pickle.dumps({"labels": Trap()}), "names builtins.exec, which is not on the list"),
        (pickle.dumps({"labels": ["a"]}), "is not of a .*Indexer: it must have labels, "),
        (pickle.dumps([1]), "is not of a "),
        (b"hello", "not an npw2v archive"),
    ],
    ids=["a trap", "no parameters", "a list", "text"],
)
def test_bad_files_beside_an_index(indexed, content, message, tmp_path):
    indexer = indexed(built())
    path = tmp_path / "index"
    indexer.save(str(path))
    (beside,) = (other for other in tmp_path.iterdir() if other != path)
    beside.write_bytes(content)
    with pytest.raises(FormatError, match=message):
        indexer.load(str(path))


@both
def test_missing_files(indexed, tmp_path):
    indexer = indexed(built())
    with pytest.raises(OSError, match="nothing"):
        indexer.load(str(tmp_path / "nothing"))
    path = tmp_path / "index"
    indexer.save(str(path))
    path.unlink()
    with pytest.raises(OSError, match="missing"):
        indexer.load(str(path))


def test_the_keys_must_belong_to_the_index(tmp_path):
    annoy(clustered(30)).save(str(tmp_path / "a"))
    annoy(clustered(40)).save(str(tmp_path / "b"))
    (tmp_path / "b.dict").replace(tmp_path / "a.dict")
    with pytest.raises(FormatError, match=r"a\.dict has 40 keys for the 30 vectors in "):
        AnnoyIndexer().load(str(tmp_path / "a"))


def test_the_index_of_the_other_kind_is_refused(tmp_path):
    indexer = nmslib(built())
    indexer.save(str(tmp_path / "index"))
    (tmp_path / "index.d").rename(tmp_path / "index.dict")
    with pytest.raises(FormatError, match="is not of a AnnoyIndexer, but of 'NmslibIndexer'"):
        AnnoyIndexer().load(str(tmp_path / "index"))


@both
def test_other_models_are_refused(indexed):
    with pytest.raises(ValueError, match="expected a Word2Vec or KeyedVectors to make an index of, got a dict"):
        indexed({})


@pytest.mark.parametrize("arguments", [(), (KeyedVectors(3),), (None, 5)])
def test_an_indexer_without_an_index_says_so(arguments, tmp_path):
    indexer = AnnoyIndexer(*arguments)
    assert indexer.index is indexer.labels is None
    with pytest.raises(AttributeError, match="has no index yet"):
        indexer.most_similar(np.zeros(3), 1)
    with pytest.raises(AttributeError, match="has no index yet"):
        indexer.save(str(tmp_path / "index"))


def test_missing_packages(monkeypatch):
    monkeypatch.setitem(sys.modules, "annoy", None)
    with pytest.raises(ImportError, match="pip install annoy"):
        AnnoyIndexer(built(), 2)
    monkeypatch.setitem(sys.modules, "nmslib", None)
    monkeypatch.delitem(sys.modules, "npw2v.similarities.nmslib", raising=False)
    with pytest.raises(ImportError, match="pip install nmslib"):
        import npw2v.similarities.nmslib  # noqa: F401


def test_parameters_of_nmslib(tmp_path, capfd):
    pytest.importorskip("nmslib")
    from npw2v.similarities.nmslib import NmslibIndexer

    vectors = clustered()
    indexer = NmslibIndexer(vectors, index_params={"M": 5}, query_time_params={"efSearch": 7})
    indexer.save(str(tmp_path / "index"))
    loaded = NmslibIndexer.load(str(tmp_path / "index"))
    assert (loaded.index_params, loaded.query_time_params) == ({"M": 5}, {"efSearch": 7})
    assert capfd.readouterr().out == ""


# ---- similar terms


def test_similar_terms_by_vectors(caplog):
    vectors = clustered()
    index = WordEmbeddingSimilarityIndex(vectors, threshold=0.5, exponent=3.0)
    expected = [(key, cosine**3) for key, cosine in vectors.most_similar("é1", topn=60) if cosine > 0.5]
    assert 0 < len(expected) < 60
    assert list(index.most_similar("é1", topn=60)) == expected
    caplog.set_level("DEBUG")
    assert list(index.most_similar("unknown")) == []
    assert 'an out-of-dictionary term "unknown"' in caplog.messages


def test_similar_terms_by_vectors_are_saved(tmp_path):
    index = WordEmbeddingSimilarityIndex(clustered(), threshold=0.1, kwargs={"restrict_vocab": 50})
    index.save(tmp_path / "index")
    loaded = WordEmbeddingSimilarityIndex.load(tmp_path / "index")
    assert (loaded.threshold, loaded.exponent, loaded.kwargs) == (0.1, 2.0, {"restrict_vocab": 50})
    assert list(loaded.most_similar("é1")) == list(index.most_similar("é1"))


def test_uniformly_similar_terms():
    index = UniformTermSimilarityIndex({1: "b", 0: "a", 2: "c"}, term_similarity=0.2)
    assert list(index.most_similar("a")) == [("b", 0.2), ("c", 0.2)]
    assert list(index.most_similar("x", topn=2)) == [("a", 0.2), ("b", 0.2)]
    assert str(index).startswith("UniformTermSimilarityIndex<dictionary=[(0, 'a'), ")


def test_the_base_class_knows_no_terms():
    with pytest.raises(NotImplementedError, match="TermSimilarityIndex must define most_similar"):
        TermSimilarityIndex().most_similar("a")


@pytest.mark.parametrize("module", [npw2v.similarities, sys.modules["npw2v.similarities.termsim"]])
def test_other_names_are_refused(module):
    with pytest.raises(AttributeError, match=r"npw2v does not provide npw2v\.similarities.*\.SoftCosineSimilarity"):
        module.SoftCosineSimilarity  # noqa: B018
