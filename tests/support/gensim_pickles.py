"""Objects that pickle as gensim's do, of all its versions, made without gensim."""

from __future__ import annotations

import pickle
import sys
from collections import Counter, defaultdict
from types import ModuleType, SimpleNamespace
from unittest import mock

import numpy as np

WORDS = ["cat", "dog", "naïve", "日本"]
VECTORS = (np.arange(8).reshape(4, 2) / 4).astype(np.float32)

_HOMES = {
    "gensim.models.word2vec": ["Word2Vec", "Vocab", "Word2VecVocab", "Word2VecTrainables"],
    "gensim.models.keyedvectors": ["KeyedVectors", "EuclideanKeyedVectors", "Word2VecKeyedVectors", "Vocab"],
    "gensim.models.phrases": ["Phrases"],
    "gensim.models.fasttext": ["FastText"],
    "gensim.models.tfidfmodel": ["TfidfModel"],
    "gensim.utils": ["call_on_class_only"],
}


def _set_attributes(self, **attributes):
    vars(self).update(attributes)


def _modules():
    """Modules of gensim's names, with classes that hold whatever attributes they are given."""
    modules = {name: ModuleType(name) for name in ["gensim", "gensim.models", *_HOMES]}
    for module, names in _HOMES.items():
        for name in names:
            setattr(modules[module], name, type(name, (), {"__module__": module, "__init__": _set_attributes}))
    return modules


_MODULES = _modules()
#: `gensim.Word2Vec(attribute=value, ...)`; of the two classes called Vocab, the newer.
gensim = SimpleNamespace(**{name: getattr(_MODULES[home], name) for home, names in _HOMES.items() for name in names})


def dumps(value, protocol=4):
    """Pickle as if gensim were there."""
    with mock.patch.dict(sys.modules, _MODULES):
        return pickle.dumps(value, protocol)


class Call:
    """Pickles as a call of a function: what runs when Python's own unpickler reads it."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


PARAMETERS = {
    "sg": 1, "hs": 0, "negative": 3, "alpha": 0.03, "min_alpha": 0.001, "window": 2, "workers": 1, "cbow_mean": 1,
    "batch_words": 10000, "corpus_count": 20, "train_count": 1, "total_train_time": 0.5, "hashfxn": hash,
}  # fmt: skip
KEPT_APART = {"min_count": 2, "sample": 0.0, "max_vocab_size": None, "sorted_vocab": 1, "null_word": 0, "seed": 7}
NOTHING_BESIDE = {"__numpys": [], "__scipys": [], "__ignoreds": ["cum_table"], "__recursive_saveloads": []}


def words(vocab_class, **more):
    """The vocabulary as gensim had it up to version 3."""
    return {
        word: vocab_class(index=row, count=9 - row, sample_int=2**32, **{k: v[row] for k, v in more.items()})
        for row, word in enumerate(WORDS)
    }


def model_0_12(**others):
    """A model as gensim had it before 0.13.4: everything is the model's own."""
    return gensim.Word2Vec(
        **PARAMETERS, **KEPT_APART, syn0=VECTORS, syn1neg=VECTORS + 1, index2word=WORDS,
        vocab=words(_MODULES["gensim.models.word2vec"].Vocab), syn0_lockf=np.ones(4, np.float32), iter=2,
        vector_size=2, layer1_size=2, raw_vocab=defaultdict(int), random=np.random.RandomState(3),
        **{**NOTHING_BESIDE, **others},
    )  # fmt: skip


def model_2():
    """A model of gensim 2: the vectors belong to `wv`; one of its words is locked."""
    wv = gensim.EuclideanKeyedVectors(syn0=VECTORS, syn0norm=None, index2word=WORDS, vocab=words(gensim.Vocab))
    return gensim.Word2Vec(
        **PARAMETERS, **KEPT_APART, wv=wv, syn1neg=VECTORS + 1, syn0_lockf=np.array([1, 0, 1, 1], np.float32), iter=2,
        vector_size=2, load=gensim.call_on_class_only, raw_vocab=defaultdict(int), **NOTHING_BESIDE,
    )  # fmt: skip


def model_3_8():
    """A model of gensim 3.8, in three parts, with hierarchical softmax too."""
    paths = {
        "code": [np.array(code, np.uint8) for code in ([0], [1, 0], [1, 1, 0], [1, 1, 1])],
        "point": [np.array(point, np.uint32) for point in ([2], [2, 1], [2, 1, 0], [2, 1, 0])],
    }
    parameters = {**PARAMETERS, "hs": 1}
    trainables = gensim.Word2VecTrainables(
        hashfxn=parameters.pop("hashfxn"), layer1_size=2, seed=7, syn1=VECTORS + 2, syn1neg=VECTORS + 1,
        vectors_lockf=np.ones(4, np.float32),
    )  # fmt: skip
    vocab = words(gensim.Vocab, **paths)
    return gensim.Word2Vec(
        **parameters, vocabulary=gensim.Word2VecVocab(**KEPT_APART, raw_vocab=None), trainables=trainables, epochs=2,
        wv=gensim.Word2VecKeyedVectors(vectors=VECTORS, vector_size=2, index2word=WORDS, vocab=vocab), vector_size=2,
        corpus_total_words=80, callbacks=(), running_training_loss=np.float32(2.5),
    )  # fmt: skip


def vectors_4(**others):
    """Vectors of gensim 4."""
    given = {
        "vector_size": 2, "vectors": VECTORS, "norms": None, "index_to_key": WORDS, "next_index": 4,
        "key_to_index": {word: row for row, word in enumerate(WORDS)}, "mapfile_path": None,
        "expandos": {
            "count": np.array([9, 8, 7, 6]),
            "sample_int": np.full(4, 2**32 - 1, np.uint32),
            "tag": np.array(["n", "n", 0, "j"], object),
        },
        "lifecycle_events": [{"event": "saving", "ignore": frozenset()}],
    }  # fmt: skip
    return gensim.KeyedVectors(**{**given, **others})


def model_4(**others):
    """A model of gensim 4."""
    given = {
        **PARAMETERS, **KEPT_APART, "wv": vectors_4(vectors_lockf=np.ones(1, np.float32)), "epochs": 2,
        "syn1neg": VECTORS + 1, "vector_size": 2, "layer1_size": 2, "raw_vocab": Counter("aab"),
        "random": np.random.RandomState(3), "shrink_windows": False, "comment": "naïve", "effective_min_count": 2,
        "corpus_total_words": 80, "max_final_vocab": None,
        "lifecycle_events": [{"event": "saving", "ignore": frozenset()}], **NOTHING_BESIDE,
    }  # fmt: skip
    return gensim.Word2Vec(**{**given, **others})
