"""`npw2v analogy`: sums of words."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npw2v.cli.expressions import is_expression, parse
from npw2v.cli.lazily import Lazily
from npw2v.cli.options import add_count, add_json, add_model, add_reading
from npw2v.cli.output import print_json, print_table
from npw2v.cli.words import check_known

if TYPE_CHECKING:
    from npw2v.cli import vectorfiles
else:
    vectorfiles = Lazily("npw2v.cli.vectorfiles")

EXAMPLES = (
    "npw2v analogy model.npz man king woman",
    "npw2v analogy model.npz 'king - man + woman'",
    "npw2v analogy model.npz paris - france + italy -k 3 --cosmul",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Three words A B C ask: A is to B as C is to what? That is B - A + C; any other sum can be written out, with "
        "spaces around the signs and weights as in 2 * king - man. Words with spaces or signs go in quotes within it."
    )
    add_model(parser)
    parser.add_argument("words", metavar="WORD", nargs="+", help="three words, or a sum of words")
    add_count(parser)
    parser.add_argument(
        "--cosmul", action="store_true", help="multiply cosines (3CosMul) instead of adding vectors; without weights"
    )
    add_reading(parser)
    add_json(parser)


def terms_of(words: list[str]) -> list[tuple[str, float]]:
    """Return words and weights, from three words or the parts of a sum.

    Raises
    ------
    ValueError
        They are neither.
    """
    text = " ".join(words)
    if is_expression(text):
        return parse(text)
    if len(words) == 1:
        words = words[0].split()
    if len(words) != 3:
        raise ValueError(
            f"expected three words, A B C for B - A + C, or a sum such as: king - man + woman; got {text!r}"
        )
    return [(words[1], 1.0), (words[0], -1.0), (words[2], 1.0)]


def run(options: argparse.Namespace) -> None:
    """Print the words nearest to the sum."""
    terms = terms_of(options.words)
    vectors = vectorfiles.open_vectors(options.model, options.limit, options.vectors)
    check_known(vectors, [word for word, _ in terms])
    if options.cosmul:
        if any(abs(weight) != 1 for _, weight in terms):
            raise ValueError("--cosmul multiplies cosines, where words have no weights: leave out the numbers")
        positive, negative = ([word for word, weight in terms if weight * sign > 0] for sign in (1, -1))
        found = vectors.most_similar_cosmul(positive, negative, topn=options.topn)
    else:
        found = vectors.most_similar(positive=terms, topn=options.topn)
    score = "score" if options.cosmul else "cosine"
    if options.json:
        print_json({"terms": dict(terms), "answers": [{"word": word, score: value} for word, value in found]})
    else:
        print_table([[word, float(value)] for word, value in found], [written(terms), score])


def written(terms: list[tuple[str, float]]) -> str:
    """Return the sum as a text."""
    parts = []
    for number, (word, weight) in enumerate(terms):
        sign = "- " if weight < 0 else "+ " if number else ""
        parts.append(f"{sign}{'' if abs(weight) == 1 else f'{abs(weight):g} * '}{word}")
    return " ".join(parts)
