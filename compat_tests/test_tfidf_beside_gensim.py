"""Weights of words are gensim's, by every letter of the SMART scheme."""

from __future__ import annotations

import random
from itertools import product

import numpy as np
import pytest
from gensim.corpora import Dictionary
from gensim.models import tfidfmodel as theirs

from npw2v.models import TfidfModel
from npw2v.models import tfidfmodel as ours

DRAW = random.Random(8)
TEXTS = [DRAW.choices([f"{'w' * (n % 5)}{n}" for n in range(12)], k=DRAW.randint(1, 9)) for _ in range(15)]
DICTIONARY = Dictionary(TEXTS)
CORPUS = [DICTIONARY.doc2bow(text) for text in TEXTS]


def same(theirs, ours, corpus=CORPUS):
    for bag in corpus:
        expected, found = theirs[bag], ours[bag]
        assert [number for number, _ in found] == [number for number, _ in expected]
        np.testing.assert_allclose([each for _, each in found], [each for _, each in expected], rtol=1e-12)
    assert [[number for number, _ in bag] for bag in ours[corpus]] == [[n for n, _ in bag] for bag in theirs[corpus]]
    assert str(ours) == str(theirs)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("scheme", ["".join(letters) for letters in product("btnaldL", "xnftp", "xncub")])
def test_schemes(scheme):
    same(*(cls(dictionary=DICTIONARY, smartirs=scheme) for cls in (theirs.TfidfModel, TfidfModel)))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"normalize": False},
        {"wlocal": np.sqrt, "wglobal": lambda df, total: total - df},
        {"pivot": 3.0},
        {"pivot": 2.0, "slope": 0.5, "smartirs": "ntc"},
        {"smartirs": "lfu"},
        {"smartirs": "nnn", "pivot": 4},
    ],
    ids=str,
)
def test_of_a_corpus(options):
    same(*(cls(CORPUS, **options) for cls in (theirs.TfidfModel, TfidfModel)), [*CORPUS, [(99, 2)], []])


@pytest.mark.parametrize("scheme", ["nf", "nfcd", "zfc", "nzc", "nfz", "lnc.ltc", None, 3])
def test_wrong_schemes(scheme):
    for module in (theirs, ours):
        with pytest.raises((ValueError, TypeError)):
            module.resolve_weights(scheme)


def test_functions():
    for scheme in ("tfc", "nxx", "bxu"):
        assert ours.resolve_weights(scheme) == theirs.resolve_weights(scheme)
    assert ours.df2idf(3, 17, log_base=10, add=0.5) == theirs.df2idf(3, 17, log_base=10, add=0.5)
    assert ours.precompute_idfs(ours.df2idf, {1: 2, 5: 3}, 9) == theirs.precompute_idfs(theirs.df2idf, {1: 2, 5: 3}, 9)
