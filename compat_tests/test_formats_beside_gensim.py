"""Files that gensim wrote are read as gensim reads them, and ours are byte for byte those of gensim."""

from __future__ import annotations

import numpy as np
import pytest
from gensim.models import KeyedVectors as GensimVectors
from gensim.test.utils import datapath

from npw2v.errors import FormatError
from npw2v.vectors.keyedvectors import KeyedVectors

WORDS = ["the", "naïve", "日本", "a\u00a0b", "x\u2028y", "🙂", '"q"', "tab\there", "cr\rhere", "w" * 9000]
BOTH = (GensimVectors, KeyedVectors)


def values(kind):
    """Rows of float32 numbers of one kind, one row a word."""
    rng = np.random.default_rng(3)
    shape = (len(WORDS), 40)
    return {
        "trained": lambda: rng.standard_normal(shape) * 0.2,
        "initial": lambda: (rng.random(shape) * 2 - 1) / 300,
        "rounded": lambda: rng.standard_normal(shape).round(4),
        "integers": lambda: rng.integers(-99, 99, shape),
        "any size": lambda: rng.standard_normal(shape) * 10.0 ** rng.integers(-45, 38, shape),
        "any bits": lambda: rng.integers(0, 2**32, shape, dtype=np.uint32).view(np.float32),
        "special": lambda: rng.choice([0, -0.0, np.nan, np.inf, -np.inf, 1e-45, 3.4e38, 1e16, 9999999, 0.1], shape),
    }[kind]().astype(np.float32)


KINDS = ["trained", "initial", "rounded", "integers", "any size", "any bits", "special"]


def pair(matrix, counts=None, words=WORDS):
    made = []
    for kind in BOTH:
        vectors = kind(matrix.shape[1], dtype=matrix.dtype)
        vectors.add_vectors(words, matrix)
        if counts is not None:
            vectors.expandos["count"] = np.array(counts)
        made.append(vectors)
    return made


def assert_same(ours, gensims):
    assert ours.index_to_key == gensims.index_to_key
    assert ours.key_to_index == gensims.key_to_index
    assert ours.vectors.dtype == gensims.vectors.dtype
    np.testing.assert_array_equal(ours.vectors, gensims.vectors)
    assert ours.expandos.keys() == gensims.expandos.keys()
    for attr, found in gensims.expandos.items():
        assert ours.expandos[attr].dtype == found.dtype
        assert ours.expandos[attr].tolist() == found.tolist()


def both_load(path, **how):
    gensims, ours = (kind.load_word2vec_format(str(path), **how) for kind in BOTH)
    return ours, gensims


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_written_bytes_and_read_vectors(tmp_path, kind, binary):
    for name, vectors in zip(("gensim", "ours"), pair(values(kind)), strict=True):
        vectors.save_word2vec_format(str(tmp_path / name), binary=binary)
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "gensim").read_bytes()
    assert_same(*both_load(tmp_path / "gensim", binary=binary))


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize(
    "how",
    [
        {"prefix": "*dt_"},
        {"write_header": False},
        {"total_vec": 99},
        {"sort_attr": "rank"},
        {"sort_attr": "missing"},
        {"fvocab": True},
    ],
)
def test_options_of_writing(tmp_path, how, binary):
    files = []
    for name, vectors in zip(("gensim", "ours"), pair(values("trained"), [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]), strict=True):
        vectors.expandos["rank"] = np.arange(len(WORDS)) % 3 * 0.5
        options = {**how, "fvocab": str(tmp_path / f"{name}.vocab")} if "fvocab" in how else how
        for append in (False, True):
            vectors.save_word2vec_format(str(tmp_path / name), binary=binary, append=append, **options)
        files.append({path.name.removeprefix(name): path.read_bytes() for path in tmp_path.glob(f"{name}*")})
    assert files[0] == files[1]
    assert len(files[0]) == (2 if "fvocab" in how else 1)


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
@pytest.mark.parametrize("binary", [False, True])
def test_other_precisions(tmp_path, dtype, binary):
    for name, vectors in zip(("gensim", "ours"), pair(values("trained").astype(dtype)), strict=True):
        vectors.save_word2vec_format(str(tmp_path / name), binary=binary)
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "gensim").read_bytes()
    for datatype in (np.float16, np.float32, np.float64):
        assert_same(*both_load(tmp_path / "gensim", binary=binary, datatype=datatype))


@pytest.mark.parametrize("name", ["v.gz", "v.bz2"])
@pytest.mark.parametrize("binary", [False, True])
def test_compressed(tmp_path, name, binary):
    gensims, ours = pair(values("trained"))
    gensims.save_word2vec_format(str(tmp_path / name), binary=binary)
    assert_same(*both_load(tmp_path / name, binary=binary))
    ours.save_word2vec_format(str(tmp_path / name), binary=binary)
    assert_same(*both_load(tmp_path / name, binary=binary))


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("limit", [None, 0, 1, 4, 99])
def test_limit(tmp_path, limit, binary):
    pair(values("trained"))[0].save_word2vec_format(str(tmp_path / "v"), binary=binary)
    assert_same(*both_load(tmp_path / "v", binary=binary, limit=limit))


@pytest.mark.parametrize("limit", [None, 1, 4, 99])
def test_no_header(tmp_path, limit):
    pair(values("trained"))[0].save_word2vec_format(str(tmp_path / "v"), write_header=False)
    assert_same(*both_load(tmp_path / "v", no_header=True, limit=limit))


@pytest.mark.parametrize(
    "name, how",
    [
        ("euclidean_vectors.bin", {"binary": True}),
        ("word2vec_pre_kv_c", {}),
        ("high_precision.kv.txt", {}),
        ("high_precision.kv.txt", {"datatype": np.float64}),
        ("high_precision.kv.txt", {"datatype": np.float16}),
        ("high_precision.kv.bin", {"binary": True}),
        ("high_precision.kv.bin", {"binary": True, "datatype": np.float64}),
        ("test_glove.txt", {"no_header": True}),
        ("lee_fasttext.vec", {}),
        ("toy-model.vec", {}),
        ("crime-and-punishment.vec", {}),
        ("EN.1-10.cbow1_wind5_hs0_neg10_size300_smpl1e-05.txt", {}),
        ("w2v_keyedvectors_load_test.modeldata", {"unicode_errors": "replace"}),
        ("w2v_keyedvectors_load_test.modeldata", {"unicode_errors": "ignore"}),
    ],
)
def test_bundled_files(name, how):
    assert_same(*both_load(datapath(name), **how))


@pytest.mark.parametrize("unicode_errors", ["ignore", "replace"])
def test_vocabulary_file(unicode_errors):
    paths = [datapath(f"w2v_keyedvectors_load_test.{kind}") for kind in ("modeldata", "vocab")]
    gensims, ours = (kind.load_word2vec_format(*paths, unicode_errors=unicode_errors) for kind in BOTH)
    assert_same(ours, gensims)
    for kind in BOTH:
        with pytest.raises(UnicodeDecodeError):
            kind.load_word2vec_format(*paths)


def test_word2vec_c_newlines(tmp_path):
    """word2vec.c ends each binary record with a newline."""
    matrix = values("trained")
    records = [word.encode() + b" " + row.tobytes() + b"\n" for word, row in zip(WORDS, matrix, strict=True)]
    (tmp_path / "v").write_bytes(b"10 40\n" + b"".join(records))
    ours, gensims = both_load(tmp_path / "v", binary=True)
    assert_same(ours, gensims)
    assert ours.vectors.tobytes() == matrix.tobytes()


BROKEN = [
    (b"", {}),
    (b"", {"binary": True}),
    (b"3 2\na 1 2\n", {}),
    (b"2 2\na 12345678", {"binary": True}),
    (b"2 2\na 12345678b 1234567", {"binary": True}),
    (b"1 2\na 1 2 3\n", {}),
    (b"1 2\nnew york 1 2\n", {}),
    (b"1 2\na\t1\t2\n", {}),
    (b"1 2\na  1 2\n", {}),
    (b"1 2\na 1 x\n", {}),
    (b"a 1 2\n", {"binary": False}),  # without it, npw2v sees that there is no header
    (b"1\n", {}),
    (b"1 2\n\xff 1 2\n", {}),
    (b"1 2\n\xff 12345678", {"binary": True}),
    (b"a 1 2\n", {"no_header": True, "binary": True}),
    (b"1 2\na 1 2\n", {"encoding": "nonsense"}),
]


@pytest.mark.parametrize("content, how", BROKEN)
def test_broken_files_raise_what_gensim_raises(tmp_path, content, how):
    (tmp_path / "v").write_bytes(content)
    with pytest.raises(Exception) as expected:  # noqa: PT011 - the type is what the test is about
        GensimVectors.load_word2vec_format(str(tmp_path / "v"), **how)
    with pytest.raises(type(expected.value)):
        KeyedVectors.load_word2vec_format(str(tmp_path / "v"), **how)


@pytest.mark.parametrize(
    "content", [b"1 2\r\na 1 2\r\n", b"1 2\na 1 2  \n", b"1 2\na 1 2\nb 3 4\n", b"1 2\na 1_0 Inf\n"]
)
def test_odd_files_are_read_alike(tmp_path, content):
    (tmp_path / "v").write_bytes(content)
    assert_same(*both_load(tmp_path / "v"))


def test_repeated_words(tmp_path):
    """gensim keeps empty keys at the end, for as many words as were repeated; we do not."""
    (tmp_path / "v").write_bytes(b"4 1\na 1\nb 2\na 3\nc 4\n")
    ours, gensims = both_load(tmp_path / "v")
    assert ours.key_to_index == gensims.key_to_index
    assert [ours[key].tolist() for key in "abc"] == [gensims[key].tolist() for key in "abc"]
    assert [ours.get_vecattr(key, "count") for key in "abc"] == [gensims.get_vecattr(key, "count") for key in "abc"]
    assert ours.index_to_key == ["a", "b", "c"]


def test_keys_that_gensim_corrupts_are_refused(tmp_path):
    gensims, ours = pair(values("trained")[:2], words=["new york", "paris"])
    gensims.save_word2vec_format(str(tmp_path / "v"), binary=True)
    assert "new york" not in GensimVectors.load_word2vec_format(str(tmp_path / "v"), binary=True, limit=1)
    with pytest.raises(ValueError, match="key 'new york' cannot be saved"):
        ours.save_word2vec_format(str(tmp_path / "v"), binary=True)


def test_int_keys_are_written_once(tmp_path):
    gensims, ours = pair(values("trained")[:2], words=[0, 1])
    for name, vectors in (("gensim", gensims), ("ours", ours)):
        vectors.save_word2vec_format(str(tmp_path / name))
    assert len((tmp_path / "gensim").read_text().splitlines()) == 5
    assert len((tmp_path / "ours").read_text().splitlines()) == 3


def test_fasttexts_binary_models_are_named():
    for name in ("lee_fasttext_new.bin", "crime-and-punishment.bin"):
        with pytest.raises(FormatError, match=r"fastText \.bin model"):
            KeyedVectors.load_word2vec_format(datapath(name), binary=True)
