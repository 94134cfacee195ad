"""``build_vocab`` and ``train`` with the same files: the text is read once, and only where it has not changed."""

from __future__ import annotations

import copy
import gc
import logging
import os
import pickle

import pytest

from npw2v import LineSentence, Word2Vec
from npw2v.corpus import ids, snapshot
from npw2v.corpus.encoding import encode_corpus
from tests.support.fulldisk import fill_disk

LINES = ["the cat sat on the mat", "the dog lay on the mat", "a cat and a dog sat"] * 20
PARAMETERS = {"vector_size": 8, "min_count": 2, "seed": 1, "workers": 1}


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A text that counts as one that was written long ago."""
    monkeypatch.setattr(snapshot, "SETTLED", -3600.0)
    path = tmp_path / "text.txt"
    path.write_text("\n".join(LINES))
    return path


@pytest.fixture
def read(monkeypatch):
    """The corpora that were read for training."""
    read = []

    def noted(corpus, *others):
        read.append(corpus)
        return encode_corpus(corpus, *others)

    monkeypatch.setattr("npw2v.word2vec.encode_corpus", noted)
    return read


def train(model, corpus=None, **more):
    model.train(corpus, total_examples=60, total_words=360, epochs=2, **more)
    return model.wv.vectors.tobytes()


def counted(corpus=None, corpus_file=None, **parameters):
    model = Word2Vec(**{**PARAMETERS, **parameters})
    model.build_vocab(corpus, corpus_file)
    return model


def test_a_text_is_read_once(path, read, monkeypatch):
    again = train(counted([line.split() for line in LINES]), [line.split() for line in LINES])
    read.clear()
    assert train(counted(LineSentence(path)), LineSentence(path)) == again
    assert train(counted(corpus_file=path), corpus_file=str(path)) == again
    assert read == []
    model = counted(corpus_file=path)
    train(model, corpus_file=path)
    train(model, corpus_file=path)  # whose ids are gone
    assert len(read) == 1


def test_a_text_that_has_changed_is_read_again(path, read):
    model = counted(corpus_file=path)
    path.write_text("\n".join([*LINES, "the mat"]))
    expected = train(copy.deepcopy(model), [line.split() for line in [*LINES, "the mat"]])
    assert train(model, corpus_file=path) == expected
    assert len(read) == 2


def test_words_that_the_vocabulary_has_by_then(path, read):
    """It may be another than the one that was built of the text."""
    model, other = counted(corpus_file=path), counted(corpus_file=path)
    for each in (model, other):
        each.build_vocab_from_freq({"cat": 9, "dog": 8, "bird": 7})
    assert train(model, corpus_file=path) == train(other, [line.split() for line in LINES])
    assert len(read) == 1


@pytest.mark.parametrize("other", ["another corpus", "a copy", "a pickle", "the model is gone"])
def test_ids_are_let_go(other, path, read, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(ids, "MEMORY_BOUND", 0)
    model = counted(corpus_file=path)
    assert len(list(tmp_path.glob("*.ids"))) == 1
    if other == "another corpus":
        train(model, [["the", "cat"]] * 10)
        train(model, corpus_file=path)
        assert len(read) == 2
    elif other == "the model is gone":
        del model
        gc.collect()
    else:
        copied = copy.deepcopy(model) if other == "a copy" else pickle.loads(pickle.dumps(model))
        assert train(copied, corpus_file=path) == train(model, corpus_file=path)
        assert len(read) == 1
    assert list(tmp_path.glob("*.ids")) == []


def test_a_temporary_file_that_is_gone(path, read, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    expected = train(counted(corpus_file=path), corpus_file=path)
    monkeypatch.setattr(ids, "MEMORY_BOUND", 0)
    model = counted(corpus_file=path)
    (file,) = tmp_path.glob("*.ids")
    file.unlink()
    assert train(model, corpus_file=path) == expected
    assert len(read) == 1


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")  # BLAS's threads
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_a_forked_process_reads_by_itself(path, read, tmp_path, monkeypatch):
    """As the ids are renumbered in place, in a file of the process that has written it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    expected = train(counted(corpus_file=path), corpus_file=path)
    monkeypatch.setattr(ids, "MEMORY_BOUND", 0)
    model = counted(corpus_file=path)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = int(train(model, corpus_file=path) != expected or len(read) != 1)
        finally:  # whatever is raised, the tests do not go on here
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert train(model, corpus_file=path) == expected
    assert read == []


def test_a_kernel_that_reads_by_itself_keeps_nothing(path, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(ids, "MEMORY_BOUND", 0)
    model = counted(corpus_file=path, kernel="replay")
    assert list(tmp_path.glob("*.ids")) == []
    train(model, corpus_file=path)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="writes to /dev/full")
def test_counting_needs_no_room(path, read, monkeypatch, caplog):
    """Where ids cannot be stored, words are counted all the same."""
    with monkeypatch.context() as patch, caplog.at_level(logging.INFO):
        made = fill_disk(patch, bound=0)
        model = counted(corpus_file=path)
    assert len(made) == 1
    assert not os.path.exists(made[0])
    assert "will be read again for training: the ids of the corpus outgrow" in caplog.text
    assert model.wv.get_vecattr("the", "count") == 80
    train(model, corpus_file=path)
    assert len(read) == 1
