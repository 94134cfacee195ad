"""Finding phrases in sentences and joining them, in `Phrases` and `FrozenPhrases`."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from npw2v.phrases.phrases import (
    FrozenPhrases,
    Phrases,
    _PhrasesTransformation,
)
from tests.support.titles import TITLES, both


@pytest.mark.parametrize("phrases", both())
def test_what_ends_a_phrase_begins_no_other(phrases):
    assert phrases[["graph", "minors", "survey", "response", "time"]] == ["graph", "minors", "survey", "response_time"]
    assert phrases[["human", "interface", "human", "interface"]] == ["human_interface"] * 2
    overlapping = Phrases([["a", "b", "c"]] * 3, min_count=1, threshold=0.1)
    assert overlapping[["a", "b", "c", "a", "b"]] == ["a_b", "c", "a_b"]
    assert overlapping.freeze()[["b", "c", "b", "c"]] == ["b_c", "b_c"]


@pytest.mark.parametrize("phrases", both(connector_words=["of", "and", "for"]))
def test_connector_words_in_sentences(phrases):
    sentence = ["of", "data", "and", "graph", "of", "trees", "for", "human", "interface", "and"]
    assert phrases[sentence] == ["of", "data", "and", "graph_of_trees", "for", "human_interface", "and"]
    assert list(phrases.analyze_sentence(sentence)) == [
        ("of", None),
        ("data", None),
        ("and", None),
        ("graph_of_trees", phrases.find_phrases([sentence])["graph_of_trees"]),
        ("for", None),
        ("human_interface", phrases.find_phrases([sentence])["human_interface"]),
        ("and", None),
    ]


@pytest.mark.parametrize("phrases", both())
def test_a_corpus_is_told_from_a_sentence(phrases):
    corpus = phrases[TITLES]
    assert list(corpus) == list(corpus) == [phrases[title] for title in TITLES]
    assert (len(corpus), corpus[2]) == (6, ["user", "response_time"])
    assert list(phrases[np.array(TITLES, dtype=object)]) == list(corpus)
    assert phrases[(word for word in TITLES[2])] == ["user", "response_time"]
    assert list(phrases[((word for word in title) for title in TITLES)]) == list(corpus)
    assert phrases[[]] == phrases[iter(())] == []
    assert list(phrases[[[], []]]) == list(phrases[iter([[], []])]) == [[], []]
    with pytest.raises(RuntimeError, match="no sentence by its number"):
        phrases[itertools.chain(TITLES)][0]


@pytest.mark.parametrize("phrases", both())
def test_empty_words_are_kept(phrases):
    assert phrases[["", "response", "time", ""]] == ["", "response_time", ""]


def test_phrases_of_phrases():
    corpus = [["new", "york", "times"], ["new", "york", "times"], ["old", "times"]]
    bigrams = Phrases(corpus, min_count=1, threshold=1.4)
    trigrams = Phrases(bigrams[corpus], min_count=1, threshold=0.5)
    assert trigrams[bigrams[["new", "york", "times"]]] == ["new_york_times"]


class Doubled(_PhrasesTransformation):
    def __init__(self):
        super().__init__(connector_words={"of"})

    def score_candidate(self, word_a, word_b, in_between):
        return ("+".join([word_a, *in_between, word_b]), 1.0) if word_a == word_b else (None, None)


def test_a_subclass_says_what_is_a_phrase():
    assert Doubled()[["a", "a", "a", "of", "b", "of", "b"]] == ["a+a", "a", "of", "b+of+b"]
    with pytest.raises(NotImplementedError, match="define score_candidate"):
        _PhrasesTransformation([])[["a", "b"]]


@pytest.mark.parametrize("base", [Phrases, FrozenPhrases])
def test_overridden_methods_are_called(base):
    class All(base):
        def score_candidate(self, word_a, word_b, in_between):
            return f"{word_a}!{word_b}", 1.0

    class Upper(base):
        def analyze_sentence(self, sentence):
            return ((word.upper(), None) for word in sentence)

    for cls, expected in ((All, ["x!y", "z"]), (Upper, ["X", "Y", "Z"])):
        assert cls(Phrases(TITLES) if base is FrozenPhrases else TITLES)[["x", "y", "z"]] == expected
