"""CBOW by the usual rule and by its exact gradient (``cbow_exact``), at several learning rates.

    python benchmarks/gradient.py [--seeds 1 2 3] [--objectives negative hs]

Everything else is as gensim has it. One worker trains, since the vectors are the same with any number. Every run is
added to ``results/gradient.json`` when it ends, and what is there already is not run again: remove the file to begin
anew. The table is printed; ``docs/tuning.md`` has it.
"""

from __future__ import annotations

import argparse
import json
import sys
from itertools import product
from statistics import mean
from typing import Any

import report
from inputs import corpus_name
from measure import quality
from runs import machine

from npw2v import Text8Corpus, Word2Vec
from npw2v.corpus import datasets

#: Whether the gradient is exact, and the learning rate.
KINDS = [
    *((False, alpha) for alpha in (0.025, 0.05, 0.075)),
    *((True, alpha) for alpha in (0.05, 0.075, 0.1, 0.15, 0.2)),
]

#: What is predicted: with noise words, or along the Huffman tree.
OBJECTIVES = {"negative": {"hs": 0, "negative": 5}, "hs": {"hs": 1, "negative": 0}}

SCORES = {"analogies": "analogies", "wordsim353": "WordSim-353", "simlex999": "SimLex-999"}

Figures = dict[str, Any]


def measured(objective: str, exact: bool, alpha: float, seed: int) -> Figures:
    """Train and score the vectors of one run."""
    corpus = Text8Corpus(datasets.find("text8").path)
    model = Word2Vec(corpus, cbow_exact=exact, alpha=alpha, seed=seed, workers=1, **OBJECTIVES[objective])
    return {"objective": objective, "exact": exact, "alpha": alpha, "seed": seed, **quality(model.wv)}


def table(runs: list[Figures], objective: str) -> str:
    """Write the means over the seeds, and behind them those of each seed, as a Markdown table."""
    rows = [f"| {objective} | alpha | " + " | ".join(SCORES.values()) + " |", "|" + " --- |" * 5]
    for exact, alpha in KINDS:
        key = (objective, exact, alpha)
        found = [each for each in runs if (each["objective"], each["exact"], each["alpha"]) == key]
        if found:
            cells = " | ".join(scores_of([each[score] for each in found]) for score in SCORES)
            rows.append(f"| {'exact' if exact else 'usual'} | {alpha:g} | {cells} |")
    return "\n".join(rows)


def scores_of(seeds: list[float]) -> str:
    """Write a mean and what it is the mean of."""
    return f"{mean(seeds):.3f} ({', '.join(f'{score:.3f}' for score in seeds)})"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--objectives", nargs="+", choices=OBJECTIVES, default=["negative"])
    args = parser.parse_args()
    path = report.path_of("gradient", full=False)
    results = json.loads(path.read_text()) if path.exists() else {"runs": []}
    results |= {"corpus": corpus_name(None), "machine": machine()}
    runs: list[Figures] = results["runs"]
    done = {(each["objective"], each["exact"], each["alpha"], each["seed"]) for each in runs}
    for seed, objective, kind in product(args.seeds, args.objectives, KINDS):
        if (objective, *kind, seed) not in done:
            runs.append(measured(objective, *kind, seed))
            path.write_text(json.dumps(results, indent=1) + "\n")
            print(f"  {runs[-1]}", file=sys.stderr, flush=True)
    print("\n\n".join(table(runs, objective) for objective in args.objectives))


if __name__ == "__main__":
    main()
