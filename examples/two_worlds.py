"""Experiment 3, two worlds: what is love to Shakespeare, and what on Reddit?

The same word in two texts, trained alike. Spaces are not comparable by coordinates, as each has its own axes; their
neighbourhoods are:  python examples/two_worlds.py [TEXT TEXT [WORD ...]]
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import smart_open
import texts

from npw2v import Word2Vec, cli


class Lines:
    """The lines of a text as lists of words in lower case, without punctuation."""

    def __init__(self, path: str | Path) -> None:
        self.path = path

    def __iter__(self) -> Iterator[list[str]]:
        with smart_open.open(self.path, encoding="utf8") as lines:
            for line in lines:
                yield re.findall(r"[a-z]+(?:'[a-z]+)?", line.lower())


given = sys.argv[1:3] if len(sys.argv) > 2 else [None, None]
paths = [texts.find(name, path) for name, path in zip(("shakespeare", "reddit"), given, strict=True)]
words = sys.argv[3:] or ["love", "king", "blood", "death", "play"]
with TemporaryDirectory() as folder:
    worlds = [f"{folder}/{Path(path).name.split('.')[0]}.npz" for path in paths]
    for path, world in zip(paths, worlds, strict=True):  # the same settings for both
        Word2Vec(Lines(path), vector_size=100, window=5, min_count=10, sg=1, epochs=10, workers=2, seed=1).save(world)
    sys.exit(cli.main(["compare", *worlds, *words]))  # as on the command line: npw2v compare one.npz two.npz love
