"""Helpers of gensim's that go with word vectors: text, corpora, sequences, bags of words."""

from __future__ import annotations

import gzip
import io
import queue
import random
import subprocess
import sys
import warnings
from collections import Counter

import numpy as np
import pytest
import scipy.sparse

from npw2v import LineSentence, matutils, utils

# ---- text


def test_text_and_bytes_become_str() -> None:
    assert utils.to_unicode("é") == utils.to_unicode("é".encode()) == utils.any2unicode(b"\xe9", "latin1") == "é"
    assert utils.to_unicode(b"a\xff", errors="ignore") == "a"
    with pytest.raises(UnicodeDecodeError):
        utils.to_unicode(b"\xff")


def test_text_and_bytes_become_utf8() -> None:
    assert (
        utils.to_utf8("é") == utils.to_utf8("é".encode()) == utils.any2utf8(b"\xe9", encoding="latin1") == b"\xc3\xa9"
    )
    assert utils.to_utf8(b"a\xff", errors="ignore") == b"a"


@pytest.mark.parametrize(
    "text, tokens",
    [
        ("Héllo, wörld 42!", ["Héllo", "wörld"]),
        ("snake_case x2y __", ["snake_case", "x", "y", "__"]),
        ("don't", ["don", "t"]),
        ("東京 is Tokyo", ["東京", "is", "Tokyo"]),
        ("१२", []),  # digits of other scripts are digits
        ("", []),
    ],
)
def test_tokens_are_runs_of_letters(text: str, tokens: list[str]) -> None:
    assert list(utils.tokenize(text)) == list(utils.simple_tokenize(text)) == tokens


def test_tokenize_fails_when_it_is_called_not_later() -> None:
    with pytest.raises(UnicodeDecodeError):
        utils.tokenize(b"\xff")


@pytest.mark.parametrize("option", ["lowercase", "to_lower", "lower"])
def test_three_ways_to_ask_for_lower_case(option: str) -> None:
    assert list(utils.tokenize("ÀB", deacc=True, **{option: True})) == ["ab"]


def test_simple_preprocess_leaves_out_short_long_and_private_words() -> None:
    text = f"A bb _private {'c' * 15} {'d' * 16} ÉTÉ".encode() + b"\xff"
    assert utils.simple_preprocess(text) == ["bb", "c" * 15, "été"]
    assert utils.simple_preprocess(text, deacc=True, min_len=1, max_len=3) == ["a", "bb", "ete"]


def test_deaccent_keeps_what_is_no_accent() -> None:
    assert utils.deaccent("Ångström ł 東京") == utils.deaccent("Ångström ł 東京".encode()) == "Angstrom ł 東京"


@pytest.mark.parametrize(
    "text, decoded",
    [
        ("&lt;a&gt; &amp;amp;", "<a> &amp;"),
        ("&#146;&#x92;&#X92;", "\x92\x92\x92"),
        ("&xi;&Xi;", "ξΞ"),
        ("&#99999999; &#xZZ; &#; & &unknown;", "&#99999999; &#xZZ; &#; & &unknown;"),
    ],
)
def test_html_entities(text: str, decoded: str) -> None:
    assert utils.decode_htmlentities(text) == decoded


# ---- files


def test_sentences_are_written_and_read_back(tmp_path) -> None:
    path = tmp_path / "corpus.txt.gz"
    utils.save_as_line_sentence(iter([["привет", "мир"], [], ["a"]]), str(path))
    assert gzip.decompress(path.read_bytes()) == "привет мир\n\na\n".encode()
    assert list(LineSentence(path)) == [["привет", "мир"], ["a"]]


def test_a_corpus_that_fails_leaves_the_old_file(tmp_path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_text("old")
    with pytest.raises(TypeError):
        utils.save_as_line_sentence([["a"], [1]], path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_paths_are_opened_and_files_rewound(tmp_path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"ab"))
    with (
        utils.file_or_filename(str(path)) as file,
        utils.open(str(path), "rb") as other,
        utils.open_file(path) as third,
    ):
        assert file.read() == other.read() == third.read() == b"ab"
    file = io.BytesIO(b"ab")
    file.read()
    assert utils.file_or_filename(file) is file
    with utils.open_file(file) as same:
        assert same.read() == b"ab"
    assert not file.closed
    with pytest.raises(FileNotFoundError):
        utils.file_or_filename("no such file")


# ---- counts


def test_trimming_by_frequency_asks_the_rule() -> None:
    counts = {"a": 5, "b": 3, "c": 1, "d": 1}
    utils.trim_vocab_by_freq(counts, 2, lambda word, count, least: utils.RULE_KEEP if word == "d" else 0)
    assert counts == {"a": 5, "b": 3, "d": 1}
    utils.trim_vocab_by_freq(counts, 3)
    assert len(counts) == 3
    with pytest.raises(IndexError, match="at least 1, got 0"):
        utils.trim_vocab_by_freq(counts, 0)


def test_counts_are_added_up_in_place() -> None:
    counts = Counter(a=1)
    assert utils.merge_counts(counts, {"a": 2, "b": 3}) is counts
    assert counts == {"a": 3, "b": 3}


def test_samples_of_a_dict() -> None:
    items = dict(zip("abcd", range(4)))
    assert utils.sample_dict(items, 2, use_random=False) == [("a", 0), ("b", 1)]
    assert sorted(utils.sample_dict(items, 10)) == list(items.items())
    random.seed(1)
    first = utils.sample_dict(items, 2)
    random.seed(1)
    assert first == utils.sample_dict(items, 2)
    assert len(dict(first).items() & items.items()) == 2
    assert utils.revdict({"a": 1, "b": 1, "c": 2}) == {1: "b", 2: "c"}


# ---- corpora and sequences


def test_corpora_can_be_read_again() -> None:
    documents = [["a"], ["b"], ["c"]]
    for corpus, expected in (
        (utils.RepeatCorpus(documents, 4), [["a"], ["b"], ["c"], ["a"]]),
        (utils.RepeatCorpus(documents, 2), [["a"], ["b"]]),
        (utils.RepeatCorpusNTimes(documents, 2), documents * 2),
        (utils.RepeatCorpusNTimes(documents, 0), []),
        (utils.ClippedCorpus(documents, 2), [["a"], ["b"]]),
        (utils.ClippedCorpus(documents), documents),
    ):
        assert list(corpus) == expected
        assert list(corpus) == expected
    assert len(utils.ClippedCorpus(documents)) == len(utils.ClippedCorpus(documents, 9)) == 3
    assert len(utils.ClippedCorpus(documents, 2)) == 2


@pytest.mark.parametrize(
    "given, expected",
    [
        ([[(0, 1.0)]], True),
        ([[], [(0, 1.0)]], True),
        ([], False),
        ([["word"]], False),
        ([1, 2], False),
        ("human", False),
        (np.eye(2), False),
        (None, False),
    ],
)
def test_what_a_corpus_of_bags_is(given: object, expected: bool) -> None:
    found, same = utils.is_corpus(given)
    assert found is expected
    assert same is given


def test_the_first_bag_of_an_iterator_is_not_lost() -> None:
    bags = [[(0, 1)], [(1, 2)]]
    found, corpus = utils.is_corpus(iter(bags))
    assert found
    assert list(corpus) == bags
    words = [["a"], ["b"]]
    found, corpus = utils.is_corpus(iter(words))
    assert not found
    assert list(corpus) == words


def test_chunks() -> None:
    assert list(utils.grouper(iter("abcde"), 2)) == list(utils.chunkize("abcde", 2, maxsize=3)) == [
        ["a", "b"], ["c", "d"], ["e"],
    ]  # fmt: skip
    assert list(utils.chunkize_serial([], 2)) == []
    (chunk,) = utils.grouper([[1, 2], [3, 4]], 5, as_numpy=True)
    assert [each.tolist() for each in chunk] == [[1, 2], [3, 4]]
    assert {each.dtype.name for each in chunk} == {"float32"}
    with pytest.raises(ValueError, match="at least 1, got 0"):
        list(utils.chunkize([1], 0))


def test_windows() -> None:
    array = np.arange(4)
    windows = utils.strided_windows(array, 3)
    assert windows.tolist() == [[0, 1, 2], [1, 2, 3]]
    windows[0, 0] = 9
    assert array[0] == 9
    assert utils.strided_windows(array, 4).shape == (1, 4)
    assert utils.strided_windows(array, 5).shape == (0, 0)
    texts = [["a", "b", "c"], ["d"]]
    assert [list(each) for each in utils.iter_windows(texts, 2)] == [["a", "b"], ["b", "c"]]
    whole = list(utils.iter_windows(texts, 2, copy=True, ignore_below_size=False, include_doc_num=True))
    assert [(number, list(window)) for number, window in whole] == [(0, ["a", "b"]), (0, ["b", "c"]), (1, ["d"])]
    assert whole[-1][1] is not texts[1]


def test_nested_lists_become_flat() -> None:
    assert utils.flatten([[1, (2, [3])], "ab", []]) == [1, 2, 3, "ab"]
    assert utils.identity(texts := ["a"]) is texts


# ---- processes, random numbers, warnings


def test_output_of_a_program() -> None:
    assert utils.check_output(args=[sys.executable, "-c", "print(1)"]).split() == [b"1"]
    with pytest.raises(subprocess.CalledProcessError) as caught:
        utils.check_output(args=[sys.executable, "-c", "print(2); raise SystemExit(3)"])
    assert (caught.value.returncode, caught.value.output.split()) == (3, [b"2"])


def test_number_of_processes() -> None:
    assert [utils.effective_n_jobs(given) for given in (None, 1, 7, -10_000)] == [1, 1, 7, 1]
    assert utils.effective_n_jobs(-1) >= 1
    with pytest.raises(ValueError, match="must not be 0"):
        utils.effective_n_jobs(0)


def test_size_of_a_queue() -> None:
    class Unknown:
        def qsize(self) -> int:
            raise NotImplementedError

    items: queue.Queue[int] = queue.Queue()
    items.put(1)
    assert (utils.qsize(items), utils.qsize(Unknown())) == (1, -1)


def test_random_states() -> None:
    assert utils.get_random_state(np.int64(3)).randint(1000) == np.random.RandomState(3).randint(1000)
    state = np.random.RandomState(1)
    assert utils.get_random_state(state) is state
    assert utils.get_random_state(None) is utils.get_random_state(np.random)
    with pytest.raises(ValueError, match="got 'x'"):
        utils.get_random_state("x")


def test_deprecated_functions_warn_and_work() -> None:
    @utils.deprecated
    def old(value: int) -> int:
        """Doc."""
        return value

    with pytest.warns(DeprecationWarning, match=r"^Call to deprecated `old`\.$"):
        assert old(2) == 2
    assert old.__doc__ == "Doc."
    with pytest.raises(TypeError, match="got <class 'int'>"):
        utils.deprecated(3)  # type: ignore[type-var]
    with warnings.catch_warnings(record=True) as caught, utils.ignore_deprecation_warning():
        old(3)
    assert caught == []


# ---- names


@pytest.mark.parametrize("module", [utils, matutils])
def test_other_names_are_refused_by_name(module) -> None:
    with pytest.raises(AttributeError, match=rf"npw2v does not provide {module.__name__}\.FakeDict; it provides "):
        module.FakeDict  # noqa: B018
    assert all(hasattr(module, name) for name in module.__all__)


def test_pickling_is_left_to_the_standard_library() -> None:
    with pytest.raises(AttributeError, match="the standard library has it, for files that you trust"):
        utils.unpickle  # noqa: B018


# ---- bags of words, lengths


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_unit_vectors_keep_the_dtype_and_the_given_vector(dtype: str) -> None:
    vector = np.array([3, 0, -4], dtype)
    unit, length = matutils.unitvec(vector, return_norm=True)
    assert unit.dtype == dtype
    assert np.allclose(unit, [0.6, 0, -0.8], atol=1e-3)
    assert length == 5
    assert vector.tolist() == [3, 0, -4]


def test_unit_vectors_of_other_norms_and_kinds() -> None:
    assert matutils.unitvec(np.array([3, 0, -1]), norm="l1").tolist() == [0.75, 0, -0.25]
    assert matutils.unitvec(np.array([3.0, 0, -1]), norm="unique").tolist() == [1.5, 0, -0.5]
    matrix = scipy.sparse.csr_matrix([[0.0, 3.0, 4.0]])
    assert np.allclose(matutils.unitvec(matrix).toarray(), [[0, 0.6, 0.8]])
    assert matrix.toarray().tolist() == [[0, 3, 4]]
    assert matutils.unitvec([(1, -3), (5, 1)], norm="l1") == [(1, -0.75), (5, 0.25)]
    assert matutils.unitvec([(1, 3), (5, 1)], norm="unique") == [(1, 1.5), (5, 0.5)]


@pytest.mark.parametrize("zeros", [np.zeros(3), np.zeros(0), scipy.sparse.csr_matrix((1, 3)), [], [(1, 0.0)]])
def test_zeros_have_no_unit_vector(zeros) -> None:
    unit, length = matutils.unitvec(zeros, return_norm=True)
    assert length == 1.0
    assert unit is zeros or (unit != zeros).nnz == 0


def test_bad_vectors_and_norms() -> None:
    with pytest.raises(ValueError, match="l1, l2, unique, got 'max'"):
        matutils.unitvec(np.ones(2), norm="max")
    with pytest.raises(ValueError, match=r"list of \(number, weight\), got \[1.0, 2.0\]"):
        matutils.unitvec([1.0, 2.0])


def test_cosines_of_bags() -> None:
    assert matutils.cossim([(0, 1), (1, 2)], [(1, 2), (0, 1)]) == pytest.approx(1)
    assert (
        matutils.cossim([(0, 1)], [(1, 1)]) == matutils.cossim([], [(1, 1)]) == matutils.cossim([(0, 0)], [(0, 1)]) == 0
    )
    assert matutils.veclen([(0, 3), (9, 4)]) == 5
    assert matutils.veclen([]) == 0
    assert matutils.jaccard_distance({1, 2}, {2, 3}) == pytest.approx(2 / 3)
    assert matutils.jaccard_distance(set(), set()) == 1


def test_sorting_is_stable_for_every_dtype() -> None:
    for dtype in ("u1", "i1", "f4", "?"):
        values = np.array([1, 0, 1, 0, 1]).astype(dtype)
        assert matutils.argsort(values).tolist() == [1, 3, 0, 2, 4]
        assert matutils.argsort(values, 3).tolist() == [1, 3, 0]
        assert matutils.argsort(values, reverse=True).tolist() == [0, 2, 4, 1, 3]
        assert matutils.argsort(values, 2, reverse=True).tolist() == [0, 2]
    assert matutils.argsort(np.array([-128, 5, 127], "i1"), reverse=True).tolist() == [2, 1, 0]
    assert matutils.argsort([np.nan, 2.0, np.nan, 1.0], 3).tolist() == [3, 1, 0]
    assert matutils.argsort([3, 1], 0).dtype == np.intp


def test_zeros_begin_at_a_boundary() -> None:
    for align in (16, 128, 4096):
        zeros = matutils.zeros_aligned((3, 5), np.float32, align=align)
        assert zeros.ctypes.data % align == 0
        assert (zeros.shape, zeros.dtype, zeros.any(), zeros.flags.c_contiguous) == ((3, 5), np.float32, False, True)
    assert matutils.zeros_aligned((3, 5), np.float64, order="F").flags.f_contiguous
    assert matutils.zeros_aligned(4, np.int8).shape == (4,)


def test_bags_and_arrays_turn_into_each_other() -> None:
    bag = [(1, 2.5), (3, -1.0)]
    full = matutils.sparse2full(bag, 5)
    assert (full.dtype, full.tolist()) == (np.float32, [0, 2.5, 0, -1, 0])
    sparse = scipy.sparse.csr_matrix(full)
    assert matutils.full2sparse(full) == matutils.dense2vec(full) == matutils.scipy2sparse(sparse) == bag
    assert matutils.any2sparse(full) == matutils.any2sparse(sparse) == matutils.any2sparse([*bag, (4, 0)]) == bag
    assert matutils.full2sparse([1e-10, 0.5], eps=0.6) == []
    assert matutils.full2sparse_clipped([0.5, -3, 2, 0], 2) == [(1, -3.0), (2, 2.0)]
    assert matutils.full2sparse_clipped([0.5], 0) == []
    with pytest.raises(ValueError, match=r"one row, got one of shape \(2, 2\)"):
        matutils.scipy2sparse(scipy.sparse.eye(2))
    with pytest.raises(IndexError):
        matutils.sparse2full(bag, 3)


def test_corpora_become_matrices() -> None:
    corpus = [[(0, 1), (2, 3)], [], [(1, 0.5)]]
    expected = [[1, 0, 0], [0, 0, 0.5], [3, 0, 0]]
    assert matutils.corpus2csc(corpus).toarray().tolist() == expected
    assert matutils.corpus2csc(iter(corpus), num_terms=4, dtype=np.float32).shape == (4, 3)
    assert matutils.corpus2csc([]).shape == (0, 0)
    dense = matutils.corpus2dense(corpus, 3)
    assert (dense.tolist(), dense.dtype) == (expected, np.float32)
    with pytest.raises(ValueError, match="num_docs=2 was given, but the corpus has 3"):
        matutils.corpus2csc(corpus, num_docs=2)
    with pytest.raises(ValueError, match="expected 2 bags of words, got 3"):
        matutils.corpus2dense(corpus, 3, num_docs=2)
    with pytest.raises(ValueError, match="expected some bags of words, got 0"):
        matutils.corpus2dense([], 3)


@pytest.mark.parametrize(
    "given, expected",
    [([], True), ([(0, 1)], True), (np.array([[0, 1.5]]), True), ([0, 1], False), (["ab"], False), (["abc"], False)],
)
def test_what_a_bag_is(given: object, expected: bool) -> None:
    assert matutils.isbow(given) is expected


def test_what_a_matrix_is() -> None:
    given = (np.eye(2), scipy.sparse.eye(2), np.ones(2), [[1]])
    assert [matutils.ismatrix(each) for each in given] == [True, True, False, False]
