"""Whether workers copy tables or share them: what proves faster."""

from __future__ import annotations

from npw2v.training import tables


def test_the_faster_mode_is_taken_though_it_changes():
    choice, seconds, ways = tables.FasterOf(), [1.0, 1.4], []
    for round_ in range(300):
        if round_ == 150:
            seconds = [1.4, 1.3]
        ways.append(choice.next())
        choice.took(seconds[ways[-1]])
    assert ways[:2] == [0, 1]
    assert sum(ways[:150]) * 0.4 <= 150 * tables.TRIALS + 0.4  # lost by trials, the first one beside
    assert 1 in ways[150:160]
    assert sum(ways[200:]) > 85
