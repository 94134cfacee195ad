"""Corpora as numbers in a folder: what is in it, and folders that are refused."""

from __future__ import annotations

import errno
import json
import os
import tempfile

import numpy as np
import pytest

from npw2v.corpus.folders import FolderCorpus, check_new_folder, is_folder, write_folder
from npw2v.corpus.numbered import NumberedCorpus
from npw2v.errors import FormatError

CORPUS = NumberedCorpus(["to", "be"], np.array([0, 1, 0], np.int32), np.array([0, 2, 3]))
HELD_OUT = NumberedCorpus(["new", "be"], np.array([0, 1], np.int32), np.array([0, 2]))


@pytest.fixture
def folder(tmp_path):
    write_folder(str(tmp_path / "numbers"), CORPUS, HELD_OUT)
    return tmp_path / "numbers"


def test_it_reads_back(folder):
    assert is_folder(str(folder))
    assert list(FolderCorpus(str(folder))) == [["to", "be"], ["to"]]
    assert list(FolderCorpus(str(folder), validation=True)) == [["new", "be"]]
    assert FolderCorpus(str(folder)).vocabulary == ["to", "be"]


def test_numpy_and_json_are_enough(folder):
    words = json.loads((folder / "vocabulary.json").read_text())
    ids, offsets = np.load(folder / "ids.npy"), np.load(folder / "offsets.npy")
    assert [[words[each] for each in ids[start:stop]] for start, stop in zip(offsets, offsets[1:])] == list(CORPUS)
    assert np.load(folder / "counts.npy").tolist() == [2, 1, 0]
    assert json.loads((folder / "corpus.json").read_text()) == {
        "format": "npw2v corpus", "version": 1, "types": 2, "sentences": 2, "words": 3,
        "validation": {"sentences": 1, "words": 2},
    }  # fmt: skip


def test_nothing_is_left_behind_and_others_may_read_it(folder):
    assert sorted(os.listdir(folder.parent)) == ["numbers"]
    assert folder.stat().st_mode & 0o700 == 0o700


def test_a_folder_that_fails_leaves_nothing(tmp_path):
    class Broken(NumberedCorpus):
        def blocks(self, lookup):
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        write_folder(str(tmp_path / "numbers"), Broken(CORPUS.vocabulary, CORPUS.ids, CORPUS.offsets))
    assert os.listdir(tmp_path) == []


def test_an_empty_folder_is_taken_and_another_is_not(tmp_path):
    (tmp_path / "empty").mkdir()
    write_folder(str(tmp_path / "empty"), CORPUS)
    with pytest.raises(FileExistsError, match="is there already"):
        write_folder(str(tmp_path / "empty"), CORPUS)
    with pytest.raises(FileNotFoundError, match="make it first"):
        check_new_folder(str(tmp_path / "nowhere" / "numbers"))


def test_a_place_that_cannot_be_written_is_named_as_it_was_given(tmp_path, monkeypatch):
    def refused(dir):
        raise PermissionError(errno.EACCES, "Permission denied", os.path.join(dir, "tmp123"))

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    with pytest.raises(
        PermissionError, match="Permission denied: the folder is made in .*, which must be writable"
    ) as caught:
        check_new_folder(str(tmp_path / "numbers"))
    assert caught.value.filename == str(tmp_path / "numbers")
    with pytest.raises(FileNotFoundError, match="expected the name of a folder to make, got an empty one"):
        check_new_folder("")


def test_there_may_be_no_held_out_text(tmp_path):
    write_folder(str(tmp_path / "numbers"), CORPUS)
    with pytest.raises(ValueError, match="has no held-out text"):
        FolderCorpus(str(tmp_path / "numbers"), validation=True)


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("corpus.json", b"{", "corpus.json is damaged"),
        ("corpus.json", b'{"format": "other"}', "is not of a corpus"),
        ("corpus.json", b'{"format": "npw2v corpus", "version": 2}', "is of version 2"),
        ("corpus.json", b'{"format": "npw2v corpus", "version": 1, "types": 9}', "do not fit"),
        ("vocabulary.json", b'["to"]', "do not fit"),
        ("ids.npy", b"\x93NUMPY", "ids.npy is damaged"),
        ("ids.npy", None, "lacks the file ids.npy"),
        ("offsets.npy", None, "lacks the file offsets.npy"),
    ],
)
def test_damaged_folders_are_refused(folder, name, content, message):
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(FormatError, match=message):
        FolderCorpus(str(folder))


@pytest.mark.parametrize(
    "name, array",
    [
        ("ids", [0.5]),
        ("ids", [[1]]),
        ("ids", [0, 1, 2]),
        ("ids", [-1, 0, 0]),
        ("offsets", [0, 2]),
        ("offsets", [0, 3, 3, 2]),
    ],
)
def test_arrays_that_do_not_fit_are_refused(folder, name, array):
    np.save(folder / f"{name}.npy", array)
    with pytest.raises(FormatError, match="do not fit|is no array"):
        FolderCorpus(str(folder))
