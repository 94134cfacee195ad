"""`npw2v similarity`."""

from __future__ import annotations

import json

import numpy as np
import pytest

from npw2v import KeyedVectors


def test_cosine_and_distance(run):
    found = json.loads(run("similarity", "model.npz", "king", "queen", "--json"))
    vectors = KeyedVectors.load("model.npz")
    assert found["cosine"] == pytest.approx(vectors.similarity("king", "queen"))
    assert found["euclidean"] == pytest.approx(np.linalg.norm(vectors["king"].astype(float) - vectors["queen"]))
    assert found["rank"] == vectors.rank("king", "queen")


def test_a_word_with_itself(run):
    assert run("similarity", "model.npz", "king", "king").split() == [
        "cosine",
        "1.0000",
        "Euclidean",
        "distance",
        "0.0000",
    ]
