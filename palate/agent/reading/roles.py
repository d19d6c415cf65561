"""In which role a person is asked for: "directed by", "books by". Told by the vocabulary, else by the schema."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from palate.agent.quantities.quantities import spoken
from palate.agent.state import DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Op, Schema, Sort

_ANY_AFTER = re.compile(
    r"^['’]?s?\s*(?:films?|movies?|flicks?|books?|albums?|work|classics?|的(?:电影|片子|作品|片|戏|书|专辑))", re.I
)
_ASKED_OF = re.compile(r"\b(?:has|have|did|does)\s+$", re.I)
"""Before a name in a question: "how many has Spielberg directed" tells his role after the name."""
_JOIN = r"[\s:,]*(?:the |both )?$"


class Roles:
    """The relations that hold people, and the words by which each is asked for."""

    def __init__(self, catalogue: Catalogue, vocabulary: Mapping[str, Any]) -> None:
        schema = catalogue.schema
        self._catalogue = catalogue
        self.relations = schema.sorted_as(Sort.PERSON)
        """The roles that a person may have, the most telling first."""
        self.group = _group(schema, self.relations)
        """The attribute that stands for every role; empty where the catalogue has no people."""
        said: Mapping[str, Mapping[str, Any]] = vocabulary.get("roles") or {
            relation: _plain(relation) for relation in self.relations
        }
        self._before = {
            r: re.compile(f"(?:{row['before']}){_JOIN}", re.I) for r, row in said.items() if "before" in row
        }
        self._after = {r: re.compile(row["after"], re.I) for r, row in said.items() if "after" in row}
        self._held: dict[str, tuple[str, ...]] = {r: tuple(row.get("held", (r,))) for r, row in said.items()}
        self._words = {word: r for r, row in said.items() for word in row.get("words", ())}
        self._both = [
            (re.compile(row["after"], re.I), tuple(row["roles"])) for row in vocabulary.get("roles_both", ())
        ]
        latin = "|".join(sorted((re.escape(w) for w in self._words if w.isascii()), key=len, reverse=True)) or "(?!)"
        chinese = "|".join(re.escape(w) for w in self._words if not w.isascii()) or "(?!)"
        self._of = re.compile(
            rf"\b({latin})s? (?:of|from|behind|in) (?:the )?(?:film |movie |book )?[\"“《]?$"
            rf"|\b(?:who|whoever) ({latin}) [\"“《]?$",
            re.I,
        )
        self._of_after = re.compile(rf"^[\"”》」』]?\s*(?:['’]s ({latin})|的?({chinese}))", re.I)

    def said(self, before: str, after: str) -> str:
        """The role that the words around a name say: a relation, "any", or "" when none is said."""
        found = [(match.start(), role) for role, p in self._before.items() if (match := p.search(before))]
        asked = _ASKED_OF.search(before) and any(pattern.search(after) for pattern in self._after.values())
        if found and not asked:
            # "Written by" says more than "by".
            return min(found, key=lambda each: each[0])[1]
        for role, pattern in self._after.items():
            if pattern.search(after):
                return role
        return "any" if _ANY_AFTER.search(after) else ""

    def both(self, after: str) -> tuple[str, ...]:
        """Several roles of one person: "directed and starred in"."""
        return next((roles for pattern, roles in self._both if pattern.search(after)), ())

    def of_item(self, before: str, after: str) -> str:
        """The role in "the director of X", "X's director"; "" when X itself is meant."""
        for match in (self._of.search(before), self._of_after.search(after)):
            word = next((group for group in match.groups() if group), "") if match else ""
            if word:
                return str(self._words[word.lower()])
        return ""

    def of_them(self, constraints: tuple[Constraint, ...], state: DialogueState) -> tuple[Constraint, ...]:
        """`constraints` of a question that says "he": with the person asked for before, else spoken of last."""
        people = {self.group, *self.relations}
        theirs = tuple(c for c in state.constraints if c.attribute in people and c.op in {Op.ANY, Op.ALL})
        if not theirs and self.group:
            theirs = tuple(Constraint(self.group, Op.ANY, (who,)) for who in state.people[:1])
        known = {value for c in theirs for value in c.values}
        if any(c.attribute in people and set(c.values) - known for c in constraints):
            return constraints
        return (*(c for c in constraints if c.attribute not in people), *theirs)

    def held(self, person: str, role: str) -> str:
        """The relation to ask for: the role said if the person ever held it, else the nearest one.

        Without a role said, one who mostly has the first role ("director") is asked for in it, any other in whatever.
        """
        if role == "any":
            return self.main(person)
        for relation in self._held.get(role, ()):
            if self._count(relation, person):
                return relation
        if len(self.relations) == 1:
            return self.relations[0]
        first, last = self._count(self.relations[0], person), self._count(self.relations[-1], person)
        return self.relations[0] if first > last else self.group

    def main(self, person: str) -> str:
        """The role that a person is best known for; the first counts thrice."""
        first, last = self.relations[0], self.relations[-1]
        counts = {relation: self._count(relation, person) for relation in self.relations}
        if 3 * counts[first] > counts[last]:
            return first
        return max(counts, key=lambda relation: counts[relation])

    def _count(self, relation: str, person: str) -> int:
        return len(self._catalogue.rows_with(relation, person))


def _plain(relation: str) -> dict[str, Any]:
    """The words for a role of which only the relation's name is known: "author"."""
    name = spoken(relation)[0]
    words = "|".join(re.escape(word) for word in dict.fromkeys((name, name.rstrip("s"))))
    return {"before": rf"\b(?:by|from|{words})", "words": [name, name.rstrip("s")]}


def _group(schema: Schema, relations: Sequence[str]) -> str:
    """The group of just these relations, else the first of them."""
    whole = next((name for name, members in schema.groups.items() if set(members) == set(relations)), "")
    return whole or (relations[0] if relations else "")
