"""A worker's epoch: every word once, updates in several places in turn, a barrier between computing and adding."""

from __future__ import annotations

import pytest

from npw2v import TrainingError
from npw2v.training import plan
from npw2v.training.tables import FEWER, Tables
from npw2v.training.worker import Worker
from tests.support import smalljobs
from tests.support.smalljobs import MODES


def worker_of(mode, barrier=None):
    text = smalljobs.corpus()
    job, arrays, alone = smalljobs.job_of(smalljobs.settings(**MODES[mode]), text)
    return Worker(job, arrays, text.ids, 0, barrier or alone), len(text.ids)


@pytest.mark.parametrize("mode", MODES)
def test_an_epoch_reads_every_word_and_changes_every_table(mode):
    worker, words = worker_of(mode)
    before = worker.tables.weights.copied()
    reports = list(worker.epoch(0))
    assert sum(report.read for report in reports) == words
    assert sum(report.trained for report in reports) == words
    assert sum(report.loss for report in reports) > 0
    assert reports[-1].alpha < 0.05
    for name, table in worker.tables.weights.tables().items():
        assert (table != before[name]).any()


@pytest.fixture
def worker_with_five_places(monkeypatch):
    """A function that makes a worker; whether it trains on copies beside others is its attribute ``tables.apart``."""
    monkeypatch.setattr(plan, "turns", lambda workers, copies, size: 5)
    monkeypatch.setattr(Tables, "apart", True)
    return lambda: worker_of("CBOW")[0]


def test_updates_are_left_in_all_places_in_turn_on_copies_and_otherwise_in_two(monkeypatch, worker_with_five_places):
    worker = worker_with_five_places()
    assert [worker._go_on(1) for _ in range(7)] == [1, 2, 3, 4, 0, 1, 2]
    monkeypatch.setattr(Tables, "apart", False)
    assert [worker._go_on(1) for _ in range(3)] == [1, 0, 1]


@pytest.mark.parametrize("steps", [0, 1, 6, 7])
def test_a_worker_that_was_left_out_agrees_on_the_place(monkeypatch, worker_with_five_places, steps):
    first, last = worker_with_five_places(), worker_with_five_places()
    assert [each._go_on(3) for each in (first, last)] == [3, 3]
    monkeypatch.setattr(Tables, "apart", False)
    for _ in range(steps):
        first._go_on(1)
    last._go_on(steps)
    monkeypatch.setattr(Tables, "apart", True)
    assert first._go_on(1) == last._go_on(1)


class Agreeing:
    """The barrier of a worker whose others are always there already."""

    def arrive(self):
        """Nobody to tell."""

    def wait(self, workers=None):
        """Nobody to wait for."""

    rest = wait

    def skip(self, meetings):
        """Nobody who would wait."""


@pytest.mark.parametrize(("workers", "numbers"), [(2, [1, 2, 3, 4, 5, 6]), (3, [2, 3, 4, 5, 6]), (5, [4])])
def test_a_worker_that_is_left_out_prepares_the_parts_of_the_next_round(monkeypatch, workers, numbers):
    monkeypatch.setattr(plan, "worker_count", lambda *job: workers)
    monkeypatch.setattr(plan, "piece_words", lambda skipgram, tree: 20)
    monkeypatch.setattr(plan, "PART_WORDS", 60)
    text = smalljobs.corpus()
    job, arrays, _ = smalljobs.job_of(smalljobs.settings(**MODES["CBOW"]), text)
    worker = Worker(job, arrays, text.ids, workers - 1, Agreeing())
    arrays.mode[0] = FEWER
    prepared, original = [], worker._prepare

    def prepare(epoch, number, part):
        prepared.append((number, next(place for place, each in enumerate(worker.slots) if each is part)))
        return original(epoch, number, part)

    monkeypatch.setattr(worker, "_prepare", prepare)
    assert len(worker.sampler.order(0)) == 7
    assert list(worker.epoch(0)) == []
    assert [number for number, _ in prepared] == numbers
    assert [place for _, place in prepared] == [number % len(worker.slots) for number in numbers]


def test_one_worker_leaves_all_updates_in_one_place(monkeypatch):
    worker, _ = worker_of("CBOW")
    turns, original = [], type(worker.objectives[0]).compute

    def compute(objective, weights, step, turn, workers):
        turns.append(turn)
        original(objective, weights, step, turn, workers)

    monkeypatch.setattr(type(worker.objectives[0]), "compute", compute)
    list(worker.epoch(0))
    assert len(turns) > 3
    assert set(turns) == {0}


def test_all_have_computed_before_any_adds(monkeypatch):
    said = []

    class Barrier:
        def arrive(self):
            said.append("arrive")

        def wait(self, workers=None):
            said.append("wait")

    worker, _ = worker_of("skip-gram", Barrier())
    step = worker._prepare(0, 0, worker.slots[0])[0]
    for name in ("compute", "add_inputs"):
        original = getattr(type(worker.objectives[0]), name)
        monkeypatch.setattr(
            type(worker.objectives[0]),
            name,
            lambda *args, name=name, original=original: (said.append(name), original(*args))[1],
        )
    worker._adds = [worker.objectives[0].add_inputs]
    worker.step(step)
    assert said == ["compute", "arrive", "wait", "add_inputs"]


def test_weights_that_are_no_numbers_end_the_part():
    worker, _ = worker_of("skip-gram")
    worker.tables.weights.inputs[:] = float("nan")
    with pytest.raises(TrainingError, match="training diverged: a weight is not finite"):
        list(worker.epoch(0))
