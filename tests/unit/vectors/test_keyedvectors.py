"""KeyedVectors: every query against brute force."""

from __future__ import annotations

import sys
import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npw2v.vectors import search as similarity
from npw2v.vectors.keyedvectors import KeyedVectors
from tests.support.bruteforce import assert_pairs_close, brute_force, cosines, make


@pytest.fixture
def kv():
    return make()


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
    with pytest.raises(TypeError, match=r"expected a key, a vector, or a list of those, got \('k1', 'k2'\)"):
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
            lambda *how, start=start: similarity.candidates(scores[:, start : start + 90].T, *how),
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
    with pytest.raises(ValueError, match="empty list: none of 1 keys has a vector"):
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
    with pytest.raises(ValueError, match=r"1 keys need as many weights, got an array of shape \(2,\)"):
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
        ("syn0", "vectors"),
        ("add", r"add_vectors\(\)"),
        ("accuracy", r"evaluate_word_analogies\(\)"),
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


QUERIES = [
    lambda kv, a, b, c: kv[[a, b]].tolist(),
    lambda kv, a, b, c: (a in kv, kv.get_index(b)),
    lambda kv, a, b, c: kv.get_vector(a, norm=True).tolist(),
    lambda kv, a, b, c: kv.similarity(a, b),
    lambda kv, a, b, c: kv.distance(a, b),
    lambda kv, a, b, c: kv.distances(a, [b, c]).tolist(),
    lambda kv, a, b, c: kv.n_similarity([a], [b, c]),
    lambda kv, a, b, c: [kv.get_index(key) for key in kv.closer_than(a, b)],
    lambda kv, a, b, c: kv.rank(a, b),
    lambda kv, a, b, c: kv.most_similar_to_given(a, [b, c]) == b,
    lambda kv, a, b, c: kv.relative_cosine_similarity(a, b),
    lambda kv, a, b, c: [(kv.get_index(key), score) for key, score in kv.most_similar([a, (b, 2.0)], [c])],
    lambda kv, a, b, c: [(kv.get_index(key), score) for key, score in kv.most_similar_cosmul([a, b], [c])],
    lambda kv, a, b, c: [(kv.get_index(key), score) for key, score in kv.similar_by_key(a)],
    lambda kv, a, b, c: [(kv.get_index(key), score) for key, score in kv.most_similar_batch([a])[0]],
    lambda kv, a, b, c: [(score, kv.get_index(key)) for score, key in kv.rank_by_centrality([a, b, c])],
    lambda kv, a, b, c: kv.get_mean_vector([a, b, c]).tolist(),
    lambda kv, a, b, c: kv.vectors_for_all([a, b], copy_vecattrs=True).vectors.tolist(),
    lambda kv, a, b, c: kv.set_vecattr(a, "note", 5) or kv.get_vecattr(a, "note"),
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize(
    "kind", [lambda i: ("pair", i), lambda i: f"k{i}".encode(), lambda i: 1000 + i, lambda i: frozenset([i])]
)
def test_keys_of_any_kind(kv, kind, query):
    """Answers do not depend on what the keys are."""
    other = KeyedVectors(8)
    other.add_vectors([kind(i) for i in range(50)], kv.vectors)
    assert query(other, *map(kind, (3, 7, 20))) == query(kv, "k3", "k7", "k20")


@pytest.mark.parametrize("item", [("k1",), ("k1", 1, 2), None, (), 2.5, {"k1": 1}], ids=str)
def test_what_is_neither_key_nor_vector(kv, item):
    with pytest.raises(TypeError, match=r"expected a key, a vector, or a pair of one of them and its weight, got"):
        kv.most_similar([item])
