"""Training as users meet it: what fails leaves the model as it was; odd corpora, callbacks, history, subclasses."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from npw2v import CallbackAny2Vec, TrainingError, Word2Vec, plan
from npw2v.corpora import LineSentence

TEXTS = [
    ["human", "interface", "computer"],
    ["survey", "user", "computer", "system", "response", "time"],
    ["eps", "user", "interface", "system"],
    ["system", "human", "system", "eps"],
    ["user", "response", "time"],
    ["trees"],
    ["graph", "trees"],
    ["graph", "minors", "trees"],
    ["graph", "minors", "survey"],
]
SMALL = {"vector_size": 6, "min_count": 1, "sample": 0}


def built(**parameters):
    model = Word2Vec(**{**SMALL, **parameters})
    model.build_vocab(TEXTS)
    return model


def train(model, texts=TEXTS, epochs=2, **options):
    return model.train(texts, total_examples=len(texts), epochs=epochs, **options)


def weights(model):
    return model.wv.vectors.tobytes() + model.syn1neg.tobytes()


def state(model):
    """All of a model but its log of events."""
    kept = {name: value for name, value in vars(model).items() if name not in ("wv", "syn1neg", "lifecycle_events")}
    kept["cum_table"] = None if model.cum_table is None else model.cum_table.tolist()
    kept["history"], kept["raw_vocab"] = list(model.history), dict(model.raw_vocab or {})
    words = list(model.wv.index_to_key), dict(model.wv.key_to_index), model.wv.expandos["count"].tolist()
    return kept, words, weights(model)


class Raises:
    """A corpus that fails after some sentences."""

    def __init__(self, after):
        self.after = after

    def __iter__(self):
        for number, text in enumerate(TEXTS):
            if number == self.after:
                raise ConnectionError("the database went away")
            yield text


# ---- what fails leaves the model as it was


def test_a_corpus_that_fails_half_way_through_training():
    model = built()
    train(model)
    before = state(model)
    with pytest.raises(ConnectionError, match="went away"):
        model.train(Raises(5), total_examples=9, epochs=7, start_alpha=0.5, compute_loss=True)
    assert state(model) == before
    assert model.epochs == 2
    assert model.alpha == 0.025
    train(model)


@pytest.mark.parametrize("update", [False, True])
def test_a_corpus_that_fails_while_the_vocabulary_is_built(update):
    model = built()
    before = state(model)
    with pytest.raises(ConnectionError):
        model.build_vocab(Raises(3), update=update)
    assert state(model) == before
    with pytest.raises(ConnectionError):
        Word2Vec(Raises(3), **SMALL)


@pytest.mark.parametrize("update", [False, True])
def test_a_rule_that_fails(update):
    def rule(word, count, min_count):
        if word == "graph":
            raise ZeroDivisionError
        return 0

    model = built()
    before = state(model)
    with pytest.raises(ZeroDivisionError):
        model.build_vocab([["new", "words"], ["graph"]], trim_rule=rule, update=update)
    assert state(model) == before
    with pytest.raises(ZeroDivisionError):
        model.build_vocab_from_freq({"new": 3, "graph": 5}, trim_rule=rule, update=update)
    assert state(model) == before


@pytest.mark.parametrize("counts, error", [({"a": 1.5}, TypeError), ({"a": -1}, ValueError), ({"a": "b"}, TypeError)])
def test_counts_that_are_none(counts, error):
    model = built()
    before = state(model)
    with pytest.raises(error):
        model.build_vocab_from_freq(counts)
    assert state(model) == before


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"window": 0}, "window must be at least 1, got 0"),
        ({"vector_size": 0}, "vector_size must be at least 1, got 0"),
        ({"workers": 0}, "workers must be at least 1, got 0"),
        ({"negative": -1}, "negative must be at least 0, got -1"),
        ({"seed": -5}, "seed must be at least 0, got -5"),
        ({"alpha": float("nan")}, "alpha must be a finite number"),
        ({"alpha": -0.1}, "alpha must be a finite number, not below 0, got -0.1"),
        ({"min_alpha": float("inf")}, "min_alpha must be a finite number"),
    ],
)
def test_parameters_that_make_no_model(parameters, message):
    with pytest.raises(ValueError, match=message):
        Word2Vec(**parameters)
    (name, value), *_ = parameters.items()
    model = built()
    setattr(model, name, value)
    before = state(model)
    with pytest.raises(ValueError, match=message):
        train(model)
    assert str(state(model)) == str(before)  # nan is not equal to itself


@pytest.mark.parametrize("name", ["total_examples", "total_words"])
def test_negative_totals(name):
    with pytest.raises(ValueError, match=f"{name} must not be negative, got -3"):
        built().train(TEXTS, epochs=1, **{name: -3})


def test_hierarchical_softmax_is_not_there_yet():
    model = built(hs=1, negative=0)
    with pytest.raises(NotImplementedError, match="train with hs=0 and negative > 0"):
        train(model)
    with pytest.raises(NotImplementedError, match="score"):
        model.score(TEXTS)
    with pytest.raises(NotImplementedError):
        Word2Vec(TEXTS, hs=1, **SMALL)


# ---- sentences that are strings


def test_strings_are_not_trained_by_their_characters(caplog):
    model = Word2Vec(min_count=1, vector_size=4)
    with caplog.at_level(logging.WARNING):
        model.build_vocab(["hello world", "hello"])
    assert "Each 'sentences' item should be a list of words" in caplog.text
    assert "h" in model.wv
    before = state(model)
    with pytest.raises(
        TypeError, match=r"sentence 0 is a string.*Word2Vec\(\[\[\"hello\", \"world\"\]\]\), or split it"
    ):
        model.train(["hello world", "hello"], total_examples=2, epochs=1)
    assert state(model) == before
    with pytest.raises(TypeError, match="sentence 1 is a string"):
        Word2Vec([["hello", "world"], "hello"], min_count=1)


# ---- odd corpora


def test_an_empty_corpus(caplog):
    model = built()
    before = weights(model)
    with caplog.at_level(logging.WARNING):
        assert model.train([], total_words=29, epochs=3) == (0, 0)
    assert "train() called with an empty iterator" in caplog.text
    assert weights(model) == before
    with pytest.raises(RuntimeError, match="first build vocabulary"):
        Word2Vec([])


@pytest.mark.parametrize("texts", [[["unheard", "of"]], [[]], [[], ["trees"], []], [["trees"]]], ids=str)
def test_corpora_without_pairs(texts):
    model = built()
    before = weights(model)
    trained, read = model.train(texts, total_examples=len(texts), epochs=2, compute_loss=True)
    assert read == 2 * sum(map(len, texts))
    assert trained == 2 * sum(text == ["trees"] for text in texts)
    assert weights(model) == before
    assert model.history[-1]["loss"] is None


def test_a_vocabulary_of_one_word():
    model = Word2Vec([["a"] * 50], min_count=1, vector_size=4)
    assert np.isfinite(model.wv["a"]).all()


def test_totals_of_zero_mean_the_corpus_itself():
    """The total after build_vocab_from_freq() without corpus_count."""
    model = Word2Vec(**SMALL)
    model.build_vocab_from_freq({"human": 5, "trees": 3, "graph": 2})
    assert model.corpus_count == 0
    model.train(TEXTS * 50, total_examples=model.corpus_count, epochs=1)
    expected = Word2Vec(**SMALL)
    expected.build_vocab_from_freq({"human": 5, "trees": 3, "graph": 2})
    expected.train(TEXTS * 50, total_examples=450, epochs=1)
    assert weights(model) == weights(expected)
    assert model.history[0]["alpha_end"] > 0.0001


@pytest.mark.parametrize("kind", [int, np.int64, np.uint8])
def test_numpy_numbers_as_parameters(monkeypatch, kind):
    monkeypatch.setattr(plan, "worker_count", lambda requested, *rest: requested)  # they travel to a worker as JSON
    texts = TEXTS * 30
    model = Word2Vec(texts, **{**SMALL, "seed": kind(3), "epochs": kind(2), "window": kind(3), "workers": kind(2)})
    model.train(texts, total_examples=kind(100), epochs=kind(1), start_alpha=np.float32(0.01))
    plain = Word2Vec(texts, **{**SMALL, "seed": 3, "epochs": 2, "window": 3, "workers": 1})
    plain.train(texts, total_examples=100, epochs=1, start_alpha=np.float32(0.01))
    assert weights(model) == weights(plain)
    assert type(model.epochs) is int


def test_a_seed_is_drawn_for_none():
    models = [Word2Vec(TEXTS, **SMALL, seed=None) for _ in range(2)]
    assert models[0].seed != models[1].seed
    assert weights(models[0]) != weights(models[1])
    again = Word2Vec(TEXTS, **SMALL, seed=models[0].seed)
    assert weights(again) == weights(models[0])


def test_one_step_or_two():
    in_two_steps = built()
    train(in_two_steps)
    assert weights(Word2Vec(TEXTS, **SMALL, epochs=2)) == weights(in_two_steps)


def test_a_corpus_is_read_once(tmp_path):
    class Counted:
        readings = 0

        def __iter__(self):
            self.readings += 1
            return iter(TEXTS)

    corpus = Counted()
    Word2Vec(corpus, **SMALL)
    assert corpus.readings == 1
    path = tmp_path / "texts"
    path.write_text("\n".join(map(" ".join, TEXTS)))
    assert weights(Word2Vec(LineSentence(path), **SMALL)) == weights(Word2Vec(TEXTS, **SMALL))


# ---- learning rates, losses, history


def test_learning_rates_of_a_call_are_not_the_models():
    model = built()
    train(model, start_alpha=0, end_alpha=0)
    assert model.history[0]["alpha_start"] == 0, "0 is a rate, not a default"
    assert (model.alpha, model.min_alpha) == (0.025, 0.0001)
    assert not model.syn1neg.any()
    train(model, start_alpha=0.01, end_alpha=0.005)
    assert (model.alpha, model.min_alpha) == (0.025, 0.0001)
    assert model.history[2]["alpha_start"] == 0.01
    assert model.min_alpha_yet_reached == pytest.approx(model.history[-1]["alpha_end"])


def test_history_and_counters_add_up():
    model = built(sample=0.005)
    totals = [train(model, [*TEXTS, ["unknown"] * 5], epochs=epochs, compute_loss=True) for epochs in (2, 3)]
    assert [row["epoch"] for row in model.history] == [0, 1, 2, 3, 4]
    assert model.train_count == 2
    assert model.epochs == 3
    assert model.total_train_time > 0
    for row in model.history:
        assert row["words_read"] == row["words_trained"] + row["words_subsampled"] + row["words_unknown"] == 34
        assert row["words_unknown"] == 5
        assert row["words_subsampled"] > 0
    for (trained, read), rows in zip(totals, (model.history[:2], model.history[2:]), strict=True):
        assert trained == sum(row["words_trained"] for row in rows)
        assert read == 34 * len(rows)
    assert model.get_latest_training_loss() > 0


# ---- callbacks


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


def test_divergence_is_an_error_that_leaves_the_model_usable():
    model = built()
    model.wv.vectors[2] = np.nan
    with pytest.raises(TrainingError, match="not finite"):
        train(model)
    model.init_weights()
    train(model)


# ---- subclasses


class Shouts(Word2Vec):
    """Overrides what the constructor calls."""

    def build_vocab(self, corpus_iterable=None, *args, **kwargs):
        self.built = True
        super().build_vocab(self.shouted(corpus_iterable), *args, **kwargs)

    def train(self, corpus_iterable=None, *args, **kwargs):
        self.trained = kwargs["epochs"]
        return super().train(self.shouted(corpus_iterable), *args, **kwargs)

    def shouted(self, texts):
        return [[word.upper() for word in text] for text in texts]


def test_the_constructor_calls_what_a_subclass_overrides():
    model = Shouts(TEXTS, **SMALL, epochs=3)
    assert model.built
    assert model.trained == 3
    assert "HUMAN" in model.wv
    assert weights(model) == weights(Word2Vec(Shouts.shouted(None, TEXTS), **SMALL, epochs=3))


def test_a_subclass_may_train_on_another_corpus_than_it_counts():
    class Reversed(Word2Vec):
        def train(self, corpus_iterable=None, *args, **kwargs):
            return super().train(corpus_iterable[:4], *args, **{**kwargs, "total_examples": 4})

    model = Reversed(TEXTS, **SMALL)
    assert model.history[0]["words_read"] == 17
    assert model.corpus_total_words == 29


def test_a_subclass_may_have_parameters_of_old_names():
    class Old(Word2Vec):
        def __init__(self, sentences=None, size=100, **kwargs):
            super().__init__(sentences, vector_size=size, **kwargs)

    assert Old(TEXTS, size=7, min_count=1).wv.vectors.shape == (12, 7)
    with pytest.raises(TypeError, match="size=, which is called vector_size="):
        Word2Vec(TEXTS, size=7)
