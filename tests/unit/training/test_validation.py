"""The loss on held-out sentences, and ending training by it."""

from __future__ import annotations

import logging
import math

import numpy as np
import pytest

from npw2v import LineSentence, Word2Vec
from npw2v.corpus.encoding import encode_corpus
from npw2v.training.validation import HeldOutLoss
from tests.support.zipfcorpus import random_corpus, weights

CORPUS, HELD_OUT = random_corpus(300), random_corpus(60, seed=5)
MODES = [
    {"sg": 1},
    {"sg": 0},
    {"sg": 1, "hs": 1, "negative": 0},
    {"sg": 0, "hs": 1, "negative": 0},
    {"sg": 1, "hs": 1},
    {"sg": 0, "hs": 1, "cbow_mean": 0},
]


def name(mode):
    return "-".join(f"{key}{value}" for key, value in mode.items())


def built(corpus=CORPUS, **parameters):
    model = Word2Vec(**{"vector_size": 12, "min_count": 1, "seed": 3, "sample": 0.01, "workers": 1, **parameters})
    model.build_vocab(corpus)
    return model


def trained(model, corpus=CORPUS, epochs=2, **arguments):
    model.train(corpus, total_examples=model.corpus_count, epochs=epochs, **arguments)
    return model


def validation_losses(model):
    return [row["validation_loss"] for row in model.history]


@pytest.mark.parametrize("mode", MODES, ids=name)
def test_on_the_training_text_without_a_learning_rate_it_is_the_training_loss(mode):
    corpus = random_corpus(2000)
    model = trained(built(corpus, **mode), corpus, epochs=1)
    trained(model, corpus, epochs=2, start_alpha=0, end_alpha=0, compute_loss=True, validation=corpus)
    _, *rows = model.history
    assert rows[0]["validation_loss"] == rows[1]["validation_loss"], "the same draws in every epoch"
    for row in rows:
        assert row["loss"] == pytest.approx(row["validation_loss"], rel=0.01)


@pytest.mark.parametrize("mode", MODES, ids=name)
@pytest.mark.usefixtures("any_number_of_workers")
def test_it_is_the_same_at_any_number_of_workers_and_changes_nothing_of_what_is_trained(mode):
    without = trained(built(**mode))
    models = [trained(built(**mode, workers=workers), validation=HELD_OUT) for workers in (1, 3)]
    assert {weights(model) for model in models} == {weights(without)}
    assert validation_losses(models[0]) == validation_losses(models[1])
    assert validation_losses(models[0])[1] != validation_losses(models[0])[0]
    assert "validation_loss" not in without.history[0]


def test_untrained_weights_have_the_loss_of_guessing():
    """Output weights of zeros: log 2 for the word and each of five noise words, less those that are the word itself."""
    model = built(sample=0)
    with encode_corpus(HELD_OUT, model.wv.key_to_index) as corpus:
        loss = HeldOutLoss(model._settings(), model._weights(), model._vocabulary_tables(), corpus)
        assert loss.pairs == sum(len(sentence) for sentence in HELD_OUT if len(sentence) > 1)
        assert 5.5 * math.log(2) < loss.of(model._weights()) <= 6 * math.log(2)


def test_a_model_that_knows_the_text_has_a_lower_loss_than_one_that_does_not():
    model = trained(built(), epochs=8, validation=HELD_OUT, start_alpha=0.1)
    assert validation_losses(model)[-1] < validation_losses(model)[0] - 0.02


@pytest.mark.parametrize("mode", MODES[:4], ids=name)
def test_replay_has_the_loss_of_blocks(mode):
    """Of its own weights, which it trains as without."""
    without, model = trained(built(kernel="replay", **mode)), built(kernel="replay", **mode)
    trained(model, validation=HELD_OUT)
    assert weights(model) == weights(without)
    same = built(**mode)
    same._set_weights(model._weights())
    trained(same, epochs=1, start_alpha=0, end_alpha=0, validation=HELD_OUT)
    assert validation_losses(same) == validation_losses(model)[-1:]


def test_a_subclass_that_trains_batches_itself_is_validated():
    class Half(Word2Vec):
        def _do_train_job(self, sentences, alpha, inits):
            return super()._do_train_job(sentences[::2], alpha, inits)

    model = Half(vector_size=12, min_count=1, seed=3)
    model.build_vocab(CORPUS)
    first, second = validation_losses(trained(model, validation=HELD_OUT))
    assert first != second


def test_a_generator_and_ids_in_a_file_will_do(monkeypatch):
    expected = validation_losses(trained(built(), validation=HELD_OUT))
    monkeypatch.setattr("npw2v.corpus.ids.MEMORY_BOUND", 100)
    assert validation_losses(trained(built(), validation=iter(HELD_OUT))) == expected
    assert validation_losses(trained(built(), validation=(words for words in HELD_OUT))) == expected


@pytest.mark.parametrize("mode", [{}, {"workers": 3}, {"kernel": "replay"}], ids=name)
@pytest.mark.usefixtures("any_number_of_workers")
def test_patience_ends_training_and_restores_the_best_epoch(mode, caplog):
    """The third epoch is spoilt by a callback, and the fourth does not make up for it."""

    class Spoils:
        best = None

        def on_epoch_begin(self, model):
            if len(model.history) == 2:
                self.best = weights(model)
                model.syn1neg[:] = np.random.default_rng(0).normal(size=model.syn1neg.shape)

        def on_train_end(self, model):
            self.end = weights(model)

    model, spoils = built(**mode), Spoils()
    with caplog.at_level(logging.INFO):
        trained(model, epochs=9, validation=HELD_OUT, patience=2, callbacks=[spoils])
    losses = validation_losses(model)
    assert len(losses) == 4
    assert losses[1] == min(losses)
    assert weights(model) == spoils.best == spoils.end
    assert "restored the weights of epoch 2 of 4" in caplog.text


def test_the_best_epoch_is_restored_when_the_epochs_are_over_or_a_callback_ends_them():
    class Stops:
        def on_epoch_begin(self, model):
            model.syn1neg[:] = 1000 * (len(model.history) > 0)

        def on_epoch_end(self, model):
            self.first = weights(model) if len(model.history) == 1 else self.first
            return len(model.history) == 3

    for epochs in (2, 5):
        model, stops = built(), Stops()
        trained(model, epochs=epochs, validation=HELD_OUT, patience=5, callbacks=[stops])
        assert len(model.history) == min(epochs, 3)
        assert weights(model) == stops.first


def test_the_best_epoch_is_not_restored_where_words_have_joined_since(caplog):
    class Grows:
        def on_epoch_begin(self, model):
            if len(model.history) == 1:
                model.build_vocab([["new"] * 9], update=True)
                model.syn1neg[:] = 1000

    class Changing:
        def __iter__(self):
            yield from CORPUS

    model = built()
    trained(model, Changing(), epochs=2, validation=HELD_OUT, patience=2, callbacks=[Grows()])
    first, second = validation_losses(model)
    assert first < second
    assert "new" in model.wv
    assert "words have joined since the best one, epoch 1 of 2" in caplog.text


def test_it_is_in_the_log_and_in_the_bar(caplog, capsys):
    with caplog.at_level(logging.INFO):
        model = trained(built(), validation=HELD_OUT, compute_loss=True, progress=True)
    loss = f"validation loss {validation_losses(model)[-1]:.4f}"
    assert f", loss {model.history[-1]['loss']:.4f}, {loss}" in caplog.text
    assert loss in capsys.readouterr().err.split("\r")[-1]


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ({"validation": 5}, TypeError, "must be an iterable of lists of str, got 5"),
        ({"validation": "a.txt"}, TypeError, "validation must be .* got 'a.txt': for a file, LineSentence"),
        ({"validation": ["a.txt"]}, TypeError, "sentence 0 is a string"),
        ({"validation": []}, ValueError, "no word of the vocabulary: 0 words were read in 0 sentences"),
        ({"validation": [["x"], ["y", "z"]]}, ValueError, "no word of the vocabulary: 3 words were read in 2"),
        ({"validation": [["w1"], ["w2", "z"]]}, ValueError, "no two words within a window .* its 3 words 2 are"),
        ({"patience": 2}, ValueError, "patience needs validation"),
        ({"patience": 0, "validation": HELD_OUT}, ValueError, "patience must be at least 1 epoch, got 0"),
        ({"patience": 1.5, "validation": HELD_OUT}, TypeError, "patience must be a whole number, got 1.5"),
        ({"validation": LineSentence("/no/such/file")}, FileNotFoundError, "no/such/file"),
    ],
)
def test_what_cannot_be_validated_is_refused_before_training(arguments, error, match):
    model = built(sample=0)
    before, epochs = weights(model), model.epochs
    with pytest.raises(error, match=match):
        trained(model, epochs=3, **arguments)
    assert weights(model) == before
    assert (model.epochs, model.history, model.train_count) == (epochs, [], 0)
