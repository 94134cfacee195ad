"""How often checkpoints are written, where they can be, and what they say of training."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from npw2v.errors import FormatError
from npw2v.training.checkpoint import Begun, Checkpoints, Interval, Run, Sums, check_path, stored_tables
from npw2v.training.reports import PartReport
from npw2v.training.schedule import Schedule
from npw2v.training.weights import Weights

PART = PartReport(read=100, trained=60, loss=0.5, pairs=10.0, alpha=0.02)


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        (600, (600, "seconds")),
        (np.float32(0.5), (0.5, "seconds")),
        ("90 s", (90, "seconds")),
        ("1.5 hours", (5400, "seconds")),
        ("10min", (600, "seconds")),
        ("1 minute", (60, "seconds")),
        ("5_000_000 words", (5e6, "words")),
        ("1e6 words", (1e6, "words")),
        (" 2 epochs ", (2, "epochs")),
    ],
)
def test_intervals(every, expected):
    interval = Interval.of(every)
    assert (interval.amount, interval.unit, interval.share) == (*expected, 1.0)


@pytest.mark.parametrize(
    "every", ["", "often", "10", "ten minutes", "10 fortnights", "-1 s", 0, -5, float("nan"), "0.5 epochs", "1_.2__ s"]
)
def test_what_is_no_interval(every):
    with pytest.raises(ValueError, match="checkpoint_every must be .* '10 min'"):
        Interval.of(every)


@pytest.mark.parametrize("every", [True, [600], {"seconds": 600}, b"1 s"])
def test_what_cannot_be_an_interval(every):
    with pytest.raises(TypeError, match="checkpoint_every must be"):
        Interval.of(every)


class Writes:
    """Counts checkpoints, each of which takes a while; so does each part."""

    def __init__(self, every, takes=0.0):
        self.time, self.takes, self.times = 0.0, takes, []
        self.saving = Checkpoints(Interval.of(every), self.write, lambda: self.time)

    def write(self):
        self.times.append(self.time)
        self.time += self.takes

    def train(self, parts, seconds=10.0):
        for _ in range(parts):
            self.time += seconds
            self.saving.part(PART)
        return self.times


def test_by_seconds():
    assert Writes(25).train(9) == [30, 60, 90]


def test_by_words():
    assert Writes("250 words").train(9) == [30, 60, 90]


def test_by_epochs():
    writes = Writes("2 epochs")
    for _ in range(5):
        writes.train(3)
        writes.saving.epoch()
    assert writes.times == [60, 120]


def test_by_default_writing_takes_one_hundredth_of_the_time():
    writes = Writes(None, takes=5.0)
    writes.train(1000)
    assert writes.times[:2] == [60, 565]
    assert len(writes.times) * writes.takes <= 0.01 * writes.time + writes.takes


def test_without_a_file_nothing_is_written():
    saving = Checkpoints(Interval.of(1e-9), None)
    saving.part(PART)
    saving.epoch()
    saving.now()


def test_paths(tmp_path):
    assert check_path(tmp_path / "checkpoint") == str(tmp_path / "checkpoint")
    for path, error in [
        (tmp_path, IsADirectoryError),
        (tmp_path / "nowhere" / "file", FileNotFoundError),
        ("s3://bucket/file", ValueError),
        (b"file", TypeError),
        (3, TypeError),
        ("", FileNotFoundError),
        (os.devnull, ValueError),
    ]:
        with pytest.raises(error, match="checkpoint"):
            check_path(path)


def test_a_path_stays_what_it_was_when_the_program_goes_elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert check_path("checkpoint") == str(tmp_path / "checkpoint")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError, match="no checkpoint can be written: .* the folder must be writable"):
        check_path(tmp_path / "checkpoint")


def test_sums_are_plain_numbers_that_json_gives_back():
    sums = Sums()
    for loss in (0.1, 1e300, 1 / 3):
        sums.add(PartReport(100, 60, np.float64(loss), np.float64(7), np.float64(0.02)))
    assert Sums(**json.loads(json.dumps(vars(sums)))) == sums
    assert (sums.parts, sums.known, sums.trained, sums.pairs) == (3, 300, 180, 21)


def a_run():
    begun = Begun({"words": 3, "known": 2, "sentences": 1, "digest": ""}, None, Sums(4))
    return Run(3, Schedule(0.5, 0.1, 3), (9, None), False, "1 epoch", epoch=1, begun=begun)


@pytest.mark.parametrize(
    "name, value",
    [
        *(("epochs", -1), ("epochs", 1 << 63), ("epoch", 1.0), ("trained", "3"), ("seconds", "3"), ("stop", 1)),
        *(("totals", [1]), ("totals", ["a", 1]), ("totals", [-1, 1]), ("totals", 3), ("every", {}), ("every", "soon")),
        *(("schedule", {"alpha": 1}), ("schedule", {"alpha": "1", "min_alpha": 0, "epochs": 3}), ("begun", None)),
        *(("begun", {"corpus": {"words": 3}, "job": None, "sums": {}}), ("extra", 1)),
    ],
)
def test_a_run_of_other_types_is_damaged(name, value):
    values = {**a_run().as_dict(), name: value}
    with pytest.raises(FormatError, match="file: what the checkpoint says of training is damaged"):
        Run.from_dict(values, "file")


def test_a_run_comes_back_from_json():
    assert Run.from_dict(json.loads(json.dumps(a_run().as_dict())), "file") == a_run()


TABLE = np.zeros((3, 2), np.float32)


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({}, "missing"),
        ({"last.inputs": TABLE.astype(np.float64)}, r"float64 \(3, 2\)"),
        ({"last.inputs": TABLE[:, :1]}, r"float32 \(3, 1\)"),
        ({"last.inputs": TABLE[:2]}, r"float32 \(2, 2\)"),
        ({"last.inputs": np.zeros((4, 2), np.float32)}, r"float32 \(4, 2\)"),
    ],
)
def test_tables_that_do_not_fit_the_model_are_refused(arrays, said):
    expected = rf"run.npz: the last moves of the inputs are {said}, expected float32 \(3, 2\)"
    with pytest.raises(FormatError, match=expected):
        stored_tables(arrays, "last", "the last moves of the", Weights(inputs=TABLE), "run.npz")


def test_tables_are_found_by_kind_and_name_and_may_have_had_fewer_rows():
    arrays = {"best.inputs": TABLE[:2], "last.inputs": TABLE, "best.outputs": TABLE}
    weights = Weights(inputs=TABLE, outputs=TABLE)
    found = stored_tables(arrays, "best", "the best", weights, "run.npz", fewer_rows=True)
    assert found.inputs is arrays["best.inputs"]
    assert found.outputs is arrays["best.outputs"]
