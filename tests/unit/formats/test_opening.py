"""Opening files: compression by content or name, and writes that leave the old file if they fail."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import os
import signal
import time

import numpy as np
import pytest

import npw2v
from npw2v import KeyedVectors
from npw2v.errors import FormatError
from npw2v.formats import opening
from npw2v.formats.archive import write_archive
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


# ---- what cannot be written: a clear error, the old file, nothing beside it


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(b"old")
    return path


def check_that_nothing_changed(old):
    assert old.read_bytes() == b"old"
    assert os.listdir(old.parent) == [old.name]


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(IsADirectoryError, match=r"expected a file to write, got a folder: add .*: '.*'"):
        write_word2vec(tmp_path, ["a"], ROWS[:1])
    with pytest.raises(IsADirectoryError, match="expected a file to write"):
        write_word2vec(f"{tmp_path}/new/", ["a"], ROWS[:1])
    assert os.listdir(tmp_path) == []


def test_a_link_to_nothing_leads_to_the_new_file_and_a_circle_is_refused(tmp_path):
    (tmp_path / "link").symlink_to("real.txt")
    write_word2vec(tmp_path / "link", ["the", "naïve"], ROWS)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real.txt").read_bytes() == TEXT
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(OSError, match="circle") as refused:
        write_word2vec(tmp_path / "circle", ["a"], ROWS[:1])
    assert refused.value.errno == errno.ELOOP
    assert sorted(os.listdir(tmp_path)) == ["circle", "link", "real.txt"]


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_a_read_only_folder(old, monkeypatch, code):
    def refuse(path, *arguments):
        raise OSError(code, os.strerror(code), path)

    monkeypatch.setattr(opening, "open", refuse, raising=False)  # permissions do not hold for root
    with pytest.raises(
        OSError, match=r"the folder must be writable \(the old file is as it was\): '.*v\.txt'"
    ) as error:
        write_word2vec(old, ["a"], ROWS[:1])
    assert error.value.errno == code
    check_that_nothing_changed(old)


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_full_disk_at_any_step(old, monkeypatch, step):
    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    class Full(io.FileIO):
        write = full

    def opened(path, mode):
        return io.BufferedWriter(Full(path, mode.replace("b", "")))

    if step == "write":
        monkeypatch.setattr(opening, "open", opened, raising=False)
    else:
        monkeypatch.setattr(opening.os, step, full)
    with pytest.raises(OSError, match=r"does not fit; make room.*\(the old file is as it was\): '.*v\.txt'") as error:
        write_word2vec(old, ["a"], ROWS[:1])
    monkeypatch.undo()
    assert error.value.errno == errno.ENOSPC
    check_that_nothing_changed(old)


@pytest.mark.parametrize("name", ["v.txt", "v.txt.gz", "v.txt.bz2"])
@pytest.mark.parametrize("write", [write_word2vec, lambda path, _, rows: write_archive(path, {"rows": rows}, {})])
@pytest.mark.skipif(os.name != "posix", reason="the system has no limit on the size of a file")
def test_a_disk_that_is_really_full(tmp_path, write, name):
    resource = pytest.importorskip("resource")
    rows = np.random.default_rng(1).random((2000, 10))
    old = tmp_path / name
    old.write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(OSError, match=r"the new file does not fit.*\(the old file is as it was\)") as error:
            write(old, list(range(2000)), rows)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert error.value.filename == str(old)
    check_that_nothing_changed(old)


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt, ValueError])
def test_other_errors_stay_what_they_are(old, error):
    def save():
        with opening.open_for_writing(old) as file:
            file.write(b"new")
            raise error

    with pytest.raises(error):
        save()
    check_that_nothing_changed(old)


def test_an_error_that_is_about_another_file_stays_as_it_is(old):
    with pytest.raises(FileNotFoundError, match=r"missing'$"), opening.open_for_writing(old):
        os.stat(old.parent / "missing")
    check_that_nothing_changed(old)


def test_windows_does_not_replace_a_file_that_is_open_or_mapped(old, monkeypatch):
    def refuse(source, target):
        raise OSError(errno.EACCES, "Access is denied", source, 5, target)

    monkeypatch.setattr(opening.os, "replace", refuse)
    with pytest.raises(
        PermissionError, match=r"Access is denied: .* on Windows no program may have open or mapped"
    ) as error:
        write_word2vec(old, ["a"], ROWS[:1])
    monkeypatch.undo()
    assert error.value.filename == str(old)
    assert "(the old file is as it was)" in str(error.value)
    check_that_nothing_changed(old)


# ---- what killed processes leave


def aged(path, seconds):
    path.write_bytes(b"half")
    os.utime(path, (then := time.time() - seconds, then))
    return path


def test_the_next_save_removes_what_a_killed_one_left_an_hour_ago(tmp_path):
    left = aged(tmp_path / ".npw2v-0123456789ab.tmp", 3700)
    young = aged(tmp_path / ".npw2v-0123456789ac.tmp", 3500)
    others = [aged(tmp_path / name, 10_000) for name in (".npw2v-mine.tmp", "npw2v-0123456789ab.tmp", "v.tmp")]
    (tmp_path / ".npw2v-0123456789ad.tmp").symlink_to(others[0])
    (tmp_path / ".npw2v-0123456789ae.tmp").mkdir()
    write_word2vec(tmp_path / "v", ["the", "naïve"], ROWS)
    assert not left.exists()
    assert young.exists()
    assert all(other.exists() for other in others)
    assert len(os.listdir(tmp_path)) == 1 + 1 + 3 + 2


@pytest.mark.skipif(opening.fcntl is None, reason="the system has no such locks, and removes no file that is open")
def test_what_is_still_being_written_stays_however_old_it_is(tmp_path):
    with opening.replacing(str(tmp_path / "v")) as temporary:
        os.utime(temporary, (1, 1))
        write_word2vec(tmp_path / "w", ["the", "naïve"], ROWS)
        assert os.path.exists(temporary)
    assert sorted(os.listdir(tmp_path)) == ["v", "w"]


def test_without_locks_age_alone_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "fcntl", None)
    left = aged(tmp_path / ".npw2v-0123456789ab.tmp", 3700)
    write_word2vec(tmp_path / "v", ["the", "naïve"], ROWS)
    assert not left.exists()


# ---- appending


def test_appending_that_fails_leaves_the_file_as_it_was(tmp_path):
    for name in ("v", "v.gz"):
        write_word2vec(tmp_path / name, ["the", "naïve"], ROWS)
        before = (tmp_path / name).read_bytes()
        with pytest.raises(OSError, match=r"does not fit.*\(the old file is as it was\)") as error:
            append_and_fail(tmp_path / name, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        assert error.value.filename == str(tmp_path / name)
        assert (tmp_path / name).read_bytes() == before
        with pytest.raises(KeyboardInterrupt):
            append_and_fail(tmp_path / name, KeyboardInterrupt())
        assert (tmp_path / name).read_bytes() == before


def append_and_fail(path, error):
    with opening.open_for_writing(path, append=True) as file:
        file.write(b"more" * 10_000)
        file.flush()
        raise error


@pytest.mark.parametrize(
    "name, pack", [("v.txt", gzip.compress), ("v.GZ", gzip.compress), ("v.gz", bytes), ("v.bz2", bytes)]
)
def test_what_is_appended_is_compressed_as_the_file_is(tmp_path, name, pack):
    (tmp_path / name).write_bytes(pack(TEXT))
    write_word2vec(tmp_path / name, ["x"], ROWS[:1], write_header=False, append=True)
    assert list(read_word2vec(tmp_path / name)[0]) == ["the", "naïve"]
    with opening.open_for_reading(tmp_path / name) as file:
        assert file.read() == TEXT + b"x " + TEXT.split(b"\n")[1].split(b" ", 1)[1] + b"\n"


def test_appending_to_no_file_makes_one_and_to_a_read_only_one_is_refused(tmp_path, monkeypatch):
    for name in ("new", "empty"):
        write_word2vec(tmp_path / name, ["the", "naïve"], ROWS, append=True)
        assert (tmp_path / name).read_bytes() == TEXT
        (tmp_path / "empty").touch()

    def refuse(path, mode):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES), path)

    monkeypatch.setattr(opening, "open", refuse, raising=False)
    with pytest.raises(PermissionError, match=r"Permission denied: '.*new'"):
        write_word2vec(tmp_path / "new", ["a"], ROWS[:1], append=True)


@pytest.mark.parametrize(
    "path, remote", [("s3://bucket/v", True), ("file:///v", True), ("C://v", False), ("a/b", False)]
)
def test_a_drive_of_windows_is_no_scheme(path, remote):
    assert opening._is_remote(path) == remote


# ---- knowing before whether a file can be written


def test_a_file_that_can_be_written_is_not_touched(tmp_path):
    opening.check_writable(str(tmp_path / "new"))
    (tmp_path / "old").write_text("old")
    opening.check_writable(str(tmp_path / "old"))
    opening.check_writable(os.devnull)
    assert os.listdir(tmp_path) == ["old"]


@pytest.mark.parametrize("name, error", [("nowhere/a", FileNotFoundError), ("", IsADirectoryError)])
def test_a_file_that_cannot_be_written_is_refused(tmp_path, name, error):
    with pytest.raises(error):
        opening.check_writable(os.path.join(str(tmp_path), name))


def test_a_folder_that_cannot_be_written_is_refused(tmp_path, monkeypatch):
    def refused(*arguments, **options):
        raise PermissionError(errno.EACCES, "Permission denied", "unknown name")

    monkeypatch.setattr(opening.tempfile, "TemporaryFile", refused)
    with pytest.raises(PermissionError, match="the folder must be writable.*nothing was written"):
        opening.check_writable(str(tmp_path / "new"))


def test_compressed_vectors_do_not_grow_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "MOST_UNPACKED", 10_000)
    path = tmp_path / "vectors.gz"
    lines = b"".join(b"w%d 1 1\n" % number for number in range(2000))
    for content in (lines, b"2000 2\n" + lines):
        path.write_bytes(gzip.compress(content))
        assert len(KeyedVectors.load_word2vec_format(path)) == 2000, "compressed to a third"
    path.write_bytes(gzip.compress(lines * 100))
    with pytest.raises(FormatError, match=r"vectors\.gz decompresses to more than \d+ bytes"):
        KeyedVectors.load_word2vec_format(path)
    assert "decompresses to more than" in str(npw2v.doctor(path))
    (tmp_path / "vectors").write_bytes(lines * 20)
    assert len(KeyedVectors.load_word2vec_format(tmp_path / "vectors")) == 2000


def test_what_is_decompressed(tmp_path):
    path = tmp_path / "file"
    for pack, is_packed in ((bytes, False), (gzip.compress, True), (bz2.compress, True), (lzma.compress, True)):
        path.write_bytes(pack(b"text"))
        with opening.open_for_reading(path) as file:
            assert opening.is_decompressed(path, file) == is_packed
            assert opening.is_decompressed(file, file) == is_packed
    assert not opening.is_decompressed(io.BytesIO(), io.BytesIO())
