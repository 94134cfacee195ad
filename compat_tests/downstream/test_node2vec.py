"""node2vec: embeds nodes with ``gensim.models.Word2Vec`` and edges with ``KeyedVectors.add_vectors``."""

from ast import literal_eval

import numpy as np
import pytest
from gensim.models import KeyedVectors, Word2Vec
from node2vec import Node2Vec
from node2vec.edges import AverageEmbedder, HadamardEmbedder, WeightedL1Embedder, WeightedL2Embedder

from compat_tests.downstream.karate import separation

SEEDS = (1, 2, 3, 42)


def embedded(graph, seed):
    walks = Node2Vec(graph, dimensions=32, walk_length=20, num_walks=50, seed=seed, quiet=True)
    return walks.fit(window=5, min_count=1, batch_words=4, seed=seed)


@pytest.fixture(scope="module")
def model(karate):
    return embedded(karate, seed=1)


def rows(model, graph):
    return model.wv[[str(member) for member in graph]]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_clubs_separate_and_friends_are_near(karate, seed):
    model = embedded(karate, seed)
    assert isinstance(model, Word2Vec)
    found = separation(karate, rows(model, karate))  # gensim: .5 and -.5, .65 and -.12, purity .94
    assert found.same_club > found.other_club + 0.7
    assert found.friends > found.strangers + 0.4
    assert found.purity >= 0.85


def test_the_leaders_are_nearest_their_own_followers(karate, model):
    for leader, club in (("0", "Mr. Hi"), ("33", "Officer")):
        nearest = [int(member) for member, _ in model.wv.most_similar(leader, topn=8)]
        assert [karate.nodes[member]["club"] for member in nearest].count(club) >= 7


def test_the_model_is_saved_and_loaded(karate, model, tmp_path):
    model.wv.save_word2vec_format(str(tmp_path / "nodes.txt"))
    model.save(str(tmp_path / "model"))
    vectors = KeyedVectors.load_word2vec_format(str(tmp_path / "nodes.txt"))
    assert vectors.index_to_key == model.wv.index_to_key
    np.testing.assert_array_equal(vectors.vectors, model.wv.vectors)
    assert Word2Vec.load(str(tmp_path / "model")).wv.most_similar("2") == model.wv.most_similar("2")


@pytest.mark.parametrize(
    "embedder, combine",
    [
        (AverageEmbedder, lambda a, b: (a + b) / 2),
        (HadamardEmbedder, lambda a, b: a * b),
        (WeightedL1Embedder, lambda a, b: abs(a - b)),
        (WeightedL2Embedder, lambda a, b: (a - b) ** 2),
    ],
)
def test_the_vectors_of_edges(model, embedder, combine):
    edges = embedder(model.wv, quiet=True)
    vectors = edges.as_keyed_vectors()
    assert isinstance(vectors, KeyedVectors)
    assert len(vectors) == 34 * 35 // 2
    np.testing.assert_allclose(vectors["('0', '1')"], combine(model.wv["0"], model.wv["1"]), rtol=1e-6)
    np.testing.assert_array_equal(vectors["('0', '1')"], edges["1", "0"])
    with pytest.raises(KeyError, match="node 99 does not exist"):
        edges["0", "99"]


def test_friendships_are_near_those_of_the_same_club(karate, model):
    vectors = AverageEmbedder(model.wv, quiet=True).as_keyed_vectors()
    for pair, club in (((0, 1), "Mr. Hi"), ((32, 33), "Officer")):
        nearest = [literal_eval(name) for name, _ in vectors.most_similar(str(tuple(map(str, pair))), topn=10)]
        members = [karate.nodes[int(member)]["club"] for edge in nearest for member in edge]
        assert members.count(club) >= 18
