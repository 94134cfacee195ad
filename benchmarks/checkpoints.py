"""What checkpoints cost: the share of training that is spent on writing them, and pairs of runs with and without.

    python benchmarks/checkpoints.py [--megabytes 100] [--seconds 250] [--pairs 0] [--every "10 s"] [--patience]

Nothing else is done while a checkpoint is written, so its time is counted where it is spent, around the writing: a
share of one run that a busy machine hardly changes. A pair is a run with checkpoints and one without, of a fixed number
of epochs, in turn; the median of the ratios of their times also shows what comes after the writing, if the machine is
quiet.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from inputs import corpus_name, write_corpus
from runs import machine

from npw2v import CallbackAny2Vec, LineSentence, Word2Vec
from npw2v.training.checkpoint import Checkpoints

#: Seconds that each checkpoint took.
WRITTEN: list[float] = []


def clock_the_writing() -> None:
    """Count the time of every checkpoint."""
    original = Checkpoints.now

    def now(saving: Checkpoints) -> None:
        started = time.perf_counter()
        original(saving)
        WRITTEN.append(time.perf_counter() - started)

    Checkpoints.now = now  # type: ignore[method-assign]


class StopsAfter(CallbackAny2Vec):
    """Ends training with the first epoch that ends after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.end = time.perf_counter() + seconds

    def on_epoch_end(self, model: Any) -> bool:
        """Look at the clock."""
        return time.perf_counter() > self.end


def train(model: Word2Vec, text: Path, epochs: int, **options: Any) -> float:
    """Train, and return the time that the epochs took."""
    sentences = LineSentence(text)
    model.train(
        sentences, total_examples=model.corpus_count, total_words=model.corpus_total_words, epochs=epochs, **options
    )
    return float(sum(row["seconds"] for row in model.history))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--vector-size", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=250, help="of the run whose share is counted")
    parser.add_argument("--pairs", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=1, help="of each run of a pair")
    parser.add_argument("--every", help="the interval; by default that of train()")
    parser.add_argument("--patience", action="store_true", help="with the best epoch's weights in the file")
    options = parser.parse_args()
    clock_the_writing()
    with tempfile.TemporaryDirectory() as folder:
        text, path = Path(folder) / "corpus.txt", Path(folder) / "checkpoint"
        write_corpus(text, options.megabytes)
        built = Word2Vec(vector_size=options.vector_size, sg=1, workers=options.workers)
        built.build_vocab(LineSentence(text))
        built.save(Path(folder) / "built")
        safe: dict[str, Any] = {"checkpoint": path, "checkpoint_every": options.every}
        print(
            f"{machine()}; {corpus_name(options.megabytes)}, {len(built.wv):,} words, {options.vector_size} dimensions"
        )

        judged = {"validation": LineSentence(text, limit=20), "patience": 1000} if options.patience else {}
        stops = [StopsAfter(options.seconds)]
        seconds = train(Word2Vec.load(Path(folder) / "built"), text, 1000, callbacks=stops, **safe, **judged)
        if WRITTEN:
            print(
                f"{len(WRITTEN)} checkpoints of {path.stat().st_size / 1e6:.1f} MB in {seconds:.0f} s: "
                f"median {statistics.median(WRITTEN):.2f} s, longest {max(WRITTEN):.2f} s, "
                f"{100 * sum(WRITTEN) / seconds:.2f} % of the time"
            )
        ratios = []
        for pair in range(options.pairs):
            times = {}
            for given in (safe, {}) if pair % 2 else ({}, safe):
                model = Word2Vec.load(Path(folder) / "built")
                times[bool(given)] = train(model, text, options.epochs, **given)
            ratios.append(times[True] / times[False])
            print(f"pair {pair + 1}: {times[True]:.1f} s with, {times[False]:.1f} s without: {ratios[-1]:.4f}")
        if ratios:
            print(f"median of {len(ratios)} ratios: {statistics.median(ratios):.4f}")


if __name__ == "__main__":
    main()
