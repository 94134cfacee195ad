"""How word2vec learns, with the scalar reference kernel: for reading beside npw2v/kernels/reference.py."""

import numpy as np

from npw2v.kernels import reference

animals = [["cat", "eats", "fish"], ["dog", "eats", "meat"], ["cat", "eats", "meat"], ["dog", "eats", "fish"]]
machines = [["car", "burns", "fuel"], ["truck", "burns", "oil"], ["car", "burns", "oil"], ["truck", "burns", "fuel"]]
sentences = (animals + machines) * 50
vocabulary = sorted({word for sentence in sentences for word in sentence})
index = {word: row for row, word in enumerate(vocabulary)}

rng = np.random.default_rng(1)
inputs = (rng.random((len(vocabulary), 10)) - 0.5) / 10  # W, small random rows
outputs = np.zeros((len(vocabulary), 10))  # C, zero rows


def noise(center: int) -> list[int]:
    """Two noise words for a center, every word equally likely."""
    return list(rng.integers(len(vocabulary), size=2))


objective = reference.negative_sampling(outputs, noise, alpha=0.05)
for epoch in range(10):
    total = pairs = 0.0
    for sentence in sentences:
        ids = [index[word] for word in sentence]
        losses, count = reference.skipgram(inputs, ids, reach=[2] * len(ids), objectives=[objective])
        total, pairs = total + sum(losses), pairs + count
    print(f"epoch {epoch + 1}: mean loss of a pair {total / pairs:.3f}")

unit = inputs / np.linalg.norm(inputs, axis=1, keepdims=True)
for other in ("dog", "car"):
    print(f"similarity of cat and {other}: {unit[index['cat']] @ unit[index[other]]:.2f}")
