"""What commands print: tables for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from npw2v.vectors.notebooks import text_table


def print_json(value: Any) -> None:
    """Print a value as JSON; numbers of NumPy become plain ones, other objects their text."""
    print(json.dumps(value, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)


def print_table(rows: Sequence[Sequence[Any]], head: Sequence[str] = ()) -> None:
    """Print rows in columns; see `npw2v.vectors.notebooks.text_table`."""
    print(text_table(rows, head))


def say(text: str) -> None:
    """Tell the user something that is no part of the result."""
    print(text, file=sys.stderr, flush=True)
