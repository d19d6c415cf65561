"""A few films, a dialogue about them, and where a test's model comes from."""

from __future__ import annotations

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.dialogues.redial import SCHEMA
from palate.domain import Item, Speaker, Utterance
from palate.eval.dialogues.cases import Turn
from palate.llm.model import ChatModel

_FILMS = (
    ("Deep Water Line", 1991, "Thriller", "Ines Moreau"),
    ("Nine Lamps", 2003, "Mystery", "Tomas Reyk"),
    ("The Slow Ferry", 1987, "Comedy", "Pia Lund"),
    ("Her", 2013, "Drama", "Spike Jonze"),
    ("Copper Harbour", 1999, "Thriller", "Ines Moreau"),
    ("Winter Orchard", 2008, "Drama", "Pia Lund"),
    ("Glass Parade", 2011, "Comedy", "Tomas Reyk"),
    ("Hollow Mile", 2016, "Horror", "Ines Moreau"),
    ("Paper Sails", 1979, "Adventure", "Ola Brandt"),
    ("Ember Street", 2001, "Crime", "Ola Brandt"),
    ("Quiet Orbit", 2014, "Sci-Fi", "Mara Voss"),
    ("Salt and Thunder", 1968, "Western", "Mara Voss"),
    ("Lantern Year", 2005, "Fantasy", "Pia Lund"),
    ("Marble Coast", 1995, "Romance", "Tomas Reyk"),
)
FILMS = [
    Item(str(number), title, {"genre": (genre,), "director": (director,)}, {"year": float(year)}, {}, {})
    for number, (title, year, genre, director) in enumerate(_FILMS)
]
SEEKS, TELLS = Speaker.SEEKER, Speaker.RECOMMENDER
SAID = (
    Utterance(TELLS, "Hi, what do you like?", ()),
    Utterance(SEEKS, "I loved Nine Lamps (2003), something as moody please", ("1",)),
    Utterance(TELLS, "Try Copper Harbour (1999)", ("4",)),
    Utterance(SEEKS, "Thanks, I hated The Slow Ferry (1987). Recommend something snappier", ("2",)),
    Utterance(TELLS, "Then Ember Street (2001)", ("9",)),
)
FIRST = Turn("one", 2, SAID[:2], ("4",))
SECOND = Turn("one", 4, SAID[:4], ("9",))


def catalogue() -> Catalogue:
    return Catalogue(SCHEMA, FILMS, "small")


class Given:
    """A source of one model."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self.name = model.name
        self.where = "here"

    def get(self) -> ChatModel:
        return self._model
