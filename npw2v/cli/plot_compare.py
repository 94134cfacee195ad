"""`npw2v plot-compare`: the words that differ most between two models."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npw2v.cli import compare
from npw2v.cli.lazily import Lazily
from npw2v.cli.options import add_count, add_model, add_reading, add_sheet, positive
from npw2v.cli.output import say

if TYPE_CHECKING:
    from npw2v.cli import drawing
else:
    drawing = Lazily("npw2v.cli.drawing")

EXAMPLES = (
    "npw2v plot-compare model.npz other.npz -o moved.png",
    "npw2v plot-compare model.npz other.npz king piano --names before after -o moved.svg",
)

_AMONG = 2000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Draw the words whose neighbours differ most between two models, among the words that both have: how many "
        "neighbours are the same, and those that only one of them has. Axes of two models have nothing in common, so "
        "the words are compared by the company they keep."
    )
    add_model(parser, "model_a")
    add_model(parser, "model_b")
    add = parser.add_argument
    add("words", metavar="WORD", nargs="*", help="words to compare, instead of those that differ most")
    add_count(parser, 50, "how many neighbours to compare")
    among = f"look at the N most frequent words of both, and at neighbours among them ({_AMONG:,})"
    add("--among", type=positive, default=_AMONG, metavar="N", help=among)
    add("--words", dest="shown", type=positive, default=20, metavar="N", help="how many words to draw (20)")
    add("--names", nargs=2, metavar=("A", "B"), help="what the models are called in the picture (their files)")
    add_sheet(parser, "as needed")
    add_reading(parser)


def run(options: argparse.Namespace) -> None:
    """Draw the comparison."""
    drawing.check_picture(options.output)
    shared = compare.opened(options)
    among = list(dict.fromkeys([*shared[0].index_to_key[: options.among], *options.words]))
    first, second = (vectors.vectors_for_all(among, allow_inference=False) for vectors in shared)
    found = compare.compared(first, second, options.words or among, options.topn)
    if not options.words:
        ranked = sorted(found, key=lambda word: found[word]["overlap"])
        found = {word: found[word] for word in ranked[: options.shown]}
    names = tuple(options.names or compare.names_of((options.model_a, options.model_b)))
    drawing.draw_comparison(found, names, options.output, drawing.sheet_of(options))
    say(f"{len(found):,} words drawn in {options.output}")
