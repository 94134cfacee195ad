"""Callbacks: when they are called, what they may do with the model, and how they end training."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from npw2v import CallbackAny2Vec, StopTraining, Word2Vec
from npw2v.training import plan
from npw2v.training.backends import processes
from npw2v.training.callbacks import MOMENTS
from tests.support.smallmodels import SMALL, TEXTS, built, state, train, weights


class Records(CallbackAny2Vec):
    def __init__(self, calls, name):
        self.calls, self.name = calls, name

    def on_train_begin(self, model):
        self.calls.append(f"{self.name} train begins")

    def on_epoch_begin(self, model):
        self.calls.append(f"{self.name} epoch begins")

    def on_epoch_end(self, model):
        self.calls.append(f"{self.name} epoch ends")

    def on_train_end(self, model):
        self.calls.append(f"{self.name} train ends")


def test_callbacks_are_called_in_order():
    calls = []
    model = Word2Vec(TEXTS, **SMALL, epochs=2, callbacks=(Records(calls, name) for name in "ab"))
    both = ["train begins", *["epoch begins", "epoch ends"] * 2, "train ends"]
    assert calls == [f"{name} {what}" for what in both for name in "ab"]
    assert not any("callbacks" in name for name in vars(model))


def test_the_model_is_usable_in_callbacks(tmp_path):
    class Uses:
        """Has the four methods, without the base class."""

        def __init__(self):
            self.neighbours, self.losses = [], []

        def on_train_begin(self, model):
            self.start = model.wv.vectors.copy()

        def on_epoch_begin(self, model):
            assert model.wv["human"].shape == (6,)

        def on_epoch_end(self, model):
            self.neighbours.append(model.wv.most_similar("human", topn=3))
            self.losses.append(model.get_latest_training_loss())
            model.save(tmp_path / f"epoch{len(self.losses)}")

        def on_train_end(self, model):
            self.end = model.wv.vectors.copy()

    uses = Uses()
    model = Word2Vec(TEXTS * 20, **SMALL, epochs=3, sg=1, compute_loss=True, callbacks=[uses])
    assert uses.neighbours[0] != uses.neighbours[2]
    assert uses.neighbours[2] == model.wv.most_similar("human", topn=3)
    assert uses.losses == sorted(uses.losses)
    assert uses.losses[-1] == model.get_latest_training_loss()
    assert not np.array_equal(uses.start, uses.end)
    assert np.array_equal(uses.end, model.wv.vectors)
    for epoch in (1, 2, 3):
        saved = Word2Vec.load(tmp_path / f"epoch{epoch}")
        assert len(saved.history) == epoch
        assert saved.wv.most_similar("human", topn=3) == uses.neighbours[epoch - 1]


@pytest.mark.parametrize("moment", ["on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end"])
def test_exceptions_of_callbacks_reach_the_caller(moment):
    def fail(model):
        raise LookupError(moment)

    callback = CallbackAny2Vec()
    setattr(callback, moment, fail)
    model = built()
    with pytest.raises(LookupError, match=moment):
        train(model, callbacks=[callback])
    train(model)
    assert model.wv.most_similar("human")


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_callback_may_lack_methods(moment):
    class Only:
        calls = 0

    def count(model):
        Only.calls += 1

    setattr(Only, moment, staticmethod(count))
    train(built(), epochs=3, callbacks=[Only()])
    assert Only.calls == (3 if "epoch" in moment else 1)


@pytest.mark.parametrize("wrong", [object(), print, "on_epoch_end", None], ids=str)
def test_what_has_no_method_of_a_callback(wrong):
    model = built()
    before = state(model)
    with pytest.raises(AttributeError, match=r"is no callback: it has none of .* on_epoch_end"):
        train(model, callbacks=[wrong])
    with pytest.raises(TypeError, match="not iterable"):
        train(model, callbacks=CallbackAny2Vec())
    assert state(model) == before


# ---- ending training


class Stops(CallbackAny2Vec):
    """Asks to stop at a moment, the `at`-th time it comes."""

    def __init__(self, moment, how, at=2):
        self.calls = []
        self.moment, self.how, self.at = moment, how, at
        for name in MOMENTS:
            setattr(self, name, lambda model, name=name: self.called(name))

    def called(self, name):
        self.calls.append(name)
        if name == self.moment and self.calls.count(name) == self.at:
            if self.how is StopTraining:
                raise StopTraining
            return self.how
        return None


ALL = ["on_train_begin", *["on_epoch_begin", "on_epoch_end"] * 2, "on_train_end"]


@pytest.mark.parametrize("how", [True, np.True_, StopTraining], ids=["True", "NumPy's True", "StopTraining"])
@pytest.mark.parametrize("moment", ["on_epoch_begin", "on_epoch_end"])
def test_training_ends_after_the_current_epoch(moment, how, caplog):
    model = built(sg=1)
    stops = [Stops(moment, None), Stops(moment, how), Stops(moment, None)]
    with caplog.at_level(logging.INFO):
        trained, read = train(model, epochs=5, compute_loss=True, callbacks=stops)
    assert [callback.calls for callback in stops] == [ALL] * 3
    assert f"{moment} of Stops asks to end training" in caplog.text
    assert (trained, read) == (58, 58)
    assert [row["epoch"] for row in model.history] == [0, 1]
    assert model.running_training_loss == model.get_latest_training_loss() > 0
    assert model.min_alpha_yet_reached == model.history[-1]["alpha_end"] > model.min_alpha
    assert (model.epochs, model.train_count) == (5, 1)
    assert model.total_train_time > 0
    assert model.wv.most_similar("human")


def test_what_was_trained_is_what_training_on_would_have_had_then():
    class Keeps:
        def on_epoch_end(self, model):
            if len(model.history) == 2:
                self.weights = weights(model)

    keeps, stopped = Keeps(), built()
    train(built(), epochs=4, callbacks=[keeps])
    train(stopped, epochs=4, callbacks=[Stops("on_epoch_end", True)])
    assert weights(stopped) == keeps.weights
    train(stopped, epochs=1)
    assert [row["epoch"] for row in stopped.history] == [0, 1, 2]


@pytest.mark.parametrize("how", [True, StopTraining])
def test_stopping_before_the_first_epoch_trains_nothing(how):
    model = built()
    before, stops = weights(model), Stops("on_train_begin", how, at=1)
    assert train(model, callbacks=[stops]) == (0, 0)
    assert stops.calls == ["on_train_begin", "on_train_end"]
    assert weights(model) == before
    assert model.history == []
    assert model.min_alpha_yet_reached == model.alpha
    train(model)


@pytest.mark.parametrize("how", [True, StopTraining])
def test_stopping_at_the_end_means_nothing(how, caplog):
    model, others = built(), Stops("on_train_end", None)
    with caplog.at_level(logging.INFO):
        assert train(model, callbacks=[Stops("on_train_end", how, at=1), others]) == (58, 58)
    assert others.calls == ALL
    assert "asks to end" not in caplog.text


@pytest.mark.parametrize(
    "answer", [None, False, np.False_, 0, 1, "True", [True], 0.3, np.array([True, False])], ids=str
)
def test_what_else_a_callback_returns_is_ignored(answer):
    model = built()
    train(model, epochs=3, callbacks=[Stops("on_epoch_end", answer, at=1)])
    assert len(model.history) == 3


def test_stopping_in_the_constructor():
    stops = Stops("on_epoch_end", True)
    model = Word2Vec(TEXTS, **SMALL, epochs=9, callbacks=[stops])
    assert (len(model.history), model.epochs, stops.calls) == (2, 9, ALL)


def test_stopping_ends_the_workers_and_leaves_the_same_bytes(monkeypatch):
    monkeypatch.setattr(plan, "worker_count", lambda requested, *rest: requested)
    children = []
    original = processes.WorkerProcesses._start
    monkeypatch.setattr(
        processes.WorkerProcesses, "_start", lambda team, *args: children.append(original(team, *args)) or children[-1]
    )
    stopped = []
    for count in (1, 3):
        stopped.append(built(workers=count))
        train(stopped[-1], TEXTS * 40, epochs=6, callbacks=[Stops("on_epoch_end", StopTraining)])
    assert len(children) == 2
    assert all(child.poll() is not None for child in children)
    assert weights(stopped[0]) == weights(stopped[1])
    assert len(stopped[1].history) == 2
    train(stopped[1], TEXTS * 40)


def test_a_stopped_model_can_be_saved_and_trained_on(tmp_path):
    model = built()
    train(model, epochs=5, callbacks=[Stops("on_epoch_end", True)])
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    for each in (model, loaded):
        train(each)
    assert weights(loaded) == weights(model)
