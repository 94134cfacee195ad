"""What is written reads back as it was, keys and numbers to the bit, or is refused before there is a file."""

from __future__ import annotations

import os

import numpy as np
import pytest

from npw2v import KeyedVectors, Word2Vec
from npw2v.phrases import FrozenPhrases, Phrases

given = pytest.importorskip("hypothesis").given
from hypothesis import HealthCheck, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from hypothesis.extra import numpy as npst  # noqa: E402

#: The same examples in every run; a folder for all of them, in which each writes over the file of the one before.
properties = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

NASTY = [
    *("", " ", "a b", "\n", "a\nb", "\r", "\t", "\x0bvt", "tab\t", "\u00a0", "\u2028", "\u3000", "\0", "nul\0", "#"),
    *("\ufeff", "\ufeffa", "e\u0301", "é", "ﬁ", "İ", "\U0001f600", "\ud83d\ude00", "\ud800", "\udfff", "nan", "1"),
    *("# x", "-0.0", "2 3", "<html>", "w" * 3000),
]  # fmt: skip
MAGIC = ["PK\x03\x04", "\x1f\x8b"]  # a file that begins with them, having no header, is taken for a zip and for gzip's
NASTY += MAGIC
TEXT = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=8), st.text(st.characters(categories=["Cs", "Zs", "Cc", "Mn"]))
)
KEYS = st.one_of(TEXT, st.integers(-(2**70), 2**70), st.floats(allow_nan=False), st.booleans(), st.tuples(TEXT, TEXT))
LAYOUTS = {
    "C": np.ascontiguousarray,
    "Fortran": np.asfortranarray,
    "strided": lambda matrix: np.repeat(np.repeat(matrix, 2, axis=0), 3, axis=1)[::2, ::3],
    "backwards": lambda matrix: np.ascontiguousarray(matrix[::-1, ::-1])[::-1, ::-1],
    "big-endian": lambda matrix: matrix.astype(matrix.dtype.newbyteorder(">")),
    "read-only": lambda matrix: np.frombuffer(matrix.tobytes(), matrix.dtype).reshape(matrix.shape),
}


@st.composite
def matrices(draw, least_columns=0):
    """Draw floats of any precision and memory layout: bit patterns, so that NaNs with a payload are among them."""
    bits, dtype = draw(st.sampled_from([(np.uint16, np.float16), (np.uint32, np.float32), (np.uint64, np.float64)]))
    shape = draw(st.tuples(st.integers(0, 6), st.integers(least_columns, 5)))
    special = np.array([0, -0.0, np.nan, np.inf, -np.inf, 1, np.finfo(dtype).max, np.finfo(dtype).smallest_subnormal])
    with np.errstate(over="ignore"):
        special = special.astype(dtype).view(bits).tolist()
    elements = st.one_of(st.sampled_from(special), st.integers(0, np.iinfo(bits).max))
    return LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](
        draw(npst.arrays(bits, shape, elements=elements)).view(dtype)
    )


def unique(keys):
    return st.lists(keys, min_size=6, max_size=6, unique_by=lambda key: (key, str(key)))


def vectors_of(keys, matrix):
    kv = KeyedVectors(matrix.shape[1], dtype=matrix.dtype)
    kv.index_to_key = list(keys[: len(matrix)])
    kv.key_to_index = {key: row for row, key in enumerate(kv.index_to_key)}
    kv.next_index = len(matrix)
    kv.vectors = matrix
    return kv


def bits(matrix):
    return matrix.astype(matrix.dtype.newbyteorder("=")).tobytes()


# ---- npw2v's file and safetensors keep everything


@pytest.mark.parametrize(
    "name, mmap",
    [("kv", None), ("kv", "r"), ("kv.gz", None), ("kv.bz2", None), ("st", None), ("st", "r"), ("st.gz", None)],
)
@properties
@given(keys=unique(KEYS), matrix=matrices(), counts=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=6, max_size=6))
def test_vectors_come_back_to_the_bit(tmp_path, name, mmap, keys, matrix, counts):
    kv = vectors_of(keys, matrix)
    kv.expandos["count"] = np.array(counts[: len(matrix)], np.int64)
    saved, loaded = ("save_safetensors", "load_safetensors") if name.startswith("st") else ("save", "load")
    getattr(kv, saved)(tmp_path / name)
    found = getattr(KeyedVectors, loaded)(tmp_path / name, mmap=mmap)
    assert [(type(key), key) for key in found.index_to_key] == [(type(key), key) for key in kv.index_to_key]
    assert found.key_to_index == kv.key_to_index
    assert found.vectors.shape == matrix.shape
    assert bits(found.vectors) == bits(matrix)
    assert found.expandos["count"].tolist() == kv.expandos["count"].tolist()


@pytest.mark.parametrize("saved, loaded", [("save", "load"), ("save_safetensors", "load_safetensors")])
@properties
@given(name=TEXT, text=TEXT)
def test_attributes_come_back_or_are_refused(tmp_path, saved, loaded, name, text):
    kv = vectors_of(["a", "b"], np.eye(2))
    kv.expandos = {name: np.array([1, 2]), f"{name}s": np.array([text, None])}
    path = tmp_path / f"{saved}ed"
    path.unlink(missing_ok=True)
    try:
        getattr(kv, saved)(path)
    except (ValueError, TypeError):
        assert "\0" in name or any("\ud800" <= character <= "\udfff" for character in name + text)
        assert os.listdir(tmp_path) == []
        return
    found = getattr(KeyedVectors, loaded)(path)
    assert {attr: values.tolist() for attr, values in found.expandos.items()} == {
        name: [1, 2],
        f"{name}s": [text, None],
    }


@pytest.mark.parametrize("name", ["model", "model.gz"])
@properties
@given(keys=unique(TEXT), data=st.data())
def test_models_come_back_to_the_bit(tmp_path, name, keys, data):
    model = Word2Vec(vector_size=3, min_count=1, comment=data.draw(st.text(st.characters(exclude_categories=["Cs"]))))
    model.build_vocab_from_freq({key: 9 - row for row, key in enumerate(keys)})
    for weights in (model.wv.vectors, model.syn1neg):
        weights.view(np.uint32)[:] = data.draw(npst.arrays(np.uint32, weights.shape))
    model.save(tmp_path / name)
    found = Word2Vec.load(tmp_path / name)
    assert (found.wv.index_to_key, found.raw_vocab, found.comment) == (
        model.wv.index_to_key,
        model.raw_vocab,
        model.comment,
    )
    assert bits(found.wv.vectors) == bits(model.wv.vectors)
    assert bits(found.syn1neg) == bits(model.syn1neg)
    assert found.wv.expandos["count"].tolist() == model.wv.expandos["count"].tolist()
    assert KeyedVectors.load(tmp_path / name).index_to_key == keys


@pytest.mark.parametrize("name", ["phrases", "phrases.bz2"])
@properties
@given(first=TEXT, second=TEXT, delimiter=TEXT.filter(bool), connector=TEXT)
def test_phrases_come_back(tmp_path, name, first, second, delimiter, connector):
    phrases = Phrases([[first, connector, second]] * 3, 1, 1e-9, delimiter=delimiter, connector_words=[connector])
    for saved in (phrases, phrases.freeze()):
        try:
            saved.save(tmp_path / name)
        except TypeError:  # two surrogates in a row are no JSON
            assert not all(text.isprintable() for text in (delimiter, connector))
            continue
        found = type(saved).load(tmp_path / name)
        assert vars(found).keys() == vars(saved).keys()
        for attribute in {"vocab", "phrasegrams", "delimiter", "connector_words"} & vars(saved).keys():
            assert getattr(found, attribute) == getattr(saved, attribute)
    assert isinstance(saved, FrozenPhrases)


# ---- word2vec's formats refuse what they cannot keep


def is_kept(key):
    return bool(str(key)) and not any(character in " \n" or "\ud800" <= character <= "\udfff" for character in str(key))


def overflows(matrix):
    with np.errstate(over="ignore", invalid="ignore"):
        return bool((np.isinf(matrix.astype(np.float32)) & np.isfinite(matrix)).any())


def as_written(matrix, binary):
    """Return the native, contiguous numbers that a file has: all of text's, float32 of the binary format's."""
    return matrix.astype(np.float32 if binary else matrix.dtype.newbyteorder("="), order="C")


def check_numbers(found, expected, binary):
    """Compare to the bit, but that of a NaN text says only that it is one, and casts need not keep its payload."""
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    nan = np.isnan(expected)
    assert (np.isnan(found) == nan).all()
    assert np.where(nan, 0, found).tobytes() == np.where(nan, 0, expected).tobytes()


WORD2VEC = [("v", False), ("v", True), ("v.gz", False), ("v.bz2", True), ("v.xz", True)]


@pytest.mark.parametrize("name, binary", WORD2VEC)
@properties
@given(keys=unique(st.one_of(KEYS, st.sampled_from([7, "7", True, "True"]))), matrix=matrices())
def test_word2vec_keeps_all_or_refuses_and_leaves_no_file(tmp_path, name, binary, keys, matrix):
    kv = vectors_of(keys, matrix)
    path, keys = tmp_path / name, kv.index_to_key
    path.unlink(missing_ok=True)
    fits = all(map(is_kept, keys)) and len(set(map(str, keys))) == len(keys) and matrix.shape[1] > 0
    if not fits or (binary and overflows(matrix)):
        with pytest.raises(ValueError, match="rename|use save"):
            kv.save_word2vec_format(path, binary=binary)
        assert os.listdir(tmp_path) == []
        return
    kv.save_word2vec_format(path, binary=binary)
    expected = as_written(matrix, binary)
    found = KeyedVectors.load_word2vec_format(path, binary=binary, datatype=expected.dtype)
    assert found.index_to_key == list(map(str, keys))
    check_numbers(found.vectors, expected, binary)


WORDS = unique(TEXT.filter(is_kept))


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("name", ["v", "v.gz"])
@properties
@given(keys=WORDS, matrix=matrices(least_columns=1), counts=st.lists(st.integers(0, 2**63 - 1), min_size=6, max_size=6),
       prefix=TEXT.filter(is_kept) | st.just(""))  # fmt: skip
def test_counts_prefixes_and_what_is_appended(tmp_path, name, binary, keys, matrix, counts, prefix):
    if binary and overflows(matrix):
        return
    counts = sorted(counts, reverse=True)
    for half in (slice(0, 2), slice(2, 6)):
        kv = vectors_of(keys[half], matrix[half])
        kv.expandos["count"] = np.array(counts[half][: len(kv)], np.int64)
        kv.save_word2vec_format(
            tmp_path / name, tmp_path / f"vocabulary.{name}", binary, total_vec=len(matrix), prefix=prefix,
            write_header=half.start == 0, append=half.start > 0,
        )  # fmt: skip
    expected = as_written(matrix, binary)
    found = KeyedVectors.load_word2vec_format(
        tmp_path / name, tmp_path / f"vocabulary.{name}", binary=binary, datatype=expected.dtype
    )
    assert found.index_to_key == [prefix + key for key in keys[: len(matrix)]]
    assert found.expandos["count"].tolist() == counts[: len(matrix)]
    check_numbers(found.vectors, expected, binary)


@pytest.mark.parametrize("name", ["v", "v.bz2"])
@properties
@given(keys=unique(TEXT.filter(lambda key: is_kept(key) and key not in MAGIC)), matrix=matrices(least_columns=1))
def test_text_without_a_header(tmp_path, name, keys, matrix):
    kv = vectors_of(keys, matrix)
    kv.save_word2vec_format(tmp_path / name, write_header=False)
    expected = as_written(matrix, False)
    if not len(matrix):
        with pytest.raises(ValueError, match="expected a word and its numbers"):
            KeyedVectors.load_word2vec_format(tmp_path / name, no_header=True)
        return
    found = KeyedVectors.load_word2vec_format(tmp_path / name, no_header=True, datatype=expected.dtype)
    assert found.index_to_key == kv.index_to_key
    check_numbers(found.vectors, expected, False)


@pytest.mark.parametrize("binary", [False, True])
@properties
@given(keys=WORDS, matrix=matrices(least_columns=2))
def test_content_is_told_right_or_refused(tmp_path, binary, keys, matrix):
    if binary and overflows(matrix):
        return
    vectors_of(keys, matrix).save_word2vec_format(tmp_path / "v", binary=binary)
    expected = as_written(matrix, binary)
    try:
        found = KeyedVectors.load_word2vec_format(tmp_path / "v", datatype=expected.dtype)
    except ValueError:  # a handful of vectors whose bytes are all letters and digits
        assert binary
        return
    assert found.index_to_key == keys[: len(matrix)]
    check_numbers(found.vectors, expected, binary)
