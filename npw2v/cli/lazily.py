"""Modules that are imported when they are first used: the help of a command must not wait for NumPy."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Lazily:
    """Stand for a module until something of it is asked for.

    Parameters
    ----------
    name : str
        Its dotted name.

    Examples
    --------
    >>> fractions = Lazily("fractions")
    >>> fractions.Fraction(1, 2)
    Fraction(1, 2)
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
