"""The command lines of gensim's that go with word vectors."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.scripts import GLOVE, SMALL

# ---- as programs


@pytest.mark.parametrize("name", ["word2vec_standalone", "glove2word2vec", "word2vec2tensor"])
def test_programs_say_nothing_on_standard_output(name, tmp_path, corpus):
    source = tmp_path / "glove.txt"
    source.write_text(GLOVE)
    vectors = tmp_path / "vectors.txt"
    vectors.write_text("2 3\n" + GLOVE)
    arguments = {
        "word2vec_standalone": ["-train", str(corpus), "-output", str(tmp_path / "out"), *SMALL],
        "glove2word2vec": ["-i", str(source), "-o", str(tmp_path / "out")],
        "word2vec2tensor": ["-i", str(vectors), "-o", str(tmp_path / "out")],
    }[name]
    command = [sys.executable, "-W", "error", "-m", f"npw2v.scripts.{name}", *arguments]
    finished = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == ""
    assert "INFO" in finished.stderr
    assert list(tmp_path.glob("out*"))
