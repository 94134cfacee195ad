"""A power failure at any moment of saving leaves the old file or the new one; see `tests.support.powerloss`."""

from __future__ import annotations

import errno
import os

import numpy as np
import pytest

from npw2v import KeyedVectors, Word2Vec
from npw2v.formats import opening
from npw2v.formats.word2vec import write_vocabulary
from npw2v.phrases import Phrases
from npw2v.utils import SaveLoad, save_as_line_sentence
from npw2v.vectors.indexers.annoy import AnnoyIndexer
from npw2v.vectors.indexers.sidecar import write_sidecar
from tests.support.powerloss import FileLayer
from tests.support.smallmodels import SMALL, TEXTS

OLD = b"what was there before"


def vectors():
    kv = KeyedVectors(3)
    kv.add_vectors(["a", "é", "c"], np.arange(9).reshape(3, 3), {"count": np.array([3, 2, 1])})
    return kv


def annoy_index(path):
    """Save an index of a stand-in for Annoy, which like it writes a file by itself."""

    class Index:
        f = 3

        def save(self, name):
            with open(name, "wb") as file:
                file.write(b"trees" * 100)

    indexer = AnnoyIndexer()
    indexer.index, indexer.labels, indexer.num_trees = Index(), ["a", "b"], 1
    indexer.save(path)


def nmslib_index(path):
    indexers = pytest.importorskip("npw2v.vectors.indexers.nmslib", exc_type=ImportError)
    indexers.NmslibIndexer(vectors()).save(path)


class Thing(SaveLoad):
    def __init__(self):
        self.numbers, self.name = np.arange(5), "thing"


SAVERS = {
    "vectors": lambda path: vectors().save(path),
    "vectors.gz": lambda path: vectors().save(path),
    "model": lambda path: Word2Vec(TEXTS, epochs=1, **SMALL).save(path),
    "phrases": lambda path: Phrases(TEXTS, min_count=1).save(path),
    "thing": lambda path: Thing().save(path),
    "text": lambda path: vectors().save_word2vec_format(path),
    "text.bz2": lambda path: vectors().save_word2vec_format(path),
    "binary": lambda path: vectors().save_word2vec_format(path, binary=True),
    "vocabulary": lambda path: write_vocabulary(path, ["a", "b"], [2, 1]),
    "sentences": lambda path: save_as_line_sentence(TEXTS, path),
    "annoy": annoy_index,
    "nmslib": nmslib_index,
    "labels": lambda path: write_sidecar(path, "AnnoyIndexer", ["a", "b"], {"f": 3, "num_trees": 1}),
}


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
@pytest.mark.parametrize("name", SAVERS)
def test_a_power_failure_leaves_the_old_file_or_the_new_one(tmp_path, monkeypatch, name, old):
    path = os.path.join(os.path.realpath(tmp_path), name)
    if old is not None:
        with open(path, "wb") as file:
            file.write(old)
    layer = FileLayer(tmp_path).install(monkeypatch)
    SAVERS[name](path)
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
