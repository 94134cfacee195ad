"""Times of the commands on a model, as the table in docs/commands.md: seconds that pass, and of the processors.

    python benchmarks/commands.py MODEL [--questions FILE] [--corpus TEXT] [--rounds 3] [--write]

The fastest of some rounds counts. Beside other work, what passes says little; the processors' seconds hold. --write
puts the table into the page, in place of the one that is there. Commands that nothing here measures are named at the
end.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from npw2v.cli import COMMANDS

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"
BEGIN, END = "<!-- from here on by benchmarks/commands.py -->\n", "<!-- to here by benchmarks/commands.py -->\n"


def measured(arguments: list[str], folder: str) -> tuple[float, float]:
    """Run a command in a process of its own; return its seconds, and those of the processors."""
    before, started = os.times(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "npw2v", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise SystemExit(f"npw2v {' '.join(arguments)} failed: {done.stderr}")
    seconds, after = time.perf_counter() - started, os.times()
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return seconds, used


def commands(model: str, questions: str | None, corpus: str | None) -> list[list[str]]:
    """Return what is measured; later commands use the files of earlier ones."""
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
        ["compare", model, model, "king"],
        ["query", model],
        ["inspect", model],
        ["convert", model, "vectors.bin"],
        ["convert", model, "vectors.txt"],
        ["convert", model, "vectors.safetensors", "--dtype", "float16"],
        ["convert", "vectors.bin", "vectors.npz", "--normalize"],
        ["similar", "vectors.bin", "king"],
        ["similar", "vectors.txt", "king"],
        ["doctor", model],
        ["doctor", "vectors.bin"],
        ["plot", model, "-o", "map.png"],
        ["plot", model, "king", "piano", "paris", "-o", "words.png"],
        ["plot-training", model, "-o", "training.png"],
        ["plot-compare", model, model, "-o", "moved.png"],
        ["explore", model, "-o", "explorer.html", "--words", "2000"],
        ["as-gensim", "--wheel", "wheels", "--force"],
        ["completions", "bash"],
        ["demo", "--no-plot"],
    ]
    if questions is not None:
        found.append(["evaluate", model, "--analogies", questions])
    if corpus is not None:
        found += [["preprocess", corpus, "-o", "numbers"], ["train", "numbers", "-o", "one-epoch.bin", "--epochs", "1"]]
    return found


#: Commands that are run once: they train, or would find what the round before has made.
ONCE = ("train", "preprocess", "demo")


def rows(given: list[str | None], rounds: int) -> list[str]:
    """Measure every command, printing as it goes, and return the lines of the table."""
    lines = ["| command | seconds | of the processors |", "| --- | --- | --- |"]
    print("\n".join(lines))
    with tempfile.TemporaryDirectory() as folder:
        for arguments in commands(*given):
            once = arguments[0] in ONCE and "--help" not in arguments
            times = [measured(arguments, folder) for _ in range(1 if once else rounds)]
            shown = [os.path.basename(each) if os.path.isabs(each) else each for each in arguments]
            text = " ".join(f"'{each}'" if " " in each else each for each in shown)
            seconds, used = (min(column) for column in zip(*times, strict=True))
            lines.append(f"| `npw2v {text}` | {seconds:.2f} | {used:.2f} |")
            print(lines[-1], flush=True)
    return lines


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--questions")
    parser.add_argument("--corpus")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    options = parser.parse_args()
    given = [path and os.path.abspath(path) for path in (options.model, options.questions, options.corpus)]
    lines = rows(given, options.rounds)
    left_out = set(COMMANDS) - {arguments[0] for arguments in commands(*given)}
    print(f"\nnot measured: {', '.join(sorted(left_out)) or 'none'}")
    if options.write:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        table, found, after = rest.partition(END)
        if not found:
            raise SystemExit(f"{PAGE} lacks one of the lines that the table stands between: {BEGIN}{END}")
        PAGE.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n\n" + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
