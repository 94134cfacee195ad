"""A model's file: everything comes back, training goes on as if nothing had happened, damage is noticed."""

from __future__ import annotations

import copy
import errno
import gzip
import io
import logging
import pickle

import numpy as np
import pytest

from npw2v import FormatError, KeyedVectors, Word2Vec
from npw2v.formats import archive

CORPUS = [[f"w{j}" for j in np.random.default_rng(i).integers(0, 40, size=12)] for i in range(80)]
TRAINED = {"vector_size": 10, "min_count": 1, "epochs": 2, "sample": 0.01}
UNSTORED = {"cum_table", "random", "hashfxn", "load", "wv", "syn1neg", "raw_vocab", "lifecycle_events"}


def trained(**parameters):
    return Word2Vec(CORPUS, **{**TRAINED, **parameters})


def go_on(model, epochs=2):
    model.train(CORPUS, total_examples=len(CORPUS), epochs=epochs, compute_loss=True)
    return model.wv.vectors.tobytes() + model.syn1neg.tobytes()


def assert_same(loaded, model):
    assert {name: value for name, value in vars(loaded).items() if name not in UNSTORED} == {
        name: value for name, value in vars(model).items() if name not in UNSTORED
    }
    assert loaded.lifecycle_events[: len(model.lifecycle_events)] == model.lifecycle_events
    assert loaded.syn1neg.tobytes() == model.syn1neg.tobytes()
    assert loaded.cum_table.tolist() == model.cum_table.tolist()
    assert list(loaded.raw_vocab.items()) == list(model.raw_vocab.items())
    assert loaded.wv.vectors.tobytes() == model.wv.vectors.tobytes()
    assert (loaded.wv.index_to_key, loaded.wv.key_to_index) == (model.wv.index_to_key, model.wv.key_to_index)
    assert loaded.wv.expandos.keys() == model.wv.expandos.keys()
    for name, values in model.wv.expandos.items():
        assert loaded.wv.expandos[name].tolist() == values.tolist()
        assert loaded.wv.expandos[name].dtype == values.dtype
    assert loaded.wv.vectors_lockf.tolist() == model.wv.vectors_lockf.tolist()


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "model.npw2v"
    model = trained()
    model.save(path)
    return model, path


ALL_PARAMETERS = {
    "vector_size": 7, "alpha": 0.03, "window": 3, "min_count": 2, "max_vocab_size": 10_000, "sample": 0.02, "seed": 9,
    "workers": 2, "min_alpha": 0.002, "sg": 1, "negative": 3, "ns_exponent": 0.5, "cbow_mean": 0, "epochs": 3,
    "null_word": 1, "sorted_vocab": 0, "batch_words": 500, "compute_loss": True, "comment": "gëräusch",
    "max_final_vocab": 30, "shrink_windows": False, "progress": False,
}  # fmt: skip


def test_everything_comes_back(tmp_path):
    model = Word2Vec(CORPUS, **ALL_PARAMETERS)
    model.build_vocab([["new", "new", "w1"]], update=True, keep_raw_vocab=True)
    model.wv.vectors_lockf = np.linspace(0, 1, len(model.wv), dtype=np.float32)
    model.wv.set_vecattr("w1", "language", "en")
    model.wv.set_vecattr("w2", "weight", 0.5)
    model.notes = {"source": ["lee", 300, None, 0.5, True], "nested": {"ünï": "cödé"}}
    model.mask = np.array([[True, False], [False, True]])
    model.frequencies = np.arange(5.0)
    model.save(str(tmp_path / "model"))
    assert model.lifecycle_events[-1]["event"] == "saving"
    loaded = Word2Vec.load(str(tmp_path / "model"))
    assert type(loaded) is Word2Vec
    for name in ("mask", "frequencies"):
        assert np.array_equal(vars(loaded).pop(name), vars(model).pop(name))
    assert_same(loaded, model)
    assert loaded.lifecycle_events[-1]["event"] == "loaded"
    assert len(loaded.history) == 3
    for name, value in ALL_PARAMETERS.items():
        assert getattr(loaded, name) == value
        assert type(getattr(loaded, name)) is type(value)


def test_numpy_numbers_as_parameters_come_back_as_plain_ones(tmp_path):
    model = trained(min_count=np.int64(2), epochs=np.int32(2), sample=np.float64(0.01), seed=np.uint8(3))
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    assert (loaded.min_count, loaded.epochs, loaded.sample, loaded.seed) == (2, 2, 0.01, 3)
    assert type(loaded.min_count) is int


def test_a_model_that_was_never_trained(tmp_path):
    model = Word2Vec(vector_size=10)
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    assert len(loaded.wv) == 0
    assert not hasattr(loaded, "syn1neg")
    loaded.build_vocab(CORPUS)
    model.build_vocab(CORPUS)
    assert go_on(loaded) == go_on(model)


@pytest.mark.parametrize("mode", [{"sg": 0}, {"sg": 1}, {"cbow_exact": True}], ids=str)
def test_training_goes_on_as_if_never_saved(tmp_path, mode):
    straight, saved_model = trained(**mode), trained(**mode)
    saved_model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    assert go_on(loaded) == go_on(straight)
    assert [{**row, "seconds": 0} for row in loaded.history] == [{**row, "seconds": 0} for row in straight.history]
    for model in (loaded, straight):
        model.build_vocab([["new", "w1"], ["new", "newer"]], update=True)
    assert go_on(loaded) == go_on(straight)


@pytest.mark.parametrize("mmap", ["r", "c"])
def test_mapped_into_memory(saved, mmap):
    model, path = saved
    loaded = Word2Vec.load(path, mmap=mmap)
    assert isinstance(loaded.syn1neg, np.memmap)
    assert loaded.wv.most_similar("w1") == model.wv.most_similar("w1")
    assert loaded.predict_output_word(["w1", "w2"]) == model.predict_output_word(["w1", "w2"])
    before = path.read_bytes()
    if mmap == "r":
        with pytest.raises(ValueError, match=r'wv\.vectors cannot be written to: .* without mmap="r"'):
            go_on(loaded)
    else:
        assert go_on(loaded) == go_on(Word2Vec.load(path))
    loaded.save(path)  # over the file that it is mapped from
    assert loaded.wv.most_similar("w1") == Word2Vec.load(path).wv.most_similar("w1")
    path.write_bytes(before)


def test_unknown_ways_of_mapping_are_refused(saved):
    with pytest.raises(ValueError, match=r"mmap must be one of .*got 'r\+'"):
        Word2Vec.load(saved[1], mmap="r+")


class Tagged(Word2Vec):
    """A subclass with a parameter of its own."""

    def __init__(self, *args, tag="none", **kwargs):
        self.tag = tag
        super().__init__(*args, **kwargs)


def test_a_subclass_loads_as_itself(tmp_path):
    model = Tagged(CORPUS, tag="mine", **TRAINED)
    model.save(tmp_path / "model")
    loaded = Tagged.load(tmp_path / "model")
    assert type(loaded) is Tagged
    assert loaded.tag == "mine"
    assert_same(loaded, model)
    assert type(Word2Vec.load(tmp_path / "model")) is Word2Vec


@pytest.mark.parametrize("name", ["model.gz", "model.bz2"])
def test_compressed(tmp_path, name):
    model = trained()
    model.save(tmp_path / name)
    assert_same(Word2Vec.load(tmp_path / name), model)
    with pytest.raises(ValueError, match="compressed"):
        Word2Vec.load(tmp_path / name, mmap="r")
    if name.endswith(".gz"):
        data = gzip.decompress((tmp_path / name).read_bytes())
        assert_same(Word2Vec.load(io.BytesIO(data)), model)


def test_open_files():
    model, file = trained(), io.BytesIO()
    model.save(file)
    file.seek(0)
    assert_same(Word2Vec.load(file), model)


def test_options_of_gensim_are_accepted(tmp_path):
    model = trained()
    model.save(tmp_path / "model", separately=["wv.vectors"], sep_limit=0, pickle_protocol=2)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert_same(Word2Vec.load(tmp_path / "model", rethrow=True), model)
    with pytest.raises(TypeError, match="compression"):
        model.save(tmp_path / "model", compression="zip")


def test_attributes_can_be_left_out(tmp_path):
    model = trained()
    model.wv.set_vecattr("w1", "language", "en")
    model.save(tmp_path / "model", ignore=["syn1neg", "comment", "expandos"])
    loaded = Word2Vec.load(tmp_path / "model")
    assert not hasattr(loaded, "syn1neg")
    assert not hasattr(loaded, "comment")
    assert loaded.wv.expandos == {}
    assert loaded.wv.most_similar("w1") == model.wv.most_similar("w1")


def test_code_is_never_stored(tmp_path, caplog):
    model = trained(hashfxn=lambda text: len(text))
    model.tokenize = str.split
    model.pairs = {1: "int keys are not JSON"}
    model.objects = np.array([print, None], dtype=object)
    model.wv.helper = print
    with (
        caplog.at_level(logging.WARNING),
        pytest.warns(UserWarning, match="tokenize, pairs, objects, helper") as warned,
    ):
        model.save(tmp_path / "model")
    assert [warning.filename for warning in warned] == [__file__]
    assert [record.getMessage() for record in caplog.records] == [
        "not saving attribute helper of type builtin_function_or_method",
        "not saving attribute tokenize of type method_descriptor",
        "not saving attribute pairs of type dict",
        "not saving attribute objects of type ndarray",
        "not saving hashfxn: functions are not stored, and nothing uses it",
    ]
    loaded = Word2Vec.load(tmp_path / "model")
    assert loaded.hashfxn is hash
    assert not {"tokenize", "pairs", "objects"} & vars(loaded).keys()
    assert b"lambda" not in (tmp_path / "model").read_bytes()


def test_numpy_opens_it_without_pickle(saved):
    model, path = saved
    with np.load(path, allow_pickle=False) as arrays:
        assert arrays["wv.vectors"].tobytes() == model.wv.vectors.tobytes()
        assert arrays["syn1neg"].tobytes() == model.syn1neg.tobytes()
        assert b'"kind": "Word2Vec"' in arrays["metadata.json"]


@pytest.mark.parametrize("mmap", [None, "r"])
def test_truncated_files(saved, tmp_path, mmap):
    data = saved[1].read_bytes()
    path = tmp_path / "cut"
    for length in [
        0,
        1,
        4,
        30,
        100,
        1000,
        *range(2000, len(data), 1777),
        len(data) - 100,
        len(data) - 22,
        len(data) - 1,
    ]:
        path.write_bytes(data[:length])
        with pytest.raises(FormatError, match="cut"):
            Word2Vec.load(path, mmap=mmap)


def test_damaged_numbers(saved, tmp_path):
    data = bytearray(saved[1].read_bytes())
    for array in (saved[0].syn1neg, saved[0].wv.vectors):
        at = data.index(array[3].tobytes())
        damaged = bytearray(data)
        damaged[at] ^= 1
        (tmp_path / "damaged").write_bytes(damaged)
        with pytest.raises(FormatError, match="damaged: its checksum differs"):
            Word2Vec.load(tmp_path / "damaged")


#: What is wrong → how it came about, from arrays and metadata, and what the error says.
WRONG_PARTS = {
    "short syn1neg": (
        lambda a, m: a.update(syn1neg=a["syn1neg"][1:]),
        r"syn1neg is float32 \(39, 10\), expected .*40, 10",
    ),
    "double syn1neg": (lambda a, m: a.update(syn1neg=a["syn1neg"].astype(float)), "syn1neg is float64"),
    "no vectors": (lambda a, m: a.pop("wv.vectors"), "lacks .*vectors"),
    "no keys": (lambda a, m: a.pop("wv.keys.text"), "lacks .*text"),
    "no description of the vectors": (lambda a, m: m.pop("wv"), "lacks .*wv"),
    "no attributes": (lambda a, m: m.pop("attributes"), "lacks the model's attributes"),
    "a parameter": (lambda a, m: m["attributes"].pop("negative"), "lacks .* negative, "),
    "attributes of another kind": (lambda a, m: m.update(attributes=[1]), "lacks the model's attributes"),
    "a counter of no size": (
        lambda a, m: m["attributes"].update(corpus_total_words=float("nan")),
        "corpus_total_words is nan, expected a number",
    ),
    "a rate in words": (lambda a, m: m["attributes"].update(alpha="<f4"), "alpha is '<f4', expected a number"),
    "a huge exponent": (
        lambda a, m: m["attributes"].update(ns_exponent=2**70),
        "ns_exponent must be a moderate number",
    ),
    "a history of one": (lambda a, m: m["attributes"].update(history=1), "history is 1, expected a list"),
    "a log of one": (lambda a, m: m["wv"]["attributes"].update(lifecycle_events={}), "lifecycle_events is {}"),
    "a count for all": (
        lambda a, m: a.update({"wv.expandos.count": np.array(1)}),
        r"attribute 'count' of the keys is of shape \(\), expected a value a key: 40",
    ),
    "counts that are complex": (
        lambda a, m: a.update({"wv.expandos.count": a["wv.expandos.count"].astype(complex)}),
        "attribute 'count' of the keys is no number",
    ),
    "counts that are words": (
        lambda a, m: (a.pop("wv.expandos.count"), m["wv"]["expandos"].update(count=["a"] * 40)),
        "attribute 'count' of the keys is no number",
    ),
    "fewer vectors than keys": (
        lambda a, m: a.update({"wv.vectors": a["wv.vectors"][1:]}),
        "there are 40 keys, but 39 vectors",
    ),
    "counts of raw_vocab in rows": (
        lambda a, m: a.update(
            {
                "raw_vocab.text": np.zeros(1, np.uint8),
                "raw_vocab.offsets": np.array([0, 1]),
                "raw_vocab.counts": np.ones((1, 2), int),
            }
        ),
        r"the counts of raw_vocab are int64 \(1, 2\), expected a row of integers",
    ),
    "vectors": (lambda a, m: m.update(kind="KeyedVectors"), r"'KeyedVectors' \(load it with KeyedVectors\.load\)"),
    "something else": (lambda a, m: m.update(kind="Demo"), "no Word2Vec model but 'Demo'$"),
    "nothing known": (lambda a, m: m.clear(), "no Word2Vec model but None$"),
}


@pytest.mark.parametrize("spoil, message", WRONG_PARTS.values(), ids=WRONG_PARTS.keys())
def test_parts_that_are_missing_or_do_not_fit(saved, tmp_path, spoil, message):
    arrays, metadata = archive.read_archive(saved[1])
    spoil(arrays, metadata)
    archive.write_archive(tmp_path / "model", arrays, metadata)
    with pytest.raises(FormatError, match=message) as raised:
        Word2Vec.load(tmp_path / "model")
    assert str(tmp_path) in str(raised.value)


def test_files_that_are_no_models(tmp_path):
    path = tmp_path / "file"
    trained().wv.save(path)
    with pytest.raises(FormatError, match=r"KeyedVectors\.load") as raised:
        Word2Vec.load(path)
    assert isinstance(raised.value, AttributeError), "what gensim raises"
    path.write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(FormatError, match="a pickle of a dict, not of an object of gensim's"):
        Word2Vec.load(path)
    path.write_text("2 3\na 1 2 3\nb 4 5 6\n")
    with pytest.raises(FormatError, match="load_word2vec_format"):
        Word2Vec.load(path)
    with pytest.raises(FileNotFoundError):
        Word2Vec.load(tmp_path / "absent")


def test_vectors_of_a_models_file(saved):
    model, path = saved
    for mmap in (None, "r"):
        vectors = KeyedVectors.load(path, mmap=mmap)
        assert type(vectors) is KeyedVectors
        assert vectors.vectors.tobytes() == model.wv.vectors.tobytes()
        assert vectors.most_similar("w1") == model.wv.most_similar("w1")


def test_load_is_for_the_class(saved):
    model, path = saved
    for one in (model, Word2Vec.load(path)):
        with pytest.raises(AttributeError, match=r"returns a new model .* Word2Vec\.load"):
            one.load(path)


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_the_old_file_survives_a_failed_write(tmp_path, monkeypatch, failure):
    model, path = trained(), tmp_path / "model"
    model.save(path)
    before, calls = path.read_bytes(), []
    original = archive.np.lib.format.write_array

    def fail_at_the_third(*args, **kwargs):
        calls.append(args)
        if len(calls) == 3:
            raise failure
        return original(*args, **kwargs)

    monkeypatch.setattr(archive.np.lib.format, "write_array", fail_at_the_third)
    go_on(model)
    with pytest.raises(type(failure)):
        model.save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path], "a temporary file was left"
    monkeypatch.undo()
    model.save(path)
    assert Word2Vec.load(path).wv.vectors.tobytes() == model.wv.vectors.tobytes()


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        trained().save(tmp_path / "absent" / "model")


def test_words_that_a_file_cannot_hold(tmp_path):
    model = Word2Vec([[frozenset("ab"), "b"]], min_count=1, vector_size=4)
    with pytest.raises(TypeError, match="keys are strings, numbers or tuples"):
        model.save(tmp_path / "model")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", [[1, 20, -3], [("a", 1), ("b", 2.5), (("c",),)], ["a b", "\n", "ünï", ""]], ids=str)
def test_unusual_words_come_back(tmp_path, words):
    model = Word2Vec([words, words[1:]], min_count=1, vector_size=4)
    model.build_vocab([words], update=True, keep_raw_vocab=True)
    model.save(tmp_path / "model")
    assert_same(Word2Vec.load(tmp_path / "model"), model)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_pickle_and_deepcopy(copied):
    model = Tagged(CORPUS, tag="mine", cbow_exact=True, **TRAINED)
    model.random.randint(5)
    twin = copied(model)
    assert twin.cbow_exact is True
    assert type(twin) is Tagged
    assert_same(twin, model)
    assert go_on(twin) == go_on(model)
    assert twin.wv.most_similar("w1") == model.wv.most_similar("w1")


def test_a_pickle_from_before_an_option_has_the_default():
    model = trained()
    older = Word2Vec.__new__(Word2Vec)
    older.__setstate__({name: value for name, value in copy.deepcopy(vars(model)).items() if name != "cbow_exact"})
    assert older.cbow_exact is False
    assert_same(older, model)
    assert go_on(older) == go_on(model)
