"""Accuracy against seconds: five epochs of npw2v and of gensim, the analogies scored after each with the clock stopped.

    python benchmarks/accuracy.py [--seeds 3]

Writes ``docs/accuracy-over-time.png``, and ``results/accuracy-full.json`` with the numbers and with how long npw2v
takes to reach gensim's accuracy after five epochs: the end of the first epoch after which it has. Both sides train one
schedule of five epochs, gensim with its best settings (see ``train.py``); seconds are those of ``train()``, and the
curves are means over the seeds.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

import report
from inputs import corpus_name
from runs import machine
from train import Bench, in_turn

CHART = Path(__file__).parent.parent / "docs" / "accuracy-over-time.png"
SIDES = ("npw2v", "gensim")
MODES = {"skip-gram": {"sg": 1}, "CBOW": {"sg": 0}}
COLOURS = {"npw2v": "#0b6e4f", "gensim": "#c1440e"}


def measure(bench: Bench, parameters: dict[str, Any], seeds: int) -> dict[str, Any]:
    """Train both sides in turn, once a seed; return each side's mean curve and what it was made from."""
    rounds = [
        in_turn(seed, {side: partial(bench.side, side, "curve", parameters, seed) for side in SIDES})
        for seed in range(seeds)
    ]
    curves = {
        side: {
            "seconds": means(each[side]["seconds"] for each in rounds),
            "analogies": means([score["analogies"] for score in each[side]["scores"]] for each in rounds),
        }
        for side in SIDES
    }
    return {**curves, "seconds_to_gensims_accuracy": seconds_to_reach(curves), "rounds": rounds}


def means(rows: Any) -> list[float]:
    """Mean of each column."""
    return [mean(column) for column in zip(*rows, strict=True)]


def seconds_to_reach(curves: dict[str, dict[str, list[float]]]) -> float | None:
    """Find when npw2v first scores at least what gensim does at the end; None if never."""
    wanted, ours = curves["gensim"]["analogies"][-1], curves["npw2v"]
    reached = (at for at, score in zip(ours["seconds"], ours["analogies"], strict=True) if score >= wanted)
    return next(reached, None)


def table(modes: dict[str, dict[str, Any]]) -> str:
    """Write the seconds to gensim's accuracy as a Markdown table."""
    rows = [
        "| to gensim's analogy accuracy after five epochs | accuracy | gensim | npw2v | ratio |",
        "|" + " --- |" * 5,
    ]
    for name, mode in modes.items():
        theirs, ours = mode["gensim"]["seconds"][-1], mode["seconds_to_gensims_accuracy"]
        cells = "not reached | – |" if ours is None else f"{ours:.0f} s | **{theirs / ours:.1f}x** |"
        rows.append(f"| {name} | {mode['gensim']['analogies'][-1]:.3f} | {theirs:.0f} s | {cells}")
    return "\n".join(rows)


def draw(modes: dict[str, dict[str, Any]], about: str, target: Path) -> None:
    """Draw a panel for each mode: analogy accuracy after each epoch against seconds."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, len(modes), figsize=(10, 4.2), sharey=True, layout="constrained")
    for panel, (name, mode) in zip(panels, modes.items(), strict=True):
        for side in SIDES:
            seconds, scores = mode[side]["seconds"], [100 * score for score in mode[side]["analogies"]]
            panel.plot(seconds, scores, "o-", color=COLOURS[side], label=side, linewidth=2, markersize=6)
            for epoch, point in enumerate(zip(seconds, scores, strict=True), start=1):
                panel.annotate(str(epoch), point, xytext=(0, 7), textcoords="offset points", ha="center", fontsize=8)
        panel.axhline(100 * mode["gensim"]["analogies"][-1], color=COLOURS["gensim"], linestyle=":", linewidth=1)
        panel.set(title=name, xlabel="seconds of training")
        panel.set_xlim(left=0)
        panel.set_ylim(0, 112 * max(max(curve[side]["analogies"]) for curve in modes.values() for side in SIDES))
        panel.grid(alpha=0.3)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("analogies answered correctly, %")
    panels[0].legend(loc="lower right", frameon=False)
    figure.suptitle("Accuracy after each of five epochs", fontsize=12)
    figure.supxlabel(about, fontsize=8, color="#555555")
    figure.savefig(target, dpi=150)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--megabytes", type=float, help="how much of the corpus to use")
    parser.add_argument("--chart", type=Path, default=CHART)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), full=True, megabytes=args.megabytes)
        modes = {}
        for name, parameters in MODES.items():
            modes[name] = measure(bench, parameters, args.seeds)
            print(f"  {name}: {modes[name]['npw2v']} {modes[name]['gensim']}", file=sys.stderr)
    results = {"corpus": corpus_name(args.megabytes), "machine": machine(), "table": table(modes), "modes": modes}
    target = report.path_of("accuracy", full=True)
    target.write_text(json.dumps(results, indent=1) + "\n")
    draw(modes, report.about(results), args.chart)
    print(f"{results['table']}\n\nwritten to {target} and {args.chart}")


if __name__ == "__main__":
    main()
