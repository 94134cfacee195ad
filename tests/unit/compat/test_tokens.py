"""Text of any kind becomes words."""

from __future__ import annotations

import pytest

from npw2v import utils


def test_text_and_bytes_become_str() -> None:
    assert utils.to_unicode("é") == utils.to_unicode("é".encode()) == utils.any2unicode(b"\xe9", "latin1") == "é"
    assert utils.to_unicode(b"a\xff", errors="ignore") == "a"
    with pytest.raises(UnicodeDecodeError):
        utils.to_unicode(b"\xff")


def test_text_and_bytes_become_utf8() -> None:
    assert (
        utils.to_utf8("é") == utils.to_utf8("é".encode()) == utils.any2utf8(b"\xe9", encoding="latin1") == b"\xc3\xa9"
    )
    assert utils.to_utf8(b"a\xff", errors="ignore") == b"a"


@pytest.mark.parametrize(
    "text, tokens",
    [
        ("Héllo, wörld 42!", ["Héllo", "wörld"]),
        ("snake_case x2y __", ["snake_case", "x", "y", "__"]),
        ("don't", ["don", "t"]),
        ("東京 is Tokyo", ["東京", "is", "Tokyo"]),
        ("१२", []),  # digits of other scripts are digits
        ("", []),
    ],
)
def test_tokens_are_runs_of_letters(text: str, tokens: list[str]) -> None:
    assert list(utils.tokenize(text)) == list(utils.simple_tokenize(text)) == tokens


def test_tokenize_fails_when_it_is_called_not_later() -> None:
    with pytest.raises(UnicodeDecodeError):
        utils.tokenize(b"\xff")


@pytest.mark.parametrize("option", ["lowercase", "to_lower", "lower"])
def test_three_ways_to_ask_for_lower_case(option: str) -> None:
    assert list(utils.tokenize("ÀB", deacc=True, **{option: True})) == ["ab"]


def test_simple_preprocess_leaves_out_short_long_and_private_words() -> None:
    text = f"A bb _private {'c' * 15} {'d' * 16} ÉTÉ".encode() + b"\xff"
    assert utils.simple_preprocess(text) == ["bb", "c" * 15, "été"]
    assert utils.simple_preprocess(text, deacc=True, min_len=1, max_len=3) == ["a", "bb", "ete"]


def test_deaccent_keeps_what_is_no_accent() -> None:
    assert utils.deaccent("Ångström ł 東京") == utils.deaccent("Ångström ł 東京".encode()) == "Angstrom ł 東京"


@pytest.mark.parametrize(
    "text, decoded",
    [
        ("&lt;a&gt; &amp;amp;", "<a> &amp;"),
        ("&#146;&#x92;&#X92;", "\x92\x92\x92"),
        ("&xi;&Xi;", "ξΞ"),
        ("&#99999999; &#xZZ; &#; & &unknown;", "&#99999999; &#xZZ; &#; & &unknown;"),
    ],
)
def test_html_entities(text: str, decoded: str) -> None:
    assert utils.decode_htmlentities(text) == decoded
