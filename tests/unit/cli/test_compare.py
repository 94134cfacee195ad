"""`npw2v compare`."""

from __future__ import annotations

import json

import numpy as np
import pytest

from npw2v import KeyedVectors
from npw2v.cli.compare import compared


def test_a_model_with_itself_is_the_same(run):
    found = json.loads(run("compare", "model.npz", "vectors.bin", "king", "piano", "--json"))
    assert {each["overlap"] for each in found["words"].values()} == {1.0}
    assert found["words_in_common"] == len(KeyedVectors.load("model.npz"))


def test_overlap_is_the_share_of_neighbours_in_both():
    first, second = KeyedVectors(2), KeyedVectors(2)
    angles = np.array([0.0, 0.1, 0.2, 1.5])
    first.add_vectors(list("abcd"), np.stack([np.cos(angles), np.sin(angles)], axis=1))
    angles[2:] = 1.5, 0.2
    second.add_vectors(list("abcd"), np.stack([np.cos(angles), np.sin(angles)], axis=1))
    assert compared(first, second, ["a"], 2)["a"]["overlap"] == 0.5
    assert [near["word"] for near in compared(first, second, ["a"], 3)["a"]["b"]] == ["b", "d", "c"]


def test_neighbours_stand_side_by_side_among_the_words_of_both(run):
    out = run("compare", "model.npz", "other.npz", "king", "-k", 4)
    lines = out.splitlines()
    assert "of the neighbours are the same" in lines[0]
    assert lines[1].split() == ["model.npz", "cosine", "other.npz", "cosine"]
    assert len(lines) == 6
    shared = set(KeyedVectors.load("other.npz").index_to_key)
    assert {line.split()[0].rstrip("*") for line in lines[2:]} <= shared


def test_without_words_the_most_changed_ones_come_first(run):
    found = json.loads(run("compare", "model.npz", "other.npz", "--among", 30, "--json"))["words"]
    assert len(found) == 30
    out = run("compare", "model.npz", "other.npz", "--among", 30, "-k", 3)
    least = min(each["overlap"] for each in json.loads(
        run("compare", "model.npz", "other.npz", "--among", 30, "-k", 3, "--json"))["words"].values())  # fmt: skip
    assert out.splitlines()[3].split()[1] == f"{least:.0%}"


@pytest.mark.parametrize("words, message", [(["x", "y", "z"], "no word in common"), (["x", "king"], "only 1 words in")])
def test_models_without_common_words(fails, words, message):
    other = KeyedVectors(1)
    other.add_vectors(words, np.ones((len(words), 1)))
    other.save("third.npz")
    assert message in fails("compare", "model.npz", "third.npz")


def test_a_word_must_be_in_both(fails):
    assert "not among" in fails("compare", "model.npz", "other.npz", "qqqqq")
