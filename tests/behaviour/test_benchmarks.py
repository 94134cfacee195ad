"""Benchmarks beside other programs: what these are told, and that it is their vectors that are scored."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from npw2v import KeyedVectors

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

#: Stands in for a binary: takes word2vec.c's options, and writes a vector for each word that its vocabulary keeps.
FAKE = """#!{python}
import struct, sys
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
assert all(name.startswith("-") for name in options)
with open(options["-read-vocab"]) as lines:
    words = [line.split() for line in lines]
kept = [word for number, (word, count) in enumerate(words) if not number or int(count) >= int(options["-min-count"])]
size = int(options["-size"])
with open(options["-output"], "wb") as out:
    out.write(b"%d %d\\n" % (len(kept), size))
    for number, word in enumerate(kept):
        out.write(word.encode() + b" " + struct.pack(f"{{size}}f", *[number + 1.0] * size) + b"\\n")
with open({told!r}, "a") as told:
    print(*sys.argv[1:], file=told)
"""


@pytest.fixture
def train(monkeypatch):
    """The module, without side effects of the import on others."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    names = ("train", "report", "inputs", "runs")
    yield importlib.import_module("train")
    for name in names:
        sys.modules.pop(name, None)


@pytest.fixture
def bench(train, tmp_path):
    """A small corpus, and two binaries."""
    for megabytes in (1, train.TRIED):
        (tmp_path / f"corpus-{megabytes}-1.txt").write_text("a b a b\n" * 6 + "rare c c c c c\n")
    binaries = {}
    for name in train.BINARIES:
        binaries[name] = tmp_path / f"{name} binary"
        binaries[name].write_text(FAKE.format(python=sys.executable, told=str(tmp_path / f"told-{name}")))
        binaries[name].chmod(0o755)
    return train.Bench(tmp_path, full=True, megabytes=1, binaries=binaries)


@pytest.fixture
def scored(train, monkeypatch):
    """Instead of measuring: the vectors that were to be scored, by the words that they have."""
    found = []

    def run(**task):
        if task["measure"] == "score":
            found.append(KeyedVectors.load_word2vec_format(task["path"], binary=True))
        return {"analogies": 0.5, "words_per_second": 1.0}

    monkeypatch.setattr(train, "run", run)
    return found


def told(bench, name):
    path = bench.folder / f"told-{name}"
    words = path.read_text().split() if path.exists() else []
    return dict(zip(words[::2], words[1::2]))


@pytest.mark.skipif(sys.platform == "win32", reason="a script cannot stand in for a binary")
def test_binaries_are_sides_whose_vectors_are_scored(train, bench, scored):
    sides = train.training(sg=1)(bench, 0)
    assert list(sides) == ["npw2v", "gensim", "word2vec.c", "pWord2Vec"]
    for vectors in scored:
        assert vectors.index_to_key == ["</s>", "a", "b", "c"]
        assert vectors["b"].tolist() == [3.0] * 100
    assert len(scored) == 2
    for name in train.BINARIES:
        assert sides[name]["analogies"] == 0.5
        assert sides[name]["words_per_second"] > 0
        assert sides[name]["seconds"] > 0
        options = told(bench, name)
        assert (options["-iter"], options["-cbow"], options["-hs"], options["-negative"]) == ("5", "0", "0", "5")
        assert options.get("-batch-size") == {"word2vec.c": None, "pWord2Vec": "11"}[name]
    assert (bench.folder / "vocabulary").read_text().splitlines()[:3] == ["</s> 7", "a 12", "b 12"]


@pytest.mark.skipif(sys.platform == "win32", reason="a script cannot stand in for a binary")
@pytest.mark.parametrize("parameters", [{"sg": 0}, {"sg": 1, "hs": 1, "negative": 0}], ids=str)
def test_pword2vec_is_no_side_of_what_it_cannot_train(train, bench, scored, parameters):
    sides = train.training(**parameters)(bench, 1)
    assert sorted(sides) == ["gensim", "npw2v", "word2vec.c"]
    options = told(bench, "word2vec.c")
    assert (options["-cbow"], options["-hs"]) == (str(1 - parameters["sg"]), str(parameters.get("hs", 0)))
    assert not told(bench, "pWord2Vec")


@pytest.mark.skipif(sys.platform == "win32", reason="a script cannot stand in for a binary")
def test_a_binary_that_fails_ends_the_benchmark(train, bench, scored):
    bench.binaries["pWord2Vec"].write_text(f"#!{sys.executable}\nraise SystemExit(3)\n")
    with pytest.raises(train.subprocess.CalledProcessError, match="exit status 3"):
        train.training(sg=1)(bench, 0)
