"""PecanPy: walks compiled by Numba, embedded by ``gensim.models.Word2Vec``; also as a command."""

import subprocess
import sys
from pathlib import Path

import networkx
import numpy as np
import pytest
from gensim.models import KeyedVectors
from pecanpy import pecanpy

from compat_tests.downstream.karate import separation
from npw2v.as_gensim import wheel_is_installed


def check(karate, vectors):
    found = separation(karate, vectors)  # gensim: .45 and -.45, .6 and -.1, purity .94 to .97
    assert found.same_club > found.other_club + 0.6
    assert found.friends > found.strangers + 0.4
    assert found.purity >= 0.85


@pytest.mark.parametrize("seed", [1, 42])
def test_the_clubs_separate(karate, seed):
    adjacency = networkx.to_numpy_array(karate)
    graph = pecanpy.SparseOTF.from_mat(adjacency, [str(n) for n in karate], p=1, q=0.5, workers=1, random_state=seed)
    check(karate, graph.embed(dim=32, num_walks=50, walk_length=20, window_size=5, epochs=5))


@pytest.mark.parametrize("ending", [".emb", ".npz"])
def test_the_command(karate, tmp_path, ending):
    """``pecanpy``, as installed: by itself where the wheel stands in, else through ``python -m npw2v.as_gensim``."""
    graph, output = tmp_path / "karate.edg", tmp_path / f"karate{ending}"
    networkx.write_edgelist(karate, graph, delimiter="\t", data=False)
    options = "--mode FirstOrderUnweighted --dimensions 32 --num-walks 50 --walk-length 20 --window-size 5 --epochs 5"
    files = ["--input", str(graph), "--output", str(output), "--workers", "2", "--random_state", "3"]
    command = [str(Path(sys.executable).with_name("pecanpy")), *files, *options.split()]
    if not wheel_is_installed():
        command = [sys.executable, "-m", "npw2v.as_gensim", *command]
    subprocess.run(command, check=True)
    if ending == ".emb":
        vectors = KeyedVectors.load_word2vec_format(str(output))
    else:
        stored = np.load(output)
        vectors = KeyedVectors(32)
        vectors.add_vectors(list(stored["IDs"]), stored["data"])
    check(karate, vectors[[str(member) for member in karate]])
