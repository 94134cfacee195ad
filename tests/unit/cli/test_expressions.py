"""Sums of words: what is read, and what is refused where."""

from __future__ import annotations

import pytest

from npw2v.cli.expressions import is_expression, parse


@pytest.mark.parametrize(
    "text, terms",
    [
        ("king", [("king", 1)]),
        ("king - man + woman", [("king", 1), ("man", -1), ("woman", 1)]),
        ("  king\t-  man ", [("king", 1), ("man", -1)]),
        ("-man + king", [("man", -1), ("king", 1)]),
        ("- man + king", [("man", -1), ("king", 1)]),
        ("+king", [("king", 1)]),
        ("king \u2212 man", [("king", 1), ("man", -1)]),
        ("2 * king - 0.5*man", [("king", 2), ("man", -0.5)]),
        (".5 * king", [("king", 0.5)]),
        ("rock-and-roll + c++", [("rock-and-roll", 1), ("c++", 1)]),
        ("'new york' - \"-\" + '2'", [("new york", 1), ("-", -1), ("2", 1)]),
        ("2 + 3", [("2", 1), ("3", 1)]),
        ("don't + __import__('os')", [("don't", 1), ("__import__('os')", 1)]),
    ],
)
def test_sums(text, terms):
    assert parse(text) == terms


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "got nothing"),
        ("   ", "got nothing"),
        ("king -", r"expected a word at the end \(character 7\)"),
        ("king man", r"expected \+ or - before 'man' \(character 6\)"),
        ("king - + man", r"expected a word, got '\+' \(character 8\)"),
        ("2 *", "expected a word after"),
        ("* king", r"expected a word, got '\*'"),
        ("'' + king", "expected a word, got ''"),
    ],
)
def test_what_is_no_sum_is_refused_with_its_place(text, message):
    with pytest.raises(ValueError, match=message):
        parse(text)


@pytest.mark.parametrize("text", ["king - man", "2 * king", "-man + king"])
def test_signs_and_weights_make_an_expression(text):
    assert is_expression(text)


@pytest.mark.parametrize("text", ["king", "man king woman", "rock-and-roll", "", "-", "'a - b'", "a '+' b"])
def test_words_alone_are_none(text):
    assert not is_expression(text)
