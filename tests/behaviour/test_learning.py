"""What training learns: losses that fall, counts that add up, learning rates, weights that stay finite."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import TrainingError, Word2Vec
from npw2v.kernels import reference
from tests.support.zipfcorpus import random_corpus, train


@pytest.mark.parametrize("sg", [0, 1])
def test_counts_add_up(sg):
    corpus = random_corpus()
    model = Word2Vec(vector_size=8, min_count=5, sample=0.02, sg=sg, epochs=3)
    model.build_vocab(corpus)
    extra = [*corpus, ["unknown", "words"], []]
    trained, read = model.train(extra, total_examples=len(extra), epochs=3, compute_loss=True)
    raw = sum(map(len, extra))
    known = sum(word in model.wv for sentence in extra for word in sentence)
    assert read == 3 * raw
    assert trained == sum(row["words_trained"] for row in model.history)
    for row in model.history:
        assert row["words_read"] == raw
        assert row["words_unknown"] == raw - known
        assert row["words_trained"] + row["words_subsampled"] == known
        assert 0 < row["words_subsampled"] < known
    assert [row["epoch"] for row in model.history] == [0, 1, 2]
    assert model.history[0]["alpha_start"] == 0.025
    assert model.history[2]["alpha_end"] < 0.01


def test_loss_is_the_mean_of_a_positive_pair_and_falls():
    """Zero output weights give every pair a loss of log 2: 1 + k of them for each positive pair."""
    corpus = [["a", "b"] * 8, ["c", "d"] * 8] * 50
    model = Word2Vec(vector_size=20, min_count=1, sample=0, sg=1, negative=5, alpha=0.05)
    model.build_vocab(corpus)
    model.train(corpus, total_examples=100, epochs=1, start_alpha=1e-12, end_alpha=1e-12, compute_loss=True)
    # a noise word that equals its center is left out: 1/4 of them
    assert model.history[0]["loss"] == pytest.approx(np.log(2) * (1 + 5 * 3 / 4), rel=1e-2)
    model.train(corpus, total_examples=100, epochs=20, compute_loss=True)
    before, *losses = (row["loss"] for row in model.history)
    assert losses[-1] < losses[0] < 0.6 * before
    assert losses[-1] < 0.5 * before
    assert model.get_latest_training_loss() > 0
    model.train(corpus, total_examples=100, epochs=1)
    assert model.history[-1]["loss"] is None
    assert model.get_latest_training_loss() == 0


@pytest.mark.parametrize("options", [{}, {"hs": 1, "negative": 0}, {"hs": 1, "negative": 2}])
def test_the_fast_kernel_learns_what_the_reference_learns(options):
    """On a small corpus with structure, blocks and one update at a time end at the same loss."""
    rng = np.random.default_rng(1)
    topics = [[f"{topic}{i}" for i in range(8)] for topic in "abc"]
    corpus = [list(rng.choice(topics[rng.integers(3)], size=10)) for _ in range(300)]
    model = Word2Vec(vector_size=16, min_count=1, sample=0, sg=1, window=3, epochs=6, seed=2, **options)
    model.build_vocab(corpus)
    inputs, outputs, nodes = model.wv.vectors.astype(float), *np.zeros((2, *model.wv.vectors.shape))
    paths = model.wv.expandos
    for epoch in range(6):
        total, pairs = 0.0, 0
        for number, sentence in enumerate(corpus):
            ids = [model.wv.get_index(word) for word in sentence]
            alpha = model.alpha * (1 - (epoch + number / 300) / 6) + 1e-4
            objectives = []
            if model.hs:
                objectives.append(reference.hierarchical_softmax(nodes, paths["point"], paths["code"], alpha))
            if model.negative:
                noise = np.diff(model.cum_table / model.cum_table[-1], prepend=0)
                draw = lambda _, noise=noise: rng.choice(24, model.negative, p=noise)  # noqa: E731
                objectives.append(reference.negative_sampling(outputs, draw, alpha))
            losses, count = reference.skipgram(inputs, ids, list(rng.integers(1, 4, 10)), objectives)
            total, pairs = total + sum(losses), pairs + count
    model.train(corpus, total_examples=300, epochs=6, compute_loss=True)
    assert model.history[-1]["loss"] == pytest.approx(total / pairs, rel=0.03)
    for topic in "abc":
        nearest = model.wv.most_similar(f"{topic}0", topn=7)
        assert {word[0] for word, _ in nearest} == {topic}


def test_weights_that_are_not_finite_raise():
    model = Word2Vec(vector_size=8, min_count=1)
    corpus = random_corpus()
    model.build_vocab(corpus)
    model.wv.vectors[3] = np.inf
    with pytest.raises(TrainingError, match=r"not finite .* smaller alpha"):
        model.train(corpus, total_examples=model.corpus_count, epochs=1)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("alpha", [0.025, 1.0, 50.0])
def test_no_warning_and_no_nan_at_any_alpha(alpha):
    model = train(alpha=alpha, epochs=5, sg=1)
    assert np.isfinite(model.wv.vectors).all()
    assert np.isfinite(model.syn1neg).all()


def test_a_locked_row_stays_as_it_is():
    model = Word2Vec(vector_size=8, min_count=1, sg=1)
    corpus = random_corpus()
    model.build_vocab(corpus)
    model.wv.vectors_lockf = np.ones(len(model.wv), np.float32)
    model.wv.vectors_lockf[2] = 0
    before = model.wv.vectors.copy()
    model.train(corpus, total_examples=model.corpus_count, epochs=2)
    changed = (model.wv.vectors != before).any(axis=1)
    assert not changed[2]
    assert changed.sum() == len(model.wv) - 1


def test_long_sentences_are_trained_whole():
    corpus = [[f"w{i % 100}" for i in range(30_000)]]
    model = Word2Vec(vector_size=4, min_count=1, sample=0)
    model.build_vocab(corpus)
    assert model.train(corpus, total_examples=1, epochs=1) == (30_000, 30_000)


def test_the_caller_keeps_its_blas_threads_and_float_errors():
    from threadpoolctl import threadpool_info

    before, errors = threadpool_info(), np.geterr()
    train()
    assert threadpool_info() == before
    assert np.geterr() == errors


def test_pace_of_alpha_follows_the_given_totals():
    corpus = random_corpus()
    model = Word2Vec(vector_size=4, min_count=1, epochs=1, batch_words=50)
    model.build_vocab(corpus)
    model.train(corpus, total_examples=4 * len(corpus), epochs=1)
    assert model.history[-1]["alpha_end"] == pytest.approx(0.025 * 3 / 4, rel=0.05)
    model.train(corpus, total_words=model.corpus_total_words // 4, epochs=1)
    assert model.history[-1]["alpha_end"] == 0.0001


def test_alpha_falls_from_batch_to_batch():
    """A corpus smaller than a batch is trained with alpha itself in its first epoch."""
    one, many = train(epochs=2), train(epochs=2, batch_words=100)
    assert [(row["alpha_start"], row["alpha_end"]) for row in one.history] == [(0.025, 0.025), (0.01255, 0.01255)]
    assert many.history[0]["alpha_end"] < 0.014
    assert many.history[1]["alpha_end"] < 0.002


def test_alpha_never_falls_below_its_end_and_starts_there_if_that_is_higher():
    corpus = random_corpus()
    model = Word2Vec(vector_size=4, min_count=1)
    model.build_vocab(corpus)
    model.train(corpus, total_examples=len(corpus), epochs=2, start_alpha=0.01, end_alpha=0.02)
    assert {row["alpha_start"] for row in model.history} == {0.02}


def test_sample_set_to_zero_after_the_vocabulary_was_built_ends_subsampling():
    corpus = random_corpus()
    model = Word2Vec(vector_size=4, min_count=1, sample=0.001)
    model.build_vocab(corpus)
    model.sample = 0
    trained, read = model.train(corpus, total_examples=len(corpus), epochs=1)
    assert trained == read
