"""`npw2v explore`: a page to explore vectors in."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from npw2v.cli import progress
from npw2v.cli.lazily import Lazily
from npw2v.cli.options import add_model, add_which, positive
from npw2v.cli.output import say

if TYPE_CHECKING:
    from npw2v.cli import vectorfiles
    from npw2v.explorer import page
    from npw2v.formats import opening
    from npw2v.vectors import projection
else:
    vectorfiles, page = Lazily("npw2v.cli.vectorfiles"), Lazily("npw2v.explorer.page")
    opening, projection = Lazily("npw2v.formats.opening"), Lazily("npw2v.vectors.projection")

EXAMPLES = (
    "npw2v explore model.npz -o explorer.html --words 200",
    "npw2v explore model.npz -o compared.html --words 100 --compare other.npz --title 'Two corpora'",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Write a page with a map of the words, which finds neighbours, analogies and axes by itself: one file that a "
        "browser opens from the disk, with the vectors in it, and that asks no network for anything."
    )
    add_model(parser)
    add = parser.add_argument
    add("-o", "--output", required=True, metavar="OUT", help="the file to write, in HTML")
    add(
        "--words",
        type=positive,
        default=10_000,
        metavar="N",
        help="how many words, the first ones of the file, in most files the most frequent (10,000)",
    )
    add("--compare", metavar="OTHER", help="a second model, beside the first one")
    add("--title", metavar="TEXT", help="what the page is called; the name of the file")
    add_which(parser)


def run(options: argparse.Namespace) -> None:
    """Read the vectors and write the page."""
    opening.check_writable(options.output)
    paths = [options.model] if options.compare is None else [options.model, options.compare]
    models = [vectorfiles.open_vectors(path, options.words, options.vectors) for path in paths]
    names = [os.path.basename(path) for path in paths]
    if len(set(names)) < len(names):
        names = paths
    with progress.bar("laying out the map", "steps", projection.STEPS * len(paths), " steps"):
        page.write_page(
            models[0],
            options.output,
            options.words,
            other=models[1] if len(models) > 1 else None,
            title=" and ".join(names) if options.title is None else options.title,
            names=(names[0], names[-1]),
        )
    size = os.path.getsize(options.output)
    say(
        f"{min(options.words, len(models[0])):,} words of {models[0].vector_size} dimensions on a page of "
        f"{size / 1e6:.1f} MB: {options.output}"
    )
