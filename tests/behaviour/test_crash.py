"""A process that is killed while it saves loses nothing: a short run of ``tools/crash.py``."""

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


def test_fifteen_kills_while_saving_lose_nothing(crash):
    found = crash.crash(list(crash.SCENARIOS), kills=15, seed=12)
    assert sum(found.values()) == 15
    assert {name for name, _ in found} == set(crash.SCENARIOS)


def test_the_tool_finds_a_file_that_is_written_in_place(crash):
    with pytest.raises(SystemExit, match=r"kill \d+ of 60 \(seed 1\), in place: "):
        crash.crash(["in place"], kills=60, seed=1)
