"""Whether workers copy tables or share them: what proves faster."""

from __future__ import annotations

import numpy as np

from npw2v.training import tables
from npw2v.training.weights import Weights


def test_the_faster_mode_is_taken_though_it_changes():
    choice, seconds, ways = tables.FastestOf((0, 1), 2), [1.0, 1.4, 1.8], []
    for round_ in range(300):
        if round_ == 150:
            seconds = [1.4, 1.3, 1.8]
        ways.append(choice.next())
        choice.took(seconds[ways[-1]], 0.1)
    assert ways[:4] == [0, 1, 0, 1]
    assert ways[:150].count(1) * 0.4 <= 150 * tables.TRIALS + 0.8  # lost by trials, the first two beside
    assert ways[:150].count(2) == 1
    assert ways[tables.IN_ANY_CASE] == 2
    assert 1 in ways[150:160]
    assert ways[200:].count(1) > 85


def test_a_round_without_the_last_worker_is_for_where_the_others_wait():
    choice, ways = tables.FastestOf((0, 1), 2), []
    for round_ in range(900):
        busy = 300 <= round_ < 600  # another program takes half of a processor
        ways.append(choice.next())
        if ways[-1] == 2:
            choice.took(1.7, 0.0)
        else:
            choice.took(3.0 if busy else 1.0, 0.6 if busy else 0.1)
    assert ways[:300].count(2) == 1
    assert ways[310:600].count(2) > 275
    assert 0 in ways[600:640]
    assert ways[700:].count(2) * 0.7 <= 200 * tables.TRIALS + 0.7  # lost by trials


def test_where_much_time_is_lost_each_mode_is_tried_once_and_then_a_round_without_the_last_worker():
    choice, ways = tables.FastestOf((0, 1), 2), []
    for _ in range(8):
        ways.append(choice.next())
        choice.took([2.0, 3.0, 1.0][ways[-1]], 0.0 if ways[-1] == 2 else 0.6)
    assert ways == [0, 1, 2, 2, 2, 2, 2, 2]


def test_tables_that_all_share_are_left_to_fewer_workers_too():
    mode = np.zeros(1, np.int8)
    weights = Weights(np.zeros((3, 4), np.float32), None, outputs=np.zeros((3, 4), np.float32))
    several = [tables.Tables(weights, index, 3, False, mode) for index in range(3)]
    several[0]._fastest.next = lambda: tables.FEWER
    several[0].choose()
    for index, each in enumerate(several):
        each.change(fresh=False)
        assert (each.active, each.idle, each.weights) == (2, index == 2, weights)
    assert [each.share for each in several[:2]] == [(0, 2), (1, 2)]


def test_a_worker_that_was_idle_copies_the_tables_anew():
    mode, weights = np.zeros(1, np.int8), Weights(np.ones((3, 4), np.float32), None)
    first, second = (tables.Tables(weights, index, 2, True, mode) for index in range(2))
    for chosen in (tables.ON_COPIES, tables.FEWER, tables.ON_COPIES):
        first._fastest.next = lambda chosen=chosen: chosen
        first.choose()
        for each in (first, second):
            each.change(fresh=False)
        assert (second.idle, first.others) == (chosen == tables.FEWER, False)
        if not second.idle:
            np.testing.assert_array_equal(second.weights.inputs, weights.inputs)
            assert second.weights is not weights
        weights.inputs += 1
        if not second.idle:
            second.weights.inputs += 1
