"""Helpers beside gensim's, value by value."""

from __future__ import annotations

import logging
import re
import warnings
from pathlib import Path

import gensim.matutils
import gensim.utils
import numpy as np
import pytest
import scipy.sparse
from gensim.test.utils import common_dictionary, common_texts, datapath
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from npw2v import matutils, utils

texts = st.one_of(
    st.text(max_size=60),
    st.text(st.sampled_from("aZé_1 ١\u0301ßİ-&;#x"), max_size=30),
    st.text(max_size=60).map(lambda text: text.encode("utf8", "surrogatepass")),
    st.binary(max_size=30),
)


def outcome(function, *args, **kwargs):
    """What a call gives, or the type of what it raises."""
    try:
        result = function(*args, **kwargs)
        return list(result) if hasattr(result, "__next__") else result
    except Exception as error:
        return type(error)


# ---- text


@pytest.mark.parametrize(
    "name, options",
    [
        ("simple_preprocess", {}),
        ("simple_preprocess", {"deacc": True, "min_len": 1, "max_len": 4}),
        ("tokenize", {}),
        ("tokenize", {"lowercase": True, "deacc": True, "errors": "ignore"}),
        ("tokenize", {"to_lower": True, "encoding": "latin1"}),
        ("tokenize", {"lower": True, "errors": "replace"}),
        ("deaccent", {}),
        ("to_unicode", {}),
        ("any2unicode", {"errors": "ignore", "encoding": "utf-16"}),
        ("to_utf8", {}),
        ("any2utf8", {"errors": "replace", "encoding": "ascii"}),
    ],
)
@settings(max_examples=150, deadline=None)
@given(text=texts)
def test_text(name, options, text):
    assert outcome(getattr(utils, name), text, **options) == outcome(getattr(gensim.utils, name), text, **options)


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=60))
def test_simple_tokenize(text):
    assert list(utils.simple_tokenize(text)) == list(gensim.utils.simple_tokenize(text))


def test_real_text():
    text = Path(datapath("lee_background.cor")).read_text("utf8")
    for function in ("simple_preprocess", "tokenize", "deaccent"):
        assert outcome(getattr(utils, function), text) == outcome(getattr(gensim.utils, function), text)


@settings(max_examples=200, deadline=None)
@given(
    text=st.lists(
        st.sampled_from(
            ["&", "#", "x", "X", ";", "lt", "eacute", "39", "128588", "&#x27;", "&#146;", "&amp;", "é", "&;"]
        )
    ).map("".join)
)
def test_entities(text):
    assume(not re.search("&[xX]", text))  # see the next test
    assert utils.decode_htmlentities(text) == gensim.utils.decode_htmlentities(text)


def test_entities_that_begin_with_x_are_decoded_here_only():
    assert gensim.utils.decode_htmlentities("&xi; &xlt;") == "&xi; <"
    assert utils.decode_htmlentities("&xi; &xlt;") == "ξ &xlt;"


# ---- corpora and files


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz", "a.txt.bz2"])
def test_line_sentences(name, tmp_path):
    sentences = [*common_texts, ["привет", "\u00a0"], []]
    utils.save_as_line_sentence(sentences, str(tmp_path / name))
    gensim.utils.save_as_line_sentence(sentences, str(tmp_path / f"other.{name}"))
    ours, theirs = (utils.open(str(tmp_path / path), "rb").read() for path in (name, f"other.{name}"))
    assert ours == theirs


@pytest.mark.parametrize("sentences", [[["a"], [1]], [1], None, [None]])
def test_bad_sentences(sentences, tmp_path):
    ours, theirs = (
        outcome(module.save_as_line_sentence, sentences, str(tmp_path / "a")) for module in (utils, gensim.utils)
    )
    assert ours is theirs is TypeError


@pytest.mark.parametrize("name, argument", [("RepeatCorpus", 0), ("RepeatCorpus", 20), ("RepeatCorpusNTimes", 3)])
@pytest.mark.parametrize("corpus", [common_texts, [], ["a"]])
def test_repeated_corpora(name, argument, corpus):
    ours, theirs = (getattr(module, name)(corpus, argument) for module in (utils, gensim.utils))
    assert list(ours) == list(theirs)
    assert vars(ours) == vars(theirs)


@pytest.mark.parametrize(
    "made",
    [
        lambda: [[(0, 4.0)]],
        lambda: [[(0, "4")], [("a", 1)]],
        lambda: [[(0, "x")]],
        lambda: [[]],
        lambda: [],
        lambda: ["human"],
        lambda: "human",
        lambda: [1, 2],
        lambda: [[1, 2, 3]],
        lambda: [(1, 2)],
        lambda: np.eye(2),
        lambda: np.ones((2, 2, 2)),
        lambda: None,
        lambda: 3,
        lambda: iter([[(0, 1)], [(1, 1)]]),
        lambda: iter([]),
        lambda: gensim.utils.RepeatCorpus([], 1),
        lambda: {1: 2},
    ],
)
def test_is_corpus(made):
    (ours, our_object), (theirs, their_object) = utils.is_corpus(made()), gensim.utils.is_corpus(made())
    assert ours is theirs
    if hasattr(our_object, "__next__"):
        assert list(our_object) == list(their_object)


@pytest.mark.parametrize("size", [1, 3, 2.9, 100])
@pytest.mark.parametrize("name", ["grouper", "chunkize_serial", "chunkize"])
def test_chunks(name, size):
    assert list(getattr(utils, name)(range(10), size)) == list(getattr(gensim.utils, name)(range(10), size))
    ours, theirs = (list(getattr(module, name)([[1, 2]] * 4, size, as_numpy=True)) for module in (utils, gensim.utils))
    assert np.array_equal(ours[0], theirs[0])
    assert ours[0][0].dtype == theirs[0][0].dtype


@pytest.mark.parametrize("options", [{}, {"ignore_below_size": False}, {"include_doc_num": True}, {"copy": True}])
@pytest.mark.parametrize("size", [1, 2, 3, 9])
def test_windows(options, size):
    documents = [np.array(text, dtype=object) for text in common_texts]
    ours, theirs = (list(module.iter_windows(documents, size, **options)) for module in (utils, gensim.utils))
    assert str(ours) == str(theirs)
    ours, theirs = (module.strided_windows(range(4), size) for module in (utils, gensim.utils))
    assert np.array_equal(ours, theirs)
    assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)


@pytest.mark.parametrize("nested", [[1, [2, [3, "ab"]], (4,)], [], ["ab"], [b"ab"], [{"a": 1}], range(3)])
def test_flatten(nested):
    assert utils.flatten(nested) == gensim.utils.flatten(nested)


# ---- counts and numbers

counts = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 5))


@settings(max_examples=100, deadline=None)
@given(first=counts, second=counts, least=st.integers(0, 6))
def test_counts(first, second, least):
    def rule(word, count, min_count):
        return {"a": utils.RULE_KEEP, "b": utils.RULE_DISCARD, "c": None}.get(word, utils.RULE_DEFAULT)

    for name, arguments in (
        ("prune_vocab", (least,)),
        ("prune_vocab", (least, rule)),
        ("trim_vocab_by_freq", (least,)),
        ("trim_vocab_by_freq", (least, rule)),
        ("merge_counts", (second,)),
    ):
        ours, theirs = dict(first), dict(first)
        results = [outcome(getattr(m, name), c, *arguments) for m, c in ((utils, ours), (gensim.utils, theirs))]
        if (name, least) == ("trim_vocab_by_freq", 0):
            assert results[0] is IndexError
        else:
            assert results[0] == results[1]
        assert list(ours.items()) == list(theirs.items())
    assert utils.revdict(first) == gensim.utils.revdict(first)


def test_the_log_of_pruning(caplog):
    caplog.set_level(logging.INFO)
    for module in (utils, gensim.utils):
        module.prune_vocab({"a": 1, "b": 2, "c": 3}, 2)
    ours, theirs = caplog.messages
    assert ours == theirs


@pytest.mark.parametrize("given_jobs", [None, 0, 1, 5, -1, -2, -1000])
def test_effective_n_jobs(given_jobs):
    assert outcome(utils.effective_n_jobs, given_jobs) == outcome(gensim.utils.effective_n_jobs, given_jobs)


def test_deprecation_warnings():
    messages = []
    for module in (utils, gensim.utils):
        for mark in (module.deprecated, module.deprecated("reason")):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                assert mark(lambda: 5)() == 5
            messages += [(str(warning.message), warning.category, warning.filename) for warning in caught]
        assert outcome(module.deprecated, 5) is TypeError
    assert messages[:2] == messages[2:]
    assert messages[0][2] == __file__


def test_constants():
    for name in ("RULE_DEFAULT", "RULE_DISCARD", "RULE_KEEP", "PICKLE_PROTOCOL"):
        assert getattr(utils, name) == getattr(gensim.utils, name)


# ---- arrays

floats = st.floats(-100, 100).map(lambda number: round(number, 3))
arrays = st.lists(floats, min_size=1, max_size=12).map(np.array)
bags = st.dictionaries(st.integers(0, 20), floats.filter(bool), min_size=1, max_size=8).map(lambda bag: [*bag.items()])


@pytest.mark.parametrize("norm", ["l2", "l1", "unique"])
@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "i4"])
@settings(max_examples=50, deadline=None)
@given(array=arrays)
def test_unit_vectors(norm, dtype, array):
    array = array.astype(dtype)
    for made in (array.copy, lambda: scipy.sparse.csr_matrix(array), lambda: scipy.sparse.csc_matrix(array[None])):
        ours, our_length = matutils.unitvec(made(), norm, return_norm=True)
        theirs, their_length = gensim.matutils.unitvec(made(), norm, return_norm=True)
        assert type(ours) is type(theirs)
        assert ours.dtype == theirs.dtype
        assert our_length == pytest.approx(their_length, rel=1e-6)
        if scipy.sparse.issparse(ours):
            ours, theirs = ours.toarray(), theirs.toarray()
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("norm", ["l2", "l1", "unique"])
@settings(max_examples=50, deadline=None)
@given(bag=bags)
def test_unit_bags(norm, bag):
    (ours, our_length), (theirs, their_length) = (
        module.unitvec(bag, norm, return_norm=True) for module in (matutils, gensim.matutils)
    )
    assert our_length == pytest.approx(their_length, rel=1e-12)
    assert [number for number, _ in ours] == [number for number, _ in theirs]
    np.testing.assert_allclose([value for _, value in ours], [value for _, value in theirs], rtol=1e-12)


@pytest.mark.parametrize("bad", [[1.0, 2.0], "ab", [(1, 2, 3)], None, 3])
def test_bad_vectors(bad):
    assert outcome(matutils.unitvec, bad) is outcome(gensim.matutils.unitvec, bad) in (TypeError, ValueError)


def test_only_gensim_overwrites_what_it_is_given():
    given_vector = np.array([3.0, 4.0])
    gensim.matutils.unitvec(given_vector)
    assert np.allclose(given_vector, [0.6, 0.8])
    given_vector = np.array([3.0, 4.0])
    matutils.unitvec(given_vector)
    assert given_vector.tolist() == [3, 4]


@settings(max_examples=100, deadline=None)
@given(first=bags, second=bags)
def test_cosines(first, second):
    assert matutils.cossim(first, second) == pytest.approx(gensim.matutils.cossim(first, second), abs=1e-12)
    assert matutils.cossim([], second) == gensim.matutils.cossim([], second) == 0
    assert matutils.veclen(first) == gensim.matutils.veclen(first)
    assert matutils.ret_normalized_vec(first, 3) == gensim.matutils.ret_normalized_vec(first, 3)
    sets = {number for number, _ in first}, {number for number, _ in second}
    assert matutils.jaccard_distance(*sets) == gensim.matutils.jaccard_distance(*sets)


@pytest.mark.parametrize("reverse", [False, True])
@settings(max_examples=100, deadline=None)
@given(values=st.lists(floats, max_size=40, unique=True), topn=st.none() | st.integers(0, 45))
def test_argsort(reverse, values, topn):
    assert [*matutils.argsort(values, topn, reverse)] == [*gensim.matutils.argsort(values, topn, reverse)]


@settings(max_examples=100, deadline=None)
@given(array=arrays, eps=st.sampled_from([1e-9, 1.0]), topn=st.integers(0, 14))
def test_dense_and_sparse(array, eps, topn):
    sparse = scipy.sparse.csr_matrix(array[None])
    for name in ("full2sparse", "dense2vec", "any2sparse"):
        assert getattr(matutils, name)(array, eps) == getattr(gensim.matutils, name)(array, eps)
    for name in ("scipy2sparse", "any2sparse"):
        assert getattr(matutils, name)(sparse, eps) == getattr(gensim.matutils, name)(sparse, eps)
    if len(np.unique(np.abs(array))) == len(array):  # gensim leaves the order of equals open
        ours, theirs = (module.full2sparse_clipped(array, topn, eps) for module in (matutils, gensim.matutils))
        assert ours == theirs


@settings(max_examples=100, deadline=None)
@given(corpus=st.lists(bags | st.just([]), min_size=1, max_size=6))
def test_matrices_of_bags(corpus):
    for options in ({}, {"num_terms": 21}, {"dtype": np.float32}):
        ours, theirs = (module.corpus2csc(corpus, **options) for module in (matutils, gensim.matutils))
        assert type(ours) is type(theirs)
        assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
        assert (ours != theirs).nnz == 0
    for options in ({}, {"num_docs": len(corpus)}, {"dtype": np.float64}):
        ours, theirs = (module.corpus2dense(corpus, 21, **options) for module in (matutils, gensim.matutils))
        assert ours.dtype == theirs.dtype
        assert np.array_equal(ours, theirs)
    for bag in corpus:
        assert np.array_equal(matutils.sparse2full(bag, 21), gensim.matutils.sparse2full(bag, 21))
        assert matutils.any2sparse(bag) == gensim.matutils.any2sparse(bag)


def test_a_corpus_that_knows_its_size():
    class Corpus(list):
        num_terms, num_docs, num_nnz = len(common_dictionary), 9, common_dictionary.num_nnz

    corpus = Corpus(map(common_dictionary.doc2bow, common_texts))
    ours, theirs = matutils.corpus2csc(corpus), gensim.matutils.corpus2csc(corpus)
    assert ours.shape == theirs.shape
    assert (ours != theirs).nnz == 0


@pytest.mark.parametrize(
    "kind",
    [[], [(0, 1)], [[0, 1]], np.eye(2), np.ones(2), scipy.sparse.eye(2), [0, 1], "ab", ["ab"], [("a", 1)], ()],
)
def test_kinds(kind):
    assert matutils.isbow(kind) is gensim.matutils.isbow(kind)
    assert matutils.ismatrix(kind) is gensim.matutils.ismatrix(kind)


@pytest.mark.parametrize("shape", [3, (3, 4), (0, 4)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_aligned_zeros(shape, order):
    ours, theirs = (module.zeros_aligned(shape, np.float32, order, 64) for module in (matutils, gensim.matutils))
    assert np.array_equal(ours, theirs)
    assert (ours.dtype, ours.strides) == (theirs.dtype, theirs.strides)
    assert ours.ctypes.data % 64 == 0 or ours.size == 0
