"""Where the time of training goes: microseconds a trained word for each phase, with one worker and with two.

    python benchmarks/phases.py [--modes sg cbow hs-sg hs-cbow] [--vector-size 100] [--megabytes 20]

A clock is put around the functions that make up a phase. A phase's time is its own: what it calls of another phase
counts there. ``other`` is what belongs to none: the kernels' remaining element-wise work, and the calls themselves. The
phases from ``subsample`` on add up to the time of an epoch; the clocks cost a few percent of it. Two workers have a
column each: what one of them waits, the other works more; ``read, encode`` of the first is reading with two processes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import report
from inputs import corpus_name, write_corpus
from runs import machine

from npw2v import CallbackAny2Vec, LineSentence, Word2Vec
from npw2v.kernels import blocks, cbow, damping, hierarchy_cbow, hierarchy_skipgram, noise, skipgram, windows
from npw2v.training import objectives, paths, plan, rates, sampling
from npw2v.training.arrays import JobArrays
from npw2v.training.backends import processes
from npw2v.training.weights import Weights
from npw2v.training.worker import Worker

#: The first, in which workers are still starting, is not looked at.
EPOCHS = 2

HS = {"hs": 1, "negative": 0}
MODES = {"sg": {"sg": 1}, "cbow": {"sg": 0}, "hs-sg": {"sg": 1, **HS}, "hs-cbow": {"sg": 0, **HS}}


class Table(np.ndarray):
    """A table of weights, so that a clock can be put around taking rows out of it."""

    def take(self, *args: Any, **options: Any) -> Any:
        """Take rows."""
        return super().take(*args, **options)


#: phase → the functions that make it up: where their name stands, and the name.
PHASES: dict[str, list[tuple[Any, str]]] = {
    "subsample, windows": [(sampling.Sampler, "fill")],
    "noise words": [(sampling.Sampler, "_noise_words")],
    "paths": [(paths.Grouper, "fill"), (paths.Lister, "fill")],
    "gather": [(Table, "take")],
    "masks, weights": [
        *((windows.Bands, name) for name in ("windows", "divide", "forward", "collect")),
        (blocks.WindowMask, "fill"),
        (blocks.WindowMask, "fill_inputs"),
        (skipgram.SkipGram, "noise_weights"),
    ],
    "products": [(np, "matmul"), (np, "einsum"), (hierarchy_cbow, "sum_products")],
    "sigmoid": [
        *((each, "residuals") for each in (skipgram, cbow, noise, hierarchy_skipgram, hierarchy_cbow)),
        (hierarchy_skipgram, "_top_residuals"),
    ],
    "damping": [*((damping.Damping, name) for name in ("count", "counted", "forget")), (rates, "damp")],
    "scatter": [(objectives, "scatter_add"), (objectives, "scatter_first"), (objectives, "scatter_products")],
    "wait": [(processes.SpinBarrier, "wait"), (processes.SpinBarrier, "rest")],
}

clock = time.perf_counter


class Watch:
    """Seconds of each phase, of which one is on at a time."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._on: list[str] = ["other"]
        self.start()

    def start(self) -> None:
        """Begin at zero."""
        self.seconds, self._since = dict.fromkeys([*PHASES, "other"], 0.0), clock()

    def turn(self) -> None:
        """Give what has passed to the phase that is on."""
        now = clock()
        self.seconds[self._on[-1]] += now - self._since
        self._since = now

    def put_around(self, owner: Any, name: str, phase: str) -> None:
        """Let a function's time count as the phase's."""
        function = getattr(owner, name)

        def timed(*args: Any, **options: Any) -> Any:
            self.turn()
            self._on.append(phase)
            try:
                return function(*args, **options)
            finally:
                self.turn()
                self._on.pop()

        setattr(owner, name, timed)


def watch_workers(notes: Path) -> None:
    """Put the clocks in place, in this process; a worker leaves the seconds of its second epoch in ``notes``."""
    watch, prepare, epoch = Watch(), Worker.__init__, Worker.epoch
    for phase, functions in PHASES.items():
        for owner, name in functions:
            watch.put_around(owner, name, phase)

    def prepared(worker: Worker, job: Any, arrays: JobArrays, *others: Any) -> None:
        tables = {name: table.view(Table) for name, table in arrays.weights.tables().items()}
        arrays.weights = Weights(**{"locks": arrays.weights.locks, **tables})
        prepare(worker, job, arrays, *others)

    def watched(worker: Worker, number: int) -> Iterator[Any]:
        watch.start()
        yield from epoch(worker, number)
        if number != EPOCHS - 1:
            return
        watch.turn()
        note = notes / f"{worker.index}.json"
        note.with_suffix(".part").write_text(json.dumps(watch.seconds))
        note.with_suffix(".part").rename(note)
        while worker.index == 0 and len(list(notes.glob("*.json"))) < worker.job.workers:
            time.sleep(0.01)  # the others end with this process's training

    Worker.__init__, Worker.epoch = prepared, watched


def start_watched(notes: Path) -> str:
    """Return the line that a worker with clocks runs."""
    arguments = ["--worker", str(notes)]
    return f"import runpy, sys; sys.argv[1:] = {arguments!r}; runpy.run_path({__file__!r}, run_name='__main__')"


class Moments(CallbackAny2Vec):
    """When training begins, and when it has ended."""

    def on_train_begin(self, model: Any) -> None:
        """Vocabulary and ids are there."""
        self.begun = clock()

    def on_train_end(self, model: Any) -> None:
        """Vectors are back in the model."""
        self.ended = clock()


def measure(corpus: Path, parameters: dict[str, Any], count: int, notes: Path) -> list[dict[str, float]]:
    """Train; return the microseconds that a trained word takes in every phase of the last epoch, for each worker."""
    moments, started = Moments(), clock()
    model = Word2Vec(LineSentence(corpus), **parameters, epochs=EPOCHS, workers=count, callbacks=[moments])
    found = []
    for note in sorted(notes.glob("*.json")):
        found.append(json.loads(note.read_text()))
        note.unlink()
    epochs = sum(each["seconds"] for each in model.history)
    before = {"read, encode": moments.begun - started, "set up": moments.ended - moments.begun - epochs}
    words = model.history[-1]["words_trained"]
    first, *others = [{phase: 1e6 * seconds / words for phase, seconds in {**before, **each}.items()} for each in found]
    return [first, *({**each, **dict.fromkeys(before, 0.0)} for each in others)]


def table(mode: str, columns: list[dict[str, float]]) -> str:
    """Write the phases as a Markdown table, with the share of an epoch in the first column of figures."""
    rows = [f"| {mode}, µs a trained word | one worker | share | first of two | second of two |", "|" + " --- |" * 5]
    epochs = [sum(each.values()) - each["read, encode"] - each["set up"] for each in columns]
    for phase in columns[0]:
        share = "" if phase in ("read, encode", "set up") else f"{columns[0][phase] / epochs[0]:.0%}"
        values = [f"{each[phase]:.3f}" for each in columns]
        rows.append("| " + " | ".join([phase, values[0], share, *values[1:]]) + " |")
    totals = [f"**{each:.3f}**" for each in epochs]
    return "\n".join([*rows, "| " + " | ".join(["**an epoch**", totals[0], "", *totals[1:]]) + " |"])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modes", nargs="+", choices=MODES, default=list(MODES))
    parser.add_argument("--vector-size", type=int, default=100)
    parser.add_argument("--megabytes", type=float, default=20.0, help="how much of the corpus to use")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        watch_workers(args.worker)
        processes.main()
    plan.WORKER_WORTH, plan.READER_BYTES = 0, 1 << 20  # two workers, however short the corpus
    with tempfile.TemporaryDirectory() as folder:
        corpus, notes = Path(folder, "corpus"), Path(folder, "notes")
        write_corpus(corpus, args.megabytes)
        notes.mkdir()
        watch_workers(notes)
        processes.START = start_watched(notes)
        found = {}
        for mode in args.modes:
            parameters = {**MODES[mode], "vector_size": args.vector_size}
            found[mode] = [column for count in (1, 2) for column in measure(corpus, parameters, count, notes)]
            print(f"{table(mode, found[mode])}\n", flush=True)
    target = report.RESULTS / f"phases-{args.vector_size}.json"
    about = {"corpus": corpus_name(args.megabytes), "machine": machine(), "columns": ["one", "first", "second"]}
    target.write_text(json.dumps({**about, "modes": found}, indent=1) + "\n")
    print(f"written to {target}", file=sys.stderr)


if __name__ == "__main__":
    main()
