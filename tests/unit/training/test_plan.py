"""The choice of sizes: bounds that hold for every model, and the workers that are worth starting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from npw2v.training import plan


@given(
    dimensions=st.integers(1, 2000),
    window=st.integers(1, 500),
    shrink=st.booleans(),
    negative=st.integers(0, 50),
    alpha=st.sampled_from([0.0, 1e-3, 0.025, 1.0]),
    frequency=st.floats(1e-6, 1.0),
    words=st.integers(1, 10**9),
    longest=st.integers(1, 10**5),
    skipgram=st.booleans(),
    path=st.sampled_from([0.0, 3.5, 18.0]),
)
def test_block_sizes_keep_their_bounds(**given):
    assume(given["negative"] or given["path"])
    shape = plan.block_shape(**given)
    assert 1 <= shape.halo <= given["window"]
    assert 1 <= shape.chunk <= shape.blocks
    assert shape.size in (shape.halves * plan.power_of_two(shape.size // shape.halves), 1)
    assert shape.blocks * shape.size <= max(plan.STEP_WORDS, plan.SMALLEST_STEP)
    assert shape.noise <= plan.MOST_NOISE
    assert (shape.noise >= plan.LEAST_NOISE) == (given["negative"] > 0)


def test_powers_of_two():
    assert [plan.power_of_two(limit) for limit in (0, 1, 1.9, 2, 31, 32.5)] == [1, 1, 1, 2, 16, 32]


def test_workers_worth_starting(monkeypatch):
    monkeypatch.setattr(plan, "available_cores", lambda: 3)
    assert [plan.early_workers(requested, 10**9, 100) for requested in (0, 1, 2, 9)] == [1, 1, 2, 3]
    assert plan.early_workers(9, 100, 100) == 1


@pytest.mark.parametrize("workers, copies", [(1, True), (2, True), (3, True), (4, False)])
def test_copies_are_made_while_they_are_small(workers, copies):
    assert plan.copies_of_tables(workers, plan.COPIES // 2) is copies


def test_the_share_of_the_most_frequent_word():
    assert plan.largest_frequency(np.array([1.0, 3.0])) == 0.75
    assert plan.largest_frequency(np.zeros(2)) == 0


def test_lanes_keep_all_of_their_effect_alone_and_less_the_more_they_are():
    kept = 1e6 / np.arange(1, 1000)
    pulls = kept / kept.max()
    effects = [plan.effect_of_lanes(kept, pulls, lanes) for lanes in (1, 2, 4, 16, 64)]
    assert effects[0] == 1
    assert effects == sorted(effects, reverse=True)
    assert effects[-1] > 1 / 64


def test_rounds_are_as_long_as_lanes_keep_enough_of_their_effect():
    kept, words = 1e7 / np.arange(10, 70_000), 10**8
    common = {"skipgram": True, "updates": 36, "slope": 0.15, "alpha": 0.0125}
    for lanes in (2, 4, 16, 64):
        rounds = plan.rounds_an_epoch(kept, words, lanes, **common)
        a_round = kept / words * (words / rounds / lanes) * 36 * 0.15 * 0.0125
        assert plan.effect_of_lanes(kept, 0.95 * a_round, lanes) > plan.LEAST_EFFECT["skipgram"]


def test_a_lane_has_words_enough_in_a_round_whatever_the_vocabulary():
    rounds = plan.rounds_an_epoch(np.array([5e5, 5e5]), 10**6, 8, skipgram=True, updates=36, slope=1.0, alpha=0.025)
    assert 10**6 / rounds / 8 >= plan.LEAST_LANE_WORDS - 1


def test_a_small_corpus_has_as_many_rounds_as_a_large_one():
    kept, common = np.full(50_000, 20.0), {"skipgram": True, "updates": 36, "slope": 0.15, "alpha": 0.0125}
    assert plan.rounds_an_epoch(kept, 10**6, 4, **common) >= plan.LEAST_ROUNDS
    assert plan.rounds_an_epoch(kept, 1000, 4, **common) == 1
