"""Models that train batches themselves."""

from __future__ import annotations

import pytest

from npw2v import Word2Vec
from npw2v.compat.word2vec_extras import train_batch_cbow, train_batch_sg
from tests.support.modes import OBJECTIVES
from tests.support.smallmodels import SMALL, TEXTS, built, train, weights


class Noting(Word2Vec):
    """Notes what it is to train, and trains it twice."""

    def _do_train_job(self, sentences, alpha, inits):
        vars(self).setdefault("noted", []).append((len(sentences), alpha))
        assert [array.shape for array in inits] == [(self.layer1_size,)] * 2
        for _ in range(2):
            trained, read = super()._do_train_job(sentences, alpha, inits)
        return 2 * trained, read


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("kernel", ["blocks", "replay"])
def test_an_overridden_method_trains(kernel, objective):
    options = {**SMALL, "batch_words": 8, **OBJECTIVES[objective]}
    runs = []
    for _ in range(2):
        model = Noting(TEXTS, epochs=2, compute_loss=True, kernel=kernel, **options)
        runs.append(weights(model))
    assert runs[0] == runs[1]
    untrained = built(kernel=kernel, **OBJECTIVES[objective])
    assert weights(untrained) != runs[0]
    assert [size for size, _ in model.noted] == [1, 1, 2, 3, 2] * 2
    assert model.noted[0][1] == model.alpha
    assert model.min_alpha_yet_reached == model.noted[-1][1] < model.alpha
    row = model.history[-1]
    assert (row["words_trained"], row["words_read"]) == (58, 29)
    assert (row["loss"], row["words_subsampled"], row["words_unknown"]) == (None, None, None)
    assert model.get_latest_training_loss() > 50


def test_batches_in_blocks_draw_new_noise_each_time():
    class Once(Word2Vec):
        def _do_train_job(self, sentences, alpha, inits):
            return super()._do_train_job(sentences, alpha, inits)

    runs = []
    for start in (0, 1):
        model = Once(**SMALL, sg=1)
        model.build_vocab(TEXTS)
        for _ in range(start):
            model.random.randint(5)
        train(model)
        runs.append(weights(model))
    assert runs[0] != runs[1]


def test_a_method_of_one_model_alone_trains():
    model, batches = built(), []
    model._do_train_job = lambda sentences, alpha, inits: batches.append(sentences) or (0, 1)
    before = weights(model)
    assert train(model, epochs=3) == (0, 3)
    assert batches == [TEXTS] * 3
    assert weights(model) == before


def test_a_long_first_sentence_comes_after_an_empty_batch():
    model, batches = built(batch_words=2), []
    model._do_train_job = lambda sentences, alpha, inits: batches.append(len(sentences)) or (0, 0)
    train(model, TEXTS[:3], epochs=1)
    assert batches == [0, 1, 1, 1]


def test_a_corpus_file_is_not_for_overridden_methods(tmp_path):
    path = tmp_path / "corpus"
    path.write_text("\n".join(map(" ".join, TEXTS)))
    model = Noting(corpus_file=path, **SMALL)
    assert "noted" not in vars(model)
    assert model.history[0]["words_trained"] == 29


def test_what_an_overridden_method_raises_reaches_the_caller():
    model = built()

    def fail(sentences, alpha, inits):
        raise KeyError("mine")

    model._do_train_job = fail
    with pytest.raises(KeyError, match="mine"):
        train(model)


@pytest.mark.parametrize("kernel", ["blocks", "replay"])
def test_train_batch(kernel):
    for sg, function, other in ((1, train_batch_sg, train_batch_cbow), (0, train_batch_cbow, train_batch_sg)):
        model = built(sg=sg, kernel=kernel)
        before, scratch = weights(model), (None,) * (1 if sg else 2)
        assert function(model, iter(TEXTS), 0.05, *scratch, True) == 29
        assert weights(model) != before
        assert model.get_latest_training_loss() > 10
        assert not model.compute_loss
        with pytest.raises(ValueError, match=f"{other.__name__}.. does not train a model with sg={sg}: call"):
            other(model, TEXTS, 0.05, *(None,) * (2 if sg else 1), True)
