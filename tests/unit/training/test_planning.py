"""A job has the settings' parameters, sizes that fit the corpus, and no more workers than there can be."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.training import plan
from npw2v.training.parts import cut
from npw2v.training.planning import early_workers, most_paths, plan_job, replan_job
from npw2v.training.schedule import Schedule
from tests.support import smalljobs
from tests.support.smalljobs import MODES


def planned(most_workers=1, table_bytes=0, text=None, **others):
    of, text = smalljobs.settings(**others), text or smalljobs.corpus()
    return plan_job(
        of, smalljobs.vocabulary(of, text), text, Schedule(0.05, 0.01, 3), (7, 2), most_workers, table_bytes
    )


def test_a_job_has_what_it_was_given():
    job, tree = planned(window=4, negative=3, cbow_mean=0, sg=0)
    assert (job.window, job.negative, job.cbow_mean, job.skipgram) == (4, 3, False, False)
    assert (job.seed, job.schedule, job.with_loss) == ((7, 2), Schedule(0.05, 0.01, 3), True)
    assert tree is None
    assert job.paths is None
    assert job.shape.halo == 4


def test_workers_are_at_most_those_that_there_can_be(monkeypatch):
    monkeypatch.setattr(plan, "WORKER_WORTH", 0)
    monkeypatch.setattr(plan, "available_cores", lambda: 64)
    monkeypatch.setattr(plan, "ROOTS_A_STEP", {"skipgram": 8.0, "cbow": 8.0})
    assert planned(most_workers=1)[0].workers == 1
    assert planned(most_workers=3)[0].workers == 3
    assert planned(most_workers=3, table_bytes=0)[0].copies
    assert not planned(most_workers=3, table_bytes=plan.COPIES)[0].copies


def test_workers_are_for_the_epochs_to_train_alone(monkeypatch):
    monkeypatch.setattr(plan, "WORKER_WORTH", 1e8)
    monkeypatch.setattr(plan, "available_cores", lambda: 64)
    monkeypatch.setattr(plan, "ROOTS_A_STEP", {"skipgram": 8.0, "cbow": 8.0})
    of, text = smalljobs.settings(), smalljobs.corpus()
    given = of, smalljobs.vocabulary(of, text), text, Schedule(0.05, 0.01, 1000), (7, 2), 3, 0
    job, _ = plan_job(*given)
    one, _ = plan_job(*given, range(4, 5))
    assert (job.workers, job.epochs) == (3, range(1000))
    assert (one.workers, one.epochs) == (1, range(4, 5))
    assert replan_job(job, *given[:3], 3, 0, range(7, 9))[0].epochs.stop == 9


@pytest.mark.parametrize("mode", [mode for mode, options in MODES.items() if options.get("hs")])
def test_there_is_room_for_the_paths_of_any_part(mode, monkeypatch):
    monkeypatch.setattr(plan, "PART_WORDS", 100)
    of, text = smalljobs.settings(**MODES[mode]), smalljobs.corpus(200)
    job, tree = plan_job(of, smalljobs.vocabulary(of, text), text, Schedule(0.05, 0.01, 1), (1,), 1, 0)
    cuts = cut(text.offsets, 20)
    lower = np.diff(tree.offsets)[text.ids]
    room = most_paths(job, tree, text, cuts)
    assert room > 0
    if not of.sg:  # a part of the pieces with the longest paths
        pieces = sorted((lower[a:b].sum() for a, b in zip(cuts[:-1], cuts[1:])), reverse=True)
        assert room >= sum(pieces[: 100 // 20])


def test_no_worker_starts_early_for_a_corpus_of_unknown_size():
    assert early_workers(8, 100, None, 5) == early_workers(8, 100, 0, 5) == 0
    assert early_workers(8, 100, 10, 5) == 0
    assert early_workers(1, 100, 10**9, 5) == 0
    assert early_workers(8, 100, 10**9, 5) == min(8, plan.available_cores()) - 1
