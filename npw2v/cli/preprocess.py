"""`npw2v preprocess`: a text as numbers, in a folder."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npw2v.cli.lazily import Lazily
from npw2v.cli.options import add_text
from npw2v.cli.output import say

if TYPE_CHECKING:
    from npw2v.cli import corpora
    from npw2v.corpus import folders
else:
    corpora, folders = Lazily("npw2v.cli.corpora"), Lazily("npw2v.corpus.folders")

EXAMPLES = (
    "npw2v preprocess corpus.txt -o numbers --validation held-out.txt",
    "npw2v preprocess raw.txt -o cleaned --lowercase --tokenize",
    "npw2v train numbers -o vectors.bin --validation numbers --epochs 2",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Turn a text into numbers, once: npw2v train takes the folder in place of the text and trains the same "
        "vectors, with any parameters. It holds ids.npy, offsets.npy, counts.npy, vocabulary.json and corpus.json, "
        "which NumPy and a reader of JSON are enough for, and the same of the held-out text."
    )
    add_text(parser)
    parser.add_argument("-o", "--output", required=True, metavar="DIR", help="the folder to make")


def run(options: argparse.Namespace) -> None:
    """Read the text and write the folder."""
    folders.check_new_folder(options.output)
    corpus, validation, _ = corpora.read(options)
    folders.write_folder(options.output, corpus, validation)
    about = f"{corpus.words:,} words in {len(corpus):,} sentences, {len(corpus.vocabulary):,} different ones"
    say(f"{about}, written to {options.output}")
    if validation is not None:
        say(f"held out: {validation.words:,} words in {len(validation):,} sentences")
