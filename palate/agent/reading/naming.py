"""What is said of the films and people that a message names: liked, disliked, seen, asked for, kept away."""

from __future__ import annotations

import re
from collections.abc import Sequence

from palate.agent.reading import cues
from palate.agent.reading.draft import Draft
from palate.agent.reading.linking import Mention, same_name
from palate.agent.reading.roles import Roles
from palate.agent.state import DialogueState, Guess
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.names import Names
from palate.domain import Constraint, Entity, ItemId, Op

_MOST = 1000
"""Items whose titles are looked through for the others of a series, the best known."""
_CLAUSE = re.compile(r"[,;.，。；]|\bbut\b|\bnot\b|但|不要|不是", re.I)
_HIS = re.compile(r"\b(?:by|with|from|starring|of)\s+$|(?:more|another|other).*$", re.I)
_WANTED = re.compile(
    r"\b(?:i|we|he|she|they)(?:['’]d| would) like (?:to (?:buy|get|order|have|see) )?(?:(?:the|an?|some|one|that) )?[\"“]?$|(?:我要|想要|想买|要买|买)(?:一?[个件双把台本瓶款])?[“]?$",
    re.I,
)
"""Before a name: "I'd like the …" wants it, "I like the …" does not."""


_NOT_IN = re.compile(
    r"\b(?:he|she)(?:['’]s| is| was)? ?(?:not|isn['’]?t|wasn['’]?t|never) (?:in\b|on\b|star|play|appear|direct|part of)|\bwithout (?:him|her)\b|没有[他她](?:演|出演|参演|的)?|[他她]没(?:有)?(?:演|出演|参演|拍)"
)
"""After a name: "every John Wayne there is … one he is not in" keeps him away."""


class Naming:
    """Puts mentions into a draft, by the words around them."""

    def __init__(self, catalogue: Catalogue, names: Names, roles: Roles) -> None:
        self._catalogue = catalogue
        self._names = names
        self._roles = roles

    def take_items(
        self, text: str, state: DialogueState, mentions: Sequence[Mention], against: frozenset[int], draft: Draft
    ) -> None:
        """What is said of the films in the message; `against` are the places of the mentions that are negated."""
        than = compared(text, mentions)
        for mention in mentions:
            if mention.kind == "elsewhere" and mention.elsewhere:
                film = mention.elsewhere
                kind = [Entity(relation, value) for relation, values in film.kind.items() for value in values]
                if cues.sentiment(text, mention.start, mention.end) not in {"disliked", "seen"}:
                    draft.guesses.append(Guess(title=film.title, year=film.year, kind=tuple(kind)))
            if mention.kind == "unknown":
                draft.unknown.append(mention.text.strip())
            if mention.kind != "item":
                continue
            if self._is_asked_for(text, mention, state, than, against):
                draft.asked.append(self._catalogue.get(mention.items[0]).title)
                continue
            draft.named += mention.items
            title = self._catalogue.get(mention.items[0]).title
            if not mention.sure and not same_name(mention.text, title):
                draft.assumed.append(f"{title} ← {mention.text.strip()}")
            if self._take_role(text, mention, draft) or mention.items[0] in than:
                continue
            if cues.unseen(text, mention.start, mention.end):
                continue
            feeling = cues.sentiment(text, mention.start, mention.end)
            if feeling == "disliked" or (mention.start in against and feeling != "liked"):
                draft.disliked += mention.items
                draft.named += self._series(mention.items[0])
            elif feeling == "seen" and not re.search(r"similar|like|类似|像|想看|love", text, re.I):
                draft.seen += mention.items
            else:
                draft.liked += mention.items[:3]

    def _is_asked_for(
        self,
        text: str,
        mention: Mention,
        state: DialogueState,
        than: Sequence[ItemId],
        against: frozenset[int],
    ) -> bool:
        """Whether an item is itself what is wanted: who names goods would buy them, who names a film has seen it."""
        item = mention.items[0]
        if self._catalogue.schema.vocabulary or mention.start in against or item in than or item in state.slate:
            return False
        return bool(_WANTED.search(text[: mention.start])) or not cues.sentiment(text, mention.start, mention.end)

    def _series(self, item_id: ItemId) -> list[ItemId]:
        """The items whose titles begin or go on with this one's: "no Rocky" means Rocky II, too."""
        title = self._catalogue.get(item_id).title
        stem = re.compile(rf"\b{re.escape(title)}\b")
        # Folded, "Shaft's Big Score" has the word "shafts".
        found = (*self._names.titles_with(title, _MOST), *self._names.titles_with(f"{title}s", _MOST))
        return [other for other in dict.fromkeys(found) if stem.search(self._catalogue.get(other).title)]

    def _take_role(self, text: str, mention: Mention, draft: Draft) -> bool:
        """Read `the director of X`: the person is meant, not the film."""
        relation = self._roles.of_item(text[: mention.start], text[mention.end :])
        people = self._catalogue.get(mention.items[0]).names(relation)[:2] if relation else ()
        for person in people:
            self._ask_for_person(text, person, relation, draft)
        return bool(people)

    def _ask_for_person(self, text: str, person: str, relation: str, draft: Draft) -> None:
        draft.people.append(person)
        if cues.SIMILAR_TOO.search(text):
            draft.wanted.append(Entity(relation, person))
        else:
            draft.constraints.append(Constraint(relation, Op.ANY, (person,)))

    def _role(self, text: str, mention: Mention) -> str:
        """The role that the words around somebody's name say."""
        return self._roles.said(text[: mention.start], text[mention.end :])

    def take_people(
        self, text: str, state: DialogueState, mentions: Sequence[Mention], against: frozenset[int], draft: Draft
    ) -> None:
        """What is said of the people in the message, and of "him" and "her"."""
        named = [m for m in mentions if m.kind == "person"]
        joined_and = len(named) > 1 and bool(
            re.search(r"\b(?:and|both)\b|和|跟", text[named[0].end : named[-1].start], re.I)
        )
        role = ""
        if len(named) == 1 and _NOT_IN.search(text[named[0].end :]) and not self._role(text, named[0]):
            against |= {named[0].start}
        for mention in named:
            before, after = text[: mention.start], text[mention.end :]
            first = mention.people[0]
            draft.people += mention.people
            if not mention.sure and mention.text.lower() not in first.lower() and not same_name(mention.text, first):
                draft.assumed.append(f"{first} ← {mention.text.strip()}")
            if mention.start in against:
                draft.constraints.append(Constraint(self._roles.group, Op.NONE, mention.people))
                continue
            said = self._roles.said(before, after)
            if both := self._roles.both(after):
                draft.constraints += [Constraint(role_held, Op.ANY, mention.people) for role_held in both]
                continue
            optional = cues.OPTIONAL.search(after) or cues.OPTIONAL_BEFORE.search(before)
            if optional or cues.FONDNESS.search(before) or (cues.SIMILAR_TOO.search(text) and not said):
                draft.wanted += [Entity(self._roles.main(person), person) for person in mention.people]
                continue
            role = said or (role if role and re.search(r"(?:,|and|or|和|、|&)\s*$", before) else "")
            relation = self._roles.held(first, role)
            if cues.SIMILAR_TOO.search(text):
                known = relation if relation in self._roles.relations else self._roles.main(first)
                draft.wanted += [Entity(known, person) for person in mention.people]
            else:
                every = joined_and and relation in {self._roles.group, self._roles.relations[-1]}
                draft.constraints.append(Constraint(relation, Op.ALL if every else Op.ANY, mention.people))
        pronoun = cues.PRONOUN.search(text)
        spoken_of = (
            tuple(p for m in named if pronoun and m.end <= pronoun.start() for p in m.people[:1]) + state.people
        )
        if pronoun and spoken_of and self._roles.group:
            who = spoken_of[0]
            held = {c.attribute for c in state.constraints if who in c.values and c.op is not Op.NONE}
            if held and pronoun.start() not in against:
                said = self._roles.said(text[: pronoun.start()], text[pronoun.end() :])
                if said in self._roles.relations and said not in held:
                    draft.constraints.append(Constraint(said, Op.ANY, (who,)))
                return
            if pronoun.start() in against:
                # "Starring him but not directed by him" keeps him away from one role only.
                near = _CLAUSE.split(text[: pronoun.start()])[-1]
                said = self._roles.said(near, text[pronoun.end() :])
                away = said if said in self._roles.relations else self._roles.group
                draft.constraints.append(Constraint(away, Op.NONE, (who,)))
            elif not named and (_HIS.search(text[: pronoun.start()]) or "的" in text):
                draft.constraints.append(Constraint(self._roles.group, Op.ANY, (who,)))


def compared(text: str, mentions: Sequence[Mention]) -> tuple[ItemId, ...]:
    """Films that something is to be older, shorter … than: "older than Psycho"."""
    return tuple(
        m.items[0]
        for m in mentions
        if m.kind == "item" and re.search(r"\bthan\s*[\"“]?$|比$", text[: m.start].rstrip(" 《"), re.I)
    )
