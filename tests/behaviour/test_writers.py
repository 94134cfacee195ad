"""Whatever writes a file: where it cannot, the error says why and names the file, and what was there stays."""

from __future__ import annotations

import errno
import mmap
import os
import signal

import pytest

from npw2v.formats import opening
from tests.support.writers import WRITERS, vectors

OLD = b"what was there before"

each_writer = pytest.mark.parametrize("name", WRITERS)


@pytest.fixture
def old(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(OLD)
    return path


def check_that_nothing_changed(old):
    assert old.read_bytes() == OLD
    assert os.listdir(old.parent) == [old.name]


@each_writer
def test_a_folder_is_no_file(tmp_path, name):
    (tmp_path / name).mkdir()
    with pytest.raises(IsADirectoryError, match="expected a file to write, got a folder: add the name of a file"):
        WRITERS[name](str(tmp_path / name))
    assert os.listdir(tmp_path) == [name]
    assert os.listdir(tmp_path / name) == []


@each_writer
def test_a_folder_that_is_not_there(tmp_path, name):
    with pytest.raises(FileNotFoundError, match="no such folder") as error:
        WRITERS[name](str(tmp_path / "none" / name))
    assert error.value.filename == str(tmp_path / "none" / name)


@each_writer
def test_a_read_only_file_and_a_read_only_folder(old, monkeypatch, name):
    with monkeypatch.context() as patched:
        patched.setattr(opening.os, "access", lambda path, mode: path != str(old))  # root may do anything
        with pytest.raises(PermissionError, match="the file is read-only") as error:
            WRITERS[name](str(old))
    assert error.value.filename == str(old)
    real = open

    def refuse(path, mode, *arguments):
        if str(path).startswith(str(old.parent)) and "x" in mode:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)
        return real(path, mode, *arguments)

    monkeypatch.setattr(opening, "open", refuse, raising=False)
    with pytest.raises(OSError, match=r"the folder must be writable \(the old file is as it was\)") as error:
        WRITERS[name](str(old))
    assert error.value.filename == str(old)
    check_that_nothing_changed(old)


@each_writer
@pytest.mark.skipif(os.name != "posix", reason="the system has no limit on the size of a file")
def test_a_disk_that_is_full(old, name):
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with pytest.raises(OSError, match="the new file does not fit|NMSLIB cannot write") as error:
            WRITERS[name](LimitedPath(old, resource, limits))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert str(old) in str(error.value)
    check_that_nothing_changed(old)


class LimitedPath:
    """A path that fills the disk as soon as its name is asked for."""

    def __init__(self, path, resource, limits):
        self.path, self.resource, self.limits = path, resource, limits

    def __fspath__(self):
        self.resource.setrlimit(self.resource.RLIMIT_FSIZE, (1, self.limits[1]))
        return str(self.path)


@each_writer
def test_what_maps_the_old_file_keeps_it(old, name):
    with open(old, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        WRITERS[name](str(old))
        assert bytes(mapped) == OLD
    assert old.read_bytes() != OLD


@each_writer
def test_a_link_stays_a_link(tmp_path, old, name):
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / name
    link.symlink_to(old)
    WRITERS[name](str(link))
    assert link.is_symlink()
    assert old.read_bytes() != OLD


@pytest.mark.parametrize(
    "name", [name for name in WRITERS if name not in ("annoy", "nmslib", "labels", "x_tensor.tsv")]
)
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no device that is full")
def test_a_device_that_is_full_is_named(name):
    with pytest.raises(OSError, match=r"No space left on device: '/dev/full'"):
        WRITERS[name]("/dev/full")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_no_index_takes_the_place_of_a_device(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileExistsError, match="expected a file to write, got a device"):
        WRITERS["annoy"](str(tmp_path / "pipe"))
    assert os.listdir(tmp_path) == ["pipe"]
    assert not os.path.isfile(tmp_path / "pipe")


def test_saving_over_what_these_vectors_map(tmp_path):
    vectors().save(tmp_path / "kv")
    vectors().save_safetensors(tmp_path / "st")
    for name, saved, loaded in (("kv", "save", "load"), ("st", "save_safetensors", "load_safetensors")):
        mapped = getattr(type(vectors()), loaded)(tmp_path / name, mmap="r")
        before = mapped.vectors.tobytes()
        getattr(mapped, saved)(tmp_path / name)
        assert mapped.vectors.tobytes() == before
        assert getattr(type(vectors()), loaded)(tmp_path / name).vectors.tobytes() == before
