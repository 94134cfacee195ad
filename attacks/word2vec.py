"""word2vec's text and binary files, and GloVe's, that promise or decompress to more than there is."""

from __future__ import annotations

import gzip


def squeezed(path, first, size=1 << 31, filling=b"7"):
    """A gzip of some bytes and then 2 GiB of one, made of many small ones, as it may be."""
    part = 1 << 24
    path.write_bytes(gzip.compress(first) + gzip.compress(filling * part) * (size // part))


def promise(path, canary):
    """10**12 words of 300 dimensions, and one of them."""
    path.write_bytes(b"1000000000000 300\nword" + b" 1" * 300 + b"\n")


def digits(path, canary):
    """A count of 900 digits."""
    path.write_bytes(b"9" * 900 + b" 3\na 1 2 3\n")


def dimensions(path, canary):
    """One word of 10**9 dimensions, compressed."""
    squeezed(path, b"1 1000000000\nword ")


def line(path, canary):
    """A line that does not end, compressed."""
    squeezed(path, b"2 3\nword ")


def word(path, canary):
    """A word that does not end, compressed."""
    squeezed(path, b"2 3\n", filling=b"x")


def first_line(path, canary):
    """A first line that does not end, compressed."""
    squeezed(path, b"word ")


ATTACKS = {
    "word2vec text: 10**12 words": ("text", promise),
    "word2vec binary: 10**12 words": ("binary", promise),
    "word2vec text: a count of 900 digits": ("text", digits),
    "word2vec binary: 10**9 dimensions of 2 GiB, in gzip": ("binary", dimensions),
    "word2vec text: a line of 2 GiB, in gzip": ("text", line),
    "word2vec binary: a word of 2 GiB, in gzip": ("binary", word),
    "GloVe: a first line of 2 GiB, in gzip": ("glove", first_line),
}
