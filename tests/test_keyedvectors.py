"""KeyedVectors: storage, queries against brute force, norms that are never stale, files."""

from __future__ import annotations

import copy
import pickle
import sys
import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npw2v import similarity
from npw2v.errors import FormatError
from npw2v.formats.archive import read_archive, with_prefix, write_archive
from npw2v.keyedvectors import KeyedVectors
from npw2v.keystore import initial_vectors


def make(count=50, size=8, dtype=np.float32, seed=0):
    vectors = KeyedVectors(size, dtype=dtype)
    matrix = np.random.default_rng(seed).standard_normal((count, size))
    vectors.add_vectors([f"k{i}" for i in range(count)], matrix)
    return vectors


def cosines(matrix, query):
    """Cosines of all rows with a query in float64, 0 for zeros: what every query must agree with."""
    matrix, query = matrix.astype(np.float64), np.asarray(query, dtype=np.float64)
    lengths = np.linalg.norm(matrix, axis=1) * np.linalg.norm(query)
    return np.divide(matrix @ query, lengths, out=np.zeros(len(matrix)), where=lengths > 0)


def brute_force(vectors, query, without=(), topn=10, stop=None):
    matrix = np.array(vectors.vectors)[:stop]
    scores = cosines(matrix, query).astype(similarity.arithmetic_dtype(matrix))
    order = [row for row in np.lexsort((np.arange(len(scores)), -scores)) if row not in without][:topn]
    return [(vectors.index_to_key[row], float(scores[row])) for row in order]


def assert_pairs_close(found, expected, tolerance=2e-6):
    assert [key for key, _ in found] == [key for key, _ in expected]
    np.testing.assert_allclose([score for _, score in found], [score for _, score in expected], atol=tolerance)


@pytest.fixture
def kv():
    return make()


# ---- storage


def test_an_empty_one():
    vectors = KeyedVectors(3)
    assert (len(vectors), vectors.vectors.shape, vectors.vectors.dtype) == (0, (0, 3), np.float32)
    assert (vectors.norms, vectors.expandos, vectors.next_index) == (None, {}, 0)
    assert str(vectors) == "KeyedVectors<vector_size=3, 0 keys>"
    assert vectors.get_normed_vectors().shape == (0, 3)
    assert vectors.most_similar(positive=[np.ones(3)]) == []
    assert vectors.most_similar(positive=[np.ones(3)], topn=None).shape == (0,)
    assert vectors.most_similar_batch([np.ones(3)]) == [[]]


def test_lookup(kv):
    assert kv["k3"].tolist() == kv.vectors[3].tolist()
    assert kv[3].tolist() == kv[np.int64(3)].tolist() == kv["k3"].tolist()
    assert kv[["k3", 1]].shape == (2, 8)
    assert kv["k3", "k1"].shape == (2, 8)
    assert kv[(key for key in ["k3"])].shape == (1, 8)
    assert "k3" in kv
    assert 49 in kv
    assert 50 not in kv
    assert -1 not in kv
    assert kv.get_index("k3") == 3
    assert kv.get_index("nothing", 7) == 7
    assert kv.get_index("nothing", 0) == 0
    assert kv.has_index_for("k3")
    with pytest.raises(KeyError, match="Key 'nothing' not present"):
        kv["nothing"]
    with pytest.raises(KeyError, match="Key '-1' not present"):
        kv[-1]
    with pytest.raises(ValueError, match="no keys were given"):
        kv[[]]


def test_vectors_handed_out_cannot_be_written(kv):
    for vector in (kv["k1"], kv.get_vector("k1"), kv.get_vector("k1", norm=True)):
        with pytest.raises(ValueError, match="read-only"):
            vector[0] = 1
    np.testing.assert_allclose(np.linalg.norm(kv.get_vector("k1", norm=True)), 1, rtol=1e-6)
    assert kv.vectors.flags.writeable


def test_int_keys_go_before_rows():
    vectors = KeyedVectors(1)
    vectors.add_vectors([5, 1], [[50], [10]])
    assert (vectors[5], vectors[1], vectors[0]) == (50, 10, 50)
    assert [key for key, _ in vectors.most_similar(5)] == [1]


def test_add_keeps_or_replaces(kv):
    old = np.array(kv["k1"])
    kv.add_vectors(["k1", "new"], np.ones((2, 8)))
    assert kv["k1"].tolist() == old.tolist()
    assert kv["new"].tolist() == [1] * 8
    kv.add_vectors(["k1"], [np.full(8, 2.0)], replace=True)
    assert kv["k1"].tolist() == [2] * 8
    kv["k1"] = np.full(8, 3.0)
    kv["other"] = [4.0] * 8
    kv[["k1", "last"]] = np.full((2, 8), 5.0)
    assert (kv["k1"][0], kv["other"][0], kv["last"][0]) == (5, 4, 5)
    assert len(kv) == len(kv.vectors) == len(kv.key_to_index) == 53
    kv.add_vectors("single", np.zeros(8))
    kv.add_vectors([], [])
    assert kv.index_to_key[-1] == "single"
    assert kv.vectors.dtype == np.float32


def test_keys_repeated_in_one_call_count_once():
    for replace, expected in ((False, 1), (True, 3)):
        vectors = KeyedVectors(1)
        vectors.add_vectors(["a", "b", "a"], [[1], [2], [3]], replace=replace)
        assert vectors.index_to_key == ["a", "b"]
        assert vectors.vectors.tolist() == [[expected], [2]]


def test_extras():
    vectors = make(3, 2)
    vectors.add_vectors(["x", "y"], np.ones((2, 2)), extras={"count": np.array([7, 8])})
    assert vectors.expandos["count"].tolist() == [0, 0, 0, 7, 8]
    vectors.add_vectors(["y", "z"], np.ones((2, 2)), extras={"count": np.array([1, 2])})
    assert vectors.expandos["count"].tolist() == [0, 0, 0, 7, 8, 2]
    vectors.add_vectors(["y"], np.ones((1, 2)), extras={"count": np.array([5])}, replace=True)
    vectors.add_vectors(["w"], np.ones((1, 2)))
    assert vectors.expandos["count"].tolist() == [0, 0, 0, 7, 5, 2, 0]
    assert vectors.get_vecattr("w", "count") == 0


def test_wrong_additions_change_nothing(kv):
    for keys, weights, extras, error, message in [
        (["a", "b"], np.ones((1, 8)), None, ValueError, r"2 keys need vectors of shape \(2, 8\), got \(1, 8\)"),
        (["a"], np.ones((1, 7)), None, ValueError, r"got \(1, 7\)"),
        (["a"], np.ones((1, 8)), {"count": np.ones(2)}, ValueError, "1 keys need 1 values .* unlike"),
        (["a", None], np.ones((2, 8)), None, ValueError, "None cannot be a key"),
        (["a", ["b"]], np.ones((2, 8)), None, TypeError, "unhashable"),
    ]:
        with pytest.raises(error, match=message):
            kv.add_vectors(keys, weights, extras)
    assert len(kv) == len(kv.vectors) == 50
    assert "a" not in kv


def test_add_vector_fills_free_rows_first():
    vectors = KeyedVectors(2, count=2)
    assert len(vectors) == 2
    assert vectors.most_similar(positive=[np.ones(2)]) == []
    assert vectors.add_vector("a", [1, 0]) == 0
    assert vectors.add_vector("a", [2, 0]) == 0  # the key's own row
    vectors.add_vectors(["b"], [[0, 1]])
    assert vectors.next_index == 2
    with pytest.warns(UserWarning, match="copies all vectors to add one row"):
        assert vectors.add_vector("c", np.ones(2)) == 2
    assert vectors.index_to_key == ["a", "b", "c"]
    assert vectors.vectors.tolist() == [[2, 0], [0, 1], [1, 1]]


def test_free_rows_are_not_found():
    vectors = KeyedVectors(2, count=5)
    vectors.add_vector("a", [1, 0])
    vectors.add_vector("b", [1, 1])
    assert [key for key, _ in vectors.most_similar("a")] == ["b"]
    assert vectors.closer_than("a", "b") == []


def test_attributes(kv):
    kv.set_vecattr("k1", "count", 5)
    kv.set_vecattr("k2", "note", "some text that is long")
    kv.set_vecattr("k3", "note", np.str_("numpy text"))
    kv.set_vecattr("k1", "weight", 0.5)
    assert kv.expandos["count"].dtype == np.int64
    assert (kv.get_vecattr("k1", "count"), kv.get_vecattr("k2", "count")) == (5, 0)
    assert (kv.get_vecattr("k2", "note"), kv.get_vecattr("k3", "note")) == ("some text that is long", "numpy text")
    with pytest.raises(TypeError, match="attribute 'count' is of dtype int64, which float64 does not fit"):
        kv.set_vecattr("k1", "count", 0.5)
    with pytest.raises(KeyError, match="nothing"):
        kv.set_vecattr("nothing", "other", 1)
    assert "other" not in kv.expandos
    with pytest.raises(KeyError, match="other"):
        kv.get_vecattr("k1", "other")
    kv.allocate_vecattrs(["rank"], [np.uint32])
    assert (kv.expandos["rank"].dtype, len(kv.expandos["rank"])) == (np.uint32, 50)


def test_resize_draws_the_rows_of_gensim():
    rows = initial_vectors(5, 3, seed=7)
    assert rows.dtype == np.float32
    np.testing.assert_array_equal(rows, (np.random.default_rng(7).random((5, 3), dtype=np.float32) * 2 - 1) / 3)
    vectors = KeyedVectors(3)
    vectors.index_to_key = ["a", "b"]
    vectors.resize_vectors(seed=7)
    np.testing.assert_array_equal(vectors.vectors, rows[:2])
    vectors.vectors[:] = 1
    vectors.index_to_key += ["c", "d", "e"]
    vectors.resize_vectors(seed=7)
    np.testing.assert_array_equal(vectors.vectors[2:], rows[2:])
    assert vectors.vectors[:2].tolist() == [[1] * 3] * 2
    vectors.set_vecattr(0, "count", 3)
    vectors.index_to_key = vectors.index_to_key[:1]
    vectors.resize_vectors()
    assert vectors.vectors.tolist() == [[1] * 3]
    assert vectors.expandos["count"].tolist() == [3]


def test_sort_by_descending_frequency():
    vectors = make(5, 2)
    before = {key: vectors[key].tolist() for key in vectors.index_to_key}
    for key, count in zip(vectors.index_to_key, [1, 5, 1, 7, 5], strict=True):
        vectors.set_vecattr(key, "count", count)
    vectors.sort_by_descending_frequency()
    assert vectors.index_to_key == ["k3", "k4", "k1", "k2", "k0"]  # equal counts: the later first, as in gensim
    assert vectors.expandos["count"].tolist() == [7, 5, 5, 1, 1]
    assert {key: vectors[key].tolist() for key in vectors.index_to_key} == before
    assert vectors.key_to_index == {key: row for row, key in enumerate(vectors.index_to_key)}
    KeyedVectors(2).sort_by_descending_frequency()


# ---- norms


def mutations():
    def by_property(kv):
        kv.vectors = kv.vectors * np.arange(1, 51)[:, None]

    def in_place(kv):
        kv.vectors[0] *= -3

    def augmented(kv):
        kv.vectors *= np.arange(1, 51)[:, None]

    def sort(kv):
        kv.expandos["count"] = np.arange(50)
        kv.sort_by_descending_frequency()

    def resize(kv):
        kv.index_to_key.append("new")
        kv.key_to_index["new"] = 50
        kv.resize_vectors(seed=3)

    def forced(kv):
        held = kv.vectors
        kv.most_similar("k1")
        held *= np.arange(1, 51)[:, None]
        kv.fill_norms(force=True)

    return {
        "add": lambda kv: kv.add_vectors(["new"], [[9.0] * 8]),
        "replace": lambda kv: kv.add_vectors(["k0"], [[9.0] * 8], replace=True),
        "set": lambda kv: kv.__setitem__("k0", np.full(8, -9.0)),
        "normalize": lambda kv: kv.unit_normalize_all(),
        "property": by_property,
        "in place": in_place,
        "augmented": augmented,
        "sort": sort,
        "resize": resize,
        "forced": forced,
    }


@pytest.mark.parametrize("name", mutations())
def test_norms_are_never_stale(kv, name):
    kv.most_similar("k1")
    mutations()[name](kv)
    assert_pairs_close(kv.most_similar("k1"), brute_force(kv, kv["k1"], {kv.get_index("k1")}))
    np.testing.assert_allclose(kv.get_vector("k0", norm=True), kv["k0"] / np.linalg.norm(kv["k0"]), rtol=1e-6)
    np.testing.assert_allclose(kv.norms, np.linalg.norm(kv.vectors, axis=1), rtol=1e-6)


def test_norms(kv):
    assert kv.norms is None
    kv.fill_norms()
    np.testing.assert_allclose(kv.vectors / kv.norms[:, None], kv.get_normed_vectors(), rtol=1e-6)
    kv.norms = None
    assert kv.norms is None
    kv.unit_normalize_all()
    np.testing.assert_allclose(np.linalg.norm(kv.vectors, axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize(
    "dtype, expected", [(np.float16, np.float32), (np.float32, np.float32), (np.float64, np.float64)]
)
def test_norms_sum_squares_without_overflow(dtype, expected, monkeypatch):
    monkeypatch.setattr(similarity, "BLOCK_NUMBERS", 10)  # several blocks
    vectors = KeyedVectors(4, dtype=dtype)
    matrix = np.outer([1, 0, 6e4, 1e-4], [1, -1, 1, 1]).astype(dtype)
    vectors.add_vectors(list("abcd"), matrix)
    vectors.fill_norms()
    assert vectors.norms.dtype == expected
    np.testing.assert_allclose(vectors.norms, 2 * np.abs(matrix[:, 0].astype(float)), rtol=1e-6)
    tiny = KeyedVectors(2)
    tiny.add_vectors(["a", "b"], np.array([[1e-30, 1e-30], [1e30, 1e30]]))
    assert tiny.similarity("a", "b") == 1
    assert tiny.most_similar("a") == [("b", 1.0)]


# ---- queries


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("count", [2, 50, 3000])
def test_most_similar_is_brute_force(dtype, count, monkeypatch):
    monkeypatch.setattr(similarity, "BLOCK_NUMBERS", 5000)  # several blocks
    kv = make(count, dtype=dtype)
    for topn in (1, 10, count, count + 5):
        assert_pairs_close(kv.most_similar("k1", topn=topn), brute_force(kv, kv["k1"], {1}, topn))
    everything = kv.most_similar("k1", topn=None)
    assert everything.dtype == similarity.arithmetic_dtype(kv.vectors)
    np.testing.assert_allclose(everything, cosines(kv.vectors, kv["k1"]), atol=2e-6)
    assert type(kv.most_similar("k1")[0][1]) is float


def test_positive_negative_and_weights(kv):
    unit = kv.get_normed_vectors().astype(float)
    query = unit[1] + 2 * unit[2] - unit[3] - 0.5 * unit[4]
    found = kv.most_similar(["k1", ("k2", 2.0)], ["k3", (4, -0.5)])
    assert_pairs_close(found, brute_force(kv, query, {1, 2, 3, 4}))
    assert kv.most_similar("k1", "k3") == kv.most_similar(positive=["k1"], negative=["k3"])
    raw = np.array(kv["k5"]) * 10
    assert_pairs_close(kv.most_similar(raw), brute_force(kv, raw))
    assert_pairs_close(kv.most_similar(kv.vectors[:3]), brute_force(kv, kv.vectors[:3].sum(axis=0)))
    assert_pairs_close(kv.most_similar([(raw, -2.0)]), brute_force(kv, -raw))


def test_a_key_and_its_unit_vector_ask_the_same(kv):
    by_vector = kv.most_similar([kv.get_vector("k1", norm=True)], topn=11)
    assert [pair for pair in by_vector if pair[0] != "k1"] == kv.most_similar("k1")
    assert by_vector[0] == ("k1", 1.0)


def test_clipping(kv):
    everything = brute_force(kv, kv["k1"], {1}, 50)
    assert_pairs_close(
        kv.most_similar("k1", clip_start=10, clip_end=20), [pair for pair in everything if 10 <= int(pair[0][1:]) < 20]
    )
    assert_pairs_close(kv.most_similar("k1", clip_start=-5), [pair for pair in everything if int(pair[0][1:]) >= 45])
    assert_pairs_close(
        kv.most_similar("k1", clip_start=10, restrict_vocab=20, topn=50),
        [pair for pair in everything if int(pair[0][1:]) < 20],
    )
    assert kv.most_similar("k1", clip_start=10, clip_end=20, topn=None).shape == (10,)
    assert kv.most_similar("k1", clip_start=60) == []
    assert kv.most_similar("k1", restrict_vocab=1000, topn=99) == kv.most_similar("k1", topn=99)


def test_topn(kv):
    assert kv.most_similar("k1", topn=0) == kv.most_similar("k1", topn=-1) == []
    assert len(kv.most_similar("k1", topn=np.uint8(3))) == 3
    assert kv.most_similar_cosmul("k1", topn=0) == []


def test_indexer(kv):
    class Indexer:
        def most_similar(self, query, topn):
            return query, topn

    query, topn = kv.most_similar("k1", topn=4, indexer=Indexer())
    np.testing.assert_allclose(query, kv.get_vector("k1", norm=True), rtol=1e-6)
    assert topn == 4
    assert kv.most_similar("k1", topn=None, indexer=Indexer()).shape == (50,)


def test_query_errors(kv):
    with pytest.raises(KeyError, match="Key 'nothing' not present in vocabulary"):
        kv.most_similar("nothing")
    with pytest.raises(KeyError, match="nothing"):
        kv.most_similar_cosmul("nothing")
    with pytest.raises(ValueError, match="no input"):
        kv.most_similar()
    with pytest.raises(ValueError, match="no input"):
        kv.most_similar_cosmul(negative="k1")
    with pytest.raises(TypeError, match="expected a key, a vector, or a list of those, got tuple"):
        kv.most_similar(("k1", "k2"))
    with pytest.raises(ValueError, match=r"expected vectors of shape \(8,\), got \(3,\)"):
        kv.most_similar([np.ones(3)])


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
        monkeypatch.setattr(similarity, "BLOCK_NUMBERS", numbers)
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
            lambda *how, start=start: similarity.candidates(scores[:, start : start + 90], *how),
        )
        for start in range(0, count, 90)
    ]
    found = similarity.ranked(queries, *similarity.best(queries, blocks, k), k)
    for row, (index, score) in zip(scores, found, strict=True):
        expected = np.lexsort((np.arange(count), -row))[:k]
        assert index.tolist() == expected.tolist()
        assert score.tolist() == row[expected].tolist()


def test_zeros_and_nan_are_never_in_the_way(kv):
    kv.vectors[[3, 7]] = 0
    for query in ("k1", "k3"):
        found = kv.most_similar(query, topn=60)
        assert len(found) == 49
        assert np.isfinite([score for _, score in found]).all()
        assert np.isfinite(kv.most_similar_cosmul(query, topn=None)).all()
        assert np.isfinite(kv.distances(query)).all()
    assert dict(kv.most_similar("k1", topn=60))["k3"] == 0
    assert kv.similarity("k3", "k1") == kv.similarity("k3", "k7") == kv.n_similarity(["k3"], ["k1"]) == 0
    assert kv.get_vector("k3", norm=True).tolist() == [0] * 8
    assert np.isfinite(kv.get_normed_vectors()).all()
    assert KeyedVectors.cosine_similarities(np.zeros(2), np.ones((3, 2))).tolist() == [0, 0, 0]
    kv.vectors[9] = np.nan
    found = kv.most_similar("k1", topn=60)
    assert found[-1][0] == "k9"
    assert np.isfinite([score for _, score in found[:-1]]).all()


def cosmul(kv, likes, unlikes):
    shifted = {key: (1 + cosines(kv.vectors, kv[key])) / 2 for key in likes + unlikes}
    product = np.prod([shifted[key] for key in likes], axis=0)
    return product / (np.prod([shifted[key] for key in unlikes], axis=0) + 1e-6)


def test_cosmul(kv):
    expected = cosmul(kv, ["k1", "k2"], ["k3"])
    np.testing.assert_allclose(kv.most_similar_cosmul(["k1", "k2"], "k3", topn=None), expected, rtol=1e-5)
    order = [row for row in np.argsort(-expected) if row not in (1, 2, 3)][:10]
    assert [key for key, _ in kv.most_similar_cosmul(["k1", "k2"], ["k3"])] == [f"k{row}" for row in order]
    assert kv.most_similar_cosmul([1, kv["k2"] * 5], ["k3"], topn=None) == pytest.approx(expected, rel=1e-5)
    assert len(kv.most_similar_cosmul(["k1"], restrict_vocab=7, topn=50)) == 6


def test_aliases(kv):
    assert kv.similar_by_key("k1", 3) == kv.similar_by_word("k1", topn=3) == kv.most_similar("k1", topn=3)
    assert kv.similar_by_vector(kv["k1"], restrict_vocab=9) == kv.most_similar([kv["k1"]], restrict_vocab=9)


def test_similarity_and_distance(kv):
    expected = cosines(kv.vectors[2:3], kv["k1"])[0]
    assert kv.similarity("k1", "k2") == pytest.approx(expected, rel=1e-6)
    assert type(kv.similarity("k1", "k2")) is np.float32
    assert kv.distance("k1", "k2") == 1 - kv.similarity("k1", "k2")
    for key in kv.index_to_key:
        assert kv.distance(key, key) == 0
    assert dict(kv.most_similar("k1", topn=60))["k2"] == pytest.approx(kv.similarity("k1", "k2"), abs=1e-7)
    np.testing.assert_allclose(kv.distances("k1"), 1 - cosines(kv.vectors, kv["k1"]), atol=2e-6)
    np.testing.assert_allclose(kv.distances("k1", ["k2", 3]), kv.distances("k1")[[2, 3]], atol=2e-6)
    np.testing.assert_allclose(kv.distances(kv["k1"] * 2, None), kv.distances("k1"), atol=2e-6)
    with pytest.raises(KeyError, match="nothing"):
        kv.distances("k1", ["nothing"])


def test_n_similarity(kv):
    means = [kv.vectors[[1, 2]].mean(axis=0), kv.vectors[[3]].mean(axis=0)]
    assert kv.n_similarity(["k1", "k2", "nothing"], ["k3"]) == pytest.approx(cosines(means[:1][0][None], means[1])[0])
    assert kv.n_similarity(["k1"], ["k1"]) == 1
    with pytest.raises(ZeroDivisionError, match="at least one key in each list"):
        kv.n_similarity([], ["k1"])


def test_rank_and_closer(kv):
    order = [key for key, _ in brute_force(kv, kv["k1"], {1}, 60)]
    for place, key in enumerate(order, 1):
        assert kv.rank("k1", key) == place
        assert sorted(kv.closer_than("k1", key)) == sorted(order[: place - 1])
    assert kv.closer_than("k1", "k1") == []
    assert kv.rank("k1", "k1") == 1
    kv.vectors[30] = kv.vectors[40]
    assert kv.rank("k1", "k30") == kv.rank("k1", "k40")  # equal vectors are equally close


def test_centrality(kv):
    words = ["k1", "k2", "k3", "nothing"]
    unit = kv.get_normed_vectors()[1:4].astype(float)
    expected = cosines(unit, unit.mean(axis=0))
    ranked = kv.rank_by_centrality(words)
    assert [key for _, key in ranked] == [f"k{i + 1}" for i in np.argsort(-expected)]
    np.testing.assert_allclose([score for score, _ in ranked], np.sort(expected)[::-1], rtol=1e-5)
    assert kv.doesnt_match(words) == ranked[-1][1]
    raw = kv.vectors[1:4].astype(float)
    products = raw @ (raw.mean(axis=0) / np.linalg.norm(raw.mean(axis=0)))
    ranked = kv.rank_by_centrality(words, use_norm=False)
    np.testing.assert_allclose([score for score, _ in ranked], np.sort(products)[::-1], rtol=1e-5)
    with pytest.raises(ValueError, match="none of the given keys has a vector"):
        kv.doesnt_match(["nothing"])


def test_others(kv):
    order = [key for key, _ in kv.most_similar("k1", topn=60)]
    assert kv.most_similar_to_given("k1", [order[9], order[2], order[5]]) == order[2]
    with pytest.raises(ValueError, match="empty"):
        kv.most_similar_to_given("k1", [])
    total = sum(score for _, score in kv.most_similar("k1", topn=5))
    assert kv.relative_cosine_similarity("k1", "k2", 5) == pytest.approx(kv.similarity("k1", "k2") / total)
    with pytest.raises(ValueError, match="topn must be positive"):
        kv.relative_cosine_similarity("k1", "k2", 0)


def test_mean_vector(kv):
    unit, raw = kv.get_normed_vectors().astype(float), kv.vectors.astype(float)
    mean = kv.get_mean_vector
    np.testing.assert_allclose(mean(["k1", "k2", "nothing"]), (unit[1] + unit[2]) / 2, atol=1e-7)
    np.testing.assert_allclose(mean(["k1", 2], pre_normalize=False), (raw[1] + raw[2]) / 2, rtol=1e-5)
    np.testing.assert_allclose(mean(["k1", raw[2]], [1, -3]), (unit[1] - 3 * raw[2]) / 4, rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(mean(["k1", "k2"], post_normalize=True)), 1, rtol=1e-6)
    assert mean(["k1"]).dtype == np.float32
    assert mean(["nothing"]).tolist() == [0] * 8
    with pytest.raises(ValueError, match="no input"):
        mean([])
    with pytest.raises(ValueError, match="keys and weights must be equally many, got 1 and 2"):
        mean(["k1"], [1, 2])
    with pytest.raises(KeyError, match="Key 'nothing' not present in vocabulary"):
        mean(["k1", "nothing"], ignore_missing=False)


def test_vectors_for_all(kv):
    kv.set_vecattr("k2", "count", 99)
    chosen = kv.vectors_for_all(["k2", "nothing", "k1", "k2"])
    assert chosen.index_to_key == ["k2", "k1"]
    np.testing.assert_array_equal(chosen.vectors, kv.vectors[[2, 1]])
    assert chosen.expandos["count"].tolist() == [2, 1]
    assert kv.vectors_for_all(["k2", "k1"], copy_vecattrs=True).expandos["count"].tolist() == [99, 0]
    assert kv.vectors_for_all([3, "k1"]).index_to_key == [3, "k1"]
    assert kv.vectors_for_all([3, "k1"], allow_inference=False).index_to_key == ["k1"]
    assert len(kv.vectors_for_all([])) == 0


def test_word_movers_distance(kv, monkeypatch):
    monkeypatch.setitem(sys.modules, "ot", None)
    with pytest.raises(ImportError, match="pip install POT"):
        kv.wmdistance(["k1"], ["k2"])

    def emd2(weights1, weights2, costs):
        """The transport from or to a single word, which moves everything."""
        assert 1 in costs.shape
        assert weights1.sum() == pytest.approx(weights2.sum()) == pytest.approx(1)
        return np.outer(weights1, weights2).ravel() @ costs.ravel()

    monkeypatch.setitem(sys.modules, "ot", types.SimpleNamespace(emd2=emd2))
    unit = kv.get_normed_vectors().astype(float)
    expected = (2 * np.linalg.norm(unit[1] - unit[3]) + np.linalg.norm(unit[2] - unit[3])) / 3
    assert kv.wmdistance(["k1", "k2", "k1", "nothing"], ["k3"]) == pytest.approx(expected)
    assert kv.wmdistance(["k1"], ["k2"], norm=False) == pytest.approx(np.linalg.norm(kv["k1"] - kv["k2"]))
    assert kv.wmdistance(["k1", "k1"], ["k1"]) == 0
    assert kv.wmdistance(["nothing"], ["k1"]) == kv.wmdistance(["k1"], []) == float("inf")


def test_legacy_names(kv):
    for name, new in [
        ("vocab", "key_to_index"),
        ("index2word", "index_to_key"),
        ("index2entity", "index_to_key"),
        ("vectors_norm", r"get_normed_vectors\(\)"),
    ]:
        with pytest.raises(AttributeError, match=rf"KeyedVectors\.{name} is gone since gensim 4: use .*{new}"):
            getattr(kv, name)
    with pytest.raises(AttributeError, match="vocab is gone"):
        kv.vocab = {}
    kv.vectors_norm = None
    kv.index2word = kv.index2entity = list(kv.index_to_key)
    with pytest.warns(DeprecationWarning, match=r"word_vec\(\) is an old name, use get_vector\(\)"):
        assert kv.word_vec("k1").tolist() == kv["k1"].tolist()
    with pytest.warns(DeprecationWarning, match="closer_than"):
        assert kv.words_closer_than("k1", "k2") == kv.closer_than("k1", "k2")
    with pytest.warns(DeprecationWarning, match="fill_norms"):
        kv.init_sims(replace=True)
    np.testing.assert_allclose(np.linalg.norm(kv.vectors, axis=1), 1, rtol=1e-6)
    with pytest.raises(NotImplementedError, match="Doc2Vec"):
        kv.similarity_unseen_docs([], [])


# ---- files


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("mmap", [None, "r", "c"])
def test_save_and_load(tmp_path, dtype, mmap):
    kv = make(dtype=dtype)
    kv.add_vectors([7, ("a", 1), "ü\u2028\ud800"], np.ones((3, 8)))
    kv.set_vecattr("k1", "count", 5)
    kv.set_vecattr("k1", "note", "ü")
    kv.set_vecattr("k2", "flag", True)
    kv.vectors_lockf = np.ones(1, dtype=np.float32)
    kv.comment = {"from": ["here"], "at": 1.5}
    kv.most_similar("k1")
    kv.save(tmp_path / "kv", separately=["vectors"], sep_limit=3, pickle_protocol=4)
    assert [path.name for path in tmp_path.iterdir()] == ["kv"]
    loaded = KeyedVectors.load(tmp_path / "kv", mmap=mmap)
    assert loaded.index_to_key == kv.index_to_key
    assert list(map(type, loaded.index_to_key)) == list(map(type, kv.index_to_key))
    assert loaded.key_to_index == kv.key_to_index
    assert loaded.vectors.dtype == dtype
    np.testing.assert_array_equal(loaded.vectors, kv.vectors)
    assert {attr: values.dtype for attr, values in loaded.expandos.items()} == {
        attr: values.dtype for attr, values in kv.expandos.items()
    }
    for attr, values in kv.expandos.items():
        assert loaded.expandos[attr].tolist() == values.tolist()
    assert loaded.comment == kv.comment
    assert loaded.vectors_lockf.tolist() == [1]
    assert loaded.next_index == kv.next_index
    assert loaded.most_similar("k1") == kv.most_similar("k1")
    loaded.add_vectors(["new"], np.ones((1, 8)))
    assert loaded["new"].tolist() == [1] * 8
    loaded.set_vecattr("k1", "count", 6)


def test_free_rows_are_saved(tmp_path):
    kv = KeyedVectors(2, count=3)
    kv.add_vector("a", [1, 2])
    kv.save(str(tmp_path / "kv.gz"))
    loaded = KeyedVectors.load(str(tmp_path / "kv.gz"))
    assert (loaded.index_to_key, loaded.next_index, loaded.key_to_index) == (["a", None, None], 1, {"a": 0})
    loaded.save_word2vec_format(tmp_path / "v.txt")
    assert (tmp_path / "v.txt").read_bytes() == b"1 2\na 1.0 2.0\n"


def test_what_cannot_be_saved(tmp_path, kv, caplog):
    kv.helper = print
    kv.save(tmp_path / "kv", ignore=["comment"])
    assert "not saving attribute helper of type builtin_function_or_method" in caplog.text
    assert not hasattr(KeyedVectors.load(tmp_path / "kv"), "helper")
    kv.set_vecattr("k1", "thing", {1, 2})
    with pytest.raises(TypeError, match="attribute 'thing' of keys has values that JSON cannot hold"):
        kv.save(tmp_path / "kv")
    kv.save(tmp_path / "kv", ignore=["expandos"])
    assert KeyedVectors.load(tmp_path / "kv").expandos == {}


def test_load_takes_the_vectors_of_a_model(tmp_path, kv):
    arrays, metadata = kv.to_archive()
    write_archive(tmp_path / "m", {"syn1neg": np.ones(3), **with_prefix("wv.", arrays)}, {"kind": "M", "wv": metadata})
    loaded = KeyedVectors.load(tmp_path / "m", mmap="r")
    assert isinstance(loaded.vectors, np.memmap)
    assert loaded.most_similar("k1") == kv.most_similar("k1")


def test_load_errors(tmp_path, kv):
    write_archive(tmp_path / "other", {}, {"kind": "Other"})
    with pytest.raises(FormatError, match="other holds no vectors but 'Other'"):
        KeyedVectors.load(tmp_path / "other")
    kv.save(tmp_path / "kv")
    arrays, metadata = read_archive(tmp_path / "kv")
    del arrays["keys.text"]
    write_archive(tmp_path / "kv", arrays, metadata)
    with pytest.raises(FormatError, match="kv lacks 'text'"):
        KeyedVectors.load(tmp_path / "kv")
    (tmp_path / "p").write_bytes(pickle.dumps(kv))
    with pytest.raises(FormatError, match="Python pickle"):
        KeyedVectors.load(tmp_path / "p")


def test_subclasses_load_as_themselves(tmp_path, kv):
    class Mine(KeyedVectors):
        pass

    kv.save(tmp_path / "kv")
    kv.save_word2vec_format(tmp_path / "v")
    assert type(Mine.load(tmp_path / "kv")) is Mine
    assert type(Mine.load_word2vec_format(tmp_path / "v")) is Mine


def test_copies(kv, tmp_path):
    kv.most_similar("k1")
    kv.save(tmp_path / "kv")
    for original in (kv, KeyedVectors.load(tmp_path / "kv", mmap="r")):
        for made in (pickle.loads(pickle.dumps(original)), copy.deepcopy(original)):
            assert made.most_similar("k1") == kv.most_similar("k1")
            assert type(made.vectors) is np.ndarray
            made.vectors[:] = 1
    assert kv["k1"].tolist() != [1] * 8


def test_word2vec_format_in_order_of_counts(tmp_path):
    kv = make(4, 2)
    kv.save_word2vec_format(tmp_path / "v")
    assert KeyedVectors.load_word2vec_format(tmp_path / "v").index_to_key == ["k0", "k1", "k2", "k3"]
    with pytest.raises(ValueError, match="vocab: keys have no attribute 'count'"):
        kv.save_word2vec_format(tmp_path / "v", fvocab=tmp_path / "vocab")
    for key, count in zip(kv.index_to_key, np.array([2, 3, 2, 9], dtype=np.uint32), strict=True):
        kv.set_vecattr(key, "count", count)
        kv.set_vecattr(key, "other", -int(count))
    kv.save_word2vec_format(tmp_path / "v", fvocab=tmp_path / "vocab", binary=True, prefix="*")
    assert (tmp_path / "vocab").read_text() == "*k3 9\n*k1 3\n*k0 2\n*k2 2\n"
    loaded = KeyedVectors.load_word2vec_format(tmp_path / "v", fvocab=tmp_path / "vocab", binary=True)
    assert loaded.index_to_key == ["*k3", "*k1", "*k0", "*k2"]
    assert loaded.expandos["count"].tolist() == [9, 3, 2, 2]
    np.testing.assert_array_equal(loaded["*k0"], kv["k0"])
    kv.save_word2vec_format(tmp_path / "v", sort_attr="other")
    assert KeyedVectors.load_word2vec_format(tmp_path / "v").index_to_key == ["k0", "k2", "k1", "k3"]


def test_counts_of_loaded_words(tmp_path, caplog):
    (tmp_path / "v").write_bytes(b"4 1\na 1\nb 2\na 3\nc 4\n")
    (tmp_path / "vocab").write_bytes(b"a 7\nc 5\n")
    kv = KeyedVectors.load_word2vec_format(tmp_path / "v")
    assert (kv.index_to_key, kv.expandos["count"].tolist()) == (["a", "b", "c"], [4, 3, 2])
    assert all(key is not None for key, _ in kv.most_similar("a"))
    kv = KeyedVectors.load_word2vec_format(tmp_path / "v", fvocab=tmp_path / "vocab", datatype=np.float16)
    assert (kv.expandos["count"].tolist(), kv.vectors.dtype) == ([7, 0, 5], np.float16)
    assert "lacks 1 of the 3 words; their count is 0" in caplog.text


@pytest.mark.parametrize("binary", [False, True])
def test_intersect(tmp_path, binary):
    other, kv = make(4, 8, seed=1), make(3, 8)
    other.save_word2vec_format(tmp_path / "v", binary=binary)
    kv.add_vectors(["mine"], np.ones((1, 8)))
    kv.vectors_lockf = np.ones(1, dtype=np.float32)
    kv.most_similar("k1")
    kv.intersect_word2vec_format(tmp_path / "v", binary=binary)
    assert kv.index_to_key == ["k0", "k1", "k2", "mine"]
    np.testing.assert_array_equal(kv.vectors[:3], other.vectors[:3])
    assert kv["mine"].tolist() == [1] * 8
    assert kv.vectors_lockf.tolist() == [0, 0, 0, 1]
    assert_pairs_close(kv.most_similar("k1"), brute_force(kv, kv["k1"], {1}))
    kv.intersect_word2vec_format(tmp_path / "v", lockf=0.5, binary=binary)
    assert kv.vectors_lockf.tolist() == [0.5, 0.5, 0.5, 1]
    with pytest.raises(ValueError, match="has vectors of size 8, these have 3"):
        make(2, 3).intersect_word2vec_format(tmp_path / "v", binary=binary)
