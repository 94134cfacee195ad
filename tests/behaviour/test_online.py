"""Online training: vocabularies that grow between trainings, any number of times, in every mode; pre-trained rows."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from npw2v import KeyedVectors, Word2Vec
from npw2v.training import plan
from npw2v.vectors.store import initial_vectors
from npw2v.vocabulary.huffman import huffman_paths
from tests.support.smallmodels import SMALL, TEXTS, built, state, train, weights

OBJECTIVES = {"ns": {}, "hs": {"hs": 1, "negative": 0}, "both": {"hs": 1}}
MODES = [{"sg": sg, **objective} for sg in (0, 1) for objective in OBJECTIVES.values()]

NAMES = [f"{kind}-{objective}" for kind in ("cbow", "sg") for objective in OBJECTIVES]
every_mode = pytest.mark.parametrize("mode", MODES, ids=NAMES)


def tables(model):
    """The output weights by name."""
    return {name: getattr(model, name) for name in ("syn1", "syn1neg") if name in vars(model)}


def cycle_texts(cycle):
    """Sentences of words old and new: ten more of them each time."""
    return [[f"w{i % (10 + 10 * cycle)}" for i in range(k, k + 8)] for k in range(0, 120, 3)]


@every_mode
def test_growing_and_training_in_turns(mode):
    model, seen = Word2Vec(**SMALL, window=3, seed=7, **mode), Counter()
    assert list(tables(model)) == []
    for cycle in range(4):
        texts, old = cycle_texts(cycle), len(model.wv)
        vectors, outputs = model.wv.vectors.copy(), {name: table.copy() for name, table in tables(model).items()}
        keys = list(model.wv.index_to_key)
        model.build_vocab(texts, update=cycle > 0)
        seen.update(word for text in texts for word in text)
        size = len(seen)
        assert dict(zip(model.wv.index_to_key, model.wv.expandos["count"].tolist(), strict=True)) == seen
        assert model.wv.index_to_key[:old] == keys
        assert model.wv.vectors[:old].tobytes() == vectors.tobytes(), "old rows stay as they were trained"
        assert model.wv.vectors[old:].tobytes() == initial_vectors(size, 6, 7)[old:].tobytes()
        assert ("syn1" in tables(model), "syn1neg" in tables(model)) == ("hs" in mode, "negative" not in mode)
        for name, table in tables(model).items():
            assert table.shape == (size, 6)
            assert table[:old].tobytes() == outputs.get(name, np.zeros((0, 6), np.float32)).tobytes()
            assert not table[old:].any()
        if "hs" in mode:
            points, codes = huffman_paths(model.wv.expandos["count"]).split()
            assert all(map(np.array_equal, model.wv.expandos["point"], points))
            assert all(map(np.array_equal, model.wv.expandos["code"], codes))
        assert "negative" in mode or len(model.cum_table) == size
        before = weights(model)
        trained, read = train(model, texts, epochs=1)
        assert trained == read == sum(map(len, texts))
        assert weights(model) != before
        assert np.isfinite(model.wv.vectors).all()
    assert (model.train_count, len(model.history)) == (4, 4)
    assert model.wv.most_similar("w24")


@every_mode
def test_training_again_goes_on(mode):
    """Any number of calls: each changes the weights, and the figures of all of them are kept."""
    model, seen = built(**mode), set()
    for _ in range(5):
        train(model, TEXTS * 30, epochs=1, compute_loss=True)
        seen.add(weights(model))
    assert len(seen) == 5
    assert [row["epoch"] for row in model.history] == list(range(5))
    assert model.history[-1]["loss"] < model.history[0]["loss"]


@every_mode
def test_workers_do_not_change_what_growing_models_learn(mode, monkeypatch):
    monkeypatch.setattr(plan, "worker_count", lambda requested, *rest: requested)
    results = []
    for count in (1, 2):
        model = Word2Vec(**SMALL, workers=count, **mode)
        for cycle in range(2):
            model.build_vocab(cycle_texts(cycle), update=cycle > 0)
            train(model, cycle_texts(cycle) * 4, epochs=1)
        results.append(weights(model))
    assert results[0] == results[1]


@every_mode
@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
def test_locked_rows_of_a_file_stay_bit_identical(mode, binary, tmp_path):
    pretrained = KeyedVectors(6)
    pretrained.add_vectors(["human", "graph", "elsewhere"], np.arange(18, dtype=np.float32).reshape(3, 6) / 10)
    pretrained.save_word2vec_format(tmp_path / "vectors", binary=binary)
    for lockf in (0.0, 1.0):
        model = built(**mode)
        model.wv.intersect_word2vec_format(tmp_path / "vectors", binary=binary, lockf=lockf)
        rows = [model.wv.get_index(word) for word in ("human", "graph")]
        assert model.wv.vectors_lockf.tolist() == [lockf if row in rows else 1 for row in range(12)]
        start = model.wv.vectors.copy()
        train(model, TEXTS * 5)
        model.build_vocab([["fresh", "human"], ["graph", "fresher"]] * 3, update=True)
        assert model.wv.vectors_lockf.tolist()[12:] == [1, 1]
        train(model, [["fresh", "human"], ["graph", "fresher"]] * 3)
        changed = (model.wv.vectors[:12] != start).any(axis=1)
        assert changed[rows].tolist() == [lockf != 0] * 2
        assert "elsewhere" not in model.wv
        if lockf == 0:
            assert model.wv.vectors[rows].tobytes() == pretrained.vectors[:2].tobytes()
            assert changed.sum() == 10, "the other words learn"


@every_mode
def test_factors_between(mode):
    """A factor is of the update: with a single step, half of it moves a vector half as far."""
    moved = []
    for factor in (1.0, 0.5):
        model = built(**mode)
        model.wv.vectors_lockf = np.full(12, factor, np.float32)
        for table in tables(model).values():
            table[:] = np.random.default_rng(1).standard_normal(table.shape) / 10
        start = model.wv.vectors.copy()
        train(model, TEXTS[:1], epochs=1)
        moved.append(model.wv.vectors - start)
    np.testing.assert_allclose(moved[1], moved[0] / 2, rtol=1e-3, atol=1e-7)
    assert moved[0].any()


def test_locks_grow_with_the_vocabulary():
    model = built()
    model.wv.vectors_lockf = np.zeros(len(model.wv), np.float32)
    model.build_vocab([["new", "human", "newer"]], update=True)
    assert model.wv.vectors_lockf.tolist() == [0] * 12 + [1] * 2
    before = model.wv.vectors.copy()
    train(model, [["new", "human", "newer"]] * 20)
    changed = (model.wv.vectors != before).any(axis=1)
    assert changed.tolist() == [False] * 12 + [True] * 2
    model.wv.vectors_lockf = np.ones(3, np.float32)
    with pytest.raises(ValueError, match=r"vectors_lockf must hold 1 or 14 factors, got 3"):
        train(model)


def test_vectors_that_were_added_join_with_the_next_update():
    model = built()
    model.wv.add_vectors(["extra"], np.ones((1, 6), np.float32))
    with pytest.raises(ValueError, match=r"syn1neg must be of shape \(13, 6\), got \(12, 6\); .*update=True"):
        train(model)
    model.build_vocab([["extra", "human"], ["fresh"]], update=True)
    assert model.wv.vectors.shape == model.syn1neg.shape == (14, 6)
    assert model.wv["extra"].tolist() == [1] * 6
    assert model.wv.get_vecattr("extra", "count") == 1
    train(model, [["extra", "human", "fresh"]] * 10)
    assert model.wv["extra"].tolist() != [1] * 6


@every_mode
def test_reset_from_shares_the_vocabulary_and_starts_afresh(mode):
    model, other = built(**mode), Word2Vec(vector_size=9, min_count=1, sample=0, **mode)
    train(model)
    other.reset_from(model)
    assert other.wv.key_to_index is model.wv.key_to_index
    assert other.wv.vectors.tobytes() == initial_vectors(12, 9, 1).tobytes()
    assert all(not table.any() and table.shape == (12, 9) for table in tables(other).values())
    assert set(tables(other)) == set(tables(model))
    before = weights(model)
    train(other)
    assert weights(model) == before
    assert other.wv.most_similar("human")


@pytest.mark.parametrize("wrong", [None, "model", 5, KeyedVectors(3)], ids=str)
def test_reset_from_what_is_no_model(wrong):
    model = built()
    before = state(model)
    with pytest.raises(AttributeError, match="expected a model to share the vocabulary of, got"):
        model.reset_from(wrong)
    assert state(model) == before


@every_mode
def test_counts_instead_of_a_corpus(mode):
    counts = Counter(word for text in TEXTS for word in text)
    by_counts, by_corpus = Word2Vec(**SMALL, **mode), built(**mode)
    by_counts.build_vocab_from_freq(counts, corpus_count=len(TEXTS))
    assert weights(by_counts) == weights(by_corpus)
    assert by_counts.corpus_count == by_corpus.corpus_count
    for model in (by_counts, by_corpus):
        model.build_vocab_from_freq({"fresh": 3, "human": 1}, corpus_count=2, update=True)
        train(model, [["fresh", "human"], ["fresh", "fresh"]])
    assert weights(by_counts) == weights(by_corpus)
    assert by_counts.wv.get_vecattr("human", "count") == 3
    assert len(by_counts.wv) == 13


@every_mode
def test_a_vocabulary_of_limited_size_grows_by_the_same_limit(mode):
    model = Word2Vec(**SMALL, max_final_vocab=4, **mode)
    model.build_vocab(TEXTS)
    kept = list(model.wv.index_to_key)
    assert kept == ["system", "graph", "trees", "user"]
    assert model.effective_min_count == 3
    model.build_vocab([["one", "two", "three"]] * 3 + [["rare", "system"]], update=True)
    assert model.wv.index_to_key == [*kept, "one", "two", "three"]
    train(model, TEXTS)
    assert model.min_count == 1, "the limit is of one vocabulary, not of the model"


@every_mode
def test_the_null_word_is_there_once_and_is_not_trained_alone(mode):
    model = Word2Vec(**SMALL, null_word=1, **mode)
    model.build_vocab(TEXTS)
    model.build_vocab([["fresh", "human"]], update=True)
    assert model.wv.index_to_key.count("\0") == 1
    start = model.wv["\0"].copy()
    train(model)
    assert model.wv["\0"].tolist() == start.tolist(), "no sentence has it"
    train(model, [["\0", "human", "\0"]])
    assert model.wv["\0"].tolist() != start.tolist(), "padded sentences do"


@pytest.mark.parametrize("mode, bytes_a_word", [(MODES[0], 548), (MODES[1], 748), (MODES[2], 772)], ids=OBJECTIVES)
def test_memory_is_estimated_by_what_the_mode_needs(mode, bytes_a_word):
    model = built(**mode)
    report = model.estimate_memory()
    assert report["total"] == 12 * bytes_a_word
    assert report["vectors"] == model.wv.vectors.nbytes
    assert {name: report[name] for name in tables(model)} == {n: t.nbytes for n, t in tables(model).items()}
