"""Many cores, counted on few: the processor's time of all workers for a word, and what it means for 1 to 64 cores.

    python benchmarks/scaling.py [--modes skip-gram CBOW] [--megabytes 50] [--workers 1 2 4 8] [--lanes 8]
    python benchmarks/scaling.py --predict

Workers that are more than the cores wait for each other, so it is not the clock that tells what their work is, but each
worker's time on the processor: of adding updates to tables, of what lanes leave for one another (*exchange*), and of
the rest, without waiting. With ``lanes=1`` workers meet in every step, and with copies of the tables each adds all
updates; with lanes each adds its own.

What more cores would give is predicted from that: the words of a second if nothing but this work, and a meeting's
delay, took time. Caches and memory that cores share are not in it. gensim is given as many times its speed with one
worker as there are cores, the most that it can have. Figures go to ``results/scaling.json``, the chart to
``docs/scaling.png``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from inputs import corpus_name, write_corpus
from runs import gflops, machine, run

from npw2v import CallbackAny2Vec, LineSentence, Word2Vec
from npw2v.corpus.ids import Extent
from npw2v.training import excerpts, lanes, objectives, plan, tables
from npw2v.training.backends import processes
from npw2v.training.planning import plan_job
from npw2v.training.schedule import Schedule
from npw2v.training.worker import Worker

FOLDER = Path(__file__).parent
RESULTS, CHART = FOLDER / "results" / "scaling.json", FOLDER.parent / "docs" / "scaling.png"
MODES = {"skip-gram": {"sg": 1}, "CBOW": {"sg": 0}}

#: The epoch that is looked at, of five: in the first, workers are still starting.
LOOKED_AT = 1

#: Seconds that a meeting of workers takes, beside waiting for the slowest.
MEETING = 20e-6

CORES = [2**power for power in range(7)]

#: What is timed apart, and the functions that it is.
PARTS: dict[str, list[tuple[Any, str]]] = {
    "adding": [(objectives, name) for name in ("scatter_add", "scatter_first", "scatter_products")],
    "exchange": [(lanes.LaneWorker, "_pull"), (excerpts.Excerpt, "changes"), (lanes.LaneWorker, "_move")],
    "wait": [(processes.SpinBarrier, "wait"), (processes.SpinBarrier, "rest")],
}


def watch(notes: Path) -> None:
    """Put clocks in place, in this process; a worker leaves the seconds of its last epoch in ``notes``."""
    spent = dict.fromkeys(PARTS, 0.0)
    tables.LATE = 2.0  # more workers than cores are late, and all of them are to be counted

    def timed(function: Callable[..., Any], part: str) -> Callable[..., Any]:
        def called(*args: Any, **options: Any) -> Any:
            started = time.thread_time()
            try:
                return function(*args, **options)
            finally:
                spent[part] += time.thread_time() - started

        return called

    def watched(kind: Any) -> Callable[[Any, int], Iterator[Any]]:
        original = kind.epoch

        def epoch(worker: Any, number: int) -> Iterator[Any]:
            spent.update(dict.fromkeys(PARTS, 0.0))
            started = time.thread_time()
            yield from original(worker, number)
            if number != LOOKED_AT:
                return
            note = notes / f"{worker.index}.json"
            note.with_suffix(".part").write_text(json.dumps({**spent, "all": time.thread_time() - started}))
            note.with_suffix(".part").rename(note)
            while worker.index == 0 and len(list(notes.glob("*.json"))) < worker.job.workers:
                time.sleep(0.01)  # the others end with this process's training

        return epoch

    for part, functions in PARTS.items():
        for owner, name in functions:
            setattr(owner, name, timed(getattr(owner, name), part))
    for kind in (Worker, lanes.LaneWorker):
        kind.epoch = watched(kind)  # type: ignore[method-assign]


class Stop(CallbackAny2Vec):
    """Ends training after the epoch that is looked at."""

    def on_epoch_end(self, model: Any) -> bool:
        """Say whether it is over."""
        return len(model.history) > LOOKED_AT


def measure(corpus: Path, parameters: dict[str, Any], workers: int, notes: Path) -> dict[str, float]:
    """Train; return the microseconds of a trained word in the last epoch: of all workers, and of the busiest one."""
    given = {**parameters, "workers": workers, "progress": False, "callbacks": [Stop()]}
    model = Word2Vec(LineSentence(corpus), **given)
    words, found = model.history[-1]["words_trained"], []
    for note in sorted(notes.glob("*.json")):
        found.append(json.loads(note.read_text()))
        note.unlink()
    each = [{name: 1e6 * seconds / words for name, seconds in worker.items()} for worker in found]
    work = [worker["all"] - worker["wait"] for worker in each]
    row = {name: sum(worker[name] for worker in each) for name in ("adding", "exchange")}
    return {"workers": len(each), "work": sum(work), "busiest": max(work), **row}


def predicted(found: dict[str, Any], cores: int) -> dict[str, float]:
    """Return the million words a second that so many cores would train, with steps and with lanes."""
    steps, lane = found["steps"][0], found["lanes"][0]
    # What of the adding grows with the workers: each adds all.
    seconds = (steps["work"] - steps["adding"]) / cores + steps["adding"]
    meetings = 1e6 * MEETING / found["step_words"] if cores > 1 else 0.0
    in_lanes = lane["work"] / cores + (1e6 * 2 * MEETING / found["round_words"] if cores > 1 else 0.0)
    return {"steps": 1 / (seconds + meetings), "lanes": 1 / in_lanes, "gensim": found["gensim"] * cores}


def draw(found: dict[str, Any]) -> None:
    """Draw what is predicted, and say what was measured."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 2, figsize=(10, 4), sharey=True, layout="constrained")
    kinds = {
        "lanes": ("as many lanes as cores", "#0b6e4f"),
        "steps": ("lanes=1", "#c1440e"),
        "gensim": ("gensim, at most", "#555555"),
    }
    for panel, (mode, row) in zip(panels, found["modes"].items(), strict=True):
        speeds = [predicted(row, cores) for cores in CORES]
        for name, (label, colour) in kinds.items():
            line = ":" if name == "gensim" else "o-"
            panel.plot(CORES, [speed[name] for speed in speeds], line, color=colour, label=label, markersize=4)
        panel.set(title=mode, xlabel="cores", xscale="log", yscale="log")
        panel.set_xticks(CORES, [str(each) for each in CORES])
        panel.grid(alpha=0.3)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("million trained words a second")
    panels[0].legend(frameon=False, fontsize=8)
    figure.suptitle("Predicted from the work counted on two cores, not measured", fontsize=12)
    figure.savefig(CHART, dpi=150)


def table(found: dict[str, Any]) -> str:
    """Write what was counted as a Markdown table."""
    lines = [
        "| µs of the processor a trained word, all workers | workers | all | adding | exchange |",
        "|" + " --- |" * 5,
    ]
    for mode, row in found["modes"].items():
        for kind, label in (("steps", "lanes=1"), ("lanes", f"lanes={found['lanes']}")):
            for each in row[kind]:
                values = [f"{each[name]:.2f}" for name in ("work", "adding", "exchange")]
                lines.append(f"| {mode}, {label} | {each['workers']} | " + " | ".join(values) + " |")
    return "\n".join(lines)


def start_watched(notes: Path) -> str:
    """Return the line that a worker with clocks runs."""
    arguments = ["--worker", str(notes)]
    return f"import runpy, sys; sys.argv[1:] = {arguments!r}; runpy.run_path({__file__!r}, run_name='__main__')"


def count_work(args: argparse.Namespace) -> dict[str, Any]:
    """Train with every number of workers, with lanes and without; and with gensim's one worker."""
    found: dict[str, Any] = {"megabytes": args.megabytes, "lanes": args.lanes, "modes": {}}
    plan.WORKER_WORTH, plan.available_cores = 0, lambda: max(args.workers)
    with tempfile.TemporaryDirectory() as folder:
        corpus, notes = Path(folder, "corpus"), Path(folder, "notes")
        write_corpus(corpus, args.megabytes)
        notes.mkdir()
        watch(notes)
        processes.START = start_watched(notes)
        for mode in args.modes:
            row: dict[str, Any] = {"steps": [], "lanes": []}
            for count in args.workers:
                for kind, number in (("steps", 1), ("lanes", args.lanes)):
                    row[kind].append(measure(corpus, {**MODES[mode], "lanes": number}, count, notes))
                    print(mode, kind, row[kind][-1], file=sys.stderr)
            alone = {**MODES[mode], "workers": 1, "epochs": 1}
            theirs = run(
                measure="train",
                side="gensim",
                corpus=str(corpus),
                source="iterable",
                parameters=alone,
                together=False,
                scored=False,
            )
            row["gensim"] = theirs["words_per_second"] / 1e6
            found["modes"][mode] = {**row, **sizes(corpus, mode, args.lanes)}
    return found


def sizes(corpus: Path, mode: str, number: int) -> dict[str, float]:
    """Return the trained words of a step, and of a round of lanes."""
    model = Word2Vec(**MODES[mode], lanes=number)
    model.build_vocab(LineSentence(corpus))
    kept = model._vocabulary_tables()
    extent = Extent(model.corpus_count, model.corpus_total_words, model.corpus_total_words, 1000)
    job, _ = plan_job(model._settings(), kept, extent, Schedule(0.025, 0.0001, 5), (1, 0), 1, 0)
    trained = float((kept.counts * kept.keep).sum())
    return {"step_words": job.shape.blocks * job.shape.size, "round_words": trained * number / (job.rounds or 1)}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modes", nargs="+", choices=list(MODES), default=list(MODES))
    parser.add_argument("--megabytes", type=float, default=50.0, help="how much of the corpus to use")
    parser.add_argument("--workers", nargs="+", type=int, default=[1, 2, 4, 8])
    parser.add_argument("--lanes", type=int, default=8)
    parser.add_argument("--predict", action="store_true", help="draw the chart from what was counted before")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        watch(args.worker)
        processes.main()
    if not args.predict:
        found = {**count_work(args), "machine": machine(), "gflops": gflops(), "corpus": corpus_name(args.megabytes)}
        RESULTS.write_text(json.dumps(found, indent=1) + "\n")
    found = json.loads(RESULTS.read_text())
    print(table(found))
    draw(found)


if __name__ == "__main__":
    main()
