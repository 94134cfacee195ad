"""`npw2v as-gensim`."""

from __future__ import annotations

import os

import pytest

from npw2v.cli import main
from npw2v.compat import wheel


@pytest.fixture(autouse=True)
def no_gensim(monkeypatch):
    monkeypatch.setattr(wheel, "installed_gensim", lambda: None)


def test_it_writes_the_wheel_and_says_how_to_use_it(tmp_path, capsys):
    assert main(["as-gensim", "--wheel", str(tmp_path)]) == 0
    assert os.listdir(tmp_path) == [wheel.NAME]
    out, err = capsys.readouterr()
    assert f"pip install --find-links {tmp_path} PACKAGE" in out
    assert err == ""


def test_gensim_itself_is_one_line_and_status_1_and_force_writes_it_all_the_same(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(wheel, "installed_gensim", lambda: "/there/gensim")
    assert main(["as-gensim", "--wheel", str(tmp_path)]) == 1
    assert os.listdir(tmp_path) == []
    err = capsys.readouterr().err
    assert err.startswith("npw2v: error: gensim itself is installed here, in /there/gensim")
    assert err.count("\n") == 1
    assert main(["as-gensim", "--wheel", str(tmp_path), "--force"]) == 0


def test_a_folder_that_is_a_file_is_one_line_and_status_1(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["as-gensim", "--wheel", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
