"""`npw2v demo`: its arguments are the fields of its options; what it does is in test_demonstration.py."""

from __future__ import annotations

from dataclasses import fields

from npw2v.cli import build_parser
from npw2v.cli.options import DemoOptions


def test_the_arguments_are_the_options_with_their_defaults():
    given = vars(build_parser("demo").parse_args(["demo"]))
    given.pop("run")
    assert given == {field.name: field.default for field in fields(DemoOptions)}
