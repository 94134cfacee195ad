"""fastnode2vec: a subclass of Word2Vec that draws its walks in ``_do_train_job``, anew in every epoch."""

import numpy as np
import pytest
from fastnode2vec import Graph, Node2Vec
from gensim.models import KeyedVectors, Word2Vec

from compat_tests.downstream.karate import separation

PERMUTATION = np.random.permutation


@pytest.fixture(autouse=True)
def numpys_own_permutation(monkeypatch):
    """Importing pyrdf2vec, as another file does, puts a function of its own there."""
    monkeypatch.setattr(np.random, "permutation", PERMUTATION)


@pytest.fixture(scope="module")
def graph(karate):
    return Graph([(str(a), str(b)) for a, b in karate.edges], directed=False, weighted=False)


def embedded(graph, seed):
    model = Node2Vec(graph, dim=32, walk_length=20, window=5, p=1.0, q=0.5, workers=1, seed=seed)
    model.train(epochs=50, verbose=False)
    return model


def rows(vectors, karate):
    return vectors[[str(member) for member in karate]]


@pytest.mark.parametrize("seed", [1, 2, 42])
def test_the_clubs_separate(karate, graph, seed):
    found = separation(karate, rows(embedded(graph, seed).wv, karate))
    assert found.same_club > found.other_club + 0.7
    assert found.friends > found.strangers + 0.35
    assert found.purity >= 0.85


def test_the_same_seed_trains_the_same_vectors(karate, graph):
    one, other = embedded(graph, 7), embedded(graph, 7)
    np.testing.assert_array_equal(rows(one.wv, karate), rows(other.wv, karate))


def test_the_model_is_a_word2vec_whose_vectors_are_saved(karate, graph, tmp_path):
    model = embedded(graph, 1)
    assert isinstance(model, Word2Vec)
    model.wv.save(str(tmp_path / "nodes"))
    np.testing.assert_array_equal(rows(KeyedVectors.load(str(tmp_path / "nodes")), karate), rows(model.wv, karate))
