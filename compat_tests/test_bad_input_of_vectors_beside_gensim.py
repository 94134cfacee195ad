"""Bad input to every public method of KeyedVectors: gensim's exceptions, and nothing changed. See `badinput`."""

from __future__ import annotations

import functools
import inspect

import numpy as np
import pytest
from gensim.models import keyedvectors as theirs
from gensim.test.utils import datapath

from compat_tests.badinput import Call, Difference, alone, bad_values, sweep
from npw2v.vectors.keyedvectors import KeyedVectors

SIZE = 6
VECTOR = np.random.default_rng(3).standard_normal(SIZE).astype(np.float32)
MATRIX = np.stack([VECTOR, VECTOR])

pytestmark = pytest.mark.filterwarnings("ignore")

#: Calls that work, of each method; a second call of a method has another name.
CALLS = [
    Call("get_index", {"key": "w1"}),
    Call("get_index", {"key": "w1", "default": 3}, "get_index_with_default"),
    Call("get_vector", {"key": "w1", "norm": True}),
    Call("__getitem__", {"key_or_keys": "w1"}),
    Call("__contains__", {"key": "w1"}),
    Call("has_index_for", {"key": "w1"}),
    Call("get_mean_vector", {"keys": ["w1", "w2"], "weights": [1.0, 2.0]}),
    Call("get_vecattr", {"key": "w1", "attr": "count"}),
    Call("set_vecattr", {"key": "w1", "attr": "count", "val": 5}),
    Call("allocate_vecattrs", {"attrs": ["a"], "types": [int]}),
    Call("add_vector", {"key": "new", "vector": VECTOR}),
    Call("add_vectors", {"keys": ["new", "w1"], "weights": MATRIX, "extras": None, "replace": True}),
    Call("add_vectors", {"keys": "new", "weights": VECTOR}, "add_vectors_of_one"),
    Call("__setitem__", {"keys": "new", "weights": VECTOR}),
    Call("__setitem__", {"keys": ["new", "w1"], "weights": MATRIX}, "__setitem___of_two"),
    Call("resize_vectors", {"seed": 1}),
    Call("fill_norms", {"force": True}),
    Call("most_similar", {"positive": "w1", "negative": "w2", "topn": 5, "restrict_vocab": 6}),
    Call("most_similar", {"positive": ["w1"], "clip_start": 0, "clip_end": 9}, "most_similar_of_rows"),
    Call("most_similar_cosmul", {"positive": "w1", "negative": "w2", "topn": 5, "restrict_vocab": 6}),
    Call("similar_by_word", {"word": "w1", "topn": 5, "restrict_vocab": 6}),
    Call("similar_by_key", {"key": "w1", "topn": 5, "restrict_vocab": 6}),
    Call("similar_by_vector", {"vector": VECTOR, "topn": 5, "restrict_vocab": 6}),
    Call("similarity", {"w1": "w1", "w2": "w2"}),
    Call("distance", {"w1": "w1", "w2": "w2"}),
    Call("distances", {"word_or_vector": "w1", "other_words": ["w2"]}),
    Call("n_similarity", {"ws1": ["w1"], "ws2": ["w2"]}),
    Call("cosine_similarities", {"vector_1": VECTOR, "vectors_all": MATRIX}),
    Call("closer_than", {"key1": "w1", "key2": "w2"}),
    Call("rank", {"key1": "w1", "key2": "w2"}),
    Call("most_similar_to_given", {"key1": "w1", "keys_list": ["w2", "w3"]}),
    Call("doesnt_match", {"words": ["w1", "w2", "w3"]}),
    Call("rank_by_centrality", {"words": ["w1", "w2", "w3"], "use_norm": True}),
    Call("relative_cosine_similarity", {"wa": "w1", "wb": "w2", "topn": 5}),
    Call("wmdistance", {"document1": ["w1"], "document2": ["w2"], "norm": True}),
    Call("vectors_for_all", {"keys": ["w1", "w2"], "allow_inference": True, "copy_vecattrs": True}),
    Call("evaluate_word_analogies", {"analogies": datapath("questions-words.txt"), "restrict_vocab": 10}),
    Call(
        "evaluate_word_pairs",
        {"pairs": datapath("wordsim353.tsv"), "delimiter": "\t", "encoding": "utf8", "restrict_vocab": 10},
    ),
    Call("log_accuracy", {"section": {"section": "s", "correct": [], "incorrect": [1]}}),
    Call("save", {"fname_or_handle": "vectors"}),
    Call("save_word2vec_format", {"fname": "vectors", "total_vec": 3, "sort_attr": "count"}),
    Call("intersect_word2vec_format", {"fname": "/no/file", "lockf": 0.0, "encoding": "utf8"}),
]

#: Not for the sweep: they take no arguments, or any; or their values are compared in test_keyedvectors_beside_gensim.
WITHOUT = {
    "add_lifecycle_event", "get_normed_vectors", "init_sims", "load", "load_word2vec_format", "log_evaluate_word_pairs",
    "similarity_unseen_docs", "sort_by_descending_frequency", "unit_normalize_all", "word_vec", "words_closer_than",
}  # fmt: skip

ONE_KEY = "similarity distance relative_cosine_similarity most_similar_to_given closer_than rank"
QUERIES = "most_similar most_similar_cosmul similar_by_word similar_by_key similar_by_vector relative_cosine_similarity"
QUERIES = f"{QUERIES} most_similar_of_rows"
ADDING = "add_vector add_vectors add_vectors_of_one __setitem__ __setitem___of_two"
FILES = (
    "evaluate_word_analogies.analogies evaluate_word_pairs.pairs intersect_word2vec_format.fname save.fname_or_handle"
)
FILES = f"{FILES} save_word2vec_format.fname"

#: The rows of docs/compatibility.md on bad input to vectors.
DIFFERENCES = [
    Difference(
        "one key is asked for: what cannot be a key is a TypeError, an unknown key (None and tuples, too) a KeyError; "
        "gensim takes it apart or multiplies it, and fails wherever that leads, or returns numbers that are no cosines",
        ONE_KEY,
        "KeyError ValueError TypeError returns",
        "TypeError KeyError",
    ),
    Difference(
        "what is neither a key, a vector nor a pair of one and its weight is a TypeError; gensim looks inside it",
        QUERIES,
        "IndexError KeyError ValueError",
        "TypeError",
    ),
    Difference(
        "arrays of strings are a ValueError here as everywhere, not NumPy's missing loop",
        QUERIES,
        "TypeError",
        "ValueError",
    ),
    Difference(
        "ints are keys or rows in most_similar_cosmul, too; gensim multiplies by them",
        "most_similar_cosmul",
        "TypeError ValueError",
        "KeyError returns",
    ),
    Difference(
        "True is the row 1; gensim adds an axis",
        f"{QUERIES} {ONE_KEY} get_vector distances.word_or_vector",
        "ValueError IndexError",
        "returns",
    ),
    Difference(
        "topn that is no whole number is a TypeError, also where it is empty and gensim returns all scores",
        QUERIES,
        "ValueError returns",
        "TypeError",
    ),
    Difference(
        "restrict_vocab of most_similar_cosmul is used, and so checked; gensim ignores it",
        "most_similar_cosmul.restrict_vocab",
        "returns",
        "TypeError ValueError",
    ),
    Difference("None as clip_start is the first row", "most_similar_of_rows.clip_start", "TypeError", "returns"),
    Difference(
        "one vector is asked for: a number is none, and gensim multiplies by it",
        "distances.word_or_vector",
        "returns",
        "ValueError",
    ),
    Difference(
        "an array or another iterable of keys is one; what cannot be iterated is none, though it is zero",
        "distances.other_words",
        "ValueError returns",
        "KeyError TypeError",
    ),
    Difference("any iterable of words is a document", "wmdistance", "TypeError", "returns"),
    Difference(
        "weights of another type or shape; gensim asks them for .shape, which lists have but not tuples",
        "get_mean_vector.weights",
        "AttributeError ValueError",
        "TypeError ValueError",
    ),
    Difference(
        "vectors that are no numbers are a TypeError, those of a wrong size a ValueError; what gensim raises "
        "depends on the line that fails, and None becomes nan",
        ADDING,
        "AttributeError IndexError TypeError ValueError returns",
        "TypeError ValueError ShapeError",
    ),
    Difference("extras= works, so that no extras are no mistake", "add_vectors.extras", "AttributeError", "returns"),
    Difference(
        "attributes and types must be equally many; gensim leaves out those without a partner",
        "allocate_vecattrs",
        "TypeError returns",
        "ValueError",
    ),
    Difference("a type that NumPy can read", "allocate_vecattrs.types", "TypeError", "returns"),
    Difference(
        "neither a path nor a file is a TypeError; gensim opens 0, 1 and True, which are the program's own "
        "input and output, and looks for the methods of a str elsewhere",
        FILES,
        "OSError ValueError ZeroDivisionError AttributeError returns",
        "TypeError",
    ),
    Difference(
        "a delimiter that is no str is a TypeError; gensim says of a good file that it is not in the format",
        "evaluate_word_pairs.delimiter",
        "ValueError",
        "TypeError",
    ),
]


def make(kind):
    def made():
        vectors = kind(SIZE)
        matrix = np.random.default_rng(0).standard_normal((12, SIZE)).astype(np.float32)
        vectors.add_vectors([f"w{i}" for i in range(12)], matrix)
        vectors.expandos["count"] = np.arange(12, 0, -1)
        vectors.fill_norms()
        return vectors

    return made


def state(vectors):
    """All that a failed call could have changed."""
    expandos = {attr: (values.dtype, values.tolist()) for attr, values in vectors.expandos.items()}
    norms = None if vectors.norms is None else vectors.norms.tobytes()
    table = (vectors.vectors.tobytes(), vectors.vectors.shape, vectors.vectors.dtype)
    keys = (list(vectors.index_to_key), dict(vectors.key_to_index), vectors.next_index)
    return table, keys, norms, expandos, vectors.vector_size, sorted(vars(vectors))


@functools.cache
def problems(number):
    with alone():
        return sweep(CALLS[number], bad_values(SIZE), make(theirs.KeyedVectors), make(KeyedVectors), state, DIFFERENCES)


@pytest.mark.parametrize("number", range(len(CALLS)), ids=[call.name for call in CALLS])
def test_exceptions_are_gensims_and_nothing_changes(number):
    assert not problems(number), "\n" + "\n".join(problems(number))


def test_every_method_is_swept():
    methods = {name for name, _ in inspect.getmembers(theirs.KeyedVectors, callable) if not name.startswith("_")}
    assert methods - {call.method for call in CALLS} == WITHOUT


def test_every_difference_occurs():
    for number in range(len(CALLS)):
        problems(number)
    assert [entry.reason for entry in DIFFERENCES if not entry.seen] == []
