"""pyRDF2Vec: entities of a knowledge graph; it pickles its model and goes on training it with new entities."""

import random

import numpy as np
import pytest
from gensim.models import Word2Vec as GensimWord2Vec
from pyrdf2vec import RDF2VecTransformer
from pyrdf2vec.embedders import FastText, Word2Vec
from pyrdf2vec.graphs import KG, Vertex
from pyrdf2vec.walkers import RandomWalker

#: Entity → which of two countries it is of.
PEOPLE = {f"http://x#person{number}": number % 2 for number in range(40)}


@pytest.fixture(scope="module")
def graph():
    """People who play for teams and live in cities of their own country, and like things of both."""
    choose, graph = random.Random(0), KG()
    for person, country in PEOPLE.items():
        values = {"plays": f"team{country}", "lives": f"city{country}", "likes": "thing"}
        for relation, value in values.items():
            for number in choose.sample(range(6 if value == "thing" else 3), 2):
                subject, object_ = Vertex(person), Vertex(f"http://x#{value}-{number}")
                predicate = Vertex(f"http://x#{relation}", predicate=True, vprev=subject, vnext=object_)
                graph.add_walk(subject, predicate, object_)
    return graph


def transformer():
    embedder = Word2Vec(epochs=300, workers=1, vector_size=50, sg=1, seed=1)
    return RDF2VecTransformer(embedder, walkers=[RandomWalker(2, 20, random_state=1)], verbose=0)


def purity(vectors, people):
    """Share of people whose nearest neighbor is of the same country."""
    vectors, country = np.array(vectors), np.array([PEOPLE[person] for person in people])
    vectors -= vectors.mean(axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return (country[(vectors @ vectors.T - 2 * np.eye(len(people))).argmax(axis=1)] == country).mean()


def test_countries_separate_also_after_pickling_and_new_people(graph, tmp_path):
    old, new = list(PEOPLE)[:30], list(PEOPLE)[30:]
    fitted = transformer()
    vectors, _ = fitted.fit_transform(graph, old)
    assert purity(vectors, old) >= 0.9  # gensim: 1
    fitted.save(str(tmp_path / "transformer"))

    embedder = RDF2VecTransformer.load(str(tmp_path / "transformer")).embedder
    assert isinstance(embedder._model, GensimWord2Vec)
    np.testing.assert_array_equal(embedder.transform(old), vectors)
    embedder.fit(transformer().get_walks(graph, new), is_update=True)
    assert purity(embedder.transform(list(PEOPLE)), list(PEOPLE)) >= 0.8  # gensim: .975
    with pytest.raises(ValueError, match="must have been provided to fit"):
        embedder.transform(["http://x#nobody"])


def test_fasttext_is_refused():
    with pytest.raises(NotImplementedError, match="does not provide gensim.models.fasttext.FastText"):
        FastText()
