import io
import logging

import numpy as np
import pytest

from npw2v import FormatError, Word2Vec
from npw2v.formats.archive import read_archive, write_archive
from npw2v.phrases.phrases import (
    ENGLISH_CONNECTOR_WORDS,
    FrozenPhrases,
    Phraser,
    Phrases,
    _PhrasesTransformation,
    original_scorer,
)
from tests.support.titles import TITLES, both


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
        lambda arrays, values: values.update(connector_words=[5]),
        lambda arrays, values: values.update(delimiter=5),
        lambda arrays, values: values.pop("delimiter"),
        lambda arrays, values: values.update(min_count="5"),
        lambda arrays, values: values.pop("corpus_word_count"),
        lambda arrays, values: arrays.update({"vocab.numbers": np.ones((len(arrays["vocab.numbers"]), 2))}),
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
