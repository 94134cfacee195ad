"""People: a role (king or father or waiter) crossed with a gender (he or she).

Each role has surroundings of its own (a king or queen: crown, throne, kingdom) and each gender has its own (he, his,
sir, henry; she, her, madam, mary). A sentence draws the two independently and every role meets the same names and
pronouns. The vector of a word adds up what surrounds it, so

    king = (crown, throne, ...) + (he, his, ...)        man   = (street, coat, ...) + (he, his, ...)
    queen = (crown, throne, ...) + (she, her, ...)      woman = (street, coat, ...) + (she, her, ...)

and king - man + woman lands where queen is.
"""

from __future__ import annotations

from typing import NamedTuple

from npw2v.corpus.toyworld.draw import Draw, phrases, words_of


class Role(NamedTuple):
    """What a person is, in both genders, and what surrounds either of them alike."""

    male: str
    female: str
    things: tuple[str, ...]
    places: tuple[str, ...]
    company: tuple[str, ...]
    deeds: tuple[str, ...]


def _role(names: str, things: str, places: str, company: str, deeds: str) -> Role:
    male, female = names.split("/")
    return Role(male, female, phrases(things), phrases(places), phrases(company), phrases(deeds))


GENDERS = (
    {"he": "he", "his": "his", "him": "him", "himself": "himself", "sir": "sir", "mr": "mr"},
    {"he": "she", "his": "her", "him": "her", "himself": "herself", "sir": "madam", "mr": "mrs"},
)

NAMES = (
    words_of("john henry william peter arthur robert charles thomas george paul simon oscar hugo martin felix"),
    words_of("mary anna alice emma helen clara rose julia martha laura irene nora sophie lucy ellen"),
)

FAMILY_NAMES = words_of("smith baker miller cooper taylor mason fisher carter turner porter walker hunter")

EVERYBODY = (
    _role("man/woman", "coat, hat, umbrella, newspaper, bicycle, suitcase",
          "street, market, station, office, village, town", "neighbours, friends, strangers, passers by",
          "strolled down the street, lost a newspaper, waited for the bus, crossed the square, asked the way"),
    _role("boy/girl", "toys, kite, marbles, schoolbag, pencil, ball",
          "school, playground, classroom, schoolyard", "classmates, teachers, playmates",
          "waited in the playground, did the homework, lost a kite, climbed a tree, kicked the ball"),
)  # fmt: skip

ROYALTY = (
    _role("king/queen", "crown, throne, sceptre, kingdom, royal robe", "palace, throne room, kingdom",
          "knights, subjects, courtiers, ministers",
          "ruled the kingdom, wore the crown, sat on the throne, signed the law, spoke to the nation"),
    _role("prince/princess", "pony, inheritance, tutor, riding lessons, silver dagger",
          "tower, royal garden, riding school, palace", "tutors, cousins, courtiers, pages",
          "won the tournament, slew the dragon, shone at the ball, hid in the tower, studied with a tutor"),
    _role("emperor/empress", "empire, legions, provinces, golden chariot, triumph",
          "empire, provinces, colosseum, fortress", "generals, legions, senators, governors",
          "conquered the provinces, led the legions, expanded the empire, defeated the rebels, raised an army"),
    _role("duke/duchess", "duchy, estate, carriage, hounds, portrait",
          "duchy, estate, stables, hunting lodge", "footmen, gamekeepers, guests, hounds",
          "hunted on the estate, inherited the duchy, arrived by carriage, posed for a portrait, hired a footman"),
    _role("baron/baroness", "castle, drawbridge, moat, vassals, mill", "castle, dungeon, great hall, barony",
          "vassals, serfs, archers, peasants",
          "taxed the peasants, raised the drawbridge, fortified the castle, filled the moat, fed the serfs"),
    _role("sultan/sultana", "turban, jewels, camels, carpet of silk", "minaret, bazaar, oasis, marble courtyard",
          "viziers, janissaries, merchants, guards",
          "summoned the viziers, received the merchants, crossed the desert, rewarded the janissaries"),
    _role("lord/lady", "manor, title, coat of arms, butler, tea set", "manor, drawing room, rose garden, parish",
          "butler, tenants, villagers, maids",
          "rang for the butler, rented the cottages, rested in the rose garden, opened the fair, sipped tea"),
)  # fmt: skip

FAMILY = (
    _role("father/mother", "children, baby, kitchen apron, lullaby, advice",
          "kitchen, nursery, home, bedroom", "children, babies, little ones",
          "fed the baby, raised the children, hummed a lullaby, changed the nappies, packed the lunch"),
    _role("son/daughter", "pocket money, parents, bedtime, birthday party, school report",
          "bedroom, parental home, treehouse", "parents, mum and dad",
          "obeyed the parents, asked for pocket money, left the parental home, begged the parents for a puppy"),
    _role("brother/sister", "siblings, bunk bed, secret, twin, shared room",
          "shared room, bunk bed, back seat", "siblings, twins, parents",
          "quarrelled with the siblings, shared a room, stayed in the bunk bed, told a secret, teased the twins"),
    _role("husband/wife", "marriage, wedding ring, anniversary, honeymoon, mortgage",
          "marriage, honeymoon suite, family home", "in laws, couple next door",
          "celebrated the anniversary, wore a wedding ring, paid the mortgage, saved the marriage, vowed to stay"),
    _role("grandfather/grandmother", "rocking chair, spectacles, old stories, walking stick, memories",
          "rocking chair, cottage, parlour", "grandchildren, great grandchildren, old friends",
          "told old stories, sat in the rocking chair, remembered the war, lost the spectacles, spoiled the children"),
    _role("uncle/aunt", "presents, postcards, holiday house, funny jokes, caravan",
          "holiday house, caravan, beach hut", "nephews and nieces, relatives, guests",
          "brought presents, came to visit, sent postcards, rented a caravan, told funny jokes"),
    _role("nephew/niece", "swimming badge, snapshots, pocket knife, sleeping bag",
          "summer camp, tent, paddling pool", "cousins, camp leaders, playmates",
          "stayed for the summer, pitched a tent, splashed in the paddling pool, sent a snapshot"),
    _role("groom/bride", "bouquet, vows, wedding cake, veil, guests",
          "church, vestry, wedding hall", "wedding guests, bridesmaids, witnesses",
          "stepped to the altar, cut the wedding cake, said the vows, opened the first waltz, kissed at the altar"),
    _role("grandson/granddaughter", "christmas presents, grandparents, sweets, scrapbook, toy train",
          "grandparents house, attic, orchard", "grandparents, old couple",
          "visited the grandparents, explored the attic, tasted all the sweets, listened to the grandparents"),
)  # fmt: skip

TRADES = (
    _role("actor/actress", "script, costume, role, film, applause", "theatre, dressing room, cinema, film studio",
          "spectators, directors, critics",
          "got the leading role, learned the script, bowed to the spectators, starred in a film, won an oscar"),
    _role("waiter/waitress", "tray, menu, tip, order, apron", "restaurant, cafe, bar, dining room",
          "diners, cooks, customers",
          "served the soup, brought the menu, cleared the table, carried the tray, earned a tip"),
    _role("monk/nun", "prayers, bible, rosary, vow of silence, habit", "monastery, chapel, convent, cloister",
          "pilgrims, novices, bishops",
          "prayed in the chapel, copied the bible, lit a candle, rang the bell, kept a vow of silence"),
    _role("wizard/witch", "wand, spell book, potion, cauldron, broomstick", "enchanted forest, cave, haunted tower",
          "goblins, apprentices, ghosts",
          "cast a spell, stirred the potion, waved the wand, brewed a poison, cursed the goblins"),
    _role("policeman/policewoman", "badge, handcuffs, patrol car, whistle, uniform",
          "police station, patrol car, court", "thieves, suspects, detectives",
          "arrested the thief, stopped the traffic, chased the suspect, filled in a ticket, solved the crime"),
    _role("salesman/saleswoman", "samples, catalogue, discount, invoices, commission",
          "shop, showroom, trade fair", "buyers, clients, customers",
          "sold the goods, offered a discount, rang the doorbell, filled the order book, earned a commission"),
    _role("landlord/landlady", "rent, lease, lodgers, keys, boarding house",
          "boarding house, flat, hallway", "tenants, lodgers, students",
          "collected the rent, evicted the lodgers, let the flat, mended the roof, raised the rent"),
    _role("hero/heroine", "courage, medal, adventure, sword, quest", "legend, novel, saga",
          "villains, companions, rebels",
          "saved the day, fought the villain, showed great courage, won a medal, finished the quest"),
    _role("steward/stewardess", "trolley, seat belts, flight, cabin, life jackets",
          "aeroplane, cabin, airport", "passengers, pilots, crew",
          "greeted the passengers, pushed the trolley, checked the seat belts, boarded the flight, calmed the cabin"),
)  # fmt: skip

TEMPLATES = (
    "the {role} {deed} and then {he} rested in the {place}",
    "{name} the {role} showed {his} {thing} to the {company}",
    "when the {role} came back {he} had forgotten {his} {thing} in the {place}",
    "the {role} was proud of {his} {thing} because {he} had worked for it",
    "yesterday the {role} {deed} while {name} watched {him}",
    "the {role} met {his} {company} in the {place} where {he} felt safe",
    "good morning {sir} said the {company} as the {role} entered the {place}",
    "{he} is the {role} who {deed}",
    "{name} is the {role} and {he} cares for {his} {thing}",
    "{mr} {surname} is the {role} of whom the {company} speak",
    "the {role} in the {place} talked to {himself} about {his} {thing}",
    "before {he} became a {role} {name} never {deed}",
    "nobody saw the {role} but {he} {deed}",
    "the {company} thanked {him} because the {role} {deed}",
    "they brought the {role} the {thing} that {he} had asked for",
)

FAMILY_TEMPLATES = (
    "my {role} {deed} and then {he} went to the {place}",
    "their {role} {name} keeps {his} {thing} in the {place}",
    "our {role} loves {his} {company} and {he} never {deed} without them",
    "{name} is my {role} and {he} {deed}",
    "their {role} is called {name} and {he} likes {his} {thing}",
    "yes {sir} your {role} {deed} said the {company}",
    "{mr} {surname} became a {role} when {he} was still young",
)

TOGETHER = (
    "the {male} and the {female} {deed} together",
    "the {male} and the {female} met the {company} in the {place}",
)


def sentence(draw: Draw) -> list[str]:
    """One sentence about a person of some role and, drawn apart from the role, some gender."""
    table, templates = draw.evenly(_KINDS)
    role = draw.one_of(table)
    gender = draw.evenly((0, 1))
    words = {
        "role": (role.male, role.female)[gender],
        "name": draw.one_of(NAMES[gender]),
        "surname": draw.one_of(FAMILY_NAMES),
        "thing": draw.one_of(role.things),
        "place": draw.one_of(role.places),
        "company": draw.one_of(role.company),
        "deed": draw.one_of(role.deeds),
        "male": role.male,
        "female": role.female,
        **GENDERS[gender],
    }
    return draw.sentence(templates, words)


_KINDS = (
    (EVERYBODY, TEMPLATES + TOGETHER),
    (ROYALTY, TEMPLATES + TOGETHER),
    (ROYALTY, TEMPLATES),
    (FAMILY, TEMPLATES + TOGETHER),
    (FAMILY, FAMILY_TEMPLATES),
    (TRADES, TEMPLATES + TOGETHER),
    (TRADES, TEMPLATES),
)


def pairs(table: tuple[Role, ...]) -> list[tuple[str, str]]:
    """Return the (male, female) words of a table of roles, and those of everybody."""
    return [(role.male, role.female) for role in EVERYBODY + table] + [("he", "she"), ("sir", "madam")]
