"""The wheel named gensim: what is in it, and where it is not written. What it does: behaviour/test_stand_in.py."""

from __future__ import annotations

import base64
import hashlib
import os
from email.parser import Parser
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

import npw2v
from npw2v.as_gensim import write_wheel
from npw2v.compat import wheel

NAME = "gensim-4.4.0+npw2v-py3-none-any.whl"


@pytest.fixture(autouse=True)
def no_gensim(monkeypatch):
    monkeypatch.setattr(wheel, "installed_gensim", lambda: None)


@pytest.fixture
def files(tmp_path):
    with ZipFile(write_wheel(tmp_path)) as archive:
        assert all(member.compress_type == ZIP_STORED for member in archive.infolist())
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_is_written_where_it_was_asked_for(tmp_path):
    assert write_wheel(tmp_path / "new" / "folder") == os.path.join(tmp_path, "new", "folder", NAME)
    assert os.listdir(tmp_path / "new" / "folder") == [NAME]


def test_the_same_bytes_every_time_and_over_itself(tmp_path):
    first = Path(write_wheel(tmp_path / "a")).read_bytes()
    assert Path(write_wheel(str(tmp_path / "b"))).read_bytes() == first
    assert Path(write_wheel(tmp_path / "a")).read_bytes() == first


def test_one_of_an_older_npw2v_is_replaced(tmp_path):
    with ZipFile(tmp_path / NAME, "w") as older:
        older.writestr("gensim/README-npw2v.md", "older")
    with ZipFile(write_wheel(tmp_path)) as archive:
        assert "gensim/__init__.py" in archive.namelist()


def test_the_record_lists_every_file_with_its_digest(files):
    record = files["gensim-4.4.0+npw2v.dist-info/RECORD"].decode().splitlines()
    assert record.pop() == "gensim-4.4.0+npw2v.dist-info/RECORD,,"
    assert [line.split(",")[0] for line in record] == list(files)[:-1]
    for name, digest, size in (line.split(",") for line in record):
        expected = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).decode().rstrip("=")
        assert (digest, int(size)) == (f"sha256={expected}", len(files[name]))


def test_the_metadata_name_gensim_and_need_npw2v(files):
    metadata = Parser().parsestr(files["gensim-4.4.0+npw2v.dist-info/METADATA"].decode())
    assert (metadata["Name"], metadata["Version"]) == ("gensim", "4.4.0+npw2v")
    assert metadata.get_all("Requires-Dist") == [f"npw2v>={npw2v.__version__}"]
    assert metadata["Classifier"] == "Private :: Do Not Upload"  # indexes refuse what has it
    assert metadata.get_payload().encode() == files["gensim/README-npw2v.md"]
    assert b"Tag: py3-none-any\n" in files["gensim-4.4.0+npw2v.dist-info/WHEEL"]


def test_the_readme_says_what_it_is_and_not_to_upload_it(files):
    readme = files["gensim/README-npw2v.md"].decode()
    assert readme.startswith("# This is not gensim\n")
    assert "Do not upload it" in readme


def test_where_gensim_itself_is_installed_it_is_written_by_force_only(tmp_path, monkeypatch):
    monkeypatch.setattr(wheel, "installed_gensim", lambda: "/site-packages/gensim")
    with pytest.raises(RuntimeError, match=r"is installed here, in /site-packages/gensim, .* insist with --force"):
        write_wheel(tmp_path / "folder")
    assert not (tmp_path / "folder").exists()
    assert os.path.exists(write_wheel(tmp_path / "folder", force=True))


@pytest.mark.parametrize("other", ["gensim-4.5.0-cp314-cp314-manylinux_2_17_x86_64.whl", "Gensim-4.4.0.tar.gz"])
def test_beside_another_gensim_it_is_not_written(tmp_path, other):
    (tmp_path / other).touch()
    (tmp_path / "gensim-evaluations-0.1.tar.gz").touch()
    with pytest.raises(ValueError, match=f"has {other} already, which might be installed instead"):
        write_wheel(tmp_path)
    assert sorted(os.listdir(tmp_path)) == sorted([other, "gensim-evaluations-0.1.tar.gz"])


def test_what_is_not_its_own_is_not_replaced(tmp_path):
    with ZipFile(tmp_path / "foreign.zip", "w") as foreign:
        foreign.writestr("gensim/__init__.py", "")
    for content in (b"", b"no wheel", (tmp_path / "foreign.zip").read_bytes()):
        (tmp_path / NAME).write_bytes(content)
        with pytest.raises(ValueError, match=r"any.whl is there already and is no wheel of npw2v's: remove it"):
            write_wheel(tmp_path)
        assert (tmp_path / NAME).read_bytes() == content


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError, match="expected a folder to write the wheel to, got a file: '.*file'"):
        write_wheel(tmp_path / "file")


def test_a_failure_in_writing_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ZipFile, "writestr", full)
    with pytest.raises(OSError, match="the new file does not fit"):
        write_wheel(tmp_path)
    assert os.listdir(tmp_path) == []
