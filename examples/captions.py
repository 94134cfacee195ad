"""Experiment 5, captions: train with checkpoints, be stopped, go on, and ask by cosine and by Euclidean distance.

The text is captions of pictures (part of Flickr8k), a caption a line, or one of yours:
python examples/captions.py [TEXT]
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import smart_open
import texts

from npw2v import CallbackAny2Vec, Word2Vec
from npw2v.test.utils import datapath

EPOCHS = 40


class Captions:
    """Captions as lists of words in lower case."""

    def __init__(self, path: str | Path) -> None:
        self.path = path

    def __iter__(self) -> Iterator[list[str]]:
        with smart_open.open(self.path, encoding="utf8") as lines:
            for line in lines:
                yield re.findall(r"[a-z]+", line.lower())


class PullThePlug(CallbackAny2Vec):
    """Stops training as a power cut would, half way."""

    def on_epoch_end(self, model: Word2Vec) -> None:
        """Raise after half of the epochs."""
        if len(model.history) == EPOCHS // 2:
            raise KeyboardInterrupt


captions = Captions(texts.find("captions", *sys.argv[1:2]))
settings = {"vector_size": 50, "window": 5, "min_count": 3, "sg": 1, "sample": 1e-3, "epochs": EPOCHS, "seed": 1}

with TemporaryDirectory() as folder:
    path = Path(folder) / "captions.npw2v"
    model = Word2Vec(**settings)
    model.build_vocab(captions)
    try:
        model.train(
            captions,
            total_examples=model.corpus_count,
            epochs=model.epochs,
            callbacks=[PullThePlug()],
            checkpoint=path,
            checkpoint_every="1 epoch",
        )
    except KeyboardInterrupt:
        print(f"stopped; {len(Word2Vec.load(path).history)} epochs are safe in {path.name}")
    resumed = Word2Vec.resume(path, captions)

whole = Word2Vec(captions, **settings)
same = np.array_equal(resumed.wv.vectors, whole.wv.vectors)
print(f"{len(resumed.history)} epochs in the end; the same bytes as in one go: {same}")

wv = resumed.wv
for word in ("dog", "girl", "water", "red"):
    if word not in wv:
        continue
    by_cosine = [key for key, _ in wv.most_similar(word, topn=6)]
    distances = np.linalg.norm(wv.vectors - wv[word], axis=1)
    by_distance = [wv.index_to_key[row] for row in np.argsort(distances)[1:7]]  # the first is the word itself
    print(f"{word:6} cosine:    {', '.join(by_cosine)}\n       Euclidean: {', '.join(by_distance)}")

try:
    simlex = datapath("simlex999.txt")
    _, spearman, unknown = wv.evaluate_word_pairs(simlex, delimiter="\t")
    print(
        f"SimLex-999: Spearman {spearman.statistic:.2f}; {unknown:.0f} % of the pairs have a word that is no caption's"
    )
except FileNotFoundError as missing:
    print(f"no SimLex-999: {missing}")
