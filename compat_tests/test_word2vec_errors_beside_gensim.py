"""`npw2v.Word2Vec` raises what gensim's raises, and warns where gensim's warns."""

import logging

import pytest
from gensim.test.utils import common_texts, datapath

from compat_tests.models import MORE_TEXTS, Ours, Theirs, rule, vocabulary

LEE = datapath("lee_background.cor")
BOTH = pytest.mark.parametrize("model_class", [Ours, Theirs], ids=["npw2v", "gensim"])


def built(model_class, **options):
    model = model_class(**{"vector_size": 5, "min_count": 1, **options})
    if options.get("negative") == 0 and model_class is Theirs:
        model.hs = 0
    model.build_vocab(common_texts)
    return model


def fresh(model_class):
    return model_class(vector_size=5, min_count=1)


def without_negative(model_class):
    return built(model_class, negative=0)


GENERATOR = (text for text in common_texts)
TRAIN = {"total_examples": 9, "epochs": 2}

#: What is called → a function that makes the model, one that fails, the exception, our message.
ERRORS = {
    "train without a corpus": (built, lambda m: m.train(**TRAIN), TypeError, "got neither"),
    "train with two": (built, lambda m: m.train(common_texts, LEE, **TRAIN), TypeError, "got both"),
    "train on a number": (built, lambda m: m.train(5, **TRAIN), TypeError, "iterable of lists of str, got 5"),
    "train on a generator": (built, lambda m: m.train(GENERATOR, **TRAIN), TypeError, "can't support 2 passes"),
    "train on no file": (
        built,
        lambda m: m.train(corpus_file="/no/file", total_words=9, epochs=1),
        TypeError,
        "path of a file, got '/no/file'",
    ),
    "train on a compressed file": (
        built,
        lambda m: m.train(corpus_file=datapath("head500.noblanks.cor.bz2"), total_words=9, epochs=1),
        TypeError,
        r"plain text, got .*\.bz2': decompress it, or give LineSentence\('",
    ),
    "unknown argument of train": (built, lambda m: m.train(common_texts, foo=1, **TRAIN), TypeError, "'foo'"),
    "build without a corpus": (built, lambda m: m.build_vocab(), TypeError, "got neither"),
    "build from two": (built, lambda m: m.build_vocab(common_texts, LEE), TypeError, "got both"),
    "build from a number": (built, lambda m: m.build_vocab(5), TypeError, "iterable of lists of str, got 5"),
    "build from no file": (built, lambda m: m.build_vocab(corpus_file="/no/file"), TypeError, "path of a file"),
    "build from unhashable words": (built, lambda m: m.build_vocab([[["a"]]]), TypeError, "hashable words"),
    "build from numbers as sentences": (
        built,
        lambda m: m.build_vocab([1, 2]),
        TypeError,
        "must be a list of words, got 1",
    ),
    "unknown argument of build_vocab": (built, lambda m: m.build_vocab(MORE_TEXTS, foo=1), TypeError, "'foo'"),
    "train without a vocabulary": (fresh, lambda m: m.train(common_texts, **TRAIN), RuntimeError, "first build vocab"),
    "train without vectors": (
        lambda c: (lambda m: (m.scan_vocab(common_texts), m.prepare_vocab(), m)[2])(fresh(c)),
        lambda m: m.train(common_texts, **TRAIN),
        RuntimeError,
        "must initialize vectors",
    ),
    "update without a vocabulary": (
        fresh,
        lambda m: m.build_vocab(common_texts, update=True),
        RuntimeError,
        "without update first",
    ),
    "update by counts without a vocabulary": (
        fresh,
        lambda m: m.build_vocab_from_freq({"a": 3}, update=True),
        RuntimeError,
        "without update first",
    ),
    "score without hs": (built, lambda m: m.score(common_texts), RuntimeError, "hierarchical softmax"),
    "score without a vocabulary": (fresh, lambda m: m.score(common_texts), RuntimeError, "first build vocabulary"),
    "predict without negative sampling": (
        without_negative,
        lambda m: m.predict_output_word(["graph"]),
        RuntimeError,
        "train with negative > 0",
    ),
    "predict without weights": (fresh, lambda m: m.predict_output_word(["graph"]), RuntimeError, "output weights"),
    "train with hs=0 and negative=0": (
        without_negative,
        lambda m: m.train(common_texts, **TRAIN),
        ValueError,
        "hs=0 and negative=0",
    ),
    "train without totals": (
        built,
        lambda m: m.train(common_texts, epochs=1),
        ValueError,
        "either total_examples or total_words",
    ),
    "train without epochs": (
        built,
        lambda m: m.train(common_texts, total_examples=9),
        ValueError,
        "at least 1, got None.*epochs=model.epochs",
    ),
    "train for 0 epochs": (built, lambda m: m.train(common_texts, total_examples=9, epochs=0), ValueError, "got 0"),
    "train for -1 epochs": (built, lambda m: m.train(common_texts, total_examples=9, epochs=-1), ValueError, "got -1"),
    "train for 1.5 epochs": (
        built,
        lambda m: m.train(common_texts, total_examples=9, epochs=1.5),
        TypeError,
        "'float'",
    ),
    "train on a file without total_words": (
        built,
        lambda m: m.train(corpus_file=LEE, total_examples=300, epochs=1),
        ValueError,
        "total_words=model.corpus_total_words",
    ),
    "ask for an item": (built, lambda m: m["graph"], TypeError, "not subscriptable"),
    "most_similar of a model": (built, lambda m: m.most_similar("graph"), AttributeError, r"use wv\.most_similar"),
    "accuracy of a model": (built, lambda m: m.accuracy, AttributeError, r"use wv\.evaluate_word_analogies"),
    "iter of a model": (built, lambda m: m.iter, AttributeError, "use epochs"),
    "syn1 without hs": (built, lambda m: m.syn1, AttributeError, "no attribute 'syn1'"),
    "load on a model": (built, lambda m: m.load("no file"), AttributeError, r"Word2Vec\.load"),
}


def state(model):
    """All of a model but its log of events."""
    attributes = {
        name: value for name, value in vars(model).items() if name not in ("wv", "lifecycle_events", "syn1neg")
    }
    lockf = model.wv.vectors_lockf.tobytes()
    return {**attributes, **vocabulary(model), "keys": list(model.wv.expandos), "lockf": lockf}


@pytest.mark.parametrize("make, fail, error, message", ERRORS.values(), ids=ERRORS.keys())
def test_errors(make, fail, error, message):
    theirs, ours = make(Theirs), make(Ours)
    with pytest.raises(error):
        fail(theirs)
    before = state(ours)
    with pytest.raises(error, match=message) as raised:
        fail(ours)
    assert raised.type is error
    assert state(ours) == before


CONSTRUCTION_ERRORS = {
    "two corpora": ({"sentences": common_texts, "corpus_file": LEE}, TypeError, "got both"),
    "number": ({"sentences": 5}, TypeError, "got 5"),
    "generator": ({"sentences": GENERATOR}, TypeError, "can't support 6 passes"),
    "no file": ({"corpus_file": "/no/file"}, TypeError, "path of a file"),
    "folder": ({"corpus_file": "/"}, TypeError, "path of a file"),
    "compressed": ({"corpus_file": datapath("head500.noblanks.cor.bz2")}, TypeError, "plain text"),
    "unknown argument": ({"foo": 1}, TypeError, "'foo'"),
    "old name of vector_size": ({"size": 10}, TypeError, r"size=, which is called vector_size="),
    "old name of epochs": ({"sentences": common_texts, "iter": 10}, TypeError, r"iter=, which is called epochs="),
    "empty corpus": ({"sentences": []}, RuntimeError, "first build vocabulary"),
    "all words filtered": ({"sentences": common_texts, "min_count": 100}, RuntimeError, "first build vocabulary"),
    "nothing to train": ({"sentences": common_texts, "min_count": 1, "negative": 0}, ValueError, "set negative"),
    "no epochs": ({"sentences": common_texts, "min_count": 1, "epochs": 0}, ValueError, "at least 1, got 0"),
    "negative seed": ({"seed": -1}, ValueError, "seed must be at least 0, got -1"),
}


@pytest.mark.parametrize("given, error, message", CONSTRUCTION_ERRORS.values(), ids=CONSTRUCTION_ERRORS.keys())
def test_errors_of_the_constructor(given, error, message):
    with pytest.raises(error):
        Theirs(**given)
    with pytest.raises(error, match=message) as raised:
        Ours(**given)
    assert raised.type is error


def rising_alpha(model):
    model.train(common_texts, **TRAIN)
    model.train(common_texts, **TRAIN, start_alpha=0.05)


#: What is called → the model, what makes it warn, the beginning of the warning, which is also gensim's.
WARNINGS = {
    "sentences are strings": (
        fresh,
        lambda m: m.build_vocab(["human", "machine"]),
        "Each 'sentences' item should be a list",
    ),
    "alpha rises": (built, rising_alpha, "Effective 'alpha' higher than previous training cycles"),
    "other number of sentences": (
        built,
        lambda m: m.train(common_texts, total_examples=8, epochs=1),
        "supplied example count (9) did not equal expected count (8)",
    ),
    "other number of words": (
        built,
        lambda m: m.train(common_texts, total_words=8, epochs=1),
        "supplied raw word count (29) did not equal expected count (8)",
    ),
    "empty iterator": (
        built,
        lambda m: m.train(iter([]), total_examples=9, epochs=1),
        "train() called with an empty iterator",
    ),
    "unknown context": (
        built,
        lambda m: m.predict_output_word(["unheard"]),
        "All the input context words are out-of-vocabulary",
    ),
    "trim_rule without a corpus": (lambda c: c(trim_rule=rule), lambda m: None, "trim_rule"),
    "callbacks without a corpus": (lambda c: c(callbacks=[object()]), lambda m: None, "allbacks"),
}


@BOTH
@pytest.mark.parametrize("make, warn, message", WARNINGS.values(), ids=WARNINGS.keys())
def test_warnings(caplog, model_class, make, warn, message):
    with caplog.at_level(logging.WARNING):
        warn(make(model_class))
    assert message in caplog.text
    assert {record.levelname for record in caplog.records} == {"WARNING"}


@BOTH
def test_no_warning_when_all_is_well(caplog, model_class):
    with caplog.at_level(logging.WARNING):
        model_class(common_texts, min_count=1, vector_size=5)
    assert not caplog.records
