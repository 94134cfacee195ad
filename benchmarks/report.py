"""Keeping results, and the tables that README shows: ``python benchmarks/report.py [--full]``.

Every benchmark leaves ``results/NAME.json``, or ``NAME-full.json`` for the long version: the corpus, the machine with
its versions, how fast one of its cores multiplies, and its lines. A line has what it compares (``what``), the two
``sides`` with the median of their ``figure``, the ``ratios`` of the rounds and their median ``ratio``, the ``goal``
that it is to reach (at least; for memory, at most), the mean ``quality`` of both sides, and all figures of all
``rounds``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import mean, median
from typing import Any

from runs import gflops, machine

RESULTS = Path(__file__).with_name("results")

#: How a figure is compared: its unit, whether the second side's stands above, and whether a small ratio is good.
FIGURES = {
    "words_per_second": ("words/s", False, False),
    "epochs_words_per_second": ("words/s", False, False),
    "seconds": ("s", True, False),
    "peak_megabytes": ("MB", False, True),
}

QUALITIES = {"analogies": 0.005, "wordsim353": 0.02, "simlex999": 0.02}
"""Scores of vectors, and by how much a side may score lower and still count as equal."""


def line(
    what: str, figure: str, goal: float, sides: tuple[str, str], rounds: list[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    """Sum up the rounds of one comparison.

    Parameters
    ----------
    figure : a key of `FIGURES`, and of the figures of every side in every round
    goal : what the ratio is to reach
    sides : names of the sides; the ratio tells how much better the first is (for memory: how much more it takes)
    rounds : for each round, the figures of each side, also of others than these two
    """
    ratios = [ratio(figure, each[sides[0]], each[sides[1]]) for each in rounds]
    scored = [side for side in rounds[0] if set(QUALITIES) <= set(rounds[0][side])]
    return {
        "what": what,
        "figure": figure,
        "sides": {side: median(each[side][figure] for each in rounds) for side in (*sides, *rounds[0])},
        "ratio": median(ratios),
        "ratios": ratios,
        "goal": goal,
        "quality": {side: {name: mean(each[side][name] for each in rounds) for name in QUALITIES} for side in scored},
        **more,
        "rounds": rounds,
    }


def ratio(figure: str, first: dict[str, float], second: dict[str, float]) -> float:
    """How much better the first side is than the second; for memory, how much more it takes."""
    over = second[figure] / first[figure] if FIGURES[figure][1] else first[figure] / second[figure]
    return float(over)


def reached(line: dict[str, Any]) -> bool:
    """Whether a line's ratio is what it is to be."""
    below = FIGURES[line["figure"]][2]
    return bool(line["ratio"] <= line["goal"] if below else line["ratio"] >= line["goal"])


def held(quality: dict[str, dict[str, float]]) -> bool:
    """Whether npw2v's vectors score like gensim's; only five epochs and three seeds tell."""
    return all(quality["npw2v"][name] >= quality["gensim"][name] - less for name, less in QUALITIES.items())


def path_of(name: str, full: bool) -> Path:
    """Where the results of a benchmark are."""
    return RESULTS / f"{name}{'-full' * full}.json"


def save(name: str, full: bool, corpus: str, lines: dict[str, dict[str, Any]], **more: Any) -> Path:
    """Write a benchmark's results; lines of before stay, if they are of the same machine, versions and corpus."""
    target, about = path_of(name, full), {"corpus": corpus, "machine": machine()}
    before = json.loads(target.read_text()) if target.exists() else {}
    same = all(before.get(key) == value for key, value in about.items())
    report = {**about, "gflops": gflops(), **more, "lines": {**(before.get("lines", {}) if same else {}), **lines}}
    RESULTS.mkdir(exist_ok=True)
    target.write_text(json.dumps(report, indent=1) + "\n")
    return target


def number(value: float) -> str:
    """Three digits, or all of them before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def speed_table(lines: dict[str, dict[str, Any]]) -> str:
    """Ratios, as Markdown; those that reach their goal in bold."""
    rows = ["| what | ratio | rounds | figures |", "| --- | --- | --- | --- |"]
    for each in lines.values():
        unit = FIGURES[each["figure"]][0]
        figures = ", ".join(f"{side} {number(value)}" for side, value in each["sides"].items())
        shown = f"{each['ratio']:.2f}x"
        spread = f"{min(each['ratios']):.2f} – {max(each['ratios']):.2f}"
        rows.append(f"| {each['what']} | {f'**{shown}**' if reached(each) else shown} | {spread} | {figures} {unit} |")
    return "\n".join(rows)


def quality_table(lines: dict[str, dict[str, Any]]) -> str:
    """Scores of every side, as Markdown; empty if nothing was scored."""
    rows = ["| vectors of | side | analogies | WordSim-353 | SimLex-999 |", "| --- | --- | --- | --- | --- |"]
    for each in lines.values():
        for side, scores in each.get("quality", {}).items():
            cells = " | ".join(f"{scores[name]:.3f}" for name in QUALITIES)
            rows.append(f"| {each['what']} | {side} | {cells} |")
    return "\n".join(rows) if len(rows) > 2 else ""


def about(report: dict[str, Any]) -> str:
    """Say where the figures come from."""
    found = report["machine"]
    kind = f" (family {found['family']}, model {found['model']})" if "family" in found else ""
    speed = ", ".join(f"{name} {value:.0f} GFLOP/s" for name, value in report.get("gflops", {}).items())
    versions = ", ".join(f"{name} {found[name]}" for name in ("npw2v", "gensim", "numpy", "scipy"))
    return (
        f"{found['processor']}{kind}, {found['cores']} cores, {found['system']}, BLAS {found['blas']}; "
        f"{f'one core multiplies {speed}; ' if speed else ''}"
        f"Python {found['python']}, {versions}; "
        f"corpus {report['corpus']}."
    )


def missed(lines: dict[str, dict[str, Any]], full: bool) -> list[str]:
    """Say what is not as it is to be; of the short version the quality says little."""
    found = [
        f"{each['what']}: {each['ratio']:.2f}, goal {each['goal']:g}" for each in lines.values() if not reached(each)
    ]
    scored = [each for each in lines.values() if full and {"npw2v", "gensim"} <= set(each.get("quality", {}))]
    return found + [f"{each['what']}: quality below gensim's" for each in scored if not held(each["quality"])]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="tell of the long versions")
    args = parser.parse_args()
    parts, below = [], []
    for name in ("train", "vectors"):
        source = path_of(name, args.full)
        if not source.exists():
            continue
        report = json.loads(source.read_text())
        parts += [about(report), speed_table(report["lines"]), quality_table(report["lines"])]
        below += missed(report["lines"], args.full)
    curves = path_of("accuracy", True)
    if args.full and curves.exists():
        parts.append(json.loads(curves.read_text())["table"])
    target = RESULTS / f"table{'-full' * args.full}.md"
    target.write_text("\n\n".join(part for part in parts if part) + "\n")
    print(target.read_text())
    print("\n".join(["Not reached:", *below]) if below else "All goals are reached.")


if __name__ == "__main__":
    main()
