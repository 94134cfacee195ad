"""Fixtures that tests of several folders use."""

from __future__ import annotations

import pytest

from npw2v.training import plan


@pytest.fixture
def any_number_of_workers(monkeypatch):
    """Start as many workers as asked for, however small the job and the machine."""
    monkeypatch.setattr(plan, "WORKER_WORTH", 0)
    monkeypatch.setattr(plan, "ROOTS_A_STEP", {"skipgram": 8.0, "cbow": 8.0})
    monkeypatch.setattr(plan, "ROW_PAIRS", {kind: 4 * pairs for kind, pairs in plan.ROW_PAIRS.items()})
    monkeypatch.setattr(plan, "available_cores", lambda: 64)
