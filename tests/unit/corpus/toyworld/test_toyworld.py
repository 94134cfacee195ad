"""The generated corpus: the same text everywhere, made of the tables it says it is made of."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from npw2v.corpus import toyworld
from npw2v.corpus.toyworld import clusters, grammar, people
from npw2v.corpus.toyworld.draw import Draw, phrases


@pytest.fixture(scope="module")
def text() -> list[list[str]]:
    return toyworld.sentences()


def test_text_is_the_same_on_every_platform_and_numpy(text):
    digest = "ae36657f13356acb5e866c41d0493876160b1a3758fbb7e31e1319956c7eeb83"
    joined = "\n".join(" ".join(sentence) for sentence in toyworld.sentences(words=5000, seed=1))
    assert hashlib.sha256(joined.encode()).hexdigest() == digest


def test_a_longer_text_starts_with_the_shorter_and_another_seed_is_another_text(text):
    shorter = toyworld.sentences(words=1000, seed=1)
    assert text[: len(shorter)] == shorter
    assert toyworld.sentences(words=1000, seed=2) != shorter


def test_text_ends_with_the_first_sentence_that_reaches_the_number_of_words():
    sentences = toyworld.sentences(words=1000, seed=1)
    assert sum(map(len, sentences)) >= 1000
    assert sum(map(len, sentences[:-1])) < 1000
    assert toyworld.sentences(words=0) == []


def test_words_are_lower_case_letters_and_every_slot_is_filled(text):
    assert all(word.isascii() and word.isalpha() and word.islower() for sentence in text for word in sentence)


def test_articles_agree_with_the_sound_that_follows(text):
    following = {(first, second[0] in "aeiou") for sentence in text for first, second in pairwise(sentence)}
    assert ("a", True) not in following
    assert ("an", False) not in following


def test_frequencies_fall_off_as_in_a_language(text):
    counts = [count for _, count in Counter(word for sentence in text for word in sentence).most_common()]
    total = sum(counts)
    assert counts[0] > 0.1 * total
    assert sum(counts[:100]) > 0.5 * total
    assert counts[len(counts) // 2] < 0.0005 * total
    assert len(counts) > 1500


def test_every_word_in_question_is_frequent_enough_to_be_learnt(text):
    counts = Counter(word for sentence in text for word in sentence)
    asked = {word for known in toyworld.pairs().values() for pair in known for word in pair}
    assert min((counts[word], word) for word in asked)[0] >= 20


def test_role_and_gender_are_drawn_apart(text):
    """A king meets `his` as often as a queen meets `her`, and never the other's."""
    told = [set(sentence) for sentence in text]
    for role in people.ROYALTY:
        his = [words for words in told if role.male in words and role.female not in words]
        hers = [words for words in told if role.female in words and role.male not in words]
        assert 0.5 < len(his) / len(hers) < 2.0, role.male
        assert not any({"she", "her", "madam"} & words for words in his)
        assert not any({"he", "his", "sir"} & words for words in hers)


def test_counterparts_seldom_share_a_sentence(text):
    told = [set(sentence) for sentence in text]
    for section, known in toyworld.pairs().items():
        first, second = ({pair[place] for pair in known} for place in (0, 1))
        together = sum(bool(words & first) and bool(words & second) for words in told)
        either = sum(bool(words & (first | second)) for words in told)
        assert together < 0.4 * either, section


def test_questions_have_the_published_format():
    lines = toyworld.questions().splitlines()
    sections = [line[2:] for line in lines if line.startswith(": ")]
    assert sections == list(toyworld.pairs())
    assert all(line.startswith(": ") or len(line.split()) == 4 for line in lines)
    assert "man woman king queen" in lines
    assert "paris france rome italy" in lines


def test_no_question_has_two_answers():
    for section, known in toyworld.pairs().items():
        assert len(set(known)) == len(known), section
        assert len({first for first, _ in known}) == len(known), section
        assert len({second for _, second in known}) == len(known), section


def test_questions_file_of_the_project_is_the_one_of_the_package():
    path = Path(__file__).parents[4] / "data" / "toyworld-questions.txt"
    assert path.read_text(encoding="utf-8") == toyworld.questions()


def test_every_template_can_be_filled():
    """Draw long enough from each topic that a slot without a word would have raised KeyError."""
    draw = Draw(seed=3)
    for topic in set(toyworld.TOPICS):
        assert all(len(topic(draw)) >= 3 for _ in range(2000))


def test_groups_name_words_of_the_text(text):
    known = {word for sentence in text for word in sentence}
    for group, words in toyworld.groups().items():
        assert len(words) >= 7, group
        assert set(words) <= known, group


def test_tables_are_read_as_written():
    assert phrases(" ruled the land,signed the law ") == ("ruled the land", "signed the law")
    assert grammar.VERBS[0].past == "walked"
    assert grammar.ADJECTIVES[0].superlative == "biggest"
    assert "monday" in clusters.CLUSTERS["days"].words
