"""Train npw2v and gensim on the same corpus in turn; print the ratio of their speeds beside the quality of both.

    python benchmarks/train.py            one epoch, three rounds, about five minutes
    python benchmarks/train.py --full     five epochs, three rounds with three seeds, 100 and 300 dimensions

Each run is a process of its own under this one; rounds alternate between the two sides, and the figures quoted are
medians of the rounds' ratios. Time is that of ``train()`` alone; ``job`` is the whole of ``Word2Vec(corpus, …)``, from
the file to the trained vectors, imports excluded. gensim runs with three workers, its default.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from statistics import mean, median
from typing import Any

RESULTS = Path(__file__).with_name("results")
GENSIM_WORKERS = 3


def measure(side: str, corpus: str, parameters: dict[str, Any]) -> dict[str, float]:
    """Train one model in this process and score its vectors."""
    if side == "npw2v":
        from npw2v import Text8Corpus, Word2Vec
    else:
        from gensim.models import Word2Vec
        from gensim.models.word2vec import Text8Corpus
    sentences = Text8Corpus(corpus)
    started = time.perf_counter()
    model = Word2Vec(**parameters)
    model.build_vocab(sentences)
    built = time.perf_counter()
    _, words = model.train(sentences, total_examples=model.corpus_count, epochs=model.epochs)
    trained = time.perf_counter()
    return {
        "words_per_second": words / (trained - built),
        "job_words_per_second": words / (trained - started),
        "train_seconds": trained - built,
        **quality(model.wv),
    }


def quality(vectors: Any) -> dict[str, float]:
    """Analogy accuracy and Spearman correlations of vectors of either side, all computed by npw2v."""
    from gensim.test.utils import datapath

    from npw2v import KeyedVectors

    mine = KeyedVectors(vectors.vector_size)
    mine.add_vectors(vectors.index_to_key, vectors.vectors)
    return {
        "analogies": mine.evaluate_word_analogies(datapath("questions-words.txt"))[0],
        "wordsim353": mine.evaluate_word_pairs(datapath("wordsim353.tsv"))[1][0],
        "simlex999": mine.evaluate_word_pairs(datapath("simlex999.txt"))[1][0],
    }


def run(side: str, corpus: Path, parameters: dict[str, Any]) -> dict[str, float]:
    """Call :func:`measure` in a process of its own, and watch how much memory it takes with its workers."""
    task = json.dumps({"side": side, "corpus": str(corpus), "parameters": parameters})
    command = [sys.executable, __file__, "--task", task]
    peak = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            peak = max(peak, memory(process.pid))
            time.sleep(1)  # looking takes time from the process that is looked at
        output, errors = process.communicate()
    if process.returncode:
        raise SystemExit(f"{side} {parameters} failed:\n{errors}")
    return {**json.loads(output.splitlines()[-1]), "peak_megabytes": peak}


def memory(pid: int) -> float:
    """Return the megabytes that a process and its children take, shared pages counted once; 0 where Linux is not."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    own = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return own / 1024 + sum(memory(int(child)) for child in children)


def cases(full: bool) -> Iterator[tuple[str, dict[str, Any], list[int]]]:
    """Yield what to compare: a name, the parameters, and a seed for each round."""
    seeds, epochs = [1, 2, 3], 5 if full else 1
    yield "skip-gram, d=100", {"sg": 1, "epochs": epochs}, seeds
    yield "CBOW, d=100", {"sg": 0, "epochs": epochs}, seeds
    if full:
        yield "skip-gram, d=300", {"sg": 1, "epochs": 1, "vector_size": 300}, seeds
        yield "CBOW, d=300", {"sg": 0, "epochs": 1, "vector_size": 300}, seeds


def compare(name: str, corpus: Path, parameters: dict[str, Any], seeds: list[int]) -> dict[str, Any]:
    """Run both sides in turn, once a seed, and sum up."""
    rounds = []
    for number, seed in enumerate(seeds):
        workers = {"npw2v": os.cpu_count() or 1, "gensim": GENSIM_WORKERS}
        order = ("npw2v", "gensim") if number % 2 == 0 else ("gensim", "npw2v")
        rounds.append(
            {side: run(side, corpus, {**parameters, "seed": seed, "workers": workers[side]}) for side in order}
        )
        print(f"  {name}, round {number + 1}: {ratio(rounds[-1], 'words_per_second'):.2f}x", file=sys.stderr)
    return {
        "name": name,
        "parameters": parameters,
        "train_ratio": median(ratio(each, "words_per_second") for each in rounds),
        "job_ratio": median(ratio(each, "job_words_per_second") for each in rounds),
        "mean": {
            side: {figure: mean(each[side][figure] for each in rounds) for figure in rounds[0][side]}
            for side in ("npw2v", "gensim")
        },
        "rounds": rounds,
    }


def ratio(sides: dict[str, dict[str, float]], figure: str) -> float:
    """npw2v's figure over gensim's."""
    return sides["npw2v"][figure] / sides["gensim"][figure]


def machine() -> dict[str, Any]:
    """Describe what the figures were measured on."""
    model = ""
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")
    return {
        "processor": model or platform.processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        **{package: version(package) for package in ("npw2v", "gensim", "numpy", "scipy")},
    }


def table(results: list[dict[str, Any]]) -> str:
    """Write the results as a Markdown table."""
    rows = [
        "| training | speed, npw2v : gensim | whole job | analogies | WordSim-353 | SimLex-999 | peak memory, MB |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for result in results:
        ours, theirs = result["mean"]["npw2v"], result["mean"]["gensim"]
        scores = " | ".join(
            f"{ours[figure]:.3f} : {theirs[figure]:.3f}" for figure in ("analogies", "wordsim353", "simlex999")
        )
        memory = f"{ours['peak_megabytes']:.0f} : {theirs['peak_megabytes']:.0f}"
        epochs = result["parameters"]["epochs"]
        rows.append(
            f"| {result['name']}, {epochs} epoch{'s' * (epochs > 1)} | **{result['train_ratio']:.1f}x** "
            f"| {result['job_ratio']:.1f}x | {scores} | {memory} |"
        )
    return "\n".join(rows)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="five epochs, three seeds, 100 and 300 dimensions")
    parser.add_argument("--only", default="", help="run only the cases whose name contains this")
    parser.add_argument("--task", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.task:
        print(json.dumps(measure(**json.loads(args.task))))
        return
    from npw2v import datasets

    found = datasets.find("text8")
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        from npw2v.corpora import open_text

        with open_text(found.path) as text:
            corpus.write_bytes(text.read())
        results = [compare(name, corpus, *case) for name, *case in cases(args.full) if args.only in name]
    report = {"corpus": found.name, "machine": machine(), "results": results}
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / ("train-full.json" if args.full else "train.json")
    target.write_text(json.dumps(report, indent=2) + "\n")
    print(f"corpus {found.name}; {report['machine']}\n\n{table(results)}\n\nwritten to {target}")


if __name__ == "__main__":
    main()
