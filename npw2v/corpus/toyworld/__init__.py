"""A toy world: English-like text of our own making from which word2vec learns its famous analogies in seconds.

Every word of interest is made of parts that are drawn independently: a role and a gender, a country and what is said of
it, a verb and a tense. Each part has its own company of words, and a sentence puts the word among the company of both
parts. Word2vec's vectors follow the company that words keep, so the parts add up in them, and taking one part away and
adding another is arithmetic: king - man + woman = queen. The tables in the modules of this package are the whole world.

================= =====================================================
`people`          roles and genders: king, queen, father, mother, ...
`countries`       countries, capitals, adjectives
`animals`         grown and young
`grammar`         tenses, degrees, plurals
`clusters`        colours, weather, fruit, ...: kinds without analogies
`draw`            the seeded source of chance
================= =====================================================
"""

from __future__ import annotations

from itertools import permutations

from npw2v.corpus.toyworld import animals, clusters, countries, grammar, people
from npw2v.corpus.toyworld.draw import Draw

__all__ = ["groups", "pairs", "questions", "sentences"]

# What the world talks about: each topic as often as it is listed.
TOPICS = (
    *(people.sentence,) * 6,
    *(countries.sentence,) * 5,
    *(grammar.verb_sentence,) * 4,
    *(grammar.adjective_sentence,) * 3,
    *(grammar.noun_sentence,) * 3,
    *(animals.sentence,) * 3,
    *(clusters.sentence,) * 2,
)


def sentences(words: int = 500_000, seed: int = 1) -> list[list[str]]:
    """Sentences of lower-case words, about half a million words by default.

    Parameters
    ----------
    words : int
        How many words at least; the text ends with the first sentence that reaches it.
    seed : int
        The same seed gives the same text on every platform and NumPy version; a longer text starts with the shorter.

    Returns
    -------
    list of list of str

    Examples
    --------
    >>> from npw2v.corpus import toyworld
    >>> " ".join(toyworld.sentences(words=1000)[0])
    'my friend usually washes the dishes in the sink'
    """
    draw = Draw(seed)
    text: list[list[str]] = []
    written = 0
    while written < words:
        sentence = draw.evenly(TOPICS)(draw)
        text.append(sentence)
        written += len(sentence)
    return text


def pairs() -> dict[str, list[tuple[str, str]]]:
    """Return the pairs of words in each relation: {section: [(word, its counterpart), ...]}."""
    return {
        "royalty": people.pairs(people.ROYALTY),
        "family": people.pairs(people.FAMILY),
        "trades": people.pairs(people.TRADES),
        "capital-country": countries.capitals(),
        "country-adjective": countries.adjectives(),
        "animal-young": animals.young(),
        "comparative": [(word.base, word.comparative) for word in grammar.ADJECTIVES],
        "superlative": [(word.base, word.superlative) for word in grammar.ADJECTIVES],
        "past-tense": [(word.base, word.past) for word in grammar.VERBS],
        "present-participle": [(word.base, word.gerund) for word in grammar.VERBS],
        "plural": [(word.singular, word.plural) for word in grammar.NOUNS],
    }


def groups() -> dict[str, list[str]]:
    """Return kinds of words as a picture may colour them: {kind: words}."""
    people_of = {"royalty": people.ROYALTY, "family": people.FAMILY, "trades": people.TRADES}
    return {
        **{kind: [name for role in roles for name in (role.male, role.female)] for kind, roles in people_of.items()},
        "countries": [country.name for country in countries.COUNTRIES],
        "capitals": [country.capital for country in countries.COUNTRIES],
        "animals": [animal.adult for animal in animals.ANIMALS],
        **{kind: list(cluster.words) for kind, cluster in clusters.CLUSTERS.items()},
    }


def questions() -> str:
    """Write the analogy questions of this world in the format of word2vec's questions-words.txt.

    A line `: name` starts a section; a line `a b c d` asks for d, given that a is to b as c is to d. Every section asks
    for each pair by means of every other pair.

    Returns
    -------
    str
    """
    lines = []
    for section, known in pairs().items():
        lines.append(f": {section}")
        lines += [f"{a} {b} {c} {d}" for (a, b), (c, d) in permutations(known, 2)]
    return "\n".join(lines) + "\n"
