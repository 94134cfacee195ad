"""`npw2v similar`."""

from __future__ import annotations

import json

import numpy as np
import pytest

from npw2v import KeyedVectors, Word2Vec


def test_neighbours_are_those_of_most_similar(run):
    vectors = KeyedVectors.load("model.npz")
    found = json.loads(run("similar", "model.npz", "king", "paris", "-k", 3, "--json"))
    for word in ("king", "paris"):
        expected = [
            {"word": near, "cosine": pytest.approx(cosine)} for near, cosine in vectors.most_similar(word, topn=3)
        ]
        assert found[word] == expected


def test_a_table_has_a_head_for_every_word(run):
    blocks = run("similar", "vectors.bin", "king", "paris", "-k", 2).split("\n\n")
    assert [block.split()[:2] for block in blocks] == [["king", "cosine"], ["paris", "cosine"]]
    assert [len(block.strip().splitlines()) for block in blocks] == [3, 3]


def test_distances_ascend_and_are_euclidean(run):
    found = json.loads(run("similar", "model.npz", "king", "--metric", "euclidean", "--json"))["king"]
    vectors = KeyedVectors.load("model.npz")
    assert [each["euclidean"] for each in found] == sorted(each["euclidean"] for each in found)
    for each in found:
        distance = np.linalg.norm(vectors["king"].astype(float) - vectors[each["word"]])
        assert each["euclidean"] == pytest.approx(distance)


@pytest.mark.parametrize("which", ["context", "combined"])
def test_other_vectors_of_a_model(run, which):
    found = json.loads(run("similar", "model.npz", "king", "-k", 1, "--vectors", which, "--json"))["king"]
    assert found[0]["word"] == Word2Vec.load("model.npz").word_vectors(which).most_similar("king", topn=1)[0][0]


def test_a_limit_leaves_out_rare_words(run):
    found = json.loads(run("similar", "model.npz", "the", "-k", 100, "--limit", 20, "--json"))["the"]
    assert {each["word"] for each in found} == set(KeyedVectors.load("model.npz").index_to_key[1:20])


def test_an_index_may_be_asked(run, fails):
    pytest.importorskip("hnswlib")
    run("convert", "model.npz", "a.hnsw")
    assert run("similar", "model.npz", "king", "--index", "a.hnsw") == run("similar", "model.npz", "king")
    assert "leave out --metric" in fails("similar", "model.npz", "king", "--index", "a.hnsw", "--metric", "euclidean")
    run("train", "held-out.txt", "-o", "b.bin", "--vector-size", 4, "--min-count", 1)
    assert "has 16 dimensions, the vectors 4" in fails("similar", "b.bin", "the", "--index", "a.hnsw")


def test_an_index_that_is_not_there(fails):
    assert "nowhere.hnsw is no index: there is no nowhere.hnsw.json beside it" in fails(
        "similar", "model.npz", "king", "--index", "nowhere.hnsw"
    )
