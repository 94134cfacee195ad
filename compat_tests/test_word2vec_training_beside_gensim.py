"""`npw2v.Word2Vec` learns what gensim's tests ask for, and answers as gensim does from the same weights."""

import gensim.models
import gensim.utils
import numpy as np
import pytest
from gensim.test.utils import LeeCorpus, common_texts, datapath, lee_corpus_list

import npw2v
from compat_tests.models import Ours, Theirs
from npw2v import KeyedVectors, LineSentence


def rank(vectors, word, other):
    return [key for key, _ in vectors.most_similar(word, topn=len(vectors))].index(other)


SETTINGS = {
    "skip-gram": {"sg": 1, "window": 4, "negative": 15},
    "cbow": {"sg": 0, "alpha": 0.05, "negative": 15, "sample": 0},
    "skip-gram, full windows": {"sg": 1, "shrink_windows": False, "negative": 15},
    "cbow, full windows": {"sg": 0, "alpha": 0.1, "shrink_windows": False, "negative": 15},
}


@pytest.mark.parametrize("options", SETTINGS.values(), ids=SETTINGS.keys())
def test_related_words_come_together(options):
    """gensim's own threshold on this corpus is rank 50 of 1,750 words."""
    ranks = []
    for seed in (1, 2, 3):
        model = Ours(lee_corpus_list, epochs=10, seed=seed, workers=2, **options)
        assert np.isfinite(model.wv.vectors).all()
        ranks.append(rank(model.wv, "attacks", "bombings"))
        near = [word for word, _ in model.wv.most_similar([model.wv["attacks"]], topn=101)]
        assert near[0] == "attacks"
    assert np.median(ranks) < 50, ranks


def test_training_from_a_file_and_with_callbacks_of_gensim(tmp_path):
    class Counts(gensim.models.callbacks.CallbackAny2Vec):
        def __init__(self):
            self.losses = []

        def on_epoch_end(self, model):
            self.losses.append(model.get_latest_training_loss())

    path = tmp_path / "lee.txt"
    gensim.utils.save_as_line_sentence(lee_corpus_list, str(path))
    counts = Counts()
    model = Ours(corpus_file=str(path), sg=1, epochs=10, compute_loss=True, callbacks=[counts])
    assert rank(model.wv, "attacks", "bombings") < 50
    assert len(counts.losses) == 10
    assert (np.diff(counts.losses) > 0).all(), "the sum grows over the epochs, as in gensim"


def test_many_workers_on_a_repeated_corpus():
    model = Ours(gensim.utils.RepeatCorpus(LeeCorpus(), 10_000), vector_size=16, min_count=330, workers=4)
    assert rank(model.wv, "israeli", "palestinian") < 6


def test_word_pairs():
    model = Ours(LineSentence(datapath("head500.noblanks.cor.bz2")), min_count=3, epochs=10)
    pearson, spearman, unknown = model.wv.evaluate_word_pairs(datapath("wordsim353.tsv"))
    assert 0.1 < pearson[0] < 1
    assert 0.1 < spearman[0] < 1
    assert unknown < 90


@pytest.mark.parametrize("options", [{"sg": 1, "window": 4}, {"sg": 0, "alpha": 0.05, "sample": 0}], ids=str)
def test_words_learnt_later(options):
    with_word = [text for text in lee_corpus_list if "terrorism" in text]
    others = [text for text in lee_corpus_list if "terrorism" not in text]
    model = Ours(min_count=3, epochs=10, negative=15, seed=42, **options)
    model.build_vocab(others)
    model.train(others, total_examples=model.corpus_count, epochs=model.epochs)
    assert "terrorism" not in model.wv
    model.build_vocab(with_word, update=True)
    before = model.wv["terrorism"].copy()
    model.train(with_word, total_examples=model.corpus_count, epochs=model.epochs)
    assert not np.allclose(model.wv["terrorism"], before)
    assert model.wv.n_similarity(["war"], ["terrorism"]) > 0


@pytest.mark.parametrize("sg", [0, 1])
def test_querying_by_vector_agrees_with_querying_by_word(sg):
    model = Ours(common_texts, vector_size=2, min_count=1, sg=sg, negative=2)
    by_vector = model.wv.most_similar(positive=[model.wv.get_vector("graph", norm=True)], topn=11)
    assert [pair for pair in by_vector if pair[0] != "graph"] == model.wv.most_similar("graph", topn=10)


# ---- the same weights give the same answers


@pytest.fixture
def same_weights():
    """Both models with gensim's trained weights."""
    theirs = Theirs(lee_corpus_list, vector_size=20, epochs=2, workers=1)
    ours = Ours(vector_size=20)
    ours.build_vocab(lee_corpus_list)
    assert ours.wv.index_to_key == theirs.wv.index_to_key
    ours.wv.vectors, ours.syn1neg = theirs.wv.vectors.copy(), theirs.syn1neg.copy()
    return ours, theirs


@pytest.mark.parametrize("cbow_mean", [0, 1])
@pytest.mark.parametrize(
    "context", [["war", "attacks"], ["war", 3, "unheard of"], [0, 1, 2, 2], ["the"], ["unheard of"], "war", []], ids=str
)
def test_predict_output_word(same_weights, context, cbow_mean):
    for model in same_weights:
        model.cbow_mean = cbow_mean
    for topn in (1, 5, 10, 0, -1, None, 100_000):
        ours, theirs = (model.predict_output_word(context, topn=topn) for model in same_weights)
        if theirs is None:
            assert ours is None
            continue
        np.testing.assert_allclose([p for _, p in ours], [p for _, p in theirs], rtol=1e-5)
        # Of two words that are equally probable but for rounding either may come first.
        of_theirs = dict(same_weights[1].predict_output_word(context, topn=None))
        np.testing.assert_allclose([of_theirs[word] for word, _ in ours], [p for _, p in theirs], rtol=1e-5)
        assert len({word for word, _ in ours}) == len(ours)


@pytest.mark.parametrize("binary", [False, True])
def test_word2vec_files_of_models(tmp_path, binary):
    path, vocab = str(tmp_path / "vectors"), str(tmp_path / "vocab")
    models = [model_class(lee_corpus_list, vector_size=20, epochs=1) for model_class in (Ours, Theirs)]
    for writer in models:
        writer.wv.save_word2vec_format(path, fvocab=vocab, binary=binary)
        for reader in (KeyedVectors, gensim.models.KeyedVectors):
            read = reader.load_word2vec_format(path, fvocab=vocab, binary=binary)
            order = [writer.wv.key_to_index[key] for key in read.index_to_key]
            assert read.vectors.tobytes() == writer.wv.vectors[order].tobytes()
            counts = writer.wv.expandos["count"][order]
            assert [read.get_vecattr(key, "count") for key in read.index_to_key] == counts.tolist()


def test_files_of_the_other_class(tmp_path):
    model, path = Ours(common_texts, min_count=1, vector_size=5), str(tmp_path / "file")
    model.wv.save(path)
    with pytest.raises(AttributeError, match=r"KeyedVectors\.load") as raised:
        Ours.load(path)
    assert isinstance(raised.value, npw2v.FormatError)
    model.save(path)
    vectors = KeyedVectors.load(path)
    assert type(vectors) is KeyedVectors
    assert vectors.index_to_key == model.wv.index_to_key
    assert vectors.vectors.tobytes() == model.wv.vectors.tobytes()
