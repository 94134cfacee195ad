"""What is logged beside gensim: the same events, by loggers of the same names, at the same levels."""

from __future__ import annotations

import logging
import re
from functools import partial
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest

SENTENCES = [["a", "b", "c", "d", "e"]] * 30 + [["b", "c", "x"]] * 20
SMALL = {"vector_size": 4, "min_count": 1, "epochs": 1, "workers": 1}

#: How gensim manages its threads, its files beside the file, and its dictionaries: npw2v has none of these.
GENSIMS = (
    *("worker exiting", "job loop exiting", "worker thread finished", "putting job", "reached end of input"),
    *("starting a new internal", "loading wv recursively", "not storing attribute", "setting ignored attribute"),
    *("adding document", "built Dictionary", "Dictionary lifecycle event"),
)


def library(name):
    modules = ("word2vec", "keyedvectors", "phrases")
    found = {module: import_module(f"{name}.models.{module}") for module in modules}
    return SimpleNamespace(
        name=name,
        Word2Vec=found["word2vec"].Word2Vec,
        PathLineSentences=found["word2vec"].PathLineSentences,
        KeyedVectors=found["keyedvectors"].KeyedVectors,
        Phrases=found["phrases"].Phrases,
    )


def said(lib, do, caplog):
    """Return what was logged: the logger without its package, the level, and how the message begins."""
    caplog.clear()
    with caplog.at_level(logging.DEBUG):
        do()
    events = []
    for record in caplog.records:
        package, _, logger = record.name.partition(".")
        message = record.getMessage()
        if package == lib.name and not message.startswith(GENSIMS):
            event = re.search(r"'event': '(\w+)'", message)
            begins = " ".join(re.sub(r"(?<!\w)[\d#]+[^\s:]*", "#", message).split()[:3])
            events.append((logger, record.levelname, f"{begins} {event[1]}" if event else begins))
    return events


def trained(lib, **options):
    return lib.Word2Vec(SENTENCES, **{**SMALL, **options})


def build_and_train(lib, folder):
    trained(lib, epochs=2)


def both_objectives(lib, folder):
    trained(lib, hs=1)


def update(lib, folder):
    model = trained(lib)
    model.build_vocab([["q", "r"]] * 3, update=True)


def other_sizes_and_rates(lib, folder):
    model = trained(lib)
    model.train(SENTENCES, total_examples=3, total_words=5, epochs=1, start_alpha=0.5)


def from_counts(lib, folder):
    lib.Word2Vec(min_count=1).build_vocab_from_freq({"a": 5, "b": 3})


def sentences_that_are_strings(lib, folder):
    lib.Word2Vec(min_count=1).build_vocab(["abc", "abd"])


def most_words(lib, folder):
    lib.Word2Vec(min_count=1, max_vocab_size=6).build_vocab([["a", "b", "c"], ["d", "e", "f", "g"]])


def unknown_words(lib, folder):
    model = trained(lib)
    model.predict_output_word(["?"])
    model.wv.doesnt_match(["a", "b", "?"])


def score(lib, folder):
    trained(lib, hs=1, negative=0).score(SENTENCES[:3])


def save_and_load(lib, folder):
    model = trained(lib)
    model.save(str(folder / f"{lib.name}.model"))
    lib.Word2Vec.load(str(folder / f"{lib.name}.model"))
    model.wv.save(str(folder / f"{lib.name}.kv"))
    lib.KeyedVectors.load(str(folder / f"{lib.name}.kv"))


def word2vec_files(lib, folder):
    vectors = trained(lib).wv
    path, counts = str(folder / "vectors"), str(folder / "counts")
    vectors.save_word2vec_format(path, fvocab=counts)
    lib.KeyedVectors.load_word2vec_format(path, fvocab=counts)
    vectors.save_word2vec_format(path, sort_attr="none")
    lib.KeyedVectors.load_word2vec_format(path)
    (folder / "twice").write_text("2 2\na 1 2\na 2 3\n")
    lib.KeyedVectors.load_word2vec_format(str(folder / "twice"))
    vectors.vectors_lockf = np.ones(len(vectors), np.float32)
    vectors.intersect_word2vec_format(path)


def evaluation(lib, folder):
    vectors = trained(lib).wv
    (folder / "questions").write_text(": x\na b c d\na b c\na b c ?\n: y\nb c d e\n")
    vectors.evaluate_word_analogies(str(folder / "questions"))
    (folder / "pairs").write_text("a\tb\t3\nb\tc\t1\nc\td\t5\na b\n")
    vectors.evaluate_word_pairs(str(folder / "pairs"))


def distances_of_documents(lib, folder):
    pytest.importorskip("ot")
    vectors = trained(lib).wv
    vectors.wmdistance(["a", "?"], ["b"])
    vectors.wmdistance(["?"], ["b"])


def phrases(lib, folder):
    found = lib.Phrases(SENTENCES, min_count=1, threshold=1)
    found.add_vocab([["new", "york"]])
    found.freeze()
    found.save(str(folder / f"{lib.name}.phrases"))
    lib.Phrases.load(str(folder / f"{lib.name}.phrases"))


def folders(lib, folder):
    (folder / "texts").mkdir(exist_ok=True)
    (folder / "texts" / "one").write_text("a b\n")
    list(lib.PathLineSentences(str(folder / "texts")))
    list(lib.PathLineSentences(str(folder / "texts" / "one")))


W, K, U = "models.word2vec", "models.keyedvectors", "utils"

#: Events that only one of the two has, or words otherwise: first gensim's, then npw2v's.
DIFFERENT = {
    update: (  # the figures of all words, not of the new ones
        {(U, "INFO", "Word2Vec lifecycle event prepare_vocab"): 5},
        {(U, "INFO", "Word2Vec lifecycle event prepare_vocab"): 6},
    ),
    other_sizes_and_rates: (  # the corpus is read once, not in an epoch
        {(W, "WARNING", "EPOCH #: supplied"): 2},
        {(W, "WARNING", "supplied example count"): 1, (W, "WARNING", "supplied raw word"): 1},
    ),
    save_and_load: (  # F1, Q17: vectors have no dated events
        {(U, "INFO", "KeyedVectors lifecycle event saving"): 1, (U, "INFO", "KeyedVectors lifecycle event loaded"): 1},
        {},
    ),
    word2vec_files: (  # Q17
        {
            (U, "INFO", "KeyedVectors lifecycle event load_word2vec_format"): 3,
            (U, "INFO", "KeyedVectors lifecycle event intersect_word2vec_format"): 1,
        },
        {(K, "INFO", "replaced # of"): 1},
    ),
    evaluation: (  # one line a question or pair of which something is unknown, or which is answered wrong
        {
            (K, "DEBUG", "a b c"): 1,
            (K, "DEBUG", "b c d"): 1,
            (K, "DEBUG", "Skipping line #"): 1,
            (K, "DEBUG", "Pearson correlation coefficient"): 1,
            (K, "DEBUG", "Spearman rank-order correlation"): 1,
            (K, "DEBUG", "Pairs with unknown"): 1,
        },
        {},
    ),
}

SCENES = [
    *(build_and_train, both_objectives, update, other_sizes_and_rates, from_counts, sentences_that_are_strings),
    *(most_words, unknown_words, score, save_and_load, word2vec_files, evaluation, distances_of_documents, phrases),
    folders,
]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_events_loggers_and_levels(scene, caplog, tmp_path):
    counts = []
    for name in ("gensim", "npw2v"):
        lib = library(name)
        events = said(lib, partial(scene, lib, tmp_path), caplog)
        assert events
        counts.append({event: events.count(event) for event in events})
    theirs, ours = counts
    different = DIFFERENT.get(scene, ({}, {}))
    assert {event: n for event, n in theirs.items() if ours.get(event) != n} == different[0]
    assert {event: n for event, n in ours.items() if theirs.get(event) != n} == different[1]
