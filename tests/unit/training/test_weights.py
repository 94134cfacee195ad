"""The tables of weights: those that there are, copies, and numbers that are none."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.training.weights import Weights


def weights(**others):
    return Weights(inputs=np.ones((3, 2), np.float32), **others)


def test_tables_that_there_are():
    nodes = np.zeros((3, 2), np.float32)
    found = weights(nodes=nodes)
    assert list(found.tables()) == ["inputs", "nodes"]
    assert found["nodes"] is nodes
    with pytest.raises(KeyError, match="outputs"):
        found["outputs"]


def test_copies_are_of_the_tables_not_of_the_locks():
    locks = np.ones(1, np.float32)
    first = weights(locks=locks)
    second = first.copied()
    second.inputs += 1
    assert first.inputs[0, 0] == 1
    assert second.locks is locks
    first.take(second)
    assert first.inputs is second.inputs


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_one_number_that_is_none_is_found_in_any_table(number):
    outputs = np.zeros((3, 2), np.float32)
    found = weights(outputs=outputs)
    assert found.finite()
    outputs[2, 1] = number
    assert not found.finite()
