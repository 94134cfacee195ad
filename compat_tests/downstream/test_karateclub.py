"""karateclub: DeepWalk and Node2Vec train with hierarchical softmax and negative sampling, Walklets with the latter."""

import networkx
import numpy as np
import pytest
from karateclub import DeepWalk, Diff2Vec, Node2Vec, Role2Vec, Walklets

from compat_tests.downstream.karate import separation

METHODS = [DeepWalk, Node2Vec, Walklets]


@pytest.mark.parametrize("seed", [1, 2, 3, 42])
@pytest.mark.parametrize("method", METHODS)
def test_the_clubs_separate(karate, method, seed):
    model = method(seed=seed)
    model.fit(karate.copy())
    vectors = model.get_embedding()
    assert vectors.shape == (34, 128)
    found = separation(karate, vectors)  # gensim: .61 to .77 and -.73 to -.58, .67 to .74 and -.12, purity .88 to .97
    assert found.same_club > found.other_club + 0.7
    assert found.friends > found.strangers + 0.4
    assert found.purity >= 0.8


@pytest.mark.parametrize("method", METHODS)
def test_the_number_of_workers_changes_nothing(karate, method):
    one, four = method(seed=7, workers=1), method(seed=7, workers=4)
    for model in (one, four):
        model.fit(karate.copy())
    assert one.get_embedding().tobytes() == four.get_embedding().tobytes()


def test_planted_communities_are_found():
    """Four groups of 40, of which members know one another with probability .3 and others with .01."""
    graph = networkx.planted_partition_graph(4, 40, 0.3, 0.01, seed=5)
    group = np.arange(160) // 40
    model = DeepWalk(seed=1, dimensions=32)
    model.fit(graph)
    vectors = model.get_embedding()
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = unit @ unit.T - 2 * np.eye(160)
    assert (group[cosines.argmax(axis=1)] == group).mean() > 0.97


def test_diff2vec_finds_the_clubs(karate):
    model = Diff2Vec(seed=1, diffusion_cover=20, dimensions=32, epochs=5)
    model.fit(karate.copy())
    found = separation(karate, model.get_embedding())
    assert found.same_club > found.other_club + 0.5
    assert found.purity >= 0.8


def test_what_needs_doc2vec_says_so(karate):
    with pytest.raises(NotImplementedError, match="does not provide gensim.models.doc2vec"):
        Role2Vec().fit(karate.copy())
