"""How long reading a text takes with one process and with several, in turn: seconds, and medians of the ratios.

    python benchmarks/reading.py [--megabytes 20] [--processes 2] [--rounds 7]

``build_vocab`` counts words; the constructor counts them and keeps their numbers, which `train` needs; ``train`` reads
for a vocabulary that is there; and ``Word2Vec`` does all that and trains one epoch, with so many workers. What other
programs do meanwhile shows where there are more processes than idle cores: watch the ratios, which are printed, too.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from inputs import corpus_name, write_corpus
from runs import machine

from npw2v import LineSentence, Word2Vec
from npw2v.corpus.encoding import encode_corpus
from npw2v.vocabulary.counting import scan_corpus


def ways(text: Path) -> dict[str, Callable[[int], object]]:
    """Return what is measured, to be called with a number of processes."""
    corpus = LineSentence(text)
    rows = {word: row for row, word in enumerate(scan_corpus(corpus, keep_ids=False).raw_vocab)}
    return {
        "build_vocab": lambda count: scan_corpus(corpus, keep_ids=False, processes=count).close(),
        "the constructor's reading": lambda count: scan_corpus(corpus, processes=count).close(),
        "train's reading": lambda count: encode_corpus(corpus, rows, count).close(),
        "Word2Vec, one epoch": lambda count: Word2Vec(corpus, epochs=1, workers=count),
    }


def seconds(way: Callable[[int], object], count: int) -> float:
    """Clock one call."""
    started = time.perf_counter()
    way(count)
    return time.perf_counter() - started


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, help="how much of the corpus to use (all)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    print(f"{corpus_name(args.megabytes)}; {machine()}\n")
    print(f"| seconds, medians of {args.rounds} | one process | {args.processes} | ratio | ratios |")
    print("| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "text")
        write_corpus(text, args.megabytes)
        for name, way in ways(text).items():
            pairs = [(seconds(way, 1), seconds(way, args.processes)) for _ in range(args.rounds)]
            ratios = [one / several for one, several in pairs]
            medians = [statistics.median(each) for each in (*zip(*pairs, strict=True), ratios)]
            told = ", ".join(f"{ratio:.2f}" for ratio in sorted(ratios))
            print(f"| {name} | {medians[0]:.3f} | {medians[1]:.3f} | **{medians[2]:.2f}** | {told} |", flush=True)


if __name__ == "__main__":
    main()
