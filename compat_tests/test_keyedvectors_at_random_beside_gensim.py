"""KeyedVectors beside gensim's on random vectors, keys of every type and random arguments."""

from __future__ import annotations

import numpy as np
import pytest
from gensim.models import keyedvectors as theirs
from gensim.similarities.annoy import AnnoyIndexer
from hypothesis import given, settings
from hypothesis import strategies as st

from compat_tests.test_keyedvectors_beside_gensim import assert_alike, outcome
from npw2v.vectors.keyedvectors import KeyedVectors

SIZE, EXAMPLES = 6, 100

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::RuntimeWarning")

KINDS = {
    "words": lambda i: f"w{i}",
    "tuples": lambda i: ("t", i),
    "ints": lambda i: 100 + 3 * i,
    "small ints": lambda i: (i * 7 + 3) % 20,
    "NumPy ints": lambda i: np.int64(40 + i),
    "bytes": lambda i: f"w{i}".encode(),
    "mixed": lambda i: [f"w{i}", f"w{i}".encode(), 100 + i][i % 3],
}

#: Kinds that gensim's queries take one of; a tuple is several keys to them, or a key and its weight.
SINGLE = tuple(kind for kind in KINDS if kind not in ("tuples", "bytes", "mixed"))


@st.composite
def stores(draw, dtypes=(np.float32, np.float64), kinds=tuple(KINDS)):
    """Draw gensim's and our object with the same content."""
    count, dtype = draw(st.integers(1, 20)), draw(st.sampled_from(dtypes))
    keys = [KINDS[draw(st.sampled_from(kinds))](i) for i in range(count)]
    keys = list(dict.fromkeys(keys))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    matrix = rng.standard_normal((len(keys), SIZE)).astype(dtype)
    counts = rng.integers(1, 5, len(keys))
    made = []
    for kind in (theirs.KeyedVectors, KeyedVectors):
        vectors = kind(SIZE, dtype=dtype)
        vectors.add_vectors(keys, matrix)
        vectors.expandos["count"] = counts.copy()
        made.append(vectors)
    return made


def some_keys(draw, ours, most=5, least=0):
    """Draw keys that are there, rows, and keys that are not."""
    one = st.one_of(st.sampled_from(ours.index_to_key), st.integers(-2, len(ours) + 1), st.just("no"))
    return draw(st.lists(one, min_size=least, max_size=most))


def vector(draw, dtype=np.float32):
    return np.random.default_rng(draw(st.integers(0, 99))).standard_normal(SIZE).astype(dtype)


def attributes(vectors):
    return {attr: values.tolist() for attr, values in vectors.expandos.items()}


def sum_of_scores(vectors, key, topn):
    return sum(score for _, score in vectors.similar_by_key(key, topn))


def compare(pair, call):
    """Call both and compare; a query changes nothing (gensim's similarity() may scale what is stored)."""
    gensims, ours = pair
    before = ours.vectors.copy(), list(ours.index_to_key), attributes(ours)
    expected = outcome(call, gensims)
    gensims.vectors, gensims.norms = before[0].copy(), None
    assert_alike(outcome(call, ours), expected)
    assert (ours.vectors.tobytes(), ours.index_to_key, attributes(ours)) == (before[0].tobytes(), *before[1:])


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.data())
def test_means(data):
    pair = data.draw(stores(kinds=SINGLE))
    keys = some_keys(data.draw, pair[1])
    if data.draw(st.booleans()):
        keys.append(vector(data.draw))
    weight = st.integers(-300, 300).map(lambda percent: percent / 100)
    weights = data.draw(st.none() | st.lists(weight, min_size=len(keys), max_size=len(keys)))
    how = {name: data.draw(st.booleans()) for name in ("pre_normalize", "post_normalize", "ignore_missing")}
    compare(pair, lambda kv: kv.get_mean_vector(keys, weights, **how))


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.data())
def test_centrality(data):
    pair = data.draw(stores())
    keys, use_norm = some_keys(data.draw, pair[1]), data.draw(st.booleans())
    rows = [pair[1].get_index(key, -1) for key in keys]
    if len(set(rows) - {-1}) != 2 and len(set(rows)) == len(rows):  # two vectors are equally far from their mean
        compare(pair, lambda kv: kv.rank_by_centrality(keys, use_norm))
        compare(pair, lambda kv: kv.doesnt_match(keys))


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.data())
def test_most_similar(data):
    pair = data.draw(stores(kinds=SINGLE))
    positive, negative = (some_keys(data.draw, pair[1], 3) for _ in range(2))
    if data.draw(st.booleans()):
        positive = [(key, data.draw(st.integers(-2, 3))) for key in positive]
    negative.append(vector(data.draw))  # or they might cancel out, and gensim search what rounding leaves
    topn = data.draw(st.none() | st.integers(-1, 25))
    ends = st.none() | st.integers(-3, 25)
    how = {"clip_start": data.draw(st.integers(0, 8)), "clip_end": data.draw(ends), "restrict_vocab": data.draw(ends)}
    compare(pair, lambda kv: kv.most_similar(positive, negative, topn, **how))


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.data())
def test_cosmul(data):
    pair = data.draw(stores(dtypes=(np.float64,), kinds=("words",)))
    words = st.lists(st.sampled_from([*pair[1].index_to_key, "no"]), max_size=3)
    positive, negative = data.draw(words), data.draw(words)
    topn = data.draw(st.none() | st.integers(-1, 25))
    compare(pair, lambda kv: kv.most_similar_cosmul(positive, negative, topn))


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.data())
def test_pairs(data):
    pair = data.draw(stores(kinds=SINGLE))
    keys = some_keys(data.draw, pair[1], 4, least=2)
    (first, second, *rest), topn = keys, len(keys)
    for call in (
        lambda kv: kv.similarity(first, second),
        lambda kv: kv.distance(first, second),
        lambda kv: kv.n_similarity([first, *rest], [second]),
        lambda kv: kv.distances(first, rest),
        lambda kv: kv.closer_than(first, second),
        lambda kv: kv.rank(first, second),
        lambda kv: kv.most_similar_to_given(first, [second, *rest]),
        lambda kv: sum_of_scores(kv, first, topn) * kv.relative_cosine_similarity(first, second, topn),
        lambda kv: kv[first],
        lambda kv: kv[keys],
        lambda kv: kv.get_vector(first, norm=True),
        lambda kv: kv.get_index(first),
        lambda kv: kv.get_index(first, 7),
        lambda kv: (first in kv, kv.has_index_for(second)),
        lambda kv: kv.similar_by_key(first, topn=3),
        lambda kv: kv.get_vecattr(first, "count"),
    ):
        compare(pair, call)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.data())
def test_subsets(data):
    pair = data.draw(stores(kinds=("words", "ints"), dtypes=(np.float32, np.float64, np.float16)))
    keys = data.draw(st.lists(st.sampled_from([*pair[1].index_to_key, "no"]), max_size=8))
    how = {name: data.draw(st.booleans()) for name in ("allow_inference", "copy_vecattrs")}
    found = [outcome(lambda kv: kv.vectors_for_all(keys, **how), vectors) for vectors in pair]
    if isinstance(found[0], type):
        assert found[1] is found[0]
        return
    gensims, ours = found
    assert ours.index_to_key == gensims.index_to_key
    assert ours.key_to_index == gensims.key_to_index
    assert ours.vectors.dtype == gensims.vectors.dtype
    assert ours.vectors.tobytes() == gensims.vectors.tobytes()
    if len(ours):
        assert attributes(ours) == attributes(gensims)


#: What to do with vectors, some keys, new vectors for them, whether to replace, and a value.
CHANGES = [
    lambda kv, keys, new, replace, value: kv.add_vectors(keys, new, replace=replace),
    lambda kv, keys, new, replace, value: kv.__setitem__(keys, new),
    lambda kv, keys, new, replace, value: kv.set_vecattr(keys[0], "note", value),
    lambda kv, keys, new, replace, value: kv.sort_by_descending_frequency(),
    lambda kv, keys, new, replace, value: kv.unit_normalize_all(),
    lambda kv, keys, new, replace, value: kv.allocate_vecattrs(),
]


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.data())
def test_changes(data):
    """Keys, vectors and attributes are gensim's after each of several changes."""
    gensims, ours = data.draw(stores(dtypes=(np.float32, np.float64, np.float16)))
    close = 2e-3 if ours.vectors.dtype == np.float16 else 1e-6
    for step in range(data.draw(st.integers(1, 5))):
        keys = [key for key in dict.fromkeys(some_keys(data.draw, ours, 4)) if key in ours.key_to_index or key == "no"]
        new = np.random.default_rng(step).standard_normal((len(keys), SIZE))
        replace, value = data.draw(st.booleans()), data.draw(st.sampled_from([1, 2.5, "text", True, np.float32(1)]))
        change = data.draw(st.sampled_from(CHANGES))
        results = []
        for vectors in (gensims, ours):
            results.append(outcome(lambda kv: change(kv, keys, new, replace, value), vectors))  # noqa: B023
            vectors.allocate_vecattrs()  # gensim leaves that to the next change
            vectors.norms = None
        if isinstance(results[0], type):
            assert isinstance(results[1], type)
            return
        assert_alike(results[1], results[0])
        assert ours.index_to_key == gensims.index_to_key
        assert ours.key_to_index == gensims.key_to_index
        np.testing.assert_allclose(ours.vectors, gensims.vectors, rtol=close)
        assert attributes(ours) == attributes(gensims)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.data())
def test_word_movers_distance(data):
    pytest.importorskip("ot", reason="POT is not installed")
    pair = data.draw(stores(kinds=("words",)))
    words = st.lists(st.sampled_from([*pair[1].index_to_key, "no", "none"]), max_size=8)
    first, second, norm = data.draw(words), data.draw(words), data.draw(st.booleans())
    compare(pair, lambda kv: kv.wmdistance(first, second, norm))


class Recorder:
    """An indexer that answers with what it was asked."""

    def most_similar(self, vector, num_neighbors):
        return [vector, num_neighbors]


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.data())
def test_indexers(data):
    pair = data.draw(stores(dtypes=(np.float32,), kinds=("words",)))
    keys, topn = some_keys(data.draw, pair[1], 3), data.draw(st.none() | st.integers(0, 4))
    expected, found = (outcome(lambda kv: kv.most_similar(keys, topn=topn, indexer=Recorder()), kv) for kv in pair)
    if isinstance(expected, list) and expected:
        assert_alike(found[0], expected[0])
        assert found[1:] == expected[1:]
    else:
        assert_alike(found, expected)


def test_gensims_annoy_indexer_on_both():
    pytest.importorskip("annoy", reason="annoy is not installed")
    rng = np.random.default_rng(0)
    results = []
    matrix = rng.standard_normal((200, SIZE))
    for kind in (theirs.KeyedVectors, KeyedVectors):
        vectors = kind(SIZE)
        vectors.add_vectors([f"w{i}" for i in range(200)], matrix)
        index = AnnoyIndexer()
        index.model, index.num_trees = vectors, 50
        index._build_from_model(vectors.get_normed_vectors(), vectors.index_to_key, vectors.vector_size)
        results.append(vectors.most_similar("w3", topn=5, indexer=index))
    assert_alike(results[1], results[0])
    assert results[1][0][0] == "w3", "an indexer does not leave out the keys given"
