"""A corpus that may yield other sentences each time is read again for every epoch; one that cannot is read once."""

from __future__ import annotations

import logging
import random

import numpy as np
import pytest

from npw2v import CallbackAny2Vec, LineSentence, Word2Vec
from npw2v.models.phrases import Phrases
from npw2v.training import plan
from tests.support.modes import OBJECTIVES
from tests.support.zipfcorpus import SEED_WORDS, random_corpus, weights

SENTENCES = random_corpus(150)
SMALL = {"vector_size": 8, "min_count": 1, "epochs": 4, "seed": 3, "workers": 1, "sample": 0.01}
WORDS_READ = ("words_trained", "words_subsampled", "words_unknown")


class Repeated:
    """The same sentences each time, which nobody can know."""

    def __init__(self, sentences):
        self.sentences, self.passes = sentences, 0

    def __iter__(self):
        self.passes += 1
        return iter(self.sentences)


class Drawn:
    """Other sentences each time, and of another number."""

    def __init__(self, seed):
        self.rng, self.sizes = random.Random(seed), []

    def __iter__(self):
        words = [*SEED_WORDS, "unheard"] if self.sizes else SEED_WORDS
        drawn = [self.rng.choices(words, k=self.rng.randrange(20)) for _ in range(self.rng.randrange(60, 140))]
        self.sizes.append((len(drawn), sum(map(len, drawn))))
        return iter(drawn)


def left(model):
    return weights(model), [{**row, "seconds": 0} for row in model.history], model.running_training_loss


@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_same_sentences_each_time_train_the_bytes_of_a_list(sg, objective):
    corpus, options = Repeated(SENTENCES), {**SMALL, **OBJECTIVES[objective], "sg": sg, "compute_loss": True}
    assert left(Word2Vec(corpus, **options)) == left(Word2Vec(SENTENCES, **options))
    assert corpus.passes == 4, "the pass that counts the words is the first epoch's"


def test_what_cannot_change_is_read_once(tmp_path, monkeypatch):
    path = tmp_path / "text"
    path.write_text("\n".join(map(" ".join, SENTENCES)))
    passes = []

    def read_again(*given):
        passes.append(given)
        raise AssertionError("read again")

    monkeypatch.setattr(Word2Vec, "_reread_session", read_again)
    phrased = Phrases(SENTENCES, min_count=2, threshold=2)[SENTENCES]
    for corpus in (SENTENCES, tuple(SENTENCES), LineSentence(path), phrased):
        Word2Vec(corpus, **SMALL)
    Word2Vec(Repeated(SENTENCES), **{**SMALL, "epochs": 1})
    Word2Vec(corpus_file=str(path), **SMALL)
    assert not passes


def test_every_epoch_has_the_sentences_of_its_pass(caplog):
    corpus = Drawn(1)
    with caplog.at_level(logging.WARNING):
        model = Word2Vec(corpus, **SMALL)
    assert [row["words_read"] for row in model.history] == [words for _, words in corpus.sizes]
    assert len(set(corpus.sizes)) == 4
    for row in model.history:
        assert row["words_read"] == sum(row[name] for name in WORDS_READ)
    assert [row["words_unknown"] > 0 for row in model.history] == [False, True, True, True]
    sizes = [record.args[1:] for record in caplog.records if "raw word count" in record.message]
    assert sizes == [(words, corpus.sizes[0][1]) for _, words in corpus.sizes[1:]], "as in gensim, once an epoch"
    rates = [model.history[0]["alpha_start"], model.history[-1]["alpha_end"]]
    assert 0.025 == rates[0] > rates[1] >= 0.0001


def test_it_is_read_when_its_epoch_begins():
    corpus, seen = Drawn(1), []

    class Look(CallbackAny2Vec):
        def on_epoch_begin(self, model):
            seen.append(len(corpus.sizes))

        def on_epoch_end(self, model):
            seen.append(model.wv.vectors.copy())

    Word2Vec(corpus, **SMALL, callbacks=[Look()])
    assert seen[::2] == [1, 1, 2, 3]
    assert all((before != after).any() for before, after in zip(seen[1::2], seen[3::2], strict=False))


@pytest.mark.usefixtures("any_number_of_workers")
@pytest.mark.parametrize("options", [{"sg": 1}, {"sg": 0, "hs": 1}], ids=str)
def test_the_same_bytes_at_any_number_of_workers(options):
    counts = (1, 3) if options["sg"] else (1, 2)
    models = [Word2Vec(Drawn(5), **{**SMALL, **options, "epochs": 2, "workers": count}) for count in counts]
    assert left(models[0]) == left(models[1])


def test_validation_is_read_once_and_judges_every_epoch():
    model = Word2Vec(**SMALL)
    model.build_vocab(SENTENCES)
    held_out = Repeated(SENTENCES[:50])
    model.train(Drawn(2), total_examples=100, epochs=3, validation=held_out)
    assert held_out.passes == 1
    losses = [row["validation_loss"] for row in model.history]
    assert losses == sorted(losses, reverse=True)


def test_replay_reads_every_epoch_too():
    corpus = Drawn(1)
    model = Word2Vec(corpus, **{**SMALL, "epochs": 2, "negative": 1, "kernel": "replay"})
    assert [row["words_read"] for row in model.history] == [words for _, words in corpus.sizes[1:]]


def test_an_error_in_a_later_pass_ends_training_and_keeps_what_was_trained():
    class Breaks(Repeated):
        def __iter__(self):
            yield from super().__iter__()
            if self.passes == 3:
                raise OSError("the disk is gone")

    model = Word2Vec(**SMALL)
    model.build_vocab(SENTENCES)
    with pytest.raises(OSError, match="the disk is gone"):
        model.train(Breaks(SENTENCES), total_examples=150, epochs=4)
    assert len(model.history) == 2
    model.train(SENTENCES, total_examples=150, epochs=1)
    assert np.isfinite(model.wv.vectors).all()


def test_an_iterator_that_does_not_start_again_trains_on_nothing_after_its_first_pass(caplog):
    class Once(Repeated):
        def __iter__(self):
            return self

        def __next__(self):
            return self.sentences.pop()

    class Ends(Once):
        def __next__(self):
            if not self.sentences:
                raise StopIteration
            return super().__next__()

    model = Word2Vec(Ends([*SENTENCES]), **SMALL)
    assert [row["words_trained"] > 0 for row in model.history] == [True, False, False, False]
    assert "train() called with an empty iterator" in caplog.text


def test_words_that_a_callback_adds_are_trained_from_the_next_epoch_on():
    class Grow(CallbackAny2Vec):
        def on_epoch_end(self, model):
            if len(model.history) == 1:
                model.build_vocab([["unheard"] * 5], update=True)

    model = Word2Vec(Drawn(1), **SMALL, callbacks=[Grow()])
    assert model.history[-1]["words_unknown"] == 0
    assert model.wv.vectors.shape == model.syn1neg.shape == (61, 8)
    assert model.syn1neg[-1].any()


# ---- checkpoints


class PulledPlug(BaseException):
    pass


class Plug(CallbackAny2Vec):
    def __init__(self, epoch):
        self.epoch = epoch

    def on_epoch_begin(self, model):
        if len(model.history) == self.epoch:
            raise PulledPlug


def begun(corpus, path, callbacks, monkeypatch, every="1 word"):
    monkeypatch.setattr(plan, "piece_words", lambda skipgram, tree: 60)
    monkeypatch.setattr(plan, "PART_WORDS", 250)
    model = Word2Vec(**SMALL)
    model.build_vocab(SENTENCES)
    try:
        model.train(corpus, total_examples=150, epochs=4, callbacks=callbacks, checkpoint=path, checkpoint_every=every)
    except PulledPlug:
        return None
    return left(model)


def test_training_goes_on_between_epochs_with_the_sentences_that_there_are_then(tmp_path, monkeypatch):
    path = tmp_path / "checkpoint"
    begun(Drawn(1), path, [Plug(2)], monkeypatch)
    resumed = Word2Vec.resume(path, Drawn(2))
    assert len(resumed.history) == 4
    assert [row["words_read"] for row in resumed.history[2:]] == [words for _, words in _sizes(Drawn(2), 2)]


def _sizes(corpus, passes):
    for _ in range(passes):
        list(corpus)
    return corpus.sizes


def test_sentences_that_come_up_again_can_be_gone_on_with_in_the_middle_of_an_epoch(tmp_path, monkeypatch):
    path, written = tmp_path / "checkpoint", []
    expected = begun(Repeated(SENTENCES), tmp_path / "other", [], monkeypatch)

    original = Word2Vec._checkpoints

    def pulling(model, *given):
        saving = original(model, *given)
        write = saving._write

        def then_pull():
            write()
            written.append((len(model.history), given[2].sums.parts))
            if written[-1] == (2, 2):
                raise PulledPlug

        saving._write = then_pull
        return saving

    with monkeypatch.context() as patch:
        patch.setattr(Word2Vec, "_checkpoints", pulling)
        assert begun(Repeated(SENTENCES), path, [], patch) is None
    assert [parts for epochs, parts in written if epochs == 0] == [], "nobody knows yet whether they come up again"
    assert [parts for epochs, parts in written if epochs == 1][:3] == [0, 1, 2]
    assert left(Word2Vec.resume(path, Repeated(SENTENCES))) == expected
    assert left(Word2Vec.resume(path, SENTENCES)) == expected
    with pytest.raises(ValueError, match="training can go on with the corpus that it was begun with only"):
        Word2Vec.resume(path, Drawn(1))


# ---- what it is for


class Walks:
    """Short walks on a graph with planted groups, one from every node, drawn anew each time."""

    GROUPS, SIZE, STEPS = 40, 15, 10

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def __iter__(self):
        nodes = self.GROUPS * self.SIZE
        walks = np.empty((nodes, self.STEPS), np.int64)
        walks[:, 0] = self.rng.permutation(nodes)
        for step in range(1, self.STEPS):
            stays = self.rng.random(nodes) < 0.6
            group = np.where(stays, walks[:, step - 1] // self.SIZE, self.rng.integers(self.GROUPS, size=nodes))
            walks[:, step] = group * self.SIZE + self.rng.integers(self.SIZE, size=nodes)
        return iter(walks.astype(str).tolist())


def precision(corpus, seed):
    """Return how many of a node's ten nearest are of its group, on average."""
    model = Word2Vec(
        corpus, vector_size=32, min_count=0, sg=1, sample=0, epochs=10, alpha=0.05, batch_words=500, seed=seed
    )
    groups = np.array(model.wv.index_to_key).astype(int) // Walks.SIZE
    vectors = model.wv.get_normed_vectors()
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -2)
    nearest = np.argsort(-cosines)[:, :10]
    return (groups[nearest] == groups[:, None]).mean()


def test_walks_drawn_anew_find_groups_that_one_pass_does_not_show():
    anew = [precision(Walks(seed), seed) for seed in range(1, 6)]
    frozen = [precision(list(Walks(seed)), seed) for seed in range(1, 3)]
    assert min(anew) > 0.95
    assert max(frozen) < 0.88
