"""`npw2v similarity`: how alike two words are."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npw2v.cli.lazily import Lazily
from npw2v.cli.options import add_json, add_model, add_reading
from npw2v.cli.output import print_json, print_table
from npw2v.cli.words import check_known

if TYPE_CHECKING:
    import numpy as np

    from npw2v.cli import vectorfiles
else:
    np, vectorfiles = Lazily("numpy"), Lazily("npw2v.cli.vectorfiles")

EXAMPLES = (
    "npw2v similarity model.npz king queen",
    "npw2v similarity vectors.bin king queen --json",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = "Show the cosine and the Euclidean distance of two words' vectors, and their places."
    add_model(parser)
    parser.add_argument("first", metavar="A", help="a word")
    parser.add_argument("second", metavar="B", help="another word")
    add_reading(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> None:
    """Print how alike the two words are."""
    vectors = vectorfiles.open_vectors(options.model, options.limit, options.vectors)
    first, second = options.first, options.second
    check_known(vectors, [first, second])
    difference = vectors[first].astype(np.float64) - vectors[second].astype(np.float64)
    found = {
        "cosine": float(vectors.similarity(first, second)),
        "euclidean": float(np.sqrt(difference @ difference)),
        "rank": vectors.rank(first, second) if first != second else 0,
    }
    if options.json:
        print_json({"words": [first, second], **found})
        return
    print_table([["cosine", found["cosine"]], ["Euclidean distance", found["euclidean"]]])
    if first != second:
        print(f"{second} is number {found['rank']:,} among the neighbours of {first}")
