"""Phrases from gensim's files, which are written here without gensim."""

from __future__ import annotations

import pickle
import sys
import types
from unittest import mock

import pytest

from npw2v.phrases.phrases import (
    FrozenPhrases,
    Phrases,
    npmi_scorer,
    original_scorer,
)
from tests.support.titles import TITLES, constant_scorer


class _Set:
    def __init__(self, **state):
        vars(self).update(state)


def gensim_pickle(path, name, protocol=2, **state):
    module = types.ModuleType("gensim.models.phrases")
    cls = type(name, (_Set,), {"__module__": module.__name__})
    setattr(module, name, cls)
    for scorer in ("original_scorer", "npmi_scorer"):
        function = types.FunctionType(constant_scorer.__code__, {})
        function.__module__, function.__qualname__, function.__name__ = module.__name__, scorer, scorer
        setattr(module, scorer, function)
    parents = {"gensim": types.ModuleType("gensim"), "gensim.models": types.ModuleType("gensim.models")}
    with mock.patch.dict(sys.modules, {**parents, module.__name__: module}):
        if "scoring" in state:
            state["scoring"] = getattr(module, state["scoring"], state["scoring"])
        path.write_bytes(pickle.dumps(cls(**state), protocol))
    return path


OLD = {"min_count": 1, "threshold": 1.0, "max_vocab_size": 100, "min_reduce": 1, "progress_per": 10, "delimiter": b"_"}


OLD_VOCAB = {b"na\xc3\xafve": 2, b"bayes": 2, b"na\xc3\xafve_bayes": 2}


def test_phrases_of_gensim_3(tmp_path):
    path = gensim_pickle(
        tmp_path / "phrases", "Phrases", vocab=OLD_VOCAB, scoring="npmi_scorer", common_terms=frozenset([b"of"]),
        corpus_word_count=40, is_input_bytes=False, **{**OLD, "threshold": 0.5},
    )  # fmt: skip
    phrases = Phrases.load(path)
    assert phrases.vocab == {"naïve": 2, "bayes": 2, "naïve_bayes": 2}
    assert (phrases.scoring, phrases.delimiter, phrases.connector_words) == (npmi_scorer, "_", frozenset({"of"}))
    assert phrases[["a", "naïve", "bayes"]] == ["a", "naïve_bayes"]
    phrases.add_vocab(TITLES)
    assert phrases.vocab["response"] == 2


def test_phrases_of_python_2(tmp_path, caplog):
    latin = {word.decode("latin1"): count for word, count in OLD_VOCAB.items()}
    path = gensim_pickle(tmp_path / "phrases", "Phrases", vocab=latin, **{**OLD, "delimiter": "_"})
    phrases = Phrases.load(path)
    assert phrases.vocab == {"naïve": 2, "bayes": 2, "naïve_bayes": 2}
    assert (phrases.scoring, phrases.connector_words, phrases.corpus_word_count) == (original_scorer, frozenset(), 0)
    for told in ("without scoring function", "without corpus_word_count", "connector_words to an empty set"):
        assert told in caplog.text


@pytest.mark.parametrize(
    "phrasegrams", [{(b"naive", b"bayes"): (2, 3.5)}, {(b"naive", b"bayes"): 3.5}, {"naive_bayes": 3.5}]
)
@pytest.mark.parametrize("name", ["Phraser", "FrozenPhrases"])
def test_frozen_phrases_of_gensim(tmp_path, phrasegrams, name):
    path = gensim_pickle(tmp_path / "frozen", name, phrasegrams=phrasegrams, scoring="default", **OLD)
    frozen = Phrases.load(path)
    assert type(frozen) is FrozenPhrases
    assert frozen.phrasegrams == {"naive_bayes": 3.5}
    assert frozen[["naive", "bayes"]] == ["naive_bayes"]


@pytest.mark.parametrize(
    "name, state, message",
    [
        ("Phrases", {"vocab": {b"a": 1}, "scoring": "tfidf", **OLD}, "unknown scoring 'tfidf'"),
        ("Phrases", {"vocab": {b"a": 1}, **OLD, "progress_per": []}, r"progress_per is \[\], expected a number"),
        ("Phrases", OLD, "lacks a part of its phrases"),
        ("Phrases", {"vocab": {b"a": "x"}, **OLD}, "'x' is no number"),
        ("Phrases", {"vocab": {5: 1}, **OLD}, "5 is no word"),
        ("Phrases", {"vocab": {b"\xff": 1}, **OLD}, "damaged: UnicodeDecodeError"),
        ("Phraser", {"phrasegrams": [], **OLD}, "lacks a part of its phrases"),
    ],
)
def test_damaged_files_of_gensim(tmp_path, name, state, message):
    with pytest.raises(ValueError, match=message):
        Phrases.load(gensim_pickle(tmp_path / "phrases", name, **state))
