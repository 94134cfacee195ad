"""`npw2v odd-one-out`: the word that does not belong."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npw2v.cli.lazily import Lazily
from npw2v.cli.options import add_json, add_model, add_reading
from npw2v.cli.output import print_json, print_table
from npw2v.cli.words import check_known

if TYPE_CHECKING:
    from npw2v.cli import vectorfiles
else:
    vectorfiles = Lazily("npw2v.cli.vectorfiles")

EXAMPLES = ("npw2v odd-one-out model.npz king queen piano prince",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = "Show which word is furthest from the mean of all of them."
    add_model(parser)
    parser.add_argument("words", metavar="WORD", nargs="+", help="three words or more")
    add_reading(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> None:
    """Print the word that does not belong, and how far each is from the mean."""
    if len(set(options.words)) < 3:
        raise ValueError(f"expected three different words or more, got {' '.join(options.words)}")
    vectors = vectorfiles.open_vectors(options.model, options.limit, options.vectors)
    check_known(vectors, options.words)
    ranked = vectors.rank_by_centrality(options.words)
    if options.json:
        cosines = [{"word": word, "cosine": value} for value, word in ranked]
        print_json({"odd": ranked[-1][1], "words": cosines})
        return
    print(ranked[-1][1])
    print()
    print_table([[word, float(value)] for value, word in ranked], ["word", "cosine with the mean"])
