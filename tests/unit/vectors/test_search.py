"""The arithmetic of the search: unit vectors, cosines, and the nearest rows whatever the blocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npw2v.vectors import search
from npw2v.vectors.keyedvectors import KeyedVectors
from tests.support.bruteforce import assert_pairs_close, brute_force, cosines, make


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
    for query, (indices, found_cosines) in zip(queries, found, strict=True):
        exact = search.cosine(vectors[100:450], query).astype(queries.dtype)
        order = np.lexsort((np.arange(350), -exact))[:9]
        assert indices.tolist() == (order + 100).tolist()
        assert found_cosines.tolist() == exact[order].tolist()


def test_rows_are_shared_out_in_whole_blocks():
    for rows, step in ((range(0), 8), (range(3, 50), 8), (range(1000), 8), (range(7, 1000), 64)):
        shares = search.shared_out(rows, step)
        assert [row for share in shares for row in share] == list(rows)
        assert all(len(share) % step == 0 for share in shares[:-1])


def test_the_best_scores_come_first_and_equals_by_row():
    query, row, score = np.array([0, 1, 0, 0, 1]), np.array([9, 2, 4, 1, 7]), np.array([0.5, np.nan, 0.5, 0.9, 0.1])
    assert [rows.tolist() for rows, _ in search.ranked(2, query, row, score, 3)] == [[1, 4, 9], [7, 2]]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("count", [2, 50, 3000])
def test_most_similar_is_brute_force(dtype, count, monkeypatch):
    monkeypatch.setattr(search, "BLOCK_NUMBERS", 5000)  # several blocks
    kv = make(count, dtype=dtype)
    for topn in (1, 10, count, count + 5):
        assert_pairs_close(kv.most_similar("k1", topn=topn), brute_force(kv, kv["k1"], {1}, topn))
    everything = kv.most_similar("k1", topn=None)
    assert everything.dtype == search.arithmetic_dtype(kv.vectors)
    np.testing.assert_allclose(everything, cosines(kv.vectors, kv["k1"]), atol=2e-6)
    assert type(kv.most_similar("k1")[0][1]) is float


def test_ties_go_to_the_lower_row_in_one_query_and_in_many():
    vectors = KeyedVectors(3)
    matrix = np.tile(np.random.default_rng(0).standard_normal((7, 3)), (500, 1))
    vectors.add_vectors([f"k{i}" for i in range(3500)], matrix)
    expected = [f"k{7 * i + 3}" for i in range(1, 13)]
    assert [key for key, _ in vectors.most_similar("k3", topn=12)] == expected
    assert [key for key, _ in vectors.most_similar_batch(["k3", "k4"], topn=12)[0]] == expected


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_batch_gives_exactly_what_the_loop_gives(dtype, monkeypatch):
    kv = make(2000, 20, dtype)
    kv.vectors[[5, 900]] = 0
    kv.vectors[1500:1600] = kv.vectors[100:200]
    asked = ["k1", 7, "k5", np.ones(20), *(f"k{i}" for i in range(150, 700))]
    for numbers in (1 << 20, 3000):
        monkeypatch.setattr(search, "BLOCK_NUMBERS", numbers)
        for how in ({}, {"topn": 3, "restrict_vocab": 600}, {"topn": 1999}):
            some = asked[: 20 if "topn" in how else None]
            assert kv.most_similar_batch(some, **how) == [kv.most_similar(key, **how) for key in some]
    assert kv.most_similar_batch("k1") == [kv.most_similar("k1")]
    assert kv.most_similar_batch(["k1", "k2"], topn=0) == [[], []]
    assert kv.most_similar_batch([]) == []
    with pytest.raises(KeyError, match="nothing"):
        kv.most_similar_batch(["k1", "nothing"])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 400), st.integers(1, 4), st.integers(1, 30), st.integers(1, 6))
def test_the_search_never_loses_a_row(seed, count, values, k, queries):
    """With few distinct scores there are ties everywhere."""
    scores = np.random.default_rng(seed).integers(0, values, (queries, count)).astype(np.float32)
    blocks = [
        (
            range(start, min(start + 90, count)),
            lambda *how, start=start: search.candidates(scores[:, start : start + 90].T, *how),
        )
        for start in range(0, count, 90)
    ]
    found = search.ranked(queries, *search.best(queries, blocks, k), k)
    for row, (index, score) in zip(scores, found, strict=True):
        expected = np.lexsort((np.arange(count), -row))[:k]
        assert index.tolist() == expected.tolist()
        assert score.tolist() == row[expected].tolist()
