"""Phrases beside gensim's: counts, scores, sentences, files and bad input, from the same corpora."""

from __future__ import annotations

import functools
import gzip
import os
import random
from glob import glob
from pathlib import Path

import gensim
import gensim.models.phrases as theirs
import pytest
from gensim.test.utils import common_texts, datapath

import npw2v.phrases.phrases as ours
from compat_tests.badinput import Call, Difference, alone, bad_parameters, sweep
from npw2v.errors import PickleError
from npw2v.phrases.counting import learn_vocab

CONNECTORS = theirs.ENGLISH_CONNECTOR_WORDS
SETTINGS = [
    {},
    {"connector_words": CONNECTORS},
    {"min_count": 1, "threshold": 0.3, "delimiter": " "},
    {"scoring": "npmi", "threshold": 0.4, "connector_words": CONNECTORS},
    {"scoring": "npmi", "threshold": -1, "min_count": 1},
    {"max_vocab_size": 3000, "threshold": 1},
    {"max_vocab_size": 3000, "connector_words": CONNECTORS, "min_count": 2, "threshold": 0.5},
]


def constant_scorer(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
    return worda_count - wordb_count


@functools.cache
def lee():
    return [line.lower().split() for line in Path(datapath("lee_background.cor")).read_text().splitlines()]


def attributes(phrases):
    """Everything but the log, with the order of what is counted."""
    kept = {name: each for name, each in vars(phrases).items() if name not in ("lifecycle_events", "scoring")}
    # What gensim's file format leaves behind in its objects.
    kept = {name: each for name, each in kept.items() if not name.startswith("__")}
    for table in {"vocab", "phrasegrams"} & kept.keys():
        kept[table] = list(kept[table].items())
    return {**kept, "scoring": phrases.scoring.__name__}


def test_constants():
    assert ours.ENGLISH_CONNECTOR_WORDS == theirs.ENGLISH_CONNECTOR_WORDS
    assert ours.NEGATIVE_INFINITY == theirs.NEGATIVE_INFINITY
    assert ours.Phraser is ours.FrozenPhrases


@pytest.mark.parametrize("name", ["original_scorer", "npmi_scorer"])
def test_scorers(name):
    rng = random.Random(1)
    for _ in range(2000):
        counts = [rng.choice([0, 1, 2, 5, rng.randint(1, 10**6)]) for _ in range(4)]
        given = (*counts, rng.choice([1, 2.5, 40]), rng.randint(1, 10**7))
        try:
            expected = getattr(theirs, name)(*given)
        except ZeroDivisionError:
            with pytest.raises(ZeroDivisionError):
                getattr(ours, name)(*given)
        else:
            assert getattr(ours, name)(*given) == expected


@pytest.mark.parametrize("given", SETTINGS)
def test_everything_on_news_articles(given):
    corpus = lee()
    one, other = ours.Phrases(corpus[:200], **given), theirs.Phrases(corpus[:200], **given)
    assert attributes(one) == attributes(other)
    assert list(one[corpus]) == list(other[corpus])
    one.add_vocab(corpus[200:])
    other.add_vocab(corpus[200:])
    assert attributes(one) == attributes(other)
    assert str(one) == str(other)
    assert list(one.export_phrases().items()) == list(other.export_phrases().items())
    assert list(one.find_phrases(corpus).items()) == list(other.find_phrases(corpus).items())
    assert [list(one.analyze_sentence(text)) for text in corpus[:50]] == [
        list(other.analyze_sentence(text)) for text in corpus[:50]
    ]
    frozen, other_frozen = one.freeze(), other.freeze()
    assert attributes(frozen) == attributes(other_frozen)
    assert str(frozen) == str(other_frozen)
    assert list(frozen[corpus]) == list(other_frozen[corpus])
    assert list(frozen.find_phrases(corpus).items()) == list(other_frozen.find_phrases(corpus).items())


@pytest.mark.parametrize("given", SETTINGS[:4])
def test_trigrams(given):
    results = []
    for module in (ours, theirs):
        bigrams = module.Phrases(lee(), **given).freeze()
        trigrams = module.Phrases(bigrams[lee()], **given)
        results.append((attributes(trigrams), attributes(trigrams.freeze()), list(trigrams[bigrams[lee()]])))
    assert results[0] == results[1]


def random_corpus(rng):
    letters = rng.choice(["ab", "abc_", "abcdefgh"])
    words = ["".join(rng.choices(letters, k=rng.randint(1, 2))) for _ in range(12)]
    return [rng.choices(words, k=rng.randint(0, 8)) for _ in range(rng.randint(0, 15))]


@pytest.mark.parametrize("seed", range(4))
def test_random_corpora(seed):
    rng = random.Random(seed)
    for _ in range(150):
        corpus, more = random_corpus(rng), random_corpus(rng)
        given = {
            "min_count": rng.choice([1, 0.5, 2]),
            "threshold": rng.choice([0.01, 0.5, 1]),
            "max_vocab_size": rng.choice([3, 10, 10**6]),
            "delimiter": rng.choice(["_", " ", "ab"]),
            "connector_words": rng.choice([(), ["a"], {"a", "b", "aa"}]),
            "scoring": rng.choice(["default", "npmi", constant_scorer]),
        }
        one, other = ours.Phrases(corpus, **given), theirs.Phrases(corpus, **given)
        one.add_vocab(more)
        other.add_vocab(more)
        assert attributes(one) == attributes(other)
        assert attributes(one.freeze()) == attributes(other.freeze())
        for text in corpus + more:
            assert one[text] == other[text]
            assert one.freeze()[text] == other.freeze()[text]


def test_negative_thresholds_of_scoring_functions():
    one, other = (
        module.Phrases(lee(), min_count=3, threshold=-5, scoring=module.original_scorer) for module in (ours, theirs)
    )
    assert list(one[lee()]) == list(other[lee()])
    assert one.export_phrases() == other.export_phrases()


@pytest.mark.parametrize("connectors", [frozenset(), CONNECTORS])
def test_many_short_sentences(connectors):
    folder = os.environ.get("NPW2V_DATA")
    if folder is None:
        pytest.skip("set NPW2V_DATA to the folder with the corpora")
    with gzip.open(Path(folder) / "captions.txt.gz", "rt") as lines:
        corpus = [line.split() for line in lines]
    for bound in (10**7, 5000):
        one, other = (
            learn(corpus, bound, "_", connectors, 10000) for learn in (learn_vocab, theirs.Phrases._learn_vocab)
        )
        assert (one[0], list(one[1].items()), one[2]) == (other[0], list(other[1].items()), other[2])


# ---- files of gensim


OLD_FILES = sorted(os.path.basename(path) for path in glob(datapath("phrase*")))


def test_there_are_old_files():
    assert len(OLD_FILES) == 8


@pytest.mark.parametrize("name", OLD_FILES)
def test_old_files(name):
    one, other = ours.Phrases.load(datapath(name)), theirs.Phrases.load(datapath(name))
    # gensim gives frozen phrases a count of the corpus, too, which is 0.
    expected = attributes(other)
    if isinstance(other, theirs.FrozenPhrases):
        del expected["corpus_word_count"]
    assert attributes(one) == expected
    for text in (*common_texts, ["trees", "graph", "minors"], ["human", "interface", "survey"]):
        assert one[text] == other[text]


@pytest.mark.parametrize("given", SETTINGS[:5])
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_files_of_todays_gensim(tmp_path, given, ending):
    path = str(tmp_path / f"phrases{ending}")
    saved = theirs.Phrases(lee(), **given)
    for each in (saved, saved.freeze()):
        each.save(path)
        loaded = ours.Phrases.load(path)
        assert type(loaded).__name__ == type(each).__name__
        assert attributes(loaded) == attributes(each)
    loaded = ours.Phrases.load(path)
    assert loaded.lifecycle_events[0]["gensim"] == gensim.__version__


def test_a_scoring_function_in_gensims_file_is_refused(tmp_path):
    path = str(tmp_path / "phrases")
    theirs.Phrases(common_texts, scoring=constant_scorer).save(path)
    with pytest.raises(PickleError, match="constant_scorer, which is not on the list of names"):
        ours.Phrases.load(path)


# ---- bad input


CALLS = [
    Call(
        "construct",
        {
            **{"sentences": common_texts, "min_count": 1, "threshold": 1, "max_vocab_size": 100, "delimiter": "_"},
            **{"progress_per": 100, "scoring": "default", "connector_words": ()},
        },
    ),
    Call("add_vocab", {"sentences": common_texts}),
    Call("__getitem__", {"sentence": ["graph", "trees"]}),
    Call("find_phrases", {"sentences": common_texts}),
    Call("analyze", {"sentence": ["graph", "trees"]}),
    Call("score_candidate", {"word_a": "graph", "word_b": "trees", "in_between": []}),
    Call("save", {"fname_or_handle": "saved", "separately": None, "sep_limit": 10, "ignore": ()}),
    Call("load", {"fname": "saved"}),
    Call("freeze_of", {"phrases_model": None}),
]

DIFFERENCES = [
    Difference("an array is no number", "construct.min_count construct.threshold", "ValueError", "TypeError"),
    Difference(
        "gensim looks at it only when it is used, and fails by accident",
        "construct.delimiter construct.scoring",
        "AttributeError",
        "TypeError",
    ),
    Difference("what is no path fails by accident", "save.fname_or_handle", "AttributeError", "TypeError"),
    Difference("bytes are no path; gensim fails by accident", "load.fname", "TypeError", "AttributeError"),
    Difference("not used: there is one file", "save.separately save.sep_limit", ours="returns"),
    Difference("names that no attribute has are ignored", "save.ignore", "TypeError", "returns"),
    Difference("any iterable will do", "score_candidate.in_between", "TypeError", "returns"),
]


class Handle:
    """Makes a classmethod, a constructor and a generator look like methods of an object."""

    def __init__(self, module):
        self.module, self.phrases = module, module.Phrases(common_texts, min_count=1, threshold=1)

    def __getattr__(self, name):
        return getattr(self.phrases, name)

    def construct(self, **given):
        self.module.Phrases(**given)

    def __getitem__(self, sentence):
        found = self.phrases[sentence]
        return found if isinstance(found, list) else list(found)

    def analyze(self, sentence):
        return list(self.phrases.analyze_sentence(sentence))

    def load(self, fname):
        return self.module.Phrases.load(fname)

    def freeze_of(self, phrases_model):
        return self.module.FrozenPhrases(phrases_model)


@functools.cache
def problems(number):
    with alone():
        return sweep(
            CALLS[number],
            {**bad_parameters(), "nested": [[["a"]]], "numbers": [[1, 2]], "sentence": ["a", "b"], "words": "a b"},
            lambda: Handle(theirs),
            lambda: Handle(ours),
            lambda handle: attributes(handle.phrases),
            DIFFERENCES,
        )


@pytest.mark.parametrize("number", range(len(CALLS)), ids=[call.name for call in CALLS])
def test_bad_input(number):
    assert not problems(number), "\n" + "\n".join(problems(number))


def test_every_difference_occurs():
    for number in range(len(CALLS)):
        problems(number)
    assert [entry.reason for entry in DIFFERENCES if not entry.seen] == []
