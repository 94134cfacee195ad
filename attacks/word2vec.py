"""word2vec's text and binary files, and GloVe's, that promise or decompress to more than there is."""

from __future__ import annotations

import gzip
import zipfile


def squeezed(path, first, size=1 << 31, filling=b"7"):
    """A gzip of some bytes and then 2 GiB of one, made of many small ones, as it may be; its path has ``.gz``."""
    part = 1 << 24
    path = path.with_name(path.name + ".gz")
    path.write_bytes(gzip.compress(first) + gzip.compress((filling * part)[:part]) * (size // part))
    return path


def promise(path, canary):
    """10**12 words of 300 dimensions, and one of them."""
    path.write_bytes(b"1000000000000 300\nword" + b" 1" * 300 + b"\n")


def digits(path, canary):
    """A count of 900 digits."""
    path.write_bytes(b"9" * 900 + b" 3\na 1 2 3\n")


def dimensions(path, canary):
    """One word of 10**9 dimensions, compressed."""
    return squeezed(path, b"1 1000000000\nword ")


def line(path, canary):
    """A line that does not end, compressed."""
    return squeezed(path, b"2 3\nword ")


def word(path, canary):
    """A word that does not end, compressed."""
    return squeezed(path, b"2 3\n", filling=b"x")


def first_line(path, canary):
    """A first line that does not end, compressed."""
    return squeezed(path, b"word ")


def words(path, canary):
    """Records without end, compressed to a thousandth."""
    return squeezed(path, b"1000000000 100\n", filling=b"word" + b" 1" * 100 + b"\n")


def zipped(path, *files, packed=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", packed) as opened:
        for name, content in files:
            opened.writestr(name, content)


def bomb(path, canary):
    """A zip of a file of 300 MiB that shrinks to a thousandth."""
    zipped(path, ("vectors.txt", b"100000000 1\n" + b"w 1\n" * (75 << 20)))


def encrypted(path, canary):
    """A zip of one file, with a password, says its directory."""
    zipped(path, ("vectors.txt", b"1 2\na 1 2\n"), packed=zipfile.ZIP_STORED)
    content = path.read_bytes()
    local, listed = content.index(b"PK\3\4"), content.index(b"PK\1\2")
    flagged = bytearray(content)
    flagged[local + 6] |= 1
    flagged[listed + 8] |= 1
    path.write_bytes(flagged)


def several(path, canary):
    """A zip of two files, one of them with a path that leads out."""
    zipped(path, ("../../vectors.txt", b"1 2\na 1 2\n"), ("vectors.txt", b"1 2\na 1 2\n"))


ATTACKS = {
    "word2vec text: 10**12 words": ("text", promise),
    "word2vec binary: 10**12 words": ("binary", promise),
    "word2vec text: a count of 900 digits": ("text", digits),
    "word2vec binary: 10**9 dimensions of 2 GiB, in gzip": ("binary", dimensions),
    "word2vec text: a line of 2 GiB, in gzip": ("text", line),
    "word2vec binary: a word of 2 GiB, in gzip": ("binary", word),
    "GloVe: a first line of 2 GiB, in gzip": ("glove", first_line),
    "word2vec text: 2 GiB of records, in gzip": ("text", words),
    "word2vec text: 300 MiB of words, in a zip": ("detected", bomb),
    "word2vec text: in a zip with a password": ("detected", encrypted),
    "word2vec text: in a zip of two files": ("detected", several),
}
