"""Filters of text, one by one and all together."""

from __future__ import annotations

import pytest

from npw2v import parsing
from npw2v.compat import preprocessing as filters


@pytest.mark.parametrize(
    "name, text, expected",
    [
        ("remove_stopwords", "The cat is not on the mat", "The cat mat"),
        ("strip_punctuation", "a_b, c...d?!", "a b  c d "),
        ("strip_tags", "<p class='x'>one <b>two</b></p> 1 < 2", "one two 1 < 2"),
        ("strip_short", "a an the\tcats", "the cats"),
        ("strip_numeric", "r2d2 10 ٣", "rd  ٣"),
        ("strip_non_alphanum", "it's_ü-1", "it s_ü 1"),
        ("strip_multiple_whitespaces", " a \t\n b\u2003c ", " a b c "),
        ("split_alphanum", "24h7 A1 é2x", "24 h 7 A1 é2 x"),
        ("stem_text", "Running  DOGS", "run dog"),
        ("lower_to_unicode", "ÄB", "äb"),
        ("split_on_space", " a  b\tc \n", ["a", "b\tc"]),
    ],
)
def test_filters(name, text, expected):
    assert getattr(filters, name)(text) == expected
    if name != "lower_to_unicode":
        assert getattr(filters, name)(text.encode()) == expected


def test_words_of_ones_own():
    assert filters.remove_stopwords("the cat sat", stopwords=["cat"]) == "the sat"
    assert filters.remove_stopword_tokens(["the", "cat"], iter(["cat"])) == ["the"]
    assert filters.remove_stopword_tokens(["the", "cat"], []) == ["the", "cat"]
    assert filters.strip_short("a bb ccc", minsize=2) == "bb ccc"
    assert filters.remove_short_tokens(["a", "bb"], minsize=2) == ["bb"]


def test_stopwords():
    assert len(filters.STOPWORDS) == 337
    assert {"the", "amoungst", "computer", "once"} <= filters.STOPWORDS


def test_all_of_them():
    assert filters.preprocess_documents(["<i>Two</i> cats, 3 ponies", b"running"]) == [["cat", "poni"], ["run"]]
    assert filters.preprocess_string("A <b>B</b>", [str.lower]) == ["a", "<b>b</b>"]
    with pytest.raises(UnicodeDecodeError):
        filters.preprocess_string(b"\xff")


def test_files(tmp_path):
    for name in ("b", "a"):
        (tmp_path / f"{name}.txt").write_text(f"text {name}")
    assert filters.read_file(str(tmp_path / "a.txt")) == b"text a"
    assert filters.read_files(str(tmp_path / "*.txt")) == [b"text a", b"text b"]


def test_gensims_path():
    assert parsing.preprocess_string is parsing.preprocessing.preprocess_string is filters.preprocess_string
    assert parsing.PorterStemmer is parsing.porter.PorterStemmer
