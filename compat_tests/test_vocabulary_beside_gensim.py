"""Counting, choosing and encoding words agree with gensim's Word2Vec."""

import logging
import os
from itertools import islice
from pathlib import Path

import gensim.utils
import numpy as np
import pytest
from gensim.models import Word2Vec
from gensim.models.word2vec import LineSentence as GensimLineSentence
from gensim.test.utils import common_texts, datapath

from npw2v import vocabulary
from npw2v.corpus.encoding import encode_corpus
from npw2v.corpus.sentences import LineSentence, Text8Corpus
from npw2v.vocabulary.counting import scan_corpus

DATA = os.environ.get("NPW2V_DATA")
LEE = datapath("lee_background.cor")


def rule(word, count, min_count):
    """Keeps words with an x, drops those with a q."""
    if "x" in word:
        return vocabulary.RULE_KEEP
    return vocabulary.RULE_DISCARD if "q" in word else vocabulary.RULE_DEFAULT


def corpora():
    yield "common_texts", common_texts, common_texts
    yield "lee", LineSentence(LEE), GensimLineSentence(LEE)
    yield "lee as lists", list(LineSentence(LEE)), GensimLineSentence(LEE)
    for name in ("captions.txt.gz", "shakespeare.txt.gz", "bbc.txt.gz") if DATA else ():
        path = str(Path(DATA) / name)
        yield name, LineSentence(path), GensimLineSentence(path)


@pytest.fixture(params=list(corpora()), ids=lambda corpus: corpus[0])
def both(request):
    """A corpus as ours and as gensim's."""
    return request.param[1:]


def test_the_rules_have_gensims_numbers():
    for name in ("RULE_DEFAULT", "RULE_DISCARD", "RULE_KEEP"):
        assert getattr(vocabulary, name) == getattr(gensim.utils, name)


@pytest.mark.parametrize("trim_rule", [None, rule])
@pytest.mark.parametrize("max_vocab_size", [None, 0, 5, 500, 5000])
def test_scan(both, max_vocab_size, trim_rule):
    ours, theirs = both
    model = Word2Vec(max_vocab_size=max_vocab_size)
    totals = model.scan_vocab(theirs, trim_rule=trim_rule)
    scan = scan_corpus(ours, max_vocab_size=max_vocab_size, trim_rule=trim_rule)
    assert (scan.total_words, scan.corpus_count) == totals
    assert list(scan.raw_vocab.items()) == list(model.raw_vocab.items())


def logged(caplog, call):
    caplog.clear()
    with caplog.at_level(logging.INFO):
        call()
    return [record.getMessage() for record in caplog.records if "word types" in record.getMessage()]


def test_progress_is_logged_alike(caplog):
    theirs = logged(caplog, lambda: Word2Vec().scan_vocab(list(LineSentence(LEE)), progress_per=70))
    assert len(theirs) == 6
    assert logged(caplog, lambda: scan_corpus(list(LineSentence(LEE)), progress_per=70)) == theirs


OPTIONS = [
    {"min_count": 1},
    {"min_count": 5},
    {"min_count": 2},
    {"min_count": 1, "max_final_vocab": 4, "sample": 0},
    {"min_count": 1, "max_final_vocab": 100, "sample": 20},
    {"min_count": 3, "max_final_vocab": 100_000, "sample": 0.01, "ns_exponent": -0.5},
    {"min_count": 10_000, "ns_exponent": 0},
]


@pytest.mark.parametrize("trim_rule", [None, rule])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_selection(both, options, trim_rule):
    ours, theirs = both
    model = Word2Vec(**options, sorted_vocab=0)
    model.scan_vocab(theirs)
    report = model.prepare_vocab(trim_rule=trim_rule, keep_raw_vocab=True)
    sample = options.get("sample", 1e-3)

    selection = vocabulary.select_words(
        scan_corpus(ours).raw_vocab,
        min_count=options["min_count"],
        max_final_vocab=options.get("max_final_vocab"),
        trim_rule=trim_rule,
    )
    keep = vocabulary.keep_probabilities(selection.counts, sample, selection.retained_total)
    unique, total = vocabulary.downsample_report(selection.counts, keep)
    assert selection.words == model.wv.index_to_key
    assert selection.effective_min_count == model.effective_min_count
    assert report == {
        "drop_unique": selection.drop_unique,
        "retain_total": selection.retained_total,
        "downsample_unique": unique,
        "downsample_total": total,
        "num_retained_words": len(selection.words),
    }
    noise = vocabulary.noise_cumulative(selection.counts, options.get("ns_exponent", 0.75))
    assert noise.dtype == model.cum_table.dtype
    assert noise.tolist() == model.cum_table.tolist()
    if selection.words:
        assert selection.counts.tolist() == model.wv.expandos["count"].tolist()
        assert (keep * (2**32 - 1)).astype(np.uint32).tolist() == model.wv.expandos["sample_int"].tolist()


@pytest.mark.parametrize("trim_rule", [None, rule])
@pytest.mark.parametrize("options", [{"min_count": 2}, {"min_count": 5, "max_final_vocab": 150}], ids=str)
def test_extension(options, trim_rule):
    sentences = list(LineSentence(LEE))
    model = Word2Vec(vector_size=2, **options)
    model.build_vocab(sentences[:150])
    words, counts = list(model.wv.index_to_key), np.array(model.wv.expandos["count"])
    rows = dict(model.wv.key_to_index)
    kept_before = model.wv.expandos["sample_int"].tolist()
    model.scan_vocab(sentences[150:])
    report = model.prepare_vocab(update=True, trim_rule=trim_rule, keep_raw_vocab=True)

    extension = vocabulary.extend_words(
        scan_corpus(sentences[150:]).raw_vocab, rows, counts, trim_rule=trim_rule, **options
    )
    keep = vocabulary.keep_probabilities(extension.retained_counts, 1e-3, extension.retained_total)
    unique, total = vocabulary.downsample_report(extension.retained_counts, keep)
    assert words + extension.new_words == model.wv.index_to_key
    assert extension.counts.tolist() == model.wv.expandos["count"].tolist()
    assert extension.effective_min_count == model.effective_min_count
    assert report == {
        "drop_unique": extension.drop_unique,
        "retain_total": extension.retained_total,
        "downsample_unique": unique,
        "downsample_total": total,
        "num_retained_words": len(extension.retained_rows),
    }
    kept_after = np.array(kept_before + [0] * len(extension.new_words), np.uint32)
    kept_after[extension.retained_rows] = (keep * (2**32 - 1)).astype(np.uint32)
    assert kept_after.tolist() == model.wv.expandos["sample_int"].tolist()


@pytest.mark.parametrize("min_reduce", [1, 2, 5])
@pytest.mark.parametrize("trim_rule", [None, rule])
def test_pruning(min_reduce, trim_rule):
    ours = dict(scan_corpus(LineSentence(LEE)).raw_vocab)
    theirs = dict(ours)
    assert vocabulary.prune_vocab(ours, min_reduce, trim_rule) == gensim.utils.prune_vocab(
        theirs, min_reduce, trim_rule
    )
    assert list(ours.items()) == list(theirs.items())


def test_encoded_words_are_gensims_rows(both):
    ours, theirs = both
    model = Word2Vec(min_count=2)
    model.build_vocab(theirs)
    rows = model.wv.key_to_index
    expected = [[rows[word] for word in sentence if word in rows] for sentence in theirs]
    for encoded in (scan_corpus(ours).encode(rows), encode_corpus(ours, rows)):
        assert encoded.raw_words == model.corpus_total_words
        assert encoded.ids.tolist() == [row for sentence in expected for row in sentence]
        assert np.diff(encoded.offsets).tolist() == [len(sentence) for sentence in expected]


def test_ints_as_words_are_counted_alike():
    sentences = [[1, 5, 5], [7, 1]]
    model = Word2Vec(min_count=1)
    model.scan_vocab(sentences)
    assert list(scan_corpus(sentences).raw_vocab.items()) == list(model.raw_vocab.items())


@pytest.mark.skipif(DATA is None, reason="set NPW2V_DATA to the folder with the corpora")
def test_the_start_of_the_zipped_text8():
    sentences = list(islice(Text8Corpus(Path(DATA) / "wiki8.zip", 1000), 300))
    model = Word2Vec(min_count=2, sorted_vocab=0)
    model.build_vocab(sentences)
    selection = vocabulary.select_words(scan_corpus(sentences).raw_vocab, min_count=2)
    assert selection.words == model.wv.index_to_key
