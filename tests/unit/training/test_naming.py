"""Names with dots for the arrays of records."""

from __future__ import annotations

from npw2v.training.naming import named, under


def test_what_was_named_is_found_again_and_nothing_else():
    together = {**named("slot1", {"ids": 1, "rates.inputs": 2}), **named("slot10", {"ids": 3}), "ids": 4}
    assert under("slot1", together) == {"ids": 1, "rates.inputs": 2}
    assert under("rates", under("slot1", together)) == {"inputs": 2}
    assert under("slot", together) == {}
