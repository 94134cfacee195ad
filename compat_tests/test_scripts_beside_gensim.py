"""The command lines beside gensim's: the same files, byte by byte where nothing is drawn at random."""

from __future__ import annotations

import subprocess
import sys
import warnings

import gensim.models
import numpy as np
import pytest
from gensim.scripts import glove2word2vec as gensim_glove
from gensim.scripts import word2vec2tensor as gensim_tensor
from gensim.test.utils import common_texts, datapath

from npw2v import KeyedVectors
from npw2v.scripts import glove2word2vec as glove
from npw2v.scripts import word2vec2tensor as tensor

PACKAGES = ("npw2v", "gensim")


def run(package, script, *arguments, folder):
    command = [sys.executable, "-m", f"{package}.scripts.{script}", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


@pytest.fixture
def corpora(tmp_path):
    """A folder for each package, with the same corpus in it."""
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        lines = [" ".join(text) + "\n" for text in common_texts * 20]
        (tmp_path / package / "corpus.en.txt").write_text("".join(lines))
    return tmp_path


@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2"])
def test_glove_files(suffix, tmp_path):
    source = datapath("test_glove.txt")
    ours, theirs = tmp_path / f"ours{suffix}", tmp_path / f"theirs{suffix}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert glove.glove2word2vec(source, str(ours)) == gensim_glove.glove2word2vec(source, str(theirs))
    assert glove.get_glove_info(source) == gensim_glove.get_glove_info(source) == (76, 50)
    with gensim.utils.open(str(ours), "rb") as our_file, gensim.utils.open(str(theirs), "rb") as their_file:
        assert our_file.read() == their_file.read()


@pytest.mark.parametrize(
    "name, binary",
    [
        ("word2vec_pre_kv_c", False),
        ("EN.1-10.cbow1_wind5_hs0_neg10_size300_smpl1e-05.txt", False),
        ("euclidean_vectors.bin", True),
    ],
)
def test_tables(name, binary, tmp_path):
    tensor.word2vec2tensor(datapath(name), str(tmp_path / "ours"), binary)
    gensim_tensor.word2vec2tensor(datapath(name), str(tmp_path / "theirs"), binary)
    for part in ("tensor", "metadata"):
        assert (tmp_path / f"ours_{part}.tsv").read_bytes() == (tmp_path / f"theirs_{part}.tsv").read_bytes()


@pytest.mark.parametrize("binary", [0, 1])
def test_binary_vectors_and_extreme_numbers(binary, tmp_path):
    vectors = KeyedVectors(4)
    random = np.random.default_rng(1)
    rows = (random.normal(size=(300, 4)) * 10.0 ** random.integers(-12, 12, size=(300, 4))).astype(np.float32)
    vectors.add_vectors([f"wört{row}" for row in range(300)], rows)
    vectors.save_word2vec_format(tmp_path / "v", binary=bool(binary))
    tensor.word2vec2tensor(str(tmp_path / "v"), str(tmp_path / "ours"), bool(binary))
    gensim_tensor.word2vec2tensor(str(tmp_path / "v"), str(tmp_path / "theirs"), bool(binary))
    for part in ("tensor", "metadata"):
        assert (tmp_path / f"ours_{part}.tsv").read_bytes() == (tmp_path / f"theirs_{part}.tsv").read_bytes()


@pytest.mark.parametrize(
    "arguments, files",
    [
        (["-output", "v.txt"], {"v.txt"}),
        (["-output", "v.bin", "-binary", "1"], {"v.bin"}),
        ([], {"corpus.model", "corpus.model.txt"}),
        (["-binary", "1"], {"corpus.model", "corpus.model.bin"}),
    ],
)
def test_training_writes_the_same_files(arguments, files, corpora):
    loaded = []
    for package in PACKAGES:
        options = ["-train", "corpus.en.txt", "-size", 8, "-min_count", 1, "-iter", 1, "-threads", 1, *arguments]
        finished = run(package, "word2vec_standalone", *options, folder=corpora / package)
        assert (finished.returncode, finished.stdout) == (0, ""), finished.stderr
        assert {path.name for path in (corpora / package).iterdir()} == {"corpus.en.txt", *files}
        (vectors,) = (name for name in files if not name.endswith(".model"))
        path = str(corpora / package / vectors)
        loaded.append(KeyedVectors.load_word2vec_format(path, binary="-binary" in arguments))
    ours, theirs = loaded
    assert sorted(ours.index_to_key) == sorted(theirs.index_to_key)
    assert ours.vectors.shape == theirs.vectors.shape


def test_only_gensim_cannot_ask_questions(corpora):
    (corpora / "questions.txt").write_text(": names\nhuman user system eps\n")
    statuses = {}
    for package in PACKAGES:
        options = ["-train", "corpus.en.txt", "-output", "v", "-size", 8, "-iter", 1, "-accuracy", "../questions.txt"]
        finished = run(package, "word2vec_standalone", *options, folder=corpora / package)
        statuses[package] = finished.returncode
    assert statuses == {"npw2v": 0, "gensim": 1}


@pytest.mark.parametrize(
    "script, arguments",
    [
        ("word2vec_standalone", []),
        ("word2vec_standalone", ["-train", "corpus.en.txt", "-hs", "2"]),
        ("word2vec_standalone", ["-train", "nothing.txt"]),
        ("glove2word2vec", ["-i", "nothing.txt", "-o", "out"]),
        ("word2vec2tensor", ["-i", "nothing.txt", "-o", "out"]),
        ("word2vec2tensor", ["--help"]),
    ],
)
def test_statuses(script, arguments, corpora):
    ours, theirs = (run(package, script, *arguments, folder=corpora / package) for package in PACKAGES)
    assert ours.returncode == theirs.returncode
    assert bool(ours.stdout) == bool(theirs.stdout)
    assert {path.name for path in (corpora / "npw2v").iterdir()} == {"corpus.en.txt"}
