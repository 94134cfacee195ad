"""Everything that writes a file, by a name for it that the file can have."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from npw2v import KeyedVectors, Word2Vec, doctor
from npw2v.formats.word2vec import write_vocabulary
from npw2v.phrases import Phrases
from npw2v.scripts.word2vec2tensor import word2vec2tensor
from npw2v.utils import SaveLoad, save_as_line_sentence
from npw2v.vectors.indexers.annoy import AnnoyIndexer
from npw2v.vectors.indexers.sidecar import write_sidecar
from tests.support.smallmodels import SMALL, TEXTS


def vectors():
    kv = KeyedVectors(3)
    kv.add_vectors(["a", "é", "c"], np.arange(9).reshape(3, 3), {"count": np.array([3, 2, 1])})
    return kv


def annoy_index(path):
    """Save an index of a stand-in for Annoy, which like it writes a file by itself."""

    class Index:
        f = 3

        def save(self, name):
            with open(name, "wb") as file:
                file.write(b"trees" * 100)

    indexer = AnnoyIndexer()
    indexer.index, indexer.labels, indexer.num_trees = Index(), ["a", "b"], 1
    indexer.save(path)


def nmslib_index(path):
    indexers = pytest.importorskip("npw2v.vectors.indexers.nmslib", exc_type=ImportError)
    indexers.NmslibIndexer(vectors()).save(path)


def with_a_file(use):
    """Have a function use a file of vectors that lies elsewhere."""
    with TemporaryDirectory() as folder:
        (other := Path(folder, "other")).write_bytes(b"2 2\na 1 2\nb 3 4\n")
        use(other)


def tensors(path):
    with_a_file(lambda other: word2vec2tensor(other, os.fspath(path).removesuffix("_tensor.tsv")))


def repaired(path):
    with_a_file(lambda other: doctor(other, repair=path))


class Thing(SaveLoad):
    def __init__(self):
        self.numbers, self.name = np.arange(5), "thing"


WRITERS = {
    "vectors": lambda path: vectors().save(path),
    "vectors.gz": lambda path: vectors().save(path),
    "vectors.safetensors": lambda path: vectors().save_safetensors(path),
    "model": lambda path: Word2Vec(TEXTS, epochs=1, **SMALL).save(path),
    "phrases": lambda path: Phrases(TEXTS, min_count=1).save(path),
    "frozen": lambda path: Phrases(TEXTS, min_count=1).freeze().save(path),
    "thing": lambda path: Thing().save(path),
    "text": lambda path: vectors().save_word2vec_format(path),
    "text.bz2": lambda path: vectors().save_word2vec_format(path),
    "binary": lambda path: vectors().save_word2vec_format(path, binary=True),
    "vocabulary": lambda path: write_vocabulary(path, ["a", "b"], [2, 1]),
    "sentences": lambda path: save_as_line_sentence(TEXTS, path),
    "x_tensor.tsv": tensors,
    "repaired": repaired,
    "annoy": annoy_index,
    "nmslib": nmslib_index,
    "labels": lambda path: write_sidecar(path, "AnnoyIndexer", ["a", "b"], {"f": 3, "num_trees": 1}),
}
