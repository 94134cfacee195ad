"""Experiment 2, Wikipedia: five epochs of text8, and the questions that made word2vec famous.

The corpus is found in the folder that NPW2V_DATA names, or downloaded; a text of your own, in one line as text8 is:
python examples/wikipedia.py [TEXT]
"""

import sys
import time

import texts

from npw2v import KeyedVectors, Text8Corpus, Word2Vec
from npw2v.corpus import datasets
from npw2v.test.utils import datapath

text = texts.find("text8", *sys.argv[1:2])
started = time.perf_counter()
model = Word2Vec(Text8Corpus(text), vector_size=100, sg=1, epochs=5, workers=2, seed=1)
minutes = (time.perf_counter() - started) / 60
print(f"{model.corpus_total_words:,} words, {len(model.wv):,} vectors, {minutes:.1f} minutes")

combined = model.word_vectors("combined")  # the sum of a word's two vectors, as center and as context


def show(
    title: str, vectors: KeyedVectors, positive: list[str], negative: list[str] | None = None, among: int | None = None
) -> None:
    """Print the nearest words of a sum of words, of all words or of so many of the most frequent ones."""
    asked = [*positive, *(negative or [])]
    unknown = [word for word in asked if word not in vectors]
    nearest = vectors.most_similar(positive, negative or [], topn=6, restrict_vocab=among) if not unknown else []
    print(f"{title:34}", ", ".join(f"{word} {cosine:.2f}" for word, cosine in nearest) or f"without {unknown}")


# Of all words, rare ones come first: towns of France, quarters, schools. Of the frequent ones, capitals do.
show("paris", model.wv, ["paris"])
show("paris; among 3,000 words", model.wv, ["paris"], among=3000)
show("war", model.wv, ["war"])
show("king - man + woman", model.wv, ["king", "woman"], ["man"])
show("king + woman - man; combined", combined, ["king", "woman"], ["man"])
show("paris - france + italy", model.wv, ["paris", "italy"], ["france"])
show("bigger - big + cold", model.wv, ["bigger", "cold"], ["big"])

try:
    questions = datasets.find_questions() or datapath("questions-words.txt")
    score, _ = model.wv.evaluate_word_analogies(questions)
    print(f"analogies, among the 300,000 most frequent words: {score:.3f}")
except FileNotFoundError as missing:
    print(f"no analogies: {missing}")
