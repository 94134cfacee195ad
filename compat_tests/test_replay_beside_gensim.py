"""`kernel="replay"` gives the vectors, output weights and loss of gensim with the same seed and one worker."""

import numpy as np
import pytest
from gensim.models.word2vec import train_batch_cbow, train_batch_sg

from compat_tests.models import Ours, Theirs
from npw2v.compat import word2vec_extras
from npw2v.training.checks import KERNELS

WORDS = [f"w{number}" for number in range(40)]
MORE_WORDS = [*WORDS[:20], *(f"n{number}" for number in range(15))]
OBJECTIVES = {"ns": {"hs": 0, "negative": 4}, "hs": {"hs": 1, "negative": 0}, "both": {"hs": 1, "negative": 3}}
SETTINGS = {"vector_size": 12, "min_count": 2, "seed": 7, "epochs": 2, "compute_loss": True, "batch_words": 60}


def corpus(sentences=40, words=WORDS, seed=0, longest=14):
    """Sentences of words of falling frequency, some of them empty or of one word."""
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, len(words) + 1)
    weights /= weights.sum()
    lengths = rng.integers(0, longest + 1, sentences)
    return [[words[i] for i in rng.choice(len(words), size=length, p=weights)] for length in lengths]


TEXTS, MORE_TEXTS = corpus(), corpus(20, MORE_WORDS, 1)


def both(*args, **parameters):
    """Make a model of each kind with the same parameters."""
    parameters = {**SETTINGS, **parameters}
    return Ours(*args, kernel="replay", **parameters), Theirs(*args, workers=1, **parameters)


def built(**parameters):
    models = both(**parameters)
    for model in models:
        model.build_vocab(TEXTS)
    return models


def train(models, texts=TEXTS, **options):
    """Train both and return what `train` returned."""
    options = {"total_examples": len(texts), "epochs": 2, "compute_loss": True, **options}
    return [model.train(texts, **options) for model in models]


def tables(model):
    found = {"vectors": model.wv.vectors}
    return {**found, **{name: vars(model)[name] for name in ("syn1", "syn1neg") if name in vars(model)}}


def assert_same(ours, theirs):
    """The issue's tolerance, 1e-5; with gensim's own dot product the difference is in fact 0."""
    assert ours.wv.index_to_key == theirs.wv.index_to_key
    mine, wanted = tables(ours), tables(theirs)
    assert mine.keys() == wanted.keys()
    for name, table in wanted.items():
        np.testing.assert_allclose(mine[name], table, rtol=0, atol=1e-5, err_msg=name)
        assert table.any()
    assert ours.get_latest_training_loss() == pytest.approx(theirs.get_latest_training_loss(), rel=1e-6)
    assert ours.min_alpha_yet_reached == theirs.min_alpha_yet_reached
    state, expected = (model.random.get_state() for model in (ours, theirs))
    assert state[2] == expected[2]
    np.testing.assert_array_equal(state[1], expected[1])


# ---- the product


@pytest.mark.parametrize("sample", [0, 1e-3, 0.05])
@pytest.mark.parametrize("shrink_windows", [True, False])
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("architecture", ["skip-gram", "cbow, sum", "cbow, mean"])
def test_same_vectors(architecture, objective, shrink_windows, sample):
    models = both(
        TEXTS,
        sg=int(architecture == "skip-gram"),
        cbow_mean=int(architecture == "cbow, mean"),
        shrink_windows=shrink_windows,
        sample=sample,
        **OBJECTIVES[objective],
    )
    assert_same(*models)
    assert models[0].get_latest_training_loss() > 100


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("sample", [0, 0.02])
def test_grown_vocabularies_and_repeated_training(sg, objective, sample):
    models = built(sg=sg, sample=sample, **OBJECTIVES[objective])
    figures = train(models)
    assert figures[0] == figures[1]
    assert_same(*models)
    for texts in (MORE_TEXTS, corpus(15, [*MORE_WORDS, "late", "later"], 2)):
        for model in models:
            model.build_vocab(texts, update=True)
        figures = train(models, texts, start_alpha=0.02, end_alpha=0.002)
        assert figures[0] == figures[1]
        assert_same(*models)
    assert any(word.startswith("n") for word in models[0].wv.index_to_key)
    train(models, epochs=1, compute_loss=False, start_alpha=0.01, end_alpha=0.001)
    assert models[0].get_latest_training_loss() == 0
    assert_same(*models)


def random_parameters(seed):
    rng = np.random.default_rng(seed)

    def draw(*choices):
        return choices[rng.integers(len(choices))]

    return {
        **draw(*OBJECTIVES.values()),
        "sg": draw(0, 1),
        "cbow_mean": draw(0, 1),
        "vector_size": draw(1, 7, 16, 31, 33, 70),
        "window": draw(1, 2, 5, 30),
        "alpha": draw(0.025, 0.2, 1.0),
        "min_alpha": draw(0.0001, 0.01),
        "min_count": draw(1, 3),
        "sample": draw(0, 1e-3, 0.1, 3),
        "ns_exponent": draw(0.75, 0, 1, -0.5),
        "shrink_windows": draw(True, False),
        "null_word": draw(0, 1),
        "sorted_vocab": draw(0, 1),
        "max_final_vocab": draw(None, 12),
        "batch_words": draw(1, 10, 75, 10_000),
        "epochs": draw(1, 3),
        "seed": int(rng.integers(0, 2**32)),
    }


@pytest.mark.parametrize("seed", range(40))
def test_random_parameters(seed):
    parameters = random_parameters(seed)
    models = both(corpus(25, seed=seed), **parameters)
    assert_same(*models)


# ---- the learning rate


class Watch:
    """Notes, after every epoch, all that a callback can see of training."""

    def __init__(self):
        self.seen = []

    def on_train_begin(self, model):
        self.seen.append("begin")

    def on_train_end(self, model):
        self.seen.append((model.epochs, model.train_count))

    def on_epoch_begin(self, model):
        self.seen.append(float(np.abs(model.wv.vectors).sum()))

    def on_epoch_end(self, model):
        self.seen.append((model.min_alpha_yet_reached, model.get_latest_training_loss()))
        model.wv.vectors[3] = 0.25


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"total_examples": None, "total_words": sum(map(len, TEXTS))},
        {"total_examples": 10},
        {"total_examples": 500},
        {"total_examples": None, "total_words": 77},
        {"start_alpha": 0.3, "end_alpha": 0.01},
        {"start_alpha": 0.01, "end_alpha": 0.3},
    ],
    ids=str,
)
def test_alpha_schedules_and_callbacks(options):
    models, watches = built(sg=1), (Watch(), Watch())
    for model, watch in zip(models, watches):
        model.train(TEXTS, epochs=3, compute_loss=True, callbacks=[watch], **{"total_examples": len(TEXTS), **options})
    assert watches[0].seen[0] == watches[1].seen[0] == "begin"
    for mine, wanted in zip(watches[0].seen[1:], watches[1].seen[1:], strict=True):
        assert mine == pytest.approx(wanted, rel=1e-6)
    assert_same(*models)
    alphas = [(row["alpha_start"], row["alpha_end"]) for row in models[0].history]
    assert alphas[-1][1] == models[1].min_alpha_yet_reached


def test_history_adds_up():
    ours, _ = both(TEXTS, sample=0.02, min_count=3, epochs=3)
    for row in ours.history:
        assert row["words_read"] == sum(map(len, TEXTS))
        assert row["words_read"] == row["words_trained"] + row["words_subsampled"] + row["words_unknown"]
        assert row["words_subsampled"] > 0
        assert row["words_unknown"] > 0
    assert [row["epoch"] for row in ours.history] == [0, 1, 2]
    predictions = sum(row["words_trained"] for row in ours.history)  # of CBOW
    total = sum(row["loss"] * row["words_trained"] for row in ours.history)
    assert total == pytest.approx(ours.get_latest_training_loss(), rel=1e-4), "gensim's sum is in float32"
    assert predictions > 500


# ---- lock factors, limits, corpora


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("sg", [0, 1])
def test_lock_factors(sg, objective):
    models = built(sg=sg, **OBJECTIVES[objective])
    by_word = np.random.default_rng(4).choice([0, 0.5, 1], size=len(models[0].wv)).astype(np.float32)
    before = models[0].wv.vectors.copy()
    for factors in (by_word, np.zeros(1, np.float32), np.full(1, 0.3, np.float32)):
        for model in models:
            model.wv.vectors_lockf = factors.copy()
        train(models)
        assert_same(*models)
        locked = np.flatnonzero(np.broadcast_to(factors, len(before)) == 0)
        np.testing.assert_array_equal(models[0].wv.vectors[locked], before[locked])
        before = models[0].wv.vectors.copy()


@pytest.mark.parametrize("sample", [0, 0.01])
def test_words_beyond_the_limit_of_a_batch_are_not_trained(sample):
    rng = np.random.default_rng(5)
    long = [[WORDS[i] for i in rng.integers(0, 40, 9_990)], ["w1", "w2"] * 20, ["w3"] * 5]
    models = both(long, vector_size=4, negative=1, epochs=1, window=1, batch_words=20_000, sample=sample)
    assert_same(*models)
    if not sample:
        assert models[0].history[0]["words_trained"] == 10_000
    assert models[0].history[0]["words_read"] == 9_990 + 45


def test_a_generator_serves_one_epoch():
    models = built(sg=1)
    for model in models:
        model.train((list(text) for text in TEXTS), total_examples=len(TEXTS), epochs=1, compute_loss=True)
    assert_same(*models)


@pytest.mark.parametrize("ending", ["\n", "", "\n\n\n"])
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("sg", [0, 1])
def test_corpus_file(tmp_path, sg, objective, ending):
    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(" ".join(text) for text in TEXTS) + ending + " ")
    for options in ({"sample": 0.02}, {"sample": 1e-3, "shrink_windows": False, "window": 3, "cbow_mean": 0}):
        models = both(corpus_file=str(path), sg=sg, epochs=3, **options, **OBJECTIVES[objective])
        for model in models:  # gensim does not keep it for files
            model.min_alpha_yet_reached = 0
        assert_same(*models)


@pytest.mark.parametrize("lengths", [(25_000, 7, 50), (9_000, 900, 3_000, 8_000, 20), (10_000, 3), (10_001, 3, 12)])
def test_corpus_file_with_long_lines(tmp_path, lengths):
    path, rng = tmp_path / "corpus.txt", np.random.default_rng(5)
    path.write_text("".join(" ".join(WORDS[i] for i in rng.integers(0, 40, length)) + "\n" for length in lengths))
    models = both(vector_size=3, negative=1, window=1)
    for model in models:
        model.build_vocab(corpus_file=str(path))
    for totals in ({"total_examples": 4}, {}, {"total_examples": 40}):
        for total_words in (sum(lengths), 9_500):
            figures = [
                model.train(corpus_file=str(path), total_words=total_words, epochs=2, compute_loss=True, **totals)
                for model in models
            ]
            assert figures[0] == figures[1]
            for model in models:
                model.min_alpha_yet_reached = 1
            assert_same(*models)


# ---- models that train batches themselves


class Noting:
    """Notes its batches and trains on other sentences: every second one, backwards."""

    def _do_train_job(self, sentences, alpha, inits):
        vars(self).setdefault("batches", []).append((sentences, alpha, [array.shape for array in inits]))
        trained, _ = super()._do_train_job([sentence[::-1] for sentence in sentences[::2]], alpha, inits)
        return trained, self._raw_word_count(sentences)


class OurNoting(Noting, Ours):
    pass


class TheirNoting(Noting, Theirs):
    pass


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("batch_words", [1, 60])
def test_overridden_batches(kernel, batch_words):
    options = {**SETTINGS, "sg": 1, "batch_words": batch_words, "sample": 0}
    models = OurNoting(kernel=kernel, **options), TheirNoting(workers=1, **options)
    for model in models:
        model.build_vocab(TEXTS)
    figures = train(models, epochs=3)
    assert models[0].batches == models[1].batches
    assert len(models[0].batches) > 10
    assert figures[0] == figures[1]
    if kernel == "replay":
        assert_same(*models)
    else:
        assert models[0].get_latest_training_loss() == pytest.approx(models[1].get_latest_training_loss(), rel=0.1)
    assert models[0].min_alpha_yet_reached == models[1].min_alpha_yet_reached


def test_batches_by_the_compiled_functions_names():
    ours, theirs = built(sg=1)
    mine = word2vec_extras.train_batch_sg(ours, TEXTS, 0.05, None, True)
    wanted = train_batch_sg(theirs, TEXTS, 0.05, np.zeros(12, np.float32), True)
    assert mine == wanted
    assert_same(ours, theirs)
    ours, theirs = built(sg=0)
    mine = word2vec_extras.train_batch_cbow(ours, TEXTS, 0.05, None, None, True)
    wanted = train_batch_cbow(theirs, TEXTS, 0.05, *np.zeros((2, 12), np.float32), True)
    assert mine == wanted
    assert_same(ours, theirs)


# ---- files


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_model_goes_on_where_the_file_left_it(tmp_path, objective):
    path = str(tmp_path / "model")
    models = built(**OBJECTIVES[objective])
    train(models)
    models[0].save(path)
    models = Ours.load(path), models[1]
    assert models[0].kernel == "replay"
    train(models)
    assert_same(*models)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_model_of_gensim_goes_on_as_in_gensim(tmp_path, objective):
    path = str(tmp_path / "model")
    theirs = built(**OBJECTIVES[objective])[1]
    train([theirs])
    theirs.save(path)
    ours = Ours.load(path)
    ours.kernel = "replay"
    train([ours, theirs])
    assert_same(ours, theirs)


# ---- what is said


def test_the_same_warnings(caplog):
    said = {}
    for kind, options in ((Theirs, {"workers": 1}), (Ours, {"kernel": "replay"})):
        caplog.clear()
        model = kind(**SETTINGS, **options)
        model.build_vocab(TEXTS)
        model.train([], total_examples=33, epochs=1)
        model.train(TEXTS, total_examples=33, total_words=7, epochs=1)
        said[kind] = [record.getMessage().removeprefix("EPOCH 0: ") for record in caplog.records]
    counts = [text for text in said[Theirs] if "did not equal expected count" in text]
    assert len(counts) == 3
    assert set(counts) <= set(said[Ours])
    for texts in said.values():
        assert sum("train() called with an empty iterator" in text for text in texts) == 1
