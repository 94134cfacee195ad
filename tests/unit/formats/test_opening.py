"""Opening files: compression by content or name, and writes that leave the old file if they fail."""

from __future__ import annotations

import bz2
import gzip
import io
import os

import numpy as np
import pytest

from npw2v.errors import FormatError
from npw2v.formats.word2vec import read_word2vec, write_word2vec
from tests.support.word2vec_files import BINARY, ROWS, TEXT


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_compression_is_recognised_by_content(tmp_path, pack):
    path = tmp_path / "vectors.bin"
    path.write_bytes(pack(BINARY))
    assert list(read_word2vec(path, binary=True)[0]) == ["the", "naïve"]
    path.write_bytes(pack(BINARY)[:-12])
    with pytest.raises(FormatError, match=r"vectors\.bin.*(truncated|damaged)"):
        read_word2vec(path, binary=True)


@pytest.mark.parametrize("extension", ["gz", "bz2"])
def test_extension_compresses(tmp_path, extension):
    path = tmp_path / f"v.txt.{extension}"
    write_word2vec(path, ["the", "naïve"], ROWS)
    assert path.read_bytes()[:2] in (b"\x1f\x8b", b"BZ")
    assert list(read_word2vec(str(path))[0]) == ["the", "naïve"]
    path.write_bytes(TEXT)  # a wrong extension does not matter
    assert list(read_word2vec(path)[0]) == ["the", "naïve"]


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(b"old")

    class Failing(np.ndarray):
        def __getitem__(self, index):
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_word2vec(path, ["a"], ROWS[:1].view(Failing))
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["v.txt"]


def test_replacing_keeps_links_and_permissions(tmp_path):
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_word2vec(link, ["the", "naïve"], ROWS)
    assert link.is_symlink()
    assert real.read_bytes() == TEXT
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"missing/v\.txt'"):
        write_word2vec(tmp_path / "missing" / "v.txt", ["a"], ROWS[:1])


def test_text_file_objects_are_refused():
    with pytest.raises(TypeError, match="open it in binary mode"):
        write_word2vec(io.StringIO(), ["a"], ROWS[:1])
