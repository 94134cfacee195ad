"""`npw2v doctor`: what is wrong with a file of vectors."""

from __future__ import annotations

import argparse
from dataclasses import asdict

import npw2v
from npw2v.cli import progress
from npw2v.cli.options import add_json
from npw2v.cli.output import print_json

EXAMPLES = (
    "npw2v doctor vectors.bin",
    "npw2v doctor damaged.txt --repair repaired.txt",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Read all of a file and list everything that is wrong with it, by record and byte. The exit status is 1 if "
        "there is something, unless a repaired copy was written."
    )
    parser.add_argument("file", metavar="FILE", help="a file of vectors")
    parser.add_argument(
        "--repair", metavar="COPY", help="write a repaired copy here, of a file in word2vec's or GloVe's format"
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the findings; return the exit status."""
    with progress.reading(options.file):
        found = npw2v.doctor(options.file, repair=options.repair)
    if options.json:
        print_json({**asdict(found), "healthy": found.healthy})
    else:
        print(found)
    return 0 if found.healthy or found.repaired else 1
