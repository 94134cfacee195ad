"""`npw2v inspect`: what a file holds."""

from __future__ import annotations

import argparse
from dataclasses import asdict

import npw2v
from npw2v.cli.options import add_json
from npw2v.cli.output import print_json

EXAMPLES = (
    "npw2v inspect model.npz vectors.bin",
    "npw2v inspect vectors.bin --json",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Say what files hold: format, numbers of words and dimensions, parameters. Vectors are not read."
    )
    parser.add_argument("files", metavar="FILE", nargs="+", help="a model or vectors, in any format")
    add_json(parser)


def run(options: argparse.Namespace) -> None:
    """Print what each file holds."""
    found = [npw2v.inspect(path) for path in options.files]
    if options.json:
        print_json([asdict(each) for each in found])
    else:
        print("\n".join(map(str, found)))
