"""Experiment 1, news: do the neighbours of economy, president, police and election make sense?

The text is the BBC's news of 2004 and 2005 (D. Greene's collection, lemmatised), or one of yours, a sentence or an
article a line:  python examples/news.py [TEXT]
"""

import sys

import texts

from npw2v import LineSentence, Word2Vec

ASKED = ("economy", "president", "police", "election", "film", "goal")

text = texts.find("bbc", *sys.argv[1:2])
model = Word2Vec(LineSentence(text), vector_size=100, window=5, min_count=10, sg=1, epochs=10, workers=2, seed=1)
print(f"{model.corpus_total_words:,} words, {len(model.wv):,} of them distinct and not rarer than {model.min_count}")

for word in ASKED:
    if word in model.wv:
        neighbours = ", ".join(f"{other} {cosine:.2f}" for other, cosine in model.wv.most_similar(word, topn=6))
        print(f"{word:10} {neighbours}")
