"""Words of documents get the numbers that gensim gives them, and are counted."""

from __future__ import annotations

import pytest

from npw2v.compat.dictionary import Dictionary

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


@pytest.mark.parametrize("name", ["load", "save", "filter_extremes", "from_corpus"])
def test_methods_that_are_not_there_say_what_is(name):
    for owner in (Dictionary, Dictionary()):
        assert not hasattr(owner, name)
        with pytest.raises(AttributeError, match=f"npw2v's Dictionary has no {name}.*add_documents, doc2bow"):
            getattr(owner, name)
