"""What commands print: tables for people, JSON for programs."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any


def print_json(value: Any) -> None:
    """Print a value as JSON; numbers of NumPy become plain ones, other objects their text."""
    print(json.dumps(value, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)


def print_table(rows: Sequence[Sequence[Any]], head: Sequence[str] = ()) -> None:
    """Print rows in columns: texts to the left, numbers to the right.

    Parameters
    ----------
    rows : sequence of sequences
        Equally long; floats are shown with four digits, whole numbers in groups of three, None as nothing.
    head : sequence of str
        What stands above the columns.

    Examples
    --------
    >>> print_table([["cat", 0.5], ["kitten", 0.25]], ["word", "cosine"])
    word    cosine
    cat     0.5000
    kitten  0.2500
    """
    texts = [list(head)] * bool(head) + [[shown(value) for value in row] for row in rows]
    widths = [max(map(columns_of, column)) for column in zip(*texts, strict=True)]
    numeric = [all(isinstance(row[at], (int, float, type(None))) for row in rows) for at in range(len(widths))]
    for line in texts:
        cells = []
        for text, width, right in zip(line, widths, numeric, strict=True):
            spaces = " " * (width - columns_of(text))
            cells.append(spaces + text if right else text + spaces)
        print("  ".join(cells).rstrip())


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


def shown(value: Any) -> str:
    """Return the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def say(text: str) -> None:
    """Tell the user something that is no part of the result."""
    print(text, file=sys.stderr, flush=True)
