"""A folder with everything that commands ask for, made once."""

from __future__ import annotations

import shutil

import pytest

from npw2v import Word2Vec
from npw2v.cli import main
from npw2v.corpus import datasets, toyworld


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The files that the examples of the commands name."""
    folder = tmp_path_factory.mktemp("made")
    sentences = list(toyworld.sentences(words=30_000))
    lines = [" ".join(sentence) for sentence in sentences]
    (folder / "corpus.txt").write_text("\n".join(lines))
    (folder / "held-out.txt").write_text("\n".join(lines[:200]))
    (folder / "raw.txt").write_text("".join(f"{line.capitalize()}.\n" for line in lines[:1000]))
    (folder / "other.txt").write_text("\n".join(lines[len(lines) // 2 :]))
    (folder / "questions.txt").write_text(toyworld.questions())
    (folder / "pairs.tsv").write_text("king\tqueen\t9.0\nking\tpiano\t1.5\nparis\trome\t8\nunheard\tking\t3\n")
    model = Word2Vec(sentences, vector_size=16, sg=1, epochs=3, min_count=2, workers=1)
    model.save(str(folder / "model.npz"))
    model.wv.save_word2vec_format(str(folder / "vectors.bin"), binary=True)
    model.wv.save_word2vec_format(str(folder / "glove.6B.txt"), write_header=False)
    Word2Vec(sentences[: len(sentences) // 2], vector_size=8, epochs=1, workers=1).save(str(folder / "other.npz"))
    (folder / "damaged.txt").write_text("3 2\ncat 1 2\ncat 3 4\n")
    return folder


@pytest.fixture
def folder(made, tmp_path, monkeypatch):
    """A copy of those files, which is the current folder."""
    copy = tmp_path / "copy"
    shutil.copytree(made, copy)
    monkeypatch.chdir(copy)
    monkeypatch.setenv("NPW2V_DATA", str(copy / "nowhere"))
    monkeypatch.setattr(datasets, "cache_folder", lambda: copy / "cache")
    return copy


@pytest.fixture
def run(folder, capsys):
    """Run a command that goes well, and return its standard output."""

    def run(*arguments):
        assert main(list(map(str, arguments))) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    return run


@pytest.fixture
def fails(folder, capsys):
    """Run a command that fails, and return the one line that says why."""

    def fails(*arguments):
        assert main(list(map(str, arguments))) == 1
        out, err = capsys.readouterr()
        lines = [line for line in err.splitlines() if line.startswith("npw2v: error: ")]
        assert len(lines) == 1, err
        assert err.splitlines()[-1] == lines[0]
        assert "Traceback" not in err
        return lines[0]

    return fails
