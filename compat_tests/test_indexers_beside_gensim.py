"""Indexers and similar terms beside gensim's."""

from __future__ import annotations

import gensim.models
import numpy as np
import pytest
from gensim.corpora import Dictionary
from gensim.similarities import SparseTermSimilarityMatrix, UniformTermSimilarityIndex, WordEmbeddingSimilarityIndex
from gensim.test.utils import common_texts

from npw2v import KeyedVectors
from npw2v.similarities import annoy, termsim

gensim_annoy = pytest.importorskip("gensim.similarities.annoy")
pytest.importorskip("annoy")


@pytest.fixture(scope="module")
def vectors():
    """The same vectors for both."""
    rows = np.random.default_rng(1).normal(size=(2000, 16)).astype(np.float32)
    keys = [f"word{row}" for row in range(2000)]
    ours, theirs = KeyedVectors(16), gensim.models.KeyedVectors(16)
    ours.add_vectors(keys, rows)
    theirs.add_vectors(keys, rows)
    return ours, theirs


def compare(ours, theirs):
    assert [key for key, _ in ours] == [key for key, _ in theirs]
    np.testing.assert_allclose([value for _, value in ours], [value for _, value in theirs], atol=1e-6)


def test_neighbours_by_annoy(vectors):
    ours, theirs = vectors
    indexers = annoy.AnnoyIndexer(ours, 5), gensim_annoy.AnnoyIndexer(theirs, 5)
    for key in ours.index_to_key[:100]:
        compare(*(indexer.most_similar(theirs[key], 10) for indexer in indexers))
        found = (kv.most_similar(key, topn=7, indexer=indexer) for kv, indexer in zip(vectors, indexers))
        compare(*found)


def test_indexes_that_gensim_saved(vectors, tmp_path):
    ours, theirs = vectors
    indexer = gensim_annoy.AnnoyIndexer(theirs, 3)
    path = str(tmp_path / "index")
    indexer.save(path)
    loaded = annoy.AnnoyIndexer()
    loaded.load(path)
    assert (loaded.labels, loaded.num_trees) == (indexer.labels, indexer.num_trees)
    assert loaded.most_similar(ours["word3"], 9) == indexer.most_similar(ours["word3"], 9)


def test_only_gensim_cannot_save_an_index_that_was_loaded(vectors, tmp_path):
    ours, theirs = vectors
    path = str(tmp_path / "index")
    gensim_annoy.AnnoyIndexer(theirs, 1).save(path)
    for module, works in ((annoy, True), (gensim_annoy, False)):
        loaded = module.AnnoyIndexer()
        loaded.load(path)
        if works:
            loaded.save(str(tmp_path / "again"))
        else:
            with pytest.raises(AttributeError):
                loaded.save(str(tmp_path / "again"))


@pytest.mark.parametrize(
    "act",
    [
        lambda module, kv: module.AnnoyIndexer({"a": 1}, 2),
        lambda module, kv: module.AnnoyIndexer().most_similar(np.zeros(16), 1),
        lambda module, kv: module.AnnoyIndexer().save("x"),
        lambda module, kv: module.AnnoyIndexer().load("no such file"),
        lambda module, kv: module.AnnoyIndexer(kv, 1).most_similar(np.zeros(3), 1),
        lambda module, kv: module.AnnoyIndexer(kv, 1).most_similar("ab", 1),
        lambda module, kv: module.AnnoyIndexer(kv, "x"),
    ],
)
def test_bad_input(act, vectors):
    raised = []
    for module, kv in zip((annoy, gensim_annoy), vectors):
        with pytest.raises(Exception) as caught:  # noqa: PT011
            act(module, kv)
        raised.append(caught.type)
    assert raised[0] is raised[1]


@pytest.mark.parametrize("options", [{}, {"threshold": 0.2, "exponent": 1.0}, {"kwargs": {"restrict_vocab": 300}}])
def test_similar_terms(options, vectors):
    ours = termsim.WordEmbeddingSimilarityIndex(vectors[0], **options)
    theirs = WordEmbeddingSimilarityIndex(vectors[1], **options)
    for key in ("word0", "word77", "unknown"):
        for topn in (0, 1, 20):
            compare(list(ours.most_similar(key, topn=topn)), list(theirs.most_similar(key, topn=topn)))


def test_uniformly_similar_terms():
    dictionary = Dictionary(common_texts)
    ours = termsim.UniformTermSimilarityIndex(dictionary, 0.3)
    theirs = UniformTermSimilarityIndex(dictionary, 0.3)
    for term in ("graph", "unknown"):
        assert list(ours.most_similar(term, 5)) == list(theirs.most_similar(term, 5))


def test_signatures_serve_gensims_matrix(monkeypatch, vectors):
    """gensim's own matrix of similarities takes an index from here, once it counts as one of gensim's."""
    dictionary = Dictionary([["word1", "word2", "word3"], ["word5", "word8"]])
    ours = termsim.WordEmbeddingSimilarityIndex(vectors[0])
    theirs = WordEmbeddingSimilarityIndex(vectors[1])
    monkeypatch.setattr("gensim.similarities.termsim.TermSimilarityIndex", object)
    matrices = [SparseTermSimilarityMatrix(index, dictionary, nonzero_limit=2000).matrix for index in (ours, theirs)]
    np.testing.assert_allclose(matrices[0].toarray(), matrices[1].toarray(), atol=1e-6)
