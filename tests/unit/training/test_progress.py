"""What training shows: a bar on standard error or log lines; and what `import npw2v` leaves unimported."""

from __future__ import annotations

import io
import logging
import re
import subprocess
import sys

import pytest

from npw2v import Word2Vec
from npw2v.training.progress import Progress
from npw2v.training.reports import PartReport

CORPUS = [["a", "b", "c", "a"], ["b", "c", "d"]] * 40
OPTIONS = {"vector_size": 4, "min_count": 1, "epochs": 3, "workers": 1}


def test_a_bar_with_rate_alpha_and_eta(capsys):
    Word2Vec(CORPUS, **OPTIONS, sample=0, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    last = err.rstrip("\n").split("\r")[-1]
    assert re.search(r"^epoch 3/3: 100%\|.*\| 840/840 ", last), last
    assert re.search(r"\[\d\d:\d\d<\d\d:\d\d, +[\d.]+k? words/s, alpha 0\.\d{4}\]", last), last
    assert err.endswith("\n"), "the bar is closed"


@pytest.mark.parametrize("progress", [False, None])
def test_no_bar(capsys, progress):
    Word2Vec(CORPUS, **OPTIONS, progress=progress)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_a_bar_by_default(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    for progress, shown in ((None, True), (False, False)):
        monkeypatch.setattr(sys, "stderr", Terminal())
        Word2Vec(CORPUS, **OPTIONS, progress=progress)
        assert ("epoch 3/3" in sys.stderr.getvalue()) is shown


def test_a_call_of_train_can_differ_from_the_model(capsys):
    model = Word2Vec(**OPTIONS, progress=True)
    model.build_vocab(CORPUS)
    totals = {"total_examples": model.corpus_count, "epochs": 1}
    model.train(CORPUS, **totals, progress=False)
    assert capsys.readouterr().err == ""
    model.train(CORPUS, **totals)
    assert "epoch 1/1" in capsys.readouterr().err
    assert model.progress is True


def test_the_bar_is_closed_when_training_fails(capsys):
    class Fails:
        def on_train_begin(self, model): ...
        def on_epoch_begin(self, model): ...

        def on_epoch_end(self, model):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Word2Vec(CORPUS, **OPTIONS, progress=True, callbacks=[Fails()])
    err = capsys.readouterr().err
    assert "epoch 1/3" in err
    assert err.endswith("\n")


def test_log_lines(caplog):
    with caplog.at_level(logging.INFO, logger="npw2v"):
        model = Word2Vec(CORPUS, **OPTIONS, sample=0, compute_loss=True)
    lines = [record.getMessage() for record in caplog.records if record.message.startswith("EPOCH")]
    assert len(lines) == 3
    for epoch, line in enumerate(lines):
        row = model.history[epoch]
        assert line.startswith(
            f"EPOCH {epoch}: training on 280 raw words ({row['words_trained']} effective words) took "
        )
        assert line.endswith(f"effective words/s, loss {row['loss']:.4f}")


def test_progress_lines_name_the_epoch_and_its_share(caplog):
    def part(read, alpha):
        return PartReport(read=read, trained=read, loss=0.0, pairs=0.0, alpha=alpha)

    with caplog.at_level(logging.INFO), Progress(200, 2, bar=False, delay=0) as shown:
        for epoch in range(2):
            shown.begin(epoch)
            shown.part(part(25, 0.02))
            shown.part(part(75, 0.01))
    starts = [record.getMessage().split(", ")[0] for record in caplog.records]
    assert starts == [
        "EPOCH 0 - PROGRESS: at 25.00% words",
        "EPOCH 0 - PROGRESS: at 100.00% words",
        "EPOCH 1 - PROGRESS: at 25.00% words",
        "EPOCH 1 - PROGRESS: at 100.00% words",
    ]
    assert caplog.records[0].getMessage().endswith("words/s, alpha 0.02000")


def test_log_lines_keep_their_distance(caplog):
    with caplog.at_level(logging.INFO), Progress(200, 1, bar=False, delay=3600) as shown:
        shown.begin(0)
        shown.part(PartReport(read=25, trained=25, loss=0.0, pairs=0.0, alpha=0.02))
    assert not caplog.records


def imported_after(code):
    script = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


def test_importing_the_package_imports_nothing_heavy():
    assert not {"numpy", "scipy", "tqdm", "smart_open", "matplotlib", "gensim"} & imported_after("import npw2v")


def test_what_is_not_needed_is_not_imported():
    loaded = imported_after(
        "from npw2v import KeyedVectors, Word2Vec\n"
        "Word2Vec([['a', 'b'], ['b', 'c']], min_count=1, vector_size=4).wv.most_similar('a')"
    )
    assert "npw2v.word2vec" in loaded
    others = {"tqdm", "smart_open", "asyncio", "matplotlib", "gensim", "pandas", "scipy.stats", "pickletools"}
    assert not (others | {"npw2v.formats.gensim", "npw2v.formats.safetensors"}) & loaded
