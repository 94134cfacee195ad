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


@pytest.mark.parametrize("example", ["in place", "skips a part"])
def test_the_tool_finds_what_it_is_there_for(crash, example):
    with pytest.raises(SystemExit, match=rf"kill \d+ of 60 \(seed 1\), {example}: "):
        crash.crash([example], kills=60, seed=1)
