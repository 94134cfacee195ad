"""`npw2v evaluate`: analogy questions by section, and rated pairs of words."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

from npw2v.cli import progress
from npw2v.cli.lazily import Lazily
from npw2v.cli.options import add_json, add_model, add_reading, positive
from npw2v.cli.output import print_json, print_table

if TYPE_CHECKING:
    from npw2v.cli import vectorfiles
    from npw2v.corpus import datasets
    from npw2v.vectors import evaluation
    from npw2v.vectors.keyedvectors import KeyedVectors
else:
    datasets, evaluation = Lazily("npw2v.corpus.datasets"), Lazily("npw2v.vectors.evaluation")
    vectorfiles = Lazily("npw2v.cli.vectorfiles")

EXAMPLES = (
    "npw2v evaluate model.npz --analogies questions.txt",
    "npw2v evaluate vectors.bin --pairs pairs.tsv --analogies questions.txt --json",
)

#: Files of rated pairs that are looked for beside the analogy questions.
PAIRS = ("wordsim353.tsv", "simlex999.txt")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Ask analogy questions and compare cosines with people's ratings of word pairs. Without files, "
        "questions-words.txt, wordsim353.tsv and simlex999.txt are looked for in the folder that NPW2V_DATA names and "
        "in npw2v's cache."
    )
    add_model(parser)
    add = parser.add_argument
    add("--analogies", metavar="FILE", action="append", default=[], help="questions in the form of questions-words.txt")
    add("--pairs", metavar="FILE", action="append", default=[], help="lines of two words and a rating, with tabs")
    add("--restrict-vocab", type=positive, default=300_000, metavar="N", help="know only the first N words (300,000)")
    add("--case-sensitive", action="store_true", help="words that differ by case are different")
    add("--cosmul", action="store_true", help="answer by multiplying cosines (3CosMul) instead of adding vectors")
    add_reading(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> None:
    """Print what was answered right in every section, and how well cosines and ratings agree."""
    analogies, pairs = files(options.analogies, options.pairs)
    vectors = vectorfiles.open_vectors(options.model, options.limit, options.vectors)
    of_questions = {path: asked(vectors, path, options) for path in analogies}
    of_pairs = {path: rated(vectors, path, options) for path in pairs}
    if options.json:
        print_json({"analogies": of_questions, "pairs": of_pairs})
        return
    for path, sections in of_questions.items():
        rows = [
            [each["section"], each["right"], each["asked"], each["score"], f"{each['known']:.1%}"] for each in sections
        ]
        print_table(rows, [os.path.basename(path), "right", "asked", "accuracy", "of all questions"])
        print()
    if of_pairs:
        rows = [
            [os.path.basename(path), each["spearman"], each["pearson"], each["rated"], f"{each['known']:.1%}"]
            for path, each in of_pairs.items()
        ]
        print_table(rows, ["word pairs", "Spearman", "Pearson", "rated", "of all pairs"])


def files(analogies: list[str], pairs: list[str]) -> tuple[list[str], list[str]]:
    """Return the files to evaluate with: those that were given, or else those that can be found.

    Raises
    ------
    FileNotFoundError
        There are none, or one of them is not there.
    """
    if not analogies and not pairs:
        folders = datasets.folders()
        analogies = [str(folder / datasets.QUESTIONS) for folder in folders if (folder / datasets.QUESTIONS).is_file()]
        found = {name: folder / name for folder in reversed(folders) for name in PAIRS if (folder / name).is_file()}
        analogies, pairs = analogies[:1], list(map(str, found.values()))
        if not analogies and not pairs:
            raise FileNotFoundError(
                f"there is nothing to evaluate with: give --analogies or --pairs, or put {datasets.QUESTIONS} into "
                f"{' or '.join(map(str, folders))}"
            )
    for path in [*analogies, *pairs]:
        if not os.path.isfile(path):
            raise FileNotFoundError(f"there is no file {path}")
    return analogies, pairs


def asked(vectors: KeyedVectors, path: str, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Ask the questions of a file; return a row for each section, and one for all."""
    ignore_case = not options.case_sensitive
    known = min(len(vectors), options.restrict_vocab)
    with progress.vectors(f"answering {os.path.basename(path)}", known):
        _, sections = vectors.evaluate_word_analogies(
            path,
            restrict_vocab=options.restrict_vocab,
            case_insensitive=ignore_case,
            similarity_function="most_similar_cosmul" if options.cosmul else "most_similar",
        )
    counts = [len(section.questions) for section in evaluation.read_questions(path, ignore_case)]
    rows = []
    for section, questions in zip(sections, [*counts, sum(counts)], strict=True):
        right, wrong = len(section["correct"]), len(section["incorrect"])
        rows.append(
            {
                "section": section["section"],
                "right": right,
                "asked": right + wrong,
                "score": right / (right + wrong) if right + wrong else None,
                "known": (right + wrong) / questions if questions else 0.0,
            }
        )
    return rows


def rated(vectors: KeyedVectors, path: str, options: argparse.Namespace) -> dict[str, Any]:
    """Compare cosines with the ratings of a file; return both correlations and how many pairs are known."""
    ignore_case = not options.case_sensitive
    pearson, spearman, unknown = vectors.evaluate_word_pairs(
        path, restrict_vocab=options.restrict_vocab, case_insensitive=ignore_case
    )
    pairs = sum(1 for _ in evaluation.read_pairs(path, "\t", "utf8", ignore_case))
    known = 1 - unknown / 100
    return {"spearman": float(spearman[0]), "pearson": float(pearson[0]), "rated": round(known * pairs), "known": known}
