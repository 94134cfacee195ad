"""The same bytes at any number of workers, whether they share tables or copy them, and wherever the ids are."""

from __future__ import annotations

import os
from itertools import product

import numpy as np
import pytest

from npw2v import CallbackAny2Vec
from npw2v.corpus import ids as idstore
from npw2v.kernels import damping
from npw2v.training import plan, tables, worker
from npw2v.training.backends import processes
from tests.support.zipfcorpus import train, weights


@pytest.mark.usefixtures("any_number_of_workers")
@pytest.mark.parametrize(
    "sg, options",
    [
        *product(
            (0, 1),
            (
                {},
                {"window": 30, "shrink_windows": False, "cbow_mean": 0, "negative": 2},
                {"hs": 1, "negative": 0},
                {"hs": 1, "window": 2, "cbow_mean": 0},
            ),
        ),
        (0, {"hs": 1, "cbow_exact": True}),
    ],
)
def test_same_bytes_at_any_worker_count(sg, options):
    models = [train(sg=sg, workers=count, compute_loss=True, **options) for count in (1, 2, 3, 4)]
    assert len({weights(model) for model in models}) == 1
    rows = [[{**row, "seconds": 0} for row in model.history] for model in models]
    assert all(row == rows[0] for row in rows)
    assert models[0].history[0]["loss"] > 0


@pytest.mark.usefixtures("any_number_of_workers")
@pytest.mark.parametrize("options", [{"cbow_exact": True}, {"sg": 1}, {"hs": 1, "negative": 0}, {"sg": 1, "hs": 1}])
def test_lanes_train_the_same_bytes_at_any_worker_count(options):
    models = [train(lanes=4, workers=count, compute_loss=True, **options) for count in (1, 2, 3, 5)]
    assert len({weights(model) for model in models}) == 1
    assert weights(models[0]) != weights(train(lanes=3, workers=1, **options))
    rows = [[{**row, "seconds": 0} for row in model.history] for model in models]
    assert all(row == rows[0] for row in rows)
    assert rows[0][0]["words_read"] == rows[0][1]["words_read"] > 0


@pytest.mark.usefixtures("any_number_of_workers")
def test_weights_changed_between_epochs_reach_every_lane():
    class Halves(CallbackAny2Vec):
        def on_epoch_end(self, model):
            model.wv.vectors /= 2

    models = [train(lanes=4, workers=count, callbacks=[Halves()]) for count in (1, 3)]
    assert weights(models[0]) == weights(models[1]) != weights(train(lanes=4, workers=1))


@pytest.mark.usefixtures("any_number_of_workers")
@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("options", [{}, {"hs": 1}, {"vector_size": 10}, {"vector_size": 7}])
def test_shared_tables_train_the_same_bytes_as_copies(monkeypatch, sg, options):
    copied, shared, original = [], [], processes.WorkerProcesses.open

    def look(backend, job, *others):
        (copied if job.copies else shared).append(job.workers)
        return original(backend, job, *others)

    monkeypatch.setattr(processes.WorkerProcesses, "open", look)
    expected = weights(train(sg=sg, workers=3, **options))
    monkeypatch.setattr(plan, "COPIES", 0)
    for count in (2, 3):
        assert weights(train(sg=sg, workers=count, **options)) == expected
    assert (copied, shared) == ([3], [2, 3])


@pytest.mark.usefixtures("any_number_of_workers")
@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("options", [{}, {"negative": 2, "window": 9}])
@pytest.mark.parametrize("turns", [3, 256])
def test_changing_between_copies_shared_tables_and_fewer_workers_trains_the_same_bytes(monkeypatch, sg, options, turns):
    monkeypatch.setattr(plan, "MOST_TURNS", turns)
    monkeypatch.setattr(plan, "piece_words", lambda skipgram, tree: 60)
    monkeypatch.setattr(plan, "PART_WORDS", 250)
    expected, ways, chosen = weights(train(sg=sg, workers=1, **options)), "0110210012210221100", []

    def alternate(choice):
        chosen.append(int(ways[len(chosen) % len(ways)]))
        return chosen[-1]

    monkeypatch.setattr(tables.FastestOf, "next", alternate)
    for count in (2, 3):
        assert weights(train(sg=sg, workers=count, **options)) == expected
    assert len(chosen) > 20


@pytest.mark.usefixtures("any_number_of_workers")
@pytest.mark.parametrize("copies", [0, plan.COPIES])
def test_weights_changed_between_epochs_reach_every_worker(monkeypatch, copies):
    class Halves(CallbackAny2Vec):
        def on_epoch_end(self, model):
            model.wv.vectors /= 2
            model.syn1neg *= 0.5

    monkeypatch.setattr(plan, "COPIES", copies)
    expected = weights(train(workers=1, epochs=3, callbacks=[Halves()]))
    assert weights(train(workers=3, epochs=3, callbacks=[Halves()])) == expected
    assert weights(train(workers=1, epochs=3)) != expected


def test_runs_and_seeds():
    assert weights(train()) == weights(train())
    assert weights(train()) != weights(train(seed=4))


@pytest.mark.parametrize(
    "options",
    [{"sg": 1}, {"sg": 0}, {"sg": 1, "hs": 1, "negative": 0}, {"sg": 0, "hs": 1}],
    ids=["skip-gram", "CBOW", "hs skip-gram", "hs and negative CBOW"],
)
def test_steps_prepared_together_are_those_prepared_one_by_one(options, monkeypatch):
    together = train(**options)
    monkeypatch.setattr(damping, "TOGETHER", 0)
    assert damping.Damping(len(together.wv)).steps == 1
    np.testing.assert_array_equal(together.wv.vectors, train(**options).wv.vectors)


@pytest.mark.usefixtures("any_number_of_workers")
def test_ids_in_a_file_train_the_same_bytes(monkeypatch):
    expected = weights(train(workers=1))
    monkeypatch.setattr(idstore, "MEMORY_BOUND", 1000)
    paths = []
    original = worker.Worker.__init__

    def look(self, job, arrays, ids, index, barrier):
        paths.append(ids.path)
        original(self, job, arrays, ids, index, barrier)

    monkeypatch.setattr(worker.Worker, "__init__", look)
    for count in (1, 3):
        assert weights(train(workers=count)) == expected
    assert len(paths) == 2
    assert not any(os.path.exists(path) for path in paths)
