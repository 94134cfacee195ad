"""What each setting of `npw2v train --preset` does on small corpora: the preset, and the preset but for one parameter.

    python benchmarks/presets.py [--words 30000 100000 300000] [--seeds 1 2 3]

Two measures. Parts of the text8-format corpus, another part for each seed: Spearman's correlation of cosines with the
ratings of WordSim-353, over the pairs whose words both occur twice in the part; a pair that a model does not know has
similarity 0. It is left out where there are fewer than 100 such pairs. And the generated toy world: the share of its
analogy questions that are answered right; those with unknown words are wrong. Printed are means, the lowest and the
highest in brackets.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections import Counter
from pathlib import Path

from npw2v import Text8Corpus, Word2Vec
from npw2v.cli.presets import choices
from npw2v.corpus import datasets, toyworld
from npw2v.kernels.threads import available_cores
from npw2v.test.utils import datapath
from npw2v.vectors.evaluation import read_pairs

#: Fewer pairs say nothing: at 50 pairs a seed may have 0.44 where another has 0.02.
LEAST = 100

#: What gensim's constructor has.
DEFAULTS = {"sg": 0, "vector_size": 100, "min_count": 5, "negative": 5, "epochs": 5}


def variants(words: int) -> dict[str, dict[str, int]]:
    """Name the settings that are compared on a corpus of so many words."""
    preset = {choice.name: choice.value for choice in choices(words)}
    named = {"gensim's defaults": DEFAULTS, "the preset": preset}
    for name, value in preset.items():
        other = DEFAULTS[name] if DEFAULTS[name] != value else value // 2
        if name != "min_count" or value != 5:
            named[f"the preset, but {name}={other}"] = {**preset, name: other}
    return named


def part_of_wikipedia(words: int, number: int) -> list[list[str]]:
    """Return part `number` of the corpus."""
    corpus = Text8Corpus(datasets.find("text8").path, max_sentence_length=1000)
    blocks = max(words // 1000, 1)
    return list(itertools.islice(corpus, number * blocks, (number + 1) * blocks))


def pairs_in(sentences: list[list[str]], folder: Path) -> Path:
    """Write the rated pairs whose words both occur twice."""
    counts = Counter(word.upper() for sentence in sentences for word in sentence)
    rated = read_pairs(datapath("wordsim353.tsv"), "\t", "utf8", True)
    lines = [f"{one}\t{other}\t{rating}\n" for one, other, rating in rated if min(counts[one], counts[other]) > 1]
    path = folder / "pairs.tsv"
    path.write_text("".join(lines), encoding="utf8")
    return path


def rated(sentences: list[list[str]], settings: dict[str, int], seed: int) -> float | None:
    """Train, and correlate cosines with ratings, if there are enough."""
    with tempfile.TemporaryDirectory() as folder:
        pairs = pairs_in(sentences, Path(folder))
        if len(pairs.read_text(encoding="utf8").splitlines()) < LEAST:
            return None
        model = Word2Vec(sentences, **settings, seed=seed, workers=available_cores(), progress=False)
        return float(model.wv.evaluate_word_pairs(str(pairs), dummy4unknown=True)[1][0])


def answered(words: int, settings: dict[str, int], seed: int) -> float:
    """Train on the toy world, and answer its questions."""
    sentences = list(toyworld.sentences(words=words, seed=seed))
    model = Word2Vec(sentences, **settings, seed=seed, workers=available_cores(), progress=False)
    with tempfile.TemporaryDirectory() as folder:
        questions = Path(folder) / "questions.txt"
        questions.write_text(toyworld.questions(), encoding="utf8")
        return float(model.wv.evaluate_word_analogies(str(questions), dummy4unknown=True)[0])


def shown(values: list[float | None]) -> str:
    """Return the mean, and the range."""
    if None in values:
        return ""
    return f"{sum(values) / len(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, nargs="+", default=[30_000, 100_000, 300_000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    for words in options.words:
        parts = {seed: part_of_wikipedia(words, seed) for seed in options.seeds}
        print(f"\n| {words:,} words | WordSim-353 | toy world |\n| --- | --- | --- |", flush=True)
        for name, settings in variants(words).items():
            ratings = [rated(parts[seed], settings, seed) for seed in options.seeds]
            answers = [answered(words, settings, seed) for seed in options.seeds]
            print(f"| {name} | {shown(ratings)} | {shown(answers)} |", flush=True)


if __name__ == "__main__":
    main()
