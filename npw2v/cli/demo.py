"""`npw2v demo`: train on a corpus, show what was learnt, save it, draw it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from npw2v.cli.lazily import Lazily
from npw2v.cli.options import DemoOptions, positive

if TYPE_CHECKING:
    from npw2v.cli import demonstration
else:
    demonstration = Lazily("npw2v.cli.demonstration")

EXAMPLES = (
    "npw2v demo --no-plot --epochs 1",
    "npw2v demo --corpus corpus.txt --output results --no-plot --cbow",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command, a field of `DemoOptions` each."""
    parser.description = (
        "Train on a corpus, show neighbours and analogies of its words, save the vectors and draw them."
    )
    add = parser.add_argument
    add(
        "--corpus",
        default=DemoOptions.corpus,
        metavar="NAME|PATH",
        help="toyworld (generated; the default), text8 (downloaded when it is not at hand), or the path of a text "
        "file, one sentence a line, or of a folder of them",
    )
    add("--output", type=Path, default=DemoOptions.output, metavar="DIR", help="where results go (./demo-output)")
    add("--epochs", type=positive, metavar="N", help="passes over the corpus (toyworld 10, others 5)")
    add("--vector-size", type=positive, metavar="N", help="dimensions of the vectors (toyworld 80, others 100)")
    add("--window", type=positive, default=DemoOptions.window, metavar="N", help="words of context on each side (5)")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--sg", dest="sg", action="store_const", const=1, default=DemoOptions.sg, help="train skip-gram (the default)"
    )
    kind.add_argument("--cbow", dest="sg", action="store_const", const=0, help="train CBOW")
    add("--workers", type=positive, metavar="N", help="as many as there are cores; any number gives the same vectors")
    add("--seed", type=int, default=DemoOptions.seed, metavar="N", help="of the vectors and of the toy world (1)")
    add("--questions", type=Path, metavar="PATH", help="analogy questions in the format of questions-words.txt")
    add("--no-plot", dest="plot", action="store_false", help="draw no picture")


def run(options: DemoOptions) -> None:
    """Run `npw2v.cli.demonstration.run`."""
    demonstration.run(options)
