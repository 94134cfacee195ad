"""Objects that save themselves: `SaveLoad`."""

from __future__ import annotations

import io
import pickle
import re
import subprocess
import sys

import numpy as np
import pytest

from npw2v import KeyedVectors, Word2Vec
from npw2v.errors import FormatError
from npw2v.formats.archive import read_archive, write_archive
from npw2v.formats.saveload import kind_of
from npw2v.utils import RepeatCorpus, SaveLoad
from tests.support.gensim_pickles import dumps, model_4, vectors_4
from tests.support.smallmodels import built


class Settings(SaveLoad):
    def __init__(self, **values):
        vars(self).update(values)


class Special(Settings):
    pass


class Other(SaveLoad):
    pass


def test_attributes_come_back(tmp_path):
    path = tmp_path / "settings"
    given = {"name": "é", "sizes": [1, 2.5, None], "options": {"a": [True]}, "table": np.arange(6.0).reshape(2, 3)}
    Settings(**given, number=np.int64(3)).save(path)
    loaded = Settings.load(path)
    assert type(loaded) is Settings
    assert {name: vars(loaded)[name] for name in ("name", "sizes", "options", "number")} == {
        **{name: given[name] for name in ("name", "sizes", "options")},
        "number": 3,
    }
    assert np.array_equal(loaded.table, given["table"])
    assert [event["event"] for event in loaded.lifecycle_events] == ["saving", "loaded"]
    mapped = Settings.load(path, mmap="r")
    assert isinstance(mapped.table, np.memmap)


@pytest.mark.parametrize("name", ["settings.gz", "settings.bz2"])
def test_files_may_be_compressed(tmp_path, name):
    Settings(a=1).save(tmp_path / name)
    assert Settings.load(tmp_path / name).a == 1


def test_open_files():
    file = io.BytesIO()
    Settings(a=1).save(file)
    assert Settings.load(io.BytesIO(file.getvalue())).a == 1


def test_the_saved_subclass_comes_back(tmp_path):
    path = tmp_path / "special"
    Special(a=1).save(path)
    assert type(SaveLoad.load(path)) is type(Settings.load(path)) is Special
    with pytest.raises(FormatError, match="special holds a Special: load it with that class, not with Other"):
        Other.load(path)


def test_ignored_attributes_come_back_as_none(tmp_path):
    path = tmp_path / "settings"
    settings = Settings(a=1, b=open)
    settings.save(path, ignore=["b", "unknown"], separately=["a"])
    assert settings.b is open
    loaded = Settings.load(path)
    assert (loaded.a, loaded.b) == (1, None)
    assert not hasattr(loaded, "unknown")


@pytest.mark.parametrize("value", [open, {1, 2}, (1, 2), {1: 2}, [b"x"], np.array([None]), np.array(["x"])])
def test_what_is_neither_json_nor_numbers_is_refused_by_name(tmp_path, value):
    path = tmp_path / "settings"
    path.write_text("old")
    settings = Settings(good=1, bad=value)
    with pytest.raises(TypeError, match=rf"cannot save attribute 'bad' of Settings, of type {type(value).__name__}"):
        settings.save(path)
    assert path.read_text() == "old"
    assert vars(settings).keys() == {"good", "bad"}


def test_a_corpus_of_plain_lists_can_be_saved(tmp_path):
    corpus = RepeatCorpus([["a", "b"], ["c"]], 3)
    corpus.save(tmp_path / "corpus")
    assert list(RepeatCorpus.load(tmp_path / "corpus")) == list(corpus)


def test_models_and_vectors_load_too(tmp_path):
    model = built()
    model.save(str(tmp_path / "model"))
    model.wv.save(str(tmp_path / "vectors"))
    assert type(SaveLoad.load(tmp_path / "model")) is Word2Vec
    assert type(SaveLoad.load(tmp_path / "vectors")) is KeyedVectors
    with pytest.raises(FormatError, match="holds no Settings but 'Word2Vec'"):
        Settings.load(tmp_path / "model")


def test_models_load_where_nothing_but_saveload_was_imported(tmp_path):
    built().save(str(tmp_path / "model"))
    code = f"from npw2v.utils import SaveLoad; print(SaveLoad.load({str(tmp_path / 'model')!r}))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.startswith("Word2Vec<vocab=")


class Trap:
    def __reduce__(self):
        return exec, ("raise SystemExit('ran code')",)


@pytest.mark.parametrize("cls, content", [(SaveLoad, Trap()), (Settings, {"a": 1}), (SaveLoad, {"a": 1})])
def test_pickles_run_nothing(tmp_path, cls, content):
    path = tmp_path / "pickled"
    path.write_bytes(pickle.dumps(content))
    with pytest.raises(FormatError, match=re.escape(str(path))):
        cls.load(path)


def test_damaged_files(tmp_path):
    path = tmp_path / "settings"
    Settings(table=np.arange(100)).save(path)
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(FormatError, match="truncated"):
        Settings.load(path)
    Settings().save(path)
    arrays, metadata = read_archive(path)
    metadata["values"]["lifecycle_events"] = 3
    write_archive(path, arrays, metadata)
    with pytest.raises(FormatError, match=r"settings lacks .*lifecycle_events is no list"):
        Settings.load(path)


def test_models_and_vectors_count_as_such():
    model = built()
    assert isinstance(model, SaveLoad)
    assert isinstance(model.wv, SaveLoad)
    assert not isinstance({}, SaveLoad)


def test_the_kind_of_a_file(tmp_path):
    model = Word2Vec([["a", "b", "c"]] * 10, min_count=1, vector_size=2)
    model.save(tmp_path / "model")
    model.wv.save(tmp_path / "vectors")
    (tmp_path / "gensim's model").write_bytes(dumps(model_4()))
    (tmp_path / "gensim's vectors").write_bytes(dumps(vectors_4()))
    write_archive(tmp_path / "other", {}, {"kind": "Demo"})
    write_archive(tmp_path / "none", {}, {"kind": [1]})
    (tmp_path / "pickle").write_bytes(pickle.dumps({"name": 1}))
    assert {path.name: kind_of(path) for path in tmp_path.iterdir()} == {
        **{"model": "Word2Vec", "gensim's model": "Word2Vec"},
        **{"vectors": "KeyedVectors", "gensim's vectors": "KeyedVectors"},
        **{"other": "Demo", "none": None, "pickle": None},
    }
