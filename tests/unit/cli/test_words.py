"""Words that a user has typed: known, or refused with what may have been meant."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v import KeyedVectors
from npw2v.cli import words
from npw2v.cli.words import check_known, suggestions


@pytest.fixture
def vectors():
    made = KeyedVectors(2)
    made.add_vectors(["king", "kings", "queen", "Paris", "zebra"], np.eye(5, 2))
    return made


def test_known_words_pass(vectors):
    check_known(vectors, ["king", "Paris"])


def test_unknown_words_are_named_with_what_may_have_been_meant(vectors):
    with pytest.raises(ValueError, match="'kign' is not among the 5 words: did you mean 'king'.*; the word 'xyz' "):
        check_known(vectors, ["king", "kign", "xyz", "kign"])


def test_a_row_is_no_word(vectors):
    with pytest.raises(ValueError, match="'0' is not among"):
        check_known(vectors, ["0"])


def test_a_word_in_another_case_comes_first(vectors):
    assert suggestions(vectors, "paris") == ["Paris"]
    assert suggestions(vectors, "KING")[0] == "king"


def test_only_the_first_words_are_compared(vectors, monkeypatch):
    monkeypatch.setattr(words, "COMPARED", 2)
    assert suggestions(vectors, "zebar") == []
