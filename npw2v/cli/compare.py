"""`npw2v compare`: the same words in two models."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
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
    first, second = (vectorfiles.open_vectors(path, options.limit, options.vectors) for path in paths)
    shared = [word for word in first.index_to_key if word in second.key_to_index]
    if not shared:
        raise ValueError(f"{paths[0]} and {paths[1]} have no word in common, so there is nothing to compare")
    if len(shared) < 3:
        raise ValueError(f"{paths[0]} and {paths[1]} have only {len(shared)} words in common: {', '.join(shared)}")
    for vectors in (first, second):
        check_known(vectors, options.words)
    both = [vectors.vectors_for_all(shared, allow_inference=False) for vectors in (first, second)]
    words = options.words or shared[: options.among]
    found = compared(both[0], both[1], words, min(options.topn, len(shared) - 1))
    if options.json:
        print_json({"models": list(paths), "words_in_common": len(shared), "words": found})
    elif options.words:
        show(found, paths)
    else:
        print(f"{len(shared):,} words in common; neighbours of the {len(words):,} most frequent ones\n")
        show_changes(found, options.topn)


def compared(first: KeyedVectors, second: KeyedVectors, words: list[str], topn: int) -> dict[str, dict[str, Any]]:
    """Return, for each word, its neighbours in both models and the share that is the same."""
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


def show(found: dict[str, dict[str, Any]], paths: tuple[str, str]) -> None:
    """Print the neighbours of words side by side; those that are in both lists have a star."""
    names: Sequence[str] = [os.path.basename(path) for path in paths]
    names = names if len(set(names)) == len(names) else paths
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
