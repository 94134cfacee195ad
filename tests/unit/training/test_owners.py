"""Which worker owns which rows, and the updates of a part by owner."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.training.owners import ROWS_TOGETHER, owners
from npw2v.training.worker import Worker
from tests.support import smalljobs
from tests.support.smalljobs import MODES, VOCABULARY


def zipf(rows):
    return 1 / np.arange(1, rows + 1)


@pytest.mark.parametrize("workers", [2, 3, 8, 32])
def test_the_workers_have_about_as_many_updates_each(workers):
    frequencies = np.sqrt(zipf(100_000))  # as subsampling leaves words
    found = owners(frequencies, workers)
    loads = np.bincount(found, weights=frequencies, minlength=workers)
    assert loads.max() < 1.1 * loads.mean()


@pytest.mark.parametrize("rows", [1, 15, 16, 17, 1000])
def test_rows_in_one_line_of_the_caches_have_one_owner(rows):
    found = owners(zipf(rows), 4)
    assert len(found) == rows
    for first in range(0, rows, ROWS_TOGETHER):
        assert len(np.unique(found[first : first + ROWS_TOGETHER])) == 1


def test_a_vocabulary_without_words_has_no_owners():
    assert len(owners(np.zeros(0), 2)) == 0


@pytest.mark.parametrize("mode", MODES)
def test_every_update_is_in_the_list_of_its_owner_and_in_order(mode):
    workers = 3
    of = smalljobs.settings(**MODES[mode])
    job, arrays, barrier = smalljobs.job_of(of, text := smalljobs.corpus(), workers)
    worker = Worker(job, arrays, text.ids, 0, barrier)
    steps = worker._prepare(0, 0, shared=True)
    assert len(steps) > 1
    for number, step in enumerate(steps):
        one = np.zeros(len(step.stretch.pairs) // job.shape.size, np.int32)
        for objective in worker.objectives:
            for updated in objective.updated(step, one):
                taken = []
                for owner in range(workers):
                    rows, rates, places = step.owned[updated.name].of(owner)
                    assert (arrays.owners[updated.table][rows] == owner).all()
                    assert (np.diff(places) > 0).all()
                    np.testing.assert_array_equal(rows, updated.rows[places], f"step {number}")
                    np.testing.assert_array_equal(rates, updated.rates[places])
                    taken.extend(places.tolist())
                assert sorted(taken) == list(range(len(updated.rows)))


def test_one_worker_owns_everything_and_keeps_no_lists():
    _, arrays, _ = smalljobs.job_of(smalljobs.settings(), smalljobs.corpus())
    assert arrays.owners == {}
    assert arrays.slots[0].owned == {}


def test_the_owners_of_every_table_are_known():
    _, arrays, _ = smalljobs.job_of(smalljobs.settings(hs=1), smalljobs.corpus(), workers=2)
    assert {name: len(each) for name, each in arrays.owners.items()} == {
        "inputs": VOCABULARY,
        "outputs": VOCABULARY,
        "nodes": VOCABULARY,
    }
