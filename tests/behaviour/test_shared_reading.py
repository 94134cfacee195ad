"""A model of a text that several processes have read is that of one; and nothing of them stays."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest

from npw2v import LineSentence, Text8Corpus, Word2Vec
from npw2v.kernels import children
from npw2v.training import plan
from tests.behaviour.test_processes import _runs, children_of, needs_proc
from tests.support.zipfcorpus import random_corpus, weights


@pytest.fixture
def path(tmp_path):
    """A text of some blocks."""
    path = tmp_path / "corpus.txt"
    path.write_text("".join(" ".join(sentence) + "\n" for sentence in random_corpus()) * 20)
    return path


@pytest.fixture
def reading(monkeypatch):
    """The processes that read, in every text that is larger than 1 KB."""
    started, original = [], children.start

    def start(line, **options):
        child = original(line, **options)
        started.extend([child] * ("stretches" in line))
        return child

    monkeypatch.setattr(children, "start", start)
    monkeypatch.setattr(plan, "READER_BYTES", 1 << 10)
    monkeypatch.setattr(plan, "available_cores", lambda: 64)
    for module in ("sharing", "textblocks"):
        monkeypatch.setattr(f"npw2v.corpus.{module}.BLOCK_SIZE", 1 << 10)
    return started


def model_of(corpus, workers, **options):
    return Word2Vec(corpus, vector_size=8, min_count=1, epochs=1, workers=workers, **options)


@pytest.mark.parametrize("kind", [LineSentence, Text8Corpus])
def test_vocabulary_and_vectors_are_those_of_one_process(kind, path, reading):
    models = [model_of(kind(path, 7), workers) for workers in (1, 3)]
    assert len(reading) == 2
    assert len({weights(model) for model in models}) == 1
    assert models[0].wv.index_to_key == models[1].wv.index_to_key
    for model in models:
        model.train(kind(path, 7), total_examples=model.corpus_count, epochs=1)
    assert len(reading) == 4
    assert len({weights(model) for model in models}) == 1


def test_a_corpus_file_is_shared_too(path, reading):
    shared = model_of(None, 2, corpus_file=str(path))
    assert len(reading) == 1
    assert weights(shared) == weights(model_of(LineSentence(path), 1))
    assert all(child.poll() is not None for child in reading)


def test_lists_and_streams_are_read_by_this_process(path, reading):
    sentences = list(LineSentence(path))
    with path.open("rb") as stream:
        models = [
            model_of(sentences, 3),
            model_of(LineSentence(stream), 3),
            model_of(LineSentence(path, limit=9**9), 3),
        ]
    assert not reading
    assert len({weights(model) for model in models}) == 1


@needs_proc
@pytest.mark.parametrize("killed", ["parent", "child"])
def test_a_process_that_reads_ends_with_its_parent_which_goes_on_without_it(tmp_path, killed):
    path, expected = tmp_path / "text", np.random.default_rng(1).integers(0, 99, 10**5).tolist()
    path.write_text(" ".join(map(str, expected)))
    script = (
        "from npw2v import LineSentence; from npw2v.corpus import sharing, textblocks\n"
        "from npw2v.corpus.encoding import encode_corpus\n"
        "class Rows(dict):\n"
        "    asked = False\n"
        "    def get(self, word, default):\n"
        "        if not self.asked: self.asked = True; print('reading', flush=True); input()\n"
        "        return int(word)\n"
        "sharing.BLOCK_SIZE = textblocks.BLOCK_SIZE = 1 << 10\n"
        f"print(encode_corpus(LineSentence({str(path)!r}), Rows(), processes=2).ids.tolist())\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "reading\n"
    (pid,) = children_of(process.pid)
    if killed == "parent":
        process.kill()
        process.communicate()
    else:
        subprocess.run(["kill", "-9", str(pid)], check=True)
        assert eval(process.communicate("\n")[0]) == expected
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and _runs(pid):
        time.sleep(0.05)
    assert not _runs(pid)
