"""What cannot be trained is refused before anything is changed, and the error says what to do."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.training import checks
from npw2v.training.settings import Settings
from npw2v.training.weights import Weights

OF_WORDS = {"count": [1, 1, 1], "sample_int": [1, 1, 1]}


def settings(**others):
    given = {
        "vector_size": 2, "window": 5, "shrink_windows": True, "sample": 0, "seed": 1, "workers": 1,
        "batch_words": 10_000, "alpha": 0.025, "min_alpha": 0.0001, "sg": 0, "hs": 0, "negative": 5, "cbow_mean": 1,
        "cbow_exact": False, "kernel": "blocks", "compute_loss": False,
    }  # fmt: skip
    return Settings(**{**given, **others})


def weights(**others):
    tables = {name: np.ones((3, 2), np.float32) for name in ("inputs", "outputs")}
    return Weights(**{**tables, "locks": np.ones(1, np.float32), **others})


@pytest.mark.parametrize(
    "given, words, vectors, error, message",
    [
        ({"negative": 0}, 3, 3, ValueError, "nothing to train with hs=0 and negative=0"),
        ({"kernel": "fast"}, 3, 3, ValueError, "kernel must be 'blocks' or 'replay', got 'fast'"),
        ({"cbow_exact": True, "sg": 1}, 3, 3, ValueError, "needs sg=0 and cbow_mean=1, got sg=1 and cbow_mean=1"),
        ({"cbow_exact": True, "cbow_mean": 0}, 3, 3, ValueError, "sg=0 and cbow_mean=1, got sg=0 and cbow_mean=0"),
        ({}, 0, 0, RuntimeError, r"call build_vocab\(\)"),
        ({}, 3, 0, RuntimeError, r"call init_weights\(\)"),
    ],
)
def test_what_cannot_be_trained(given, words, vectors, error, message):
    checks.check_training(settings(), 3, 3)
    with pytest.raises(error, match=message):
        checks.check_training(settings(**given), words, vectors)


def test_totals_and_epochs():
    assert checks.check_totals(np.int64(3), None, 5) == 3
    for given, message in (
        ((3, None, None), "specify either total_examples or total_words"),
        ((3, -1, None), "total_examples must be a finite number, not below 0, got -1"),
        ((None, 1, None), "epochs must be at least 1, got None"),
        ((0, 1, None), "epochs must be at least 1, got 0"),
    ):
        with pytest.raises(ValueError, match=message):
            checks.check_totals(*given)


@pytest.mark.parametrize(
    "given, error, message",
    [
        ({"outputs": None}, RuntimeError, "no word counts or output weights"),
        ({"locks": None}, RuntimeError, "no word counts or output weights"),
        ({"outputs": np.ones((4, 2), np.float32)}, ValueError, r"syn1neg must be of shape \(3, 2\), got \(4, 2\)"),
        ({"inputs": np.broadcast_to(np.float32(1), (3, 2))}, ValueError, "wv.vectors cannot be written to"),
        ({"locks": np.ones(2, np.float32)}, ValueError, "wv.vectors_lockf must hold 1 or 3 factors, got 2"),
    ],
)
def test_weights_that_do_not_fit(given, error, message):
    rows = {"a": 0, "b": 1, "c": 2}
    checks.check_weights(settings(), weights(), rows, 3, OF_WORDS)
    with pytest.raises(error, match=message):
        checks.check_weights(settings(), weights(**given), rows, 3, OF_WORDS)


def test_words_that_were_replaced_must_be_among_those_that_were_counted():
    two, four = np.zeros((2, 2), np.float32), np.zeros((4, 2), np.float32)
    checks.check_weights(settings(), weights(inputs=two), {"d": 0, "e": 1}, 2, OF_WORDS)
    with pytest.raises(ValueError, match=r"vectors of 4 words, but build_vocab\(\) has counted 3"):
        checks.check_weights(settings(), weights(inputs=four), {}, 4, OF_WORDS)
    for rows in ({"a": 2}, {"a": -1}):
        with pytest.raises(ValueError, match="key_to_index must name rows of wv.vectors, from 0 to 1"):
            checks.check_weights(settings(), weights(inputs=two), rows, 2, OF_WORDS)


def test_a_corpus_of_another_size_is_warned_of(caplog):
    checks.warn_of_other_totals(4, 9, 4, None)
    assert caplog.messages == []
    checks.warn_of_other_totals(4, 9, 5, 8)
    assert caplog.messages == [
        "supplied example count (4) did not equal expected count (5)",
        "supplied raw word count (9) did not equal expected count (8)",
    ]


def test_attributes_that_programs_set_become_whole_numbers():
    given = {**vars(settings()), "window": 2.5, "seed": np.int64(3), "negative": None}
    made = checks.settings_of(given)
    assert (made.window, made.seed, made.negative) == (2, 3, 0)
    assert {type(getattr(made, name)) for name in checks.LEAST} == {int}


@pytest.mark.parametrize("name", ["window", "workers", "vector_size", "seed"])
@pytest.mark.parametrize("value", [None, "5"])
def test_attributes_that_are_no_numbers_are_named(name, value):
    with pytest.raises(TypeError, match=f"{name} must be a number, got {value!r}"):
        checks.settings_of({**vars(settings()), name: value})
