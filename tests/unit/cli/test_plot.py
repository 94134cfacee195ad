"""`npw2v plot`."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from npw2v import KeyedVectors
from npw2v.cli import main
from npw2v.cli.plot import grouped

pytest.importorskip("matplotlib", reason="there is no matplotlib to draw with")


def words_in(path):
    texts = ElementTree.parse(path).iter("{http://www.w3.org/2000/svg}text")
    return {"".join(each.itertext()) for each in texts}


def test_without_words_the_most_frequent_ones_are_drawn(run, folder, capsys):
    assert main(["plot", "model.npz", "--words", "30", "-o", "map.svg"]) == 0
    assert "30 words drawn in map.svg" in capsys.readouterr().err
    first = KeyedVectors.load("model.npz").index_to_key[:30]
    assert len(words_in("map.svg") & set(first)) > 20


def test_neighbours_have_the_group_of_their_word(folder):
    vectors = KeyedVectors.load("model.npz")
    groups = grouped(vectors, ["king", "piano"], [], [], 5)
    assert [(group.name, list(group.important)) for group in groups] == [("king", ["king"]), ("piano", ["piano"])]
    for group in groups:
        near = [word for word, _ in vectors.most_similar(group.name, topn=5)]
        assert list(group.words) == [group.name, *near]
    (group,) = grouped(vectors, [], [("both", ["king", "piano"])], [], 2)
    assert len(group.words) == 6


def test_pairs_groups_and_words_share_a_map(run):
    run("plot", "model.npz", "piano", "--groups", "royals=prince,lord", "paris,rome,berlin,tokyo",
        "--pairs", "king:queen", "man:woman", "--words", 5, "--title", "all & all", "-o", "map.svg")  # fmt: skip
    found = words_in("map.svg")
    assert {"piano", "prince", "lord", "king", "queen", "man", "woman", "royals", "all & all"} <= found
    assert "paris, rome, berlin, ..." in found
    assert any("principal component" in text for text in found)


def test_the_method_can_be_chosen(run):
    run("plot", "model.npz", "--pairs", "king:queen", "man:woman", "--method", "tsne", "-o", "map.svg")
    assert any("t-SNE" in text for text in words_in("map.svg"))


def test_what_has_no_room_is_said(run, folder, capsys):
    assert main(["plot", "model.npz", "--words", "100", "--size", "2x2", "-o", "map.png"]) == 0
    assert "had no room for a label (a larger --size makes some): " in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["kign"], "the word 'kign' is not among .* did you mean 'king'"),
        (["--groups", "king,qqqqq"], "the word 'qqqqq' is not among"),
        (["--groups", "name=,"], "--groups expected words with commas between them, .* got 'name=,'"),
        (["--pairs", "king"], "--pairs expected two words with a colon between them, as king:queen, got 'king'"),
        (["--pairs", "king:"], "got 'king:'"),
        (["--pairs", "king:kign"], "the word 'kign' is not among"),
        (["king", "queen"], "a map needs at least 3 words that have vectors, got 2"),
        (["--words", "2"], "at least 3 words"),
        (["-o", "map.jpg"], "'map.jpg' says no kind of picture: expected a name that ends in .png, .svg or .pdf"),
        (["-o", "nowhere/map.png"], "no such folder"),
        (["-o", "."], "says no kind of picture"),
    ],
)
def test_bad_input(arguments, message, fails, folder):
    before = set(folder.iterdir())
    output = [] if "-o" in arguments else ["-o", "map.png"]
    line = fails("plot", "model.npz", *arguments, *output)
    assert re.search(message, line), line
    assert set(folder.iterdir()) == before


@pytest.mark.parametrize("size", ["10", "0x5", "10x7x2", "x", "1e9x3", "nanx4"])
def test_bad_size(size, folder, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["plot", "model.npz", "-o", "map.png", "--size", size])
    assert caught.value.code == 2
    assert "expected inches from 1 to 100, as 10x7.5" in capsys.readouterr().err
