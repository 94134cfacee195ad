"""Learning rates: alpha, smaller for rows that come up often, times the lock factors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from npw2v.training.rates import LearningRates
from npw2v.training.worker import Worker, objectives_of
from tests.support import smalljobs
from tests.support.smalljobs import MODES, VOCABULARY


def written(mode, alpha=0.05, locks=(1.0,), slope=None):
    """A part whose rates have been written with one alpha, and its steps."""
    job, arrays, barrier = smalljobs.job_of(smalljobs.settings(**MODES[mode]), text := smalljobs.corpus())
    part = arrays.slots[0]
    Worker(job, arrays, text.ids, 0, barrier).sampler.fill(0, 0, part)
    job = job if slope is None else replace(job, slope=slope)
    steps = list(part.steps(job.shape))
    rates = LearningRates(job, np.array(locks, np.float32), VOCABULARY, objectives_of(job, arrays, 0))
    rates.write(part, steps, [alpha] * len(steps))
    return part, steps


@pytest.mark.parametrize("mode", MODES)
def test_no_rate_is_above_alpha_and_rows_that_come_up_often_have_less(mode):
    part, steps = written(mode)
    assert len(steps) > 1
    ids, rates = steps[0].stretch.ids, steps[0].rates.inputs
    trained = steps[0].stretch.pairs > 0
    centers = rates[len(rates) // 2 - len(trained) // 2 :][: len(trained)]
    assert (rates <= np.float32(0.05)).all()
    assert (rates >= 0).all()
    assert centers[trained].min() < 0.05
    for word in np.unique(ids):  # one rate a row and step
        assert len(np.unique(rates[ids == word])) == 1


@pytest.mark.parametrize("mode", ["exact CBOW", "exact hs CBOW"])
def test_an_exact_update_of_a_window_of_n_words_counts_for_an_nth(mode):
    text, of = smalljobs.corpus(), smalljobs.settings(**MODES[mode])
    job = smalljobs.job_of(of, text)[0]
    for step in written(mode)[1]:
        stretch, counts = step.stretch, np.zeros(VOCABULARY)
        for word, windows in zip(stretch.centers(job.shape), stretch.pairs):
            counts[word] += job.updates / windows if windows else 0
        pull = np.maximum(counts * 0.05 * job.slope, 1e-6)
        expected = 0.05 * (1 - np.exp(-pull)) / pull
        np.testing.assert_allclose(step.rates.inputs, expected[stretch.ids], rtol=1e-5)


@pytest.mark.parametrize("mode", MODES)
def test_without_damping_every_rate_is_alpha(mode):
    _, steps = written(mode, alpha=0.03, slope=1e-12)
    for step in steps:
        np.testing.assert_allclose(step.rates.inputs, 0.03, rtol=1e-5)


def test_lock_factors_multiply_the_rates_of_the_inputs_alone():
    _, free = written("skip-gram")
    free = [(step.rates.inputs.copy(), step.rates.centers.copy()) for step in free]
    locks = np.linspace(0, 2, VOCABULARY)
    _, locked = written("skip-gram", locks=locks)
    for (inputs, centers), step in zip(free, locked):
        np.testing.assert_allclose(step.rates.inputs, inputs * locks[step.stretch.ids].astype(np.float32), rtol=1e-6)
        np.testing.assert_array_equal(step.rates.centers, centers)
    _, halved = written("skip-gram", locks=(0.5,))
    for (inputs, _), step in zip(free, halved):
        np.testing.assert_allclose(step.rates.inputs, inputs / 2, rtol=1e-6)
