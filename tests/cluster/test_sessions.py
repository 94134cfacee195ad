"""What training on a cluster gives back, and that it goes on as training here does."""

from __future__ import annotations

import pytest

from npw2v import CallbackAny2Vec, Word2Vec
from npw2v.distributed import flights, resume, train
from tests.cluster.conftest import PARAMETERS, trained
from tests.support.zipfcorpus import random_corpus, weights

pytestmark = pytest.mark.cluster


def test_the_vocabulary_is_that_of_the_partitions_one_after_the_other(paths, sentences, client):
    model, local = trained(paths, client), Word2Vec(**PARAMETERS)
    local.build_vocab([sentence for partition in sentences for sentence in partition])
    assert model.wv.index_to_key == local.wv.index_to_key
    assert model.wv.expandos["count"].tolist() == local.wv.expandos["count"].tolist()
    assert model.corpus_total_words == local.corpus_total_words


def test_the_model_is_an_ordinary_one(paths, client, tmp_path):
    model = trained(paths, client)
    path = str(tmp_path / "model.npz")
    model.save(path)
    again = Word2Vec.load(path)
    assert weights(again) == weights(model)
    assert again.wv.most_similar("w1", topn=1)
    assert again.train(random_corpus(), total_examples=400, epochs=1)[0] > 0
    assert len(again.history) == 3


def test_history_has_the_columns_of_local_training(paths, sentences, client):
    model, local = trained(paths, client, validation=random_corpus(seed=9)), Word2Vec(**PARAMETERS)
    corpus = [sentence for partition in sentences for sentence in partition]
    local.build_vocab(corpus)
    local.train(corpus, total_examples=1, epochs=2, compute_loss=True, validation=random_corpus(seed=9))
    for one, other in zip(model.history, local.history):
        assert one.keys() == other.keys()
        assert (one["epoch"], one["words_read"], one["words_unknown"]) == (
            other["epoch"], other["words_read"], other["words_unknown"],
        )  # fmt: skip
        assert one["loss"] == pytest.approx(other["loss"], rel=0.3)  # few rounds for few words
        assert one["validation_loss"] == pytest.approx(other["validation_loss"], rel=0.3)


def test_a_trained_model_is_trained_on(paths, client):
    model = trained(paths, client)
    before, words = weights(model), list(model.wv.index_to_key)
    assert train(model, paths[:2], client, epochs=1, rounds=2, progress=False) is model
    assert model.wv.index_to_key == words
    assert weights(model) != before
    assert len(model.history) == 3


def test_callbacks_are_called_and_can_end_training(paths, client):
    class Stop(CallbackAny2Vec):
        def on_epoch_end(self, model):
            return True

    assert len(trained(paths, client, callbacks=[Stop()]).history) == 1


def test_what_a_callback_writes_to_the_weights_is_trained_on(paths, client, expected):
    class Zero(CallbackAny2Vec):
        def on_epoch_end(self, model):
            if len(model.history) == 1:
                model.wv.vectors[:] = 0

    assert weights(trained(paths, client, callbacks=[Zero()])) != expected


def test_training_goes_on_from_a_checkpoint_with_the_same_bytes(paths, client, expected, tmp_path, monkeypatch):
    path, take, taken = str(tmp_path / "run.npz"), flights.Flights._take, []

    def pulling_the_plug(self, *given):
        take(self, *given)
        taken.append(1)
        if len(taken) == 9:  # in the second epoch
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(flights.Flights, "_take", pulling_the_plug)
        patch.setattr(flights, "WAIT", 0)
        patch.setattr(flights, "SHARE", 1e9)
        with pytest.raises(KeyboardInterrupt):
            trained(paths, client, checkpoint=path, checkpoint_every="1 words")
    assert len(Word2Vec.load(path).history) == 1
    assert weights(resume(path, paths, client)) == expected


def test_another_corpus_is_not_gone_on_with(paths, client, tmp_path):
    path = str(tmp_path / "run.npz")
    trained(paths, client, checkpoint=path, checkpoint_every="1 words", epochs=1)
    with pytest.raises(ValueError, match="training can go on with the corpus that it was begun with only"):
        resume(path, paths[:3], client)
    with pytest.raises(ValueError, match="training can go on with the corpus that it was begun with only"):
        Word2Vec.resume(path, corpus_file=paths[0])


def test_a_checkpoint_of_local_training_is_refused(client, paths, tmp_path):
    path, model = str(tmp_path / "run.npz"), Word2Vec(**PARAMETERS)
    model.build_vocab(random_corpus())
    model.train(random_corpus(), total_examples=400, epochs=1, checkpoint=path, checkpoint_every="1 words")
    with pytest.raises(ValueError, match="is a checkpoint of Word2Vec.train, not of a cluster"):
        resume(path, paths, client)


def test_without_a_client_processes_are_started_and_ended(paths, expected):
    assert weights(train(Word2Vec(**PARAMETERS, workers=2), paths, rounds=6, progress=False)) == expected
