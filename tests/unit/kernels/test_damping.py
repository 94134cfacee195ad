"""Damping: many updates of a row in one step, against the same updates one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.kernels.damping import Damping, damp


def test_damping_is_alpha_for_one_update_and_bounded_for_many():
    slope, alpha = 0.25, 0.025
    damping = Damping(4)
    rows = np.array([0, 1, 1, 2], np.int32)
    damping.count(rows, np.array([1, 1, 2, 1e6], np.float32))
    rates = np.empty(4, np.float32)
    damping.counted(np.array([0, 1, 2, 3], np.int32), rates)
    assert rates.tolist() == [1, 3, 1e6, 0]
    damp(rates, slope, np.full(4, alpha, np.float32))
    for rate, updates in zip(rates, (1, 3, 1e6, 0)):
        one_by_one = sum((1 - alpha * slope) ** i for i in range(int(min(updates, 1e4)))) / max(updates, 1)
        assert rate == pytest.approx(alpha * one_by_one if updates else alpha, rel=0.02)
    assert rates[2] * 1e6 == pytest.approx(1 / slope, rel=1e-3)
    damping.forget(rows)
    damping.counted(rows, rates)
    assert not rates.any()


def test_steps_counted_at_once_are_counted_apart():
    rng = np.random.default_rng(3)
    damping, alone = Damping(500), Damping(500)
    rows, updates = rng.integers(0, 500, 90).astype(np.int32), rng.random(90, dtype=np.float32)
    steps = np.repeat(np.arange(3, dtype=np.int32), 30)
    places, together = damping.places(rows, steps), np.empty(90, np.float32)
    assert damping.steps > 3
    damping.count(places, updates)
    damping.counted(places, together)
    for step in range(3):
        own, each = rows[steps == step], np.empty(30, np.float32)
        alone.count(own, updates[steps == step])
        alone.counted(own, each)
        alone.forget(own)
        np.testing.assert_array_equal(together[steps == step], each)
    damping.forget(places)
    damping.counted(places, together)
    assert not together.any()


def test_a_large_table_counts_one_step_at_a_time():
    damping, rows = Damping(100_000), np.array([5, 99_999], np.int32)
    assert damping.steps == 1
    np.testing.assert_array_equal(damping.places(rows, np.zeros(2, np.int32)), rows)
