from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from npw2v.distributed.tasks import (
    Setup,
    StaleError,
    combine,
    forget,
    leaves_of,
    train_lanes,
    weights_at,
)
from npw2v.training.checkpoint import versions
from npw2v.training.worker import Worker
from tests.support import smalljobs
from tests.unit.training.test_rounds import replica_of

TOKEN = "of-this-test"


@pytest.fixture
def training():
    """What the workers are told, the shares, and the weights that a client has."""
    replica, corpora = replica_of(smalljobs.settings())
    yield Setup(TOKEN, replica.rounds, versions()), corpora, replica.moving
    forget(TOKEN)


def trained(setup, corpora, at, given, epoch=0, number=0):
    return [train_lanes(setup, lane, [share], epoch, number, at, given) for lane, share in enumerate(corpora)]


def same(changes, other):
    assert changes.report == other.report
    assert changes.tables.keys() == other.tables.keys()
    for name, its in changes.tables.items():
        for mine, theirs in zip(its, other.tables[name]):
            np.testing.assert_array_equal(mine, theirs)


def halves_of(changes):
    return [combine(*changes[:2]), changes[2]]


def test_a_replica_goes_on_from_what_a_round_has_changed(training):
    setup, corpora, moving = training
    first = halves_of(trained(setup, corpora, (1, 0), moving))
    second = halves_of(trained(setup, corpora, (1, 1), first, number=1))
    forget(TOKEN)
    moving.move(*first)
    afresh = halves_of(trained(setup, corpora, (2, 0), moving, number=1))
    for one, other in zip(second, afresh):
        same(one, other)


def test_a_worker_without_the_weights_before_says_so(training):
    setup, corpora, moving = training
    first = halves_of(trained(setup, corpora, (1, 0), moving))
    forget(TOKEN)
    with pytest.raises(StaleError, match=r"no replica at \(1, 1\), but at None"):
        train_lanes(setup, 0, [corpora[0]], 0, 1, (1, 1), first)
    trained(setup, corpora, (1, 0), moving)
    with pytest.raises(StaleError, match=r"no replica at \(1, 2\), but at \(1, 0\)"):
        train_lanes(setup, 0, [corpora[0]], 0, 1, (1, 2), first)


def test_the_weights_after_a_round_are_given_before_the_next_and_while_it_is_trained(training):
    setup, corpora, moving = training
    first = halves_of(trained(setup, corpora, (1, 0), moving))
    found = weights_at(setup, (1, 1), first)
    trained(setup, corpora, (1, 1), first, number=1)
    again = weights_at(setup, (1, 1), first)
    moving.move(*first)
    for each in (found, again):
        for kind in ("weights", "last"):
            for name, table in getattr(moving, kind).tables().items():
                np.testing.assert_array_equal(getattr(each, kind)[name], table)


def test_lanes_of_one_task_give_what_they_give_in_tasks_of_their_own(training):
    setup, corpora, moving = training
    apart = trained(setup, corpora, (1, 0), moving)
    together = train_lanes(setup, ((0, 1), 2), corpora, 0, 0, (2, 0), moving)
    same(combine(*halves_of(apart)), together)
    assert leaves_of(((0, 1), 2)) == [0, 1, 2]


def test_one_group_of_lanes_needs_no_combining(training):
    setup, corpora, moving = training
    together = train_lanes(setup, ((0, 1), 2), corpora, 0, 0, (1, 0), moving)
    second = trained(setup, corpora, (1, 1), [together], number=1)
    forget(TOKEN)
    halves = halves_of(trained(setup, corpora, (2, 0), moving))
    for one, other in zip(second, trained(setup, corpora, (2, 1), halves, number=1)):
        same(one, other)


def test_a_lane_that_failed_leaves_no_weights_to_go_on_from(training, monkeypatch):
    setup, corpora, moving = training
    first = halves_of(trained(setup, corpora, (1, 0), moving))

    def fail(worker, epoch, number):
        worker.tables.weights.inputs[0] = 7
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(Worker, "part", fail)
        with pytest.raises(MemoryError):
            train_lanes(setup, 0, [corpora[0]], 0, 1, (1, 1), first)
    with pytest.raises(StaleError, match="but at None"):
        train_lanes(setup, 0, [corpora[0]], 0, 1, (1, 1), first)


def test_a_worker_with_other_versions_refuses(training):
    setup, corpora, moving = training
    with pytest.raises(ValueError, match=r"the worker in process \d+ of .* has npw2v .*, the client npw2v 0.0: "):
        train_lanes(replace(setup, versions={"npw2v": "0.0"}), 0, [corpora[0]], 0, 0, (1, 0), moving)
