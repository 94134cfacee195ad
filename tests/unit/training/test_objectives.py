"""The shares of several workers are the whole step, and what they add is what one worker adds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from npw2v.training.worker import Worker, objectives_of
from tests.support import smalljobs
from tests.support.smalljobs import MODES


def prepared(mode, workers=1):
    job, arrays, barrier = smalljobs.job_of(smalljobs.settings(**MODES[mode]), text := smalljobs.corpus(), workers)
    worker = Worker(job, arrays, text.ids, 0, barrier)
    return job, arrays, worker._prepare(0, 0, shared=workers > 1)


def computed(job, arrays, steps, turn, owners):
    """What the workers leave of the first step: its loss, and the tables after adding for each owner."""
    after = arrays.weights.copied()
    several = [objectives_of(job, arrays, index) for index in range(job.workers)]
    for objectives in several:
        for objective in objectives:
            objective.compute(arrays.weights, steps[0], turn)
    loss = sum(objective.loss(steps[0], turn) for objective in several[0])
    assert all(objective.looks_finite(turn) for objective in several[0])
    for owner in owners:
        for objective in several[0]:
            objective.add_inputs(after, steps[0], turn, owner)
            objective.add_outputs(after, steps[0], turn, owner)
    return loss, after.tables()


@pytest.mark.parametrize("mode", MODES)
def test_shares_of_workers_come_to_the_whole(mode):
    job, arrays, steps = prepared(mode)
    loss, tables = computed(job, arrays, steps, 0, [None])
    assert loss > 0
    for workers in (2, 3, 7):
        job, arrays, steps = prepared(mode, workers)
        for owners in ([None], range(workers), reversed(range(workers))):
            other, found = computed(job, arrays, steps, 1, owners)
            assert other == loss
            for name, table in tables.items():
                np.testing.assert_array_equal(found[name], table)
                assert (table != arrays.weights[name]).any()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("workers", [1, 2, 5])
def test_no_block_is_shared_or_left_out(mode, workers):
    job, arrays, _ = prepared(mode)
    job = replace(job, workers=workers)
    for count in (0, 1, 4, 9):
        taken = []
        for index in range(workers):
            taken.extend(range(*objectives_of(job, arrays, index)[0].share(count)))
        assert taken == list(range(count))


def test_an_update_that_is_no_number_is_seen():
    job, arrays, steps = prepared("skip-gram")
    objective = objectives_of(job, arrays, 0)[0]
    objective.compute(arrays.weights, steps[0], 0)
    assert objective.looks_finite(0)
    arrays.sampling[0].inputs[0, 0, 0] = np.nan
    assert not objective.looks_finite(0)
