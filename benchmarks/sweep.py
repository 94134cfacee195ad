"""How near the best the choices of npw2v/plan.py are: one epoch for each alternative, speed and quality beside them.

    python benchmarks/sweep.py [--cbow] [--vector-size 100] [--epochs 1] [--rounds 1]

Every alternative changes one size. Speed is relative to the plan's own choice in the same round.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

from train import quality

from npw2v import Text8Corpus, Word2Vec, datasets, plan
from npw2v.kernels.blocks import BlockShape

Change = Callable[[BlockShape], BlockShape]


def of_step(words: int) -> Change:
    """Take steps of this many words."""
    return lambda shape: replace(shape, blocks=max(1, words // shape.size))


def of_block(size: int) -> Change:
    """Take blocks of this many centers, in steps of as many words as before."""
    return lambda shape: replace(shape, size=size, blocks=max(1, shape.size * shape.blocks // size))


ALTERNATIVES: dict[str, Change] = {
    "the plan's choice": lambda shape: shape,
    "steps of 512 words": of_step(512),
    "steps of 1,024 words": of_step(1024),
    "steps of 4,096 words": of_step(4096),
    "8 centers a block": of_block(8),
    "32 centers a block": of_block(32),
    "half the noise words": lambda shape: replace(shape, noise=shape.noise // 2),
    "twice the noise words": lambda shape: replace(shape, noise=shape.noise * 2),
    "a quarter of the chunk": lambda shape: replace(shape, chunk=max(1, shape.chunk // 4)),
}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cbow", action="store_true")
    parser.add_argument("--vector-size", type=int, default=100)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    corpus = Text8Corpus(datasets.find("text8").path)
    chosen = plan.block_shape
    speeds: dict[str, list[float]] = {name: [] for name in ALTERNATIVES}
    for number in range(args.rounds):
        for name, change in ALTERNATIVES.items():
            plan.block_shape = lambda change=change, **given: change(chosen(**given))
            model: Any = Word2Vec(sg=0 if args.cbow else 1, vector_size=args.vector_size, seed=number + 1)
            model.build_vocab(corpus)
            started = time.perf_counter()
            _, words = model.train(corpus, total_examples=model.corpus_count, epochs=args.epochs)
            speeds[name].append(words / (time.perf_counter() - started))
            relative = median(mine / own for mine, own in zip(speeds[name], speeds["the plan's choice"], strict=False))
            scores = ", ".join(f"{figure} {value:.3f}" for figure, value in quality(model.wv).items())
            print(f"{name:24} {relative:5.2f}x  {scores}", flush=True)


if __name__ == "__main__":
    main()
