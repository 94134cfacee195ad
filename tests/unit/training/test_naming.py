"""Names of arrays within records."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from npw2v.training.naming import named, viewed


class Pair(NamedTuple):
    left: int
    right: int = 7


def test_what_is_named_is_viewed_again():
    together = {**named("slot1", {"left": 1, "right": 2}), **named("slot10", {"left": 3})}
    assert together == {"slot1.left": 1, "slot1.right": 2, "slot10.left": 3}
    assert viewed(Pair, "slot1", together) == Pair(1, 2)
    assert viewed(Pair, "slot10", together) == Pair(3, 7)


def test_a_field_that_has_no_default_must_be_there():
    with pytest.raises(TypeError, match="left"):
        viewed(Pair, "slot", {"slot.right": 2})
