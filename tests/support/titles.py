"""A corpus of six titles, and the phrases of it."""

from __future__ import annotations

from npw2v.phrases.phrases import (
    Phrases,
)

TITLES = [
    ["human", "interface", "computer"],
    ["survey", "user", "computer", "system", "response", "time"],
    ["user", "response", "time"],
    ["graph", "of", "trees"],
    ["data", "and", "graph", "of", "trees"],
    ["graph", "minors", "survey", "human", "interface"],
]


def constant_scorer(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
    return 1


def both(**parameters):
    phrases = Phrases(TITLES, **{"min_count": 1, "threshold": 1, **parameters})
    return [phrases, phrases.freeze()]
