"""Inflection: a word's meaning, crossed with its form (walk, walked, walking; big, bigger, biggest; apple, apples).

The forms of a word share its company (walk, walked and walking: along the river); a form brings words of its own
(yesterday, last week: walked; right now, keeps: walking; than: bigger). Nothing here knows how a word is spelt.
"""

from __future__ import annotations

from typing import NamedTuple

from npw2v.corpus.toyworld.draw import Draw, phrases, words_of


class Verb(NamedTuple):
    """Four forms of a verb and what may follow it."""

    base: str
    third: str
    past: str
    gerund: str
    what: tuple[str, ...]


class Adjective(NamedTuple):
    """Three degrees of an adjective and what may be so."""

    base: str
    comparative: str
    superlative: str
    nouns: tuple[str, ...]


class Noun(NamedTuple):
    """A noun, its plural, what it is like and where it is found."""

    singular: str
    plural: str
    like: tuple[str, ...]
    where: tuple[str, ...]


def _verb(row: str) -> Verb:
    forms, what = row.split(";")
    base, third, past, gerund = forms.split()
    return Verb(base, third, past, gerund, phrases(what))


def _adjective(row: str) -> Adjective:
    forms, nouns = row.split(";")
    base, comparative, superlative = forms.split()
    return Adjective(base, comparative, superlative, tuple(nouns.split()))


def _noun(row: str) -> Noun:
    forms, like, where = row.split(";")
    singular, plural = forms.split()
    return Noun(singular, plural, tuple(like.split()), phrases(where))


VERBS = tuple(
    _verb(row)
    for row in """
walk walks walked walking;           along the river, through the park, to the bridge, around the block
play plays played playing;           chess at home, football in the garden, cards by the fire, hide and seek
throw throws threw throwing;         stones into the lake, a ball over the fence, a dart at the board, a pebble
write writes wrote writing;          a long letter, a diary in ink, poems on paper, an essay at the desk
eat eats ate eating;                 a bowl of soup, supper at noon, a slice of cake, dinner with a spoon
drink drinks drank drinking;         a glass of water, hot chocolate, lemonade in the shade, a mug of cocoa
sing sings sang singing;             a song in the choir, a carol out of tune, an old ballad
dance dances danced dancing;         a tango, to the music, all night at the disco, a slow polka
swim swims swam swimming;            in the sea, across the bay, under water, in the pool
drive drives drove driving;          a truck down the motorway, the van to the garage, a taxi in the traffic
cook cooks cooked cooking;           a stew in the pot, vegetables in butter, beans over the fire
paint paints painted painting;       the fence, a landscape in oils, the wall with a brush
build builds built building;         a shed out of bricks, a stone house, a raft of planks
work works worked working;           in the factory, on the night shift, at the mine for low wages
sleep sleeps slept sleeping;         under a blanket, until noon, in a hammock, on a soft pillow
jump jumps jumped jumping;           over the hurdle, across the stream, on the trampoline
ride rides rode riding;              a camel in the desert, a scooter to town, a donkey up the path
talk talks talked talking;           on the telephone, about politics, with a loud voice, for hours
teach teaches taught teaching;       grammar to the pupils, algebra in the evening, a geography class
plant plants planted planting;       tulips in rows, a hedge with a spade, bulbs in the soil
travel travels travelled travelling; by train, around the globe, with a rucksack, to distant lands
wash washes washed washing;          the dishes in the sink, the shirts with soap, the dirty floor
fly flies flew flying;               a glider over the clouds, high above the hills, in a balloon
buy buys bought buying;              bargains at the sale, groceries on friday, a cheap lamp, bread with coins
""".strip().splitlines()
)

ADJECTIVES = tuple(
    _adjective(row)
    for row in """
big bigger biggest;          house ship elephant whale truck
small smaller smallest;      ant mouse coin button seed
tall taller tallest;         skyscraper giraffe mast chimney lighthouse
fast faster fastest;         train rocket cheetah racer motorbike
slow slower slowest;         snail tractor queue donkey barge
strong stronger strongest;   rope wrestler ox beam fortress
cold colder coldest;         winter glacier night iceberg cellar
hot hotter hottest;          oven desert summer stove volcano
cheap cheaper cheapest;      ticket hostel meal raincoat toy
old older oldest;            ruin tree tortoise temple manuscript
young younger youngest;      apprentice recruit pupil athlete sapling
rich richer richest;         banker merchant landowner widow investor
loud louder loudest;         drum thunder siren trumpet explosion
bright brighter brightest;   lamp star torch lightning comet
dark darker darkest;         cave shadow corridor cellar alley
deep deeper deepest;         well ocean canyon valley mineshaft
long longer longest;         road river tunnel snake speech
heavy heavier heaviest;      anvil boulder trunk barrel sack
wide wider widest;           avenue gate river bridge plain
sweet sweeter sweetest;      honey candy cake syrup melon
hard harder hardest;         diamond exam steel puzzle rock
high higher highest;         mountain tower peak ladder cloud
""".strip().splitlines()
)

NOUNS = tuple(
    _noun(row)
    for row in """
apple apples;          juicy crisp;       orchard, fruit bowl
house houses;          brick thatched;    village street, suburb
book books;            dusty printed;     bookshelf, library
tree trees;            leafy shady;       wood, avenue
flower flowers;        fragrant wilted;   vase, flowerbed
chair chairs;          wooden folding;    dining table, porch
bottle bottles;        green empty;       bin, crate
pear pears;            ripe bruised;      fruit stall, larder
bird birds;            feathered singing; birdcage, treetops
car cars;              rusty abandoned;   underground garage, scrapyard
coin coins;            shiny foreign;     purse, piggy bank
cloud clouds;          grey fluffy;       sky, horizon
key keys;              bent spare;        lock, drawer
lamp lamps;            electric dim;      ceiling, bedside table
boat boats;            sailing leaky;     harbour, jetty
shoe shoes;            leather muddy;     wardrobe, cobbler window
cup cups;              chipped plastic;   dishwasher, cupboard
star stars;            twinkling distant; galaxy, telescope
""".strip().splitlines()
)

WHO = words_of("they we john mary you anna peter i alice tom emma")
ONE = words_of("john he she mary peter anna alice tom emma henry")

BASE = (
    "{who} want to {base} {what} tomorrow",
    "you can {base} {what} if you like",
    "please do not {base} {what} today",
    "it is fun to {base} {what}",
    "will {who} {base} {what} again next year",
    "let us {base} {what} together",
)
THIRD = (
    "{one} always {third} {what}",
    "every morning {one} {third} {what}",
    "{one} seldom {third} {what} alone",
    "my friend usually {third} {what}",
)
PAST = (
    "yesterday {one} {past} {what}",
    "last week {who} {past} {what}",
    "{one} {past} {what} long ago",
    "a year ago {who} {past} {what} for the last time",
    "then {one} {past} {what} once more",
)
GERUND = (
    "{one} is {gerund} {what} right now",
    "at the moment {who} are {gerund} {what}",
    "{one} enjoys {gerund} {what}",
    "{who} were {gerund} {what} when it began to rain",
    "{one} keeps {gerund} {what}",
    "nobody minds {gerund} {what}",
)

POSITIVE = (
    "it was a very {base} {noun}",
    "the {noun} is so {base} that we laughed",
    "the {noun} was not {base} enough",
    "how {base} is that {noun}",
    "the {noun} seems rather {base} to me",
    "a {noun} can be too {base}",
)
COMPARATIVE = (
    "this {noun} is {comparative} than that {other}",
    "your {noun} is much {comparative} than mine",
    "the {noun} grew {comparative} and {comparative}",
    "nothing is {comparative} than a {noun}",
    "we need a {noun} that is even {comparative} than this",
)
SUPERLATIVE = (
    "it is the {superlative} {noun} of all",
    "the {superlative} {noun} in the world won the prize",
    "of all the {noun} stories this was about the {superlative} one",
    "who has ever seen the {superlative} {noun}",
    "the {superlative} {noun} is in the record book",
)

SINGULAR = (
    "there is only one {singular} in the {where}",
    "this {like} {singular} is mine",
    "she dropped a {like} {singular} near the {where}",
    "a single {singular} was left in the {where}",
    "where is the {like} {singular} that was here",
    "each {singular} has its place in the {where}",
)
PLURAL = (
    "there are {number} {plural} in the {where}",
    "these {like} {plural} are ours",
    "many {like} {plural} were found near the {where}",
    "she counted all the {plural} in the {where}",
    "most {plural} are {like} but some are not",
    "several {like} {plural} are missing from the {where}",
)
NUMBERS = words_of("two three four five six seven eight nine ten twelve twenty")


def verb_sentence(draw: Draw) -> list[str]:
    """One sentence with a verb in one of its four forms."""
    verb = draw.one_of(VERBS)
    words = {**verb._asdict(), "what": draw.one_of(verb.what), "who": draw.one_of(WHO), "one": draw.one_of(ONE)}
    return draw.sentence(draw.evenly((BASE, THIRD, PAST, GERUND)), words)


def adjective_sentence(draw: Draw) -> list[str]:
    """One sentence with an adjective in one of its three degrees."""
    adjective = draw.one_of(ADJECTIVES)
    words = {**adjective._asdict(), "noun": draw.one_of(adjective.nouns), "other": draw.one_of(adjective.nouns)}
    return draw.sentence(draw.evenly((POSITIVE, COMPARATIVE, SUPERLATIVE)), words)


def noun_sentence(draw: Draw) -> list[str]:
    """One sentence with a noun in the singular or the plural."""
    noun = draw.one_of(NOUNS)
    words = {
        **noun._asdict(),
        "like": draw.one_of(noun.like),
        "where": draw.one_of(noun.where),
        "number": draw.one_of(NUMBERS),
    }
    return draw.sentence(draw.evenly((SINGULAR, PLURAL)), words)
