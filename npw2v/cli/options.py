"""Arguments that commands share, and the types of their values."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path


def positive(text: str) -> int:
    """Return the whole number from 1 on that `text` is.

    Raises
    ------
    argparse.ArgumentTypeError
        It is below 1.
    ValueError
        It is no whole number.
    """
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {text}")
    return number


def add_model(parser: argparse.ArgumentParser, name: str = "model") -> None:
    """Add the file of vectors that a command asks."""
    help_of_model = "a model or vectors: npw2v's or gensim's file, word2vec's .bin or .txt, GloVe's, safetensors"
    parser.add_argument(name, metavar=name.upper(), help=help_of_model)


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add how much of a file of vectors is read, and which of a model's vectors."""
    help_of_limit = "read only the first N words, in most files the most frequent ones"
    parser.add_argument("--limit", type=positive, metavar="N", help=help_of_limit)
    add_which(parser)


def add_which(parser: argparse.ArgumentParser) -> None:
    """Add which of a model's vectors are read."""
    parser.add_argument(
        "--vectors",
        choices=["center", "context", "combined"],
        default="center",
        help="of a whole model: the vectors of words (the default), their output weights, or the sum of both",
    )


def add_count(parser: argparse.ArgumentParser, default: int = 10, what: str = "how many words to show") -> None:
    """Add how many words to show, or what else is to be counted."""
    parser.add_argument("-k", "--topn", type=positive, default=default, metavar="N", help=f"{what} ({default})")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the choice of an output for programs."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def add_text(parser: argparse.ArgumentParser) -> None:
    """Add a text, held-out text, and how raw text becomes words."""
    add = parser.add_argument
    add(
        "corpus",
        metavar="CORPUS",
        help="a text with a sentence a line, compressed or not; a folder of such files; what npw2v preprocess wrote; "
        "or - for the standard input",
    )
    add("--validation", metavar="TEXT", help="held-out text, on which the loss is computed after every epoch")
    add("--lowercase", action="store_true", help="turn words into lower case")
    add("--tokenize", action="store_true", help="take letters and digits for words, and drop punctuation")
    add("--phrases", action="store_true", help="join pairs that come together often, as new_york, before training")


def add_sheet(parser: argparse.ArgumentParser, size: str) -> None:
    """Add the file of a picture and what it looks like."""
    add = parser.add_argument
    add("-o", "--output", required=True, metavar="FILE", help="the picture to write: .png, .svg or .pdf")
    add("--title", default="", metavar="TEXT", help="what stands above the picture (nothing)")
    add("--size", type=inches, metavar="WxH", help=f"width and height in inches ({size})")
    add("--dark", action="store_true", help="draw on a dark ground")


def inches(text: str) -> tuple[float, float]:
    """Return the width and height that `text` is.

    Raises
    ------
    argparse.ArgumentTypeError
        They are no two numbers from 1 to 100 with an x between them.

    Examples
    --------
    >>> inches("10x7.5")
    (10.0, 7.5)
    """
    try:
        width, height = map(float, text.lower().split("x"))
    except ValueError:
        width = height = 0.0
    if not (1 <= width <= 100 and 1 <= height <= 100):
        raise argparse.ArgumentTypeError(f"expected inches from 1 to 100, as 10x7.5, got {text!r}")
    return width, height


@dataclass(frozen=True)
class DemoOptions:
    """What `npw2v demo` can be told; None leaves a choice to the corpus or the machine."""

    corpus: str = "toyworld"
    output: Path = Path("demo-output")
    epochs: int | None = None
    vector_size: int | None = None
    window: int = 5
    sg: int = 1
    workers: int | None = None
    seed: int = 1
    questions: Path | None = None
    plot: bool = True
