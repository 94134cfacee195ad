"""How scores are computed, and how a scoring function is kept in a file."""

from __future__ import annotations

import sys
import types
from unittest import mock

import numpy as np
import pytest

from npw2v.formats.archive import read_archive, write_archive
from npw2v.phrases.phrases import (
    FrozenPhrases,
    Phrases,
    npmi_scorer,
    original_scorer,
)
from npw2v.phrases.scorers import describe_scorer, find_scorer
from tests.support.titles import TITLES, constant_scorer


def test_original_scorer():
    assert original_scorer(2, 3, 4, 12, 1, 100) == (4 - 1) / 6 * 12
    assert original_scorer(2, 3, 1, 12, 5, 100) < 0
    assert original_scorer(0, 3, 1, 12, 5, 100) == -np.inf


def test_npmi_scorer():
    always_together, by_chance = npmi_scorer(5, 5, 5, 0, 1, 1000), npmi_scorer(10, 10, 1, 0, 1, 100)
    assert always_together == pytest.approx(1)
    assert by_chance == pytest.approx(0)
    assert npmi_scorer(5, 5, 1, 0, 2, 1000) == -np.inf
    assert npmi_scorer(5, 5, 0, 0, 0, 1000) == -np.inf


def test_scores_by_hand():
    phrases = Phrases(TITLES, min_count=1, threshold=1)
    vocab = phrases.vocab
    expected = (vocab["response_time"] - 1) / (vocab["response"] * vocab["time"]) * len(vocab)
    assert phrases.find_phrases([["response", "time"]]) == {"response_time": expected}


def test_a_function_of_ones_own_gets_everything_by_name():
    seen = []

    def scorer(*, worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
        seen.append((worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count))
        return 1.0

    phrases = Phrases([["a", "b", "a"], ["b", "a"]], threshold=0.5, scoring=scorer, min_count=7)
    assert phrases[["b", "a", "c"]] == ["b_a", "c"]
    assert seen == [(2, 3, 2, 4, 7, 5)]


def test_a_scoring_function_is_found_by_its_name(tmp_path, caplog):
    scored = Phrases(TITLES, scoring=constant_scorer, threshold=0.5)
    scored.save(tmp_path / "phrases")
    assert "only the name is saved" in caplog.text
    module = types.ModuleType("scorers_of_mine")
    for phrases in (scored, scored.freeze()):
        with (
            mock.patch.dict(sys.modules, {"scorers_of_mine": module}),
            mock.patch.object(constant_scorer, "__module__", "scorers_of_mine"),
        ):
            module.constant_scorer = constant_scorer
            phrases.save(tmp_path / "phrases")
            assert Phrases.load(tmp_path / "phrases").scoring is constant_scorer


def test_a_scoring_function_that_is_not_to_be_found(tmp_path, caplog):
    def local(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
        return 1

    phrases = Phrases(TITLES, scoring=local, threshold=0.5)
    phrases.save(tmp_path / "phrases")
    phrases.freeze().save(tmp_path / "frozen")
    assert "give it to load(..., scoring=)" in caplog.text
    with pytest.raises(ValueError, match=r"phrases was saved with the scoring function .*local, which is not stored"):
        Phrases.load(tmp_path / "phrases")
    assert Phrases.load(tmp_path / "phrases", scoring=local).scoring is local
    with pytest.raises(ValueError, match="missing expected parameters"):
        Phrases.load(tmp_path / "phrases", scoring=lambda: 1)
    caplog.clear()
    frozen = FrozenPhrases.load(tmp_path / "frozen")
    assert frozen.scoring is None
    assert "Frozen phrases do not need it" in caplog.text
    assert frozen[TITLES[2]] == ["user_response", "time"]


@pytest.mark.parametrize(
    "name", ["os.system", "builtins.eval", "npw2v.phrases.phrases.Phrases", "no_such_module.scorer", ""]
)
def test_a_file_cannot_choose_another_function(tmp_path, name):
    Phrases(TITLES).save(tmp_path / "phrases")
    arrays, metadata = read_archive(tmp_path / "phrases")
    metadata["values"]["scoring"] = {"function": name}
    write_archive(tmp_path / "phrases", arrays, metadata)
    with pytest.raises(ValueError, match="which is not stored"):
        Phrases.load(tmp_path / "phrases")


@pytest.mark.parametrize(("scorer", "name"), [(original_scorer, "default"), (npmi_scorer, "npmi")])
def test_files_know_the_scorers_by_names_that_no_move_changes(scorer, name):
    assert describe_scorer(scorer) == name
    assert find_scorer(name) is scorer
