"""A file layer that remembers what is done to files, and tells what a power failure may leave of it at any moment.

The model is that of POSIX and pessimistic. What was written to a file is safe once that file has been forced to the
disk (fsync); before, all, nothing or some of it may be there, in any order. A new, removed or renamed name is safe once
its folder has been; before, any of them may have happened without the others.
"""

from __future__ import annotations

import builtins
import io
import itertools
import os
from collections import Counter

from npw2v.formats import opening


class FileLayer:
    """Stands in for ``open`` and ``os`` in `npw2v.formats.opening`, and records what happens below a folder.

    What is written behind its back (by a compressor, by Annoy) it finds when the file is forced to the disk, and takes
    it as not forced until then.
    """

    def __init__(self, folder):
        self.folder = os.path.realpath(folder)
        self.before = {path: self._content(path) for path in self._files()}
        self.operations = []
        self._descriptors = {}  # descriptor: path
        self._known = dict(self.before)  # path: what the recorded writes come to

    def install(self, monkeypatch):
        monkeypatch.setattr(opening, "os", self)
        monkeypatch.setattr(opening, "open", self._open_file, raising=False)
        return self

    def __getattr__(self, name):  # of os
        return getattr(os, name)

    # ---- what stands in

    def _open_file(self, path, mode="r", **options):
        if self._within(path) and not mode.startswith("r"):
            return io.BufferedWriter(_Recorded(self, os.path.realpath(path), mode))
        return builtins.open(path, mode, **options)

    def open(self, path, flags, *arguments):
        descriptor = os.open(path, flags, *arguments)
        if self._within(path):
            self._descriptors[descriptor] = os.path.realpath(path)
        return descriptor

    def close(self, descriptor):
        self._descriptors.pop(descriptor, None)
        os.close(descriptor)

    def fsync(self, descriptor):
        os.fsync(descriptor)
        if (path := self._descriptors.get(descriptor)) is None:
            return
        if os.path.isdir(path):
            self.record("sync names", path)
            return
        self._notice(path)
        self.record("sync", path)

    def replace(self, old, new):
        self._notice(old)
        os.replace(old, new)
        self._known[new] = self._known.pop(old)
        self.record("rename", old, new)

    def unlink(self, path):
        os.unlink(path)
        self._known.pop(path, None)
        self.record("unlink", path)

    # ---- what was done

    def record(self, *operation):
        self.operations.append(operation)

    def counted(self):
        return Counter(kind for kind, *_ in self.operations)

    def created(self, path):
        self._known[path] = b""
        self.record("create", path)

    def written(self, path, position, data):
        self._known[path] = patched(self._known[path], position, data)
        self.record("write", path, position, data)

    def truncated(self, path, size):
        self._known[path] = patched(self._known[path], size, b"", cut=True)
        self.record("truncate", path, size)

    def _notice(self, path):
        """Record what others have written to a file."""
        if path not in self._known:
            self.created(path)
        if (content := self._content(path)) != self._known[path]:
            self.truncated(path, len(content))
            self.written(path, 0, content)

    def _within(self, path):
        return isinstance(path, str) and (os.path.realpath(path) + os.sep).startswith(self.folder + os.sep)

    def _files(self):
        return [entry.path for entry in os.scandir(self.folder) if entry.is_file(follow_symlinks=False)]

    @staticmethod
    def _content(path):
        with builtins.open(path, "rb") as file:
            return file.read()

    # ---- what may be left

    def after_each(self):
        """Yield, for every number of operations, what a power failure then may leave: contents by path."""
        for count in range(len(self.operations) + 1):
            for left in _Disk(self.before, self.operations[:count]).possible():
                yield count, left

    def at_last(self):
        """Yield what a power failure may leave once all is done."""
        yield from _Disk(self.before, self.operations).possible()


class _Recorded(io.FileIO):
    """A file that tells the layer of every write."""

    def __init__(self, layer, path, mode):
        new = not os.path.exists(path)
        super().__init__(path, mode.replace("b", ""))
        self._layer, self._path = layer, path
        layer._descriptors[self.fileno()] = path
        if new:
            layer.created(path)
        elif mode.startswith("w"):
            layer.truncated(path, 0)

    def write(self, data):
        position = self.tell()
        count = super().write(data)
        self._layer.written(self._path, position, bytes(memoryview(data).cast("B")[:count]))
        return count

    def truncate(self, size=None):
        size = super().truncate(size)
        self._layer.truncated(self._path, size)
        return size

    def close(self):
        if not self.closed:
            self._layer._descriptors.pop(self.fileno(), None)
        super().close()


def patched(content, position, data, cut=False):
    """Write data to a content at a position, with zeros before it where there is nothing; or cut it there."""
    return content[:position].ljust(position, b"\0") + data + (b"" if cut else content[position + len(data) :])


class _Disk:
    """What is safe, and what is not yet, after some operations."""

    def __init__(self, before, operations):
        self.safe_names = {path: number for number, path in enumerate(before)}
        self.safe_data = dict(enumerate(before.values()))
        self.names = dict(self.safe_names)  # as a running program sees them
        self.pending_names = []  # {path: number of a file, or None}
        self.pending_data = {number: [] for number in self.safe_data}
        for kind, path, *rest in operations:
            getattr(self, "_" + kind.replace(" ", "_"))(path, *rest)

    def _create(self, path):
        number = len(self.safe_data)
        self.safe_data[number], self.pending_data[number] = b"", []
        self._name({path: number})

    def _rename(self, old, new):
        self._name({new: self.names[old], old: None})

    def _unlink(self, path):
        self._name({path: None})

    def _name(self, change):
        self.names.update(change)
        self.pending_names.append(change)

    def _write(self, path, position, data):
        self.pending_data[self.names[path]].append((position, data, False))

    def _truncate(self, path, size):
        self.pending_data[self.names[path]].append((size, b"", True))

    def _sync(self, path):
        number = self.names[path]
        self.safe_data[number] = self._with(number, self.pending_data[number])
        self.pending_data[number] = []

    def _sync_names(self, folder):
        self.safe_names, self.pending_names = dict(self.names), []

    def _with(self, number, changes):
        content = self.safe_data[number]
        for position, data, cut in changes:
            content = patched(content, position, data, cut)
        return content

    def possible(self):
        for chosen in itertools.product((False, True), repeat=len(self.pending_names)):
            names = dict(self.safe_names)
            for change in itertools.compress(self.pending_names, chosen):
                names.update(change)
            for kept in KEPT:
                yield {
                    path: self._with(number, kept(self.pending_data[number]))
                    for path, number in names.items()
                    if number is not None
                }


def torn(changes):
    """All but the second half of the last write."""
    if not changes:
        return []
    position, data, cut = changes[-1]
    return [*changes[:-1], (position, data[: len(data) // 2], cut)]


#: What may be left of changes that were not forced to the disk.
KEPT = [
    lambda changes: [],
    lambda changes: changes,
    lambda changes: changes[: len(changes) // 2],
    lambda changes: changes[len(changes) // 2 :],
    lambda changes: changes[-1:],
    torn,
]
