"""The learning rate: where it begins and ends, its stairs, and what other totals make of it."""

from __future__ import annotations

import pytest

from npw2v.training.schedule import Schedule, pace, stair


def test_it_falls_from_alpha_to_min_alpha_over_all_epochs():
    schedule = Schedule(alpha=0.5, min_alpha=0.1, epochs=4, stair=1e-6)
    rates = [schedule.alpha_at(epoch, done) for epoch in range(4) for done in (0, 0.25, 0.5, 0.75)]
    assert rates == pytest.approx([0.5 - 0.1 * quarters / 4 for quarters in range(16)], abs=1e-5)
    assert schedule.after(4) == pytest.approx(0.1)


def test_it_stays_as_it_is_within_a_batch():
    schedule = Schedule(alpha=1.0, min_alpha=0.0, epochs=1, stair=0.4)
    assert [schedule.alpha_at(0, done) for done in (0, 0.39, 0.4, 0.79, 0.8, 1)] == pytest.approx(
        [1, 1, 0.6, 0.6, 0.2, 0.2]
    )


def test_it_never_falls_below_its_end():
    assert Schedule(alpha=0.5, min_alpha=0.1, epochs=1, pace=3.0, stair=0.1).alpha_at(0, 1) == 0.1
    assert Schedule(alpha=0.1, min_alpha=0.5, epochs=1).alpha_at(0, 0) == 0.5


def test_a_batch_is_a_share_of_the_corpus():
    assert [stair(*given) for given in ((10, 40), (40, 10), (0, 4), (10, 0))] == [0.25, 1.0, 0.25, 1.0]


def test_a_pass_counts_as_the_users_totals_say():
    assert pace(20, 100, total_examples=40, total_words=10) == 0.5
    assert pace(20, 100, total_examples=None, total_words=50) == 2.0
    assert pace(20, 100, total_examples=0, total_words=0) == 1.0
