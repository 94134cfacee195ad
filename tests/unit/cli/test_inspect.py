"""`npw2v inspect`."""

from __future__ import annotations

import json

import npw2v


def test_it_prints_what_inspect_says(run):
    expected = f"{npw2v.inspect('model.npz')}\n{npw2v.inspect('vectors.bin')}\n"
    assert run("inspect", "model.npz", "vectors.bin") == expected


def test_json_has_every_field(run):
    (found,) = json.loads(run("inspect", "vectors.bin", "--json"))
    assert found["format"] == "word2vec binary"
    assert found["dimensions"] == 16
