"""`kernel="replay"`, and training batch by batch; that the numbers are gensim's is checked in compat_tests/."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from npw2v import FormatError, StopTraining, TrainingError, Word2Vec
from npw2v.formats import archive
from npw2v.kernels import reference
from npw2v.training.replay import scalar as replay
from tests.support.modes import OBJECTIVES
from tests.support.smallmodels import SMALL, TEXTS, built, train, weights


def replayed(**parameters):
    return built(kernel="replay", **parameters)


# ---- the option


@pytest.mark.parametrize("kernel", ["fast", None, 1, ""])
def test_another_kernel_is_refused(kernel):
    with pytest.raises(ValueError, match=r"kernel must be 'blocks' or 'replay', got"):
        Word2Vec(kernel=kernel)
    model = built()
    model.kernel = kernel
    before = weights(model)
    with pytest.raises(ValueError, match=r"'blocks' or 'replay'"):
        train(model)
    assert weights(model) == before


def test_the_default_is_blocks():
    assert Word2Vec().kernel == "blocks"
    blocks, replay_model = built(), replayed()
    train(blocks)
    train(replay_model)
    assert weights(blocks) != weights(replay_model)


def test_the_option_can_be_changed_between_calls():
    switched, straight = built(), replayed()
    switched.kernel = "replay"
    for model in (switched, straight):
        train(model)
    assert weights(switched) == weights(straight)
    switched.kernel = "blocks"
    train(switched)
    assert len(switched.history) == 4


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("sg", [0, 1])
def test_same_seed_same_bytes(sg, objective):
    runs = []
    for seed, workers in ((1, 1), (1, 4), (2, 1)):
        model = replayed(sg=sg, seed=seed, workers=workers, sample=0.1, **OBJECTIVES[objective])
        train(model, compute_loss=True)
        runs.append((weights(model), model.get_latest_training_loss()))
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


#: Trained by gensim 4.4.0 with workers=1. Where BLAS rounds otherwise, a dot product may now and then fall on the next
#: entry of the table of the logistic function, hence the tolerance.
RECORDED = [
    ({"sg": 1, "negative": 2}, [0.027966, -1.183138, 0.19985], 981.18146),
    ({"hs": 1, "negative": 0}, [-0.514789, -0.989958, 0.707913], 522.51019),
    (
        {"sg": 1, "hs": 1, "negative": 2, "shrink_windows": False, "sample": 0.05},
        [-0.055535, -1.126008, 1.418364],
        2517.43652,
    ),
    ({"negative": 3, "cbow_mean": 0, "window": 2}, [0.207925, -0.895662, -0.171759], 569.40875),
]


@pytest.mark.parametrize("parameters, vector, loss", RECORDED)
def test_numbers_recorded_from_gensim(parameters, vector, loss):
    options = {**SMALL, "vector_size": 3, "seed": 3, "alpha": 0.3, "epochs": 8, **parameters}
    model = Word2Vec(TEXTS, kernel="replay", compute_loss=True, **options)
    np.testing.assert_allclose(model.wv["system"], vector, rtol=0, atol=2e-3)
    assert model.get_latest_training_loss() == pytest.approx(loss, rel=1e-3)


# ---- files


def test_the_option_and_the_generator_are_stored(tmp_path):
    model, path = replayed(sample=0.1), tmp_path / "model"
    train(model)
    model.save(path)
    loaded = Word2Vec.load(path)
    assert loaded.kernel == "replay"
    for each in (model, loaded):
        train(each)
    assert weights(loaded) == weights(model)


def test_a_model_that_drew_nothing_stores_no_generator(tmp_path):
    model, path = built(), tmp_path / "model"
    train(model)
    model.save(path)
    assert "random" not in archive.read_archive(path)[0]
    replayed().save(path)
    loaded = Word2Vec.load(path)
    train(loaded)
    fresh = replayed()
    train(fresh)
    assert weights(loaded) == weights(fresh)


def test_a_file_from_before_the_option(tmp_path):
    path = tmp_path / "model"
    built().save(path)
    arrays, metadata = archive.read_archive(path)
    del metadata["attributes"]["kernel"]
    archive.write_archive(path, arrays, metadata)
    assert Word2Vec.load(path).kernel == "blocks"


@pytest.mark.parametrize("state", [np.zeros(624, np.uint32), np.zeros(625, np.int64), np.full(625, 625, np.uint32)])
def test_a_damaged_generator_is_refused(tmp_path, state):
    path = tmp_path / "model"
    built().save(path)
    arrays, metadata = archive.read_archive(path)
    archive.write_archive(path, {**arrays, "random": state}, metadata)
    with pytest.raises(FormatError, match="random is no state of a generator, 624 uint32 and a position"):
        Word2Vec.load(path)


def test_another_kind_of_generator_is_not_stored(tmp_path, caplog):
    model, path = built(), tmp_path / "model"
    model.random = np.random.default_rng(1)
    model.save(path)
    assert "not saving the state of random, a Generator" in caplog.text
    assert isinstance(Word2Vec.load(path).random, np.random.RandomState)


# ---- the pieces


def test_the_table_is_the_logistic_function_coarsely():
    for dot in np.linspace(-5.99, 5.99, 400):
        for label in (0, 1):
            residual, loss = replay.pair(float(dot), label)
            exact = reference.pair(float(dot), label)
            assert residual == pytest.approx(exact[0], abs=0.011)
            assert loss == pytest.approx(exact[1], abs=0.05)


@pytest.mark.parametrize("dot", [6.0, -6.0, 50.0, float("inf"), float("nan")])
def test_saturated_pairs_are_skipped(dot):
    assert replay.pair(dot, 0) == replay.pair(dot, 1) == (0.0, 0.0)


def test_the_stream_is_that_of_java():
    stream = replay.Stream(np.random.RandomState(1))
    stream._state = 0 ^ 0x5DEECE66D  # new java.util.Random(0)
    stream.draw()
    assert stream.draw() == -1155484576 % 2**32  # its first nextInt()
    assert stream.draw() == -723955400 % 2**32


def test_the_stream_is_seeded_by_two_numbers():
    first, second = np.random.RandomState(5).randint(0, 2**24, 2).tolist()
    assert replay.Stream(np.random.RandomState(5))._state == first * 2**24 + second


def write(path, *lengths, ending="\n"):
    path.write_text("\n".join(" ".join(["w"] * length) for length in lengths) + ending)
    return [[len(sentence) for sentence in batch] for batch in replay.file_batches(path)]


def test_batches_of_a_file(tmp_path):
    path = tmp_path / "corpus"
    assert write(path, 3, 0, 4) == [[3, 0, 4, 0]]  # the end after the last line is a sentence, too
    assert write(path, 3, 4, ending="") == [[3, 4]]
    assert write(path, 9_000, 1_000, 1, 5) == [[9_000, 1_000, 1], [5, 0]]
    assert write(path, 10_001, 7) == [[10_000, 1], [7, 0]]
    assert write(path, 25_000, 7) == [[10_000, 10_000], [5_000, 7, 0]]
    assert write(path, 25_000, ending="") == [[10_000, 10_000]], "gensim drops what waits when the file ends"
    path.write_bytes(b"")
    assert list(replay.file_batches(path)) == [[[]]]
    path.write_bytes("a\u00a0b\x0bc\xff \xe9".encode("latin-1"))
    assert list(replay.file_batches(path)) == [[["a\udca0b", "c\udcff", "\udce9"]]]


def test_a_file_trains(tmp_path):
    path = tmp_path / "corpus"
    path.write_text("\n".join(map(" ".join, TEXTS)))
    model = replayed(sg=1)
    before = weights(model)
    figures = model.train(corpus_file=path, total_words=model.corpus_total_words, epochs=2)
    assert figures == (58, 58)
    assert weights(model) != before
    assert [row["words_read"] for row in model.history] == [29, 29]


# ---- training


def test_words_beyond_ten_thousand_a_batch_are_dropped_as_in_gensim():
    texts = [["a", "b"] * 6_000, ["c"]]
    model = Word2Vec(vector_size=2, min_count=1, sample=0, negative=1, window=1, kernel="replay", batch_words=20_000)
    model.build_vocab(texts)
    assert train(model, texts, epochs=1) == (10_000, 12_001)
    row = model.history[0]
    assert (row["words_trained"], row["words_subsampled"], row["words_unknown"]) == (10_000, 2_001, 0)


@pytest.mark.parametrize("sentence", ["a string", b"bytes"])
def test_a_string_is_no_sentence(sentence):
    with pytest.raises(TypeError, match=r"a sentence must be a list of words, got .*split"):
        train(replayed(), [["user"], sentence])


@pytest.mark.parametrize("sentence", [5, None, iter(["user"])])
def test_what_has_no_length_is_no_sentence(sentence):
    with pytest.raises(TypeError, match="sentence 1 must be a list of words"):
        train(replayed(), [["user"], sentence])


def test_arrays_and_tuples_are_sentences():
    models = replayed(), replayed()
    train(models[0])
    train(models[1], [np.array(text) if len(text) % 2 else tuple(text) for text in TEXTS])
    assert weights(models[0]) == weights(models[1])


def test_weights_that_are_not_finite_raise():
    model = replayed(sg=1)
    model.wv.vectors[2] = np.inf
    with pytest.raises(TrainingError, match="not finite"):
        train(model)


def test_weights_of_another_kind_are_converted():
    models = replayed(), replayed()
    models[1].wv.vectors = np.asfortranarray(models[1].wv.vectors.astype(np.float64))
    models[1].syn1neg = models[1].syn1neg.astype(np.float64)
    for model in models:
        train(model)
    assert weights(models[0]) == weights(models[1])


def test_a_callback_ends_training():
    class Stop:
        def on_epoch_end(self, model):
            raise StopTraining

    model = replayed()
    assert train(model, epochs=5, callbacks=[Stop()]) == (29, 29)
    assert len(model.history) == model.train_count == 1


def test_progress_is_shown(capfd, caplog):
    caplog.set_level(logging.INFO, logger="npw2v")
    train(replayed(batch_words=5), progress=True, report_delay=0.0)
    assert "epoch 2/2" in capfd.readouterr().err
    assert "EPOCH 1 - PROGRESS: at 100.00% words" in caplog.text
    assert "EPOCH 1: training on 29 raw words (29 effective words)" in caplog.text


def test_the_loss_of_the_latest_call_is_kept():
    model = replayed(sg=1)
    train(model, compute_loss=True)
    pairs = model.get_latest_training_loss() / np.mean([row["loss"] for row in model.history])
    assert 100 < pairs < 2 * 29 * 10
    train(model)
    assert model.get_latest_training_loss() == 0
    assert model.history[-1]["loss"] is None
