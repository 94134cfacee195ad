"""Tables that say what an object holds: as text for terminals, as HTML for notebooks."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from html import escape
from typing import Any

_LONGEST = 60


def shown(value: Any) -> str:
    """Return the text of a cell: floats with four digits, whole numbers in groups of three, None as nothing."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def text_table(rows: Sequence[Sequence[Any]], head: Sequence[str] = ()) -> str:
    """Return rows in columns: texts to the left, numbers to the right.

    Parameters
    ----------
    rows : sequence of sequences
        Equally long; see `shown`.
    head : sequence of str
        What stands above the columns.

    Examples
    --------
    >>> print(text_table([["cat", 0.5], ["kitten", 0.25]], ["word", "cosine"]))
    word    cosine
    cat     0.5000
    kitten  0.2500
    """
    texts = [list(head)] * bool(head) + [[shown(value) for value in row] for row in rows]
    widths = [max(map(columns_of, column)) for column in zip(*texts, strict=True)]
    numeric = [all(isinstance(row[at], (int, float, type(None))) for row in rows) for at in range(len(widths))]
    lines = []
    for line in texts:
        cells = []
        for text, width, right in zip(line, widths, numeric, strict=True):
            spaces = " " * (width - columns_of(text))
            cells.append(spaces + text if right else text + spaces)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text takes: wide characters two, marks on others none.

    Examples
    --------
    >>> columns_of("word"), columns_of("\u8a9e"), columns_of("e\u0301")
    (4, 2, 1)
    """
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(sign) in "WF"
        else 1
        for sign in text
    )


def html_table(rows: Sequence[Sequence[Any]], head: Sequence[str] = (), caption: str = "") -> str:
    """Return rows as an HTML table. Everything in it is text, whatever a word looks like.

    Parameters
    ----------
    rows : sequence of sequences
        See `shown`; texts of over 60 signs are cut.
    head : sequence of str
        What stands above the columns.
    caption : str
        What stands above the table.

    Examples
    --------
    >>> html_table([["<b>", 2]])
    '<table><tbody><tr><td>&lt;b&gt;</td><td>2</td></tr></tbody></table>'
    """
    title = f"<caption>{_cell(caption)}</caption>" if caption else ""
    top = f"<thead><tr>{''.join(f'<th>{_cell(each)}</th>' for each in head)}</tr></thead>" if head else ""
    body = "".join(f"<tr>{''.join(f'<td>{_cell(value)}</td>' for value in row)}</tr>" for row in rows)
    return f"<table>{title}{top}<tbody>{body}</tbody></table>"


def _cell(value: Any) -> str:
    text = shown(value).encode("utf-8", "replace").decode()  # half a character has no bytes
    return escape(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
