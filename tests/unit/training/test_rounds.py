from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from npw2v.corpus.ids import EncodedCorpus, Extent
from npw2v.errors import TrainingError
from npw2v.training import plan
from npw2v.training.rounds import (
    Moving,
    Replica,
    RoundSession,
    RoundsJob,
    in_a_tree,
    joined,
    plan_rounds,
)
from npw2v.training.schedule import Schedule
from tests.support import smalljobs

LANES, ROUNDS = 3, 2


def shares():
    return [smalljobs.corpus(sentences=200, seed=seed) for seed in range(LANES)]


def extent(corpora):
    sizes = {name: sum(getattr(each, name) for each in corpora) for name in ("sentences", "raw_words", "known")}
    return Extent(**sizes, longest=max(each.longest for each in corpora))


def replica_of(settings, schedule=None, rounds=ROUNDS, weights=None):
    corpora = shares()
    words = smalljobs.vocabulary(settings, corpora[0])
    schedule = schedule or Schedule(0.05, 0.0001, 2, stair=0.1)
    job = plan_rounds(settings, words, extent(corpora), schedule, (1, 0), LANES, rounds)
    weights = smalljobs.weights(settings) if weights is None else weights
    return Replica(RoundsJob(job, words, weights.locks), Moving.at_rest(weights)), corpora


@pytest.fixture(params=smalljobs.MODES.values(), ids=list(smalljobs.MODES))
def settings(request):
    return smalljobs.settings(**request.param)


def changes_of_a_round(replica, corpora, epoch=0, number=0):
    return [replica.train(lane, corpus, epoch, number) for lane, corpus in enumerate(corpora)]


def filled(replica, lane, corpus, number=0):
    """A lane's worker with a part of the first epoch."""
    worker = replica._worker(lane, corpus)
    worker.sampler.fill(0, number, worker.slots[0])
    return worker


def test_a_lane_leaves_the_weights_as_they_were_and_its_changes_say_all(settings):
    replica, corpora = replica_of(settings)
    before = replica.moving.weights.copied()
    changes = replica.train(0, corpora[0], 0, 0)
    for name, table in replica.moving.weights.tables().items():
        np.testing.assert_array_equal(table, before[name])
        assert len(changes.tables[name].rows)


def test_a_lane_changes_what_training_its_part_alone_changes(settings):
    replica, corpora = replica_of(settings)
    changes = replica.train(1, corpora[1], 0, 1)
    alone, _ = replica_of(settings)
    worker = filled(alone, 1, corpora[1], 1)
    worker.tables.weights = alone.moving.weights
    report = worker.part(0, 1)
    for name, table in alone.moving.weights.tables().items():
        expected = replica.moving.weights[name].copy()
        expected[changes.tables[name].rows] += changes.tables[name].changes
        np.testing.assert_allclose(table, expected, atol=1e-6)
    assert changes.report == report


def test_in_whichever_order_lanes_are_trained_their_changes_are_the_same(settings):
    replica, corpora = replica_of(settings)
    forwards = changes_of_a_round(replica, corpora)
    other, _ = replica_of(settings)
    backwards = [other.train(lane, corpora[lane], 0, 0) for lane in reversed(range(LANES))][::-1]
    for one, two in zip(forwards, backwards):
        for name, changes in one.tables.items():
            for mine, its in zip(changes, two.tables[name]):
                np.testing.assert_array_equal(mine, its)


def test_updates_are_counted_as_a_loop_over_pairs_counts_them():
    settings = smalljobs.settings(sg=1)
    replica, corpora = replica_of(settings)
    worker = filled(replica, 0, corpora[0])
    part, job = worker.slots[0], worker.job
    words, blocks = int(part.sizes[0]), int(part.sizes[1])
    halo, size = job.shape.halo, job.shape.size
    ids = part.stretch.ids[halo : halo + words].tolist()
    left, right = (array[halo : halo + words].tolist() for array in (part.stretch.left, part.stretch.right))
    noise = part.stretch.noise[: blocks * job.shape.noise].reshape(blocks, -1).tolist()
    inputs, outputs = Counter(), Counter()
    for center in range(words):
        contexts = [at for at in range(center - left[center], center + right[center] + 1) if at != center]
        outputs[ids[center]] += len(contexts)
        for at in contexts:
            inputs[ids[at]] += 1 + settings.negative
        for word in noise[center // size]:
            outputs[word] += len(contexts) * settings.negative / job.shape.noise
    counts = worker.updates()
    for name, expected in {"inputs": inputs, "outputs": outputs}.items():
        known = [expected[row] for row in range(smalljobs.VOCABULARY)]
        np.testing.assert_allclose(counts[name], known, rtol=1e-4)


def test_the_pulls_are_the_updates_times_rate_and_slope():
    replica, corpora = replica_of(smalljobs.settings(sg=1), Schedule(0.05, 0.05, 2))
    changes = replica.train(0, corpora[0], 0, 0)
    alone, _ = replica_of(smalljobs.settings(sg=1), Schedule(0.05, 0.05, 2))
    worker = filled(alone, 0, corpora[0])
    counts = worker.updates()
    for name, its in changes.tables.items():
        expected = 0.05 * plan.LANE_SLOPE * worker.job.slope * counts[name][its.rows]
        np.testing.assert_allclose(its.pulls, expected, rtol=1e-5)
        np.testing.assert_allclose(its.reached, [1 - math.exp(-h) for h in its.pulls.tolist()], rtol=1e-4)


def test_a_round_moves_every_copy_of_the_weights_in_the_same_way(settings):
    replica, corpora = replica_of(settings)
    moving = replica.moving.copied()
    for number in range(ROUNDS):
        changes = changes_of_a_round(replica, corpora, 0, number)
        moving.move(in_a_tree(changes, joined))
        replica.moving.move(joined(*changes[:2]), changes[2])
    late, _ = replica_of(settings)
    late.moving.take(moving)
    for name, table in moving.weights.tables().items():
        np.testing.assert_array_equal(replica.moving.weights[name], table)
        assert moving.last[name].any()
    for one, other in zip(changes_of_a_round(replica, corpora, 1), changes_of_a_round(late, corpora, 1)):
        for name, changes in one.tables.items():
            np.testing.assert_array_equal(changes.changes, other.tables[name].changes)


def test_every_word_is_read_once_an_epoch(settings):
    replica, corpora = replica_of(settings, rounds=7)
    for epoch in range(2):
        reports = [each.report for number in range(7) for each in changes_of_a_round(replica, corpora, epoch, number)]
        assert sum(report.read for report in reports) == sum(each.known for each in corpora)


def test_a_lane_without_words_changes_nothing(settings):
    replica, _ = replica_of(settings)
    empty = EncodedCorpus(np.zeros(0, np.int32), np.zeros(1, np.int64), 0)
    changes = replica.train(0, empty, 1, 1)
    assert changes.report == replace(changes.report, read=0, trained=0, loss=0.0, pairs=0.0)
    assert all(len(each.rows) == 0 for each in changes.tables.values())
    assert 0 < changes.report.alpha < 0.05


def test_a_locked_row_does_not_change():
    settings = smalljobs.settings()
    weights = smalljobs.weights(settings)
    weights.locks = np.ones(smalljobs.VOCABULARY, np.float32)
    weights.locks[3] = 0
    replica, corpora = replica_of(settings, weights=weights)
    found = in_a_tree(changes_of_a_round(replica, corpora), joined).tables["inputs"]
    rows, changes = found.rows, found.changes
    assert not changes[rows == 3].any()
    assert changes[rows != 3].any(axis=1).all()


def flight(replica, corpora, rounds, moving):
    def train(epoch, first):
        for number in range(first, rounds):
            changes = in_a_tree(changes_of_a_round(replica, corpora, epoch, number), joined)
            replica.moving.move(changes)
            moving.move(changes)
            yield [changes.report]

    return train


def test_a_session_reports_an_epoch_and_its_weights_are_those_of_the_replicas(settings):
    replica, corpora = replica_of(settings)
    moving, parts = replica.moving.copied(), []
    size = extent(corpora)
    session = RoundSession(replica.rounds.job, moving, size, {}, flight(replica, corpora, ROUNDS, moving))
    report = session.epoch(0, parts.append)
    assert len(parts) == ROUNDS
    assert (report.words_read, report.words_unknown) == (size.raw_words, size.raw_words - size.known)
    assert report.words_trained == sum(part.trained for part in parts)
    assert report.loss == pytest.approx(sum(part.loss for part in parts) / sum(part.pairs for part in parts))
    for name, table in moving.weights.tables().items():
        np.testing.assert_array_equal(table, replica.moving.weights[name])
        np.testing.assert_array_equal(session.begun().arrays[f"last.{name}"], moving.last[name])
    assert session.sums.parts == 0


def test_a_session_goes_on_after_the_rounds_that_it_has_begun_with():
    settings = smalljobs.settings()
    replica, corpora = replica_of(settings, rounds=4)
    size, seen, stopped = extent(corpora), [], []
    moving = replica.moving.copied()
    session = RoundSession(replica.rounds.job, moving, size, {}, flight(replica, corpora, 4, moving))

    class Stop(Exception):
        pass

    def on_part(part):
        stopped.append(part)
        if len(stopped) == 2:
            raise Stop

    with pytest.raises(Stop):
        session.epoch(0, on_part)
    rest = flight(replica, corpora, 4, moving)
    again = RoundSession(replica.rounds.job, moving, size, {}, rest, session.begun())
    report = again.epoch(0, seen.append)
    assert len(seen) == 2
    assert report.words_trained == sum(part.trained for part in stopped + seen)


def test_weights_that_are_no_numbers_end_training():
    replica, corpora = replica_of(smalljobs.settings())
    moving = replica.moving.copied()
    moving.weights.inputs[0] = np.inf
    train = flight(replica, corpora, ROUNDS, moving)
    session = RoundSession(replica.rounds.job, moving, extent(corpora), {}, train)
    with pytest.raises(TrainingError, match="diverged"):
        session.epoch(0, lambda part: None)
