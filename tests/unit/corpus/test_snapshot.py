"""Whether a corpus is known to be what it was: `npw2v.corpus.snapshot`."""

from __future__ import annotations

import os

import pytest

from npw2v.corpus import snapshot
from npw2v.corpus.sentences import LineSentence, PathLineSentences, Text8Corpus
from npw2v.corpus.snapshot import snapshot_of

TEXT = "the cat sat\non the mat\n"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(TEXT)
    return path


@pytest.fixture
def settled(monkeypatch):
    """Take files that were written just now for old ones."""
    monkeypatch.setattr(snapshot, "SETTLED", -3600.0)


def test_the_same_files_read_in_the_same_way(path, settled):
    first = snapshot_of(LineSentence(path))
    assert first is not None
    assert first == snapshot_of(LineSentence(path))
    assert first == snapshot_of(PathLineSentences(path.parent))  # which has this file alone
    for other in (LineSentence(path, 2), LineSentence(path, limit=1), Text8Corpus(path)):
        assert snapshot_of(other) not in (None, first)


def rewritten(path):
    path.write_text(TEXT.upper())
    os.utime(path, (1e9, 1e9))


def replaced(path):
    other = path.with_suffix(".new")
    other.write_text(TEXT.upper())
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.replace(path)


def grown(path):
    with path.open("a") as file:
        file.write(TEXT)


@pytest.mark.parametrize("change", [rewritten, replaced, grown])
def test_a_file_that_has_changed(change, path, settled):
    before = snapshot_of(LineSentence(path))
    change(path)
    assert snapshot_of(LineSentence(path)) not in (None, before)


def test_a_file_that_may_change_without_a_trace(path):
    assert snapshot_of(LineSentence(path)) is None
    os.utime(path, (1e9, 1e9))
    if os.name != "nt":  # which keeps no time of such changes
        assert snapshot_of(LineSentence(path)) is None


def test_what_nothing_is_known_of(path, settled, monkeypatch):
    with path.open("rb") as file:
        unknown = [["a"]], LineSentence(file), LineSentence(path.parent / "none"), LineSentence("s3://bucket/text.txt")
        assert [snapshot_of(each) for each in unknown] == [None] * 4
    assert snapshot_of(LineSentence(path.parent)) is None
    monkeypatch.setattr(snapshot, "MOST_BYTES", len(TEXT) - 1)
    assert snapshot_of(LineSentence(path)) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe(tmp_path, settled):
    os.mkfifo(tmp_path / "pipe")
    assert snapshot_of(LineSentence(tmp_path / "pipe")) is None
