"""Tables and JSON."""

from __future__ import annotations

import json

import numpy as np

from npw2v.cli.output import print_json, print_table, say


def test_numbers_stand_to_the_right_and_texts_to_the_left(capsys):
    print_table([["a", 1, 0.5, None], ["long", 12345, -1.0, 7]], ["word", "n", "x", "y"])
    assert capsys.readouterr().out == ("word       n        x  y\na          1   0.5000\nlong  12,345  -1.0000  7\n")


def test_wide_characters_and_combining_ones_stand_in_columns(capsys):
    print_table([["\u65e5\u672c", 0.5], ["e\u0301te\u0301", 0.25], ["word", 1.0]], ["\u8a9e", "cosine"])
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["\u8a9e    cosine", "\u65e5\u672c  0.5000", "e\u0301te\u0301   0.2500", "word  1.0000"]


def test_json_takes_numbers_of_numpy(capsys):
    print_json({"café": [np.float32(0.5), np.int64(3)], "path": [object]})
    out = capsys.readouterr().out
    assert "café" in out
    assert json.loads(out) == {"café": [0.5, 3], "path": [str(object)]}


def test_what_is_no_result_goes_to_the_standard_error(capsys):
    say("reading")
    assert capsys.readouterr() == ("", "reading\n")
