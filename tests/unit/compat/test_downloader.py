"""gensim's downloader: the same functions and folders, data alone, and nothing that is not whole and right."""

from __future__ import annotations

import hashlib
import json
import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from npw2v import downloader as api
from npw2v.compat import downloader
from npw2v.corpus.sentences import Text8Corpus
from npw2v.errors import FormatError
from npw2v.vectors.keyedvectors import KeyedVectors
from tests.support.dataserver import HOSTILE, VECTORS, serving


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder for downloads; it does not exist yet, and there is no network."""
    monkeypatch.delenv("NPW2V_DATA", raising=False)
    monkeypatch.setattr(api, "BASE_DIR", str(tmp_path / "gensim-data"))
    monkeypatch.setattr(api, "DATA_LIST_URL", "http://127.0.0.1:1/list.json")
    monkeypatch.setattr(api, "DOWNLOAD_BASE_URL", "http://127.0.0.1:1")
    return tmp_path / "gensim-data"


@pytest.fixture
def server(folder, monkeypatch):
    with serving() as server:
        monkeypatch.setattr(api, "DATA_LIST_URL", f"{server.url}/list.json")
        monkeypatch.setattr(api, "DOWNLOAD_BASE_URL", server.url)
        server.add("models", "glove-toy-2", VECTORS)
        yield server


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# ---- what it does


def test_vectors_are_downloaded_once_and_nothing_with_them(server, folder):
    vectors = api.load("glove-toy-2")
    assert isinstance(vectors, KeyedVectors)
    assert vectors["queen"].tolist() == [0.5, 1]
    assert files(folder) == ["glove-toy-2/glove-toy-2.gz", "information.json"]
    assert [path for path, _ in server.asked] == ["/list.json", "/glove-toy-2/glove-toy-2.gz"]
    assert api.load("glove-toy-2", return_path=True) == str(folder / "glove-toy-2" / "glove-toy-2.gz")
    assert len(server.asked) == 2


def test_binary_vectors(server):
    rows = b"".join(b"%s " % word + np.array([1, 2], np.float32).tobytes() + b"\n" for word in (b"a", b"b"))
    server.add("models", "word2vec-toy", b"2 2\n" + rows)
    assert api.load("word2vec-toy")["b"].tolist() == [1, 2]


def test_what_lies_in_the_folder_needs_no_network_and_its_program_does_not_run(folder):
    (folder / "glove-old-2").mkdir(parents=True)
    (folder / "glove-old-2" / "__init__.py").write_bytes(HOSTILE)
    (folder / "glove-old-2" / "glove-old-2.gz").write_bytes(VECTORS)
    assert api.load("glove-old-2").index_to_key == ["king", "queen", "cat"]
    assert not (folder / "glove-old-2" / "ran").exists()
    assert "glove-old-2" not in sys.modules


def test_folder_with_a_program_and_no_data_gets_the_data(server, folder):
    (folder / "glove-toy-2").mkdir(parents=True)
    (folder / "glove-toy-2" / "__init__.py").write_bytes(HOSTILE)
    assert len(api.load("glove-toy-2")) == 3
    assert files(folder) == ["glove-toy-2/__init__.py", "glove-toy-2/glove-toy-2.gz", "information.json"]


def test_folder_that_npw2v_data_names_is_looked_into(folder, tmp_path, monkeypatch):
    (tmp_path / "data" / "toy").mkdir(parents=True)
    (tmp_path / "data" / "toy" / "toy.gz").write_bytes(VECTORS)
    monkeypatch.setenv("NPW2V_DATA", str(tmp_path / "data"))
    assert api.load("toy", return_path=True) == str(tmp_path / "data" / "toy" / "toy.gz")


def test_parts_are_put_together(server, folder):
    data = server.add("models", "vectors-in-parts", VECTORS, parts=3)
    server.breaks = [10]
    path = api.load("vectors-in-parts", return_path=True)
    assert Path(path).read_bytes() == data
    assert files(folder) == ["information.json", "vectors-in-parts/vectors-in-parts.gz"]
    assert ("/vectors-in-parts/vectors-in-parts.gz_00", "bytes=10-") in server.asked


def test_parts_that_are_there_are_not_downloaded_again(server, folder):
    server.add("models", "vectors-in-parts", VECTORS, parts=3)
    last = server.files.pop("/vectors-in-parts/vectors-in-parts.gz_02")
    with pytest.raises(OSError, match="gz_02 .*404"):
        api.load("vectors-in-parts")
    assert not (folder / "vectors-in-parts").exists()
    server.files["/vectors-in-parts/vectors-in-parts.gz_02"] = last
    server.asked.clear()
    assert len(api.load("vectors-in-parts")) == 3
    assert [path for path, _ in server.asked] == ["/list.json", "/vectors-in-parts/vectors-in-parts.gz_02"]


def test_text8(server, tmp_path, monkeypatch):
    server.add("corpora", "text8", b" anarchism originated as a term")
    corpus = api.load("text8")
    assert isinstance(corpus, Text8Corpus)
    assert list(corpus) == list(corpus) == [["anarchism", "originated", "as", "a", "term"]]


def test_text8_that_is_at_hand_as_a_zip_is_not_downloaded(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(downloader.datasets, "on_disk", lambda name: tmp_path / f"{name}.zip")
    assert api.load("text8").fname == tmp_path / "text8.zip"
    with pytest.raises(ValueError, match="no list of data sets"):
        api.load("text8", return_path=True)


@pytest.mark.parametrize(
    "name, content, expected",
    [
        ("20-newsgroups", b'{"topic": "t", "data": "x"}\n{"topic": "u", "data": "y"}\n',
         [{"topic": "t", "data": "x"}, {"topic": "u", "data": "y"}]),
        ("wiki-toy", b'{ "title": "A", "section_texts": ["a"]}\n', [{"title": "A", "section_texts": ["a"]}]),
        ("fake-news", b'uuid,text\n1,"a, b"\n', [{"uuid": "1", "text": "a, b"}]),
        ("quora-duplicate-questions", b"id\tquestion1\n1\tWhy, oh?\n", [{"id": "1", "question1": "Why, oh?"}]),
    ],
)  # fmt: skip
def test_records(server, name, content, expected):
    server.add("corpora", name, content)
    corpus = api.load(name)
    assert list(corpus) == list(corpus) == expected


def test_corpus_that_is_one_object(server):
    server.add("corpora", "semeval-2016-2017-task3-subtaskBC", b'{"2016-dev": [{"THREAD": 1}]}')
    assert api.load("semeval-2016-2017-task3-subtaskBC") == {"2016-dev": [{"THREAD": 1}]}


def test_what_only_the_program_could_read_is_refused(server, folder):
    server.add("corpora", "strange", b"\x93NUMPY and so on")
    with pytest.raises(FormatError, match=r"which npw2v does not run; load\('strange', return_path=True\) gives the f"):
        api.load("strange")
    assert api.load("strange", return_path=True) == str(folder / "strange" / "strange.gz")


# ---- the list


def test_info(server):
    server.lists["models"]["glove-older"] = {"latest": False, "parts": 1}
    server.publish()
    server.add("corpora", "tales", b"{}")
    assert api.info("tales")["file_name"] == "tales.gz"
    assert list(api.info()["models"]) == ["glove-toy-2"]
    assert list(api.info(show_only_latest=False)["models"]) == ["glove-toy-2", "glove-older"]
    assert api.info(name_only=True) == {"corpora": ["tales"], "models": ["glove-toy-2", "glove-older"]}
    assert api._get_filename("glove-toy-2") == "glove-toy-2.gz"
    assert api._get_parts("glove-toy-2") == 1
    assert api._get_checksum("glove-toy-2") == server.lists["models"]["glove-toy-2"]["checksum"]


def test_without_a_network_the_last_list_is_used(server, folder, monkeypatch, caplog):
    fresh = api.info()
    monkeypatch.setattr(api, "DATA_LIST_URL", "http://127.0.0.1:1/list.json")
    with caplog.at_level(logging.WARNING, "npw2v"):
        assert api.info() == fresh
    assert f"using the copy of the list in {folder / 'information.json'}" in caplog.text


def test_without_a_network_and_a_list(folder):
    with pytest.raises(ValueError, match=r"no list of data sets: cannot read http://127.0.0.1:1/.*connect to the Int"):
        api.load("glove-wiki-gigaword-50")
    assert not folder.exists()


@pytest.mark.parametrize("body", [b"<html>Sign in to this network</html>", b"", b"[1, 2]", b'{"corpora": {}}',
                                  b'{"corpora": {}, "models": {"x": 1}}', b"\xff", b"[" * 100_000])  # fmt: skip
def test_list_that_is_none(server, folder, body):
    server.files["/list.json"] = body
    with pytest.raises(ValueError, match="no list of data sets: the list of data sets in http.*expected .*, got b"):
        api.info()
    assert not folder.exists()


def test_list_that_is_none_does_not_replace_the_copy(server, folder):
    good = api.info()
    server.files["/list.json"] = b"<html>"
    assert api.info() == good
    (folder / "information.json").write_bytes(b"<html>")
    with pytest.raises(FormatError, match="information.json: expected JSON, got b'<html>'"):
        api.info()


@pytest.mark.parametrize("name, near", [("glove-toy", "did you mean glove-toy-2"), ("zzz", "known are glove-toy-2")])
def test_unknown_name(server, folder, name, near):
    for function in (api.load, api.info):
        with pytest.raises(ValueError, match=f"Incorrect model/corpus name: '{name}' is not in the list.*{near}"):
            function(name)
    assert files(folder) == ["information.json"]


# ---- what goes wrong


def test_download_that_broke_goes_on(server, folder):
    data = server.files["/glove-toy-2/glove-toy-2.gz"]
    server.breaks = [20, 0]
    with pytest.raises(OSError, match=f"after 20 of {len(data)} bytes.*the next attempt goes on from there"):
        api.load("glove-toy-2")
    assert files(folder) == ["glove-toy-2.part/glove-toy-2.gz.part", "information.json"]
    assert len(api.load("glove-toy-2")) == 3
    assert server.asked[-1] == ("/glove-toy-2/glove-toy-2.gz", "bytes=20-")
    assert files(folder) == ["glove-toy-2/glove-toy-2.gz", "information.json"]


@pytest.mark.parametrize("part", [1, 2])
def test_wrong_checksum(server, folder, part):
    server.add("models", "bad", VECTORS, parts=part)
    path = "/bad/bad.gz" + "_01" * (part > 1)
    server.files[path] = server.files[path][:-1] + b"?"
    with pytest.raises(FormatError, match="md5 checksum [0-9a-f]{32}, expected [0-9a-f]{32}; nothing was kept"):
        api.load("bad")
    assert not (folder / "bad").exists()
    assert not [name for name in files(folder) if name.endswith((".part", "bad.gz"))]


def test_wrong_size(server, folder):
    server.lists["models"]["glove-toy-2"]["file_size"] += 1
    server.publish()
    with pytest.raises(FormatError, match=r"gave \d+ bytes, expected \d+"):
        api.load("glove-toy-2")
    server.add("models", "bad", VECTORS, parts=2)
    server.lists["models"]["bad"]["file_size"] += 1
    server.publish()
    with pytest.raises(FormatError, match="the 2 parts have .* bytes, expected"):
        api.load("bad")
    assert [path.name for path in folder.iterdir()] == ["information.json"]


def test_missing_file(server, folder):
    del server.files["/glove-toy-2/glove-toy-2.gz"]
    with pytest.raises(OSError, match="glove-toy-2.gz .HTTP Error 404"):
        api.load("glove-toy-2")
    assert [path.name for path in folder.iterdir()] == ["information.json"]


@pytest.mark.parametrize(
    "name", ["../../evil", "/etc/passwd", "a/b", "a\\b", "..", ".hidden", "", "a\n", "x" + "\0", 3]
)
def test_names_that_are_paths(server, folder, name):
    server.lists["models"][str(name)] = {"file_name": f"{name}.gz", "parts": 1, "checksum": "0" * 32}
    server.publish()
    with pytest.raises(ValueError, match="Incorrect model/corpus name: expected letters"):
        api.load(name)
    assert server.asked == []


@pytest.mark.parametrize(
    "key, value, message",
    [
        ("file_name", "../../evil.gz", "is '../../evil.gz', expected glove-toy-2.gz"),
        ("file_name", "__init__.py", "is '__init__.py', expected glove-toy-2.gz"),
        ("file_name", None, "is None, expected glove-toy-2.gz"),
        ("checksum", None, "expected an MD5 checksum as checksum of glove-toy-2, got None"),
        ("checksum", "0" * 31, "expected an MD5 checksum"),
        ("parts", 0, "expected a number of parts of glove-toy-2 from 1 to 100, got 0"),
        ("parts", 10**9, "expected a number of parts"),
        ("parts", "many", "expected a number of parts"),
    ],
)
def test_list_that_leads_astray(server, folder, key, value, message):
    server.lists["models"]["glove-toy-2"][key] = value
    server.publish()
    with pytest.raises(FormatError, match=message):
        api.load("glove-toy-2")
    assert [path.name for path in folder.iterdir()] == ["information.json"]


def test_redirection_to_a_file(server, folder, tmp_path):
    (tmp_path / "secret").write_bytes(server.files["/glove-toy-2/glove-toy-2.gz"])
    server.redirects["/glove-toy-2/glove-toy-2.gz"] = (tmp_path / "secret").as_uri()
    with pytest.raises(OSError, match="cannot download .*file:"):
        api.load("glove-toy-2")
    assert not (folder / "glove-toy-2").exists()


def test_folder_that_cannot_be_made(server, folder):
    folder.write_bytes(b"")
    assert list(api.info()["models"]) == ["glove-toy-2"]  # the list is not kept, that is all
    with pytest.raises(OSError, match="cannot make the folder for downloads: let .* GENSIM_DATA_DIR name another"):
        api.load("glove-toy-2")


def test_create_base_dir(folder):
    api._create_base_dir()
    api._create_base_dir()
    assert folder.is_dir()


def test_another_process_was_faster(server, folder, monkeypatch):
    (folder / "glove-toy-2").mkdir(parents=True)
    monkeypatch.setattr(downloader, "_on_disk", lambda name: None)
    (folder / "glove-toy-2" / "glove-toy-2.gz").write_bytes(VECTORS)
    assert len(api.load("glove-toy-2")) == 3
    assert [path for path, _ in server.asked] == ["/list.json"]


# ---- constants and the command line


def test_base_dir():
    """Once for each environment, in one process: the module is read anew."""
    program = """
import importlib, os
os.environ.update(HOME="/h", USERPROFILE="/h")
os.environ.pop("GENSIM_DATA_DIR", None)
from npw2v.compat import downloader
print(downloader.BASE_DIR, downloader.base_dir)
os.environ["GENSIM_DATA_DIR"] = "/x"
importlib.reload(downloader)
print(downloader.BASE_DIR, downloader.base_dir)
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.replace("\\", "/").split() == ["/h/gensim-data", "/h/gensim-data", "/x", "/x"]


def test_folder_set_in_another_module_that_is_not_ours_does_not_count(folder, monkeypatch):
    monkeypatch.setattr(sys, "modules", {**sys.modules, "gensim.downloader": type(sys)("gensim.downloader")})
    sys.modules["gensim.downloader"].BASE_DIR = "elsewhere"
    assert downloader._constant("BASE_DIR") == str(folder)


def test_command_line(server, folder, capsys, monkeypatch):
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(logging.getLogger(), "level", logging.WARNING)  # which is put back, too
    assert api.main(["--info", "glove-toy-2"]) == 0
    assert json.loads(capsys.readouterr().out)["file_name"] == "glove-toy-2.gz"
    assert api.main(["-i", "name"]) == 0
    assert json.loads(capsys.readouterr().out) == {"corpora": [], "models": ["glove-toy-2"]}
    assert api.main(["-i"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == ["corpora", "models"]
    assert api.main(["-d", "glove-toy-2"]) == 0
    assert hashlib.md5((folder / "glove-toy-2" / "glove-toy-2.gz").read_bytes()).hexdigest() == api._get_checksum(
        "glove-toy-2"
    )
    assert api.main(["-d", "glove-toy-3"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("npw2v.downloader: error: Incorrect model/corpus name")
    assert err.count("\n") == 1


def test_interrupted(monkeypatch, capsys):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(downloader, "load", interrupt)
    assert api.main(["-d", "text8"]) == 130
    assert capsys.readouterr().err == "npw2v.downloader: interrupted\n"
