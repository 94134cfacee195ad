"""Recognising a file by its first bytes: what it is, and for errors, how to open it."""

from __future__ import annotations

import os
import re

from npw2v.checks import described
from npw2v.formats.opening import Source, open_for_reading

FASTTEXT_MAGIC = (793712314).to_bytes(4, "little")
ZIP_MAGIC = b"PK\x03\x04"
PICKLE_MAGIC = (
    *(b"\x80" + bytes([protocol]) for protocol in range(2, 6)),
    b"ccopy_reg\n",  # how an object begins in protocols 0 and 1
    b"ccopyreg\n",
)
#: The longest header that safetensors' own reader takes.
SAFETENSORS_HEADER = 100_000_000

_COMPRESSED = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "Zstandard"}
_HEADER = re.compile(rb"[ \t]*(\d{1,18})[ \t]+(\d{1,18})[ \t\r]*\n")

#: What a file is → what to say of it.
_DESCRIPTIONS = {
    "empty": "it is empty",
    "fastText model": (
        "it is a fastText .bin model, not word2vec's binary format; "
        "read it with fastText or gensim.models.fasttext.load_facebook_vectors"
    ),
    "pickle": (
        "it is a Python pickle, as gensim's save() writes; "
        "open it with Word2Vec.load() or KeyedVectors.load(), which run nothing that is in it"
    ),
    "npw2v archive": "it is an npw2v archive; open it with KeyedVectors.load() or Word2Vec.load()",
    "zip archive": "it is a zip archive that npw2v did not write",
    "npy": "it is a NumPy .npy file; read it with numpy.load()",
    "safetensors": "it is a safetensors file; open it with KeyedVectors.load_safetensors()",
    "HTML page": "it is an HTML page, as servers send instead of a file that is not there; download the file again",
    "Git LFS pointer": "it is a pointer of Git LFS, not the file that it stands for; fetch that with git lfs pull",
    "word2vec binary": "it looks like word2vec's binary format; open it with load_word2vec_format(..., binary=True)",
    "word2vec text": "it looks like word2vec's text format; open it with load_word2vec_format(..., binary=False)",
    "GloVe text": "it looks like text without a header, as GloVe writes; pass no_header=True",
    "text": "it looks like text",
    "binary data": "it looks like binary data",
}


def describe(head: bytes) -> str:
    """Describe the file that begins with `head` (some 1,000 decompressed bytes), and say what can open it."""
    kind = identify(head)
    return _DESCRIPTIONS.get(kind) or f"it is compressed with {kind.split()[0]}; decompress it"


def identify(head: bytes) -> str:
    """Name the kind of the file that begins with `head`.

    Parameters
    ----------
    head : bytes
        Its first bytes, 1,000 or more, decompressed. Whether what follows a word2vec header is text is told the more
        surely the more of it is there.

    Returns
    -------
    str
        ``"empty"``, ``"word2vec text"``, ``"word2vec binary"``, ``"GloVe text"``, ``"npw2v archive"``, ``"pickle"``,
        ``"safetensors"``, ``"npy"``, ``"zip archive"``, ``"fastText model"``, ``"HTML page"``, ``"Git LFS pointer"``,
        ``"gzip data"`` and the like, ``"text"`` or ``"binary data"``.
    """
    if not head:
        return "empty"
    if head.startswith(FASTTEXT_MAGIC):
        return "fastText model"
    if is_pickle_head(head):
        return "pickle"
    if head.startswith(ZIP_MAGIC):
        return "npw2v archive" if head[30:].startswith(b"metadata.json") else "zip archive"
    if head.startswith(b"\x93NUMPY"):
        return "npy"
    for magic, name in _COMPRESSED.items():
        if head.startswith(magic) and not looks_like_text(head):
            return f"{name} data"
    if head[8:9] == b"{" and 2 <= int.from_bytes(head[:8], "little") <= SAFETENSORS_HEADER:
        return "safetensors"
    return _kind_of_text(head)


def _kind_of_text(head: bytes) -> str:
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body)\b", head, re.IGNORECASE):
        return "HTML page"
    if head.startswith(b"version https://git-lfs.github.com/"):
        return "Git LFS pointer"
    if header := _HEADER.match(head):
        rest = head[header.end() :]
        is_text = is_record(rest.split(b"\n", 1)[0], int(header[2])) or looks_like_text(rest)
        return "word2vec text" if is_text else "word2vec binary"
    if _is_rows(head):
        return "GloVe text"
    return "text" if looks_like_text(head) else "binary data"


def _is_rows(head: bytes) -> bool:
    """Tell whether `head` begins with rows of equally many numbers, as far as it has whole ones."""
    first, *others = head.split(b"\n", 2)
    if not is_text_row(first):
        return False
    return len(others) < 2 or is_record(others[0], len(first.rstrip().split(b" ")) - 1)


def is_record(line: bytes, vector_size: int) -> bool:
    """Tell whether the reader of word2vec's text takes `line` for a word and `vector_size` numbers."""
    fields = line.rstrip().split(b" ")[1:]
    return len(fields) == vector_size and _are_numbers(fields)


def is_pickle_head(head: bytes) -> bool:
    """Tell whether `head` begins a pickle of an object, of any protocol."""
    return head.startswith(PICKLE_MAGIC)


def looks_like_text(head: bytes) -> bool:
    """Tell whether `head` has no byte that a text file could not have."""
    return not re.search(rb"[\x00-\x08\x0e-\x1b\x7f]", head) and not _is_broken_utf8(head)


def is_text_row(line: bytes, vector_size: int | None = None) -> bool:
    """Tell whether `line` is a word and `vector_size` numbers (two or more if None) written as text."""
    fields = line.split()[1:]
    return len(fields) >= 2 and vector_size in (None, len(fields)) and _are_numbers(fields)


def _are_numbers(fields: list[bytes]) -> bool:
    try:
        for field in fields:
            float(field)
    except ValueError:
        return False
    return True


def _is_broken_utf8(head: bytes) -> bool:
    try:
        head.decode("utf8")
    except UnicodeDecodeError as error:
        return error.end < len(head) - 3  # a character cut by the end of the sample is no sign of anything
    return False


def is_pickle(source: Source) -> bool:
    """Tell whether a file, compressed or not, begins as a pickle does. An open file stays where it is."""
    if isinstance(source, (str, os.PathLike)):
        with open_for_reading(source) as file:
            return is_pickle_head(file.read(64))
    if not hasattr(source, "seekable"):  # of the type that gensim raises
        raise AttributeError(f"expected a path or an open binary file, got {described(source)}")
    if not source.seekable():
        return False
    start = source.tell()
    head = source.read(64)
    source.seek(start)
    return is_pickle_head(head)
