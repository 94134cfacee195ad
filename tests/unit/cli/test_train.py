"""`npw2v train`: the same vectors as from Python, whatever the way."""

from __future__ import annotations

import inspect
import json
from functools import partialmethod

import pytest

from npw2v import CallbackAny2Vec, KeyedVectors, LineSentence, Word2Vec
from npw2v.cli import build_parser, main
from npw2v.cli.train import PARAMETERS

SMALL = ("--vector-size", 6, "--epochs", 2, "--workers", 1)


def test_parameters_are_those_of_the_model_with_its_defaults():
    parameters = inspect.signature(Word2Vec).parameters
    by_function = {"sentences", "corpus_file", "hashfxn", "trim_rule", "callbacks"}
    switches = {"shrink_windows", "cbow_exact", "compute_loss", "progress"}
    assert parameters.keys() - by_function == PARAMETERS.keys() | switches
    for name, (_, _, text) in PARAMETERS.items():
        default = parameters[name].default
        if default is not None and name not in ("workers", "null_word", "hs", "cbow_mean"):
            shown = (
                f"{default:,}"
                if isinstance(default, int)
                else f"{default:g}"
                if isinstance(default, float)
                else default
            )
            assert f"({shown})" in text, name


def test_it_trains_the_bytes_that_python_trains(run, folder):
    run("train", "corpus.txt", "-o", "a.npz", *SMALL, "--sg", 1, "--min-count", 3, "--no-shrink-windows")
    expected = Word2Vec(
        LineSentence("corpus.txt"), vector_size=6, epochs=2, workers=1, sg=1, min_count=3, shrink_windows=False
    )
    found = Word2Vec.load("a.npz")
    assert found.wv.index_to_key == expected.wv.index_to_key
    assert (found.wv.vectors == expected.wv.vectors).all()
    assert (found.syn1neg == expected.syn1neg).all()


def test_exact_cbow(run, folder):
    run("train", "corpus.txt", "-o", "a.npz", *SMALL, "--cbow-exact", "--alpha", 0.075)
    expected = Word2Vec(LineSentence("corpus.txt"), vector_size=6, epochs=2, workers=1, cbow_exact=True, alpha=0.075)
    found = Word2Vec.load("a.npz")
    assert found.cbow_exact is True
    assert (found.wv.vectors == expected.wv.vectors).all()


@pytest.mark.parametrize("name", ["a.bin", "a.txt", "a.vec.gz", "a.safetensors", "a.model"])
def test_the_ending_says_what_is_written(run, name):
    run("train", "held-out.txt", "-o", name, *SMALL, "--min-count", 1)
    assert len(run("similar", name, "the", "-k", 1).splitlines()) == 2


def test_text_on_the_standard_output(run):
    out = run("train", "held-out.txt", "-o", "-", *SMALL)
    assert out.splitlines()[0].endswith(" 6")


def test_a_summary_for_programs(run):
    found = json.loads(run("train", "corpus.txt", "-o", "a.bin", *SMALL, "--compute-loss", "--json"))
    assert found["settings"]["vector_size"] == 6
    assert [epoch["loss"] > 0 for epoch in found["history"]] == [True, True]
    assert found["vocabulary"] == len(KeyedVectors.load_word2vec_format("a.bin"))


def test_a_preset_gives_way_to_what_is_given(run, capsys, folder):
    assert main(["train", "held-out.txt", "-o", "a.npz", "--preset", "--epochs", "1", "--workers", "1"]) == 0
    said = capsys.readouterr().err
    assert "--sg 1: skip-gram" in said
    assert "--epochs" not in said
    model = Word2Vec.load("a.npz")
    assert (model.sg, model.epochs, model.min_count, model.negative) == (1, 1, 2, 10)


def test_validation_and_patience(run):
    judged = ("--validation", "held-out.txt", "--patience", 1)
    found = json.loads(run("train", "corpus.txt", "-o", "a.npz", *SMALL, *judged, "--json"))
    assert all(epoch["validation_loss"] > 0 for epoch in found["history"])


def test_training_that_was_stopped_goes_on(run, capsys, monkeypatch):
    arguments = ["train", "corpus.txt", "-o", "a.npz", *map(str, SMALL), "--checkpoint", "run.npz"]
    every = ["--checkpoint-every", "1 epoch"]
    run(*arguments[:3], "whole.npz", *arguments[4:-2])

    class PullThePlug(CallbackAny2Vec):
        def on_epoch_end(self, model):
            if len(model.history) == 2:
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Word2Vec, "train", partialmethod(Word2Vec.train, callbacks=[PullThePlug()]))
        assert main([*arguments, *every]) == 130
    capsys.readouterr()
    assert main([*arguments, "--resume"]) == 0
    assert "going on from run.npz, after 1 epochs" in capsys.readouterr().err
    assert (Word2Vec.load("a.npz").wv.vectors == Word2Vec.load("whole.npz").wv.vectors).all()


def test_other_settings_than_those_of_the_checkpoint_are_refused(run, fails):
    run("train", "held-out.txt", "-o", "a.bin", *SMALL, "--checkpoint", "run.npz", "--checkpoint-every", "1 epoch",
        "--resume")  # fmt: skip
    message = fails("train", "held-out.txt", "-o", "a.bin", "--checkpoint", "run.npz", "--resume", "--window", 9)
    assert "--window 5" in message


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["-o", "a.bin", "--resume"], "--resume needs --checkpoint"),
        (["-o", "a.bin", "--checkpoint-every", "1 min"], "--checkpoint-every needs"),
        (["-o", "a.bin", "--patience", "2"], "--patience needs --validation"),
        (["-o", "-", "--json"], "both write to the standard output"),
        (["-o", "a.xyz"], "says no format"),
    ],
)
def test_options_that_do_not_go_together(fails, arguments, message):
    assert message in fails("train", "corpus.txt", *arguments)


def test_output_is_required(capsys):
    with pytest.raises(SystemExit):
        build_parser("train").parse_args(["train", "corpus.txt"])
    assert "--output" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--partitions", 3), "--partitions needs --cluster"),
        (("--cluster", "local", "--lowercase"), "--lowercase and --cluster do not go together"),
        (("--cluster", "local", "--preset"), "--preset and --cluster do not go together"),
    ],
)
def test_flags_that_do_not_go_with_a_cluster(capsys, folder, flags, message):
    assert main([str(each) for each in ("train", "corpus.txt", "-o", "a.npz", *flags)]) == 1
    assert message in capsys.readouterr().err
