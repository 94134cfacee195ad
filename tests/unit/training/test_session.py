"""A session trains the given weights in place, says what it did, and ends what it started."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager

import numpy as np
import pytest

from npw2v import TrainingError
from npw2v.training.backends.local import Local
from npw2v.training.schedule import Schedule
from npw2v.training.session import RereadSession, open_session
from tests.support import smalljobs
from tests.support.smalljobs import MODES


def opened(mode="skip-gram", backend=None, tables=None, **others):
    of, text = smalljobs.settings(**{**MODES[mode], **others}), smalljobs.corpus()
    tables = smalljobs.weights(of) if tables is None else tables
    words = smalljobs.vocabulary(of, text)
    return (
        open_session(of, tables, words, text, Schedule(0.05, 0.01, 2, stair=0.1), (1, 0), backend or Local()),
        tables,
        text,
    )


@pytest.mark.parametrize("mode", MODES)
def test_weights_are_trained_in_place_and_the_figures_add_up(mode):
    context, tables, text = opened(mode)
    arrays, before = tables.tables(), tables.copied()
    parts = []
    with context as session:
        assert session.words == len(text.ids)
        reports = [session.epoch(number, parts.append) for number in range(2)]
    for name, table in arrays.items():
        assert tables[name] is table
        assert (table != before[name]).any()
    for number, report in enumerate(reports):
        assert report.epoch == number
        assert report.words_read == text.raw_words
        assert report.words_trained + report.words_subsampled + report.words_unknown == report.words_read
        assert report.loss > 0
    assert reports[1].loss < reports[0].loss
    assert sum(part.trained for part in parts) == sum(report.words_trained for report in reports)
    assert reports[0].alpha_start > reports[1].alpha_start > reports[1].alpha_end


def test_without_the_loss_there_is_none():
    context, _, _ = opened(compute_loss=False)
    with context as session:
        report = session.epoch(0, lambda part: None)
    assert report.loss is None
    assert report.loss_sum == 0


def test_a_table_that_is_no_numbers_is_told():
    tables = smalljobs.weights(smalljobs.settings())
    tables.inputs[-1] = np.inf  # the rarest word
    context, _, _ = opened(tables=tables)
    with context as session, pytest.raises(TrainingError, match="training diverged"):
        session.epoch(0, lambda part: None)


def test_a_session_that_fails_ends_its_workers(monkeypatch):
    ended = []
    monkeypatch.setattr(Local, "end", lambda backend: ended.append(backend))
    context, _, _ = opened()
    with pytest.raises(KeyboardInterrupt), context:
        raise KeyboardInterrupt
    assert len(ended) == 1


def test_a_session_of_passes_opens_one_an_epoch_and_ends_it_with_it():
    tables, now, numbers = smalljobs.weights(smalljobs.settings()), [], []

    @contextmanager
    def again(number):
        numbers.append(number)
        with opened(tables=tables)[0] as session:
            now.append(session)
            yield session
        now.remove(session)

    with ExitStack() as passes:
        session = RereadSession(passes, passes.enter_context(again(0)), again)
        assert session.begun().corpus == {}, "the next epoch's need not be this one's"
        parts, resumable = [], []
        for number in range(3):
            report = session.epoch(number, lambda part: (parts.append(part), resumable.append(session.resumable)))
            assert (report.epoch, now) == (number, [])
            assert (session.sums.parts, session.resumable) == (0, False)
    assert numbers == [0, 1, 2]
    assert resumable == [False, True, True], "there must have been a pass to compare with"
