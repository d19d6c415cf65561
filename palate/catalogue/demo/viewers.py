"""The sample viewers of the demo: invented people, real films, and the guest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.demo.films import NAME
from palate.domain import GUEST, Interaction, Kind, User
from palate.store.store import Store

FIRST_RATING = datetime(2026, 1, 1, 20, tzinfo=UTC)
"""When each viewer rated their first film; one film a day from there, in the order of the list."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """An invented person and the films they rated."""

    user: User
    ratings: tuple[tuple[str, int, int], ...]
    """Title, year and stars, 1 to 5."""

    def history(self, catalogue: Catalogue) -> list[Interaction]:
        """Look the rated films up in `catalogue`; one that it does not have is left out."""
        ids = {(item.title, item.year): item.id for item in catalogue.items}
        return [
            Interaction(
                self.user.id, ids[title, year], Kind.RATED, (stars - 3) / 2, FIRST_RATING + timedelta(days=day)
            )
            for day, (title, year, stars) in enumerate(self.ratings)
            if (title, year) in ids
        ]


def add_guest(store: Store) -> None:
    """Add the guest where they are missing. Raises StoreError."""
    store.add_user(GUEST_USER)


def add_viewers(store: Store, catalogue: Catalogue) -> None:
    """Add the guest and the sample viewers of the demo films where they are missing. Raises StoreError."""
    there = {user.id for user in store.users()}
    if GUEST not in there:
        add_guest(store)
    for viewer in VIEWERS:
        if viewer.user.id not in there:
            store.add_user(viewer.user, NAME, viewer.history(catalogue))


GUEST_USER = User(GUEST, "Guest", "Someone new, without a history.")

VIEWERS = (
    Viewer(
        User(
            "nora",
            "Nora",
            "An invented example: science fiction and thrillers; no patience for romances.",
            sample=True,
        ),
        (
            ("Blade Runner", 1982, 5),
            ("Alien", 1979, 5),
            ("The Terminator", 1984, 4),
            ("Terminator 2: Judgment Day", 1991, 5),
            ("District 9", 2009, 4),
            ("Moon", 2009, 5),
            ("Children of Men", 2006, 5),
            ("Minority Report", 2002, 4),
            ("The Prestige", 2006, 4),
            ("Memento", 2000, 5),
            ("Zodiac", 2007, 4),
            ("Looper", 2012, 4),
            ("Primer", 2004, 4),
            ("Gattaca", 1997, 5),
            ("The Fugitive", 1993, 4),
            ("Heat", 1995, 5),
            ("Dark City", 1998, 4),
            ("Source Code", 2011, 4),
            ("12 Monkeys", 1995, 5),
            ("No Country for Old Men", 2007, 4),
            ("The Notebook", 2004, 1),
            ("Mamma Mia!", 2008, 1),
            ("Sex and the City", 2008, 1),
            ("Ghosts of Girlfriends Past", 2009, 2),
        ),
    ),
    Viewer(
        User(
            "marcel",
            "Marcel",
            "An invented example: the classics of French, Italian and Japanese cinema; no blockbusters.",
            sample=True,
        ),
        (
            ("The 400 Blows", 1959, 5),
            ("Breathless", 1960, 4),
            ("Jules and Jim", 1962, 5),
            ("Bicycle Thieves", 1948, 5),
            ("La Dolce Vita", 1960, 5),
            ("La Strada", 1954, 5),
            ("L'Avventura", 1960, 4),
            ("The Conformist", 1970, 4),
            ("Rashomon", 1950, 5),
            ("Ikiru", 1952, 5),
            ("Tokyo Story", 1953, 5),
            ("Late Spring", 1949, 4),
            ("Ugetsu", 1953, 4),
            ("Contempt", 1963, 4),
            ("Cléo from 5 to 7", 1962, 5),
            ("Mon Oncle", 1958, 4),
            ("Le Samouraï", 1967, 4),
            ("Umberto D.", 1952, 5),
            ("The Leopard", 1963, 4),
            ("Pickpocket", 1959, 3),
            ("Harakiri", 1962, 5),
            ("Transformers", 2007, 1),
            ("300", 2006, 1),
            ("Grown Ups", 2010, 1),
            ("Scary Movie 2", 2001, 1),
        ),
    ),
    Viewer(
        User(
            "june",
            "June",
            "An invented example: animation for the whole family and romantic comedies; nothing that frightens.",
            sample=True,
        ),
        (
            ("Toy Story", 1995, 5),
            ("Finding Nemo", 2003, 5),
            ("Ratatouille", 2007, 5),
            ("Up", 2009, 4),
            ("Monsters, Inc.", 2001, 4),
            ("Tangled", 2010, 5),
            ("Beauty and the Beast", 1991, 5),
            ("Aladdin", 1992, 4),
            ("How to Train Your Dragon", 2010, 4),
            ("Babe", 1995, 4),
            ("Mary Poppins", 1964, 4),
            ("The Princess Bride", 1987, 5),
            ("Enchanted", 2007, 4),
            ("Sleepless in Seattle", 1993, 5),
            ("You've Got Mail", 1998, 4),
            ("Notting Hill", 1999, 5),
            ("Bridget Jones's Diary", 2001, 4),
            ("Pretty Woman", 1990, 4),
            ("10 Things I Hate About You", 1999, 4),
            ("Clueless", 1995, 3),
            ("Saw", 2003, 1),
            ("Hostel", 2005, 1),
            ("The Exorcist", 1973, 1),
            ("Antichrist", 2009, 1),
        ),
    ),
)
"""Each has 15 to 40 films, some of them disliked."""
