"""`npw2v odd-one-out`."""

from __future__ import annotations

import json

from npw2v import KeyedVectors


def test_the_word_furthest_from_the_mean(run):
    words = ["king", "queen", "prince", "piano"]
    assert run("odd-one-out", "model.npz", *words).splitlines()[0] == KeyedVectors.load("model.npz").doesnt_match(words)
    found = json.loads(run("odd-one-out", "model.npz", *words, "--json"))
    assert found["odd"] == found["words"][-1]["word"]


def test_two_words_are_too_few(fails):
    assert "three different words or more" in fails("odd-one-out", "model.npz", "king", "king", "queen")
