"""These tests need packages that only the environment of ``make downstream`` has; elsewhere they are not collected."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

PACKAGES = ("karateclub", "node2vec", "pecanpy", "pyrdf2vec", "scattertext", "wefe")

if not any(map(find_spec, PACKAGES)):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def karate():
    """Zachary's karate club: 34 members, 78 friendships, and the two clubs that it broke up into."""
    import networkx

    graph = networkx.karate_club_graph()
    for _, _, edge in graph.edges(data=True):
        del edge["weight"]
    return graph
