"""An object's attributes as a file sees them."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from npw2v.formats.attributes import sort_attributes, without_methods, writable


def test_attributes_are_sorted_and_stay_in_order():
    objects = np.array([print, None], dtype=object)
    found = sort_attributes(
        [
            *(("b", 1), ("mask", np.array([True])), ("code", print), ("a", {"x": [None, 0.5, "ü"]})),
            *(("scalar", np.float32(0.5)), ("zero", np.zeros(())), ("pairs", {1: 2}), ("objects", objects)),
            *(("tuple", (1, 2)), ("day", np.datetime64("2020-01-01"))),
        ]
    )
    assert found.values == {"b": 1, "a": {"x": [None, 0.5, "ü"]}, "scalar": 0.5}
    assert [type(value) for value in found.values.values()] == [int, dict, float]
    assert list(found.values) == ["b", "a", "scalar"]
    assert list(found.arrays) == ["mask", "zero"]
    assert list(found.refused) == ["code", "pairs", "objects", "tuple", "day"]


class Base:
    language = "none"

    @classmethod
    def load(cls):
        """Be a method."""

    @property
    def size(self):
        """Be a property."""

    @cached_property
    def total(self):
        """Be an attribute once it has been used."""


def test_methods_and_properties_are_not_hidden_but_defaults_are():
    attributes = dict.fromkeys(["language", "load", "size", "total", "new", "__init__"], 1)
    assert list(without_methods(Base, attributes)) == ["language", "total", "new"]


def test_only_what_cannot_be_written_to_is_copied():
    fixed, free = np.zeros(2), np.zeros(2)
    fixed.setflags(write=False)
    found = writable({"fixed": fixed, "free": free, "name": "x"})
    assert found["fixed"].flags.writeable
    assert found["free"] is free
    assert found["name"] == "x"
