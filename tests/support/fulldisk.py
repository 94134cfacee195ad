"""A disk without room where the ids of a corpus are to be written."""

from __future__ import annotations

import os

from npw2v.corpus import ids


def fill_disk(monkeypatch, bound: int) -> list[str]:
    """Let temporary files of ids, made beyond so many bytes, be on a full disk; return their paths as they come."""
    real, made = ids.tempfile.mkstemp, []

    def full(**options):
        handle, path = real(**options)
        os.close(handle)
        made.append(path)
        return os.open("/dev/full", os.O_WRONLY), path

    monkeypatch.setattr(ids.tempfile, "mkstemp", full)
    monkeypatch.setattr(ids, "MEMORY_BOUND", bound)
    return made
