"""Lanes on one machine: it does not matter who trains and who moves, and a loop over lanes and rows does the same."""

from __future__ import annotations

import math
import threading
from dataclasses import replace

import numpy as np
import pytest

from npw2v import TrainingError
from npw2v.corpus.ids import EncodedCorpus
from npw2v.kernels.combining import take_changes
from npw2v.training import lanes, plan
from npw2v.training.arrays import JobArrays
from npw2v.training.backends.local import Local, OpenBarrier
from npw2v.training.lanes import LaneWorker, Room, layout, worker_of
from npw2v.training.parts import cut
from npw2v.training.planning import in_rounds, most_paths, plan_job
from npw2v.training.schedule import Schedule
from npw2v.training.worker import Worker
from tests.support import smalljobs
from tests.support.smalljobs import MODES

LANES, ROUNDS = 3, 4
SCHEDULE = Schedule(0.05, 0.0001, 2, stair=0.1)


class Meeting:
    """The barrier of workers that are threads of this process."""

    def __init__(self, barrier):
        self.barrier = barrier

    def arrive(self):
        pass

    def wait(self):
        self.barrier.wait(timeout=60)


def opened(mode="CBOW", count=LANES, text=None, workers=1):
    """A job in lanes, and its arrays."""
    of, text = smalljobs.settings(**MODES[mode], lanes=count), text or smalljobs.corpus(sentences=200)
    words, tables = smalljobs.vocabulary(of, text), smalljobs.weights(of)
    job, tree = plan_job(of, words, text, SCHEDULE, (1, 0), 1, 0)
    job = replace(in_rounds(job, ROUNDS, text.known), workers=workers)
    cuts = cut(text.offsets, job.piece_words)
    more, room = layout(job, tables, most_paths(job, tree, text, cuts))
    given = {**JobArrays.given(tables, words, text.offsets, cuts, tree), **more}
    arrays, ids, _ = Local().open(job, given, room, text.ids)
    return job, arrays, ids


def trained(workers, epochs=2, **given):
    """The weights and the reports after some epochs with so many workers."""
    job, arrays, ids = opened(workers=workers, **given)
    barrier, reports = threading.Barrier(workers), {}

    def work(index):
        with np.errstate(all="ignore"):
            worker = worker_of(job, arrays, ids, index, Meeting(barrier))
            reports[index] = [list(worker.epoch(epoch)) for epoch in range(epochs)]

    threads = [threading.Thread(target=work, args=(index,)) for index in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports) == workers
    assert all(reports[index] == reports[0] for index in reports)
    tables = [name for name in ("inputs", "outputs", "nodes") if f"weights.{name}" in arrays]
    return {name: arrays[f"weights.{name}"] for name in tables}, reports[0]


@pytest.mark.parametrize("mode", MODES)
def test_any_number_of_workers_trains_the_same_bytes(mode):
    alone, reports = trained(1, mode=mode)
    for workers in (2, 3, 4):
        weights, its = trained(workers, mode=mode)
        assert its == reports
        for name, table in weights.items():
            np.testing.assert_array_equal(table, alone[name])


def test_other_lanes_train_other_bytes():
    assert (trained(1)[0]["inputs"] != trained(1, count=2)[0]["inputs"]).any()


def test_an_epoch_reads_every_word_in_as_many_reports_as_rounds():
    _, reports = trained(2)
    words = smalljobs.corpus(sentences=200).known
    for epoch in reports:
        assert len(epoch) == ROUNDS
        assert sum(report.read for report in epoch) == words
        assert sum(report.loss for report in epoch) > 0
        assert [report.alpha for report in epoch] == sorted((report.alpha for report in epoch), reverse=True)


def rows_of(job, arrays, ids, tables, epoch, place):
    """What an ordinary worker makes of a part, and the updates of its rows."""
    alone = replace(job, lanes=1, workers=1)
    room = JobArrays.layout(alone, len(ids), int(arrays["most_paths"][0]), smalljobs.DIMENSIONS)
    own = {f"weights.{name}": table.copy() for name, table in tables.items()}
    its, ids, nobody = Local().open(alone, {**arrays, **own}, room, ids)
    worker = Worker(alone, JobArrays.of(alone, its), ids, 0, nobody)
    worker.sampler.fill(epoch, place, worker.slots[0])
    updates = {name: counts.copy() for name, counts in worker.updates().items()}
    alpha = np.mean(worker.alphas(epoch, place, worker.slots[0]))
    worker.part(epoch, place)
    return {name: own[f"weights.{name}"] for name in tables}, updates, float(alpha)


def test_a_round_is_what_a_loop_over_lanes_and_rows_makes_of_it():
    job, arrays, ids = opened("skip-gram")
    tables = {name: arrays[f"weights.{name}"].copy() for name in ("inputs", "outputs")}
    moved = {name: np.zeros(table.shape) for name, table in tables.items()}
    for number in range(2):
        apart = [rows_of(job, arrays, ids, tables, 0, number * LANES + lane) for lane in range(LANES)]
        for name, table in tables.items():
            before = table.astype(np.float64)
            for row in range(len(table)):
                pulls = [4 * job.slope * alpha * float(updates[name][row]) for _, updates, alpha in apart]
                reached = sum(1 - math.exp(-pull) for pull in pulls)
                if not reached:
                    continue
                factor = min(1.0, (1 - math.exp(-sum(pulls))) / reached)
                change = sum(after[name][row].astype(np.float64) - before[row] for after, _, _ in apart)
                moved[name][row] = factor * change + min(1 - factor, 0.9) * moved[name][row]
                table[row] = before[row] + moved[name][row]
    worker = LaneWorker(job, arrays, ids, 0, OpenBarrier())
    epoch = worker.epoch(0)
    with np.errstate(all="ignore"):
        next(epoch)
        next(epoch)
    for name, table in tables.items():
        np.testing.assert_allclose(arrays[f"weights.{name}"], table, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(arrays[f"last.{name}"], moved[name], rtol=1e-3, atol=1e-5)


def test_workers_meet_twice_a_round():
    class Counting(OpenBarrier):
        arrivals = 0

        def arrive(self):
            Counting.arrivals += 1

    job, arrays, ids = opened()
    worker = LaneWorker(job, arrays, ids, 0, Counting())
    list(worker.epoch(0))
    assert Counting.arrivals == 1 + 2 * ROUNDS


def test_every_row_that_has_changed_is_moved_by_one_worker(monkeypatch):
    moved, lock = [], threading.Lock()

    def move_rows(table, last, *several):
        with lock:
            moved.append((table.ctypes.data, {row for each in several for row in each.rows.tolist()}))

    monkeypatch.setattr(lanes, "move_rows", move_rows)
    trained(3, epochs=1)
    by_table = {place: [rows for at, rows in moved if at == place] for place, _ in moved}
    assert len(by_table) == 2
    for shares in by_table.values():
        assert len(shares) == 3 * ROUNDS
        for start in range(0, len(shares), 3):  # the three of a round come before those of the next
            those = shares[start : start + 3]
            assert sum(map(len, those)) == len(set().union(*those))
            assert min(map(len, those)) > 0


def test_an_epoch_begins_without_momentum():
    job, arrays, ids = opened()
    arrays["last.inputs"][...] = 7
    worker = LaneWorker(job, arrays, ids, 0, OpenBarrier())
    fresh, reports = trained(1, epochs=1)
    assert list(worker.epoch(0)) == reports[0]
    np.testing.assert_array_equal(arrays["weights.inputs"], fresh["inputs"])


def test_a_corpus_of_few_words_leaves_lanes_without_any():
    text = EncodedCorpus(np.array([1, 2, 3], np.int32), np.array([0, 3]), 3)
    weights, reports = trained(2, count=8, text=text, epochs=1)
    assert sum(report.read for report in reports[0]) == 3
    assert np.isfinite(weights["inputs"]).all()


def test_updates_that_are_no_numbers_end_training_in_every_worker():
    job, arrays, ids = opened()
    arrays["weights.inputs"][...] = np.inf
    worker = LaneWorker(job, arrays, ids, 0, OpenBarrier())
    with np.errstate(all="ignore"), pytest.raises(TrainingError, match="diverged"):
        list(worker.epoch(0))


def test_a_lane_leaves_what_has_changed_in_its_rows():
    rng = np.random.default_rng(0)
    before, after = rng.normal(size=(2, 3000, 2)).astype(np.float32)
    rows, pulls = np.arange(0, 3000, 2, dtype=np.int32), np.ones(1500, np.float32)
    room = Room(**{name: np.zeros(*spec) for name, spec in Room.layout(1600, 2).items()})
    room.keep(take_changes(before, rows, after, rows, pulls, room.changes))
    found = room.between(10, 2500)
    assert found.rows.tolist() == list(range(10, 2500, 2))
    np.testing.assert_array_equal(found.changes, (after - before)[10:2500:2])
    np.testing.assert_allclose(found.reached, 1 - math.exp(-1), rtol=1e-6)


def test_one_lane_has_the_ordinary_worker():
    text = smalljobs.corpus()
    of = smalljobs.settings()
    words, tables = smalljobs.vocabulary(of, text), smalljobs.weights(of)
    job, tree = plan_job(of, words, text, SCHEDULE, (1, 0), 1, 0)
    room = JobArrays.layout(job, text.known, 0, smalljobs.DIMENSIONS)
    cuts = cut(text.offsets, job.piece_words)
    arrays, ids, nobody = Local().open(job, JobArrays.given(tables, words, text.offsets, cuts, tree), room, text.ids)
    assert isinstance(worker_of(job, arrays, ids, 0, nobody), Worker)


def test_rounds_on_one_machine_are_those_of_a_cluster_with_fewer_words_at_most():
    assert plan.local_rounds(10**7, 8, 5) == plan.rounds_an_epoch(10**7, 8, 5)
    assert 10**9 / 8 / plan.local_rounds(10**9, 8, 5) <= plan.MOST_LOCAL_WORDS
    assert plan.local_rounds(100, 8, 5) == 1
