"""Zip archives, as npw2v and numpy.savez write them, whose directory or headers lie."""

from __future__ import annotations

import io
import json
import struct
import zlib

import numpy as np

from attacks.word2vec import squeezed

HEADER = "metadata.json"


def npy(array):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, allow_pickle=False)
    return file.getvalue()


def header(arrays, **metadata):
    """npw2v's header for arrays, given as {name: [dtype, shape]}."""
    return json.dumps({"format": "npw2v archive", "version": 1, "metadata": metadata, "arrays": arrays}).encode()


def local(name, data, size=None):
    size = len(data) if size is None else size
    fields = struct.pack("<HHHHHLLLHH", 20, 0, 0, 0, 33, zlib.crc32(data), size, size, len(name), 0)
    return b"PK\3\4" + fields + name.encode() + data


def entry(name, data, offset, size=None):
    """A directory's entry, with 64-bit sizes where they are needed."""
    size, extra = len(data) if size is None else size, b""
    if size >= 1 << 32:
        extra, size = struct.pack("<HHQQ", 1, 16, size, size), (1 << 32) - 1
    fields = (20, 20, 0, 0, 0, 33, zlib.crc32(data), size, size, len(name), len(extra), 0, 0, 0, 0, offset)
    return b"PK\1\2" + struct.pack("<HHHHHHLLLHHHHHLL", *fields) + name.encode() + extra


def end(entries, start):
    size = sum(map(len, entries))
    return b"".join(entries) + b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, len(entries), len(entries), size, start, 0)


def zipped(members, gap=b""):
    """A zip of (name, data) pairs, with something between its members."""
    body, entries = b"", []
    for name, data in members:
        body += gap if body else b""
        entries.append(entry(name, data, len(body)))
        body += local(name, data)
    return body + end(entries, len(body))


def overlap(path, canary, entries=300, size=1 << 20):
    """Every entry of the directory points at the same numbers."""
    data = npy(np.zeros(size, np.float32))
    names = [f"a{number}.npy" for number in range(entries)]
    first = local(HEADER, described := header({name[:-4]: ["<f4", [size]] for name in names}))
    body = first + local(names[0], data)
    listed = [entry(HEADER, described, 0), *(entry(name, data, len(first)) for name in names)]
    path.write_bytes(body + end(listed, len(body)))


def duplicate(path, canary):
    """Two members of one name: which of them is it?"""
    numbers = [("a.npy", npy(np.full(2, value, np.float32))) for value in (1, 2)]
    path.write_bytes(zipped([(HEADER, header({"a": ["<f4", [2]]})), *numbers]))


def hole(path, canary):
    """Bytes between members, which no reader of the directory sees."""
    members = [(HEADER, header({"a": ["<f4", [2]]})), ("a.npy", npy(np.zeros(2, np.float32)))]
    path.write_bytes(zipped(members, gap=b"hidden" * 100))


def huge_header(path, canary):
    """metadata.json says that it has 2**40 bytes."""
    first = local(HEADER, b"{}")
    path.write_bytes(first + end([entry(HEADER, b"{}", 0, 1 << 40)], len(first)))


def deep_header(path, canary):
    """metadata.json is 100,000 lists within each other."""
    path.write_bytes(zipped([(HEADER, b"[" * 100_000)]))


def member(path, described, data):
    path.write_bytes(zipped([(HEADER, header({"a": described})), ("a.npy", data)]))


def with_shape(shape):
    """The header of a .npy of float32."""
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text


def npy_header_of_4_gib(path, canary):
    """A .npy of version 2 whose header claims 4 GiB."""
    member(path, ["<f4", [2]], b"\x93NUMPY\2\0\xff\xff\xff\xff{'descr': '<f4'")


def npy_of_4_tib(path, canary):
    """A .npy of 8 bytes of numbers that claims 2**40."""
    member(path, ["<f4", [1 << 40]], with_shape((1 << 40,)) + bytes(8))


def nothing_times_much(path, canary):
    """A .npy of shape (0, 2**70): no number, and no array that NumPy can make."""
    member(path, ["<f4", [0, 1 << 70]], with_shape((0, 1 << 70)))


def objects(path, canary):
    """A .npy of objects, which numpy.load(allow_pickle=True) would unpickle."""
    data = npy(np.zeros(1)).replace(b"'<f8'", b"'|O' ")
    member(path, ["|O", [1]], data[:-8] + b"cposix\nmkdir\n(V" + str(canary).encode() + b"\ntR.")


def bomb(path, canary):
    """A gzip of a small header and 2 GiB of zeros."""
    return squeezed(path, local(HEADER, header({"a": ["<f4", [2]]})) + b"PK\3\4", filling=b"\0")


def whole():
    return of_vectors(["a", "b"], np.zeros(2, bool))


def of_vectors(keys, are_json):
    """An archive of word vectors."""
    texts = [key.encode() for key in keys]
    arrays = {
        "vectors": np.zeros((len(keys), 1), np.float32),
        "keys.text": np.frombuffer(b"".join(texts), np.uint8),
        "keys.offsets": np.cumsum([0, *map(len, texts)], dtype=np.int64),
        "keys.json": are_json,
    }
    described = header(
        {name: [array.dtype.str, list(array.shape)] for name, array in arrays.items()},
        **{"kind": "KeyedVectors", "vector_size": 1, "next_index": len(keys), "expandos": {}, "attributes": {}},
    )
    return zipped([(HEADER, described), *((f"{name}.npy", npy(array)) for name, array in arrays.items())])


def two_archives(path, canary):
    """Two archives, one after the other: which of them is it?"""
    path.write_bytes(whole() * 2)


def bytes_after(path, canary):
    """Something follows the archive."""
    path.write_bytes(whole() + b"hidden" * 100)


def bytes_before(path, canary):
    """Something stands before the first member, as a member that is not listed."""
    path.write_bytes(local("hidden", b"hidden" * 100) + whole())


def one_hash(path, canary, keys=60_000):
    """Keys that are integers, all with the same hash: a dict compares each with each."""
    numbers = [str(number * (2**61 - 1)) for number in range(16, 16 + keys)]
    path.write_bytes(of_vectors(numbers, np.ones(keys, bool)))


ATTACKS = {
    "zip: 300 entries for one member": ("load", overlap),
    "zip: two members of one name": ("load", duplicate),
    "zip: a hole between members": ("load", hole),
    "zip: a header of 2**40 bytes": ("load", huge_header),
    "zip: 100,000 nested lists": ("load", deep_header),
    "npy: a header of 4 GiB": ("load", npy_header_of_4_gib),
    "npy: 2**40 numbers in 8 bytes": ("load", npy_of_4_tib),
    "npy: shape (0, 2**70)": ("load", nothing_times_much),
    "npy: an array of objects": ("load", objects),
    "zip: two archives, one after the other": ("load", two_archives),
    "zip: bytes after the archive": ("load", bytes_after),
    "zip: a member that is not listed before the first": ("load", bytes_before),
    "zip: 60,000 integers of one hash for keys": ("load", one_hash),
    "gzip: 2 GiB behind a small header": ("load", bomb),
}
