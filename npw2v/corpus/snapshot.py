"""The files of a corpus as they are now: what tells later whether they are still the same."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass, replace

from npw2v.corpus.sentences import TextFiles, text_files

#: Seconds after a change in which another may leave no trace: file systems round the time of the last change, FAT to
#: two seconds.
SETTLED = 3.0

#: Bytes of the files in all from which on no snapshot is taken, as what it is for takes as much room as they do.
MOST_BYTES = 2**30


@dataclass(frozen=True)
class Snapshot:
    """What a corpus reads, and how: two that are equal have the same sentences.

    Attributes
    ----------
    files : TextFiles
    states : tuple
        Of each file the device and the number on it, the size, and when it was changed.
    """

    files: TextFiles
    states: tuple[tuple[int, ...], ...]


def snapshot_of(corpus: object) -> Snapshot | None:
    """Take a snapshot of a corpus, before it is read.

    Returns
    -------
    Snapshot or None
        None where nothing tells whether it will be the same: it is not read from files that lie here, or from one that
        has changed just now, or from a lot of text.

    Examples
    --------
    >>> snapshot_of([["a", "list"]]) is None
    True
    """
    files = text_files(corpus)
    if files is None:
        return None
    try:
        states = [os.stat(path) for path in files.paths]
    except (OSError, ValueError):  # it may be an address, or not be there
        return None
    latest = time.time_ns() - int(SETTLED * 1e9)
    if any(not stat.S_ISREG(each.st_mode) or max(each.st_mtime_ns, each.st_ctime_ns) > latest for each in states):
        return None
    if sum(each.st_size for each in states) > MOST_BYTES:
        return None
    told = ((each.st_dev, each.st_ino, each.st_size, each.st_mtime_ns, each.st_ctime_ns) for each in states)
    return Snapshot(replace(files, paths=[*map(os.fsdecode, files.paths)]), tuple(told))
