"""Jobs of training on a few random sentences, without a model."""

from __future__ import annotations

import numpy as np

from npw2v.corpus.ids import EncodedCorpus
from npw2v.training import plan
from npw2v.training.arrays import JobArrays
from npw2v.training.backends.local import Local
from npw2v.training.parts import cut
from npw2v.training.planning import most_paths, plan_job
from npw2v.training.schedule import Schedule
from npw2v.training.settings import Settings
from npw2v.training.weights import Weights
from npw2v.vocabulary.huffman import huffman_paths
from npw2v.vocabulary.tables import VocabularyTables

VOCABULARY, DIMENSIONS = 40, 8

#: The objectives that a model can have.
MODES = {
    "skip-gram": {"sg": 1},
    "CBOW": {"sg": 0},
    "hs skip-gram": {"sg": 1, "hs": 1, "negative": 0},
    "hs CBOW": {"sg": 0, "hs": 1, "negative": 0},
    "both, skip-gram": {"sg": 1, "hs": 1},
    "both, CBOW": {"sg": 0, "hs": 1},
    "exact CBOW": {"sg": 0, "cbow_exact": True},
    "exact hs CBOW": {"sg": 0, "hs": 1, "negative": 0, "cbow_exact": True},
}


def settings(**others):
    given = {
        "vector_size": DIMENSIONS, "window": 3, "shrink_windows": True, "sample": 0, "seed": 1, "workers": 1,
        "batch_words": 10_000, "alpha": 0.05, "min_alpha": 0.0001, "sg": 1, "hs": 0, "negative": 5, "cbow_mean": 1,
        "cbow_exact": False, "kernel": "blocks", "compute_loss": True,
    }  # fmt: skip
    return Settings(**{**given, **others})


def corpus(sentences=60, seed=0):
    rng = np.random.default_rng(seed)
    offsets = np.concatenate([[0], np.cumsum(rng.integers(1, 12, size=sentences))])
    ids = np.minimum(rng.exponential(8, size=offsets[-1]), VOCABULARY - 1).astype(np.int32)
    return EncodedCorpus(ids, offsets, int(offsets[-1]) + 5)


def vocabulary(of, text):
    counts = np.bincount(text.ids, minlength=VOCABULARY) + 1
    noise = np.cumsum(counts**0.75) / (counts**0.75).sum()
    noise[-1] = 1
    return VocabularyTables(
        counts,
        np.ones(VOCABULARY),
        noise if of.negative else None,
        huffman_paths(counts) if of.hs else None,
    )


def weights(of, seed=0):
    rng = np.random.default_rng(seed)
    tables = rng.normal(size=(3, VOCABULARY, DIMENSIONS)).astype(np.float32) / 4
    return Weights(
        tables[0],
        locks=np.ones(1, np.float32),
        outputs=tables[1] if of.negative else None,
        nodes=tables[2] if of.hs else None,
    )


def job_of(of, text, workers=1, schedule=None):
    """A job, its tree, and its arrays, as one process has them."""
    words, tables = vocabulary(of, text), weights(of)
    schedule = schedule or Schedule(0.05, 0.0001, 2, stair=0.1)
    job, tree = plan_job(of, words, text, schedule, (1, 0), workers, 0)
    cuts = cut(text.offsets, plan.piece_words(job.skipgram, tree is not None))
    room = JobArrays.layout(job, len(text.ids), most_paths(job, tree, text, cuts), DIMENSIONS)
    named, _, barrier = Local().open(job, JobArrays.given(tables, words, text.offsets, cuts, tree), room, text.ids)
    return job, JobArrays.of(job, named), barrier
