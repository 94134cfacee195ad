"""The command line: help, exit statuses, and errors of one line."""

from __future__ import annotations

import io
import os
import re
import shlex
import signal
import subprocess
import sys
import time

import pytest

import npw2v
from npw2v.cli import COMMANDS, described, main, module_of
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


def wait_for_imports(process):
    """Wait until a process has loaded NumPy, and with it nearly all that it loads before it works."""
    maps = f"/proc/{process.pid}/maps"
    for _ in range(600):
        if not os.path.exists(maps) or process.poll() is not None:
            break
        with open(maps) as file:
            if "_multiarray" in file.read():
                break
        time.sleep(0.05)
    time.sleep(0.5)


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
    assert "few.txt has 0 words that occur 5 times, expected two or more: give more text" in failing(
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


# ---- what holds for every command


def test_no_help_of_a_command_imports_numpy():
    program = (
        "import sys\nfrom npw2v.cli import COMMANDS, build_parser\n"
        "for name in COMMANDS:\n    build_parser(name).format_help()\nsys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0


def examples():
    return [line for name in COMMANDS for line in getattr(module_of(name), "EXAMPLES", ())]


#: Examples that need a network, a long time or a terminal; their commands have tests of their own.
ELSEWHERE = {"demo", "download", "as-gensim", "query"}


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples(name, capsys):
    with pytest.raises(SystemExit):
        main([name, "--help"])
    out = capsys.readouterr().out
    assert getattr(module_of(name), "EXAMPLES", ()) or name in ELSEWHERE
    for line in getattr(module_of(name), "EXAMPLES", ()):
        assert f"\n  {line}\n" in out


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ELSEWHERE])
def test_examples_run(name, folder, run, monkeypatch, capsys, request):
    if name.startswith("plot"):
        pytest.importorskip("matplotlib", reason="there is no matplotlib to draw with")
    for line in module_of(name).EXAMPLES:
        before, _, after = line.rpartition("| ")
        command, _, target = after.partition(" > ")
        if before:
            assert before.startswith("cat ")
            text = (folder / before.split()[1]).read_bytes()
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        program, *arguments = shlex.split(command)
        assert program == "npw2v"
        status = main(arguments)
        out, err = capsys.readouterr()
        assert status == 0, err
        assert out or err
        if target:
            assert out


BAD = {
    "unknown word": [
        (["similar", "model.npz", "kign"], "the word 'kign' is not among .* did you mean 'king'"),
        (["analogy", "model.npz", "man", "kign", "woman"], "the word 'kign' is not among"),
        (["analogy", "model.npz", "king - kign"], "the word 'kign' is not among"),
        (["similarity", "model.npz", "king", "qqqqq"], "the word 'qqqqq' is not among .* none is spelled like it"),
        (["odd-one-out", "model.npz", "king", "queen", "kign"], "the word 'kign' is not among"),
    ],
    "no common word": [(["compare", "model.npz", "strange.txt"], "have no word in common")],
    "no sum": [(["analogy", "model.npz", "king - "], "expected a word at the end"),
               (["analogy", "model.npz", "king - - man"], "expected a word, got '-'")],
    "empty corpus": [(["train", "empty.txt", "-o", "a.bin"], "empty.txt has no words"),
                     (["preprocess", "empty.txt", "-o", "a"], "empty.txt has no words"),
                     (["preprocess", "corpus.txt", "-o", "a", "--validation", "empty.txt"], "no words to validate on"),
                     (["demo", "--corpus", "empty.txt"], "empty.txt has 0 words that occur 5 times")],
    "corpus of one word": [(["train", "one.txt", "-o", "a.bin"], "one.txt has one word only, 'a'"),
                           (["train", "few.txt", "-o", "a.bin"], "no word of few.txt occurs 5 times"),
                           (["demo", "--corpus", "one.txt"], "one.txt has 1 words that occur 5 times")],
    "no text": [([*command, *rest], r"\(byte 3 of .*latin.txt\): expected text in UTF-8; convert it")
                for command, rest in [(["train", "latin.txt"], ["-o", "a.bin"]), (["demo", "--corpus"], ["latin.txt"]),
                                      (["preprocess", "latin.txt"], ["-o", "a"])]],
    "no name": [(["train", "", "-o", "a.bin"], "'': No such file"), (["similar", "", "king"], "'': No such file"),
                (["preprocess", "corpus.txt", "-o", ""], "expected the name of a folder to make, got an empty one"),
                (["demo", "--corpus", ""], "no corpus at ''")],
    "no vectors": [
        ([*command, *rest], "corpus.txt is no file of vectors: it looks like text")
        for command, rest in [
            (["similar", "corpus.txt"], ["a"]), (["analogy", "corpus.txt"], ["a", "b", "c"]),
            (["similarity", "corpus.txt"], ["a", "b"]), (["odd-one-out", "corpus.txt"], ["a", "b", "c"]),
            (["evaluate", "corpus.txt"], ["--pairs", "pairs.tsv"]), (["query", "corpus.txt"], []),
            (["compare", "corpus.txt", "model.npz"], []), (["convert", "corpus.txt"], ["a.bin"]),
            (["explore", "corpus.txt"], ["-o", "a.html"]),
        ]
    ] + [(["doctor", "corpus.txt"], "corpus.txt is no file of vectors"),
         (["inspect", "nowhere.bin"], "nowhere.bin: No such file"),
         (["similar", "nowhere.bin", "a"], "nowhere.bin: No such file")],
    "folder that cannot be written": [
        (["train", "corpus.txt", "-o", "nowhere/a.bin"], "no such folder"),
        (["train", "corpus.txt", "-o", "."], "says no format"),
        (["plot", "model.npz", "-o", "nowhere/a.png"], "no such folder"),
        (["explore", "model.npz", "-o", "nowhere/a.html"], "no such folder"),
        (["preprocess", "corpus.txt", "-o", "nowhere/a"], "there is no folder .*nowhere"),
        (["convert", "vectors.bin", "nowhere/a.txt"], "no such folder"),
        (["convert", "vectors.bin", "nowhere/a.tsv"], "no such folder"),
        (["doctor", "damaged.txt", "--repair", "nowhere/a.txt"], "no such folder"),
        (["train", "corpus.txt", "-o", "a.bin", "--checkpoint", "nowhere/a.npz"], "no such folder"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    "arguments, message", [pytest.param(*case, id=f"{kind}: {case[0][0]}") for kind in BAD for case in BAD[kind]]
)
def test_bad_input_is_one_line_and_nothing_is_written(arguments, message, folder, fails):
    (folder / "empty.txt").write_text("\n")
    (folder / "one.txt").write_text("a a a a a a\n")
    (folder / "few.txt").write_text("a b c\n")
    (folder / "latin.txt").write_bytes("caf\xe9 noir\n".encode("latin-1"))
    (folder / "strange.txt").write_text("2 1\nxx 1\nyy 2\n")
    before = sorted(os.listdir(folder))
    assert re.search(message, fails(*arguments))
    assert sorted(os.listdir(folder)) == before


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(
    "arguments",
    [["train", "large.txt", "-o", "a.bin"], ["train", "-", "-o", "a.bin"], ["preprocess", "-", "-o", "a"],
     ["convert", "-", "a.bin"], ["similar", "-", "king"]],
)  # fmt: skip
def test_ctrl_c_is_one_line_and_nothing_is_written(arguments, folder):
    if "large.txt" in arguments:
        (folder / "large.txt").write_text("the quick brown fox jumps over the lazy dog\n" * 100_000)
    before = sorted(os.listdir(folder))
    command = [sys.executable, "-m", "npw2v", *arguments]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **streams, text=True) as process:
        wait_for_imports(process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    # A process that is interrupted while it imports ends by the signal, after the same line: shells say 130 to both.
    assert process.returncode in (130, -signal.SIGINT), err
    assert err.splitlines()[-1] == "npw2v: interrupted"
    assert "Traceback" not in err
    assert out == ""
    assert sorted(os.listdir(folder)) == before


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_while_it_trains_and_while_it_writes(folder):
    """Known by what it says: by the size of the vocabulary, and by the first lines of vectors that nobody reads on."""
    before = sorted(os.listdir(folder))
    (folder / "long.txt").write_text("1000 300\n" + "".join(f"w{row}{' 0.5' * 300}\n" for row in range(1000)))
    for arguments, stream, said in (
        (["train", "corpus.txt", "-o", "a.npz", "--epochs", "100000"], "stderr", "vocabulary of"),
        (["convert", "long.txt", "-"], "stdout", "w0 0.5"),
    ):
        command, pipes = (
            [sys.executable, "-m", "npw2v", *arguments],
            {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE},
        )
        with subprocess.Popen(command, **pipes, text=True, bufsize=1) as process:
            assert any(said in line for line in getattr(process, stream))
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
        assert err.splitlines()[-1] == "npw2v: interrupted"
        assert "Traceback" not in err
    assert sorted(set(os.listdir(folder)) - {"long.txt"}) == before


def test_ctrl_c_while_a_command_runs(folder, monkeypatch, capsys):
    def interrupted(options):
        raise KeyboardInterrupt

    for name in COMMANDS:
        monkeypatch.setattr(module_of(name), "run", interrupted)
    for line in examples():
        if not line.startswith("npw2v "):
            continue
        assert main(shlex.split(line.partition(" > ")[0])[1:]) == 130
        assert capsys.readouterr().err == "npw2v: interrupted\n"


@pytest.mark.parametrize(
    "error, text",
    [
        (KeyError("Key 'x' not present"), "Key 'x' not present"),
        (ValueError("two\nlines"), "two lines"),
        (FileNotFoundError(2, "No such file or directory", "a.txt"), "a.txt: No such file or directory"),
        (OSError("plain"), "plain"),
        (ValueError(), "ValueError"),
        (MemoryError(), "there is not enough memory: read fewer words with --limit (out of memory)"),
    ],
)
def test_errors_are_one_line(error, text):
    assert described(error) == text


def test_the_version(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"npw2v {npw2v.__version__}\n"
