"""A process that is killed while it saves or trains loses nothing: a short run of ``tools/crash.py``."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "crash.py"
pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(os.name != "posix", reason="there is no kill -9"),
]


@pytest.fixture(scope="module")
def crash():
    described = importlib.util.spec_from_file_location("npw2v_tools_crash", TOOL)
    sys.modules[described.name] = tool = importlib.util.module_from_spec(described)
    described.loader.exec_module(tool)
    return tool


def test_kills_while_saving_and_training_lose_nothing(crash):
    found = crash.crash(list(crash.SCENARIOS), kills=7, seed=12)
    assert sum(found.values()) == 7
    assert {name for name, _ in found} == set(crash.SCENARIOS)


def test_the_tool_finds_a_file_that_is_written_in_place(crash):
    with pytest.raises(SystemExit, match=r"kill \d+ of 60 \(seed 1\), in place: "):
        crash.crash(["in place"], kills=60, seed=1)


def test_the_tool_finds_training_that_goes_on_at_the_wrong_place(crash, tmp_path):
    class Dies:
        def on_epoch_begin(self, model):
            if model.history:
                raise KeyboardInterrupt

    scenario, safe = crash.SkipsAPart(), {"checkpoint": tmp_path / "checkpoint", "checkpoint_every": "1 epoch"}
    scenario.prepare(tmp_path)
    with crash.small_parts(), pytest.raises(KeyboardInterrupt):
        scenario.train(tmp_path, callbacks=[Dies()], **safe)
    assert crash.Training().check(tmp_path) == "between epochs"
    with pytest.raises(AssertionError, match="it ends with other bytes"):
        scenario.check(tmp_path)
