"""`Dictionary` does what gensim's does, whatever is done to it; files go both ways."""

from __future__ import annotations

import random

import pytest
from gensim.corpora import Dictionary as Theirs

from npw2v.corpora import Dictionary

WORDS = [f"w{number}" for number in range(40)] + ["ü", "<pad>", " "]


def texts(draw, count=12):
    return [draw.choices(WORDS, weights=range(len(WORDS), 0, -1), k=draw.randint(0, 12)) for _ in range(count)]


def state(dictionary):
    """What there is, in its order."""
    tables = [list(getattr(dictionary, name).items()) for name in ("token2id", "cfs", "dfs")]
    return [*tables, dictionary.num_docs, dictionary.num_pos, dictionary.num_nnz, dict(dictionary), str(dictionary)]


def change(draw, both):
    """Do the same to both, and return what they say."""
    name = draw.choice(["add", "extremes", "frequent", "tokens", "special", "merge", "bow", "text", "idx"])
    if name in ("extremes", "frequent", "tokens") and both[0].dfs.keys() != {*both[0].keys()}:
        return None, None  # special words are in no document, which is an error there
    if name == "add":
        more = texts(draw, 3)
        return [each.add_documents(more) for each in both]
    if name == "extremes":
        limits = {"no_below": draw.randint(0, 3), "no_above": draw.random(), "keep_n": draw.choice([None, 5, 20])}
        kept = draw.choice([None, [], ["w1", "w30", "absent"]])
        return [each.filter_extremes(**limits, keep_tokens=kept) for each in both]
    if name == "frequent":
        count = draw.randint(0, 3)
        return [each.filter_n_most_frequent(count) for each in both]
    if name == "tokens":
        bad, good = draw.choice([None, [1, 3, 99]]), draw.choice([None, range(2, 30)])
        return [each.filter_tokens(bad, good) for each in both]
    if name == "special":  # several of which one has a number already may leave two words with one there
        chosen = draw.choice([["<a>", "<b>", "<c>"], draw.sample(WORDS, 1)])
        numbers = draw.sample(sorted(both[0].keys()), min(len(chosen), len(both[0])))
        special = dict(zip(chosen, numbers, strict=False))
        special = {} if len(special) > 1 and {*special} & both[0].token2id.keys() else special
        return [each.patch_with_special_tokens(special) for each in both]
    if name == "merge":
        more = texts(draw, 4)
        bag = [(0, 2), (1, 1), (77, 1)]
        return [each.merge_with(type(each)(more))[bag] for each in both]
    document = draw.choices([*WORDS, "absent"], k=8)
    if name == "idx":
        return [each.doc2idx(document, -7) for each in both]
    update = draw.random() < 0.5
    return [each.doc2bow(document, allow_update=update, return_missing=True) for each in both]


@pytest.mark.parametrize("seed", range(40))
def test_what_is_done_at_random(seed):
    draw = random.Random(seed)
    first = texts(draw)
    both = [Theirs(first), Dictionary(first)]
    for _ in range(12):
        theirs, ours = change(draw, both)
        assert ours == theirs
        assert state(both[1]) == state(both[0])
        assert both[1].most_common(4) == both[0].most_common(4)


@pytest.mark.parametrize("sort_by_word", [True, False])
def test_text_files_have_the_same_bytes(sort_by_word, tmp_path):
    first = texts(random.Random(5))
    for cls, name in ((Theirs, "theirs"), (Dictionary, "ours")):
        cls(first).save_as_text(str(tmp_path / name), sort_by_word=sort_by_word)
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()
    assert state(Dictionary.load_from_text(tmp_path / "theirs")) == state(Theirs.load_from_text(str(tmp_path / "ours")))


def test_corpora():
    corpus = [[(3, 1.5), (0, 2)], [], [(3, 1)]]
    for words in (None, {0: "a", 3: "b", 9: "c"}):
        assert state(Dictionary.from_corpus(corpus, words)) == state(Theirs.from_corpus(corpus, words))


@pytest.mark.parametrize("looked_up", [False, True])
def test_what_gensim_saved_is_loaded(looked_up, tmp_path):
    theirs = Theirs(texts(random.Random(6)))
    if looked_up:
        assert theirs[0]
    theirs.save(str(tmp_path / "dictionary"))
    ours = Dictionary.load(str(tmp_path / "dictionary"))
    assert ours.id2token == theirs.id2token
    assert state(ours) == state(theirs)
    Theirs([]).save(str(tmp_path / "empty"))
    assert state(Dictionary.load(tmp_path / "empty")) == state(Theirs([]))


def test_pruning():
    many = [[f"w{number}", "often"] for number in range(10_002)]
    assert state(Dictionary(many, prune_at=7)) == state(Theirs(many, prune_at=7))
