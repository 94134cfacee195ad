"""Recognising a file by its first bytes, so that an error can say what the file is and how to open it."""

from __future__ import annotations

import re

FASTTEXT_MAGIC = (793712314).to_bytes(4, "little")
ZIP_MAGIC = b"PK\x03\x04"
PICKLE_MAGIC = (
    *(b"\x80" + bytes([protocol]) for protocol in range(2, 6)),
    b"ccopy_reg\n",  # how an object begins in protocols 0 and 1
    b"ccopyreg\n",
)


def describe(head: bytes) -> str:
    """Describe the file that begins with `head` (some 1,000 decompressed bytes), and say what can open it."""
    if not head:
        return "it is empty"
    if head.startswith(FASTTEXT_MAGIC):
        return (
            "it is a fastText .bin model, not word2vec's binary format; "
            "read it with fastText or gensim.models.fasttext.load_facebook_vectors"
        )
    if is_pickle_head(head):
        return (
            "it is a Python pickle, as gensim's save() writes; "
            "open it with Word2Vec.load() or KeyedVectors.load(), which run nothing that is in it"
        )
    if head.startswith(ZIP_MAGIC):
        if head[30:].startswith(b"metadata.json"):
            return "it is an npw2v archive; open it with KeyedVectors.load() or Word2Vec.load()"
        return "it is a zip archive that npw2v did not write"
    if head.startswith(b"\x93NUMPY"):
        return "it is a NumPy .npy file; read it with numpy.load()"
    if re.match(rb"\s*\d+\s+\d+\s*\n", head):
        binary = not looks_like_text(head)
        kind = "binary" if binary else "text"
        return f"it looks like word2vec's {kind} format; open it with load_word2vec_format(..., binary={binary})"
    if is_text_row(head.split(b"\n", 1)[0]):
        return "it looks like text without a header, as GloVe writes; pass no_header=True"
    return "it " + ("looks like text" if looks_like_text(head) else "looks like binary data")


def is_pickle_head(head: bytes) -> bool:
    """Tell whether `head` begins a pickle of an object, of any protocol."""
    return head.startswith(PICKLE_MAGIC)


def looks_like_text(head: bytes) -> bool:
    """Tell whether `head` has no byte that a text file could not have."""
    return not re.search(rb"[\x00-\x08\x0e-\x1b\x7f]", head) and not _is_broken_utf8(head)


def is_text_row(line: bytes, vector_size: int | None = None) -> bool:
    """Tell whether `line` is a word and `vector_size` numbers (two or more if None) written as text."""
    fields = line.split()[1:]
    if len(fields) < 2 or (vector_size is not None and len(fields) != vector_size):
        return False
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
