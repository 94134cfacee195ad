"""Matrix Market files have gensim's bytes, and each reads the other's."""

from __future__ import annotations

import random

import numpy as np
import pytest
from gensim.corpora import MmCorpus as Theirs

from npw2v.corpora import MmCorpus

WEIGHTS = [1, 2.5, 1e-13, -3, 1 / 3, 1e20, np.float32(0.1), np.int64(4), np.float64(0.2)]


def bags(seed):
    draw = random.Random(seed)
    return [[(n, draw.choice(WEIGHTS)) for n in draw.sample(range(40), draw.choice([0, 0, 1, 5]))] for _ in range(9)]


@pytest.mark.parametrize("seed", range(15))
def test_files(seed, tmp_path):
    documents, paths = bags(seed), [str(tmp_path / name) for name in ("theirs", "ours")]
    words = dict.fromkeys(range(50)) if seed % 2 else None
    assert MmCorpus.save_corpus(paths[1], documents, words) == Theirs.save_corpus(paths[0], documents, words)
    Theirs.serialize(paths[0], documents, words)
    MmCorpus.serialize(paths[1], documents, words)
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()
    theirs, ours = Theirs(paths[0]), MmCorpus(paths[0])
    assert [*ours] == [*theirs] == [*Theirs(paths[1])]
    assert (len(ours), str(ours), ours.num_terms, ours.num_nnz) == (
        *(len(theirs), str(theirs), theirs.num_terms, theirs.num_nnz),
    )
    assert (ours.index == theirs.index).all()
    assert [ours[number] for number in range(9)] == [theirs[number] for number in range(9)]
    assert [*ours[2:7:2]] == [*theirs[2:7:2]]
    assert [*ours[[4, 1]]] == [*theirs[[4, 1]]]
