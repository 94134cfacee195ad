"""The file of keys that lies beside an index."""

from __future__ import annotations

import json
import pickle
import zipfile

import numpy as np
import pytest

from npw2v.errors import FormatError
from npw2v.vectors.indexers.sidecar import read_sidecar, write_sidecar
from tests.support.indexers import both
from tests.support.smallmodels import built


@both
def test_what_lies_beside_an_index_is_no_pickle(indexed, tmp_path):
    indexer = indexed(built())
    indexer.save(str(tmp_path / "index"))
    (beside,) = (path for path in tmp_path.iterdir() if path.name != "index")
    with zipfile.ZipFile(beside) as archive:
        assert json.loads(archive.read("metadata.json"))["metadata"]["kind"] == type(indexer).__name__


class Trap:
    def __reduce__(self):
        return exec, ("raise SystemExit('ran code')",)


@both
@pytest.mark.parametrize(
    "content, message",
    [
        (pickle.dumps({"labels": Trap()}), "names builtins.exec, which is not on the list"),
        (pickle.dumps({"labels": ["a"]}), "is not of a .*Indexer: it must have labels, "),
        (pickle.dumps([1]), "is not of a "),
        (b"hello", "not an npw2v archive"),
    ],
    ids=["a trap", "no parameters", "a list", "text"],
)
def test_bad_files_beside_an_index(indexed, content, message, tmp_path):
    indexer = indexed(built())
    path = tmp_path / "index"
    indexer.save(str(path))
    (beside,) = (other for other in tmp_path.iterdir() if other != path)
    beside.write_bytes(content)
    with pytest.raises(FormatError, match=message):
        indexer.load(str(path))


@both
def test_missing_files(indexed, tmp_path):
    indexer = indexed(built())
    with pytest.raises(OSError, match="nothing"):
        indexer.load(str(tmp_path / "nothing"))
    path = tmp_path / "index"
    indexer.save(str(path))
    path.unlink()
    with pytest.raises(OSError, match="missing"):
        indexer.load(str(path))


@both
def test_a_crash_between_the_two_files_leaves_no_pair_that_is_loaded(indexed, tmp_path):
    path = tmp_path / "index"
    indexed(built()).save(str(path))
    other = tmp_path / "other"
    indexed(built(seed=2)).save(str(other))
    other.replace(path)
    with pytest.raises(FormatError, match="does not belong to .*index: one of the two was replaced without the other"):
        indexed(built()).load(str(path))


@both
def test_where_the_keys_cannot_be_written_the_old_pair_stays(indexed, tmp_path):
    path = tmp_path / "index"
    indexed(built()).save(str(path))
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    indexer = indexed(built(seed=2))
    indexer.labels[0] = object()
    with pytest.raises(TypeError, match="cannot be stored"):
        indexer.save(str(path))
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


@pytest.mark.parametrize("value", [0, -1, 2.5, "3", None, [], {}, 10**30 * 1.0])
def test_values_of_other_types(value, tmp_path):
    path = str(tmp_path / "index.dict")
    write_sidecar(path, "AnnoyIndexer", ["a"], {"f": value})
    with pytest.raises(FormatError, match=r"index\.dict: f is .*, expected a number, at least 1"):
        read_sidecar(path, "AnnoyIndexer", {"f": int})
    write_sidecar(path, "NmslibIndexer", ["a"], {"index_params": [value], "query": {"efSearch": [value]}})
    for name in ("index_params", "query"):
        with pytest.raises(FormatError, match=rf"index\.dict: {name} is .*, expected a dict of parameters"):
            read_sidecar(path, "NmslibIndexer", {name: dict})


def test_values_that_numpy_made(tmp_path):
    path = tmp_path / "index.dict"
    path.write_bytes(pickle.dumps({"labels": ["a", 1, (2, "b")], "f": np.int64(3)}))
    assert read_sidecar(str(path), "AnnoyIndexer", {"f": int}) == (["a", 1, (2, "b")], {"f": 3})


def test_labels_that_are_no_keys(tmp_path):
    path = tmp_path / "index.dict"
    for odd in ({"a": 1}, [1], hash):
        path.write_bytes(pickle.dumps({"labels": ["a", odd], "f": 3}))
        with pytest.raises(FormatError, match=r"index\.dict: the labels are no strings, numbers or tuples"):
            read_sidecar(str(path), "AnnoyIndexer", {"f": int})


def test_a_large_index_is_told_from_another_by_some_of_its_bytes(tmp_path):
    index, beside = tmp_path / "index", str(tmp_path / "index.dict")
    content = np.random.default_rng(1).integers(0, 256, 8 << 20, np.uint8)
    index.write_bytes(content.tobytes())
    write_sidecar(beside, "AnnoyIndexer", ["a"], {"f": 3}, str(index))
    assert read_sidecar(beside, "AnnoyIndexer", {"f": int}, str(index))[1] == {"f": 3}
    for other in (content[::-1], content[:-4], np.append(content[:-1], content[-1] ^ 1)):
        index.write_bytes(other.tobytes())
        with pytest.raises(FormatError, match="does not belong to"):
            read_sidecar(beside, "AnnoyIndexer", {"f": int}, str(index))
