"""A job travels as JSON and comes back as it was."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from npw2v.kernels.blocks import BlockShape
from npw2v.kernels.paths import GroupShape
from npw2v.training import plan
from npw2v.training.job import Job
from npw2v.training.schedule import Schedule

SHAPE = BlockShape(size=8, noise=20, halo=4, blocks=2, chunk=1)
GROUPS = plan.group_shape(dimensions=10, top=4, halo=4, step=16, path=5.0, longest=9)
LISTS = plan.list_shape(top=4, longest=9)


def job(paths=None, shape=SHAPE):
    return Job(
        skipgram=paths is None or isinstance(paths, GroupShape), cbow_mean=True, negative=5, window=4, shrink=True,
        schedule=Schedule(0.5, 0.1, 2), seed=(3, 1), piece_words=50, part_words=100, shape=shape, paths=paths,
        updates=6.0, slope=0.15, with_loss=False, workers=2, copies=True, start=(1, 4),
    )  # fmt: skip


@pytest.mark.parametrize("paths", [None, GROUPS, LISTS], ids=["none", "groups", "lists"])
def test_a_job_comes_back_from_json(paths):
    sent = job(paths)
    assert Job.from_dict(json.loads(json.dumps(sent.as_dict()))) == sent


def test_epochs_are_those_from_the_start_to_the_stop():
    assert list(job().epochs) == [1]
    assert list(replace(job(), start=(0, 0)).epochs) == [0, 1]
    assert list(replace(job(), start=(0, 0), stop=1).epochs) == [0]


def test_windows_take_a_byte_where_offsets_fit():
    assert job().window_dtype == "int8"
    assert job(shape=BlockShape(size=128, noise=20, halo=100, blocks=2, chunk=1)).window_dtype == "int32"
