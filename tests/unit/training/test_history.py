"""The list that shows itself as a table."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from npw2v import Word2Vec
from npw2v.training.history import History

ROWS = [{"epoch": 0, "loss": None, "words_read": 2000}, {"epoch": 1, "loss": 0.25, "words_read": 2000, "more": "<b>"}]
SENTENCES = [["cat", "say", "meow"], ["dog", "say", "woof"]] * 5


@pytest.fixture
def model():
    return Word2Vec(SENTENCES, vector_size=4, min_count=1, workers=1, epochs=2)


def test_it_is_a_list():
    history = History(ROWS)
    assert isinstance(history, list)
    assert history == ROWS
    assert history[0] is ROWS[0]
    assert history[1:] == ROWS[1:]
    assert json.loads(json.dumps(history)) == ROWS
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        data = pickle.dumps(history, protocol)
        assert pickle.loads(data) == ROWS
        assert b"npw2v" not in data


def test_it_shows_itself_as_a_table():
    assert repr(History(ROWS)).splitlines() == [
        "epoch    loss  words_read  more",
        "    0               2,000",
        "    1  0.2500       2,000  <b>",
    ]
    assert "<td>&lt;b&gt;</td>" in History(ROWS)._repr_html_()


@pytest.mark.parametrize("rows", [[], [1, 2], [{}, None]])
def test_what_is_no_table_is_shown_as_a_list(rows):
    assert repr(History(rows)) == repr(rows)
    assert History(rows)._repr_html_() is None


def test_it_stays_so_through_files_copies_and_pickles(model, tmp_path):
    rows = list(model.history)
    model.save(str(tmp_path / "model.npz"))
    for other in (
        Word2Vec.load(str(tmp_path / "model.npz")), copy.deepcopy(model), pickle.loads(pickle.dumps(model)), model
    ):  # fmt: skip
        assert type(other.history) is History
        assert other.history == rows
        other.train(SENTENCES, total_examples=10, epochs=1)
        assert [row["epoch"] for row in other.history] == [0, 1, 2]


def test_a_plain_list_in_its_place_is_kept_and_saved(model, tmp_path):
    model.history = [{"mine": 1}]
    model.save(str(tmp_path / "model.npz"))
    assert Word2Vec.load(str(tmp_path / "model.npz")).history == [{"mine": 1}]
    assert "mine" not in repr(model)


def test_it_becomes_a_frame(model):
    pandas = pytest.importorskip("pandas", reason="there is no pandas to turn the history into a frame")
    frame = pandas.DataFrame(model.history)
    assert list(frame["epoch"]) == [0, 1]
    assert list(frame.columns) == list(model.history[0])
    assert frame["words_read"].sum() == 60
