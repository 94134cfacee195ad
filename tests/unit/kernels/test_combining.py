from __future__ import annotations

import math

import numpy as np
import pytest

from npw2v.kernels.combining import RowChanges, damping_factors, move_rows, summed, take_changes

ROWS, DIMENSIONS, LANES = 30, 4, 5


@pytest.fixture
def lanes():
    """A table, what each lane made of some of its rows, and the pulls of those."""
    rng = np.random.default_rng(3)
    before = rng.normal(size=(ROWS, DIMENSIONS)).astype(np.float32)
    made = []
    for _ in range(LANES):
        rows = np.sort(rng.permutation(ROWS)[:17]).astype(np.int32)
        after = before.copy()
        after[rows] += rng.normal(size=(len(rows), DIMENSIONS)).astype(np.float32)
        made.append((rows, after, rng.exponential(2, size=len(rows)).astype(np.float32)))
    return before, made


def one_by_one(before, made):
    """The damped rule in plain Python, a row after the other."""
    result = before.astype(np.float64).tolist()
    for row in range(len(before)):
        pulls, reached, change = 0.0, 0.0, [0.0] * before.shape[1]
        for rows, after, of_rows in made:
            if row in rows.tolist():
                h = float(of_rows[rows.tolist().index(row)])
                pulls += h
                reached += 1 - math.exp(-h)
                change = [a + float(b) - float(c) for a, b, c in zip(change, after[row], before[row])]
        if reached:
            factor = (1 - math.exp(-pulls)) / reached
            result[row] = [value + factor * each for value, each in zip(result[row], change)]
    return np.array(result)


def taken(before, rows, after, pulls):
    """What has changed in rows that were trained in a table of their own, where they lie the other way round."""
    out = np.empty((len(rows) + 1, before.shape[1]), np.float32)
    return take_changes(before, rows, after[rows][::-1].copy(), np.arange(len(rows))[::-1], pulls, out)


def changes_of(before, made):
    """Return what lanes have changed, summed up."""
    total = None
    for rows, after, pulls in made:
        mine = taken(before, rows, after, pulls)
        total = mine if total is None else summed(total, mine)
    return total


def combined(before, made):
    table = before.copy()
    move_rows(table, np.zeros_like(table), changes_of(before, made))
    return table


def test_the_damped_rule_is_what_a_loop_over_rows_and_lanes_computes(lanes):
    np.testing.assert_allclose(combined(*lanes), one_by_one(*lanes), rtol=1e-5, atol=1e-5)


def test_a_row_that_one_lane_alone_has_changed_gets_its_change(lanes):
    before, made = lanes
    np.testing.assert_allclose(combined(before, made[:1]), made[0][1], atol=1e-6)


@pytest.mark.parametrize(("pull", "factor"), [(1e-5, 1.0), (40.0, 1 / LANES)])
def test_small_pulls_add_up_and_large_ones_are_averaged(pull, factor):
    before, after, rows = np.zeros((1, 2), np.float32), np.ones((1, 2), np.float32), np.zeros(1, np.int32)
    made = [(rows, after, np.full(1, pull, np.float32))] * LANES
    np.testing.assert_allclose(combined(before, made), np.full((1, 2), LANES * factor), rtol=1e-3)


def test_rows_without_pull_get_the_sum():
    rows = np.array([1, 3], np.int32)
    before, after = np.zeros((4, 2), np.float32), np.ones((4, 2), np.float32)
    mine = taken(before, rows, after, np.zeros(2, np.float32))
    table = np.zeros((4, 2), np.float32)
    move_rows(table, np.zeros_like(table), mine, mine)
    assert table.tolist() == [[0, 0], [2, 2], [0, 0], [2, 2]]


def test_what_is_taken_is_the_difference_and_lies_where_there_is_room(lanes):
    before, made = lanes
    rows, after, pulls = made[0]
    out, table = np.full((ROWS, DIMENSIONS), np.nan, np.float32), before.copy()
    found = take_changes(table, rows, after, rows, pulls, out)
    np.testing.assert_array_equal(found.changes, (after - before)[rows])
    assert np.shares_memory(found.changes, out)
    assert np.isnan(out[len(rows) :]).all()
    np.testing.assert_array_equal(table, before)
    np.testing.assert_allclose(found.reached, 1 - np.exp(-pulls), rtol=1e-5)


def test_a_sum_with_nothing_is_the_same(lanes):
    before, made = lanes
    rows, after, pulls = made[0]
    mine, nothing = taken(before, rows, after, pulls), taken(before, rows[:0], after, pulls[:0])
    for one, other in zip(mine, summed(nothing, mine)):
        np.testing.assert_array_equal(one, other)


def test_rows_move_on_by_what_damping_has_kept_back(lanes):
    """Momentum in plain Python, over three rounds with the same changes."""
    before, made = lanes
    changes = changes_of(before, made)
    factors = damping_factors(changes.pulls, changes.reached).tolist()
    table, last = before.copy(), np.zeros_like(before)
    for _ in range(3):
        move_rows(table, last, changes)
    expected, moved = before.astype(np.float64), np.zeros(before.shape)
    for _ in range(3):
        for row, change, factor in zip(changes.rows.tolist(), changes.changes.tolist(), factors):
            moved[row] = [factor * new + min(1 - factor, 0.9) * old for new, old in zip(change, moved[row].tolist())]
            expected[row] += moved[row]
    np.testing.assert_allclose(table, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(last, moved, rtol=1e-4, atol=1e-5)


def test_a_change_that_is_the_same_in_every_round_comes_whole_in_the_end(lanes):
    before, made = lanes
    changes = changes_of(before, made)
    assert damping_factors(changes.pulls, changes.reached).min() < 0.6
    table, last = before.copy(), np.zeros_like(before)
    for _ in range(60):
        move_rows(table, last, changes)
    np.testing.assert_allclose(last[changes.rows], changes.changes, rtol=1e-4, atol=1e-4)


def test_a_row_of_many_lanes_goes_on_with_nine_tenths_of_its_last_move():
    rows, changes = np.zeros(1, np.int32), np.zeros((1, 2), np.float32)
    table, last = np.zeros((1, 2), np.float32), np.ones((1, 2), np.float32)
    move_rows(table, last, RowChanges(rows, changes, np.full(1, 64 * 9, np.float32), np.full(1, 64, np.float32)))
    np.testing.assert_allclose(table, [[0.9, 0.9]])


def test_a_row_that_one_lane_alone_has_changed_has_no_momentum(lanes):
    before, made = lanes
    changes, table = changes_of(before, made[:1]), np.zeros_like(before)
    move_rows(table, np.full_like(before, 7), changes)
    np.testing.assert_allclose(table[changes.rows], changes.changes, atol=1e-5)


@pytest.mark.parametrize("cut", [1, 2, 4])
def test_groups_of_lanes_move_the_rows_as_their_sum_does(lanes, cut):
    before, made = lanes
    first, second = changes_of(before, made[:cut]), changes_of(before, made[cut:])
    tables = [np.stack((before, np.ones_like(before))) for _ in range(2)]
    move_rows(*tables[0], first, second)
    move_rows(*tables[1], summed(first, second))
    np.testing.assert_array_equal(*tables)


def test_more_rows_than_are_summed_up_at_once():
    rng = np.random.default_rng(1)
    table, made = np.zeros((9000, 3)), []
    for _ in range(2):
        rows = np.sort(rng.permutation(9000)[:5000]).astype(np.int32)
        changes, pulls = rng.normal(size=(5000, 3)).astype(np.float32), np.ones(5000, np.float32)
        made.append(RowChanges(rows, changes, pulls, pulls))
        table[rows] += changes
    found = summed(*made)
    np.testing.assert_allclose(found.changes, table[found.rows], rtol=1e-5, atol=1e-6)
    assert found.rows.tolist() == sorted(set(made[0].rows.tolist()) | set(made[1].rows.tolist()))
    assert found.pulls.sum() == 10_000


def test_more_rows_than_are_moved_at_once_move():
    rng = np.random.default_rng(0)
    rows = np.arange(0, 6000, 2, dtype=np.int32)
    changes, pulls = rng.normal(size=(len(rows), 3)).astype(np.float32), np.ones(len(rows), np.float32)
    before = rng.normal(size=(6000, 3)).astype(np.float32)
    after = before.copy()
    after[rows] += changes
    found = taken(before, rows, after, pulls)
    np.testing.assert_allclose(found.changes, changes, atol=1e-5)
    table = before.copy()
    move_rows(table, np.zeros_like(table), found)
    np.testing.assert_allclose(table, after, atol=1e-5)
