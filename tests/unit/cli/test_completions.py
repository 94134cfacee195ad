"""`npw2v completions`: every command and flag is in the scripts, and the shells that are here understand them."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from npw2v.cli import COMMANDS, main, parser_of

SHELLS = ("bash", "zsh", "fish")


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_flag_is_there(shell, capsys):
    assert main(["completions", shell]) == 0
    out = capsys.readouterr().out
    for name in COMMANDS:
        assert name in out
        for action in parser_of(name)._actions:
            for flag in action.option_strings:
                assert (flag if shell != "fish" else flag.lstrip("-")) in out


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_can_read_it(shell, capsys):
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    assert main(["completions", shell]) == 0
    done = subprocess.run([shell, "-n"], input=capsys.readouterr().out, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(
    "line, expected",
    [
        ("npw2v tr", {"train"}),
        ("npw2v similar m.npz king --met", {"--metric"}),
        ("npw2v similar m.npz king --metric ", {"cosine", "euclidean"}),
        ("npw2v completions ", {"bash", "zsh", "fish"}),
    ],
)
def test_bash_completes(line, expected, capsys, tmp_path):
    assert main(["completions", "bash"]) == 0
    words = line.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    script = f"{capsys.readouterr().out}\nCOMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _npw2v\n"
    script += 'printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert set(done.stdout.split()) == expected
