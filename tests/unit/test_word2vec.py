"""Training as users meet it: what fails leaves the model as it was; odd corpora, history, subclasses."""

from __future__ import annotations

import logging
from itertools import chain

import numpy as np
import pytest

from npw2v import KeyedVectors, TrainingError, Word2Vec
from npw2v.corpus.sentences import LineSentence
from npw2v.training import plan
from tests.support.modes import OBJECTIVES
from tests.support.smallmodels import SMALL, TEXTS, built, state, train, weights


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
    with pytest.raises(ValueError, match=f"{name} must be a finite number, not below 0, got -3"):
        built().train(TEXTS, epochs=1, **{name: -3})


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


def test_an_iterator_of_python_serves_one_epoch_and_says_so(caplog):
    model, listed = built(), built()
    with caplog.at_level(logging.WARNING):
        trained, read = model.train(chain(TEXTS), total_examples=len(TEXTS), epochs=20)
    assert "a chain can be iterated once: training 1 epoch of 20" in caplog.text
    assert read == sum(map(len, TEXTS))
    assert len(model.history) == 1
    a_twentieth = model.alpha - (model.alpha - model.min_alpha) / 20
    listed.train(TEXTS, total_examples=len(TEXTS), epochs=1, end_alpha=a_twentieth)
    np.testing.assert_allclose(model.wv.vectors, listed.wv.vectors, atol=1e-6)


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
        readings, same_every_pass = 0, True

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


# ---- divergence


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


# ---- a vocabulary that starts afresh


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


def test_a_seed_of_none_that_a_subclass_sets_is_drawn_as_by_the_constructor():
    class Walks(Word2Vec):
        def __init__(self, **parameters):
            super().__init__(**parameters)
            self.seed = None

    texts = [["a", "b", "c"]] * 5
    for kernel in ("blocks", "replay"):
        model = Walks(vector_size=3, min_count=1, kernel=kernel)
        model.build_vocab(texts)
        assert model.train(texts, total_examples=5, epochs=2)[1] == 30
        assert isinstance(model.seed, int)


# ---- the two vectors of a word


def test_a_word_has_a_vector_as_center_as_context_and_the_sum_of_both():
    model = Word2Vec([["a", "b", "c"]] * 5, vector_size=4, min_count=1)
    context, combined = model.word_vectors("context"), model.word_vectors("combined")
    assert model.word_vectors() is model.wv
    assert context.index_to_key == combined.index_to_key == model.wv.index_to_key
    assert np.shares_memory(context.vectors, model.syn1neg)
    assert (combined.vectors == model.wv.vectors + model.syn1neg).all()
    assert combined.get_vecattr("a", "count") == 5
    assert context.most_similar("a", topn=2)


@pytest.mark.parametrize("settings", [{"hs": 1, "negative": 0}, {"negative": 0}])
def test_without_negative_sampling_there_are_no_context_vectors(settings):
    model = Word2Vec(min_count=1, **settings)
    model.build_vocab([["a", "b"]])
    with pytest.raises(ValueError, match="has no context vectors"):
        model.word_vectors("context")
    with pytest.raises(ValueError, match="must be 'center', 'context' or 'combined', got 'wv'"):
        model.word_vectors("wv")


# ---- what terminals and notebooks show


def test_its_repr_says_how_it_is_trained():
    model = Word2Vec(vector_size=4)
    assert str(model) == "Word2Vec<vocab=0, vector_size=4, alpha=0.025>"
    assert repr(model) == (
        "<Word2Vec<vocab=0, vector_size=4, alpha=0.025>, kind=CBOW, window=5, negative=5, hs=0, sample=0.001, "
        "min_count=5, epochs=5, seed=1, epochs_trained=0>"
    )
    assert repr(Word2Vec.__new__(Word2Vec)).startswith("<npw2v.word2vec.Word2Vec object at ")


def test_a_notebook_shows_settings_and_epochs():
    model = built()
    assert model._repr_html_().count("<table>") == 1
    train(model)
    found = model._repr_html_()
    assert "<td>epochs_trained</td><td>2</td>" in found
    assert "<th>words_read</th>" in found


@pytest.mark.parametrize("kernel", ["blocks", "replay"])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_exact_gradient_of_cbow_is_the_usual_update_where_windows_have_one_word(kernel, objective):
    def train(texts, exact):
        model = Word2Vec(texts, cbow_exact=exact, kernel=kernel, workers=1, **SMALL, **OBJECTIVES[objective])
        return weights(model)

    pairs = [["cat", "meow"], ["dog", "woof"], ["cow", "moo"]] * 5
    assert train(pairs, True) == train(pairs, False)
    assert train(TEXTS, True) != train(TEXTS, False)


def test_the_exact_gradient_is_refused_where_there_is_no_mean():
    for given in ({"sg": 1}, {"cbow_mean": 0}):
        with pytest.raises(ValueError, match="cbow_exact=True is of the mean of CBOW: it needs sg=0 and cbow_mean=1"):
            Word2Vec(cbow_exact=True, **given)
    model = built(cbow_exact=True)
    model.cbow_mean, before = 0, weights(model)
    with pytest.raises(ValueError, match="got sg=0 and cbow_mean=0"):
        model.train(TEXTS, total_examples=len(TEXTS), epochs=1)
    assert weights(model) == before
