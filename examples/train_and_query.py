"""Train on the generated corpus, ask the vectors, save them: what a first session looks like."""

from pathlib import Path
from tempfile import mkdtemp

from npw2v import Word2Vec
from npw2v.corpus import toyworld

sentences = toyworld.sentences(words=200_000, seed=1)
model = Word2Vec(sentences, vector_size=80, sg=1, epochs=10, workers=2, compute_loss=True)

for row in model.history:
    print(f"epoch {row['epoch'] + 1}: mean loss {row['loss']:.3f}, {row['words_trained']:,} words trained")

print(model.wv.most_similar("paris", topn=5))
print(model.wv.most_similar(positive=["king", "woman"], negative=["man"], topn=3))
print(model.wv.doesnt_match(["red", "blue", "violin", "yellow"]))

folder = Path(mkdtemp())
model.save(folder / "model.npz")  # everything, to go on training later
model.wv.save_word2vec_format(folder / "vectors.bin", binary=True)  # for every other word2vec program
print("saved to", folder)
