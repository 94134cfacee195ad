"""The command line: help, exit statuses, and errors of one line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from npw2v.cli import main
from npw2v.corpus import datasets


def test_without_arguments_it_prints_help(capsys):
    assert main([]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("usage: npw2v")
    assert "demo" in out
    assert err == ""


def test_help_of_the_whole_imports_no_command():
    program = "import sys; from npw2v.cli import main; main([]); sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], stdout=subprocess.DEVNULL, timeout=60).returncode == 0


def test_help_of_the_demo_names_its_options(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["demo", "--help"])
    assert caught.value.code == 0
    out = capsys.readouterr().out
    for option in ("--corpus", "--output", "--epochs", "--vector-size", "--window", "--sg", "--cbow", "--workers",
                   "--seed", "--questions", "--no-plot"):  # fmt: skip
        assert option in out


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["dance"], "invalid choice: 'dance'"),
        (["demo", "--epochs", "0"], "--epochs: expected a whole number from 1, got 0"),
        (["demo", "--window", "five"], "--window: invalid"),
        (["demo", "--sg", "--cbow"], "not allowed with"),
        (["demo", "--no-such-option"], "unrecognized arguments: --no-such-option"),
    ],
)
def test_bad_arguments_end_with_status_2_and_one_line(arguments, message, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


def failing(capsys, *arguments: str) -> str:
    """Run a command that fails; return the one line on its standard error."""
    assert main(arguments) == 1
    err = capsys.readouterr().err
    assert err.startswith("npw2v: error: ")
    assert err.count("\n") == 1
    return err


def test_missing_corpus(capsys, tmp_path):
    missing = str(tmp_path / "nothing.txt")
    assert f"no corpus at {missing}: give toyworld" in failing(
        capsys, "demo", "--corpus", missing, "--output", str(tmp_path / "out")
    )


def test_missing_questions(capsys, tmp_path):
    missing = str(tmp_path / "questions.txt")
    assert f"no analogy questions at {missing}" in failing(
        capsys, "demo", "--questions", missing, "--output", str(tmp_path / "out")
    )


def test_output_that_is_a_file(capsys, tmp_path):
    (tmp_path / "out").write_text("")
    assert "exists" in failing(capsys, "demo", "--output", str(tmp_path / "out"))


def test_no_network(capsys, tmp_path, monkeypatch):
    monkeypatch.delenv("NPW2V_DATA", raising=False)
    monkeypatch.setattr(datasets, "cache_folder", lambda: tmp_path / "cache")
    offline = datasets.DataSet("text8", 10, 10, "", "http://127.0.0.1:1/text8.zip")
    monkeypatch.setattr(datasets, "DATA_SETS", {"text8": offline})
    message = failing(capsys, "demo", "--corpus", "text8", "--output", str(tmp_path / "out"))
    assert "cannot download text8.zip" in message
    assert "NPW2V_DATA" in message


def test_corpus_without_a_frequent_word(capsys, tmp_path):
    (tmp_path / "few.txt").write_text("every word here is new\n")
    assert "vocab" in failing(
        capsys, "demo", "--corpus", str(tmp_path / "few.txt"), "--output", str(tmp_path / "out"), "--no-plot"
    )


def test_interruption_has_its_own_status(capsys, tmp_path, monkeypatch):
    def interrupted(name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(datasets, "find", interrupted)
    assert main(["demo", "--corpus", "text8", "--output", str(tmp_path)]) == 130
    assert capsys.readouterr().err == "npw2v: interrupted\n"


def test_python_m_npw2v_is_the_same_command():
    done = subprocess.run([sys.executable, "-m", "npw2v"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("usage: npw2v")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows reports a closed pipe as another error")
def test_reader_of_a_pipe_may_leave(tmp_path):
    command = [sys.executable, "-m", "npw2v", "demo", "--epochs", "1", "--no-plot", "--output", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 1
