"""The slates that the pairs of sentences speak of."""

from __future__ import annotations

from palate.agent.reading.lexicon import Lexicon
from palate.agent.speaking.check import Checker
from palate.agent.speaking.wording import Wording
from palate.agent.state import DialogueState
from palate.catalogue.demo.films import FILMS
from palate.domain import Constraint, Entity, Fact, Item, Op, Recommendation
from tests.shops import BARE, FLASK, PACK, SHOP, recommended


def film(number: int, title: str, numbers: dict[str, float], **attributes: tuple[str, ...]) -> Item:
    return Item(str(number), title, attributes, numbers)


LOOPER = film(
    1,
    "Looper",
    {"year": 2012.0, "runtime": 119.0, "score": 93.0, "reviews": 278.0, "oscars": 0.0},
    director=("Rian Johnson",),
    writer=("Rian Johnson",),
    cast=("Joseph Gordon-Levitt", "Bruce Willis"),
    genre=("Sci-Fi", "Thriller"),
    country=("United States",),
    language=("English",),
    decade=("2010s",),
    rating=("R",),
)
AMELIE = film(
    2,
    "Amélie",
    {"year": 2001.0, "runtime": 122.0, "score": 89.0, "reviews": 180.0, "oscars": 0.0},
    director=("Jean-Pierre Jeunet",),
    writer=("Guillaume Laurant",),
    cast=("Audrey Tautou",),
    genre=("Comedy", "Romance"),
    country=("France", "Germany"),
    language=("French",),
    decade=("2000s",),
    rating=("R",),
)
PLAYTIME = film(
    3,
    "Playtime",
    {"year": 1967.0, "runtime": 124.0, "score": 98.0, "reviews": 56.0, "oscars": 0.0},
    director=("Jacques Tati",),
    writer=("Jacques Tati",),
    cast=("Jacques Tati", "Barbara Dennek"),
    genre=("Comedy",),
    country=("France",),
    language=("French", "German"),
    decade=("1960s",),
)
MON_ONCLE = film(
    4,
    "Mon Oncle",
    {"year": 1958.0, "runtime": 117.0, "score": 92.0, "reviews": 25.0, "oscars": 1.0},
    director=("Jacques Tati",),
    writer=("Jacques Tati",),
    cast=("Jacques Tati", "Adrienne Servantie"),
    genre=("Comedy", "Family"),
    country=("France",),
    language=("French",),
    decade=("1950s",),
    rating=("G",),
)
STRAY = film(5, "Stray Night", {"year": 1971.0}, director=("Ola Brandt",), country=("Sweden",), decade=("1970s",))
INCEPTION = film(
    9, "Inception", {"year": 2010.0, "runtime": 148.0}, director=("Christopher Nolan",), genre=("Sci-Fi",)
)
HEAT = film(8, "Heat", {"year": 1995.0, "runtime": 170.0}, director=("Michael Mann",), genre=("Crime", "Thriller"))
TOTE = Item(
    "p4",
    "Heron Tote",
    {
        "type": ("Bags",),
        "brand": ("Fernhill",),
        "colour": ("Red",),
        "audience": ("M",),
        "material": ("leather",),
        "country": ("Italy",),
    },
    {"price": 45.0, "current_stock": 3.0, "stars": 4.0, "ratings": 210.0, "weight": 0.8, "launched": 738400.0},
)


def place(item: Item, *facts: tuple[str, str, str, str]) -> Recommendation:
    """A place for facts: relation, value, source, about."""
    return Recommendation(item, 1.0, tuple(Fact(item.id, *fact) for fact in facts))


CINEMA = (
    place(LOOPER, ("shares:cast", "Joseph Gordon-Levitt", "graph", "Inception")),
    place(AMELIE, ("rare", "3", "histories", "")),
    place(PLAYTIME, ("asked_for", "Comedy", "request", "")),
    place(MON_ONCLE, ("people_liked", "40", "history", "Heat")),
    place(STRAY),
)
SHELF = (
    recommended(PACK, ("liked_with", "Brook Lamp", "Brook Lamp"), ("matches", "waterproof", "")),
    recommended(FLASK),
    recommended(TOTE),
)
VIEWER = DialogueState(
    constraints=(Constraint("genre", Op.NONE, ("Horror",)), Constraint("runtime", Op.RANGE, high=130.0)),
    wanted=(Entity("genre", "Comedy"),),
    liked=("9", "8"),
)
SHOPPER = DialogueState(constraints=(Constraint("price", Op.RANGE, high=100.0),), request="waterproof pack")


def checker(slate: str) -> Checker:
    """The checker for one of the slates."""
    if slate in {"films", "four"}:
        said = "something short like Inception and Heat, preferably a comedy, no horror"
        places = CINEMA if slate == "films" else CINEMA[:4]
        return Checker(Lexicon(FILMS), Wording(FILMS), places, (INCEPTION, HEAT), said, VIEWER)
    shelf = {"shop": SHELF, "bags": SHELF[::2], "bare": (*SHELF, recommended(BARE))}[slate]
    return Checker(Lexicon(SHOP), Wording(SHOP), shelf, (), "a waterproof pack under $100", SHOPPER)
