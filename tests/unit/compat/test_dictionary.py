"""Words of documents get the numbers that gensim gives them, and are counted."""

from __future__ import annotations

import copyreg
import pickle
import sys
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from npw2v.compat.dictionary import Dictionary
from npw2v.errors import FormatError, PickleError
from npw2v.formats.saveload import SaveLoad

DOCUMENTS = [["trees", "graph", "trees"], ["minors", "graph"]]


def test_new_words_are_numbered_in_alphabetical_order_document_by_document():
    dictionary = Dictionary(DOCUMENTS)
    assert dictionary.token2id == {"graph": 0, "trees": 1, "minors": 2}
    assert dict(dictionary) == {0: "graph", 1: "trees", 2: "minors"}
    assert str(dictionary) == "Dictionary<3 unique tokens: ['graph', 'trees', 'minors']>"


def test_words_and_documents_are_counted():
    dictionary = Dictionary(DOCUMENTS)
    assert (dictionary.cfs, dictionary.dfs) == ({0: 2, 1: 2, 2: 1}, {0: 2, 1: 1, 2: 1})
    assert (dictionary.num_docs, dictionary.num_pos, dictionary.num_nnz) == (2, 5, 4)
    assert dictionary.most_common(2) == [("graph", 2), ("trees", 2)]


def test_bags_leave_unknown_words_out_and_change_nothing():
    dictionary = Dictionary(DOCUMENTS)
    assert dictionary.doc2bow(["paths", "minors", b"graph", "minors"]) == [(0, 1), (2, 2)]
    assert dictionary.doc2bow(["paths", "graph"], return_missing=True) == ([(0, 1)], {"paths": 1})
    assert dictionary.doc2idx(["paths", "trees"]) == [-1, 1]
    assert (len(dictionary), dictionary.num_docs) == (3, 2)


def test_a_document_is_no_string():
    with pytest.raises(TypeError, match="expected a document as a list of words, got one string: 'graph'"):
        Dictionary(["graph"])


def counted():
    """More documents: word wN is in every document from number N on."""
    return Dictionary([[f"w{number}" for number in range(position + 1)] for position in range(6)])


class TestWhichWordsStay:
    def test_neither_rare_nor_frequent(self):
        dictionary = counted()
        dictionary.filter_extremes(no_below=2, no_above=0.7)
        assert dictionary.token2id == {"w2": 0, "w3": 1, "w4": 2}
        assert (dictionary.dfs, dictionary.cfs) == ({0: 4, 1: 3, 2: 2}, {0: 4, 1: 3, 2: 2})
        assert (dictionary[1], dictionary.num_docs) == ("w3", 6)

    def test_the_most_frequent_of_them(self):
        dictionary = counted()
        dictionary.filter_extremes(no_below=1, no_above=1.0, keep_n=2)
        assert [*dictionary.token2id] == ["w0", "w1"]

    def test_words_that_stay_in_any_case(self):
        dictionary = counted()
        dictionary.filter_extremes(no_below=3, no_above=0.5, keep_n=2, keep_tokens=["w5", "w0", "unknown"])
        assert [*dictionary.token2id] == ["w0", "w5"]

    def test_all_but_the_most_frequent(self):
        dictionary = counted()
        dictionary.filter_n_most_frequent(4)
        assert dictionary.token2id == {"w4": 0, "w5": 1}

    def test_by_number(self):
        dictionary = counted()
        dictionary.filter_tokens(bad_ids=[0, 5])
        dictionary.filter_tokens(good_ids=iter([1, 2]))
        assert dictionary.token2id == {"w2": 0, "w3": 1}

    def test_too_many_are_pruned_as_they_are_read(self):
        rare = (["often", f"rare{number}"] for number in range(10_001))
        dictionary = Dictionary(rare, prune_at=5)
        assert len(dictionary) == 6
        assert dictionary.dfs[dictionary.token2id["often"]] == 10_001


class TestOtherNumbers:
    def test_words_of_a_corpus(self):
        dictionary = Dictionary.from_corpus([[(1, 2)], [], [(0, 1), (3, 1)]])
        assert dictionary.token2id == {"0": 0, "1": 1, "2": 2, "3": 3}
        assert (dictionary.dfs, dictionary.num_pos) == ({1: 1, 0: 1, 3: 1, 2: 0}, 4)
        assert Dictionary.from_corpus([[(1, 2)]], {1: b"one", 7: "seven"}).token2id == {"one": 1, "seven": 7}

    def test_special_words(self):
        dictionary = Dictionary(DOCUMENTS)
        dictionary.patch_with_special_tokens({"<pad>": 0, "trees": 2})
        assert dictionary.token2id == {"graph": 3, "minors": 1, "<pad>": 0, "trees": 2}
        assert [dictionary[number] for number in range(4)] == ["<pad>", "minors", "trees", "graph"]
        with pytest.raises(KeyError):
            dictionary.patch_with_special_tokens({"<unk>": 99})

    def test_special_words_can_be_filtered(self):
        dictionary = Dictionary(DOCUMENTS)
        dictionary.patch_with_special_tokens({"<pad>": 0, "trees": 2, "graph": 1})
        dictionary.filter_n_most_frequent(1)
        dictionary.filter_extremes(no_below=0, no_above=1.0)
        assert sorted(dictionary.token2id.values()) == [*range(len(dictionary))]

    def test_merging(self):
        dictionary, other = Dictionary(DOCUMENTS), Dictionary([["paths", "graph"], ["paths"]])
        transform = dictionary.merge_with(other)
        assert dictionary.token2id == {"graph": 0, "trees": 1, "minors": 2, "paths": 3}
        assert (dictionary.dfs, dictionary.num_docs) == ({0: 3, 1: 1, 2: 1, 3: 2}, 4)
        assert transform[other.doc2bow(["graph", "paths", "paths"])] == [(0, 1), (3, 2)]
        assert [*transform[[[(0, 1)], [(1, 1)]]]] == [[(0, 1)], [(3, 1)]]
        assert dictionary.merge_with({9: "new"})[[(9, 1)]] == [(4, 1)]


def attributes(dictionary):
    return {name: value for name, value in vars(dictionary).items() if name != "lifecycle_events"}


class TestFiles:
    @pytest.mark.parametrize("made", [Dictionary, counted, lambda: Dictionary.from_corpus([[(np.int32(1), 0.5)]])])
    def test_what_was_saved_is_loaded(self, made, tmp_path):
        dictionary = made()
        dictionary.save(tmp_path / "dictionary")
        for loaded in (Dictionary.load(tmp_path / "dictionary"), SaveLoad.load(tmp_path / "dictionary")):
            assert type(loaded) is Dictionary
            assert attributes(loaded) == attributes(dictionary)
            loaded.add_documents([["new"]])

    def test_look_ups_by_number_are_as_they_were(self, tmp_path):
        dictionary = counted()
        assert dictionary[0] == "w0"
        dictionary.save(tmp_path / "dictionary")
        assert Dictionary.load(tmp_path / "dictionary").id2token[5] == "w5"

    def test_text(self, tmp_path):
        path = tmp_path / "words.txt"
        Dictionary(DOCUMENTS).save_as_text(path)
        assert path.read_bytes() == b"2\n0\tgraph\t2\n2\tminors\t1\n1\ttrees\t1\n"
        loaded = Dictionary.load_from_text(path)
        assert loaded.token2id == {"graph": 0, "minors": 2, "trees": 1}
        assert (loaded.dfs, loaded.cfs, loaded.num_docs) == ({0: 2, 2: 1, 1: 1}, {}, 2)
        Dictionary(DOCUMENTS).save_as_text(path, sort_by_word=False)
        assert path.read_text().splitlines()[1:] == ["0\tgraph\t2", "1\ttrees\t1", "2\tminors\t1"]

    def test_text_without_a_number_of_documents_or_a_last_line_break(self, tmp_path, caplog):
        path = tmp_path / "words.txt"
        path.write_text("0\tgraph\t12")
        assert Dictionary.load_from_text(path).dfs == {0: 12}
        assert "does not contain num_docs" in caplog.text

    def test_damaged_text(self, tmp_path):
        path = tmp_path / "words.txt"
        path.write_text("2\n0\tgraph\t1\n1 trees 1\n")
        with pytest.raises(FormatError, match="words.txt, line 3: expected number, word and count .* got '1 trees 1'"):
            Dictionary.load_from_text(path)
        path.write_text("0\tgraph\t1\n1\tgraph\t1\n")
        with pytest.raises(KeyError, match="line 2: 'graph' is defined as number 1 and as number 0"):
            Dictionary.load_from_text(path)

    def test_words_that_would_break_a_line(self, tmp_path):
        with pytest.raises(ValueError, match=r"cannot write 'a\\tb' to a line of text.*use save"):
            Dictionary([["a\tb"]]).save_as_text(tmp_path / "words.txt")
        assert not (tmp_path / "words.txt").exists()


class Impostor:
    """Pickled under the name of gensim's class."""

    def __init__(self, state):
        self.state = state

    def __reduce_ex__(self, protocol):
        return copyreg.__newobj__, (type(self),), self.state


def pickled(state, tmp_path, monkeypatch, module="gensim.corpora.dictionary", name="Dictionary"):
    cls = type(name, (Impostor,), {"__module__": module})
    for package in ("gensim", module.rpartition(".")[0]):  # which pickle imports from Python 3.14 on
        monkeypatch.setitem(sys.modules, package, SimpleNamespace(__path__=[]))
    monkeypatch.setitem(sys.modules, module, SimpleNamespace(**{name: cls}))
    (tmp_path / "pickle").write_bytes(pickle.dumps(cls(state), protocol=4))
    return tmp_path / "pickle"


class TestGensimsPickles:
    STATE: ClassVar = {"token2id": {"a": 0, "b": 1}, "id2token": {}, "cfs": {0: 3}, "dfs": {0: np.int64(2), 1: 1}}

    def test_are_read(self, tmp_path, monkeypatch):
        state = {**self.STATE, "num_docs": 2, "num_pos": 4, "num_nnz": 3, "lifecycle_events": []}
        loaded = Dictionary.load(pickled(state, tmp_path, monkeypatch))
        assert attributes(loaded) == {**self.STATE, "num_docs": 2, "num_pos": 4, "num_nnz": 3}
        assert loaded[1] == "b"

    def test_of_gensim_3_are_read(self, tmp_path, monkeypatch):
        state = {"token2id": {b"a": 0}, "id2token": {0: "a"}, "dfs": {0: 1}, "num_docs": 1}
        loaded = Dictionary.load(pickled(state, tmp_path, monkeypatch))
        assert (loaded.token2id, loaded.id2token, loaded.cfs, loaded.num_nnz) == ({"a": 0}, {0: "a"}, {}, 0)

    @pytest.mark.parametrize(
        "change", [{"token2id": {"a": "b"}}, {"token2id": {3: 1}}, {"dfs": [1]}, {"num_docs": "x"}]
    )
    def test_that_are_damaged_are_refused(self, change, tmp_path, monkeypatch):
        with pytest.raises(FormatError, match="lacks a part of a Dictionary, or it is damaged"):
            Dictionary.load(pickled({**self.STATE, **change}, tmp_path, monkeypatch))

    def test_of_other_classes_are_refused(self, tmp_path, monkeypatch):
        path = pickled({"vocab": {}}, tmp_path, monkeypatch, "gensim.models.phrases", "Phrases")
        with pytest.raises(FormatError, match=r"holds no Dictionary but a gensim\.models\.phrases\.Phrases"):
            Dictionary.load(path)

    def test_run_nothing(self, tmp_path):
        (tmp_path / "pickle").write_bytes(b"\x80\x02cos\nsystem\n(S'false'\ntR.")
        with pytest.raises(PickleError, match=r"os\.system"):
            Dictionary.load(tmp_path / "pickle")


def test_the_names_of_python_2():
    dictionary = Dictionary(DOCUMENTS)
    assert [*dictionary.iterkeys()] == dictionary.keys() == [0, 1, 2]
    assert [*dictionary.iteritems()] == [*zip(range(3), dictionary.itervalues(), strict=True)]
    assert Dictionary.from_documents(DOCUMENTS).token2id == dictionary.token2id
