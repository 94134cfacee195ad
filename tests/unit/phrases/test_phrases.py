import io
import itertools
import logging
import pickle
import random
import sys
import types
from unittest import mock

import numpy as np
import pytest

from npw2v import FormatError, Word2Vec
from npw2v.formats.archive import read_archive, write_archive
from npw2v.phrases import counting as phrasecounts
from npw2v.phrases.phrases import (
    ENGLISH_CONNECTOR_WORDS,
    FrozenPhrases,
    Phraser,
    Phrases,
    _PhrasesTransformation,
    npmi_scorer,
    original_scorer,
)

TITLES = [
    ["human", "interface", "computer"],
    ["survey", "user", "computer", "system", "response", "time"],
    ["user", "response", "time"],
    ["graph", "of", "trees"],
    ["data", "and", "graph", "of", "trees"],
    ["graph", "minors", "survey", "human", "interface"],
]


def constant_scorer(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
    return 1


def counted_plainly(sentences, max_vocab_size=10**9, delimiter="_", connector_words=frozenset()):
    """Count one candidate at a time."""
    vocab, min_reduce, total = {}, 1, 0
    for sentence in sentences:
        start = None
        for at, word in enumerate(sentence):
            total += 1
            if word in connector_words:
                continue
            texts = [word] if start is None else [word, delimiter.join(sentence[start : at + 1])]
            for text in texts:
                vocab[text] = vocab.get(text, 0) + 1
            start = at
        if len(vocab) > max_vocab_size:
            vocab = {text: count for text, count in vocab.items() if count >= min_reduce}
            min_reduce += 1
    return min_reduce, vocab, total


# ---- counting


def test_counts_are_those_of_words_and_neighbours_in_order_of_appearance():
    phrases = Phrases([["a", "b", "a"], ["b", "a"], []])
    assert list(phrases.vocab.items()) == [("a", 3), ("b", 2), ("a_b", 1), ("b_a", 2)]
    assert type(phrases.vocab) is dict
    assert phrases.corpus_word_count == 5


def test_connector_words_are_inside_phrases_only():
    phrases = Phrases([["the", "bank", "of", "the", "west", "of"]], connector_words={"of", "the"})
    assert phrases.vocab == {"bank": 1, "west": 1, "bank_of_the_west": 1}
    assert phrases.corpus_word_count == 6


def random_corpus(rng):
    letters = rng.choice(["ab", "abc_", "abcdefgh"])
    words = ["".join(rng.choices(letters, k=rng.randint(0, 2))) for _ in range(12)]
    return [rng.choices(words, k=rng.randint(0, 6)) for _ in range(rng.randint(0, 15))]


@pytest.mark.parametrize("block_words", [1, 5, 2**21])
def test_counts_equal_plain_counting(block_words, monkeypatch):
    monkeypatch.setattr(phrasecounts, "BLOCK_WORDS", block_words)
    rng = random.Random(block_words)
    for _ in range(300):
        monkeypatch.setattr("npw2v.corpus.chunks.CHUNK_WORDS", rng.choice([2, 10, 10_000]))
        corpus, bound = random_corpus(rng), rng.choice([2, 5, 20, 10**9])
        delimiter, connectors = rng.choice(["_", " ", ""]), frozenset(rng.choice([[], ["a"], ["a", "b", ""]]))
        expected = counted_plainly(corpus, bound, delimiter, connectors)
        got = phrasecounts.learn_vocab(corpus, bound, delimiter, connectors, rng.choice([1, 3, 1000]))
        assert (got[0], list(got[1].items()), got[2]) == (expected[0], list(expected[1].items()), expected[2])


def test_more_words_than_one_block_holds(monkeypatch):
    monkeypatch.setattr(phrasecounts, "BLOCK_WORDS", 1000)
    corpus = [[f"w{number % 97}", f"w{number % 89}", "of", f"w{number % 7}"] for number in range(3000)]
    for connectors in (frozenset(), frozenset({"of"})):
        expected = counted_plainly(corpus, connector_words=connectors)
        got = phrasecounts.learn_vocab(corpus, 10**9, "_", connectors, 10_000)
        assert list(got[1].items()) == list(expected[1].items())


def test_long_runs_of_connector_words():
    sentence = ["a", *["of", "the"] * 1000, "b", "of", "c", *["the"] * 500]
    connectors = frozenset({"of", "the"})
    expected = counted_plainly([sentence] * 2, connector_words=connectors)
    assert phrasecounts.learn_vocab([sentence] * 2, 10**9, "_", connectors, 10_000) == expected


def test_sentences_may_be_generators_and_arrays():
    expected = Phrases(TITLES).vocab
    assert Phrases((word for word in title) for title in TITLES).vocab == expected
    assert Phrases(np.array(title) for title in TITLES).vocab == expected


def test_pruning_bounds_the_vocabulary():
    assert len(Phrases(TITLES, max_vocab_size=5).vocab) <= 5


def test_add_vocab_adds_up(caplog):
    phrases = Phrases(TITLES[:3])
    with caplog.at_level(logging.INFO):
        phrases.add_vocab(TITLES[3:])
    assert phrases.vocab == Phrases(TITLES).vocab
    assert phrases.corpus_word_count == sum(map(len, TITLES))
    assert "merging" in caplog.text


def test_a_corpus_that_fails_leaves_the_counts_alone():
    def failing():
        yield ["new", "words"]
        raise OSError("lost")

    phrases = Phrases(TITLES)
    before = dict(phrases.vocab), phrases.corpus_word_count
    with pytest.raises(OSError, match="lost"):
        phrases.add_vocab(failing())
    assert (phrases.vocab, phrases.corpus_word_count) == before


@pytest.mark.parametrize(
    "corpus, message",
    [
        ([5], "sentence 0 must be a list of words, got 5"),
        ([["a"], [[]]], "sentence 1 must be a list of hashable words"),
    ],
)
def test_bad_sentences(corpus, message):
    with pytest.raises(TypeError, match=message):
        Phrases(corpus)


@pytest.mark.parametrize("connectors", [frozenset(), frozenset({3})])
def test_words_that_are_no_strings_cannot_be_joined(connectors):
    with pytest.raises(TypeError):
        Phrases([[1, 2, 3, 4]], connector_words=connectors)


def test_a_sentence_that_is_a_string_is_warned_of_once(caplog):
    assert Phrases(["ab", "ab"]).vocab == {"a": 2, "b": 2, "a_b": 2}
    assert caplog.text.count("Sentence 0 is a plain string") == 1


def test_progress_is_logged(caplog):
    with caplog.at_level(logging.INFO, "npw2v.phrases.counting"):
        Phrases(TITLES, progress_per=2)
    assert [record.args[0] for record in caplog.records if record.msg.startswith("PROGRESS")] == [0, 2, 4]


# ---- scores


def test_original_scorer():
    assert original_scorer(2, 3, 4, 12, 1, 100) == (4 - 1) / 6 * 12
    assert original_scorer(2, 3, 1, 12, 5, 100) < 0
    assert original_scorer(0, 3, 1, 12, 5, 100) == -np.inf


def test_npmi_scorer():
    always_together, by_chance = npmi_scorer(5, 5, 5, 0, 1, 1000), npmi_scorer(10, 10, 1, 0, 1, 100)
    assert always_together == pytest.approx(1)
    assert by_chance == pytest.approx(0)
    assert npmi_scorer(5, 5, 1, 0, 2, 1000) == -np.inf
    assert npmi_scorer(5, 5, 0, 0, 0, 1000) == -np.inf


def test_scores_by_hand():
    phrases = Phrases(TITLES, min_count=1, threshold=1)
    vocab = phrases.vocab
    expected = (vocab["response_time"] - 1) / (vocab["response"] * vocab["time"]) * len(vocab)
    assert phrases.find_phrases([["response", "time"]]) == {"response_time": expected}


def test_a_function_of_ones_own_gets_everything_by_name():
    seen = []

    def scorer(*, worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
        seen.append((worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count))
        return 1.0

    phrases = Phrases([["a", "b", "a"], ["b", "a"]], threshold=0.5, scoring=scorer, min_count=7)
    assert phrases[["b", "a", "c"]] == ["b_a", "c"]
    assert seen == [(2, 3, 2, 4, 7, 5)]


@pytest.mark.parametrize(
    "given, error, message",
    [
        ({"min_count": 0}, ValueError, "min_count must be at least 1, got 0"),
        ({"min_count": "5"}, TypeError, "min_count"),
        ({"threshold": 0}, ValueError, "threshold must be positive for scoring='default', got 0"),
        ({"threshold": 2, "scoring": "npmi"}, ValueError, "between -1 and 1 for scoring='npmi', got 2"),
        ({"scoring": "tfidf"}, ValueError, "unknown scoring method string 'tfidf': expected one of default, npmi"),
        (
            {"scoring": lambda worda_count: 1},
            ValueError,
            r"missing expected parameters \['wordb_count', ",
        ),
        ({"scoring": None}, TypeError, "'default', 'npmi' or a function, got None"),
        ({"delimiter": b"_"}, TypeError, "delimiter must be a str"),
        ({"common_terms": ["of"]}, TypeError, "common_terms=, which is called connector_words= since gensim 4"),
    ],
)
def test_bad_parameters(given, error, message):
    with pytest.raises(error, match=message):
        Phrases(TITLES, **given)


# ---- finding phrases


def both(**parameters):
    phrases = Phrases(TITLES, **{"min_count": 1, "threshold": 1, **parameters})
    return [phrases, phrases.freeze()]


@pytest.mark.parametrize("phrases", both())
def test_what_ends_a_phrase_begins_no_other(phrases):
    assert phrases[["graph", "minors", "survey", "response", "time"]] == ["graph", "minors", "survey", "response_time"]
    assert phrases[["human", "interface", "human", "interface"]] == ["human_interface"] * 2
    overlapping = Phrases([["a", "b", "c"]] * 3, min_count=1, threshold=0.1)
    assert overlapping[["a", "b", "c", "a", "b"]] == ["a_b", "c", "a_b"]
    assert overlapping.freeze()[["b", "c", "b", "c"]] == ["b_c", "b_c"]


@pytest.mark.parametrize("phrases", both(connector_words=["of", "and", "for"]))
def test_connector_words_in_sentences(phrases):
    sentence = ["of", "data", "and", "graph", "of", "trees", "for", "human", "interface", "and"]
    assert phrases[sentence] == ["of", "data", "and", "graph_of_trees", "for", "human_interface", "and"]
    assert list(phrases.analyze_sentence(sentence)) == [
        ("of", None),
        ("data", None),
        ("and", None),
        ("graph_of_trees", phrases.find_phrases([sentence])["graph_of_trees"]),
        ("for", None),
        ("human_interface", phrases.find_phrases([sentence])["human_interface"]),
        ("and", None),
    ]


@pytest.mark.parametrize("phrases", both())
def test_a_corpus_is_told_from_a_sentence(phrases):
    corpus = phrases[TITLES]
    assert list(corpus) == list(corpus) == [phrases[title] for title in TITLES]
    assert (len(corpus), corpus[2]) == (6, ["user", "response_time"])
    assert list(phrases[np.array(TITLES, dtype=object)]) == list(corpus)
    assert phrases[(word for word in TITLES[2])] == ["user", "response_time"]
    assert list(phrases[((word for word in title) for title in TITLES)]) == list(corpus)
    assert phrases[[]] == phrases[iter(())] == []
    assert list(phrases[[[], []]]) == list(phrases[iter([[], []])]) == [[], []]
    with pytest.raises(RuntimeError, match="no sentence by its number"):
        phrases[itertools.chain(TITLES)][0]


@pytest.mark.parametrize("phrases", both())
def test_empty_words_are_kept(phrases):
    assert phrases[["", "response", "time", ""]] == ["", "response_time", ""]


def test_phrases_of_phrases():
    corpus = [["new", "york", "times"], ["new", "york", "times"], ["old", "times"]]
    bigrams = Phrases(corpus, min_count=1, threshold=1.4)
    trigrams = Phrases(bigrams[corpus], min_count=1, threshold=0.5)
    assert trigrams[bigrams[["new", "york", "times"]]] == ["new_york_times"]


def test_word2vec_trains_on_a_corpus_with_phrases():
    corpus = both()[1][TITLES]
    model = Word2Vec(corpus, min_count=1, vector_size=4)
    assert {"response_time", "human_interface"} <= set(model.wv.key_to_index)


def test_export_is_what_the_corpus_has():
    phrases, frozen = both()
    assert phrases.export_phrases() == frozen.phrasegrams
    assert set(frozen.phrasegrams) == set(phrases.find_phrases(TITLES)) | {"of_trees", "graph_of"}


def test_thresholds_and_counts_may_be_changed_afterwards():
    phrases, frozen = both()
    phrases.threshold = frozen.threshold = 1000
    assert phrases[TITLES[2]] == frozen[TITLES[2]] == TITLES[2]
    phrases.scoring, phrases.threshold = original_scorer, -1000
    assert phrases[TITLES[2]] == ["user_response", "time"]


class Doubled(_PhrasesTransformation):
    def __init__(self):
        super().__init__(connector_words={"of"})

    def score_candidate(self, word_a, word_b, in_between):
        return ("+".join([word_a, *in_between, word_b]), 1.0) if word_a == word_b else (None, None)


def test_a_subclass_says_what_is_a_phrase():
    assert Doubled()[["a", "a", "a", "of", "b", "of", "b"]] == ["a+a", "a", "of", "b+of+b"]
    with pytest.raises(NotImplementedError, match="define score_candidate"):
        _PhrasesTransformation([])[["a", "b"]]


@pytest.mark.parametrize("base", [Phrases, FrozenPhrases])
def test_overridden_methods_are_called(base):
    class All(base):
        def score_candidate(self, word_a, word_b, in_between):
            return f"{word_a}!{word_b}", 1.0

    class Upper(base):
        def analyze_sentence(self, sentence):
            return ((word.upper(), None) for word in sentence)

    for cls, expected in ((All, ["x!y", "z"]), (Upper, ["X", "Y", "Z"])):
        assert cls(Phrases(TITLES) if base is FrozenPhrases else TITLES)[["x", "y", "z"]] == expected


def test_names():
    assert Phraser is FrozenPhrases
    assert {"a", "the", "of", "without"} < ENGLISH_CONNECTOR_WORDS
    phrases, frozen = both()
    size = len(phrases.vocab)
    assert str(phrases) == f"Phrases<{size} vocab, min_count=1, threshold=1, max_vocab_size=40000000>"
    assert str(frozen) == f"FrozenPhrases<{len(frozen.phrasegrams)} phrases, min_count=1, threshold=1>"


# ---- files


def attributes(phrases):
    return {name: value for name, value in vars(phrases).items() if name != "lifecycle_events"}


@pytest.mark.parametrize("cls", [Phrases, FrozenPhrases, _PhrasesTransformation])
@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("parameters", [{}, {"scoring": "npmi", "threshold": 0.5, "connector_words": ["of", "zur"]}])
def test_saved_and_loaded(tmp_path, cls, number, parameters):
    saved = both(**parameters)[number]
    saved.comment = "naïve"
    saved.save(tmp_path / "phrases")
    loaded = cls.load(tmp_path / "phrases")
    assert type(loaded) is type(saved)
    assert attributes(loaded) == attributes(saved)
    assert list(getattr(loaded, loaded._table)) == list(getattr(saved, saved._table))
    assert [event["event"] for event in loaded.lifecycle_events] == ["created", "saving", "loaded"]
    assert list(tmp_path.iterdir()) == [tmp_path / "phrases"]


def test_loaded_phrases_take_more_sentences(tmp_path):
    Phrases(TITLES[:3], max_vocab_size=1000).save(str(tmp_path / "phrases.gz"))
    loaded = Phrases.load(str(tmp_path / "phrases.gz"))
    loaded.add_vocab(TITLES[3:])
    assert attributes(loaded) == attributes(Phrases(TITLES, max_vocab_size=1000))


def test_empty_phrases_are_saved_and_loaded():
    for empty in (Phrases(), Phrases().freeze()):
        file = io.BytesIO()
        empty.save(file)
        assert attributes(type(empty).load(io.BytesIO(file.getvalue()))) == attributes(empty)


def test_attributes_can_be_left_out(tmp_path):
    phrases = Phrases(TITLES)
    phrases.cache = object()
    with pytest.raises(TypeError, match=r"cannot save attribute 'cache' of Phrases.*ignore=\['cache'\]"):
        phrases.save(tmp_path / "phrases")
    assert list(tmp_path.iterdir()) == []
    phrases.save(tmp_path / "phrases", ignore=["cache", "vocab", "connector_words"])
    loaded = Phrases.load(tmp_path / "phrases")
    assert (loaded.cache, loaded.vocab, loaded.connector_words) == (None, None, None)


def test_a_scoring_function_is_found_by_its_name(tmp_path, caplog):
    scored = Phrases(TITLES, scoring=constant_scorer, threshold=0.5)
    scored.save(tmp_path / "phrases")
    assert "only the name is saved" in caplog.text
    module = types.ModuleType("scorers_of_mine")
    for phrases in (scored, scored.freeze()):
        with (
            mock.patch.dict(sys.modules, {"scorers_of_mine": module}),
            mock.patch.object(constant_scorer, "__module__", "scorers_of_mine"),
        ):
            module.constant_scorer = constant_scorer
            phrases.save(tmp_path / "phrases")
            assert Phrases.load(tmp_path / "phrases").scoring is constant_scorer


def test_a_scoring_function_that_is_not_to_be_found(tmp_path, caplog):
    def local(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
        return 1

    phrases = Phrases(TITLES, scoring=local, threshold=0.5)
    phrases.save(tmp_path / "phrases")
    phrases.freeze().save(tmp_path / "frozen")
    assert "give it to load(..., scoring=)" in caplog.text
    with pytest.raises(ValueError, match=r"phrases was saved with the scoring function .*local, which is not stored"):
        Phrases.load(tmp_path / "phrases")
    assert Phrases.load(tmp_path / "phrases", scoring=local).scoring is local
    with pytest.raises(ValueError, match="missing expected parameters"):
        Phrases.load(tmp_path / "phrases", scoring=lambda: 1)
    caplog.clear()
    frozen = FrozenPhrases.load(tmp_path / "frozen")
    assert frozen.scoring is None
    assert "Frozen phrases do not need it" in caplog.text
    assert frozen[TITLES[2]] == ["user_response", "time"]


@pytest.mark.parametrize(
    "name", ["os.system", "builtins.eval", "npw2v.phrases.phrases.Phrases", "no_such_module.scorer", ""]
)
def test_a_file_cannot_choose_another_function(tmp_path, name):
    Phrases(TITLES).save(tmp_path / "phrases")
    arrays, metadata = read_archive(tmp_path / "phrases")
    metadata["values"]["scoring"] = {"function": name}
    write_archive(tmp_path / "phrases", arrays, metadata)
    with pytest.raises(ValueError, match="which is not stored"):
        Phrases.load(tmp_path / "phrases")


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays, values: arrays.pop("vocab.numbers"),
        lambda arrays, values: arrays.pop("vocab.text"),
        lambda arrays, values: arrays.update({"vocab.numbers": np.arange(3)}),
        lambda arrays, values: arrays.update({"vocab.offsets": np.arange(3)}),
        lambda arrays, values: values.pop("connector_words"),
        lambda arrays, values: values.update(connector_words=5),
        lambda arrays, values: values.update(scoring=5),
    ],
)
def test_damaged_files(tmp_path, change):
    Phrases(TITLES).save(tmp_path / "phrases")
    arrays, metadata = read_archive(tmp_path / "phrases")
    change(arrays, metadata["values"])
    write_archive(tmp_path / "phrases", arrays, metadata)
    with pytest.raises(FormatError, match="phrases"):
        Phrases.load(tmp_path / "phrases")


def test_other_files_are_refused(tmp_path):
    Word2Vec(TITLES, min_count=1, vector_size=2).save(str(tmp_path / "model"))
    with pytest.raises(FormatError, match="holds no Phrases but 'Word2Vec'"):
        Phrases.load(tmp_path / "model")
    (tmp_path / "text").write_text("response_time\n")
    with pytest.raises(FormatError, match="is not an npw2v archive"):
        Phrases.load(tmp_path / "text")
    with pytest.raises(FileNotFoundError):
        Phrases.load(tmp_path / "nothing")


# ---- gensim's files, written without gensim


class _Set:
    def __init__(self, **state):
        vars(self).update(state)


def gensim_pickle(path, name, protocol=2, **state):
    module = types.ModuleType("gensim.models.phrases")
    cls = type(name, (_Set,), {"__module__": module.__name__})
    setattr(module, name, cls)
    for scorer in ("original_scorer", "npmi_scorer"):
        function = types.FunctionType(constant_scorer.__code__, {})
        function.__module__, function.__qualname__, function.__name__ = module.__name__, scorer, scorer
        setattr(module, scorer, function)
    parents = {"gensim": types.ModuleType("gensim"), "gensim.models": types.ModuleType("gensim.models")}
    with mock.patch.dict(sys.modules, {**parents, module.__name__: module}):
        if "scoring" in state:
            state["scoring"] = getattr(module, state["scoring"], state["scoring"])
        path.write_bytes(pickle.dumps(cls(**state), protocol))
    return path


OLD = {"min_count": 1, "threshold": 1.0, "max_vocab_size": 100, "min_reduce": 1, "progress_per": 10, "delimiter": b"_"}
OLD_VOCAB = {b"na\xc3\xafve": 2, b"bayes": 2, b"na\xc3\xafve_bayes": 2}


def test_phrases_of_gensim_3(tmp_path):
    path = gensim_pickle(
        tmp_path / "phrases", "Phrases", vocab=OLD_VOCAB, scoring="npmi_scorer", common_terms=frozenset([b"of"]),
        corpus_word_count=40, is_input_bytes=False, **{**OLD, "threshold": 0.5},
    )  # fmt: skip
    phrases = Phrases.load(path)
    assert phrases.vocab == {"naïve": 2, "bayes": 2, "naïve_bayes": 2}
    assert (phrases.scoring, phrases.delimiter, phrases.connector_words) == (npmi_scorer, "_", frozenset({"of"}))
    assert phrases[["a", "naïve", "bayes"]] == ["a", "naïve_bayes"]
    phrases.add_vocab(TITLES)
    assert phrases.vocab["response"] == 2


def test_phrases_of_python_2(tmp_path, caplog):
    latin = {word.decode("latin1"): count for word, count in OLD_VOCAB.items()}
    path = gensim_pickle(tmp_path / "phrases", "Phrases", vocab=latin, **{**OLD, "delimiter": "_"})
    phrases = Phrases.load(path)
    assert phrases.vocab == {"naïve": 2, "bayes": 2, "naïve_bayes": 2}
    assert (phrases.scoring, phrases.connector_words, phrases.corpus_word_count) == (original_scorer, frozenset(), 0)
    for told in ("without scoring function", "without corpus_word_count", "connector_words to an empty set"):
        assert told in caplog.text


@pytest.mark.parametrize(
    "phrasegrams", [{(b"naive", b"bayes"): (2, 3.5)}, {(b"naive", b"bayes"): 3.5}, {"naive_bayes": 3.5}]
)
@pytest.mark.parametrize("name", ["Phraser", "FrozenPhrases"])
def test_frozen_phrases_of_gensim(tmp_path, phrasegrams, name):
    path = gensim_pickle(tmp_path / "frozen", name, phrasegrams=phrasegrams, scoring="default", **OLD)
    frozen = Phrases.load(path)
    assert type(frozen) is FrozenPhrases
    assert frozen.phrasegrams == {"naive_bayes": 3.5}
    assert frozen[["naive", "bayes"]] == ["naive_bayes"]


@pytest.mark.parametrize(
    "name, state, message",
    [
        ("Phrases", {"vocab": {b"a": 1}, "scoring": "tfidf", **OLD}, "unknown scoring 'tfidf'"),
        ("Phrases", OLD, "lacks a part of its phrases"),
        ("Phrases", {"vocab": {b"a": "x"}, **OLD}, "'x' is no number"),
        ("Phrases", {"vocab": {5: 1}, **OLD}, "5 is no word"),
        ("Phrases", {"vocab": {b"\xff": 1}, **OLD}, "damaged: UnicodeDecodeError"),
        ("Phraser", {"phrasegrams": [], **OLD}, "lacks a part of its phrases"),
    ],
)
def test_damaged_files_of_gensim(tmp_path, name, state, message):
    with pytest.raises(ValueError, match=message):
        Phrases.load(gensim_pickle(tmp_path / "phrases", name, **state))
