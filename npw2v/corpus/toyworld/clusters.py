"""Clusters: words of one kind that stand in the same places, with no finer pattern (red and blue, piano and flute)."""

from __future__ import annotations

from typing import NamedTuple

from npw2v.corpus.toyworld.draw import Draw, words_of


class Cluster(NamedTuple):
    """Words that may stand for one another in the sentences of their kind."""

    words: tuple[str, ...]
    templates: tuple[str, ...]


CLUSTERS = {
    "colours": Cluster(
        words_of("red blue white black yellow brown orange purple pink violet crimson turquoise"),
        (
            "she painted the door {word} and the shutters {other}",
            "his favourite colour is {word}",
            "the flag has a {word} stripe beside a {other} one",
            "a {word} dress with {other} ribbons hung in the window",
            "mix {word} with {other} and you get another shade",
        ),
    ),
    "weather": Cluster(
        words_of("rain snow wind fog sunshine frost hail drizzle sleet mist storms showers"),
        (
            "the forecast for today is {word} followed by {other}",
            "we stayed indoors because of the {word}",
            "after the {word} came a week of {other}",
            "the weather report warned of heavy {word} in the north",
            "{word} and {other} delayed the ferry",
        ),
    ),
    "fruit": Cluster(
        words_of("banana lemon peach cherry strawberry grape plum mango apricot pineapple raspberry kiwi"),
        (
            "a {word} tart with a slice of {other} on top",
            "she squeezed the {word} and drank the juice",
            "the {word} jam tastes better than the {other} jam",
            "would you like {word} or {other} ice cream",
            "peel the {word} and remove the stone or the pips",
        ),
    ),
    "instruments": Cluster(
        words_of("piano violin guitar flute cello clarinet trombone harp saxophone banjo bassoon oboe"),
        (
            "the orchestra was looking for somebody who masters the {word}",
            "a sonata for {word} and {other} opened the concert",
            "he practises the {word} all day before the concert",
            "the {word} solo was followed by a duet with the {other}",
            "tune the {word} before the orchestra begins",
        ),
    ),
    "professions": Cluster(
        words_of("doctor lawyer nurse engineer dentist plumber carpenter baker electrician architect surgeon vet"),
        (
            "after college she trained as a {word}",
            "you should ask a {word} and not a {other}",
            "the {word} charges by the hour and earns a good wage",
            "my appointment with the {word} is at noon",
            "a career as a {word} takes years of training",
        ),
    ),
    "days": Cluster(
        words_of("monday tuesday wednesday thursday friday saturday sunday"),
        (
            "the meeting was moved from {word} to {other}",
            "the shop is closed on {word} afternoon",
            "see you on {word} at nine",
            "every {word} evening there is a concert",
            "next {word} is a holiday but {other} is not",
        ),
    ),
    "months": Cluster(
        words_of("january february march april may june july august september october november december"),
        (
            "the exhibition runs from {word} to {other}",
            "in early {word} the days are getting longer or shorter",
            "he was born on the tenth of {word}",
            "the harvest of late {word} was the best in years",
            "term starts in {word} and ends in {other}",
        ),
    ),
    "subjects": Cluster(
        words_of("mathematics physics chemistry biology history geography economics philosophy astronomy geology"),
        (
            "the professor of {word} gave a lecture on {other}",
            "she failed the {word} exam but passed {other}",
            "a degree in {word} opens many doors",
            "the {word} textbook is out of print",
            "students of {word} must write a thesis",
        ),
    ),
    "metals": Cluster(
        words_of("gold silver iron copper lead tin zinc nickel bronze brass"),
        (
            "the miners dug for {word} and found {other}",
            "the price of {word} rose while {other} fell",
            "an alloy of {word} and {other} melts at a low temperature",
            "the blacksmith hammered the {word} into shape",
            "a statue cast in {word} stood on the square",
        ),
    ),
}  # fmt: skip

_TABLE = tuple(CLUSTERS.values())


def sentence(draw: Draw) -> list[str]:
    """One sentence in which any word of the cluster would do."""
    cluster = draw.one_of(_TABLE)
    words = {"word": draw.one_of(cluster.words), "other": draw.one_of(cluster.words)}
    return draw.sentence(cluster.templates, words)
