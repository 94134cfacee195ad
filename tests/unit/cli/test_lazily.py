"""Modules that are imported when they are first used."""

from __future__ import annotations

import sys

import pytest

from npw2v.cli.lazily import Lazily


def test_a_module_is_imported_when_something_of_it_is_asked_for(monkeypatch):
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    colours = Lazily("colorsys")
    assert "colorsys" not in sys.modules
    assert colours.rgb_to_hsv(0, 0, 0) == (0, 0, 0)
    assert "colorsys" in sys.modules


def test_what_a_module_lacks_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = Lazily("colorsys").no_such_name
