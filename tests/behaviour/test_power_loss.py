"""A power failure at any moment of saving leaves the old file or the new one; see `tests.support.powerloss`."""

from __future__ import annotations

import errno
import os

import pytest

from npw2v import KeyedVectors, doctor
from npw2v.errors import FormatError
from npw2v.formats import opening
from tests.support.powerloss import FileLayer
from tests.support.writers import WRITERS, vectors

OLD = b"what was there before"


def lost(layer, path, old):
    """What a power failure may leave that is neither the old file nor the new one, and how it may undo the save."""
    with open(path, "rb") as file:
        new = file.read()
    assert new != old
    during = {(count, left.get(path)) for count, left in layer.after_each() if left.get(path) not in (old, new)}
    afterwards = {left.get(path) for left in layer.at_last()} - {new}
    return during, afterwards


@pytest.fixture
def path(tmp_path):
    return os.path.realpath(tmp_path / "target")


@pytest.mark.parametrize("old", [OLD, None], ids=["over a file", "anew"])
@pytest.mark.parametrize("name", WRITERS)
def test_a_power_failure_leaves_the_old_file_or_the_new_one(tmp_path, monkeypatch, name, old):
    path = os.path.join(os.path.realpath(tmp_path), name)
    if old is not None:
        with open(path, "wb") as file:
            file.write(old)
    layer = FileLayer(tmp_path).install(monkeypatch)
    WRITERS[name](path)
    done = layer.counted()
    assert done["write"] >= 1
    assert done["sync"] == done["rename"] == done["sync names"] >= 1
    assert lost(layer, path, old) == (set(), set())
    assert not [entry for entry in os.listdir(tmp_path) if entry.endswith(".tmp")]


def test_behind_a_link_it_is_the_folder_of_the_file_that_is_forced_to_the_disk(tmp_path, monkeypatch):
    (tmp_path / "far").mkdir()
    real = tmp_path / "far" / "vectors"
    real.write_bytes(OLD)
    (tmp_path / "link").symlink_to(real)
    layer = FileLayer(tmp_path / "far").install(monkeypatch)
    vectors().save(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert lost(layer, os.path.realpath(real), OLD) == (set(), set())


@pytest.mark.parametrize("binary", [False, True])
def test_what_was_there_before_appending_is_still_there_and_what_is_lost_is_found(tmp_path, path, monkeypatch, binary):
    vectors().save_word2vec_format(path, binary=binary, total_vec=6)
    with open(path, "rb") as file:
        old = file.read()
    layer = FileLayer(tmp_path).install(monkeypatch)
    vectors().save_word2vec_format(path, binary=binary, prefix="more", write_header=False, append=True)
    assert layer.counted()["sync"] == 1
    (new,) = {left[path] for left in layer.at_last()}
    monkeypatch.undo()
    torn = {left[path] for _, left in layer.after_each()} - {new}
    assert len(torn) >= 2
    for content in torn:
        assert content.startswith(old)
        with open(path, "wb") as file:
            file.write(content)
        with pytest.raises(FormatError, match="record [4-6]"):
            KeyedVectors.load_word2vec_format(path, binary=binary)
        found = doctor(path, repair=f"{path}.repaired")
        assert found.counts.keys() & {"truncated", "wrong count"}
        kept = KeyedVectors.load_word2vec_format(found.repaired, binary=binary).index_to_key
        assert kept == ["a", "é", "c", "morea", "moreé", "morec"][: len(kept)]
        assert 3 <= len(kept) < 6


# ---- the layer finds what it is there for


@pytest.mark.parametrize("forgotten", ["file", "folder", "both"])
def test_a_forgotten_fsync_is_found(tmp_path, path, monkeypatch, forgotten):
    with open(path, "wb") as file:
        file.write(OLD)
    layer = FileLayer(tmp_path).install(monkeypatch)
    real = layer.fsync

    def forgetful(descriptor):
        kind = "folder" if os.path.isdir(layer._descriptors[descriptor]) else "file"
        if forgotten not in (kind, "both"):
            real(descriptor)

    layer.fsync = forgetful
    vectors().save(path)
    during, afterwards = lost(layer, path, OLD)
    assert bool(during) == (forgotten != "folder")
    assert bool(afterwards)


def test_writing_over_the_old_file_is_found(tmp_path, path, monkeypatch):
    with open(path, "wb") as file:
        file.write(OLD)
    layer = FileLayer(tmp_path).install(monkeypatch)
    with opening.open(path, "wb") as file:
        file.write(b"new " * 10)
        file.flush()
        opening.os.fsync(file.fileno())
    during, afterwards = lost(layer, path, OLD)
    assert (1, b"") in during
    assert not afterwards


def test_a_folder_that_cannot_be_forced_to_the_disk_is_no_error(path, monkeypatch):

    real = os.fsync

    def fsync(descriptor):
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):
            raise OSError(errno.EINVAL, "no such operation here")
        real(descriptor)

    monkeypatch.setattr(opening.os, "fsync", fsync)
    vectors().save(path)
    assert list(KeyedVectors.load(path).index_to_key) == ["a", "é", "c"]
