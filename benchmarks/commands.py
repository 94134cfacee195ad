"""Times of the commands on a model, as a table for docs/commands.md: seconds that pass, and of the processors.

    python benchmarks/commands.py MODEL [--questions FILE] [--corpus TEXT] [--rounds 3]

The fastest of some rounds counts. Beside other work, what passes says little; the processors' seconds hold.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time


def measured(arguments: list[str], folder: str) -> tuple[float, float]:
    """Run a command in a process of its own; return its seconds, and those of the processors."""
    before, started = os.times(), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "npw2v", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    seconds, after = time.perf_counter() - started, os.times()
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return seconds, used


def commands(model: str, questions: str | None, corpus: str | None) -> list[list[str]]:
    """Return what is measured."""
    found = [
        ["--help"],
        ["train", "--help"],
        ["similar", model, "king"],
        ["similar", model, "king", "paris", "war"],
        ["similar", model, "king", "--metric", "euclidean"],
        ["similar", model, "king", "--vectors", "combined"],
        ["analogy", model, "king - man + woman"],
        ["similarity", model, "king", "queen"],
        ["odd-one-out", model, "king", "queen", "piano", "prince"],
        ["compare", model, model],
        ["query", model],
        ["inspect", model],
        ["convert", model, "vectors.bin"],
        ["convert", model, "vectors.txt"],
        ["convert", model, "vectors.safetensors", "--dtype", "float16"],
        ["similar", "vectors.bin", "king"],
        ["similar", "vectors.txt", "king"],
        ["doctor", "vectors.bin"],
        ["completions", "bash"],
    ]
    if questions is not None:
        found.append(["evaluate", model, "--analogies", questions])
    if corpus is not None:
        found += [["preprocess", corpus, "-o", "numbers"], ["train", "numbers", "-o", "one-epoch.bin", "--epochs", "1"]]
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--questions")
    parser.add_argument("--corpus")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    given = [path and os.path.abspath(path) for path in (options.model, options.questions, options.corpus)]
    print("| command | seconds | of the processors |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for arguments in commands(*given):
            rounds = 1 if arguments[0] in ("train", "preprocess") and len(arguments) > 2 else options.rounds
            times = [measured(arguments, folder) for _ in range(rounds)]
            shown = [os.path.basename(each) if os.path.isabs(each) else each for each in arguments]
            text = " ".join(f"'{each}'" if " " in each else each for each in shown)
            seconds, used = (min(column) for column in zip(*times, strict=True))
            print(f"| `npw2v {text}` | {seconds:.2f} | {used:.2f} |", flush=True)


if __name__ == "__main__":
    main()
