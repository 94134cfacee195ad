"""Hierarchical softmax beside gensim's: trees, scores, and learning from the same weights."""

from __future__ import annotations

import gensim.models
import numpy as np
import pytest
from gensim.test.utils import common_texts, lee_corpus_list
from hypothesis import given, settings
from hypothesis import strategies as st

from npw2v import Word2Vec
from npw2v.vocabulary.huffman import huffman_paths


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=80))
def test_codes_are_gensims_ties_included(counts):
    vectors = gensim.models.KeyedVectors(1)
    vectors.add_vectors([f"w{i}" for i in range(len(counts))], np.zeros((len(counts), 1), np.float32))
    for word, count in enumerate(counts):
        vectors.set_vecattr(word, "count", count)
    gensim.models.word2vec._assign_binary_codes(vectors)
    points, codes = huffman_paths(np.array(counts)).split()
    for word in range(len(counts)):
        np.testing.assert_array_equal(points[word], vectors.get_vecattr(word, "point"))
        np.testing.assert_array_equal(codes[word], vectors.get_vecattr(word, "code"))


def test_a_grown_vocabulary_has_gensims_tree():
    models = [module(common_texts, min_count=1, hs=1, negative=0) for module in (Word2Vec, gensim.models.Word2Vec)]
    for model in models:
        model.build_vocab([["new", "graph", "new"], ["words"]], update=True)
    ours, theirs = models
    assert ours.wv.index_to_key == theirs.wv.index_to_key
    assert ours.syn1.shape == theirs.syn1.shape
    for word in ours.wv.index_to_key:
        for attribute in ("point", "code"):
            mine, gensims = ours.wv.get_vecattr(word, attribute), theirs.wv.get_vecattr(word, attribute)
            np.testing.assert_array_equal(mine, gensims)
            assert mine.dtype == gensims.dtype


@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("mean", [0, 1])
def test_scores_are_gensims_but_for_its_table(sg, mean, tmp_path):
    """gensim reads log σ from a table that is up to 2 % off (σ(0) is .494 there)."""
    sentences = list(lee_corpus_list)[:100]
    theirs = gensim.models.Word2Vec(sentences, hs=1, negative=0, sg=sg, cbow_mean=mean, vector_size=20, workers=1)
    theirs.save(str(tmp_path / "model"))
    ours = Word2Vec.load(str(tmp_path / "model"))
    queries = [*sentences[:20], ["the"], ["unknown"]]
    np.testing.assert_allclose(ours.score(queries), theirs.score(queries), rtol=0.025)


@pytest.mark.parametrize("sg", [0, 1])
def test_lee_is_learned_as_well_as_gensim_learns_it(sg):
    """Mean rank of "bombings" as neighbour of "attacks", over seeds: gensim's own test wants it below 50."""
    ranks = []
    for seed in (1, 2, 3):
        model = Word2Vec(lee_corpus_list, hs=1, negative=0, sg=sg, min_count=5, epochs=10, seed=seed, alpha=0.05)
        ranks.append(model.wv.rank("attacks", "bombings"))
    assert np.mean(ranks) < 50
