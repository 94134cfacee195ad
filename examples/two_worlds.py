"""Experiment 3, two worlds: what is love to Shakespeare, and what on Reddit?

The same word in two texts, trained alike. Spaces are not comparable by coordinates, as each has its own axes; their
neighbourhoods are:  python examples/two_worlds.py [TEXT TEXT [WORD ...]]
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import smart_open

from npw2v import KeyedVectors, Word2Vec
from npw2v.corpus import datasets

TOPN = 10


class Lines:
    """The lines of a text as lists of words in lower case, without punctuation."""

    def __init__(self, path: str | Path) -> None:
        self.path = path

    def __iter__(self) -> Iterator[list[str]]:
        with smart_open.open(self.path, encoding="utf8") as lines:
            for line in lines:
                yield re.findall(r"[a-z]+(?:'[a-z]+)?", line.lower())


def world(path: str | Path) -> KeyedVectors:
    """Train on a text: the same settings for both."""
    return Word2Vec(Lines(path), vector_size=100, window=5, min_count=10, sg=1, epochs=10, workers=2, seed=1).wv


paths = sys.argv[1:3] if len(sys.argv) > 2 else [datasets.find_text("shakespeare"), datasets.find_text("reddit")]
words = sys.argv[3:] or ["love", "king", "blood", "sweet", "death", "play"]
first, second = (world(path) for path in paths)
shared = [key for key in first.index_to_key if key in second]
print(f"{len(first):,} and {len(second):,} words, {len(shared):,} in both")

for word in words:
    if word not in first or word not in second:
        print(f"\n{word}: not in both texts")
        continue
    near = [[key for key, _ in vectors.most_similar(word, topn=TOPN)] for vectors in (first, second)]
    print(f"\n{word}: {len(set(near[0]) & set(near[1]))} of {TOPN} neighbours in common")
    for path, neighbours in zip(paths, near, strict=True):
        print(f"  {Path(path).name.split('.')[0]:12} {', '.join(neighbours)}")
