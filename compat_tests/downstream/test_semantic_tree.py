"""semantic-tree: loads a model and walks from neighbor to neighbor; it imports Doc2Vec and needs it for nothing."""

import pytest
from semantic_tree.semtree import AnimateSemanticTree, load_model, send_to_gource

from compat_tests.downstream import planted
from compat_tests.downstream.planted import GROUPS


@pytest.fixture
def tree(tmp_path):
    planted.trained().save(str(tmp_path / "model"))
    tree = AnimateSemanticTree(nviz=5, sim=0.5, model=load_model(str(tmp_path / "model")))
    tree.build_neighbors("cat")
    return tree


def test_the_neighborhood_of_a_word_is_its_group(tree):
    assert {*tree.tree.nodes} <= {*GROUPS["animals"]}
    assert len(tree.tree) >= 6  # gensim: 7 of 8; a word may be among the five nearest of no other
    assert all(data["weight"] >= 0.5 for _, _, data in tree.tree.edges(data=True))


def test_it_is_written_for_gource(tree, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("USER", "somebody")
    send_to_gource(tree)
    lines = (tmp_path / "gource_log.log").read_text().splitlines()
    assert lines[0].endswith("|somebody|A|cat")
    assert {line.rpartition("/")[2] for line in lines[1:] if "/" in line} == {*tree.tree.nodes} - {"cat"}
    assert all("|A|cat" in line for line in lines)
