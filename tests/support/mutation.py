"""Files of every reader, and changes of them by chance: the same number gives the same change."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from npw2v import CallbackAny2Vec, KeyedVectors, LineSentence, Word2Vec, doctor, inspect
from npw2v.errors import FormatError, TrainingError
from npw2v.formats.saveload import SaveLoad
from npw2v.formats.word2vec import read_vocabulary
from npw2v.phrases import Phrases
from npw2v.vectors.indexers.sidecar import read_sidecar, write_sidecar
from tests.support.changes import changed_archive, changed_bytes, changed_pickle, changed_safetensors, changed_zip
from tests.support.gensim_pickles import WORDS, dumps, gensim, model_0_12, model_3_8, model_4, vectors_4

#: What a reader of a hostile file may raise.
DOCUMENTED = (FormatError, OSError, UnicodeDecodeError)


class Unnamed(Exception):
    """An error that does not say in which file it is."""


SENTENCES = [["a", "b", "c"], ["b", "c", "d"]] * 5


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
    return Word2Vec(SENTENCES, vector_size=4, min_count=1, workers=1, epochs=1, seed=1)


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


def npz():
    file = io.BytesIO()
    np.savez_compressed(file, val=np.arange(8, dtype=np.float32).reshape(4, 2))
    return file.getvalue()


def compressed_side_file(path):
    """Read an array beside a compressed pickle of gensim's."""
    beside = path.with_name("beside.gz")
    beside.write_bytes(gzip.compress(dumps(vectors_4(vectors=None, **{"__numpys": ["vectors"]}))))
    path.replace(path.with_name("beside.gz.vectors.npz"))
    return KeyedVectors.load(beside)


def checkpoint(folder):
    made = Word2Vec(vector_size=4, min_count=1, workers=1, seed=1)
    made.build_vocab(SENTENCES)
    made.train(SENTENCES, total_examples=10, epochs=2, checkpoint=str(folder / "seed"), checkpoint_every="1 epoch")
    return (folder / "seed").read_bytes()


class Told(Exception):
    """Ends training."""


class EndOfEpoch(CallbackAny2Vec):
    def on_epoch_end(self, model):
        raise Told

    def on_train_end(self, model):
        raise Told


def resumed(path):
    """Resume, for an epoch at most: a file may ask for any number of them."""
    try:
        Word2Vec.resume(path, SENTENCES, workers=1, callbacks=[EndOfEpoch()])
    except Told:
        pass
    except (ValueError, TrainingError) as error:
        if not isinstance(error, TrainingError) and not str(error).startswith(("training began", "training can go on")):
            raise


def zipped(content, *more):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for number, each in enumerate((content, *more)):
            opened.writestr(f"vectors{number}.txt", each)
    return file.getvalue()


def word2vec(**how):
    return lambda path: KeyedVectors.load_word2vec_format(path, **how)


def used(load):
    """Read, and then do what a program does with what it has read."""

    def read(path):
        loaded = load(path)
        try:
            loaded.save(io.BytesIO())
        except TypeError as error:  # which gensim has, and JSON has not
            if "cannot be s" not in str(error):
                raise
        vectors = getattr(loaded, "wv", loaded)
        if len(vectors.vectors):
            vectors.most_similar(positive=[vectors.vectors[0]], topn=2)

    return read


def of_all_kinds(folder):
    return [
        *(as_word2vec(), as_word2vec(binary=True), as_word2vec(write_header=False)),
        *(saved(vectors()), saved(model()), as_safetensors(), dumps(vectors_4()), dumps(model_3_8(), 2)),
        *(gzip.compress(as_word2vec()), bz2.compress(saved(vectors())), zipped(as_word2vec())),
    ]


def as_safetensors():
    file = io.BytesIO()
    vectors().save_safetensors(file)
    return file.getvalue()


def changed_anything(content, draw):
    """Change a file of any kind, as is done for its reader."""
    for magic, change in ((b"PK", changed_archive), (b"\x80", changed_pickle)):
        if content.startswith(magic) and b"metadata.json" in content[:60] + b"metadata.json" * (magic != b"PK"):
            return change(content, draw)
    return changed_safetensors(content, draw) if content[8:9] == b"{" else changed_bytes(content, draw)


def read_corpus(path):
    return sum(map(len, LineSentence(path)))


def read_index(path):
    return read_sidecar(str(path), "AnnoyIndexer", {"f": int, "num_trees": int})


def phrases():
    return gensim.Phrases(
        vocab={"new": 9, "york": 9, "new_york": 9}, min_count=1, threshold=1.0, max_vocab_size=1000, delimiter="_",
        scoring="default", connector_words=frozenset(["of"]), corpus_word_count=18, progress_per=10,
    )  # fmt: skip


def used_phrases(path):
    found = Phrases.load(path)
    found.save(io.BytesIO())
    if None in vars(found).values():  # which is what an attribute is that was left out on purpose
        return found
    found.freeze()
    return found[["new", "york"]]


class Reader(NamedTuple):
    """What makes its seeds of a folder, how it reads a path, and what changes a seed."""

    seeds: Callable[[Path], list[bytes]]
    read: Callable[[Path], Any]
    change: Callable[[bytes, random.Random], bytes] = changed_bytes


READERS = {
    "archive of vectors": Reader(lambda _: [saved(vectors())], used(KeyedVectors.load), changed_archive),
    "archive of a model": Reader(lambda _: [saved(model())], used(Word2Vec.load), changed_archive),
    "archive, mapped": Reader(
        lambda _: [saved(vectors())], lambda path: KeyedVectors.load(path, mmap="r"), changed_archive
    ),
    "archive of phrases": Reader(
        lambda _: [saved(Phrases([["new", "york"]] * 9, min_count=1))], used_phrases, changed_archive
    ),
    "archive of others": Reader(lambda _: [saved(Settings())], Settings.load, changed_archive),
    "checkpoint": Reader(lambda folder: [checkpoint(folder)], resumed, changed_archive),
    "safetensors": Reader(lambda _: [as_safetensors()], used(KeyedVectors.load_safetensors), changed_safetensors),
    "safetensors, mapped": Reader(
        lambda _: [as_safetensors()], lambda path: KeyedVectors.load_safetensors(path, mmap="r"), changed_safetensors
    ),
    "word2vec text": Reader(lambda _: [as_word2vec()], word2vec(binary=False)),
    "word2vec binary": Reader(lambda _: [as_word2vec(binary=True)], word2vec(binary=True)),
    "GloVe": Reader(lambda _: [as_word2vec(write_header=False)], word2vec(no_header=True)),
    "detected": Reader(of_all_kinds, word2vec(), changed_anything),
    "zip": Reader(lambda _: [zipped(as_word2vec()), zipped(as_word2vec(binary=True))], word2vec(), changed_zip),
    "vocabulary": Reader(lambda _: [b"cat 7\ndog 5\n" * 5], read_vocabulary),
    "compressed": Reader(
        lambda _: [pack(as_word2vec()) for pack in (gzip.compress, bz2.compress, lzma.compress)], word2vec(binary=False)
    ),
    "compressed archive": Reader(
        lambda _: [pack(saved(vectors())) for pack in (gzip.compress, bz2.compress)], KeyedVectors.load
    ),
    "compressed pickle": Reader(
        lambda _: [pack(dumps(vectors_4())) for pack in (gzip.compress, bz2.compress)], KeyedVectors.load
    ),
    "pickle of vectors": Reader(
        lambda _: [dumps(vectors_4(), protocol) for protocol in (2, 4, 5)], used(KeyedVectors.load), changed_pickle
    ),
    "pickle of a model": Reader(
        lambda _: [dumps(model_4(), 4), dumps(model_3_8(), 2), dumps(model_0_12(), 2)],
        used(Word2Vec.load),
        changed_pickle,
    ),
    "pickle of phrases": Reader(
        lambda _: [dumps(phrases(), protocol) for protocol in (2, 4)], used_phrases, changed_pickle
    ),
    "side file": Reader(lambda _: [npy()], side_file),
    "compressed side file": Reader(lambda _: [npz()], compressed_side_file, changed_zip),
    "index": Reader(lambda folder: [sidecar(folder)], read_index, changed_archive),
    "index of gensim's": Reader(
        lambda _: [dumps({"f": 3, "num_trees": 2, "labels": WORDS}, 4)], read_index, changed_pickle
    ),
    "inspect": Reader(of_all_kinds, inspect, changed_anything),
    "doctor": Reader(of_all_kinds, doctor, changed_anything),
    "repair": Reader(
        lambda _: [as_word2vec(), as_word2vec(binary=True), as_word2vec(write_header=False)],
        lambda path: doctor(path, repair=path.with_name("repaired")),
    ),
    "corpus": Reader(
        lambda _: [pack(b"the cat\nsat on\n" * 9) for pack in (bytes, gzip.compress, bz2.compress)], read_corpus
    ),
}


def attempt(name, seed, seeds, folder):
    """Read the file that a number gives; raise whatever is undocumented, or does not name the file."""
    draw = random.Random(f"{name} {seed}")
    path = folder / "fuzzed"
    path.write_bytes(READERS[name].change(draw.choice(seeds), draw))
    try:
        READERS[name].read(path)
    except DOCUMENTED as error:
        if str(folder) not in str(error):
            raise Unnamed(f"the message does not name the file: {error!r}") from error
        return False
    except ValueError as error:
        if name != "repair" or "nothing to repair" not in str(error) and "repair= is for" not in str(error):
            raise
        return False
    return True
