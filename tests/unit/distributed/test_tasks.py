from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from npw2v.distributed.tasks import (
    Setup,
    StaleError,
    combine,
    combine_all,
    forget,
    leaves_of,
    report_of,
    train_lanes,
    weights_at,
)
from npw2v.training.checkpoint import versions
from npw2v.training.rounds import add_update
from tests.support import smalljobs
from tests.unit.training.test_rounds import replica_of

TOKEN = "of-this-test"


@pytest.fixture
def training():
    """What the workers are told, the shares, and the weights that a client has."""
    replica, corpora = replica_of(smalljobs.settings())
    yield Setup(TOKEN, replica.rounds, versions()), corpora, replica.weights
    forget(TOKEN)


def trained(setup, corpora, at, given, epoch=0, number=0):
    return [train_lanes(setup, lane, [share], epoch, number, at, given) for lane, share in enumerate(corpora)]


def all_of(changes):
    return combine_all(combine(*changes[:2]), changes[2])


def test_a_replica_goes_on_from_what_a_round_has_changed(training):
    setup, corpora, weights = training
    first = all_of(trained(setup, corpora, (1, 0), weights))
    second = all_of(trained(setup, corpora, (1, 1), first, number=1))
    forget(TOKEN)
    add_update(weights, first[0])
    afresh = all_of(trained(setup, corpora, (2, 0), weights, number=1))
    assert second[1] == afresh[1]
    for name, (rows, changes) in second[0].items():
        np.testing.assert_array_equal(rows, afresh[0][name][0])
        np.testing.assert_array_equal(changes, afresh[0][name][1])


def test_a_worker_without_the_weights_before_says_so(training):
    setup, corpora, weights = training
    first = all_of(trained(setup, corpora, (1, 0), weights))
    forget(TOKEN)
    with pytest.raises(StaleError, match=r"no replica at \(1, 1\), but at None"):
        train_lanes(setup, 0, [corpora[0]], 0, 1, (1, 1), first)
    trained(setup, corpora, (1, 0), weights)
    with pytest.raises(StaleError, match=r"no replica at \(1, 2\), but at \(1, 0\)"):
        train_lanes(setup, 0, [corpora[0]], 0, 1, (1, 2), first)


def test_the_weights_after_a_round_are_given_before_the_next_and_while_it_is_trained(training):
    setup, corpora, weights = training
    first = all_of(trained(setup, corpora, (1, 0), weights))
    found = weights_at(setup, (1, 1), first)
    trained(setup, corpora, (1, 1), first, number=1)
    again = weights_at(setup, (1, 1), first)
    add_update(weights, first[0])
    for name, table in weights.tables().items():
        np.testing.assert_array_equal(found[name], table)
        np.testing.assert_array_equal(again[name], table)
    assert report_of(first) == first[1]


def test_lanes_of_one_task_give_what_they_give_in_tasks_of_their_own(training):
    setup, corpora, weights = training
    apart = trained(setup, corpora, (1, 0), weights)
    together = train_lanes(setup, ((0, 1), 2), corpora, 0, 0, (2, 0), weights)
    one, other = all_of(apart), combine_all(together)
    assert one[1] == other[1]
    for name, (rows, changes) in one[0].items():
        np.testing.assert_array_equal(rows, other[0][name][0])
        np.testing.assert_array_equal(changes, other[0][name][1])
    assert leaves_of(((0, 1), 2)) == [0, 1, 2]


def test_one_lane_needs_no_combining(training):
    setup, corpora, weights = training
    changes = train_lanes(setup, 0, [corpora[0]], 0, 0, (1, 0), weights)
    update, report = combine_all(changes)
    assert report == changes.report
    np.testing.assert_allclose(update["inputs"][1], changes.tables["inputs"].changes, rtol=1e-5)


def test_a_worker_with_other_versions_refuses(training):
    setup, corpora, weights = training
    with pytest.raises(ValueError, match=r"the worker in process \d+ of .* has npw2v .*, the client npw2v 0.0: "):
        train_lanes(replace(setup, versions={"npw2v": "0.0"}), 0, [corpora[0]], 0, 0, (1, 0), weights)
