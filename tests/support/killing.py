"""Killing training that writes checkpoints, at random moments, and going on from what it left."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

from npw2v import CallbackAny2Vec, StopTraining, Word2Vec
from npw2v.formats.archive import read_archive, write_archive
from npw2v.training import plan
from tests.support.zipfcorpus import random_corpus, weights

ROOT = Path(__file__).parent.parent.parent
CORPUS = random_corpus(120)

#: Two workers, several parts an epoch, and a checkpoint after each of them.
PROGRAM = """
import sys
from npw2v.training import plan
from tests.support.killing import endless
plan.WORKER_WORTH, plan.available_cores = 0, lambda: 2
print("begins", flush=True)
endless(workers=2, checkpoint=sys.argv[1], checkpoint_every="1 word")
"""


def endless(workers=1, **options):
    """Train until something ends it."""
    with mock.patch.multiple(plan, piece_words=lambda skipgram, tree: 60, PART_WORDS=250):
        model = Word2Vec(vector_size=12, min_count=2, seed=3, sample=0.01, workers=workers)
        model.build_vocab(CORPUS)
        model.train(CORPUS, total_examples=len(CORPUS), epochs=10_000, compute_loss=True, **options)
    return model


def killed_training(path, kills, seed):
    """Kill training so often, and compare the end of each interrupted epoch with a run that nobody kills.

    Parameters
    ----------
    path : Path
        For the checkpoints.
    kills : int
    seed : int
        Of the moments.

    Returns
    -------
    list of tuple of two int
        Epoch and part that training went on with, after each kill.
    """
    rng, found, places = random.Random(seed), [], []
    for _ in range(kills):
        places.append(_killed(path, rng.random()))
        found.append(Word2Vec.resume(path, CORPUS, workers=1))
        path.unlink()
    expected = _epochs(max(len(model.history) for model in found))
    for model in found:
        row = model.history[-1]
        assert (weights(model), row["loss"]) == expected[row["epoch"]]
    return places


def _killed(path, seconds):
    """Begin to train, kill it so long after the first checkpoint, and let what is left end with the epoch."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", PROGRAM, path], stdout=subprocess.PIPE, env=environment) as child:
        assert child.stdout.readline() == b"begins\n"
        while not path.exists():
            assert child.poll() is None
            time.sleep(0.01)
        time.sleep(seconds)
        child.kill()
    arrays, metadata = read_archive(path)
    run = metadata["training"]
    run["epochs"] = run["epoch"] + 1
    write_archive(path, arrays, metadata)
    return run["epoch"], run["begun"]["sums"]["parts"]


def _epochs(count):
    """Return weights and loss at the end of each of the first epochs of a run that nobody kills."""
    found = []

    class Keeps(CallbackAny2Vec):
        def on_epoch_end(self, model):
            found.append((weights(model), model.history[-1]["loss"]))
            if len(found) == count:
                raise StopTraining

    endless(callbacks=[Keeps()])
    return found
