"""`npw2v plot`: a map of words."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from npw2v.cli import progress
from npw2v.cli.lazily import Lazily
from npw2v.cli.options import add_model, add_reading, add_sheet, positive
from npw2v.cli.output import say
from npw2v.cli.words import check_known

if TYPE_CHECKING:
    from npw2v.cli import drawing, vectorfiles
    from npw2v.vectors import projection
    from npw2v.vectors.keyedvectors import KeyedVectors
else:
    drawing, vectorfiles = Lazily("npw2v.cli.drawing"), Lazily("npw2v.cli.vectorfiles")
    projection = Lazily("npw2v.vectors.projection")

EXAMPLES = (
    "npw2v plot model.npz -o map.png",
    "npw2v plot model.npz king piano paris --neighbours 8 -o map.svg",
    "npw2v plot model.npz --groups countries=france,italy,spain capitals=paris,rome,madrid -o map.pdf",
    "npw2v plot model.npz --pairs king:queen man:woman uncle:aunt -o pairs.png",
)

_WORDS = 300
_NAMED = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Draw a map of words: those given, with their neighbours, in groups, or as pairs with arrows between them. "
        "Without any, the most frequent ones."
    )
    add_model(parser)
    add = parser.add_argument
    add("words", metavar="WORD", nargs="*", help="words to draw")
    add(
        "--neighbours",
        type=positive,
        metavar="K",
        help="draw the K nearest words of each, too, in a colour of their own",
    )
    add("--groups", nargs="+", default=[], metavar="A,B,C", help="words of one colour each, as a,b,c or name=a,b,c")
    add("--pairs", nargs="+", default=[], metavar="A:B", help="draw an arrow from A to B, as king:queen man:woman")
    add(
        "--words",
        dest="frequent",
        type=positive,
        metavar="N",
        help=f"draw the N most frequent words ({_WORDS} if no others are named)",
    )
    add(
        "--method",
        choices=["tsne", "pca"],
        help="tsne keeps neighbours together (the default), pca keeps directions (the default with --pairs)",
    )
    add_sheet(parser, "10x7.5")
    add_reading(parser)


def run(options: argparse.Namespace) -> None:
    """Draw the map."""
    drawing.check_picture(options.output)
    groups = [_group(text) for text in options.groups]
    pairs = [_pair(text) for text in options.pairs]
    vectors = vectorfiles.open_vectors(options.model, options.limit, options.vectors)
    ends = [word for pair in pairs for word in pair]
    check_known(vectors, [*options.words, *(word for _, words in groups for word in words), *ends])
    drawn = grouped(vectors, options.words, groups, pairs, options.neighbours)
    frequent = _WORDS if options.frequent is None and not drawn else options.frequent
    if frequent is not None:
        drawn.append(drawing.Group("", vectors.index_to_key[:frequent]))
    method = options.method or ("pca" if pairs else "tsne")
    with progress.bar("laying out the map", "steps", projection.STEPS, " steps"):
        without = drawing.draw_map(
            vectors, drawn, options.output, pairs=pairs, method=method, sheet=drawing.sheet_of(options)
        )
    count = len({word for group in drawn for word in group.words})
    say(f"{count:,} words drawn in {options.output}")
    if without:
        more = ", ..." if len(without) > _NAMED else ""
        names = ", ".join(map(drawing.shown_word, without[:_NAMED]))
        say(f"{len(without):,} of them had no room for a label (a larger --size makes some): {names}{more}")


def grouped(
    vectors: KeyedVectors,
    words: Sequence[str],
    groups: Sequence[tuple[str, Sequence[str]]],
    pairs: Sequence[tuple[str, str]],
    neighbours: int | None,
) -> list[drawing.Group]:
    """Return the words to draw by colour; with neighbours, each word alone is a group with them."""
    near = {}
    if neighbours is not None:
        asked = list(dict.fromkeys([*words, *(word for _, members in groups for word in members)]))
        found = vectors.most_similar_batch(asked, topn=neighbours)
        near = {word: [key for key, _ in each] for word, each in zip(asked, found, strict=True)}
    drawn = []
    for name, members in groups:
        others = [key for word in members for key in near.get(word, ())]
        drawn.append(drawing.Group(name, [*members, *others], members if others else ()))
    if near:
        drawn += [drawing.Group(word, [word, *near[word]], [word]) for word in words]
    elif words:
        drawn.append(drawing.Group("", words))
    if pairs:
        drawn += [drawing.Group("", [pair[side] for pair in pairs]) for side in (0, 1)]
    return drawn


def _group(text: str) -> tuple[str, list[str]]:
    """Read a,b,c or name=a,b,c; without a name the group is called by its first words."""
    name, equals, rest = text.partition("=")
    words = [word for word in (rest if equals else text).split(",") if word]
    if not words:
        raise ValueError(f"--groups expected words with commas between them, as a,b,c or name=a,b,c, got {text!r}")
    return name if equals else ", ".join(words[:3]) + (", ..." if len(words) > 3 else ""), words


def _pair(text: str) -> tuple[str, str]:
    start, colon, end = text.partition(":")
    if not (colon and start and end):
        raise ValueError(f"--pairs expected two words with a colon between them, as king:queen, got {text!r}")
    return start, end
