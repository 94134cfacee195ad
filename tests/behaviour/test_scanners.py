"""What scanners that look for code say of every file that npw2v writes: nothing. ``make scan`` installs them."""

from __future__ import annotations

import os

import numpy as np
import pytest

from npw2v import KeyedVectors, Word2Vec
from npw2v.phrases import FrozenPhrases, Phrases
from npw2v.utils import SaveLoad
from npw2v.vectors.indexers.sidecar import write_sidecar
from tests.support.smallmodels import SMALL, TEXTS


class Thing(SaveLoad):
    def __init__(self):
        self.numbers, self.name = np.arange(5), "thing"


def write_all(folder):
    """Write a file of every kind; the extensions make scanners look that go by them."""
    model = Word2Vec(TEXTS, epochs=1, hs=1, **SMALL)
    phrases = Phrases(TEXTS, min_count=1)
    for extension in ("model", "npz", "bin", "pkl", "pt"):
        model.save(folder / f"model.{extension}")
        model.wv.save(folder / f"vectors.{extension}")
        phrases.save(folder / f"phrases.{extension}")
        FrozenPhrases(phrases).save(folder / f"frozen.{extension}")
        Thing().save(folder / f"thing.{extension}")
        write_sidecar(str(folder / f"labels.{extension}"), "AnnoyIndexer", ["a"], {"f": 3, "num_trees": 1})
        model.wv.save_word2vec_format(folder / f"text.{extension}")
        model.wv.save_word2vec_format(folder / f"binary.{extension}", binary=True)
    model.wv.save(folder / "vectors.gz")
    model.wv.save_word2vec_format(folder / "text.gz", folder / "vocabulary.txt")
    model.wv.save_word2vec_format(folder / "binary.bz2", binary=True)
    model.wv.save_safetensors(folder / "vectors.safetensors")
    assert len(KeyedVectors.load(folder / "vectors.pkl")) == len(model.wv)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    write_all(folder)
    return folder


@pytest.fixture
def hostile(tmp_path):
    """A pickle that would run a command, which every scanner must find."""
    import pickle

    class Evil:
        def __reduce__(self):
            return os.system, ("true",)

    path = tmp_path / "evil.pkl"
    path.write_bytes(pickle.dumps(Evil()))
    return path


def files(folder):
    return sorted(folder.iterdir())


class TestPicklescan:
    @pytest.fixture
    def scanner(self):
        return pytest.importorskip("picklescan.scanner")

    def test_nothing_is_found(self, scanner, written):
        found = scanner.scan_directory_path(str(written))
        assert (found.infected_files, found.issues_count, found.globals) == (0, 0, [])
        for path in files(written):
            assert scanner.scan_file_path(str(path)).issues_count == 0

    def test_a_hostile_file_is(self, scanner, hostile):
        assert scanner.scan_file_path(str(hostile)).infected_files == 1


class TestModelscan:
    @pytest.fixture
    def scan(self):
        return pytest.importorskip("modelscan.modelscan").ModelScan().scan

    def test_nothing_is_found(self, scan, written):
        found = scan(str(written))
        assert found["summary"]["total_issues"] == 0
        assert found["issues"] == []

    def test_a_hostile_file_is(self, scan, hostile):
        assert scan(str(hostile))["summary"]["total_issues"] == 1


class TestFickling:
    @pytest.fixture
    def pickled(self):
        return pytest.importorskip("fickling.fickle").StackedPickle

    def test_no_file_is_a_pickle(self, pickled, written):
        for path in files(written):
            with open(path, "rb") as file:
                try:
                    found = list(pickled.load(file))
                except Exception:  # fickling raises all kinds at what is no pickle
                    continue
            assert not any(each.has_call or each.has_import for each in found), path

    def test_a_hostile_file_is(self, hostile):
        pytest.importorskip("fickling")
        from fickling.analysis import Severity, check_safety
        from fickling.fickle import Pickled

        assert check_safety(Pickled.load(hostile.read_bytes())).severity > Severity.LIKELY_SAFE
