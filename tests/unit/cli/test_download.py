"""`npw2v download`: paths of data sets, what there is, and errors of one line."""

from __future__ import annotations

import json

import pytest

from npw2v import downloader as api
from npw2v.cli import main
from npw2v.corpus import datasets
from tests.support.dataserver import VECTORS, serving


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("NPW2V_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(datasets, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(api, "BASE_DIR", str(tmp_path / "gensim-data"))
    with serving() as server:
        monkeypatch.setattr(api, "DATA_LIST_URL", f"{server.url}/list.json")
        monkeypatch.setattr(api, "DOWNLOAD_BASE_URL", server.url)
        server.add("models", "glove-toy-2", VECTORS)
        yield server


def failing(capsys, *arguments):
    assert main(["download", *arguments]) == 1
    out, err = capsys.readouterr()
    assert err.startswith("npw2v: error: ")
    assert err.count("\n") == 1
    return err


def test_path(server, tmp_path, capsys):
    path = tmp_path / "gensim-data" / "glove-toy-2" / "glove-toy-2.gz"
    assert main(["download", "glove-toy-2"]) == 0
    assert capsys.readouterr().out == f"{path}\n"
    assert main(["download", "--json", "glove-toy-2"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {"name": "glove-toy-2", "path": str(path), "bytes": path.stat().st_size}


def test_list(server, capsys):
    assert main(["download"]) == 0
    assert capsys.readouterr().out.split() == ["glove-toy-2", "0.0", "MB", "about", "glove-toy-2"]
    assert main(["download", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    size = server.lists["models"]["glove-toy-2"]["file_size"]
    assert found == {"name": "glove-toy-2", "kind": "models", "bytes": size, "description": "about glove-toy-2"}


def test_text8_and_the_questions_that_are_at_hand(server, tmp_path, monkeypatch, capsys):
    (tmp_path / "data").mkdir()
    small = datasets.DataSet("text8", 3, 9, "")
    monkeypatch.setattr(datasets, "DATA_SETS", {"text8": small})
    (tmp_path / "data" / "text8.zip").write_bytes(b"zip")
    (tmp_path / "data" / "questions-words.txt").write_text(": a\n")
    assert main(["download", "text8", "questions-words.txt"]) == 0
    assert capsys.readouterr().out.split() == [
        str(tmp_path / "data" / "text8.zip"),
        str(tmp_path / "data" / "questions-words.txt"),
    ]
    assert server.asked == []


def test_errors(server, tmp_path, capsys):
    assert "did you mean glove-toy-2?" in failing(capsys, "glove-toy-1")
    assert "questions-words.txt is not in" in failing(capsys, "questions-words.txt")
    assert "wiki8 is not on disk, and there is no address for it" in failing(capsys, "wiki8")
    server.files["/glove-toy-2/glove-toy-2.gz"] = b"?"
    assert "gave 1 bytes, expected" in failing(capsys, "glove-toy-2")
    server.files["/list.json"] = b"<html>"
    (tmp_path / "gensim-data" / "information.json").unlink()
    assert "expected JSON, got b'<html>'" in failing(capsys)


def test_interrupted(server, monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "DATA_LIST_URL", "http://127.0.0.1:1/")
    monkeypatch.setattr("npw2v.corpus.downloading.read", interrupt)
    assert main(["download"]) == 130
    assert capsys.readouterr().err == "npw2v: interrupted\n"
