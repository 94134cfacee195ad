"""Types of arguments that commands share."""

from __future__ import annotations

import argparse


def positive(text: str) -> int:
    """Return the whole number from 1 on that `text` is.

    Raises
    ------
    argparse.ArgumentTypeError
        It is below 1.
    ValueError
        It is no whole number.
    """
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {text}")
    return number
