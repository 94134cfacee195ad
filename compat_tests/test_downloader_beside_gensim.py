"""gensim's downloader and npw2v's on the same server and the same folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import gensim.downloader as gensims
import numpy as np
import pytest

import npw2v.downloader as ours
from tests.support.dataserver import VECTORS, serving

READER = b"""
import os
from gensim.downloader import BASE_DIR
from gensim.models import KeyedVectors
def load_data():
    return KeyedVectors.load_word2vec_format(os.path.join(BASE_DIR, "toy-vectors", "toy-vectors.gz"))
"""


@pytest.fixture
def server(tmp_path, monkeypatch):
    with serving() as server:
        server.add("models", "toy-vectors", VECTORS)
        server.add("models", "toy-in-parts", VECTORS, parts=3)
        server.add("corpora", "tales", b'{"a": 1}\n')
        server.lists["corpora"]["older-tales"] = {**server.lists["corpora"]["tales"], "latest": False}
        server.publish()
        server.files["/toy-vectors/__init__.py"] = READER
        for module in (gensims, ours):
            monkeypatch.setattr(module, "BASE_DIR", str(tmp_path / module.__name__))
            monkeypatch.setattr(module, "DOWNLOAD_BASE_URL", server.url)
        monkeypatch.setattr(gensims._load_info, "__defaults__", (f"{server.url}/list.json", "utf-8"))
        monkeypatch.setattr(ours, "DATA_LIST_URL", f"{server.url}/list.json")
        monkeypatch.setattr(sys, "path", [*sys.path])  # gensim puts its folder before it
        yield server
        sys.modules.pop("toy-vectors", None)


@pytest.mark.parametrize(
    "arguments",
    [{}, {"name": "tales"}, {"name": "toy-vectors"}, {"name_only": True}, {"show_only_latest": False},
     {"show_only_latest": False, "name_only": True}],
)  # fmt: skip
def test_info(server, arguments):
    assert ours.info(**arguments) == gensims.info(**arguments)


def test_files_and_what_is_in_them(server, tmp_path):
    for name in ("toy-vectors", "toy-in-parts"):
        paths = [module.load(name, return_path=True) for module in (gensims, ours)]
        gensim_path, our_path = (path.removeprefix(f"{tmp_path}/") for path in paths)
        assert gensim_path.removeprefix("gensim.") == our_path.removeprefix("npw2v.")
        gensim_bytes, our_bytes = (Path(path).read_bytes() for path in paths)
        assert gensim_bytes == our_bytes
    theirs, vectors = gensims.load("toy-vectors"), ours.load("toy-vectors")
    assert theirs.index_to_key == vectors.index_to_key
    assert np.array_equal(theirs.vectors, vectors.vectors)
    lists = [json.loads((tmp_path / module.__name__ / "information.json").read_text()) for module in (gensims, ours)]
    assert lists[0] == lists[1]


def test_each_finds_what_the_other_has_downloaded(server, monkeypatch):
    found = {module: module.load("toy-vectors", return_path=True) for module in (gensims, ours)}
    theirs, mine = gensims.BASE_DIR, ours.BASE_DIR
    monkeypatch.setattr(gensims, "BASE_DIR", mine)
    monkeypatch.setattr(ours, "BASE_DIR", theirs)
    server.files = {"/list.json": server.files["/list.json"]}
    assert gensims.load("toy-vectors", return_path=True) == found[ours]
    assert ours.load("toy-vectors", return_path=True) == found[gensims]
    assert len(ours.load("toy-vectors")) == 3


@pytest.mark.parametrize("module", [gensims, ours])
def test_errors(server, module):
    for function in (module.load, module.info):
        with pytest.raises(ValueError, match="Incorrect model/corpus name"):
            function("no-such-data")
    server.files["/toy-vectors/toy-vectors.gz"] += b"?"
    with pytest.raises(Exception, match=r"Checksum|expected"):
        module.load("toy-vectors")
