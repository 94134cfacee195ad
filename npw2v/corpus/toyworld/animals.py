"""Animals: the kind of animal, crossed with grown or young.

cow and calf share the barn and the milk; every grown animal is heavy and old, every young one is newborn and small.
"""

from __future__ import annotations

from typing import NamedTuple

from npw2v.corpus.toyworld.draw import Draw, phrases


class Animal(NamedTuple):
    """A grown animal, its young, what it does, where it lives and what it eats."""

    adult: str
    young: str
    sound: str
    homes: tuple[str, ...]
    foods: tuple[str, ...]


def _animal(row: str) -> Animal:
    names, sound, homes, foods = row.split(";")
    adult, young = names.split()
    return Animal(adult, young, sound.strip(), phrases(homes), phrases(foods))


ANIMALS = tuple(
    _animal(row)
    for row in """
dog puppy;          barks;    kennel, basket, yard;              bones, biscuits, scraps
cat kitten;         purrs;    sofa, windowsill, rooftop;         mice, cream, tuna
horse foal;         neighs;   stable, paddock, racecourse;       oats, carrots, hay
cow calf;           moos;     cowshed, meadow, dairy;            grass, clover, turnips
sheep lamb;         bleats;   hillside, fold, moor;              heather, herbs, turnips
pig piglet;         grunts;   pigsty, mud, trough;               acorns, slops, peelings
hen chick;          clucks;   henhouse, nest, farmyard;          corn, seeds, worms
duck duckling;      quacks;   pond, reeds, ditch;                duckweed, snails, bread
goose gosling;      honks;    riverbank, marsh, village green;   grain, sprouts, reeds
lion cub;           roars;    grassland, den, waterhole;         zebras, antelopes, buffaloes
goat kid;           climbs;   cliffs, rocky slope, shed;         thistles, shrubs, brambles
deer fawn;          leaps;    forest, clearing, thicket;         leaves, bark, shoots
swan cygnet;        glides;   lake, island, canal;               waterweed, algae, roots
frog tadpole;       croaks;   swamp, puddle, lily pond;          gnats, mosquitoes, beetles
kangaroo joey;      hops;     bush, pouch, dry plain;            spinifex, saltbush, wattle
owl owlet;          hoots;    hollow tree, belfry, barn loft;    voles, moths, shrews
eagle eaglet;       soars;    eyrie, mountain top, crag;         rabbits, marmots, trout
rabbit bunny;       nibbles;  burrow, hutch, vegetable patch;    lettuce, cabbage, dandelions
""".strip().splitlines()
)

GROWN = (
    "the old {adult} {sound} loudly in the {home}",
    "a grown {adult} looks for {food} all day long",
    "the heavy {adult} lay down to rest near the {home}",
    "that {adult} is strong enough to lead the others to the {home}",
    "a wise old {adult} knows where to find {food}",
    "the {adult} {sound} whenever it smells {food}",
    "a fully grown {adult} guards the {home} against strangers",
)

YOUNG = (
    "the newborn {young} is still blind and stays in the {home}",
    "a tiny {young} cannot digest {food} yet",
    "the little {young} was born last week in the {home}",
    "the playful {young} stumbles around the {home}",
    "a clumsy {young} tasted {food} for the first time",
    "the tiny {young} follows its parents to the {home}",
    "the orphaned {young} was raised with a bottle and some {food}",
)

BOTH = (
    "the {adult} brings {food} to its {young}",
    "one day the little {young} will be a big {adult} that {sound}",
    "the {adult} hides its {young} in the {home}",
)

_KINDS = (GROWN, GROWN, YOUNG, YOUNG, BOTH)


def sentence(draw: Draw) -> list[str]:
    """One sentence about an animal, grown or young."""
    animal = draw.one_of(ANIMALS)
    words = {
        "adult": animal.adult,
        "young": animal.young,
        "sound": animal.sound,
        "home": draw.one_of(animal.homes),
        "food": draw.one_of(animal.foods),
    }
    return draw.sentence(draw.evenly(_KINDS), words)


def young() -> list[tuple[str, str]]:
    """Return the (adult, young) pairs."""
    return [(animal.adult, animal.young) for animal in ANIMALS]
