"""Excerpts: the rows that a part has are there, numbered as the part is, and the tables stay as they are."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.training.arrays import JobArrays
from npw2v.training.backends.local import Local
from npw2v.training.excerpts import Excerpt
from npw2v.training.parts import cut
from npw2v.training.planning import most_paths, plan_job
from npw2v.training.schedule import Schedule
from npw2v.training.worker import Worker
from tests.support import smalljobs
from tests.support.smalljobs import DIMENSIONS, MODES, VOCABULARY

SCHEDULE = Schedule(0.05, 0.0001, 2, stair=0.1)


def worker_of(of, text, weights, named):
    """A worker on some tables, the arrays of a job taking the place of those that have the same names."""
    words = smalljobs.vocabulary(of, text)
    job, tree = plan_job(of, words, text, SCHEDULE, (1, 0), 1, 0)
    cuts = cut(text.offsets, job.piece_words)
    room = JobArrays.layout(job, text.known, most_paths(job, tree, text, cuts), DIMENSIONS)
    given = {**JobArrays.given(weights, words, text.offsets, cuts, tree), **named(tree)}
    arrays, ids, barrier = Local().open(job, given, room, text.ids)
    return Worker(job, JobArrays.of(job, arrays), ids, 0, barrier)


@pytest.fixture(params=MODES.values(), ids=list(MODES))
def of(request):
    return smalljobs.settings(**request.param)


@pytest.fixture(params=[5, 60], ids=["few words", "many words"])
def case(of, request):
    """An excerpt of some tables with a factor for every row, a worker on it, and one on copies of the tables."""
    text, weights = smalljobs.corpus(sentences=request.param), smalljobs.weights(of)
    weights.locks = np.linspace(0.1, 1, VOCABULARY)  # as float64
    made = []

    def named(tree):
        made.append(Excerpt(weights, tree))
        return made[0].named()

    apart, whole = worker_of(of, text, weights, named), worker_of(of, text, weights.copied(), lambda tree: {})
    return made[0], apart, whole, weights


def fill(worker):
    part = worker.slots[0]
    worker.sampler.fill(0, 0, part)
    return part, part.span(worker.job.shape, 0, int(part.sizes[3]))


def test_every_word_and_node_finds_its_row(case):
    excerpt, apart, whole, weights = case
    part, its = fill(apart)
    own = excerpt.take(part, apart.job.shape)
    stretch, other = its.stretch, fill(whole)[1]
    np.testing.assert_array_equal(own.inputs[stretch.ids], weights.inputs[other.stretch.ids])
    assert len(own.inputs) == len(set(other.stretch.ids.tolist()))
    if own.outputs is not None:
        for places, rows in ((stretch.ids, other.stretch.ids), (stretch.noise, other.stretch.noise)):
            np.testing.assert_array_equal(own.outputs[places], weights.outputs[rows])
        assert len(own.outputs) == len({*other.stretch.ids.tolist(), *other.stretch.noise.tolist()})
    if own.nodes is not None:
        np.testing.assert_array_equal(own.nodes[its.paths.nodes], weights.nodes[other.paths.nodes])
        top = excerpt.tree.top_rows(len(own.nodes))
        np.testing.assert_array_equal(own.nodes[top], weights.nodes[top])


def test_training_in_it_changes_what_training_in_the_tables_does(case):
    excerpt, apart, whole, weights = case
    before = weights.copied()
    for _ in range(2):  # what the first part has left is no matter to the second
        apart.tables.weights = excerpt.take(fill(apart)[0], apart.job.shape)
        pulls = apart.pulls(0, 0)
        report = apart.part(0, 0)
    fill(whole)
    assert whole.part(0, 0) == report
    for name, table in weights.tables().items():
        found, expected = excerpt.changes(name, pulls[name]), whole.tables.weights[name] - before[name]
        changed = np.flatnonzero(expected.any(axis=1))
        assert set(changed.tolist()) <= set(found.rows.tolist())
        assert (np.diff(found.rows) > 0).all()
        np.testing.assert_array_equal(found.changes, expected[found.rows])
        np.testing.assert_array_equal(table, before[name])


def test_changes_can_be_left_where_there_is_room(case):
    excerpt, apart, _, weights = case
    apart.tables.weights = excerpt.take(fill(apart)[0], apart.job.shape)
    pulls = apart.pulls(0, 0)
    apart.part(0, 0)
    for name, table in weights.tables().items():
        room = np.full(table.shape, np.nan, np.float32)
        found = excerpt.changes(name, pulls[name], room)
        assert np.shares_memory(found.changes, room)
        np.testing.assert_array_equal(found.changes, excerpt.changes(name, pulls[name]).changes)
