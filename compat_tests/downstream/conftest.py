"""Tests of packages that only the environments of ``make downstream`` and ``make downstream-next`` have.

A file is collected where the package that it is about is installed: all of them by the former, which installs
everything of requirements.txt, and as many as can be had for the newest Pythons by the latter.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

#: What the packages are called that are not called as their file of tests is.
IMPORTED = {"hist_w2v": "common"}

_FILES = {file.stem.removeprefix("test_"): file.name for file in Path(__file__).parent.glob("test_*.py")}
_ABOUT_PACKAGES = {name: file for name, file in _FILES.items() if name != "stand_in"}
_MISSING = {name: file for name, file in _ABOUT_PACKAGES.items() if find_spec(IMPORTED.get(name, name)) is None}

if _MISSING and os.environ.get("NPW2V_DOWNSTREAM") == "all":
    raise pytest.UsageError(f"not installed: {', '.join(sorted(_MISSING))}")
collect_ignore = sorted(_FILES.values() if _MISSING == _ABOUT_PACKAGES else _MISSING.values())


@pytest.fixture(scope="session")
def karate():
    """Zachary's karate club: 34 members, 78 friendships, and the two clubs that it broke up into."""
    import networkx

    graph = networkx.karate_club_graph()
    for _, _, edge in graph.edges(data=True):
        del edge["weight"]
    return graph
