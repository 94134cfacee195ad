"""Documents compared with others."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse

from npw2v import KeyedVectors, similarities
from npw2v.compat.docsim import SoftCosineSimilarity, WmdSimilarity
from npw2v.compat.termmatrix import SparseTermSimilarityMatrix

MATRIX = SparseTermSimilarityMatrix(scipy.sparse.csc_matrix([[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1.0]]))
BAGS = [[(0, 1)], [(1, 2)], [(2, 1)]]
DOCUMENTS = [["a"], ["b", "b"], ["c", "a"]]


def vectors():
    keyed = KeyedVectors(1)
    keyed.add_vectors(["a", "b", "c"], np.array([[0.0], [1.0], [3.0]], np.float32))  # unit vectors are compared
    return keyed


def word_movers(**options):
    pytest.importorskip("ot")
    return WmdSimilarity(DOCUMENTS, vectors(), **options)


class TestSimilarTerms:
    def test_one_document_and_several(self):
        index = SoftCosineSimilarity(BAGS, MATRIX)
        assert index[[(0, 3)]].tolist() == [1, 0.5, 0]
        assert index[[[(0, 3)], [(2, 1)]]].tolist() == [[1, 0.5, 0], [0, 0, 1]]
        assert index[[]].tolist() == [0, 0, 0]
        assert (len(index), str(index)) == (3, "SoftCosineSimilarity<3 docs, 3 features>")

    @pytest.mark.parametrize("chunksize", [1, 2, 9])
    def test_every_one_with_all(self, chunksize):
        index = SoftCosineSimilarity(BAGS, MATRIX, chunksize=chunksize)
        assert [found.tolist() for found in index] == [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]]

    def test_the_most_similar(self):
        assert SoftCosineSimilarity(BAGS, MATRIX, num_best=2)[[(1, 1)]] == [(1, 1.0), (0, 0.5)]

    def test_lengths(self):
        index = SoftCosineSimilarity(BAGS, MATRIX, normalize_queries=False, normalize_documents=False)
        assert index[[(0, 3)]].tolist() == [3, 3, 0]
        with pytest.warns(DeprecationWarning, match="normalize_queries="):
            assert SoftCosineSimilarity(BAGS, MATRIX, normalized=(False, True))[[(0, 3)]].tolist() == [3, 1.5, 0]

    def test_no_documents(self):
        assert SoftCosineSimilarity([], MATRIX)[[(0, 3)]].tolist() == []

    def test_files(self, tmp_path):
        index = SoftCosineSimilarity(BAGS, MATRIX, num_best=2)
        index.save(tmp_path / "index")
        loaded = SoftCosineSimilarity.load(tmp_path / "index")
        assert loaded[[(1, 1)]] == index[[(1, 1)]]
        assert (loaded.corpus, loaded.normalized) == (index.corpus, index.normalized)


class TestWordMoversDistance:
    def test_one_document_and_several(self):
        index = word_movers()
        assert np.allclose(index[["b"]], [0.5, 1, 1 / 1.5])
        assert np.allclose(index[[["b"], ["a"]]], [[0.5, 1, 1 / 1.5], [1, 0.5, 1 / 1.5]])
        assert index[[["b"]]].shape == (3,)
        assert index[["unknown"]].tolist() == [0, 0, 0]
        assert (len(index), str(index)) == (3, "WmdSimilarity<3 docs, 1 features>")

    @pytest.mark.parametrize("chunksize", [1, 2, 9])
    def test_every_one_with_all(self, chunksize):
        index = word_movers(chunksize=chunksize)
        assert np.allclose([*index], [index[document] for document in DOCUMENTS])

    def test_the_most_similar(self):
        assert [number for number, _ in word_movers(num_best=2)[["b"]]] == [1, 2]

    def test_files(self, tmp_path):
        index = word_movers()
        index.save(tmp_path / "index")
        loaded = WmdSimilarity.load(tmp_path / "index")
        assert (loaded[["b"]] == index[["b"]]).all()
        assert loaded.corpus == DOCUMENTS


def test_gensims_paths():
    assert similarities.WmdSimilarity is similarities.docsim.WmdSimilarity is WmdSimilarity
    assert similarities.SoftCosineSimilarity is SoftCosineSimilarity
    assert similarities.termsim.SparseTermSimilarityMatrix is SparseTermSimilarityMatrix
