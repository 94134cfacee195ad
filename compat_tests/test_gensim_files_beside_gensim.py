"""What gensim saved is, loaded by npw2v, what gensim itself loads, and goes on training."""

from __future__ import annotations

import logging
import pickle
from pathlib import Path

import gensim.models
import numpy as np
import pytest
from gensim.models import word2vec
from gensim.models.fasttext import FastText
from gensim.models.keyedvectors import KeyedVectors as GensimVectors
from gensim.models.keyedvectors import Vocab
from gensim.test.utils import common_texts, datapath

import npw2v
from npw2v import FormatError, KeyedVectors, Word2Vec
from npw2v.errors import MissingFileError, NoModelError, PickleError
from npw2v.formats import gensim as gensim_files

FOLDER = Path(datapath("lee.cor")).parent
MODELS = sorted(
    str(path.relative_to(FOLDER))
    for pattern in ("word2vec_*", "w2v-lee-*", "old_w2v_models/*", "model-from-gensim-3.8.0.w2v")
    for path in FOLDER.glob(pattern)
    if path.suffix != ".npy" and path.name != "word2vec_pre_kv_c"
)
OTHERS = {
    "compatible-hash-true.model": "FastText model",
    "fasttext_old": "FastText model",
    "ft_kv_3.6.0.model.gz": "table of FastText vectors",
    "doc2vec_old": "Doc2Vec model",
    "old_d2v_models/d2v_3.4.0.mdl": "Doc2Vec model",
    "poincare_test_3.4.0": "gensim.models.poincare",
    "lda_3_0_1_model": "gensim.models.ldamodel",
    "phrases-3.6.0.model": "gensim.models.phrases.Phrases",
}
MORE = [["computer", "artificial", "intelligence"] * 4, ["artificial", "trees", "sentence", "Robot"] * 4]


def texts(model):
    """Sentences of a model's own words, and two of new ones."""
    return [model.wv.index_to_key[:20]] * 10 + MORE


def gensims(name):
    """What gensim loads; of models before 0.13.4, which it no longer does, what it unpickles."""
    path = str(FOLDER / name)
    try:
        return gensim.models.Word2Vec.load(path)
    except AttributeError:
        with open(path, "rb") as file:
            model = pickle.load(file, encoding="latin1")
    for attr in vars(model)["__numpys"]:
        setattr(model, attr, np.load(f"{path}.{attr}.npy"))
    model.wv = GensimVectors.__new__(GensimVectors)
    vars(model.wv).update({name: vars(model)[name] for name in ("syn0", "index2word", "vocab")})
    model.epochs = model.iter
    model.wv._load_specials("", None, False, None)
    return model


def assert_same_vectors(ours, theirs):
    assert ours.index_to_key == theirs.index_to_key
    assert ours.key_to_index == theirs.key_to_index
    assert ours.vector_size == theirs.vector_size
    assert ours.next_index == theirs.next_index
    assert ours.vectors.dtype == theirs.vectors.dtype
    assert ours.vectors.tobytes() == theirs.vectors.tobytes()
    assert ours.expandos.keys() == theirs.expandos.keys()
    for attr, values in theirs.expandos.items():
        mine = ours.expandos[attr]
        assert mine.dtype == values.dtype
        if values.dtype == object:
            assert [np.asarray(value).tolist() for value in mine] == [np.asarray(value).tolist() for value in values]
            assert [type(value) for value in mine] == [type(value) for value in values]
        elif attr == "sample_int":  # an old file's 2**32, which gensim makes 0, is the largest of 32 bits here
            assert np.array_equal(np.where(mine == 2**32 - 1, 0, mine), np.where(values == 2**32 - 1, 0, values))
        else:
            assert np.array_equal(mine, values)


def assert_same_models(ours, theirs):
    assert_same_vectors(ours.wv, theirs.wv)
    for name in ("syn1", "syn1neg"):
        assert hasattr(ours, name) == hasattr(theirs, name)
        if hasattr(theirs, name):
            assert np.array_equal(getattr(ours, name), getattr(theirs, name))
    for name in set(vars(ours)) & set(vars(theirs)) - {"wv", "load", "random", "lifecycle_events", "cum_table"}:
        mine, other = getattr(ours, name), getattr(theirs, name)
        assert np.array_equal(mine, other) if isinstance(other, np.ndarray) else mine == other, name
    mine, other = (model.random.get_state() for model in (ours, theirs))
    assert np.array_equal(mine[1], other[1])
    assert mine[2:] == other[2:]


@pytest.mark.parametrize("name", MODELS)
def test_models_of_every_version_are_those_that_gensim_loads(name):
    ours, theirs = Word2Vec.load(FOLDER / name), gensims(name)
    assert_same_models(ours, theirs)
    if getattr(theirs, "cum_table", None) is not None:
        assert ours.cum_table.tolist() == theirs.cum_table.tolist()
    assert_same_vectors(KeyedVectors.load(FOLDER / name), theirs.wv)


@pytest.mark.parametrize("name", MODELS)
def test_models_of_every_version_go_on_training(name, tmp_path):
    model = Word2Vec.load(FOLDER / name)
    vectors, size = model.wv.vectors.copy(), len(model.wv)
    corpus = texts(model)
    model.min_count, model.workers, model.sample = 1, 1, 0
    model.build_vocab(corpus, update=True)
    assert len(model.wv) > size
    assert np.array_equal(model.wv.vectors[:size], vectors)
    trained, _ = model.train(corpus, total_examples=model.corpus_count, epochs=2)
    assert trained > 0
    assert not np.array_equal(model.wv.vectors[:size], vectors)
    model.save(tmp_path / "model")
    again = Word2Vec.load(tmp_path / "model")
    assert_same_vectors(again.wv, model.wv)
    assert again.train(corpus, total_examples=model.corpus_count, epochs=1)[0] > 0


def test_old_keyed_vectors():
    path = str(FOLDER / "old_keyedvectors_320.dat")
    assert_same_vectors(KeyedVectors.load(path), GensimVectors.load(path))
    with pytest.raises(NoModelError, match=r"EuclideanKeyedVectors \(load it with KeyedVectors.load\)"):
        Word2Vec.load(path)


@pytest.mark.parametrize(("name", "what"), OTHERS.items())
@pytest.mark.parametrize("kind", [Word2Vec, KeyedVectors])
def test_other_models_are_refused_by_name(kind, name, what):
    with pytest.raises(FormatError, match=what):
        kind.load(FOLDER / name)


def test_a_new_fasttext_model_is_refused(tmp_path):
    path = str(tmp_path / "model")
    FastText(common_texts, vector_size=4, min_count=1, bucket=10, epochs=1).save(path)
    for kind in (Word2Vec, KeyedVectors):
        with pytest.raises(PickleError, match="is a FastText model of gensim"):
            kind.load(path)


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("phra*")))
def test_state_of_phrases(name):
    record = gensim_files.read_state(FOLDER / name)
    with open(FOLDER / name, "rb") as file:
        theirs = vars(pickle.load(file, encoding="latin1"))
    assert record.state.keys() == theirs.keys() - {"__numpys", "__scipys", "__ignoreds", "__recursive_saveloads"}
    for attr, value in record.state.items():
        if callable(theirs[attr]):
            assert value.name == f"gensim.models.phrases.{theirs[attr].__name__}"
        else:
            assert value == theirs[attr]


# ---- files of today


MODES = {"sg": {"sg": 1}, "cbow": {"sg": 0}, "sum": {"sg": 0, "cbow_mean": 0}}
OBJECTIVES = {"ns": {"negative": 3}, "hs": {"negative": 0, "hs": 1}, "both": {"negative": 3, "hs": 1}}


def trained(**parameters):
    given = {"vector_size": 6, "min_count": 1, "workers": 1, "epochs": 2, "seed": 3, **parameters}
    return gensim.models.Word2Vec(common_texts, **given)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2"])
@pytest.mark.parametrize("sep_limit", [0, 10**6])
def test_new_models(tmp_path, mode, objective, suffix, sep_limit):
    theirs, path = trained(**MODES[mode], **OBJECTIVES[objective]), str(tmp_path / f"model{suffix}")
    theirs.save(path, sep_limit=sep_limit)
    ours = Word2Vec.load(path)
    assert_same_models(ours, gensim.models.Word2Vec.load(path))
    assert ours.lifecycle_events[-1]["event"] == "loaded"
    assert ours.train(common_texts, total_examples=ours.corpus_count, epochs=1)[1] == 29


PARAMETERS = {
    "defaults": {},
    "max_vocab_size": {"max_vocab_size": 8},
    "max_final_vocab": {"max_final_vocab": 6},
    "null_word": {"null_word": 1},
    "unsorted": {"sorted_vocab": 0},
    "comment": {"comment": "a comment"},
    "no windows": {"shrink_windows": False, "window": 2},
    "loss": {"compute_loss": True},
    "negative exponent": {"ns_exponent": -1.0},
    "NumPy's numbers": {"alpha": np.float32(0.02), "sample": np.float64(1e-2), "seed": np.int64(5)},
}


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("parameters", PARAMETERS)
def test_new_models_of_all_protocols(tmp_path, parameters, protocol):
    path = str(tmp_path / "model")
    trained(**PARAMETERS[parameters]).save(path, pickle_protocol=protocol)
    assert_same_models(Word2Vec.load(path), gensim.models.Word2Vec.load(path))


def test_models_before_training_and_with_kept_words(tmp_path):
    for step, model in enumerate(made_step_by_step()):
        path = str(tmp_path / str(step))
        model.save(path)
        ours = Word2Vec.load(path)
        assert_same_models(ours, gensim.models.Word2Vec.load(path))
    assert ours.raw_vocab == {"artificial": 8, "computer": 4, "intelligence": 4, "trees": 4, "sentence": 4, "Robot": 4}


def made_step_by_step():
    model = gensim.models.Word2Vec(vector_size=5, min_count=1, workers=1)
    yield model
    model.build_vocab(common_texts)
    yield model
    model.train(common_texts, total_examples=9, epochs=1)
    model.build_vocab(MORE, update=True, keep_raw_vocab=True)
    model.own, model.own_array = {"made": [1, "here"]}, np.arange(3)
    model.wv.own = "vectors'"
    yield model


def test_vectors_of_all_kinds(tmp_path):
    words = GensimVectors(3, count=7, dtype=np.float16)
    words.add_vectors(["b", "a", 7, 0, ("t", 1)], np.arange(15).reshape(5, 3))
    words.set_vecattr("b", "count", 5)
    words.set_vecattr("a", "tag", "noun")
    words.set_vecattr("b", "weight", 0.5)
    for kind, vectors in {"mixed": words, "empty": GensimVectors(4), "model's": trained().wv}.items():
        path = str(tmp_path / kind)
        for sep_limit in (0, 10**6):
            vectors.save(path, sep_limit=sep_limit)
            ours, theirs = KeyedVectors.load(path), GensimVectors.load(path)
            assert_same_vectors(ours, theirs)
            assert np.array_equal(getattr(ours, "vectors_lockf", None), getattr(theirs, "vectors_lockf", None))
            assert [event["event"] for event in ours.lifecycle_events[-2:]] == ["saving", "loaded"]
            with pytest.raises(NoModelError, match=r"KeyedVectors \(load it with KeyedVectors.load\)"):
                Word2Vec.load(path)
            ours.save(tmp_path / "ours")
            assert_same_vectors(KeyedVectors.load(tmp_path / "ours"), ours)


def test_big_endian_arrays(tmp_path):
    vectors = GensimVectors(2)
    vectors.add_vectors(["a", "b"], np.array([[1, 2], [3, 4]]))
    vectors.vectors = vectors.vectors.astype(">f4")
    vectors.save(str(tmp_path / "vectors"))
    ours = KeyedVectors.load(tmp_path / "vectors")
    assert ours.vectors.dtype == np.float32
    assert ours.vectors.dtype.isnative
    assert ours["b"].tolist() == [3, 4]


def test_random_generator_of_a_model_goes_on(tmp_path):
    theirs = trained()
    theirs.random.standard_normal(3)  # leaves half a pair
    theirs.save(str(tmp_path / "model"))
    ours = Word2Vec.load(tmp_path / "model")
    assert ours.random.standard_normal(4).tolist() == theirs.random.standard_normal(4).tolist()
    theirs.random = np.random.default_rng(3)  # as gensim has it where an old file lacks it
    theirs.save(str(tmp_path / "model"))
    ours = Word2Vec.load(tmp_path / "model")
    assert ours.random.random_sample() == np.random.RandomState(ours.seed).random_sample()


# ---- side files


def test_maps_of_side_files(tmp_path):
    path = str(tmp_path / "model")
    trained(hs=1).save(path, sep_limit=0)
    theirs = gensim.models.Word2Vec.load(path)
    for mode in ("r", "c", "r+"):
        ours = Word2Vec.load(path, mmap=mode)
        for array in (ours.syn1, ours.syn1neg, ours.wv.vectors):
            assert isinstance(array, np.memmap)
            assert array.flags.writeable == (mode != "r")
        assert_same_models(ours, theirs)
        assert ours.wv.most_similar("human")[0][0] == theirs.wv.most_similar("human")[0][0]
    assert isinstance(KeyedVectors.load(path, mmap="r").vectors, np.memmap)
    with pytest.raises(ValueError, match='cannot be written to: to train, load the model without mmap="r"'):
        Word2Vec.load(path, mmap="r").train(common_texts, total_examples=9, epochs=1)
    with pytest.raises(ValueError, match=r"mmap must be .*, got 'w\+'"):
        Word2Vec.load(path, mmap="w+")


def test_maps_of_compressed_side_files(tmp_path):
    path = str(tmp_path / "model.gz")
    trained().save(path, sep_limit=0)
    for kind in (gensim.models.Word2Vec, Word2Vec):
        with pytest.raises(OSError, match="mmap=None"):
            kind.load(path, mmap="r")
    trained().save(path)
    assert Word2Vec.load(path, mmap="r").wv.vectors.shape == (12, 6)  # nothing to map, as in gensim


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("attr", ["wv.vectors", "syn1neg"])
def test_missing_side_files(tmp_path, attr, suffix):
    path = tmp_path / f"model{suffix}"
    trained().save(str(path), sep_limit=0)
    side = Path(f"{path}.{attr}.{'npz' if suffix else 'npy'}")
    side.unlink()
    with pytest.raises(FileNotFoundError):
        gensim.models.Word2Vec.load(str(path))
    for kind in (Word2Vec, KeyedVectors):
        with pytest.raises(MissingFileError, match=rf"{attr}.*is missing: gensim's save\(\) wrote an array into it"):
            kind.load(path)


def test_open_files(tmp_path):
    path = tmp_path / "model"
    trained().save(str(path), sep_limit=0)
    with open(path, "rb") as file:
        assert len(Word2Vec.load(file).wv) == 12  # the side files are those of its name
    trained().save(str(path))
    with open(path, "rb") as file:
        assert len(KeyedVectors.load(file)) == 12


def test_ignored_attributes(tmp_path):
    path = str(tmp_path / "model")
    trained().save(path, ignore=["syn1neg", "comment"])
    ours = Word2Vec.load(path)
    assert not hasattr(ours, "syn1neg")
    with pytest.raises(RuntimeError, match="output weights"):
        ours.train(common_texts, total_examples=9, epochs=1)
    trained().wv.save(path, ignore=["vectors"])
    with pytest.raises(FormatError, match="it was saved without them, or is damaged"):
        KeyedVectors.load(path)


# ---- what npw2v does better


def old_model(folder):
    """Save a model of gensim 3.8's shape, whose words but one are always kept, and of which one is locked."""
    model = trained()
    wv, vocabulary, trainables = model.wv, word2vec.Word2VecVocab(), word2vec.Word2VecTrainables()
    vocab = {
        word: Vocab(index=row, count=int(wv.get_vecattr(word, "count")), sample_int=2**32 if row else 2**30)
        for row, word in enumerate(wv.index_to_key)
    }
    wv.__dict__ = {"vectors": wv.vectors, "vector_size": 6, "index2word": wv.index_to_key, "vocab": vocab}
    vocabulary.__dict__ = {"max_vocab_size": None, "raw_vocab": None, "min_count": 1, "sample": 1e-3}
    vars(vocabulary).update(sorted_vocab=True, null_word=0, max_final_vocab=9)
    lockf = np.ones(len(vocab), np.float32)
    lockf[3] = 0
    trainables.__dict__ = {"syn1neg": model.syn1neg, "hashfxn": hash, "layer1_size": 6, "seed": 3}
    trainables.vectors_lockf = lockf
    model.vocabulary, model.trainables = vocabulary, trainables
    del model.syn1neg, model.max_final_vocab
    model.save(str(folder / "old"), ignore=["lifecycle_events"])
    return str(folder / "old")


def test_words_of_old_models_that_are_always_kept_stay_so(tmp_path, caplog):
    path = old_model(tmp_path)
    ours, theirs = Word2Vec.load(path), gensim.models.Word2Vec.load(path)
    assert set(theirs.wv.expandos["sample_int"].tolist()) == {2**30, 0}
    assert set(ours.wv.expandos["sample_int"].tolist()) == {2**30, 2**32 - 1}
    assert theirs.train(common_texts, total_examples=9, epochs=1)[0] < 5  # it drops them all
    ours.workers = 1
    assert ours.train(common_texts, total_examples=9, epochs=1)[0] > 24


def test_locked_words_of_old_models_stay_locked(tmp_path):
    path = old_model(tmp_path)
    ours, theirs = Word2Vec.load(path), gensim.models.Word2Vec.load(path)
    assert theirs.wv.vectors_lockf.tolist() == [1]
    assert ours.wv.vectors_lockf.tolist() == [1, 1, 1, 0] + [1] * 8
    before = ours.wv.vectors.copy()
    ours.workers = 1
    ours.train(common_texts, total_examples=9, epochs=1)
    assert np.flatnonzero((ours.wv.vectors == before).all(axis=1)).tolist() == [3]


def test_parameters_that_gensim_3_kept_apart(tmp_path):
    path = old_model(tmp_path)
    ours, theirs = Word2Vec.load(path), gensim.models.Word2Vec.load(path)
    assert theirs.max_final_vocab is None
    assert ours.max_final_vocab == 9
    assert ours.raw_vocab is None


def test_attributes_that_are_not_plain_are_named(tmp_path, caplog):
    theirs = trained()
    theirs.own = {1, 2}
    theirs.save(str(tmp_path / "model"))
    with caplog.at_level(logging.WARNING):
        ours = Word2Vec.load(tmp_path / "model")
    assert not hasattr(ours, "own")
    assert "not loading attribute own of type set" in caplog.text


def test_functions_are_refused_with_advice(tmp_path):
    theirs = trained()
    theirs.hashfxn = npw2v.vocabulary.selection.keep_vocab_item
    theirs.save(str(tmp_path / "model"))
    with pytest.raises(PickleError, match=r"names npw2v.vocabulary.selection.keep_vocab_item, .* remove that object"):
        Word2Vec.load(tmp_path / "model")


def test_vectors_beside_a_pickle_and_within_it(tmp_path):
    kv = gensim.models.KeyedVectors(7)
    kv.add_vectors(list("abcde"), np.ones((5, 7), np.float32))
    kv.set_vecattr("a", "count", 1)
    kv.save(str(tmp_path / "within"))
    kv.save(str(tmp_path / "beside"), sep_limit=0)
    assert (tmp_path / "beside.vectors.npy").exists()
    for name in ("within", "beside"):
        found = npw2v.inspect(tmp_path / name)
        assert found.kind == "gensim.models.keyedvectors.KeyedVectors"
        assert (found.count, found.dimensions, found.dtype, found.has_counts) == (5, 7, "float32", True)
        assert found.written_by.startswith("gensim 4.")
