"""`npw2v.Word2Vec` and gensim's build the same vocabulary from the same corpora, and have the same signatures."""

import bz2
import inspect
import zipfile
from collections import Counter
from itertools import chain
from pathlib import Path

import gensim.models
import gensim.utils
import numpy as np
import pytest
from gensim.models.word2vec import LineSentence as GensimLineSentence
from gensim.test.utils import LeeCorpus, common_texts, lee_corpus_list

from compat_tests.models import MORE_TEXTS, Ours, Theirs, pair, rule, vocabulary
from npw2v import LineSentence, PathLineSentences, Text8Corpus


def random_texts(seed, sentences=60, words=80):
    """Sentences of words with ties in their counts, some of them empty."""
    rng = np.random.default_rng(seed)
    return [[f"w{i}" for i in rng.zipf(1.4, rng.integers(0, 15)) if i < words] for _ in range(sentences)]


def output_tables(model):
    return [vars(model)[name] for name in ("syn1", "syn1neg") if name in vars(model)]


CORPORA = {"common texts": common_texts, "lee": lee_corpus_list, "random": random_texts(1)}


OPTIONS = [
    {},
    {"min_count": 1},
    {"min_count": 1, "sample": 0},
    {"min_count": 2, "sample": 3},
    {"min_count": 2, "sample": 0.1, "sorted_vocab": 0},
    {"min_count": 1, "max_final_vocab": 7},
    {"min_count": 3, "max_final_vocab": 200},
    {"min_count": 1, "max_vocab_size": 10},
    {"min_count": 1, "ns_exponent": -0.5},
    {"min_count": 1, "ns_exponent": 0, "seed": 7},
    {"min_count": 1, "negative": 0, "hs": 1},
    {"min_count": 2, "hs": 1},
    {"min_count": 1, "negative": 0},
    {"min_count": 100_000},
]


@pytest.mark.parametrize("trim_rule", [None, rule])
@pytest.mark.parametrize("corpus", CORPORA.values(), ids=CORPORA.keys())
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_build_vocab(options, corpus, trim_rule):
    ours, theirs = pair(**options)
    for model in (ours, theirs):
        model.build_vocab(corpus, trim_rule=trim_rule)
    assert vocabulary(ours) == vocabulary(theirs)


@pytest.mark.parametrize("corpus", CORPORA.values(), ids=CORPORA.keys())
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_update(options, corpus):
    half = len(corpus) // 2
    ours, theirs = pair(**options)
    for model in (ours, theirs):
        model.build_vocab(corpus[:half])
    if not len(theirs.wv):
        for model in (ours, theirs):
            with pytest.raises(RuntimeError, match="vocabulary"):
                model.build_vocab(corpus[half:], update=True)
        return
    old = ours.wv.vectors.copy()
    for model in (ours, theirs):
        model.wv.vectors[:] += 1  # as if trained
        for table in output_tables(model):
            table += 2
        model.build_vocab(corpus[half:], update=True)
    assert vocabulary(ours) == vocabulary(theirs)
    assert np.array_equal(ours.wv.vectors[: len(old)], old + 1)


def test_an_update_has_its_own_settings():
    ours, theirs = pair(min_count=1)
    for model in (ours, theirs):
        model.build_vocab(common_texts)
        model.build_vocab(MORE_TEXTS, update=True, min_count=3, sample=0.5, keep_raw_vocab=True)
    assert vocabulary(ours) == vocabulary(theirs)


@pytest.mark.parametrize("hs", [0, 1])
@pytest.mark.parametrize("sorted_vocab", [0, 1])
def test_null_word(sorted_vocab, hs):
    ours, theirs = pair(min_count=1, null_word=1, sorted_vocab=sorted_vocab, hs=hs)
    for model in (ours, theirs):
        model.build_vocab([["a", "b", "c"], ["b", "a"], ["b", "d"]])
    assert ours.wv.index_to_key == theirs.wv.index_to_key
    assert ours.wv.expandos["count"].tolist() == theirs.wv.expandos["count"].tolist()
    assert ours.cum_table.tolist() == theirs.cum_table.tolist()
    assert ours.wv.vectors.tobytes() == theirs.wv.vectors.tobytes()
    assert vocabulary(ours)["tree"] == vocabulary(theirs)["tree"]
    ours.build_vocab([["e", "b"]], update=True)
    assert ours.wv.index_to_key.count("\0") == 1
    ours.build_vocab([["e", "b"]])
    assert sorted(ours.wv.index_to_key) == ["\0", "b", "e"]


@pytest.mark.parametrize("keep_raw_vocab", [False, True])
@pytest.mark.parametrize(
    "options", [{"min_count": 0}, {"min_count": 3}, {"min_count": 1, "max_final_vocab": 5}], ids=str
)
def test_build_vocab_from_freq(options, keep_raw_vocab):
    first = {"minors": 2, "graph": 3, "system": 4, "trees": 3, "eps": 2, "computer": 2, "survey": 2}
    second = Counter({"computer": 1, "artificial": 4, "graph": 1, "intelligence": 4, "system": 3})
    ours, theirs = pair(seed=42, **options)
    for model in (ours, theirs):
        model.build_vocab_from_freq(dict(first), keep_raw_vocab=keep_raw_vocab, corpus_count=9)
    assert vocabulary(ours) == vocabulary(theirs)
    for model in (ours, theirs):
        model.build_vocab_from_freq(second, keep_raw_vocab=keep_raw_vocab, trim_rule=rule, update=True)
    assert vocabulary(ours) == vocabulary(theirs)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_scan_and_prepare(options):
    ours, theirs = pair(**options)
    assert ours.scan_vocab(lee_corpus_list) == theirs.scan_vocab(lee_corpus_list)
    assert list(ours.raw_vocab.items()) == list(theirs.raw_vocab.items())
    reports = [model.prepare_vocab(min_count=4, sample=1e-4, keep_raw_vocab=True) for model in (ours, theirs)]
    assert reports[0] == reports[1]
    assert (ours.min_count, ours.sample) == (theirs.min_count, theirs.sample) == (4, 1e-4)


def test_a_dry_run_reports_and_changes_nothing():
    ours, theirs = pair(min_count=1)
    for model in (ours, theirs):
        model.build_vocab(common_texts)
        model.scan_vocab(lee_corpus_list)
    before = vocabulary(ours)
    for update in (False, True):
        reports = [m.prepare_vocab(dry_run=True, min_count=3, sample=1e-4, update=update) for m in (ours, theirs)]
        assert reports[0] == reports[1]
    assert vocabulary(ours) == before
    ours.build_vocab(MORE_TEXTS, dry_run=True)
    assert vocabulary(ours) == {
        **before,
        "raw_vocab": dict(ours.raw_vocab),
        "corpus_count": 6,
        "corpus_total_words": 13,
    }


def test_vocabularies_of_the_lee_corpus():
    for options, size in (({"min_count": 1}, 6981), ({}, 1750)):
        model = Ours(**options)
        model.build_vocab(LeeCorpus())
        assert len(model.wv) == size
        if "min_count" in options:
            assert model.wv.expandos["count"].sum() == model.corpus_total_words == sum(map(len, LeeCorpus()))


@pytest.mark.parametrize("options", [{}, {"hs": 1, "negative": 0}, {"hs": 1}, {"vector_size": 300}], ids=str)
def test_estimate_memory(options):
    ours, theirs = pair(**options)
    assert ours.estimate_memory(12_345) == theirs.estimate_memory(12_345)
    assert ours.estimate_memory(10, {"mine": 5}) == theirs.estimate_memory(10, {"mine": 5})
    for model in (ours, theirs):
        model.build_vocab(common_texts)
    assert ours.estimate_memory() == theirs.estimate_memory()


@pytest.mark.parametrize("mode", [{}, {"hs": 1}, {"hs": 1, "negative": 0}], ids=str)
def test_reset_from_and_init_weights(mode):
    ours, theirs = pair(min_count=1, **mode)
    others = pair(min_count=1, vector_size=3, **mode)
    for model, other in zip((ours, theirs), others, strict=True):
        model.build_vocab(common_texts)
        other.build_vocab(MORE_TEXTS)
        for table in output_tables(other):
            table[:] = 1
        other.reset_from(model)
        assert other.wv.key_to_index is model.wv.key_to_index
        assert other.wv.expandos is model.wv.expandos
        assert not any(table.any() for table in output_tables(other))
    assert vocabulary(others[0]) == vocabulary(others[1])
    assert others[0].train(common_texts, total_examples=9, epochs=2)[1] == 58
    ours.wv.vectors[:] = 0
    for table in output_tables(ours):
        table[:] = 1
    ours.init_weights()
    assert vocabulary(ours) == vocabulary(theirs)


@pytest.mark.parametrize("lockf", [0.0, 0.25, 1.0])
def test_intersection_with_a_file(lockf, tmp_path):
    """Text only, with a factor a word: gensim fails on one for all, and on binary files with today's NumPy."""
    source = gensim.models.KeyedVectors(5)
    source.add_vectors(["human", "elsewhere", "graph"], np.arange(15, dtype=np.float32).reshape(3, 5) / 7)
    source.save_word2vec_format(str(tmp_path / "text"))
    ours, theirs = pair(min_count=1)
    for model in (ours, theirs):
        model.build_vocab(common_texts)
        model.wv.vectors_lockf = np.ones(len(model.wv), np.float32)
        model.wv.intersect_word2vec_format(str(tmp_path / "text"), lockf=lockf)
    assert vocabulary(ours) == vocabulary(theirs)
    assert ours.wv.vectors_lockf.tolist() == theirs.wv.vectors_lockf.tolist()
    assert ours.wv.vectors_lockf.dtype == theirs.wv.vectors_lockf.dtype


@pytest.mark.parametrize(
    "words", [[10, 20, 30, -5], [(1, "a"), (2, "b"), ("c",), (1, 2)], [b"x", b"y", b"z", b"\xff"]], ids=str
)
def test_words_of_other_types(words):
    corpus = [words, words[:3], words[1:], [words[2]]]
    ours, theirs = pair(min_count=1)
    for model in (ours, theirs):
        model.build_vocab(corpus)
    assert vocabulary(ours) == vocabulary(theirs)
    assert ours.train(corpus, total_examples=4, epochs=2)[1] == theirs.train(corpus, total_examples=4, epochs=2)[1]
    assert ours.wv.get_vector(words[0]).shape == (5,)


def test_the_noise_table_of_small_ints_goes_by_row():
    """gensim takes row numbers for the words that they are and gets the wrong counts."""
    corpus = [[2, 1, 0], [1, 0], [0], [0]]
    ours, theirs = pair(min_count=1)
    for model in (ours, theirs):
        model.build_vocab(corpus)
    assert ours.wv.index_to_key == theirs.wv.index_to_key
    as_text, _ = pair(min_count=1)
    as_text.build_vocab([[str(word) for word in text] for text in corpus])
    assert ours.cum_table.tolist() == as_text.cum_table.tolist()


# ---- corpora


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One corpus in many files."""
    folder = tmp_path_factory.mktemp("corpora")
    text = "\n".join(" ".join(sentence) for sentence in lee_corpus_list[:40]) + "\n"
    (folder / "lee.txt").write_text(text)
    (folder / "lee.txt.bz2").write_bytes(bz2.compress(text.encode()))
    (folder / "one line.txt").write_text(text.replace("\n", " "))
    (folder / "parts").mkdir()
    lines = text.splitlines(keepends=True)
    (folder / "parts" / "1.txt").write_text("".join(lines[:20]))
    (folder / "parts" / "2.txt.bz2").write_bytes(bz2.compress("".join(lines[20:]).encode()))
    return folder


@pytest.mark.parametrize(
    "kind", ["lists", "tuples", "LineSentence", "compressed", "folder", "gensim's", "corpus_file", "Path"]
)
def test_one_corpus_in_many_forms_gives_one_model(folder, kind):
    path = str(folder / "lee.txt")
    sentences = lee_corpus_list[:40]
    corpus = {
        "lists": sentences,
        "tuples": tuple(map(tuple, sentences)),
        "LineSentence": LineSentence(path),
        "compressed": LineSentence(path + ".bz2"),
        "folder": PathLineSentences(folder / "parts"),
        "gensim's": GensimLineSentence(path),
        "corpus_file": {"corpus_file": path},
        "Path": {"corpus_file": Path(path)},
    }[kind]
    given = corpus if isinstance(corpus, dict) else {"sentences": corpus}
    options = {"vector_size": 10, "min_count": 2, "epochs": 2}
    model, reference = Ours(**given, **options), Theirs(sentences, **options)
    assert model.wv.index_to_key == reference.wv.index_to_key
    assert (model.corpus_count, model.corpus_total_words) == (reference.corpus_count, reference.corpus_total_words)
    in_two_steps = Ours(**options)
    given = corpus if isinstance(corpus, dict) else {"corpus_iterable": corpus}
    in_two_steps.build_vocab(**given)
    in_two_steps.train(**given, total_examples=40, total_words=model.corpus_total_words, epochs=2)
    expected = Ours(sentences, **options)
    for trained in (model, in_two_steps):
        assert trained.wv.vectors.tobytes() == expected.wv.vectors.tobytes()
        assert trained.syn1neg.tobytes() == expected.syn1neg.tobytes()


def test_text8_corpus(folder):
    path = folder / "one line.txt"
    with zipfile.ZipFile(folder / "text8.zip", "w") as archive:
        archive.write(path, "text8")
    theirs = Theirs(gensim.models.word2vec.Text8Corpus(str(path)), vector_size=10, min_count=2, epochs=1)
    for corpus in (Text8Corpus(path), Text8Corpus(folder / "text8.zip")):
        ours = Ours(corpus, vector_size=10, min_count=2, epochs=1)
        assert ours.wv.index_to_key == theirs.wv.index_to_key
        assert ours.corpus_total_words == theirs.corpus_total_words


def test_a_generator_serves_where_one_pass_is_needed():
    ours, theirs = pair(min_count=1)
    for model in (ours, theirs):
        model.build_vocab(sentence for sentence in common_texts)
        assert model.train((sentence for sentence in common_texts), total_examples=9, epochs=1)[1] == 29
    assert ours.wv.index_to_key == theirs.wv.index_to_key


def test_an_iterator_given_to_train_serves_one_epoch():
    ours, theirs = pair(min_count=1)
    for model in (ours, theirs):
        model.build_vocab(iter(common_texts))
        assert model.train(chain(common_texts), total_examples=9, epochs=20)[1] == 29


# ---- signatures

METHODS = [
    "__init__", "build_vocab", "build_vocab_from_freq", "scan_vocab", "prepare_vocab", "estimate_memory", "train",
    "predict_output_word", "score", "reset_from", "make_cum_table", "prepare_weights", "init_weights",
    "update_weights", "get_latest_training_loss", "add_null_word", "seeded_vector", "init_sims", "__str__",
]  # fmt: skip


def positional(function):
    """Parameters that can be given by position, with their defaults."""
    parameters = inspect.signature(function).parameters.values()
    return [(p.name, p.default) for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]


@pytest.mark.parametrize("method", METHODS)
def test_signatures(method):
    assert positional(getattr(Ours, method)) == positional(getattr(Theirs, method))
    keyword_only = set(inspect.signature(getattr(Ours, method)).parameters) - {"kwargs"}
    assert keyword_only >= {name for name, _ in positional(getattr(Theirs, method))}


def test_signatures_of_the_class_and_its_files():
    assert positional(Ours) == positional(Theirs)
    assert positional(Ours.save) == positional(gensim.utils.SaveLoad.save)
    assert positional(Ours.load)[:2] == positional(gensim.utils.SaveLoad.load)
    assert inspect.signature(Ours.load).parameters["rethrow"].default is False


def test_attributes_of_a_trained_model():
    ours, theirs = (model_class(common_texts, min_count=1, vector_size=5) for model_class in (Ours, Theirs))
    assert set(vars(ours)) | {"random"} >= set(vars(theirs))
    same = [name for name, value in vars(theirs).items() if isinstance(value, int | float | str | None)]
    changed_by_training = {"total_train_time", "min_alpha_yet_reached"}
    for name in set(same) - changed_by_training:
        assert getattr(ours, name) == getattr(theirs, name), name
        assert type(getattr(ours, name)) is type(getattr(theirs, name)) or name == "running_training_loss"
    assert str(ours) == str(theirs)
    assert Ours(seed=5).random.randint(1000) == Theirs(seed=5).random.randint(1000)
    with pytest.warns(DeprecationWarning, match="seeded_vector"):
        vectors = [model.seeded_vector("7", 4) for model in (ours, theirs)]
    assert np.array_equal(*vectors)
