"""Word Mover's Distance, with a solver for the simplest transport and without one."""

from __future__ import annotations

import sys
import types

import numpy as np
import pytest

from tests.support.bruteforce import make


@pytest.fixture
def kv():
    return make()


def test_word_movers_distance(kv, monkeypatch):
    monkeypatch.setitem(sys.modules, "ot", None)
    with pytest.raises(ImportError, match="pip install POT"):
        kv.wmdistance(["k1"], ["k2"])

    def emd2(weights1, weights2, costs):
        """The transport from or to a single word, which moves everything."""
        assert 1 in costs.shape
        assert weights1.sum() == pytest.approx(weights2.sum()) == pytest.approx(1)
        return np.outer(weights1, weights2).ravel() @ costs.ravel()

    monkeypatch.setitem(sys.modules, "ot", types.SimpleNamespace(emd2=emd2))
    unit = kv.get_normed_vectors().astype(float)
    expected = (2 * np.linalg.norm(unit[1] - unit[3]) + np.linalg.norm(unit[2] - unit[3])) / 3
    assert kv.wmdistance(["k1", "k2", "k1", "nothing"], ["k3"]) == pytest.approx(expected)
    assert kv.wmdistance(["k1"], ["k2"], norm=False) == pytest.approx(np.linalg.norm(kv["k1"] - kv["k2"]))
    assert kv.wmdistance(["k1", "k1"], ["k1"]) == 0
    assert kv.wmdistance(["nothing"], ["k1"]) == kv.wmdistance(["k1"], []) == float("inf")
