"""`npw2v similar`: the words nearest to some words."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from npw2v.cli import progress
from npw2v.cli.lazily import Lazily
from npw2v.cli.options import add_count, add_json, add_model, add_reading
from npw2v.cli.output import print_json, print_table
from npw2v.cli.words import check_known

if TYPE_CHECKING:
    from npw2v.cli import vectorfiles
    from npw2v.vectors.indexers import exported
else:
    vectorfiles, exported = Lazily("npw2v.cli.vectorfiles"), Lazily("npw2v.vectors.indexers.exported")

EXAMPLES = (
    "npw2v similar model.npz king",
    "npw2v similar vectors.bin king paris three -k 5",
    "npw2v similar model.npz king --metric euclidean --vectors combined --json",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = "Show the words whose vectors are nearest to that of each word given."
    add_model(parser)
    parser.add_argument("words", metavar="WORD", nargs="+", help="words to find neighbours of")
    add_count(parser)
    parser.add_argument(
        "--metric",
        choices=["cosine", "euclidean"],
        default="cosine",
        help="rank by cosine, highest first (the default), or by Euclidean distance, lowest first",
    )
    parser.add_argument(
        "--index", metavar="FILE", help="ask this approximate index, which npw2v convert made of the same vectors"
    )
    add_reading(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> None:
    """Print the neighbours of every word."""
    vectors = vectorfiles.open_vectors(options.model, options.limit, options.vectors)
    check_known(vectors, options.words)
    if options.index is not None:
        if options.metric != "cosine":
            raise ValueError("--index finds the highest cosines: leave out --metric, or the index")
        if not os.path.isfile(f"{options.index}.json"):
            raise ValueError(
                f"{options.index} is no index: there is no {options.index}.json beside it; npw2v convert makes both, "
                f"as in: npw2v convert {options.model} words.usearch"
            )
        index = exported.open_index(options.index)
        if index.dimensions != vectors.vector_size:
            raise ValueError(f"{options.index} has {index.dimensions} dimensions, the vectors {vectors.vector_size}")
        found = [
            [near for near in index.most_similar(vectors[word], options.topn + 1) if near[0] != word][: options.topn]
            for word in options.words
        ]
    elif options.metric == "cosine":
        with progress.comparing(len(options.words), len(vectors)):
            found = vectors.most_similar_batch(options.words, topn=options.topn)
    else:
        found = [vectors.nearest_by_distance(word, topn=options.topn) for word in options.words]
    if options.json:
        of_words = zip(options.words, found, strict=True)
        print_json({word: [{"word": near, options.metric: value} for near, value in each] for word, each in of_words})
        return
    for number, (word, each) in enumerate(zip(options.words, found, strict=True)):
        if number:
            print()
        print_table([[near, float(value)] for near, value in each], [word, options.metric])
