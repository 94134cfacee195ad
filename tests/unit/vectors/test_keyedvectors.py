"""KeyedVectors: comparing keys, subsets, old names, and keys of any kind."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.vectors.keyedvectors import KeyedVectors
from tests.support.bruteforce import brute_force, cosines, make


@pytest.fixture
def kv():
    return make()


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


def test_errors_of_python_name_the_class_that_people_know():
    for call in (lambda: KeyedVectors(3).get_vector(), lambda: KeyedVectors(3).most_similar(*range(20))):
        with pytest.raises(TypeError, match=r"^KeyedVectors\.(get_vector|most_similar)\(\) "):
            call()
