"""Countries, their capitals and their adjectives: which country, crossed with which of the three words.

france, paris and french share what belongs to France (the seine, wine, cheese). All countries meet armies and borders,
all capitals meet mayors and streets, all adjectives meet cooks and ships. That is why paris - france + italy is rome.
"""

from __future__ import annotations

from typing import NamedTuple

from npw2v.corpus.toyworld.draw import Draw


class Country(NamedTuple):
    """A country and what the text says about it."""

    name: str
    capital: str
    adjective: str
    landmark: str
    goods: tuple[str, ...]


_TABLE = """
france     paris      french       seine      wine cheese perfume
england    london     english      thames     tea wool biscuits
germany    berlin     german       rhine      cars sausages beer
italy      rome       italian      tiber      pasta marble opera
china      beijing    chinese      yangtze    silk rice porcelain
russia     moscow     russian      volga      caviar furs timber
japan      tokyo      japanese     sumida     sushi robots cameras
spain      madrid     spanish      tagus      guitars oranges sherry
india      delhi      indian       ganges     spices cotton curry
greece     athens     greek        acropolis  olives statues feta
egypt      cairo      egyptian     nile       papyrus dates linen
canada     ottawa     canadian     rockies    maple syrup lumber
australia  canberra   australian   outback    opals sunscreen boomerangs
sweden     stockholm  swedish      baltic     furniture herring matches
norway     oslo       norwegian    fjords     salmon skis whales
turkey     ankara     turkish      bosphorus  carpets kebabs figs
poland     warsaw     polish       vistula    amber dumplings vodka
portugal   lisbon     portuguese   algarve    cork sardines tiles
austria    vienna     austrian     alps       waltzes strudel pianos
ireland    dublin     irish        liffey     whiskey potatoes harps
denmark    copenhagen danish       kattegat   bacon toys windmills
finland    helsinki   finnish      tundra     saunas reindeer paper
hungary    budapest   hungarian    danube     paprika goulash violins
thailand   bangkok    thai         mekong     orchids rubber elephants
vietnam    hanoi      vietnamese   highlands  noodles coffee pepper
iran       tehran     iranian      caspian    saffron rugs pistachios
iraq       baghdad    iraqi        tigris     oil palms barley
cuba       havana     cuban        caribbean  cigars sugar rum
kenya      nairobi    kenyan       savanna    avocados sisal roses
peru       lima       peruvian     andes      llamas quinoa ponchos
"""


def _read(row: str) -> Country:
    name, capital, adjective, landmark, *goods = row.split()
    return Country(name, capital, adjective, landmark, tuple(goods))


COUNTRIES = tuple(_read(row) for row in _TABLE.strip().splitlines())

ABOUT_THE_COUNTRY = (
    "the army of {name} guards the border near the {landmark}",
    "farmers all over {name} live from {goods}",
    "{name} exports {goods} and {more} to the rest of the world",
    "the president of {name} signed a treaty about {goods}",
    "the economy of {name} depends on {goods}",
    "the people of {name} elected a new government",
    "{name} is a country with many provinces around the {landmark}",
    "the borders of {name} were drawn after the war",
    "the coast of {name} is a long way from the {landmark}",
)

ABOUT_THE_CAPITAL = (
    "the mayor of {capital} opened a museum of {goods}",
    "the streets of {capital} are full of shops that sell {goods}",
    "our plane landed in {capital} and we took the metro to the hotel",
    "the city of {capital} has a university and a museum about the {landmark}",
    "tourists in {capital} look for {goods} and postcards of the {landmark}",
    "rents in the suburbs of {capital} have doubled since the metro came",
    "the railway station of {capital} was crowded with tourists carrying {goods}",
    "we spent a weekend in {capital} and tasted {goods}",
)

ABOUT_THE_PEOPLE = (
    "a {adjective} chef published a book about {goods}",
    "the {adjective} team won the match near the {landmark}",
    "{adjective} {goods} are famous for their quality",
    "a {adjective} ship loaded with {goods} left the harbour",
    "she reads {adjective} novels and dreams of the {landmark}",
    "he knows some {adjective} songs about {goods}",
    "the {adjective} language has a dozen words for {goods}",
    "a {adjective} painter lived by the {landmark}",
)

ABOUT_BOTH = (
    "{capital} is the capital of {name}",
    "the train from {capital} crosses {name} along the {landmark}",
    "from {capital} the {adjective} government rules the country",
    "the {adjective} president hurried from {capital} to the {landmark}",
    "the {adjective} people love {name} and its {goods}",
    "{name} sent its {adjective} ambassador home to {capital}",
)

_KINDS = (
    ABOUT_THE_COUNTRY,
    ABOUT_THE_CAPITAL,
    ABOUT_THE_PEOPLE,
    ABOUT_BOTH,
)


def sentence(draw: Draw) -> list[str]:
    """One sentence about a country, its capital or its people."""
    country = draw.one_of(COUNTRIES)
    words = {
        "name": country.name,
        "capital": country.capital,
        "adjective": country.adjective,
        "landmark": country.landmark,
        "goods": draw.one_of(country.goods),
        "more": draw.one_of(country.goods),
    }
    return draw.sentence(draw.evenly(_KINDS), words)


def capitals() -> list[tuple[str, str]]:
    """Return the (capital, country) pairs."""
    return [(country.capital, country.name) for country in COUNTRIES]


def adjectives() -> list[tuple[str, str]]:
    """Return the (country, adjective) pairs."""
    return [(country.name, country.adjective) for country in COUNTRIES]
