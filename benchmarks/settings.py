"""What each setting does: one at a time is changed, for skip-gram and for CBOW, and the vectors are scored.

    python benchmarks/settings.py [--seeds 3] [--megabytes 25] [--at-once 1]

Everything else is as gensim has it: 100 dimensions, window 5, five noise words, sample 0.001, five epochs. One worker
trains, since the vectors are the same with any number, and the time that is compared is that of the processor. Every
run is added to ``results/settings.json`` when it ends, and what is there already is not run again: remove the file to
begin anew. At the end the tables are put into ``docs/settings.md``, and its picture is drawn.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean, median
from typing import Any

import report
from inputs import corpus_name, write_corpus
from runs import machine, run

DOCS = Path(__file__).parent.parent / "docs"
CHART, PAGE = DOCS / "images" / "settings.png", DOCS / "settings.md"
BEGIN, END = "<!-- from here on by benchmarks/settings.py -->\n", "<!-- to here by benchmarks/settings.py -->\n"
MODES = {"skip-gram": {"sg": 1}, "CBOW": {"sg": 0}}
COLOURS = {"skip-gram": "#0072b2", "CBOW": "#d55e00"}
DEFAULTS = {"window": 5, "negative": 5, "sample": 1e-3, "epochs": 5, "vector_size": 100}
#: The values that are tried, the default among them; ``sample=0`` keeps every word.
VALUES = {
    "window": [2, 5, 10],
    "negative": [5, 15],
    "sample": [1e-5, 1e-4, 1e-3, 0],
    "epochs": [1, 5, 10],
    "vector_size": [50, 100, 200],
}
SCORES = {"analogies": "analogies", "wordsim353": "WordSim-353", "simlex999": "SimLex-999"}

Runs = list[dict[str, Any]]


def wanted(seeds: int) -> Iterator[dict[str, Any]]:
    """Name every run, all of one seed before the next."""
    for seed in range(1, seeds + 1):
        for mode in MODES:
            yield {"mode": mode, "setting": None, "value": None, "seed": seed}
            for setting, values in VALUES.items():
                for value in values:
                    if value != DEFAULTS[setting]:
                        yield {"mode": mode, "setting": setting, "value": value, "seed": seed}


def measured(corpus: str, name: dict[str, Any]) -> dict[str, Any]:
    """Train and score the vectors of one run."""
    changed = {} if name["setting"] is None else {name["setting"]: name["value"]}
    parameters = {**MODES[name["mode"]], **DEFAULTS, **changed, "seed": name["seed"], "workers": 1}
    figures = run(
        measure="train",
        side="npw2v",
        corpus=corpus,
        source="iterable",
        parameters=parameters,
        together=False,
        scored=True,
    )
    return {**name, **{key: figures[key] for key in (*SCORES, "processor_seconds")}}


def of(runs: Runs, mode: str, setting: str, value: Any) -> Runs:
    """Return the runs with one value of one setting; the default's are shared by all settings."""
    key = (None, None) if value == DEFAULTS[setting] else (setting, value)
    return [each for each in runs if each["mode"] == mode and (each["setting"], each["value"]) == key]


def table(runs: Runs, mode: str) -> str:
    """Write the means over the seeds as a Markdown table."""
    usual = median(each["processor_seconds"] for each in of(runs, mode, "window", DEFAULTS["window"]))
    rows = [f"| {mode} | " + " | ".join(SCORES.values()) + " | processor time |", "|" + " --- |" * 5]
    for setting, values in VALUES.items():
        for value in values:
            found = of(runs, mode, setting, value)
            scores = " | ".join(f"{mean(each[score] for each in found):.3f}" for score in SCORES)
            time = median(each["processor_seconds"] for each in found) / usual
            default = " (default)" if value == DEFAULTS[setting] else ""
            rows.append(f"| `{setting}={value:g}`{default} | {scores} | {time:.2f} |")
    return "\n".join(rows)


def versions(of: dict[str, Any]) -> str:
    """Say what the vectors were trained with."""
    return f"npw2v {of['npw2v']}, NumPy {of['numpy']}, BLAS {of['blas']}, {of['processor']}."


def draw(runs: Runs, seeds: int, corpus: str, target: Path) -> None:
    """Draw a column of panels for each setting: every score against its values."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(
        len(SCORES), len(VALUES), figsize=(11, 6.6), sharex="col", sharey="row", layout="constrained"
    )
    for column, (setting, values) in enumerate(VALUES.items()):
        for row, (score, name) in enumerate(SCORES.items()):
            panel = panels[row, column]
            for mode, colour in COLOURS.items():
                found = [[each[score] for each in of(runs, mode, setting, value)] for value in values]
                panel.plot(range(len(values)), [mean(each) for each in found], color=colour, linewidth=2, label=mode)
                for at, each in enumerate(found):
                    panel.plot([at] * len(each), each, "o", color=colour, markersize=3.5, alpha=0.6)
            panel.axvline(values.index(DEFAULTS[setting]), color="#999999", linestyle=":", linewidth=1, zorder=0)
            panel.set_xticks(range(len(values)), [f"{value:g}" for value in values])
            panel.set_xlim(-0.3, len(values) - 0.7)
            panel.grid(alpha=0.3, axis="y")
            panel.spines[["top", "right"]].set_visible(False)
            if row == 0:
                panel.set_title(setting, fontsize=11)
            if column == 0:
                panel.set_ylabel(name)
    panels[0, 0].legend(frameon=False, fontsize=9)
    about = f"{corpus}; dots: {seeds} seeds; lines: their means; dotted: the default"
    figure.supxlabel(about, fontsize=8, color="#555555")
    target.parent.mkdir(exist_ok=True)
    figure.savefig(target, dpi=110)


def write_tables(tables: list[str], about: str, page: Path) -> None:
    """Put the tables into a page, in place of those of before."""
    before, _, rest = page.read_text(encoding="utf8").partition(BEGIN)
    _, _, after = rest.partition(END)
    if not rest or not after:
        raise SystemExit(f"{page} lacks one of the lines that the tables stand between: {BEGIN}{END}")
    page.write_text("\n\n".join([before + BEGIN.rstrip(), *tables, about, END + after]), encoding="utf8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--megabytes", type=float, help="how much of the corpus to use")
    parser.add_argument("--at-once", type=int, default=1, help="how many runs side by side")
    parser.add_argument("--results", type=Path, default=report.path_of("settings", full=False))
    parser.add_argument("--chart", type=Path, default=CHART)
    parser.add_argument("--page", type=Path, default=PAGE)
    args = parser.parse_args()
    results = json.loads(args.results.read_text()) if args.results.exists() else {"runs": []}
    runs: Runs = results["runs"]
    results |= {"corpus": corpus_name(args.megabytes), "machine": machine()}
    done = [{key: each[key] for key in ("mode", "setting", "value", "seed")} for each in runs]
    left = [each for each in wanted(args.seeds) if each not in done]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(args.at_once) as pool:
        corpus = str(Path(folder) / "corpus.txt")
        write_corpus(Path(corpus), args.megabytes)
        for figures in pool.map(lambda name: measured(corpus, name), left):
            runs.append(figures)
            args.results.write_text(json.dumps(results, indent=1) + "\n")
            print(f"  {len(runs)} runs: {figures}", file=sys.stderr, flush=True)
    tables = [table(runs, mode) for mode in MODES]
    args.results.write_text(json.dumps({**results, "tables": tables}, indent=1) + "\n")
    draw(runs, args.seeds, results["corpus"], args.chart)
    write_tables(tables, f"{results['corpus']}, means of {args.seeds} seeds. {versions(results['machine'])}", args.page)
    print("\n\n".join(tables))


if __name__ == "__main__":
    main()
