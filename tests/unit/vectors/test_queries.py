"""Finding the nearest keys: the same as brute force, whatever the blocks, types, ties and zeros."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.vectors.keyedvectors import KeyedVectors
from tests.support.bruteforce import assert_pairs_close, brute_force, cosines, make


@pytest.fixture
def kv():
    return make()


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


# ---- by distance


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_nearest_by_distance_is_what_brute_force_finds(dtype):
    rows = np.random.default_rng(0).standard_normal((200, 5)).astype(dtype)
    rows[7] = rows[3]
    vectors = KeyedVectors(5, dtype=dtype)
    vectors.add_vectors([f"w{row}" for row in range(200)], rows)
    distances = np.sqrt(((rows.astype(float) - rows[3].astype(float)) ** 2).sum(axis=1))
    order = [row for row in np.argsort(distances, kind="stable") if row != 3]
    found = vectors.nearest_by_distance("w3", topn=10)
    assert [key for key, _ in found] == [f"w{row}" for row in order[:10]]
    assert found[0] == ("w7", 0)
    assert np.allclose([value for _, value in found], distances[order[:10]])
    assert len(vectors.nearest_by_distance("w3", topn=1000)) == 199
    assert [key for key, _ in vectors.nearest_by_distance(rows[3], topn=2)] == ["w3", "w7"]
    assert {key for key, _ in vectors.nearest_by_distance("w3", 1000, restrict_vocab=3)} == {"w0", "w1", "w2"}
    assert vectors.nearest_by_distance("w3", topn=0) == []
    with pytest.raises(KeyError):
        vectors.nearest_by_distance("nothing")
