"""Models and vectors that gensim saved, of all its versions, made here without gensim."""

from __future__ import annotations

import gzip
import io
import os
import random

import numpy as np
import pytest

from npw2v import FormatError, KeyedVectors, Word2Vec
from npw2v.errors import MissingFileError, NoModelError, TruncatedError
from npw2v.formats import gensim as gensim_files
from npw2v.formats.sniff import is_pickle
from tests.support.gensim_pickles import (
    NOTHING_BESIDE,
    VECTORS,
    WORDS,
    Call,
    dumps,
    gensim,
    model_0_12,
    model_2,
    model_3_8,
    model_4,
    vectors_4,
)

PROTOCOLS = range(6)
SENTENCES = [WORDS] * 20


OF_ALL_VERSIONS = [model_0_12, model_2, model_3_8, model_4]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("made", OF_ALL_VERSIONS)
def test_models_of_all_versions(tmp_path, made, protocol):
    (tmp_path / "model").write_bytes(dumps(made(), protocol))
    model = Word2Vec.load(tmp_path / "model")
    assert model.wv.index_to_key == WORDS
    assert model.wv.key_to_index == {word: row for row, word in enumerate(WORDS)}
    assert type(model.wv.vectors) is np.ndarray
    assert np.array_equal(model.wv.vectors, VECTORS)
    assert np.array_equal(model.syn1neg, VECTORS + 1)
    assert model.wv.expandos["count"].tolist() == [9, 8, 7, 6]
    assert model.wv.expandos["sample_int"].tolist() == [2**32 - 1] * 4
    assert model.wv.expandos["sample_int"].dtype == np.uint32
    assert (model.sg, model.epochs, model.window, model.min_count, model.seed) == (1, 2, 2, 2, 7)
    assert (model.alpha, model.min_alpha, model.min_alpha_yet_reached) == (0.03, 0.001, 0.03)
    assert (model.vector_size, model.layer1_size, model.corpus_count, model.effective_min_count) == (2, 2, 20, 2)
    assert model.corpus_total_words == (80 if made in (model_3_8, model_4) else None)
    assert model.shrink_windows is (made is not model_4)
    assert model.wv.vectors_lockf.tolist() == ([1, 0, 1, 1] if made is model_2 else [1])
    assert model.lifecycle_events[-1]["event"] == "loaded"
    assert model.cum_table[-1] == 2**31 - 1
    assert KeyedVectors.load(tmp_path / "model").most_similar("cat") == model.wv.most_similar("cat")
    if made is not model_3_8:
        assert model.train(SENTENCES, total_examples=20, epochs=1) == (80, 80)
        model.build_vocab([["new"] * 3], update=True)
        assert model.wv.index_to_key == [*WORDS, "new"]


def test_hierarchical_softmax_is_kept(tmp_path):
    (tmp_path / "model").write_bytes(dumps(model_3_8(), 2))
    model = Word2Vec.load(tmp_path / "model")
    assert np.array_equal(model.syn1, VECTORS + 2)
    assert [code.tolist() for code in model.wv.expandos["code"]] == [[0], [1, 0], [1, 1, 0], [1, 1, 1]]
    assert [point.tolist() for point in model.wv.expandos["point"]] == [[2], [2, 1], [2, 1, 0], [2, 1, 0]]
    assert {type(path) for path in model.wv.expandos["point"]} == {np.ndarray}
    assert (model.hs, model.running_training_loss) == (1, 2.5)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_details_of_today(tmp_path, protocol):
    (tmp_path / "model").write_bytes(dumps(model_4(own=[1, {"a": None}]), protocol))
    model = Word2Vec.load(tmp_path / "model")
    assert model.comment == "naïve"
    assert model.own == [1, {"a": None}]
    assert model.raw_vocab == {"a": 2, "b": 1}
    assert model.wv.expandos["tag"].tolist() == ["n", "n", 0, "j"]
    assert model.lifecycle_events[0] == {"event": "saving", "ignore": "frozenset()"}
    assert model.random.randint(0, 2**24, 5).tolist() == np.random.RandomState(3).randint(0, 2**24, 5).tolist()
    model.save(tmp_path / "again")
    assert Word2Vec.load(tmp_path / "again").own == [1, {"a": None}]


def test_names_that_numpy_1_has(tmp_path):
    content = dumps(model_4(), 2)
    assert b"numpy._core" in content or b"numpy.core" in content
    for old, new in [(b"numpy._core.", b"numpy.core."), (b"numpy.core.", b"numpy._core.")]:
        (tmp_path / "model").write_bytes(content.replace(old, new))
        assert np.array_equal(Word2Vec.load(tmp_path / "model").wv.vectors, VECTORS)


@pytest.mark.parametrize("compressed", [gzip.compress, bytes])
def test_compressed_and_open_files(tmp_path, compressed):
    content = compressed(dumps(vectors_4(), 4))
    for name in ("kv", "kv.gz"):
        (tmp_path / name).write_bytes(content)
        assert is_pickle(tmp_path / name)
        assert KeyedVectors.load(tmp_path / name).index_to_key == WORDS
    if compressed is bytes:
        with open(tmp_path / "kv", "rb") as file:
            assert is_pickle(file)
            assert KeyedVectors.load(file).index_to_key == WORDS
        assert KeyedVectors.load(io.BytesIO(content)).index_to_key == WORDS


def test_state_for_other_readers(tmp_path):
    phrases = gensim.Phrases(min_count=5, delimiter="_", vocab={"a": 1}, connector_words=frozenset(["of"]))
    (tmp_path / "phrases").write_bytes(dumps(phrases))
    record = gensim_files.read_state(tmp_path / "phrases")
    assert record.name == "gensim.models.phrases.Phrases"
    assert record.state == {"min_count": 5, "delimiter": "_", "vocab": {"a": 1}, "connector_words": {"of"}}
    assert repr(record) == (
        "<record of a gensim.models.phrases.Phrases with min_count, delimiter, vocab, connector_words>"
    )
    with pytest.raises(FormatError, match="phrases holds a gensim.models.phrases.Phrases, which has no vectors"):
        KeyedVectors.load(tmp_path / "phrases")
    with pytest.raises(NoModelError, match="phrases holds no Word2Vec model but a gensim.models.phrases.Phrases$"):
        Word2Vec.load(tmp_path / "phrases")


# ---- side files


def beside(folder, attr="vectors", name="kv", array=VECTORS):
    """Save vectors of which an array lies in a side file, or is said to."""
    vectors = vectors_4(**NOTHING_BESIDE)
    vars(vectors).update({"__numpys": [attr], "__ignoreds": ["norms"]})
    vars(vectors).pop(attr, None)
    (folder / name).write_bytes(dumps(vectors))
    if name.endswith(".gz"):
        np.savez_compressed(folder / f"{name}.{attr}.npz", val=array)
    else:
        np.save(folder / f"{name}.{attr}.npy", array)
    return folder / name


@pytest.mark.parametrize("name", ["kv", "kv.gz", "kv.bz2"])
def test_side_files(tmp_path, name):
    path = beside(tmp_path, name=name)
    if name.endswith(".bz2"):
        np.savez(f"{path}.vectors.npz", val=VECTORS)
    assert np.array_equal(KeyedVectors.load(path).vectors, VECTORS)


def test_side_files_are_mapped(tmp_path):
    path = beside(tmp_path)
    for mode, writable in {"r": False, "c": True, "r+": True}.items():
        vectors = KeyedVectors.load(path, mmap=mode).vectors
        assert isinstance(vectors, np.memmap)
        assert vectors.flags.writeable == writable
    with pytest.raises(ValueError, match=r"mmap must be None, 'r', 'r\+' or 'c', got 'w\+'"):
        KeyedVectors.load(path, mmap="w+")
    with pytest.raises(OSError, match=r"kv\.gz\.vectors\.npz is compressed and cannot be mapped .*mmap=None"):
        KeyedVectors.load(beside(tmp_path, name="kv.gz"), mmap="r")


def test_missing_side_files(tmp_path):
    path = beside(tmp_path)
    (tmp_path / "kv.vectors.npy").unlink()
    with pytest.raises(MissingFileError, match=r"kv\.vectors\.npy is missing: gensim's save\(\) wrote") as raised:
        KeyedVectors.load(path)
    assert isinstance(raised.value, FileNotFoundError), "what gensim raises"
    assert isinstance(raised.value, FormatError)


def test_side_files_of_a_model(tmp_path):
    model = model_4()
    vars(model).update({"__numpys": ["syn1neg"], "__recursive_saveloads": ["wv"]})
    vars(model.wv).update({"__numpys": ["vectors"], "__recursive_saveloads": []})
    del model.syn1neg, model.wv.vectors
    (tmp_path / "model").write_bytes(dumps(model))
    np.save(tmp_path / "model.syn1neg.npy", VECTORS + 1)
    np.save(tmp_path / "model.wv.vectors.npy", VECTORS)
    loaded = Word2Vec.load(tmp_path / "model")
    assert np.array_equal(loaded.syn1neg, VECTORS + 1)
    assert np.array_equal(loaded.wv.vectors, VECTORS)
    assert np.array_equal(KeyedVectors.load(tmp_path / "model").vectors, VECTORS)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not the array"),
        (b"\x93NUMPY\x01\x00", "not the array"),
        (b"hello", "not the array"),
        (b"PK\x03\x04", "not the array"),
    ],
)
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning", "error::ResourceWarning")
def test_damaged_side_files(tmp_path, content, message):
    for name, suffix in {"kv": "npy", "kv.gz": "npz"}.items():
        path = beside(tmp_path, name=name)
        (tmp_path / f"{name}.vectors.{suffix}").write_bytes(content)
        with pytest.raises(FormatError, match=message):
            KeyedVectors.load(path)


def test_side_files_of_other_arrays(tmp_path):
    path = beside(tmp_path, array=np.array(["a", "b"]))
    with pytest.raises(FormatError, match="does not hold an array of numbers"):
        KeyedVectors.load(path)
    for odd in (["../secret"], ["a/b"], [1], "vectors.x", [""], 5, {"vectors": 1}, "vectors"):
        path.write_bytes(dumps(vectors_4(**{"__numpys": odd})))
        with pytest.raises(FormatError, match="__numpys is no list of attributes"):
            KeyedVectors.load(path)
    path.write_bytes(dumps(vectors_4(**{"__scipys": ["vectors"]})))
    with pytest.raises(FormatError, match="sparse matrices"):
        KeyedVectors.load(path)


def test_a_model_within_itself_comes_to_an_end(tmp_path):
    model = model_0_12()
    model.own = model
    vars(model)["__recursive_saveloads"] = ["own"]
    (tmp_path / "model").write_bytes(dumps(model))
    assert Word2Vec.load(tmp_path / "model").wv.index_to_key == WORDS


def test_no_side_file_is_unpickled(tmp_path):
    canary = tmp_path / "canary"
    harm = np.array([Call(os.mkdir, str(canary)), 1], object)
    for name, suffix in {"kv": "npy", "kv.gz": "npz"}.items():
        path = beside(tmp_path, name=name, array=harm)
        with pytest.raises(FormatError, match="not the array that gensim's save"):
            KeyedVectors.load(path)
        (tmp_path / f"{name}.vectors.{suffix}").write_bytes(dumps(harm))
        with pytest.raises(FormatError, match="not the array that gensim's save"):
            KeyedVectors.load(path)
    for mode in ("r", "c"):
        with pytest.raises(FormatError, match="not the array"):
            KeyedVectors.load(beside(tmp_path, array=harm), mmap=mode)
    assert not canary.exists()


def test_an_object_cannot_pass_for_an_array(tmp_path):
    address = {"shape": (1, 2), "typestr": "<f4", "data": (1234, False), "version": 3}
    fake = gensim.Vocab(__array_interface__=address, shape=(4, 2), dtype=np.zeros(1).tolist(), ndim=2)
    for changed in ({"vectors": fake}, {"vectors_lockf": fake}, {"expandos": {"count": fake}}, {"own": fake}):
        (tmp_path / "kv").write_bytes(dumps(vectors_4(**changed)))
        if "own" in changed:
            assert not hasattr(KeyedVectors.load(tmp_path / "kv"), "own")
        else:
            with pytest.raises(FormatError, match="is not an array of"):
                KeyedVectors.load(tmp_path / "kv")


@pytest.mark.parametrize("position", [-1, 625, 2**40, "5", None])
def test_a_generator_that_would_read_elsewhere_is_not_made(tmp_path, position):
    state = np.random.RandomState(3).get_state()
    made = model_4(random=Generator((*state[:2], position, *state[3:])))
    (tmp_path / "model").write_bytes(dumps(made))
    model = Word2Vec.load(tmp_path / "model")
    assert model.random.randint(2**24) == np.random.RandomState(model.seed).randint(2**24), "as of a new model"


class Generator:
    """Pickles as NumPy's random generator of a given state."""

    def __init__(self, state):
        self.state = state

    def __reduce__(self):
        return *np.random.RandomState().__reduce__()[:2], self.state


# ---- what is damaged, or of another kind


@pytest.mark.parametrize("part", range(1, 20))
def test_truncated_files(tmp_path, part):
    content = dumps(model_4())
    (tmp_path / "model").write_bytes(content[: len(content) * part // 20])
    with pytest.raises(TruncatedError, match="model: the pickle ends early, after \\d+ bytes: the file is truncated"):
        Word2Vec.load(tmp_path / "model")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_damaged_files_raise_format_errors_and_nothing_else(tmp_path, protocol):
    draw = random.Random(protocol)
    content = dumps(model_4(random=None), protocol)
    loaded = 0
    for _ in range(300):
        damaged = bytearray(content)
        for _ in range(draw.choice([1, 1, 3])):
            damaged[draw.randrange(30, len(damaged))] = draw.randrange(256)
        try:
            Word2Vec.load(io.BytesIO(bytes(damaged)))
            loaded += 1
        except FormatError:
            pass
    assert loaded < 300


MISFITS = {
    "vectors": {
        "vectors": [
            (None, "saved without them"), (VECTORS[:3], "not a vector for each key"), (VECTORS[0], "2 dimensions"),
            (VECTORS.astype(int), "not an array of floats"), ([[1.0, 2.0]] * 4, "not an array of floats"),
        ],
        "index_to_key": [(["a"], "not a vector for each key"), ("abcd", "not a vector"), ([{}] * 4, "no strings")],
        "key_to_index": [({"a": 4}, "beyond the 4"), ({"a": -1}, "beyond"), ({"a": "b"}, "no rows"), ([1], "no rows")],
        "expandos": [
            ({"count": np.arange(3)}, "not an array of 4"), ({1: np.arange(4)}, "not an array"), ([], "no dict"),
            ({"sample_int": np.full(4, "a", object)}, "'sample_int' of the keys is no number"),
        ],
        "next_index": [("4", "next_index is '4', expected a number")],
    },
    "model": {
        "syn1neg": [(VECTORS[:3], r"syn1neg is \(3, 2\), expected \(4, 2\)"), (VECTORS.astype(int), "array of floats")],
        "window": [("2", "window is '2', expected a number"), ([], r"window is \[\], expected a number")],
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("made", "attr", "value", "message"),
    [
        pytest.param(kind, attr, value, message, id=f"{kind}-{attr}-{message}")
        for kind, attrs in MISFITS.items()
        for attr, cases in attrs.items()
        for value, message in cases
    ],
)
def test_parts_that_do_not_fit(tmp_path, made, attr, value, message):
    obj = model_4(**{attr: value}) if made == "model" else vectors_4(**{attr: value})
    (tmp_path / "file").write_bytes(dumps(obj))
    with pytest.raises(FormatError, match=message):
        (Word2Vec if made == "model" else KeyedVectors).load(tmp_path / "file")


def test_old_vocabularies_that_do_not_fit(tmp_path):
    for row in (4, -1, None, "0"):
        model = model_0_12()
        model.vocab["cat"].index = row
        (tmp_path / "model").write_bytes(dumps(model))
        with pytest.raises(FormatError, match="the row of 'cat' is"):
            Word2Vec.load(tmp_path / "model")


def test_other_kinds_are_named(tmp_path):
    for what, message in {
        gensim.FastText(
            wv=1
        ): r"is a FastText model of gensim \(gensim.models.fasttext.FastText\).*wv.save_word2vec_format",
        gensim.TfidfModel(): "names gensim.models.tfidfmodel.TfidfModel, which is not on the list",
        gensim.Word2VecVocab(): "holds a gensim.models.word2vec.Word2VecVocab, which has no vectors",
        (1, 2): "is a pickle of a tuple, not of an object of gensim's",
    }.items():
        (tmp_path / "file").write_bytes(dumps(what))
        with pytest.raises(FormatError, match=message):
            KeyedVectors.load(tmp_path / "file")
    (tmp_path / "file").write_bytes(dumps(vectors_4()))
    with pytest.raises(
        NoModelError, match=r"a gensim.models.keyedvectors.KeyedVectors \(load it with KeyedVectors.load\)"
    ):
        Word2Vec.load(tmp_path / "file")


def test_the_readers_of_other_formats_say_so(tmp_path):
    (tmp_path / "file").write_bytes(dumps(vectors_4(), 0))
    with pytest.raises(FormatError, match=r"a Python pickle, as gensim's save\(\) writes; open it with Word2Vec.load"):
        KeyedVectors.load_word2vec_format(tmp_path / "file")
    assert KeyedVectors.load(tmp_path / "file").index_to_key == WORDS
