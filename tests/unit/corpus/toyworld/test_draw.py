"""Drawing words in stated proportions."""

from __future__ import annotations

from collections import Counter

import pytest

from npw2v.corpus.toyworld.draw import Draw


def test_draw_prefers_what_comes_first_in_the_stated_proportion():
    draw = Draw(seed=1)
    counts = Counter(draw.one_of("abc") for _ in range(20_000))
    weights = {"a": 1 / 3, "b": 1 / 4, "c": 1 / 5}
    for letter, weight in weights.items():
        assert counts[letter] / 20_000 == pytest.approx(weight / sum(weights.values()), abs=0.02)
