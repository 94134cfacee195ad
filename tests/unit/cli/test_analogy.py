"""`npw2v analogy`."""

from __future__ import annotations

import json

import pytest

from npw2v import KeyedVectors
from npw2v.cli.analogy import terms_of, written

KING = [("king", 1.0), ("man", -1.0), ("woman", 1.0)]


@pytest.mark.parametrize("words", [["man", "king", "woman"], ["man king woman"]])
def test_three_words_are_a_sum(words):
    assert sorted(terms_of(words)) == KING


@pytest.mark.parametrize("words", [["king - man + woman"], ["king", "-", "man", "+", "woman"]])
def test_a_sum_may_be_one_argument_or_several(words):
    assert terms_of(words) == KING


@pytest.mark.parametrize("words", [["king"], ["a", "b"], ["a b c d"]])
def test_what_is_neither_is_refused(words):
    with pytest.raises(ValueError, match="expected three words"):
        terms_of(words)


def test_a_sum_is_written_as_it_is_read():
    text = "king - 0.5 * man + 2 * woman"
    assert written(terms_of([text])) == text


def test_answers_are_those_of_most_similar(run):
    vectors = KeyedVectors.load("model.npz")
    found = json.loads(run("analogy", "model.npz", "man", "king", "woman", "--json"))
    assert [each["word"] for each in found["answers"]] == [
        word for word, _ in vectors.most_similar(positive=["king", "woman"], negative=["man"])
    ]


def test_weights_count(run):
    one, other = (run("analogy", "model.npz", f"{weight} * king + piano", "-k", 3) for weight in ("9", "0.1"))
    assert one.splitlines()[1:] != other.splitlines()[1:]


def test_cosines_may_be_multiplied(run, fails):
    vectors = KeyedVectors.load("model.npz")
    found = json.loads(run("analogy", "model.npz", "man", "king", "woman", "--cosmul", "-k", 1, "--json"))
    expected = vectors.most_similar_cosmul(["king", "woman"], ["man"], topn=1)[0]
    assert found["answers"] == [{"word": expected[0], "score": pytest.approx(expected[1])}]
    assert "leave out the numbers" in fails("analogy", "model.npz", "2 * king - man", "--cosmul")
