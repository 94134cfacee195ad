"""Text to words: decoding, accents, HTML entities, and the tokenizer that many corpora are prepared with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html.entities import name2codepoint

#: A run of letters: characters of words, underscores among them, but no digits.
PAT_ALPHABETIC = re.compile(r"[^\W\d]+")

RE_HTML_ENTITY = re.compile(r"&(?:#(?P<decimal>\d{1,8})|#[xX](?P<hexadecimal>[0-9a-fA-F]{1,8})|(?P<name>\w{1,8}));")


def any2unicode(text: str | bytes, encoding: str = "utf8", errors: str = "strict") -> str:
    """Return text as str: bytes are decoded, str is returned as it is.

    Raises
    ------
    UnicodeDecodeError
        The bytes are not of that encoding, and `errors` does not say what to do about it.

    Examples
    --------
    >>> any2unicode("Šéf".encode("latin2"), encoding="latin2")
    'Šéf'
    """
    return text if isinstance(text, str) else str(text, encoding, errors=errors)


def any2utf8(text: str | bytes, errors: str = "strict", encoding: str = "utf8") -> bytes:
    """Return text as UTF-8 bytes; bytes are decoded first, so what is returned is valid.

    Raises
    ------
    UnicodeDecodeError, UnicodeEncodeError
        The bytes are not of that encoding, and `errors` does not say what to do about it; a str holds half a surrogate
        pair.
    """
    return any2unicode(text, encoding, errors).encode("utf8")


to_unicode = any2unicode
to_utf8 = any2utf8


def deaccent(text: str | bytes) -> str:
    """Return text without accents: what Unicode composes of a letter and marks becomes the letter.

    Bytes are taken for UTF-8.

    Examples
    --------
    >>> deaccent("Šéf chomutovských komunistů")
    'Sef chomutovskych komunistu'
    """
    decomposed = unicodedata.normalize("NFD", any2unicode(text))
    return unicodedata.normalize("NFC", "".join(each for each in decomposed if unicodedata.category(each) != "Mn"))


def simple_tokenize(text: str) -> Iterator[str]:
    """Yield the runs of letters in a text; see `PAT_ALPHABETIC`."""
    return (match.group() for match in PAT_ALPHABETIC.finditer(text))


def tokenize(
    text: str | bytes,
    lowercase: bool = False,
    deacc: bool = False,
    encoding: str = "utf8",
    errors: str = "strict",
    to_lower: bool = False,
    lower: bool = False,
) -> Iterator[str]:
    """Yield the runs of letters in a text, its digits and punctuation left out.

    Parameters
    ----------
    text : str or bytes
        Bytes are decoded by `any2unicode` with `encoding` and `errors`.
    lowercase, to_lower, lower : bool
        Any of the three turns the text into lower case first.
    deacc : bool
        Remove accents first; see `deaccent`.

    Examples
    --------
    >>> list(tokenize("Nic nemůže letět rychlostí vyšší, než 300 tisíc", deacc=True))
    ['Nic', 'nemuze', 'letet', 'rychlosti', 'vyssi', 'nez', 'tisic']
    """
    text = any2unicode(text, encoding, errors)
    if lowercase or to_lower or lower:
        text = text.lower()
    return simple_tokenize(deaccent(text) if deacc else text)


def simple_preprocess(doc: str | bytes, deacc: bool = False, min_len: int = 2, max_len: int = 15) -> list[str]:
    """Return the words of a document in lower case, those that are too short or too long left out.

    Bytes that are not UTF-8 are skipped.

    Parameters
    ----------
    doc : str or bytes
        The document.
    deacc : bool
        Remove accents; see `deaccent`.
    min_len, max_len : int
        Shortest and longest word to keep, in characters. Words that begin with an underscore are never kept.

    Examples
    --------
    >>> simple_preprocess("The 2 quick, brown foxes - and a dog.")
    ['the', 'quick', 'brown', 'foxes', 'and', 'dog']
    """
    words = tokenize(doc, lower=True, deacc=deacc, errors="ignore")
    return [word for word in words if min_len <= len(word) <= max_len and not word.startswith("_")]


def decode_htmlentities(text: str) -> str:
    """Replace HTML's entities by their characters; what is no entity of HTML 4 stays.

    Numbers are those of Unicode; `html.unescape` takes 128 to 159 for those of Windows, as browsers do.

    Examples
    --------
    >>> decode_htmlentities("l&#39;eau &lt; &#xE0; &nothing;")
    "l'eau < à &nothing;"
    """
    return RE_HTML_ENTITY.sub(_character, text)


def _character(entity: re.Match[str]) -> str:
    try:
        if entity["name"] is not None:
            number = name2codepoint[entity["name"]]
        elif entity["decimal"] is not None:
            number = int(entity["decimal"])
        else:
            number = int(entity["hexadecimal"], 16)
        return chr(number)
    except (KeyError, ValueError, OverflowError):
        return entity[0]
