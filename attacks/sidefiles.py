"""Arrays beside a pickle of gensim's, in .npy and .npz files."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile

import numpy as np

from attacks.pickles import VECTORS, text, written


def pickle_with(path, name="vectors"):
    listed = b"}" + text("__numpys") + b"]" + text(name) + b"as"
    written(path, VECTORS + listed + b"b")


def npy_header(shape, version=1, claimed=None):
    described = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    length = struct.pack("<H" if version == 1 else "<L", len(described) if claimed is None else claimed)
    return b"\x93NUMPY" + bytes([version, 0]) + length + described


def much(path, canary):
    """A .npy of 2**40 numbers that has none."""
    pickle_with(path)
    path.with_name(path.name + ".vectors.npy").write_bytes(npy_header((1 << 40,)))


def long_header(path, canary):
    """A .npy whose header claims 4 GiB."""
    pickle_with(path)
    path.with_name(path.name + ".vectors.npy").write_bytes(npy_header((1,), 2, (1 << 32) - 1))


def unpickled(path, canary):
    """A pickle called .npy."""
    pickle_with(path)
    program = b"\x80\x02cposix\nmkdir\n" + text(str(canary)) + b"\x85R."
    path.with_name(path.name + ".vectors.npy").write_bytes(program)


def elsewhere(path, canary):
    """The name of an attribute leads to another folder."""
    pickle_with(path, "x/../../../../etc/passwd")


def compressed(path, canary):
    """A .npz whose member claims 2**40 numbers."""
    whole = path.with_name(path.name + ".gz")
    pickle_with(path)
    whole.write_bytes(gzip.compress(path.read_bytes()))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("val.npy", npy_header((1 << 40,)) + np.zeros(4, np.float32).tobytes())
    path.with_name(whole.name + ".vectors.npz").write_bytes(file.getvalue())
    return whole


ATTACKS = {
    "side file: 2**40 numbers": ("load", much),
    "side file: a header of 4 GiB": ("load", long_header),
    "side file: a pickle called .npy": ("load", unpickled),
    "side file: a path for a name": ("load", elsewhere),
    "side file: 2**40 numbers in a .npz": ("load", compressed),
}
