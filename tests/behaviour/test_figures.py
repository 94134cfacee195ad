"""Figures that add up: words read are those trained, subsampled and unknown, exactly, in every mode."""

from __future__ import annotations

import pytest

from npw2v import LineSentence, Word2Vec

given = pytest.importorskip("hypothesis").given
from hypothesis import HealthCheck, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

WORDS = [*"abcdefgh", "\0"]
SENTENCES = st.lists(st.lists(st.sampled_from(WORDS), max_size=30), min_size=1, max_size=12)
KINDS = ["list", "file", "corpus_file"]
PARAMETERS = st.fixed_dictionaries(
    {
        "sg": st.booleans(),
        "hs": st.booleans(),
        "negative": st.sampled_from([0, 5]),
        "sample": st.sampled_from([0, 1e-3, 0.1]),
        "min_count": st.integers(1, 4),
        "max_vocab_size": st.sampled_from([None, 3, 5]),
        "max_final_vocab": st.sampled_from([None, 4]),
        "null_word": st.integers(0, 1),
        "batch_words": st.sampled_from([5, 10_000]),
        "kernel": st.sampled_from(["blocks", "replay"]),
        "window": st.integers(1, 6),
    }
).filter(lambda parameters: parameters["hs"] or parameters["negative"])


def check(rows, sentences, trained, read, model):
    for row in rows:
        parts = [row[f"words_{what}"] for what in ("trained", "subsampled", "unknown")]
        assert min(parts) >= 0
        assert row["words_read"] == sum(parts) == sum(map(len, sentences))
        assert row["words_unknown"] == sum(word not in model.wv for words in sentences for word in words)
    assert trained == sum(row["words_trained"] for row in rows)
    assert read == sum(row["words_read"] for row in rows)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parameters=PARAMETERS, sentences=SENTENCES, more=SENTENCES, kind=st.sampled_from(["list", "file", "corpus_file"])
)
def test_words_read_are_those_trained_subsampled_and_unknown(tmp_path, parameters, sentences, more, kind):
    """By the constructor, by train, and when words have been added and left out."""
    one, two = (tmp_path / name for name in ("one.txt", "two.txt"))
    for path, text in ((one, sentences), (two, more)):
        path.write_text("".join(" ".join(words) + "\n" for words in text))
    corpora = {
        "list": ({"corpus_iterable": sentences}, {"corpus_iterable": more}),
        "file": ({"corpus_iterable": LineSentence(one)}, {"corpus_iterable": LineSentence(two)}),
        "corpus_file": ({"corpus_file": str(one)}, {"corpus_file": str(two)}),
    }
    first, second = corpora[kind]
    model = Word2Vec(vector_size=4, workers=1, **parameters)
    model.build_vocab(**first)
    if not len(model.wv) or not sum(map(len, sentences)):
        return
    totals = {"total_examples": len(sentences), "total_words": sum(map(len, sentences))}
    check(model.history, sentences, 0, 0, model)
    check(*run(model, first, sentences, **totals))
    model.build_vocab(**second, update=True)
    if sum(map(len, more)):
        totals = {"total_examples": len(more), "total_words": sum(map(len, more))}
        check(*run(model, second, more, **totals))
    given_at_once = {"sentences" if name == "corpus_iterable" else name: corpus for name, corpus in first.items()}
    at_once = Word2Vec(**given_at_once, vector_size=4, workers=1, epochs=2, **parameters)
    figures = [sum(row[name] for row in at_once.history) for name in ("words_trained", "words_read")]
    check(at_once.history, sentences, *figures, at_once)


def run(model, corpus, sentences, **totals):
    before = len(model.history)
    trained, read = model.train(**corpus, **totals, epochs=2)
    return model.history[before:], sentences, trained, read, model


@pytest.mark.usefixtures("any_number_of_workers")
def test_with_several_workers():
    sentences = [list("abcdefgh") * 4, list("xyab")] * 300
    model = Word2Vec(vector_size=4, workers=3, sample=0.1, min_count=400)
    model.build_vocab(sentences)
    check(*run(model, {"corpus_iterable": sentences}, sentences, total_examples=len(sentences)))
    assert model.history[-1]["words_unknown"] == 600


@pytest.mark.parametrize("sample", [0, 0.05])
@pytest.mark.parametrize("kind", ["list", "corpus_file"])
def test_what_replay_leaves_out_beyond_10_000_words_of_a_batch_counts_as_subsampled(tmp_path, kind, sample):
    """As far as gensim counts it as read: from an iterable all of it, from a file the rest of its sentence."""
    sentences = [list("abcdeabcdx") * 1500, list("abz") * 5, list("ab") * 2600, list("abx") * 2000, ["c"]]
    path = tmp_path / "corpus.txt"
    path.write_text("".join(" ".join(words) + "\n" for words in sentences))
    model = Word2Vec(
        vector_size=4, min_count=5, sample=sample, kernel="replay", negative=1, window=1, batch_words=40_000
    )
    model.build_vocab([*sentences, *[["a", "b", "c", "d", "e"]] * 5])
    del model.wv.key_to_index["x"]
    corpus = {"corpus_iterable": sentences} if kind == "list" else {"corpus_file": str(path)}
    _, read = model.train(**corpus, total_examples=5, total_words=sum(map(len, sentences)), epochs=1)
    (row,) = model.history
    assert row["words_read"] == read == sum(row[f"words_{what}"] for what in ("trained", "subsampled", "unknown"))
    if kind == "list":
        assert read == sum(map(len, sentences))
        assert row["words_unknown"] == sum(words.count("x") for words in sentences)
    assert row["words_subsampled"] > 0


@pytest.mark.parametrize("sg", [0, 1])
def test_a_tree_of_one_word_has_nothing_to_learn(sg):
    model = Word2Vec([["a", "a", "a"]] * 3, vector_size=4, min_count=1, sample=0, hs=1, negative=0, sg=sg)
    assert model.history[-1]["words_trained"] == 9
