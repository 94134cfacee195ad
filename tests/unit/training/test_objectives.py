"""The shares of several workers are the whole step, and what they add is what one worker adds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from npw2v.kernels.scatter import WHOLE
from npw2v.training.worker import Worker, objectives_of
from tests.support import smalljobs
from tests.support.smalljobs import MODES


def prepared(mode):
    job, arrays, barrier = smalljobs.job_of(smalljobs.settings(**MODES[mode]), text := smalljobs.corpus())
    worker = Worker(job, arrays, text.ids, 0, barrier)
    return job, arrays, worker._prepare(0, 0, worker.slots[0])


def computed(job, arrays, steps, workers):
    """What so many workers leave of the first step: its loss, and the tables after adding."""
    job, turn = replace(job, workers=workers), 0
    before = arrays.weights.copied()
    several = [objectives_of(job, arrays, index) for index in range(workers)]
    for objectives in several:
        for objective in objectives:
            objective.compute(arrays.weights, steps[0], turn, workers)
    loss = sum(objective.loss(steps[0], turn) for objective in several[0])
    assert all(objective.looks_finite(turn) for objective in several[0])
    for objective in several[0]:
        objective.add_inputs(before, steps[0], turn, WHOLE)
        objective.add_outputs(before, steps[0], turn, WHOLE)
    return loss, before.tables()


@pytest.mark.parametrize("mode", MODES)
def test_shares_of_workers_come_to_the_whole(mode):
    job, arrays, steps = prepared(mode)
    loss, tables = computed(job, arrays, steps, 1)
    assert loss > 0
    for workers in (2, 3, 7):
        other, found = computed(job, arrays, steps, workers)
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
            taken.extend(range(*objectives_of(job, arrays, index)[0].share(count, workers)))
        assert taken == list(range(count))


def test_an_update_that_is_no_number_is_seen():
    job, arrays, steps = prepared("skip-gram")
    objective = objectives_of(job, arrays, 0)[0]
    objective.compute(arrays.weights, steps[0], 0, 1)
    assert objective.looks_finite(0)
    arrays.sampling[0].inputs[0, 0, 0] = np.nan
    assert not objective.looks_finite(0)
