"""Sums of words, as ``king - man + woman`` or ``2 * paris - france``: read by a small parser, and nothing is evaluated.

::

    expression = [sign] term (sign term)*
    term       = [number "*"] word
    word       = characters without white space | "..." | '...'

Signs stand by themselves between spaces, so that words such as ``rock-and-roll`` and ``c++`` need no quotes; a sign at
the very beginning may touch its word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"""\s*(?:"(?P<double>[^"]*)"(?=\s|$)|'(?P<single>[^']*)'(?=\s|$)|(?P<plain>\S+))""")
_SIGNS = {"+": 1.0, "-": -1.0, "\u2212": -1.0}
_WEIGHTED = re.compile(r"(?P<number>\d+(?:\.\d*)?|\.\d+)\*(?P<word>\S+)")
_NUMBER = re.compile(r"\d+(?:\.\d*)?|\.\d+")


def is_expression(text: str) -> bool:
    """Tell whether a text has a sign between words, or a weight."""
    tokens = list(_tokens(text))
    return len(tokens) > 1 and any(not quoted and (token in _SIGNS or token == "*") for token, quoted, _ in tokens)


def parse(text: str) -> list[tuple[str, float]]:
    """Read a sum of words.

    Parameters
    ----------
    text : str
        See the module.

    Returns
    -------
    list of (str, float)
        The words and their weights, in the order of the text.

    Raises
    ------
    ValueError
        It is no sum of words; the message says at which character.

    Examples
    --------
    >>> parse("king - man + woman")
    [('king', 1.0), ('man', -1.0), ('woman', 1.0)]
    >>> parse("-france + 2 * paris + 'new york'")
    [('france', -1.0), ('paris', 2.0), ('new york', 1.0)]
    """
    text = re.sub(r"^\s*([+\u2212-])(?=[^\s])", r"\1 ", text)
    tokens = list(_tokens(text))
    terms: list[tuple[str, float]] = []
    while tokens:
        sign = 1.0
        if _is(tokens[0], *_SIGNS):
            sign = _SIGNS[tokens.pop(0)[0]]
        elif terms:
            raise _error(text, tokens[0][2], f"expected + or - before {tokens[0][0]!r}")
        word, weight = _term(text, tokens)
        terms.append((word, sign * weight))
    if not terms:
        raise ValueError("expected words and signs, such as: king - man + woman; got nothing")
    return terms


def _term(text: str, tokens: list[tuple[str, bool, int]]) -> tuple[str, float]:
    """Take a word and its weight off the tokens."""
    if not tokens:
        raise _error(text, len(text), "expected a word at the end")
    token, quoted, at = tokens.pop(0)
    weight = 1.0
    if not quoted and _NUMBER.fullmatch(token) and tokens and _is(tokens[0], "*"):
        weight = float(token)
        tokens.pop(0)
        if not tokens:
            raise _error(text, len(text), "expected a word after *")
        token, quoted, at = tokens.pop(0)
    elif not quoted and (found := _WEIGHTED.fullmatch(token)):
        weight, token = float(found["number"]), found["word"]
    if not token or (not quoted and (token in _SIGNS or token == "*")):
        raise _error(text, at, f"expected a word, got {token!r}")
    return token, weight


def _is(token: tuple[str, bool, int], *texts: str) -> bool:
    return not token[1] and token[0] in texts


def _tokens(text: str) -> Iterator[tuple[str, bool, int]]:
    """Yield each token, whether it was in quotes, and where it begins."""
    for found in _TOKEN.finditer(text):
        plain = found["plain"]
        if plain is None:
            quoted = found["double"] if found["double"] is not None else found["single"]
            yield quoted, True, found.start("double" if found["double"] is not None else "single")
        else:
            yield plain, False, found.start("plain")


def _error(text: str, at: int, message: str) -> ValueError:
    return ValueError(f"{text!r} is no sum of words, such as king - man + woman: {message} (character {at + 1})")
