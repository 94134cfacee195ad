"""`npw2v query`: lines from a pipe, and on a terminal."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from npw2v import KeyedVectors
from npw2v.cli import main
from npw2v.cli.query import Completer, number_in


@pytest.fixture
def ask(run, monkeypatch):
    def ask(text, *arguments):
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        return run("query", "model.npz", *arguments)

    return ask


def test_a_word_a_sum_a_pair_and_a_group(ask):
    vectors = KeyedVectors.load("model.npz")
    assert ask("king\n", "-k", 2).split()[2] == vectors.most_similar("king", topn=1)[0][0]
    expected = vectors.most_similar(positive=["king", "woman"], negative=["man"], topn=1)[0][0]
    assert ask("king - man + woman\n").splitlines()[1].split()[0] == expected
    assert ask("king queen").split() == ["cosine", f"{vectors.similarity('king', 'queen'):.4f}"]
    group = ["king", "queen", "piano", "prince"]
    assert ask(" ".join(group)).splitlines()[-1] == f"{vectors.doesnt_match(group)} does not belong"


def test_the_number_of_words_can_be_set(ask):
    assert len(ask(":k 3\nking\n\n").splitlines()) == 4


def test_a_mistake_does_not_end_it(folder, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("kign\nking -\n:k x\n:help\nking\n:quit\nqueen\n"))
    assert main(["query", "model.npz", "-k", "1"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0].split() == ["king", "cosine"]
    assert len(out.splitlines()) == 2
    for message in ("did you mean 'king'", "expected a word at the end", "such as :k 5", "a sum"):
        assert message in err


@pytest.mark.parametrize("text", [":k", ":k 0", ":k -1", ":k 1.5"])
def test_a_number_is_whole_and_positive(text):
    with pytest.raises(ValueError, match="from 1 on"):
        number_in(text)
    assert number_in(":k 7") == 7


def test_words_are_completed_by_frequency():
    vectors = KeyedVectors(1)
    vectors.add_vectors(["kin", "king", "queen", "kind"], [[1]] * 4)
    complete = Completer(vectors, most=2)
    assert [complete("kin", state) for state in range(3)] == ["kin", "king", None]
    assert complete("x", 0) is None


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_on_a_terminal_it_completes_and_keeps_the_history(folder):
    pytest.importorskip("readline")
    import pty

    try:
        parent, child = pty.openpty()
    except OSError as error:
        pytest.skip(f"there is no pseudo-terminal here: {error}")
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "TERM": "dumb", "HOME": str(folder)}
    command = [sys.executable, "-m", "npw2v", "query", "model.npz", "-k", "1"]
    with subprocess.Popen(command, stdin=child, stdout=child, stderr=child, env=environment, close_fds=True) as process:
        os.close(child)
        os.write(parent, b"pian\t\n:quit\n")
        shown = b""
        while True:
            try:
                part = os.read(parent, 4096)
            except OSError:
                break
            if not part:
                break
            shown += part
    os.close(parent)
    assert process.returncode == 0, shown
    assert b"piano" in shown
    assert b"Traceback" not in shown
    if sys.platform == "linux":
        assert (folder / "cache" / "npw2v" / "history").read_text().split() == ["piano", ":quit"]
