"""Stems and filtered texts are gensim's: of the corpus's words, of words put together from endings, of random text."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from gensim.parsing import preprocessing as theirs
from gensim.parsing.porter import PorterStemmer as Theirs

from compat_tests.corpus import unpack
from npw2v.parsing import preprocessing as ours
from npw2v.parsing.porter import PorterStemmer

FILTERS = [
    *("lower_to_unicode", "preprocess_string", "remove_stopwords", "split_alphanum", "split_on_space", "stem_text"),
    *("strip_multiple_whitespaces", "strip_non_alphanum", "strip_numeric", "strip_punctuation", "strip_short"),
    "strip_tags",
]
LETTERS = "ab Zé9_<>/b.,!\t\n\r 12\u00a0\u2003the and ing ß"
ENDINGS = "s ed ing eed ies sses ational ion ment ement y e ll ly ously iveness logi logy é ß İ"


def assert_same_stems(words):
    gensims, npw2vs = Theirs(), PorterStemmer()
    assert [(word, npw2vs.stem(word)) for word in words] == [(word, gensims.stem(word)) for word in words]


def test_stems_of_random_words():
    draw = random.Random(1)
    assert_same_stems(
        [
            "".join(draw.choices("aeioyslznttgdb", k=draw.randint(0, 7))) + draw.choice(ENDINGS.split())
            for _ in range(20000)
        ]
    )


def test_stems_of_the_corpus(tmp_path):
    with unpack(tmp_path).open() as text:
        counts = Counter(text.read(10_000_000).split())
    assert_same_stems([word for word, _ in counts.most_common(20000)])


@pytest.mark.parity
def test_stems_of_all_of_the_corpus(tmp_path):
    assert_same_stems(sorted({*unpack(tmp_path).read_text().split()}))


@pytest.mark.parametrize("name", FILTERS)
def test_filters_of_random_text(name):
    draw = random.Random(name)
    for _ in range(300):
        text = "".join(draw.choices(LETTERS, k=draw.randint(0, 60)))
        assert getattr(ours, name)(text) == getattr(theirs, name)(text)
        assert getattr(ours, name)(text.encode()) == getattr(theirs, name)(text.encode())


def test_constants():
    assert ours.STOPWORDS == theirs.STOPWORDS
    assert len(ours.DEFAULT_FILTERS) == len(theirs.DEFAULT_FILTERS)
    for name in vars(theirs):
        if name.startswith("RE_"):
            assert getattr(ours, name) == getattr(theirs, name)
