"""The examples of docs/migration.md run, in order, in a process without anything of the tests."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from tests.support.gensim_pickles import dumps, model_3_8

PAGE = (Path(__file__).parent.parent / "docs" / "migration.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]


@pytest.fixture
def folder(tmp_path):
    """The files that the page speaks of."""
    tmp_path.joinpath("gensim-3.model").write_bytes(dumps(model_3_8()))
    words = b"".join(b"%s " % word + np.zeros(3, np.float32).tobytes() + b"\n" for word in (b"</s>", b"cat", b"dog"))
    tmp_path.joinpath("word2vec.bin").write_bytes(b"3 3\n" + words)
    tmp_path.joinpath("word2vec.vocab").write_text("</s> 9\ncat 7\ndog 5\n")
    tmp_path.joinpath("corpus.txt").write_text("cat say meow\ndog say woof\n" * 20)
    program = "import gensim.models\nassert gensim.models.Word2Vec.__init__.__module__ == 'npw2v.word2vec'\n"
    for name in ("script.py", "module.py"):
        tmp_path.joinpath(name).write_text(program)
    tmp_path.joinpath("tests").mkdir()
    tmp_path.joinpath("tests", "test_it.py").write_text("def test_it():\n" + textwrap.indent(program, "    "))
    return tmp_path


def run(folder, *arguments):
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_sessions(folder):
    sessions = blocks("pycon")
    assert sum(session.count(">>> ") for session in sessions) > 20
    folder.joinpath("page.txt").write_text("\n".join(sessions), encoding="utf-8")
    run(folder, "-X", "utf8", "-m", "doctest", "page.txt")


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(folder, command):
    program, *arguments = shlex.split(command)
    assert program == "python"
    run(folder, *arguments)
