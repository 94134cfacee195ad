"""Training that was interrupted goes on from its checkpoint and ends with the bytes of a run that was not."""

from __future__ import annotations

import errno
import os
import re
import shutil
import zipfile
from contextlib import contextmanager

import numpy as np
import pytest

from npw2v import CallbackAny2Vec, FormatError, KeyedVectors, StopTraining, TrainingError, Word2Vec, inspect
from npw2v.formats import opening
from npw2v.formats.archive import read_archive, write_archive
from npw2v.formats.lifecycle import Lifecycle
from npw2v.training import plan, progress
from tests.support.modes import OBJECTIVES
from tests.support.zipfcorpus import SEED_WORDS, random_corpus, weights

CORPUS = [sentence for sentence in random_corpus(120) if sentence]
SIZE = len(CORPUS), sum(map(len, CORPUS))


class PulledPlug(BaseException):
    """Not even a process that is killed leaves less behind, as nothing of ours catches it."""


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    """Several parts an epoch, of a small corpus."""
    monkeypatch.setattr(plan, "piece_words", lambda skipgram, tree: 60)
    monkeypatch.setattr(plan, "PART_WORDS", 250)


def new_model(**parameters):
    parameters = {"vector_size": 12, "min_count": 2, "seed": 3, "sample": 0.01, "workers": 1, **parameters}
    model = Word2Vec(**parameters)
    model.build_vocab(CORPUS)
    return model


def train(model, **options):
    options = {"total_examples": SIZE[0], "total_words": SIZE[1], "epochs": 3, "compute_loss": True, **options}
    if "corpus_file" not in options:
        options = {"corpus_iterable": CORPUS, **options}
    return model.train(**options)


def left(model):
    """All that training leaves behind, but for the time that it took."""
    rows = [{**row, "seconds": 0} for row in model.history]
    counters = model.running_training_loss, model.min_alpha_yet_reached, model.train_count, model.epochs
    return weights(model), rows, counters


@contextmanager
def pulled_plug(monkeypatch, parts):
    """Training dies when so many parts are done, before a checkpoint is written that is due then."""
    counted, original = [0], progress.Progress.part

    def part(shown, report):
        original(shown, report)
        counted[0] += 1
        if counted[0] == parts:
            raise PulledPlug

    monkeypatch.setattr(progress.Progress, "part", part)
    with pytest.raises(PulledPlug):
        yield


def interrupted(monkeypatch, model, path, parts, every="1 word", **options):
    with monkeypatch.context() as patch, pulled_plug(patch, parts):
        train(model, checkpoint=path, checkpoint_every=every, **options)


MODES = [
    {**objective, "sg": sg, "cbow_mean": mean}
    for objective in OBJECTIVES.values()
    for sg, mean in ((1, 1), (0, 1), (0, 0))
] + [{"hs": 1, "negative": 2, "cbow_exact": True, "alpha": 0.075}]


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_the_same_bytes_after_any_part(monkeypatch, tmp_path, mode):
    expected, path = new_model(**mode), tmp_path / "checkpoint"
    train(expected)
    for parts in (2, 6, 11):
        interrupted(monkeypatch, new_model(**mode), path, parts)
        assert left(Word2Vec.resume(path, CORPUS)) == left(expected)
    assert expected.history[0]["loss"] > 0


@pytest.mark.usefixtures("any_number_of_workers")
@pytest.mark.parametrize("mode", [MODES[0], MODES[7]], ids=str)
def test_the_same_bytes_at_any_number_of_workers_on_either_side(monkeypatch, tmp_path, mode):
    expected, path = new_model(**mode), tmp_path / "checkpoint"
    train(expected)
    for before, after, parts, copies in ((1, 3, 3, 1 << 29), (2, 1, 4, 1 << 29), (3, 2, 7, 0)):
        monkeypatch.setattr(plan, "COPIES", copies)
        interrupted(monkeypatch, new_model(workers=before, **mode), path, parts)
        model = Word2Vec.resume(path, CORPUS, workers=after)
        assert left(model) == left(expected)
        assert model.workers == after


@pytest.mark.usefixtures("any_number_of_workers")
@pytest.mark.parametrize("mode", [{}, {"sg": 1, "hs": 1}], ids=str)
def test_lanes_go_on_after_any_round(monkeypatch, tmp_path, mode):
    monkeypatch.setattr(plan, "LEAST_LANE_WORDS", 20)
    monkeypatch.setattr(plan, "LEAST_LOCAL_WORDS", 20)
    mode, path = {**mode, "lanes": 3}, tmp_path / "checkpoint"
    expected = new_model(**mode)
    train(expected)
    rounds = plan.local_rounds(SIZE[1], 3, 3)
    assert rounds > 8
    for before, after, parts in ((1, 2, 2), (3, 1, rounds), (2, 3, rounds + 5)):
        interrupted(monkeypatch, new_model(workers=before, **mode), path, parts)
        assert left(Word2Vec.resume(path, CORPUS, workers=after)) == left(expected)


def test_a_checkpoint_of_lanes_without_their_last_moves_is_refused(monkeypatch, tmp_path):
    path = tmp_path / "checkpoint"
    train(new_model(lanes=2), checkpoint=path, checkpoint_every="1 epoch", epochs=1)
    arrays, metadata = read_archive(path)
    write_archive(path, {name: array for name, array in arrays.items() if "last.inputs" not in name}, metadata)
    with pytest.raises(FormatError, match="the last moves of the inputs are missing"):
        Word2Vec.resume(path, CORPUS)


def test_interrupted_again_and_again(monkeypatch, tmp_path):
    expected, path = new_model(), tmp_path / "checkpoint"
    train(expected)
    interrupted(monkeypatch, new_model(), path, 2)
    for _ in range(3):
        with monkeypatch.context() as patch, pulled_plug(patch, 3):
            Word2Vec.resume(path, CORPUS)
    assert left(Word2Vec.resume(path, CORPUS)) == left(expected)


def test_a_second_call_of_train_with_lock_factors_and_rates_of_its_own(monkeypatch, tmp_path):
    def begun():
        model = new_model()
        train(model, epochs=1)
        model.wv.vectors_lockf = np.linspace(0, 1, len(model.wv), dtype=np.float32)
        return model

    options = {"start_alpha": 0.02, "end_alpha": 0.01, "total_examples": SIZE[0] + 9}
    expected, path = begun(), tmp_path / "checkpoint"
    train(expected, **options)
    interrupted(monkeypatch, begun(), path, 4, **options)
    model = Word2Vec.resume(path, CORPUS)
    assert left(model) == left(expected)
    assert (model.train_count, len(model.history), model.alpha) == (2, 4, expected.alpha)


@pytest.mark.parametrize("mode", MODES[::4], ids=str)
def test_replay_goes_on_between_epochs(tmp_path, mode):
    expected, path = new_model(kernel="replay", **mode), tmp_path / "checkpoint"
    train(expected)
    model, dies = new_model(kernel="replay", **mode), DiesAtTheEndOf(2)
    with pytest.raises(PulledPlug):
        train(model, checkpoint=path, checkpoint_every="1 word", callbacks=[dies])
    assert len(Word2Vec.load(path).history) == 1
    assert left(Word2Vec.resume(path, CORPUS)) == left(expected)


class DiesAtTheEndOf(CallbackAny2Vec):
    def __init__(self, epoch):
        self.epoch = epoch

    def on_epoch_end(self, model):
        if len(model.history) == self.epoch:
            raise PulledPlug


def test_replay_of_a_file_goes_on_with_the_file(tmp_path):
    path, text = tmp_path / "checkpoint", tmp_path / "corpus.txt"
    text.write_text("\n".join(map(" ".join, CORPUS)))
    expected = new_model(kernel="replay")
    train(expected, corpus_file=text)
    with pytest.raises(PulledPlug):
        train(
            new_model(kernel="replay"),
            corpus_file=text,
            checkpoint=path,
            checkpoint_every=1e-9,
            callbacks=[DiesAtTheEndOf(2)],
        )
    with pytest.raises(ValueError, match="began with corpus_file"):
        Word2Vec.resume(path, CORPUS)
    assert left(Word2Vec.resume(path, corpus_file=text)) == left(expected)


def test_a_file_instead_of_an_iterable(monkeypatch, tmp_path):
    path, text = tmp_path / "checkpoint", tmp_path / "corpus.txt"
    text.write_text("\n".join(map(" ".join, CORPUS)))
    expected = new_model()
    train(expected)
    interrupted(monkeypatch, new_model(), path, 4)
    assert left(Word2Vec.resume(path, corpus_file=text)) == left(expected)


# ---- how it ends


class Notes(CallbackAny2Vec):
    def __init__(self, stop_at=None):
        self.calls, self.stop_at = [], stop_at

    def note(self, what, model):
        self.calls.append((what, len(model.history)))
        if self.calls[-1] == self.stop_at:
            raise StopTraining

    def on_train_begin(self, model):
        self.note("train begins", model)

    def on_epoch_begin(self, model):
        self.note("epoch begins", model)

    def on_epoch_end(self, model):
        self.note("epoch ends", model)

    def on_train_end(self, model):
        self.note("train ends", model)


def test_callbacks_are_called_for_what_has_not_begun(monkeypatch, tmp_path):
    path, notes = tmp_path / "checkpoint", Notes()
    interrupted(monkeypatch, new_model(), path, 3)
    Word2Vec.resume(path, CORPUS, callbacks=[notes])
    assert notes.calls[:3] == [("train begins", 0), ("epoch ends", 1), ("epoch begins", 1)]
    assert notes.calls[-2:] == [("epoch ends", 3), ("train ends", 3)]


def test_that_a_callback_asked_to_stop_is_remembered(monkeypatch, tmp_path):
    path, stop = tmp_path / "checkpoint", ("epoch begins", 1)
    expected = new_model()
    train(expected, callbacks=[Notes(stop)])
    parts = 8
    interrupted(monkeypatch, new_model(), path, parts, callbacks=[Notes(stop)])
    assert len(Word2Vec.load(path).history) == 1
    assert left(Word2Vec.resume(path, CORPUS)) == left(expected)


def test_the_checkpoint_is_the_model_as_it_was(monkeypatch, tmp_path):
    path = tmp_path / "checkpoint"
    interrupted(monkeypatch, new_model(), path, 8)
    model = Word2Vec.load(path)
    assert (len(model.history), model.train_count, model.epochs) == (1, 0, 3)
    assert len(KeyedVectors.load(path)) == len(model.wv)
    train(model)
    assert len(model.history) == 4


def test_after_the_last_epoch_nothing_is_left_to_train(tmp_path):
    path, expected = tmp_path / "checkpoint", new_model()
    train(expected, checkpoint=path, checkpoint_every="1 epoch")
    assert inspect(path).notes == ("a checkpoint of training at its end: Word2Vec.resume() goes on from it",)
    assert left(Word2Vec.resume(path, CORPUS)) == left(expected)


def test_checkpoints_change_no_byte_and_take_seconds_along(monkeypatch, tmp_path):
    path, plain, model = tmp_path / "checkpoint", new_model(), new_model()
    assert train(model, checkpoint=path, checkpoint_every="1_000 words") == train(plain)
    assert left(model) == left(plain)
    interrupted(monkeypatch, new_model(), path, 9)
    run = read_archive(path)[1]["training"]
    assert 0 < run["begun"]["sums"]["seconds"] < run["seconds"]
    assert Word2Vec.resume(path, CORPUS).total_train_time > run["seconds"]


def test_a_file_of_an_earlier_run_is_replaced_at_once(monkeypatch, tmp_path):
    path, expected = tmp_path / "checkpoint", new_model(seed=4)
    train(expected)
    train(new_model(), checkpoint=path, checkpoint_every="1 epoch")
    interrupted(monkeypatch, new_model(seed=4), path, 3, every="1 hour")
    assert left(Word2Vec.resume(path, CORPUS)) == left(expected)


def test_sizes_of_another_version_are_kept(monkeypatch, tmp_path):
    mode, path = {"hs": 1, "sg": 1}, tmp_path / "checkpoint"
    expected = new_model(**mode)
    train(expected)
    interrupted(monkeypatch, new_model(**mode), path, 4)
    monkeypatch.setattr(plan, "piece_words", lambda skipgram, tree: 30)
    monkeypatch.setattr(plan, "PART_WORDS", 100)
    monkeypatch.setattr(plan, "SLOPE", 0.3)
    monkeypatch.setattr(plan, "GROUP_NODES", 24)
    monkeypatch.setattr(plan, "TOP_NODES", {"skipgram": 8, "cbow": 8})
    monkeypatch.setattr(plan, "block_shape", None)
    assert left(Word2Vec.resume(path, CORPUS)) == left(expected)


def test_held_out_sentences(monkeypatch, tmp_path):
    path, expected, held_out = tmp_path / "checkpoint", new_model(), random_corpus(30, seed=9)
    train(expected, validation=held_out)
    interrupted(monkeypatch, new_model(), path, 8, validation=held_out)
    assert left(Word2Vec.resume(path, CORPUS, validation=held_out)) == left(expected)
    assert expected.history[2]["validation_loss"] > 0


#: The frequent words are the rare ones of the corpus: their loss soon rises.
OTHER = random_corpus(30, seed=9, vocabulary=SEED_WORDS[::-1])


@pytest.mark.usefixtures("any_number_of_workers")
def test_patience_and_the_best_epoch(monkeypatch, tmp_path):
    """It is the second of four, of nine that were asked for."""
    path, expected = tmp_path / "checkpoint", new_model(sg=1)
    options = {"epochs": 9, "start_alpha": 0.1, "validation": OTHER}
    train(expected, patience=2, **options)
    losses = [row["validation_loss"] for row in expected.history]
    assert (len(losses), losses.index(min(losses))) == (4, 1)
    for parts, workers in ((8, 1), (12, 2), (17, 1)):
        interrupted(monkeypatch, new_model(sg=1), path, parts, patience=2, **options)
        assert left(Word2Vec.resume(path, CORPUS, validation=OTHER, workers=workers)) == left(expected)
    train(new_model(sg=1), checkpoint=path, checkpoint_every="1 epoch", patience=2, **options)
    assert weights(Word2Vec.load(path)) != weights(expected)
    assert left(Word2Vec.resume(path, CORPUS, validation=OTHER)) == left(expected)


def test_patience_in_replay_where_checkpoints_are_between_epochs(tmp_path):
    path, mode = tmp_path / "checkpoint", {"kernel": "replay", "sg": 1, "negative": 2}
    options = {"epochs": 9, "start_alpha": 0.04, "validation": OTHER, "patience": 2}
    expected = new_model(**mode)
    train(expected, **options)
    losses = [row["validation_loss"] for row in expected.history]
    assert losses.index(min(losses)) == len(losses) - 3 > 0
    for epoch in (2, len(losses)):
        dies = [DiesAtTheEndOf(epoch)]
        with pytest.raises(PulledPlug):
            train(new_model(**mode), checkpoint=path, checkpoint_every="1 epoch", callbacks=dies, **options)
        assert left(Word2Vec.resume(path, CORPUS, validation=OTHER)) == left(expected)


# ---- what is refused


@pytest.fixture
def checkpoint(monkeypatch, tmp_path):
    interrupted(monkeypatch, new_model(), tmp_path / "checkpoint", 4)
    return tmp_path / "checkpoint"


@pytest.mark.parametrize(
    ("corpus", "message"),
    [
        (CORPUS[:-1], f"had .* in {len(CORPUS)} sentences.*; this one has .* in {len(CORPUS) - 1} "),
        ([*CORPUS[1:], CORPUS[0]], "other words than this one, or in another order"),
        ([sentence[::-1] for sentence in CORPUS], "other words than this one, or in another order"),
    ],
)
def test_another_corpus(checkpoint, corpus, message):
    with pytest.raises(ValueError, match=message):
        Word2Vec.resume(checkpoint, corpus)


@pytest.fixture
def judged(monkeypatch, tmp_path):
    """A checkpoint of training with held-out sentences and patience, in the second epoch."""
    interrupted(monkeypatch, new_model(), tmp_path / "judged", 8, validation=OTHER, patience=2)
    return tmp_path / "judged"


@pytest.mark.parametrize(
    ("validation", "message"),
    [
        (None, "began with validation="),
        (OTHER[:-1], f"the validation corpus that .* had .* in {len(OTHER)} sent.*; this one has .* {len(OTHER) - 1} "),
        ([*OTHER[1:], OTHER[0]], "the validation corpus that .* other words than this one, or in another order"),
    ],
)
def test_another_validation_corpus(judged, validation, message):
    with pytest.raises(ValueError, match=message):
        Word2Vec.resume(judged, CORPUS, validation=validation)


def test_a_validation_corpus_that_was_not_there_before(checkpoint):
    with pytest.raises(ValueError, match="began without validation="):
        Word2Vec.resume(checkpoint, CORPUS, validation=OTHER)


def test_damage_in_the_weights_of_the_best_epoch(judged):
    arrays, metadata = read_archive(judged)
    name = "training.best.outputs"
    for changed, said in (
        (None, "missing"),
        (arrays[name][:, 1:], "float32 "),
        (arrays[name].astype(float), "float64 "),
    ):
        fewer = {kept: array for kept, array in arrays.items() if kept != name}
        write_archive(judged, fewer if changed is None else {**fewer, name: changed}, metadata)
        with pytest.raises(FormatError, match=f"judged: the best epoch's outputs are {said}"):
            Word2Vec.resume(judged, CORPUS, validation=OTHER)
        assert len(Word2Vec.load(judged).history) == 1


def with_training(path, **changes):
    arrays, metadata = read_archive(path)
    write_archive(path, arrays, {**metadata, "training": {**metadata["training"], **changes}})


def test_other_versions_are_named_and_refused_by_nobody(checkpoint, monkeypatch, caplog):
    expected = new_model()
    train(expected)
    assert "written with" not in caplog.text
    with_training(checkpoint, versions={"npw2v": "0.0.1", "NumPy": "1.26.0"})
    said = rf"was written with npw2v 0\.0\.1, NumPy 1\.26\.0, and this is npw2v \d.*, NumPy {np.__version__}"
    before = checkpoint.read_bytes()
    with pytest.raises(ValueError, match=f"or in another order .*; the checkpoint {said}"):
        Word2Vec.resume(checkpoint, CORPUS[::-1])
    assert checkpoint.read_bytes() == before
    caplog.clear()
    assert left(Word2Vec.resume(checkpoint, CORPUS)) == left(expected)
    assert [record.levelname for record in caplog.records if re.search(said, record.message)] == ["WARNING"]
    with_training(checkpoint, versions={"npw2v": "9.9"}, version=99)
    with pytest.raises(FormatError, match="of version 99, of a newer npw2v.* written with npw2v 9.9, and this is"):
        Word2Vec.resume(checkpoint, CORPUS)


def test_a_checkpoint_of_the_first_version_goes_on(judged, checkpoint):
    """It had no versions and no patience, and did not know held-out sentences again."""
    for path, validation in ((checkpoint, None), (judged, OTHER)):
        arrays, metadata = read_archive(path)
        training = {**metadata["training"], "version": 1, "validates": validation is not None}
        del training["judged"], training["versions"]
        write_archive(path, arrays, {**metadata, "training": training})
        expected = new_model()
        train(expected, validation=validation)
        assert left(Word2Vec.resume(path, CORPUS, validation=validation)) == left(expected)


def test_a_damaged_file(checkpoint):
    data = bytearray(checkpoint.read_bytes())
    for place in range(0, len(data), len(data) // 7):
        checkpoint.write_bytes(data[:place])
        with pytest.raises(FormatError):
            Word2Vec.resume(checkpoint, CORPUS)
    with zipfile.ZipFile(checkpoint, "w"):
        pass
    with pytest.raises(FormatError):
        Word2Vec.resume(checkpoint, CORPUS)


def test_damage_in_what_it_says_of_training(checkpoint):
    arrays, metadata = read_archive(checkpoint)
    wrong = [{name: None} for name in ("epoch", "begun", "versions", "totals")]
    wrong += [{name: 3} for name in ("begun", "schedule", "judged", "versions")]
    wrong += [{"begun": {}}, {"judged": {"best": -1}}, {"judged": {"worst": 1}}, {"version": "x"}, {"new": 1}]
    for change in wrong:
        write_archive(checkpoint, arrays, {**metadata, "training": {**metadata["training"], **change}})
        with pytest.raises(FormatError, match=r"checkpoint: what the checkpoint says of training is damaged"):
            Word2Vec.resume(checkpoint, CORPUS)


def test_a_model_that_is_no_checkpoint(tmp_path):
    new_model().save(tmp_path / "model")
    with pytest.raises(FormatError, match="is a model but no checkpoint"):
        Word2Vec.resume(tmp_path / "model", CORPUS)
    with pytest.raises(FileNotFoundError):
        Word2Vec.resume(tmp_path / "nothing", CORPUS)


def test_corpora_that_are_none(checkpoint):
    with pytest.raises(TypeError, match="give either"):
        Word2Vec.resume(checkpoint)
    with pytest.raises(TypeError, match="give either"):
        Word2Vec.resume(checkpoint, CORPUS, checkpoint)
    with pytest.raises(ValueError, match="workers must be at least 1"):
        Word2Vec.resume(checkpoint, CORPUS, workers=0)


class Own(Word2Vec):
    def _do_train_job(self, sentences, alpha, inits):
        return 1, 1


def test_a_class_that_trains_batches_itself(checkpoint, tmp_path):
    model = Own(vector_size=12, min_count=2)
    model.build_vocab(CORPUS)
    with pytest.raises(ValueError, match="_do_train_job of its own"):
        train(model, checkpoint=tmp_path / "other")
    with pytest.raises(ValueError, match="_do_train_job of its own"):
        Own.resume(checkpoint, CORPUS)


def test_a_place_where_no_file_can_be_is_found_out_before_training(tmp_path):
    model = new_model()
    with pytest.raises(FileNotFoundError, match="no checkpoint can be written: there is no such folder"):
        train(model, checkpoint=tmp_path / "nowhere" / "checkpoint")
    with pytest.raises(ValueError, match="needs checkpoint="):
        train(model, checkpoint_every="1 epoch")
    with pytest.raises(ValueError, match="1 epoch"):
        train(model, checkpoint=tmp_path / "checkpoint", checkpoint_every="1 fortnight")
    assert model.history == []
    assert isinstance(model, Lifecycle)


# ---- checkpoints that cannot be written


def folder_is_removed(path, patch):
    shutil.rmtree(path.parent)


def disk_is_full(path, patch):
    def opened(name, mode):
        return open("/dev/full" if ".npw2v-" in str(name) and mode == "wb" else name, mode)

    patch.setattr(opening, "open", opened, raising=False)


def file_may_not_grow(path, patch):
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, limits[1]))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def becomes_read_only(path, patch):
    def refused(source, target):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), source)

    patch.setattr(os, "replace", refused)


FAILURES = {
    folder_is_removed: (FileNotFoundError, "there is no such folder"),
    disk_is_full: (OSError, r"No space left on device.* \(the old file is as it was\)"),
    file_may_not_grow: (OSError, r"File too large.* \(the old file is as it was\)"),
    becomes_read_only: (OSError, r"Read-only .* folder must be writable \(the old file is as it was\)"),
}


@pytest.mark.usefixtures("any_number_of_workers")
@pytest.mark.parametrize(
    ("failure", "workers"),
    [(folder_is_removed, 1), (disk_is_full, 2), (file_may_not_grow, 1), (becomes_read_only, 1)],
)
def test_a_checkpoint_that_cannot_be_written(monkeypatch, tmp_path, failure, workers):
    """The model is as far as it was trained, and the checkpoint before is there."""
    if failure is disk_is_full and not os.path.exists("/dev/full"):
        pytest.skip("writes to /dev/full")
    expected, path, copy = new_model(), tmp_path / "folder" / "checkpoint", tmp_path / "copy"
    path.parent.mkdir()
    train(expected)
    model, undo = new_model(workers=workers), []
    error, message = FAILURES[failure]
    with monkeypatch.context() as patch:
        fails_after(patch, 7, lambda: undo.append((shutil.copy(path, copy), failure(path, patch))))
        with pytest.raises(
            error, match=f"the checkpoint cannot be written, so training has ended.*{message}"
        ) as caught:
            train(model, checkpoint=path, checkpoint_every="1 word")
    for _, back in undo:
        if back:
            back()
    assert caught.value.filename == str(path)
    assert (len(model.history), model.train_count) == (1, 0)
    model.save(tmp_path / "model")
    assert weights(Word2Vec.load(tmp_path / "model")) == weights(model) != weights(Word2Vec.load(copy))
    if failure is not folder_is_removed:
        assert os.listdir(path.parent) == ["checkpoint"]
        assert path.read_bytes() == copy.read_bytes()
    assert left(Word2Vec.resume(copy, CORPUS)) == left(expected)
    model.workers = 1
    train(model)


def fails_after(patch, parts, fail):
    """Something goes wrong when so many parts are done."""
    counted, original = [0], progress.Progress.part

    def part(shown, report):
        original(shown, report)
        counted[0] += 1
        if counted[0] == parts:
            fail()

    patch.setattr(progress.Progress, "part", part)


@pytest.mark.parametrize("kernel", ["blocks", "replay"])
def test_weights_that_are_no_numbers_do_not_replace_a_good_checkpoint(tmp_path, kernel):
    class Breaks(CallbackAny2Vec):
        def on_epoch_end(self, model):
            if len(model.history) == 2:
                model.wv.vectors[-1, 0] = np.nan

    path, breaks = tmp_path / "checkpoint", [Breaks()]
    with pytest.raises(TrainingError, match="training diverged: a weight is not finite"):
        train(new_model(kernel=kernel), checkpoint=path, checkpoint_every="1 epoch", callbacks=breaks)
    model = Word2Vec.load(path)
    assert (len(model.history), np.isfinite(model.wv.vectors).all()) == (1, True)
    assert "note         a checkpoint of training in epoch 2 of 3: Word2Vec.resume() goes on" in str(inspect(path))


def test_the_folder_of_a_relative_path_is_that_of_the_beginning(monkeypatch, tmp_path):
    (tmp_path / "begins").mkdir()
    (tmp_path / "goes").mkdir()
    monkeypatch.chdir(tmp_path / "begins")
    with monkeypatch.context() as patch:
        fails_after(patch, 1, lambda: os.chdir(tmp_path / "goes"))
        train(new_model(), checkpoint="checkpoint", checkpoint_every="1 epoch")
    assert os.listdir(tmp_path / "goes") == []
    assert os.listdir(tmp_path / "begins") == ["checkpoint"]


def interrupts_writing(patch):
    original, calls = zipfile.ZipFile.open, [0]

    def opened(archive, name, mode="r", **options):
        calls[0] += mode == "w"
        if calls[0] == 12:
            raise KeyboardInterrupt
        return original(archive, name, mode, **options)

    patch.setattr(zipfile.ZipFile, "open", opened)


def test_an_interrupt_while_a_checkpoint_is_written(monkeypatch, tmp_path):
    expected, path, model = new_model(), tmp_path / "checkpoint", new_model()
    train(expected)
    with monkeypatch.context() as patch:
        interrupts_writing(patch)
        with pytest.raises(KeyboardInterrupt):
            train(model, checkpoint=path, checkpoint_every="1 word")
    assert os.listdir(tmp_path) == ["checkpoint"]
    model.save(tmp_path / "model")
    assert weights(Word2Vec.load(tmp_path / "model")) == weights(model)
    assert left(Word2Vec.resume(path, CORPUS)) == left(expected)
