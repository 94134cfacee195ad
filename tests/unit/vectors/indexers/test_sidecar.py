"""The file of keys that lies beside an index."""

from __future__ import annotations

import json
import pickle
import zipfile

import pytest

from npw2v.errors import FormatError
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
