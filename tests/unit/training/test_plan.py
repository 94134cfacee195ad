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
    assert shape.size in (shape.strips * plan.power_of_two(shape.size // shape.strips), 1)
    assert shape.blocks * shape.size <= max(plan.STEP_WORDS, plan.SMALLEST_STEP)
    assert shape.noise <= plan.MOST_NOISE
    assert (shape.noise >= plan.LEAST_NOISE) == (given["negative"] > 0)


def test_powers_of_two():
    assert [plan.power_of_two(limit) for limit in (0, 1, 1.9, 2, 31, 32.5)] == [1, 1, 1, 2, 16, 32]


def test_workers_worth_starting(monkeypatch):
    monkeypatch.setattr(plan, "available_cores", lambda: 3)
    assert [plan.early_workers(requested, 10**9, 100) for requested in (0, 1, 2, 9)] == [1, 1, 2, 3]
    assert plan.early_workers(9, 100, 100) == 1


def test_processes_worth_reading_with(monkeypatch):
    monkeypatch.setattr(plan, "available_cores", lambda: 3)
    assert [plan.reading_processes(requested, 10**9) for requested in (0, 1, 2, 9)] == [1, 1, 2, 3]
    assert [plan.reading_processes(9, plan.READER_BYTES * times) for times in (0, 1, 2, 3)] == [1, 1, 2, 3]
    monkeypatch.setattr(plan, "available_cores", lambda: 64)
    assert plan.reading_processes(64, 10**12) == plan.MOST_READERS


@pytest.mark.parametrize("workers, copies", [(1, True), (2, True), (3, True), (4, False)])
def test_copies_are_made_while_they_are_small(workers, copies):
    assert plan.copies_of_tables(workers, plan.COPIES // 2) is copies


def test_the_share_of_the_most_frequent_word():
    assert plan.largest_frequency(np.array([1.0, 3.0])) == 0.75
    assert plan.largest_frequency(np.zeros(2)) == 0


def test_there_are_as_many_rounds_for_a_small_corpus_as_for_a_large_one():
    assert [plan.rounds_an_epoch(words, 4, 5) for words in (10**5, 10**6, 10**7, 10**8)] == [plan.EPOCH_ROUNDS] * 4


@pytest.mark.parametrize("epochs", [1, 2, 5, 50])
def test_there_are_many_rounds_in_all_epochs_together(epochs):
    rounds = plan.rounds_an_epoch(10**7, 4, epochs)
    assert epochs * rounds >= plan.ALL_ROUNDS
    assert rounds >= plan.EPOCH_ROUNDS


@pytest.mark.parametrize("words", [0, 1, 10**5, 10**7, 10**10])
@pytest.mark.parametrize("lanes", [1, 7, 300])
def test_a_lane_has_neither_too_few_words_in_a_round_nor_too_many(words, lanes):
    rounds = plan.rounds_an_epoch(words, lanes, 5)
    share = words / rounds / lanes
    assert share <= plan.MOST_LANE_WORDS
    assert rounds == 1 or share >= plan.LEAST_LANE_WORDS


@pytest.mark.parametrize(
    ("workers", "copies", "size", "turns"),
    [
        (1, True, 10, 1),
        (2, False, 10, 2),
        (2, True, plan.UPDATES, 2),
        (3, True, plan.UPDATES // 8, 8),
        (3, True, plan.UPDATES // 8 - 1, 9),
        (2, True, 1, plan.MOST_TURNS),
    ],
)
def test_updates_come_back_to_a_place_late(workers, copies, size, turns):
    assert plan.turns(workers, copies, size) == turns
