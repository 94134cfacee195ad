"""One source of chance for the whole toy world."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import TypeVar

import numpy as np

T = TypeVar("T")


@cache
def _zipf_steps(count: int) -> tuple[float, ...]:
    """Sum up the weights 1/(rank + 3), scaled to end at 1: Zipf's law with a flattened head."""
    sums = list(accumulate(1.0 / (rank + 3.0) for rank in range(count)))
    return tuple(total / sums[-1] for total in sums)


class Draw:
    """Draws from sequences, seeded; the same draws on every platform and every NumPy.

    Only `Generator.random` is called, on a bit generator that is named and not left to NumPy's default, and the
    weights are built from additions and divisions alone, which IEEE arithmetic rounds alike everywhere.

    Parameters
    ----------
    seed : int
        Where the stream starts.

    Examples
    --------
    >>> draw = Draw(seed=1)
    >>> draw.one_of(("north", "east", "south", "west"))
    'east'
    """

    def __init__(self, seed: int) -> None:
        self._random = np.random.Generator(np.random.PCG64(seed)).random

    def one_of(self, items: Sequence[T]) -> T:
        """One item; item number r is drawn in proportion to 1/(r + 3), so that what is listed first is commoner."""
        return items[bisect_right(_zipf_steps(len(items)), self._random())]

    def evenly(self, items: Sequence[T]) -> T:
        """One item, each as likely as the next."""
        return items[int(self._random() * len(items))]

    def sentence(self, templates: Sequence[str], words: Mapping[str, str]) -> list[str]:
        """One of `templates` with its {slots} filled from `words`, as a list of words; `a` becomes `an` by sound."""
        tokens = self.evenly(templates).format_map(words).split()
        for place in range(len(tokens) - 1):
            if tokens[place] == "a" and tokens[place + 1][0] in "aeiou":
                tokens[place] = "an"
        return tokens


def words_of(text: str) -> tuple[str, ...]:
    """Split a list of words at its spaces."""
    return tuple(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """Split a table cell at its commas, since many of its entries are more than one word long.

    >>> phrases("ruled the land, signed the law")
    ('ruled the land', 'signed the law')
    """
    return tuple(phrase.strip() for phrase in text.split(","))
