"""Record how good gensim's vectors are on the text8-format corpus, over seeds.

    NPW2V_DATA=/folder/with/wiki8.zip python -m tools.record_gensim [--seeds 1 2 3] [--epochs 5] [--hs 0 1]

Trains gensim (skip-gram and CBOW, with negative sampling and with hierarchical softmax, 100 dimensions, 3 workers, its
defaults otherwise) once a seed and writes ``compat_tests/gensim_quality.json``: the scores that ``make parity`` holds
npw2v against. Training gensim takes about forty minutes on two cores, which is why the result is kept; run this again
when gensim or the corpus changes. Runs of a mode that is not asked for stay in the file.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

import gensim
import numpy
from gensim.models import Word2Vec
from gensim.models.word2vec import Text8Corpus

from compat_tests.corpus import quality, unpack

RECORD = Path(__file__).parent.parent / "compat_tests" / "gensim_quality.json"


def record(seeds: list[int], epochs: int, hs_modes: list[int]) -> dict[str, Any]:
    """Train and score gensim for every seed, both architectures and the given modes."""
    runs = [run for run in json.loads(RECORD.read_text())["runs"] if run["hs"] not in hs_modes]
    with tempfile.TemporaryDirectory() as folder:
        corpus = Text8Corpus(str(unpack(Path(folder))))
        for hs, sg, seed in product(hs_modes, (1, 0), seeds):
            model = Word2Vec(sg=sg, hs=hs, negative=0 if hs else 5, seed=seed, epochs=epochs, workers=3)
            model.build_vocab(corpus)
            model.train(corpus, total_examples=model.corpus_count, epochs=epochs)
            runs.append({"sg": sg, "hs": hs, "seed": seed, **quality(model.wv)})
            print(runs[-1], flush=True)
    return {
        "made_by": "tools/record_gensim.py",
        "corpus": "wiki8.zip",
        "parameters": {"vector_size": 100, "epochs": epochs, "workers": 3, "others": "gensim's defaults"},
        "versions": {"gensim": gensim.__version__, "numpy": numpy.__version__, "python": platform.python_version()},
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "runs": runs,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--hs", type=int, nargs="+", default=[0, 1])
    args = parser.parse_args()
    RECORD.write_text(json.dumps(record(args.seeds, args.epochs, args.hs), indent=2) + "\n")


if __name__ == "__main__":
    main()
