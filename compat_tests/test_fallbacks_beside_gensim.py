"""Programs that try one way to load a file and catch what gensim raises to try another: the same clauses catch."""

from __future__ import annotations

import os
import pickle
import struct

import gensim
import pytest

import npw2v
import npw2v.models.phrases
from npw2v import FormatError

#: What programs catch.
CAUGHT = (pickle.UnpicklingError, UnicodeDecodeError, EOFError, AttributeError, FileNotFoundError, ValueError)

#: Where gensim reads what npw2v has better words for, or nothing is caught that is not caught here.
DIFFERENT = {
    ("cut text", "text"): "gensim takes what is there",
    ("binary", "any"): "recognised, not misread as text",
    ("cut binary", "any"): "recognised, too, and cut",
    ("not UTF-8", "binary"): "the text is not misread as binary",
    ("zipped text", "binary"): "the numbers are not misread as binary",
    ("text", "binary"): "the numbers are not misread as binary",
    ("cut text", "any"): "gensim takes what is there",
    ("cut text", "binary"): "gensim takes what is there",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Files that both libraries are given, and for each library the files that it saved."""
    folder = tmp_path_factory.mktemp("files")
    binary = b"2 3\n" + b"".join(word + b" " + struct.pack("3f", 0.1, -2e9, 3e-5) + b"\n" for word in (b"a", b"b"))
    contents = {
        "binary": binary,
        "cut binary": binary[:-9],
        "text": b"2 3\na 1 2 3\nb 4 5 6\n",
        "cut text": b"2 3\na 1 2 3\nb 4 5",
        "words": b"hello world\nfoo\n",
        "not UTF-8": b"1 2\n\xe9t\xe9 1 2\n",
        "bytes": bytes(range(128, 256)) * 9,
        "empty": b"",
        "pickled dict": pickle.dumps({"a": 1}),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    for library in (gensim, npw2v):
        model = library.models.Word2Vec([["a", "b"]] * 9, vector_size=3, min_count=1)
        model.save(str(folder / f"{library.__name__} model"))
        model.wv.save(str(folder / f"{library.__name__} vectors"))
        content = (folder / f"{library.__name__} model").read_bytes()
        (folder / f"{library.__name__} cut model").write_bytes(content[: len(content) // 2])
    return folder, [*contents, "model", "vectors", "cut model", "missing"]


WAYS = {
    "model": lambda library, path: library.models.Word2Vec.load(path),
    "vectors": lambda library, path: library.models.KeyedVectors.load(path),
    "phrases": lambda library, path: library.models.phrases.Phrases.load(path),
    "any": lambda library, path: library.models.KeyedVectors.load_word2vec_format(path),
    "text": lambda library, path: library.models.KeyedVectors.load_word2vec_format(path, binary=False),
    "binary": lambda library, path: library.models.KeyedVectors.load_word2vec_format(path, binary=True),
}


def caught(library, way, files, name):
    """Return which of the exceptions that programs catch this one is, or that there is none."""
    folder, _ = files
    own = folder / f"{library.__name__} {name}"
    path = own if own.exists() else folder / name
    try:
        WAYS[way](library, os.fspath(path))
    except Exception as error:
        return {kind for kind in CAUGHT if isinstance(error, kind)}, error
    return set(), None


@pytest.mark.parametrize("way", WAYS)
def test_what_programs_catch_is_caught(way, files):
    for name in files[1]:
        theirs, why = caught(gensim, way, files, name)
        ours, error = caught(npw2v, way, files, name)
        if (name, way) in DIFFERENT or "fromstring" in str(why):
            continue
        assert theirs <= ours, (name, why, error)
        assert (why is None) <= (error is None), (name, error)
        if error is not None and name != "missing" and not isinstance(error, UnicodeDecodeError):
            assert isinstance(error, FormatError), (name, error)
