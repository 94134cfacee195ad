"""What tests of corpora share."""

from __future__ import annotations

import pytest


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A folder for temporary files, and a bound that sends all ids there."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("npw2v.corpus.ids.MEMORY_BOUND", 0)
    return tmp_path


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr("npw2v.corpus.chunks.CHUNK_WORDS", 5)
    monkeypatch.setattr("npw2v.corpus.encoding.BLOCK_WORDS", 3)
    monkeypatch.setattr("npw2v.vocabulary.counting.BLOCK_WORDS", 3)
