"""How near the best the choices of npw2v/training/plan.py are: speed and quality around each of them.

    python benchmarks/sweep.py [--modes sg cbow hs-sg hs-cbow] [--choices step noise …] [--epochs 1] [--rounds 1]

Every choice is changed alone, to a few values around the plan's, which is marked; what the plan derives from it
follows. Speed is relative to the plan's value in the same round. Results are printed, and kept in
``results/sweep.json``, where those of other choices stay.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean, median
from typing import Any
from unittest import mock

import report
from inputs import corpus_name, write_corpus
from measure import quality

from npw2v import LineSentence, Word2Vec
from npw2v.kernels.blocks import BlockShape
from npw2v.training import plan

HS = {"hs": 1, "negative": 0}
MODES: dict[str, dict[str, Any]] = {
    "sg": {"sg": 1},
    "cbow": {"sg": 0},
    "sg-300": {"sg": 1, "vector_size": 300},
    "hs-sg": {"sg": 1, **HS},
    "hs-cbow": {"sg": 0, **HS},
}

#: A block's shape with another value for a choice.
Change = Callable[[BlockShape, int], BlockShape]


@dataclass(frozen=True)
class Choice:
    """One thing that the plan chooses.

    Attributes
    ----------
    what : in words
    factors : times the plan's value
    constant : the name in plan.py, or
    read, change : how to read the value from a block's shape and change it there
    modes : how the modes that it matters for are called
    """

    what: str
    factors: tuple[float, ...]
    constant: str = ""
    read: Callable[[BlockShape], int] | None = None
    change: Change | None = None
    modes: tuple[str, ...] = ("sg", "cbow", "sg-300", "hs-sg", "hs-cbow")


def of_step(shape: BlockShape, words: int) -> BlockShape:
    """Take steps of this many words."""
    return replace(shape, blocks=max(1, words // shape.size))


def of_block(shape: BlockShape, size: int) -> BlockShape:
    """Take blocks of this many centers, in as many strips, in steps of as many words as before."""
    return replace(shape, size=size, blocks=max(1, shape.size * shape.blocks // size))


def of_strips(shape: BlockShape, strips: int) -> BlockShape:
    """Take blocks in this many strips."""
    return replace(shape, strips=strips)


SAMPLED, TREE = ("sg", "cbow", "sg-300"), ("hs-sg", "hs-cbow")
CHOICES = {
    "piece": Choice("words a piece", (0.25, 1, 4, 64), constant="PIECE_WORDS", modes=("sg", "cbow", "hs-cbow")),
    "path-piece": Choice("words a piece", (1 / 64, 1 / 8, 1), constant="PATH_PIECE_WORDS", modes=("hs-sg",)),
    "step": Choice("words a step", (0.25, 0.5, 1, 2, 4), read=lambda s: s.size * s.blocks, change=of_step),
    "block": Choice("centers a block", (0.5, 1, 2), read=lambda s: s.size, change=of_block, modes=SAMPLED),
    "strips": Choice(
        "strips a block", (0.25, 0.5, 1, 2), read=lambda s: s.strips, change=of_strips, modes=("sg", "cbow", "hs-cbow")
    ),
    "noise": Choice(
        "noise words a block",
        (0.5, 1, 2),
        read=lambda s: s.noise,
        change=lambda shape, noise: replace(shape, noise=noise),
        modes=SAMPLED,
    ),
    "slope": Choice("slope of the damping", (0.5, 1, 2), constant="SLOPE"),
    "working-set": Choice("bytes a round of calls", (0.2, 0.4, 1, 2, 4), constant="WORKING_SET"),
    "top": Choice("nodes of the tree's top", (0.5, 1, 2), constant="TOP_NODES", modes=TREE),
    "group": Choice("lower nodes a group", (2 / 3, 1, 4 / 3, 2), constant="GROUP_NODES", modes=("hs-sg",)),
}


@contextmanager
def planned(choice: Choice, factor: float, kind: str, used: list[float]) -> Iterator[None]:
    """Plan with another value while the context lasts; the value is appended to ``used``.

    ``kind`` is ``skipgram`` or ``cbow``, for constants that have a value for each.
    """
    if choice.constant:
        value: Any = getattr(plan, choice.constant)
        if isinstance(value, dict):
            value = {**value, kind: round(value[kind] * factor)}
            used.append(value[kind])
        else:
            value = type(value)(round(value * factor, 6))
            used.append(value)
        with mock.patch.object(plan, choice.constant, value):
            yield
        return
    planner = plan.block_shape

    def block_shape(**given: Any) -> BlockShape:
        shape = planner(**given)
        used.append(max(1, int(choice.read(shape) * factor)))
        return choice.change(shape, used[-1]) if factor != 1 else shape

    with mock.patch.object(plan, "block_shape", block_shape):
        yield


def measure(corpus: Path, parameters: dict[str, Any], choice: Choice, factor: float) -> dict[str, float]:
    """Train one model; return the value that was planned with, the words per second and the scores."""
    model, sentences, used = Word2Vec(**parameters), LineSentence(corpus), []
    model.build_vocab(sentences)
    with planned(choice, factor, "skipgram" if parameters["sg"] else "cbow", used):
        started = time.perf_counter()
        _, words = model.train(sentences, total_examples=model.corpus_count, epochs=model.epochs)
    return {"value": used[-1], "words_per_second": words / (time.perf_counter() - started), **quality(model.wv)}


def sweep(corpus: Path, parameters: dict[str, Any], choice: Choice, rounds: int) -> list[dict[str, Any]]:
    """Measure every value of one choice; a row a value."""
    runs: dict[float, list[dict[str, float]]] = {factor: [] for factor in choice.factors}
    for number in range(rounds):
        order = choice.factors if number % 2 == 0 else choice.factors[::-1]
        for factor in order:
            runs[factor].append(measure(corpus, {**parameters, "seed": number + 1}, choice, factor))
    return [
        {
            "value": found[0]["value"],
            "chosen": factor == 1,
            "speed": median(a["words_per_second"] / b["words_per_second"] for a, b in zip(found, runs[1], strict=True)),
            **{name: mean(each[name] for each in found) for name in report.QUALITIES},
        }
        for factor, found in runs.items()
    ]


def table(line: dict[str, Any]) -> str:
    """Write the rows of one choice as Markdown, the plan's in bold."""
    rows = [f"| {line['mode']}: {line['what']} | speed | analogies | WordSim-353 | SimLex-999 |", "|" + " --- |" * 5]
    for row in line["rows"]:
        cells = [f"{row['value']:,}", f"{row['speed']:.2f}x", *(f"{row[name]:.3f}" for name in report.QUALITIES)]
        mark = "**" if row["chosen"] else ""
        rows.append("| " + " | ".join(f"{mark}{cell}{mark}" for cell in cells) + " |")
    return "\n".join(rows)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modes", nargs="+", choices=MODES, default=["sg", "cbow", "hs-sg", "hs-cbow"])
    parser.add_argument("--choices", nargs="+", choices=CHOICES, default=list(CHOICES))
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--megabytes", type=float, help="how much of the corpus to use")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        write_corpus(corpus, args.megabytes)
        for mode in args.modes:
            for name in args.choices:
                choice = CHOICES[name]
                if mode not in choice.modes:
                    continue
                rows = sweep(corpus, {**MODES[mode], "epochs": args.epochs}, choice, args.rounds)
                line = {"mode": mode, "what": choice.what, "epochs": args.epochs, "rounds": args.rounds, "rows": rows}
                about = f"{corpus_name(args.megabytes)}"
                target = report.save("sweep", False, about, {f"{mode} {name}": line})
                print(f"{table(line)}\n", flush=True)
    print(f"written to {target}", file=sys.stderr)


if __name__ == "__main__":
    main()
