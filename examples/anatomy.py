"""Experiment 4, anatomy: every step of word2vec on a text of ten sentences, printed.

What runs is the scalar reference (npw2v/kernels/reference.py), to be read beside this; the fast kernels are tested
against it. In gensim's order of things, each word of a center's window predicts the center.
"""

from collections import Counter

import numpy as np

from npw2v.kernels import reference
from npw2v.vocabulary.frequencies import keep_probabilities, noise_cumulative

TEXT = """
the cat eats fish. the dog eats meat. the cat eats meat. the dog eats fish. the cat likes the dog.
the car burns fuel. the truck burns oil. the car burns oil. the truck burns fuel. the car follows the truck.
"""
DIMENSIONS, WINDOW, NEGATIVE, EPOCHS = 8, 2, 3, 100

sentences = [sentence.split() for sentence in TEXT.split(".") if sentence.strip()]
print("1. Tokens      ", sentences[0], "... of", len(sentences), "sentences")

counts = Counter(word for sentence in sentences for word in sentence)
vocabulary = sorted(counts, key=lambda word: (-counts[word], word))  # frequent words first, as in every word2vec file
number = {word: row for row, word in enumerate(vocabulary)}
occurrences = np.array([counts[word] for word in vocabulary])
print("2. Vocabulary  ", ", ".join(f"{number[word]} {word} ({counts[word]})" for word in vocabulary[:6]), "...")

corpus = [[number[word] for word in sentence] for sentence in sentences]
print("3. Ids         ", corpus[0])


def pairs(ids: list[int]) -> list[tuple[int, int]]:
    """List the pairs (center, word of its window) of a sentence, every window whole."""
    places = range(len(ids))
    return [(ids[i], ids[j]) for i in places for j in places if 0 < abs(i - j) <= WINDOW]


print("4. Pairs       ", ", ".join(f"{vocabulary[c]}<-{vocabulary[w]}" for c, w in pairs(corpus[0])))


def noise_distribution(exponent: float) -> np.ndarray:
    """Return how likely each word is drawn as noise: count ** exponent, normalised."""
    steps = np.diff(noise_cumulative(occurrences, exponent).astype(float), prepend=0.0)
    return steps / steps.sum()


print("5. Noise       ", "  ".join(f"f^{e:g}: the {noise_distribution(e)[0]:.2f}" for e in (0, 0.75, 1)))
kept = keep_probabilities(occurrences, 0.02, int(occurrences.sum()))
print("6. Subsampling ", ", ".join(f"{w} kept {p:.2f}" for w, p in zip(vocabulary[:3], kept[:3], strict=True)), "...")

# One update. W holds the rows of words in windows (the vectors in the end), C those of centers and noise words.
rng = np.random.default_rng(1)
W, C = rng.normal(0, 0.5, (len(vocabulary), DIMENSIONS)), rng.normal(0, 0.5, (len(vocabulary), DIMENSIONS))
center, word, noise = number["cat"], number["eats"], [number["fuel"], number["the"]]


def scores(x: np.ndarray) -> np.ndarray:
    """Return the dot products with the center, which should be high, and with the noise words, which should be low."""
    return C[[center, *noise]] @ x


def loss(x: np.ndarray) -> float:
    """Return -log sigma(x C[center]) - sum of log sigma(-x C[noise]), from the formula alone."""
    return float(np.logaddexp(0, -scores(x) * [1, -1, -1]).sum())


alpha = 0.05
before, slopes = W[word].copy(), np.zeros(DIMENSIONS)
for k, step in enumerate(np.eye(DIMENSIONS) * 1e-5):  # finite differences: nothing of the kernel's own formulas
    slopes[k] = (loss(before + step) - loss(before - step)) / 2e-5
print(
    "7. Scores      ",
    "cat {:+.3f}, noise fuel {:+.3f}, the {:+.3f};".format(*scores(W[word])),
    f"loss {loss(before):.4f}",
)
objective = reference.negative_sampling(C, lambda _: noise, alpha)
error, _ = objective(W[word], center)  # moves C, and returns how W's row should move: -alpha times the gradient
W[word] += error
print(
    "8. One update  ",
    "cat {:+.3f}, noise fuel {:+.3f}, the {:+.3f};".format(*scores(W[word])),
    f"loss {loss(W[word]):.4f}",
)
print("9. The gradient", f"differs from finite differences by {np.abs(error / -alpha - slopes).max():.0e} at most")


def train(exponent: float = 0.75, sample: float = 0.0, kernel=reference.skipgram) -> tuple[list[float], np.ndarray]:
    """Train from scratch, and return the mean loss of a pair by epoch, and W."""
    rng, draws = np.random.default_rng(1), noise_distribution(exponent)
    keep = keep_probabilities(occurrences, sample, int(occurrences.sum()))
    inputs, outputs = (
        (rng.random((len(vocabulary), DIMENSIONS)) - 0.5) / DIMENSIONS,
        np.zeros((len(vocabulary), DIMENSIONS)),
    )
    history = []
    for epoch in range(EPOCHS):
        pace = 0.1 * (1 - epoch / EPOCHS)
        objective = reference.negative_sampling(outputs, lambda _: rng.choice(len(draws), NEGATIVE, p=draws), pace)
        losses = []
        for ids in corpus:
            left = [each for each in ids if rng.random() < keep[each]]
            losses += kernel(inputs, left, [WINDOW] * len(left), [objective])[0]
        history.append(float(np.mean(losses)))
    return history, inputs


def cosine(table: np.ndarray, one: str, other: str) -> float:
    """Return the cosine of two words' rows."""
    x, y = table[number[one]], table[number[other]]
    return float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))


print(f"\n{'':36} loss of a pair at epoch 1, 10, {EPOCHS}   cat~dog  car~truck  cat~car")
for name, options in {
    "skip-gram, negatives by f^0.75": {},
    "skip-gram, negatives uniformly": {"exponent": 0.0},
    "skip-gram, subsampled (0.02)": {"sample": 0.02},
    "CBOW, negatives by f^0.75": {"kernel": reference.cbow},
}.items():
    history, table = train(**options)
    alike = "   ".join(f"{cosine(table, *two):6.2f}" for two in (("cat", "dog"), ("car", "truck"), ("cat", "car")))
    print(f"{name:36} {history[0]:8.3f} {history[9]:8.3f} {history[-1]:8.3f}       {alike}")
