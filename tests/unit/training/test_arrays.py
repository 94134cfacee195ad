"""Every array of a job has one name, and is viewed as the record that it belongs to."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.training import plan
from npw2v.training.arrays import JobArrays
from tests.support import smalljobs
from tests.support.smalljobs import MODES


@pytest.mark.parametrize("mode", MODES)
def test_what_is_given_is_viewed_without_a_copy(mode):
    of, text = smalljobs.settings(**MODES[mode]), smalljobs.corpus()
    tables = smalljobs.weights(of)
    given = JobArrays.given(tables, smalljobs.vocabulary(of, text), text.offsets, text.offsets[:1], None)
    for name, table in tables.tables().items():
        assert given[f"weights.{name}"] is table
    assert given["offsets"] is text.offsets
    assert given["keep"].dtype == np.float32


@pytest.mark.parametrize("turns", [1, 3])
@pytest.mark.parametrize("mode", MODES)
def test_no_two_arrays_overlap(mode, turns, monkeypatch):
    monkeypatch.setattr(plan, "turns", lambda workers, copies, size: turns)
    of, text = smalljobs.settings(**MODES[mode]), smalljobs.corpus()
    job, arrays, _ = smalljobs.job_of(of, text)
    assert len(arrays.sampling) == (turns if of.negative else 0)
    assert len(arrays.paths) == (turns if of.hs else 0)
    assert len(arrays.slots) == job.workers == 1
    records = [arrays.slots[0].stretch, arrays.slots[0].rates, *arrays.sampling]
    found = [array for record in records for array in record]
    found += [array for record in arrays.paths for array in (record if of.sg == 0 else vars(record).values())]
    for i, one in enumerate(found):
        assert not any(np.shares_memory(one, other) for other in found[i + 1 :])


def test_locks_that_are_not_there_are_one_factor_of_1():
    of, text = smalljobs.settings(), smalljobs.corpus()
    tables = smalljobs.weights(of)
    tables.locks = None
    given = JobArrays.given(tables, smalljobs.vocabulary(of, text), text.offsets, text.offsets[:1], None)
    assert given["weights.locks"].tolist() == [1]
