"""gensim's helpers for vectors and bags of words."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse

from npw2v import matutils


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_unit_vectors_keep_the_dtype_and_the_given_vector(dtype: str) -> None:
    vector = np.array([3, 0, -4], dtype)
    unit, length = matutils.unitvec(vector, return_norm=True)
    assert unit.dtype == dtype
    assert np.allclose(unit, [0.6, 0, -0.8], atol=1e-3)
    assert length == 5
    assert vector.tolist() == [3, 0, -4]


def test_unit_vectors_of_other_norms_and_kinds() -> None:
    assert matutils.unitvec(np.array([3, 0, -1]), norm="l1").tolist() == [0.75, 0, -0.25]
    assert matutils.unitvec(np.array([3.0, 0, -1]), norm="unique").tolist() == [1.5, 0, -0.5]
    matrix = scipy.sparse.csr_matrix([[0.0, 3.0, 4.0]])
    assert np.allclose(matutils.unitvec(matrix).toarray(), [[0, 0.6, 0.8]])
    assert matrix.toarray().tolist() == [[0, 3, 4]]
    assert matutils.unitvec([(1, -3), (5, 1)], norm="l1") == [(1, -0.75), (5, 0.25)]
    assert matutils.unitvec([(1, 3), (5, 1)], norm="unique") == [(1, 1.5), (5, 0.5)]


@pytest.mark.parametrize("zeros", [np.zeros(3), np.zeros(0), scipy.sparse.csr_matrix((1, 3)), [], [(1, 0.0)]])
def test_zeros_have_no_unit_vector(zeros) -> None:
    unit, length = matutils.unitvec(zeros, return_norm=True)
    assert length == 1.0
    assert unit is zeros or (unit != zeros).nnz == 0


def test_bad_vectors_and_norms() -> None:
    with pytest.raises(ValueError, match="l1, l2, unique, got 'max'"):
        matutils.unitvec(np.ones(2), norm="max")
    with pytest.raises(ValueError, match=r"list of \(number, weight\), got \[1.0, 2.0\]"):
        matutils.unitvec([1.0, 2.0])


def test_cosines_of_bags() -> None:
    assert matutils.cossim([(0, 1), (1, 2)], [(1, 2), (0, 1)]) == pytest.approx(1)
    assert (
        matutils.cossim([(0, 1)], [(1, 1)]) == matutils.cossim([], [(1, 1)]) == matutils.cossim([(0, 0)], [(0, 1)]) == 0
    )
    assert matutils.veclen([(0, 3), (9, 4)]) == 5
    assert matutils.veclen([]) == 0
    assert matutils.jaccard_distance({1, 2}, {2, 3}) == pytest.approx(2 / 3)
    assert matutils.jaccard_distance(set(), set()) == 1


def test_sorting_is_stable_for_every_dtype() -> None:
    for dtype in ("u1", "i1", "f4", "?"):
        values = np.array([1, 0, 1, 0, 1]).astype(dtype)
        assert matutils.argsort(values).tolist() == [1, 3, 0, 2, 4]
        assert matutils.argsort(values, 3).tolist() == [1, 3, 0]
        assert matutils.argsort(values, reverse=True).tolist() == [0, 2, 4, 1, 3]
        assert matutils.argsort(values, 2, reverse=True).tolist() == [0, 2]
    assert matutils.argsort(np.array([-128, 5, 127], "i1"), reverse=True).tolist() == [2, 1, 0]
    assert matutils.argsort([np.nan, 2.0, np.nan, 1.0], 3).tolist() == [3, 1, 0]
    assert matutils.argsort([3, 1], 0).dtype == np.intp


def test_zeros_begin_at_a_boundary() -> None:
    for align in (16, 128, 4096):
        zeros = matutils.zeros_aligned((3, 5), np.float32, align=align)
        assert zeros.ctypes.data % align == 0
        assert (zeros.shape, zeros.dtype, zeros.any(), zeros.flags.c_contiguous) == ((3, 5), np.float32, False, True)
    assert matutils.zeros_aligned((3, 5), np.float64, order="F").flags.f_contiguous
    assert matutils.zeros_aligned(4, np.int8).shape == (4,)


def test_bags_and_arrays_turn_into_each_other() -> None:
    bag = [(1, 2.5), (3, -1.0)]
    full = matutils.sparse2full(bag, 5)
    assert (full.dtype, full.tolist()) == (np.float32, [0, 2.5, 0, -1, 0])
    sparse = scipy.sparse.csr_matrix(full)
    assert matutils.full2sparse(full) == matutils.dense2vec(full) == matutils.scipy2sparse(sparse) == bag
    assert matutils.any2sparse(full) == matutils.any2sparse(sparse) == matutils.any2sparse([*bag, (4, 0)]) == bag
    assert matutils.full2sparse([1e-10, 0.5], eps=0.6) == []
    assert matutils.full2sparse_clipped([0.5, -3, 2, 0], 2) == [(1, -3.0), (2, 2.0)]
    assert matutils.full2sparse_clipped([0.5], 0) == []
    with pytest.raises(ValueError, match=r"one row, got one of shape \(2, 2\)"):
        matutils.scipy2sparse(scipy.sparse.eye(2))
    with pytest.raises(IndexError):
        matutils.sparse2full(bag, 3)


def test_corpora_become_matrices() -> None:
    corpus = [[(0, 1), (2, 3)], [], [(1, 0.5)]]
    expected = [[1, 0, 0], [0, 0, 0.5], [3, 0, 0]]
    assert matutils.corpus2csc(corpus).toarray().tolist() == expected
    assert matutils.corpus2csc(iter(corpus), num_terms=4, dtype=np.float32).shape == (4, 3)
    assert matutils.corpus2csc([]).shape == (0, 0)
    dense = matutils.corpus2dense(corpus, 3)
    assert (dense.tolist(), dense.dtype) == (expected, np.float32)
    with pytest.raises(ValueError, match="num_docs=2 was given, but the corpus has 3"):
        matutils.corpus2csc(corpus, num_docs=2)
    with pytest.raises(ValueError, match="expected 2 bags of words, got 3"):
        matutils.corpus2dense(corpus, 3, num_docs=2)
    with pytest.raises(ValueError, match="expected some bags of words, got 0"):
        matutils.corpus2dense([], 3)


@pytest.mark.parametrize(
    "given, expected",
    [([], True), ([(0, 1)], True), (np.array([[0, 1.5]]), True), ([0, 1], False), (["ab"], False), (["abc"], False)],
)
def test_what_a_bag_is(given: object, expected: bool) -> None:
    assert matutils.isbow(given) is expected


def test_what_a_matrix_is() -> None:
    given = (np.eye(2), scipy.sparse.eye(2), np.ones(2), [[1]])
    assert [matutils.ismatrix(each) for each in given] == [True, True, False, False]
