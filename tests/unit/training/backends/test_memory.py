"""Memory that processes share, where the usual folder is full."""

from __future__ import annotations

import os

import numpy as np
import pytest

from npw2v.training.backends import memory as sharing


def test_a_full_shared_memory_folder_means_another_folder(monkeypatch, tmp_path):
    tried = []

    def reserve(descriptor, offset, size):
        tried.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        if len(tried) == 1:
            raise OSError(28, "No space left on device")
        os.truncate(descriptor, size)

    monkeypatch.setattr(os, "posix_fallocate", reserve, raising=False)
    monkeypatch.setattr(sharing, "FOLDERS", (os.path.dirname(tmp_path), str(tmp_path)))
    shared = sharing.SharedArrays({"a": ((3, 4), np.float32), "b": ((0,), np.int8)})
    assert tried[1].startswith(str(tmp_path))
    shared.arrays["a"][...] = 7
    np.testing.assert_array_equal(sharing.attach(shared.address())["a"], 7)
    shared.close()


def test_no_room_anywhere_is_an_error_that_says_where(monkeypatch, tmp_path):
    monkeypatch.setattr(sharing, "FOLDERS", (str(tmp_path), "/no/such/folder"))

    def refuse(descriptor, offset, size):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", refuse, raising=False)
    with pytest.raises(OSError, match=rf"no room for 4,096 bytes .*{tmp_path}: No space left on device"):
        sharing.SharedArrays({"a": ((3,), np.float32)})
