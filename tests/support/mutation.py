"""Files of every reader, and changes of them by chance: the same number gives the same change."""

from __future__ import annotations

import bz2
import gzip
import io
import random

import numpy as np

from npw2v import KeyedVectors, Word2Vec
from npw2v.errors import FormatError
from npw2v.formats.saveload import SaveLoad
from npw2v.formats.word2vec import read_vocabulary
from npw2v.phrases import Phrases
from npw2v.vectors.indexers.sidecar import read_sidecar, write_sidecar
from tests.support.gensim_pickles import dumps, model_3_8, model_4, vectors_4

#: What a reader of a hostile file may raise.
DOCUMENTED = (FormatError, OSError, UnicodeDecodeError)

WORDS = ["cat", "dog", "naïve", "日本"]


class Settings(SaveLoad):
    def __init__(self):
        self.window, self.weights = 5, np.arange(4.0)


def vectors():
    made = KeyedVectors(3)
    made.add_vectors(WORDS, np.arange(12, dtype=np.float32).reshape(4, 3) / 8)
    return made


def saved(thing):
    file = io.BytesIO()
    thing.save(file)
    return file.getvalue()


def as_word2vec(**how):
    file = io.BytesIO()
    vectors().save_word2vec_format(file, **how)
    return file.getvalue()


def model():
    return Word2Vec([["a", "b", "c"], ["b", "c", "d"]] * 5, vector_size=4, min_count=1, workers=1, epochs=1, seed=1)


def sidecar(folder):
    write_sidecar(str(folder / "seed"), "AnnoyIndexer", WORDS, {"f": 3, "num_trees": 2})
    return (folder / "seed").read_bytes()


def side_file(path):
    """Read an array beside a pickle of gensim's."""
    path.with_name("beside").write_bytes(dumps(vectors_4(vectors=None, **{"__numpys": ["vectors"]})))
    path.replace(path.with_name("beside.vectors.npy"))
    return KeyedVectors.load(path.with_name("beside"))


def npy():
    file = io.BytesIO()
    np.save(file, np.arange(8, dtype=np.float32).reshape(4, 2))
    return file.getvalue()


def word2vec(**how):
    return lambda path: KeyedVectors.load_word2vec_format(path, **how)


#: Reader → (what makes its seeds of a folder, how it reads a path).
READERS = {
    "archive of vectors": (lambda _: [saved(vectors())], KeyedVectors.load),
    "archive of a model": (lambda _: [saved(model())], Word2Vec.load),
    "archive, mapped": (lambda _: [saved(vectors())], lambda path: KeyedVectors.load(path, mmap="r")),
    "archive of phrases": (lambda _: [saved(Phrases([["new", "york"]] * 9, min_count=1))], Phrases.load),
    "archive of others": (lambda _: [saved(Settings())], Settings.load),
    "word2vec text": (lambda _: [as_word2vec()], word2vec()),
    "word2vec binary": (lambda _: [as_word2vec(binary=True)], word2vec(binary=True)),
    "GloVe": (lambda _: [as_word2vec(write_header=False)], word2vec(no_header=True)),
    "detected": (lambda _: [as_word2vec(), as_word2vec(binary=True), saved(vectors())], word2vec(binary=None)),
    "vocabulary": (lambda _: [b"cat 7\ndog 5\n" * 5], read_vocabulary),
    "compressed": (
        lambda _: [packed(content) for packed in (gzip.compress, bz2.compress) for content in (as_word2vec(),)],
        word2vec(),
    ),
    "compressed archive": (
        lambda _: [gzip.compress(saved(vectors())), bz2.compress(saved(vectors()))],
        KeyedVectors.load,
    ),
    "pickle of vectors": (lambda _: [dumps(vectors_4(), protocol) for protocol in (2, 4, 5)], KeyedVectors.load),
    "pickle of a model": (lambda _: [dumps(model_4(), 4), dumps(model_3_8(), 2)], Word2Vec.load),
    "side file": (lambda _: [npy()], side_file),
    "index": (
        lambda folder: [sidecar(folder)],
        lambda path: read_sidecar(str(path), "AnnoyIndexer", ("f", "num_trees")),
    ),
}

_TOKENS = [
    b"\0",
    b"\xff" * 4,
    b"\xff\xff\xff\x7f",
    b"9" * 20,
    b"-1",
    b" ",
    b"\n",
    b"nan",
    b"1e999",
    b"[",
    b"{",
    b"PK\3\4",
]


def mutated(content, draw):
    """Change a file: bits, bytes, blocks and numbers, once to four times."""
    content = bytearray(content)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(content) + 1)
        to = min(at + draw.choice([1, 1, 2, 4, 8, 64]), len(content))
        kind = draw.randrange(6)
        if kind == 0 and at < len(content):
            content[at] ^= 1 << draw.randrange(8)
        elif kind == 1:
            content[at:to] = draw.randbytes(to - at)
        elif kind == 2:
            del content[at:to]
        elif kind == 3:
            content[at:at] = content[at:to] * draw.choice([1, 2, 100])
        elif kind == 4:
            token = draw.choice(_TOKENS)
            content[at : at + draw.choice([0, len(token)])] = token
        elif draw.random() < 0.2:
            del content[at:]
    return bytes(content)


def attempt(name, seed, seeds, folder):
    """Read the file that a number gives; raise whatever is undocumented."""
    draw = random.Random(f"{name} {seed}")
    path = folder / "fuzzed"
    path.write_bytes(mutated(draw.choice(seeds), draw))
    try:
        READERS[name][1](path)
    except DOCUMENTED:
        return False
    return True
