"""`npw2v compare`: the same words in two models."""

from __future__ import annotations

import argparse
import os
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from npw2v.cli import progress
from npw2v.cli.lazily import Lazily
from npw2v.cli.options import add_count, add_json, add_model, add_reading, positive
from npw2v.cli.output import print_json, print_table
from npw2v.cli.words import check_known

if TYPE_CHECKING:
    from npw2v.cli import vectorfiles
    from npw2v.vectors.keyedvectors import KeyedVectors
else:
    vectorfiles = Lazily("npw2v.cli.vectorfiles")

EXAMPLES = (
    "npw2v compare model.npz other.npz king piano",
    "npw2v compare model.npz other.npz --among 500 -k 5",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Show the neighbours of words in two models side by side, among the words that both have: two corpora, two "
        "times, two settings. Without words, show those whose neighbours differ most, and least."
    )
    add_model(parser, "model_a")
    add_model(parser, "model_b")
    parser.add_argument("words", metavar="WORD", nargs="*", help="words to compare")
    add_count(parser)
    parser.add_argument(
        "--among",
        type=positive,
        default=2000,
        metavar="N",
        help="without words, look at so many of the most frequent words that both have (2,000)",
    )
    add_reading(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> None:
    """Print the comparison."""
    paths = (options.model_a, options.model_b)
    first, second = opened(options)
    words = options.words or first.index_to_key[: options.among]
    found = compared(first, second, words, options.topn)
    if options.json:
        print_json({"models": list(paths), "words_in_common": len(first), "words": found})
    elif options.words:
        show(found, paths)
    else:
        print(f"{len(first):,} words in common; neighbours of the {len(words):,} most frequent ones\n")
        show_changes(found, options.topn)


def opened(options: argparse.Namespace) -> list[KeyedVectors]:
    """Read both models, and return the vectors of the words that both have, those first that are frequent in both.

    Raises
    ------
    ValueError
        They have fewer than three words in common, or not all that were asked for.
    """
    paths = (options.model_a, options.model_b)
    first, second = (vectorfiles.open_vectors(path, options.limit, options.vectors) for path in paths)
    ranks = ((word, row, second.key_to_index.get(word)) for row, word in enumerate(first.index_to_key))
    shared = [word for _, word in sorted((max(row, other), word) for word, row, other in ranks if other is not None)]
    if not shared:
        raise ValueError(f"{paths[0]} and {paths[1]} have no word in common, so there is nothing to compare")
    if len(shared) < 3:
        raise ValueError(f"{paths[0]} and {paths[1]} have only {len(shared)} words in common: {', '.join(shared)}")
    for vectors in (first, second):
        check_known(vectors, options.words)
    return [vectors.vectors_for_all(shared, allow_inference=False) for vectors in (first, second)]


def compared(first: KeyedVectors, second: KeyedVectors, words: list[str], topn: int) -> dict[str, dict[str, Any]]:
    """Return, for each word, its neighbours in two models of the same words, and the share that is the same."""
    topn = min(topn, len(first) - 1)
    near = []
    for vectors in (first, second):
        with progress.comparing(len(words), len(vectors)):
            near.append(vectors.most_similar_batch(words, topn=topn))
    return {
        word: {
            "overlap": len({key for key, _ in one} & {key for key, _ in other}) / topn,
            "a": [{"word": key, "cosine": value} for key, value in one],
            "b": [{"word": key, "cosine": value} for key, value in other],
        }
        for word, one, other in zip(words, *near, strict=True)
    }


def names_of(paths: tuple[str, str]) -> tuple[str, str]:
    """Return what to call two files: their names, or their whole paths if the names are the same."""
    one, other = map(os.path.basename, paths)
    return paths if one == other else (one, other)


def show(found: dict[str, dict[str, Any]], paths: tuple[str, str]) -> None:
    """Print the neighbours of words side by side; those that are in both lists have a star."""
    names = names_of(paths)
    for number, (word, each) in enumerate(found.items()):
        if number:
            print()
        both = {near["word"] for near in each["a"]} & {near["word"] for near in each["b"]}
        print(f"{word}: {each['overlap']:.0%} of the neighbours are the same (*)")
        rows = []
        for one, other in zip_longest(each["a"], each["b"]):
            row: list[Any] = []
            for near in (one, other):
                row += [f"{near['word']}{'*' * (near['word'] in both)}", float(near["cosine"])] if near else ["", None]
            rows.append(row)
        print_table(rows, [names[0], "cosine", names[1], "cosine"])


def show_changes(found: dict[str, dict[str, Any]], topn: int) -> None:
    """Print the words whose neighbours differ most, and those whose neighbours differ least."""
    ranked = sorted(found, key=lambda word: found[word]["overlap"])
    for title, words in (("most changed", ranked[:topn]), ("least changed", ranked[::-1][:topn])):
        rows = [
            [word, f"{found[word]['overlap']:.0%}", *(", ".join(_first(found[word][each])) for each in ("a", "b"))]
            for word in words
        ]
        print_table(rows, [title, "same", "in the first", "in the second"])
        print()


def _first(near: list[dict[str, Any]]) -> list[str]:
    return [each["word"] for each in near[:3]]
