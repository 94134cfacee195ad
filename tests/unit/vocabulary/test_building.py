"""Vocabularies that start afresh, replaced vectors, predictions, and the smaller promises of a model."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from npw2v import KeyedVectors, Word2Vec
from tests.support.smallmodels import SMALL, TEXTS, built, train, weights


def test_building_twice_starts_afresh():
    model = built()
    train(model)
    model.wv.set_vecattr("human", "language", "en")
    model.wv.vectors_lockf = np.zeros(len(model.wv), np.float32)
    model.build_vocab(TEXTS[:4])
    expected = Word2Vec(**SMALL)
    expected.build_vocab(TEXTS[:4])
    assert weights(model) == weights(expected)
    assert model.wv.index_to_key == expected.wv.index_to_key
    assert model.wv.expandos.keys() == {"count", "sample_int"}
    assert model.wv.vectors_lockf.tolist() == [1]


def test_a_dry_run_leaves_what_was_trained():
    model = built()
    train(model)
    before = weights(model), model.wv.index_to_key
    model.build_vocab(TEXTS[:4], dry_run=True, min_count=2)
    assert (weights(model), model.wv.index_to_key) == before
    assert model.prepare_vocab(min_count=2)["num_retained_words"] == 6, "the counts are there to go on with"


# ---- replaced vectors


def test_vectors_alone_cannot_be_trained():
    vectors = built().wv
    alone = KeyedVectors(6)
    alone.add_vectors(vectors.index_to_key, vectors.vectors)
    model = Word2Vec(**SMALL)
    model.wv = alone
    before = alone.vectors.tobytes()
    with pytest.raises(RuntimeError, match=r"no word counts or output weights .* wv\.intersect_word2vec_format\(\)"):
        train(model)
    with pytest.raises(RuntimeError, match="output weights"):
        model.predict_output_word(["human"])
    assert alone.vectors.tobytes() == before
    model.build_vocab(TEXTS)
    train(model)


def test_replaced_vectors_of_another_shape():
    model = built()
    model.wv.vectors = np.zeros((12, 7), np.float32)
    with pytest.raises(ValueError, match=r"wv\.vectors must be of shape \(12, 6\), got \(12, 7\)"):
        train(model)


# ---- the rest of the surface


def test_raw_vocab_is_let_go_unless_asked_for():
    model = built()
    assert model.raw_vocab == {}
    assert model._scan is None
    model.build_vocab(TEXTS, keep_raw_vocab=True)
    assert model.raw_vocab["human"] == 2


def test_preparing_before_counting():
    with pytest.raises(RuntimeError, match=r"call build_vocab\(\) or scan_vocab\(\) first"):
        Word2Vec().prepare_vocab()


def test_a_minimum_of_zero_is_not_the_default():
    model = Word2Vec(vector_size=4, min_count=5)
    model.scan_vocab(TEXTS)
    assert model.prepare_vocab(min_count=0, sample=0)["num_retained_words"] == 12
    assert (model.min_count, model.sample) == (0, 0)


def test_events_are_recorded_unless_switched_off(caplog):
    model = Word2Vec(TEXTS, **SMALL)
    events = [row["event"] for row in model.lifecycle_events]
    assert list(dict.fromkeys(events)) == ["prepare_vocab", "build_vocab", "train", "created"]
    assert {"datetime", "npw2v", "python", "platform"} <= model.lifecycle_events[0].keys()
    with caplog.at_level(logging.DEBUG):
        model.add_lifecycle_event("mine", log_level=False, note=3)
        assert not caplog.records
        model.add_lifecycle_event("mine", log_level=logging.ERROR)
    assert caplog.records[0].levelname == "ERROR"
    assert model.lifecycle_events[-2]["note"] == 3
    model.lifecycle_events = None
    train(model)
    assert model.lifecycle_events is None


def test_random_can_be_replaced_as_in_gensim():
    model = Word2Vec(seed=3)
    assert model.random is model.random
    model.random = np.random.default_rng(5)
    assert model.random.random() == np.random.default_rng(5).random()


def test_prediction_of_the_center_word():
    model = Word2Vec([["left", "middle", "right"]] * 200, vector_size=8, min_count=1, sample=0, window=1, epochs=20)
    words = model.predict_output_word(["left", "right"], topn=3)
    assert words[0][0] == "middle"
    assert sum(probability for _, probability in words) == pytest.approx(1)
    assert model.predict_output_word(["unheard"]) is None
    model.syn1neg *= 1e4  # softmax of large scores
    assert model.predict_output_word(["left", "right"], topn=1)[0][1] == pytest.approx(1)


def test_corpora_can_be_imported_from_where_gensim_has_them():
    from npw2v import word2vec
    from npw2v.corpus import sentences as corpora

    for name in ("LineSentence", "PathLineSentences", "Text8Corpus", "BrownCorpus", "MAX_WORDS_IN_BATCH"):
        assert getattr(word2vec, name) is getattr(corpora, name)
