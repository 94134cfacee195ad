"""The arithmetic of the search: unit vectors, cosines, and the nearest rows whatever the blocks."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.vectors import search


def matrix(rows, dtype=np.float32):
    """Rows of which some are zero and some equal."""
    vectors = np.random.default_rng(5).standard_normal((rows, 7)).astype(dtype)
    vectors[rows // 2] = 0
    vectors[rows // 3] = vectors[rows // 4]
    return vectors


@pytest.mark.parametrize(("dtype", "arithmetic"), [("f2", "f4"), ("f4", "f4"), ("f8", "f8")])
def test_lengths_and_unit_vectors(dtype, arithmetic):
    vectors = matrix(40, dtype)
    norms = search.row_norms(vectors)
    assert norms.dtype == search.arithmetic_dtype(vectors) == arithmetic
    np.testing.assert_allclose(norms, np.linalg.norm(vectors.astype("f8"), axis=1), rtol=1e-6)
    assert search.divisors(norms)[20] == 1
    lengths = np.linalg.norm(search.unit_vectors(vectors), axis=1)
    np.testing.assert_allclose(np.delete(lengths, 20), 1)
    assert lengths[20] == 0
    units = search.unit_rows(vectors, search.divisors(norms), [3, 20, 5])
    assert units.dtype == arithmetic
    np.testing.assert_allclose(units, search.unit_vectors(vectors[[3, 20, 5]]), atol=1e-6)


def test_cosines_are_exact_and_zero_for_zeros():
    vectors = matrix(40)
    assert search.cosine(vectors, vectors[20]).tolist() == [0] * 40
    expected = search.unit_vectors(vectors) @ search.unit_vectors(vectors[7])
    np.testing.assert_allclose(search.cosine(vectors, vectors[7]), expected, atol=1e-15)
    np.testing.assert_allclose(search.cosine(vectors, np.tile(vectors[7], (40, 1))), expected, atol=1e-15)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
@pytest.mark.parametrize("numbers", [10, 300, 1 << 20])
def test_the_nearest_rows_do_not_depend_on_the_blocks(dtype, numbers, monkeypatch):
    monkeypatch.setattr(search, "BLOCK_NUMBERS", numbers)
    vectors = matrix(500, dtype)
    divisors = search.divisors(search.row_norms(vectors))
    queries = search.unit_vectors(vectors[:30]).astype(search.arithmetic_dtype(vectors))
    rows = range(100, 450)
    found = search.nearest(vectors, queries, search.score_blocks(vectors, divisors, queries, rows), 9)
    for query, (indices, cosines) in zip(queries, found, strict=True):
        exact = search.cosine(vectors[100:450], query).astype(queries.dtype)
        order = np.lexsort((np.arange(350), -exact))[:9]
        assert indices.tolist() == (order + 100).tolist()
        assert cosines.tolist() == exact[order].tolist()


def test_rows_are_shared_out_in_whole_blocks():
    for rows, step in ((range(0), 8), (range(3, 50), 8), (range(1000), 8), (range(7, 1000), 64)):
        shares = search.shared_out(rows, step)
        assert [row for share in shares for row in share] == list(rows)
        assert all(len(share) % step == 0 for share in shares[:-1])


def test_the_best_scores_come_first_and_equals_by_row():
    query, row, score = np.array([0, 1, 0, 0, 1]), np.array([9, 2, 4, 1, 7]), np.array([0.5, np.nan, 0.5, 0.9, 0.1])
    assert [rows.tolist() for rows, _ in search.ranked(2, query, row, score, 3)] == [[1, 4, 9], [7, 2]]
