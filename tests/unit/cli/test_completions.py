"""`npw2v completions`: every command and flag is in the scripts, and the shells that are here understand them."""

from __future__ import annotations

import os
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


#: What is typed → all that may come next.
LINES = {
    "npw2v tr": {"train"},
    "npw2v --v": {"--version"},
    "npw2v similar m.npz king --met": {"--metric"},
    "npw2v similar m.npz king --metric ": {"cosine", "euclidean"},
    "npw2v similar m.npz train --checkp": set(),  # a word that is the name of a command
    "npw2v train --checkp": {"--checkpoint", "--checkpoint-every"},
    "npw2v convert a.bin b.bin --dtype float1": {"float16"},
    "npw2v similar m.n": {"m.npz"},
    "npw2v completions ": {"bash", "zsh", "fish"},
}


@pytest.fixture
def there(tmp_path, monkeypatch):
    """Go to a folder with a file to complete, and say for which shells there is a script in it."""
    (tmp_path / "m.npz").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_script(shell, path, capsys):
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    assert main(["completions", shell]) == 0
    path.write_text(capsys.readouterr().out, encoding="utf8")


@pytest.mark.parametrize("line", LINES)
def test_bash_completes(line, there, capsys):
    write_script("bash", there / "npw2v.bash", capsys)
    words = line.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    script = f"source ./npw2v.bash; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _npw2v\n"
    script += 'printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert {word for word in done.stdout.split() if not word.startswith("npw2v.")} == LINES[line]


@pytest.mark.parametrize("line", LINES)
def test_fish_completes(line, there, capsys):
    write_script("fish", there / "npw2v.fish", capsys)
    script = f"source ./npw2v.fish; complete -C '{line}'"
    done = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, check=True)
    assert {each.partition("\t")[0] for each in done.stdout.splitlines()} == LINES[line]


#: Has the Tab key write what may come next to a file, and end the shell. An argument of compadd such as -O would have
#: it add nothing.
ZSHRC = r"""
PS1= RPS1=
fpath=($ZDOTDIR $fpath)
autoload -Uz compinit && compinit -u -D
compadd() {
    if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
        local -a found
        builtin compadd -A found "$@"
        print -rl -- $found >> found.txt
    fi
    builtin compadd "$@"
}
finish() { zle complete-word; exit }
zle -N finish
bindkey '^I' finish
"""


@pytest.mark.parametrize("line", [*LINES][1:8:2])  # starting it takes most of a second
def test_zsh_completes(line, there, capsys, monkeypatch):
    """In a terminal, as zsh completes nothing elsewhere; the script is found where the help says to put it."""
    write_script("zsh", there / "_npw2v", capsys)
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    (there / ".zshrc").write_text(ZSHRC)
    monkeypatch.setenv("ZDOTDIR", str(there))
    monkeypatch.setenv("TERM", "xterm")
    ours, its = pty.openpty()
    with subprocess.Popen(["zsh", "-i"], stdin=its, stdout=its, stderr=its, start_new_session=True) as shell:
        os.close(its)
        os.write(ours, f"{line}\t".encode())
        while _more_from(ours):
            pass
        os.close(ours)
        assert shell.wait(timeout=30) is not None
    found = there / "found.txt"
    assert (set(found.read_text().split()) if found.exists() else set()) == LINES[line]


def _more_from(terminal):
    """What a terminal has to show, empty once nothing runs in it any more."""
    try:
        return os.read(terminal, 4096)
    except OSError:  # as Linux says it
        return b""
