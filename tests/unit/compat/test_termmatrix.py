"""Matrices of similar terms, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse

from npw2v.compat.dictionary import Dictionary
from npw2v.compat.termmatrix import SparseTermSimilarityMatrix
from npw2v.compat.termsim import TermSimilarityIndex
from npw2v.compat.tfidf import TfidfModel

DICTIONARY = Dictionary([["a", "b", "c"], ["b", "c"], ["c"]])
SIMILAR = {"a": [("b", 0.9), ("c", 0.5), ("elsewhere", 0.8)], "b": [("a", 0.7), ("c", 0.2)], "c": [("a", 0.5)]}


class Table(TermSimilarityIndex):
    def most_similar(self, term, topn=10):
        return SIMILAR[term][:topn]


def matrix(**options):
    return SparseTermSimilarityMatrix(Table(), DICTIONARY, **options).matrix.toarray().astype(float).round(3).tolist()


def test_both_terms_get_the_similarity_of_the_first():
    assert matrix() == [[1, 0.9, 0.5], [0.9, 1, 0.2], [0.5, 0.2, 1]]


def test_each_term_its_own():
    assert matrix(symmetric=False) == [[1, 0.7, 0.5], [0.9, 1, 0], [0.5, 0.2, 1]]


def test_sums_below_one():
    assert matrix(dominant=True) == [[1, 0.9, 0], [0.9, 1, 0], [0, 0, 1]]


def test_room_for_few():
    assert matrix(nonzero_limit=1) == [[1, 0.9, 0], [0.9, 1, 0], [0, 0, 1]]
    assert matrix(nonzero_limit=0) == np.eye(3).tolist()
    assert matrix(nonzero_limit=None) == matrix()


def test_terms_of_great_weight_first():
    assert matrix(tfidf=TfidfModel(dictionary=DICTIONARY), nonzero_limit=1) == matrix(nonzero_limit=1)
    with pytest.raises(ValueError, match="weights of terms up to number 0, but the dictionary has 3 terms"):
        matrix(tfidf=TfidfModel([[(0, 1)]]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_types(dtype):
    assert SparseTermSimilarityMatrix(Table(), DICTIONARY, dtype=dtype).matrix.dtype == dtype


def test_products():
    made = SparseTermSimilarityMatrix(scipy.sparse.csc_matrix([[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1.0]]))
    x, y, z = [(0, 2.0)], [(1, 3.0)], [(2, 1.0)]
    assert made.inner_product(x, y) == 3
    assert made.inner_product(x, y, (True, True)) == 0.5
    assert made.inner_product([], y) == 0
    assert made.inner_product(x, [y, z, x, []]).tolist() == [[3, 0, 4, 0]]
    assert made.inner_product([y, z], x, (True, False)).tolist() == [[1], [0]]
    assert made.inner_product([x, z], [y, z, []], (True, True)).toarray().tolist() == [[0.5, 0, 0], [0, 1, 0]]
    assert made.inner_product([(0, 0)], [y, z]).tolist() == [[0, 0]]
    assert np.allclose(made.inner_product([(0, 1), (1, 1)], x, ("maintain", False)), 3 / np.sqrt(1.5))


def test_products_that_are_not_there():
    made = SparseTermSimilarityMatrix(scipy.sparse.csc_matrix([[1, -2.0], [-2.0, 1]]))
    with pytest.raises(ValueError, match="a bag of words has no length"):
        made.inner_product([(0, 1), (1, 1)], [(0, 1)], normalized=(True, True))
    with pytest.raises(ValueError, match="True, False or 'maintain' for X and for Y, got 'l2'"):
        made.inner_product([(0, 1)], [(0, 1)], normalized=(True, "l2"))


def test_what_is_no_source():
    with pytest.raises(TypeError, match="expected a TermSimilarityIndex or a sparse matrix"):
        SparseTermSimilarityMatrix(3, DICTIONARY)
    with pytest.raises(ValueError, match="a dictionary is needed"):
        SparseTermSimilarityMatrix(Table())
    with pytest.raises(ValueError, match="dictionary must not be empty"):
        SparseTermSimilarityMatrix(Table(), Dictionary())
    with pytest.raises(ValueError, match="float32 or float64"):
        SparseTermSimilarityMatrix(Table(), DICTIONARY, dtype=int)


def test_files(tmp_path):
    made = SparseTermSimilarityMatrix(Table(), DICTIONARY)
    made.save(tmp_path / "matrix")
    assert (SparseTermSimilarityMatrix.load(tmp_path / "matrix").matrix != made.matrix).nnz == 0
