"""Raw text to words."""

from __future__ import annotations

import pytest

from npw2v.corpus.checks import same_every_pass
from npw2v.corpus.cleaning import CleanedCorpus


@pytest.mark.parametrize(
    "text, words",
    [
        ("Hello, world!", ["Hello", "world"]),
        ("don't rock-and-roll new_york", ["don't", "rock-and-roll", "new_york"]),
        ("'quoted' -- (in brackets) 3.14", ["quoted", "in", "brackets", "3", "14"]),
        ("it\u2019s na\u00efve \u4f60\u597d", ["it\u2019s", "na\u00efve", "\u4f60\u597d"]),
        ("_a_ a_", ["a", "a"]),
    ],
)
def test_tokens_are_letters_and_digits(text, words):
    assert list(CleanedCorpus([text.split()], tokenize=True)) == [words]


def test_lower_case_alone_keeps_punctuation():
    assert list(CleanedCorpus([["Hello,", "World"]], lowercase=True)) == [["hello,", "world"]]


def test_sentences_without_words_are_left_out_and_it_can_be_read_again():
    corpus = CleanedCorpus([["--"], ["a"], []], tokenize=True)
    assert list(corpus) == list(corpus) == [["a"]]


def test_it_is_the_same_every_pass_if_the_corpus_is():
    assert same_every_pass(CleanedCorpus([["a"]]))
    assert not same_every_pass(CleanedCorpus(iter([["a"]])))
