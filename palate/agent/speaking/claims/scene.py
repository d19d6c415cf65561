"""What the sentences of a reply may speak of: the slate, the items the person named, and what was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from palate.agent.reading.lexicon import Hit, Lexicon
from palate.agent.speaking.claims import allowed
from palate.agent.speaking.figures import is_prose
from palate.agent.speaking.wording import Wording
from palate.agent.state import DialogueState
from palate.agent.text import Span, alone, key_of, plain
from palate.domain import TEXT, Entity, Fact, Item, Op, Recommendation, Sort

_SHARES = "shares:"
_Words = Callable[[Recommendation, Wording], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the catalogue at its place in a text."""

    start: int
    end: int
    text: str
    meanings: tuple[Entity, ...]


class Scene:
    """One slate and what stands around it."""

    def __init__(
        self,
        lexicon: Lexicon,
        wording: Wording,
        slate: Sequence[Recommendation],
        anchors: Sequence[Item],
        said: str,
        state: DialogueState | None = None,
    ) -> None:
        """`anchors` are items the person named, `said` the person's own words, `state` what was asked for."""
        self.lexicon, self.wording, self.slate = lexicon, wording, tuple(slate)
        self.said, self.state = said, state
        self.anchors: dict[str, Item | None] = {item.title: item for item in anchors}
        told = (fact.about for place in slate for fact in place.facts)
        self.anchors |= {title: None for title in told if title and title not in self.anchors}
        self.named = wording.schema.sorted_as(Sort.PERSON, Sort.BRAND)
        glue = allowed.glue(wording.schema.vocabulary)
        self.glue, self.glue_zh = glue["en"], glue["zh"]
        self._hits: dict[str, Sequence[Hit]] = {}
        self._values_in: dict[str, list[Value]] = {}
        self._allowed: dict[tuple[bool, int], tuple[Recommendation, frozenset[str]]] = {}
        self.names: dict[str, Sequence[Span]] = {}
        """The names found in a text already (see `people.found`): it is read for each item it may be about."""

    def hits(self, text: str) -> Sequence[Hit]:
        """The words of the lexicon in a text, which is read for each item that it may be about."""
        if text not in self._hits:
            self._hits[text] = self.lexicon.find(text)
        return self._hits[text]

    @cached_property
    def people(self) -> Sequence[str]:
        """The people and brands that may be named, the longest names first."""
        items = [place.item for place in self.slate] + [item for item in self.anchors.values() if item]
        names = {name for item in items for relation in self.named for name in item.names(relation)}
        names |= {f.value for place in self.slate for f in place.facts if f.about and self._names_people(f.relation)}
        if self.state:
            wishes = [(wish.attribute, wish.values) for wish in self.state.constraints]
            wishes += [(e.relation, (e.value,)) for e in (*self.state.wanted, *self.state.unwanted)]
            schema = self.wording.schema
            names |= {v for a, values in wishes for v in values if set(schema.relations_of(a)) & set(self.named)}
        return sorted(names, key=len, reverse=True)

    @cached_property
    def sought(self) -> Sequence[tuple[str, str, str]]:
        """Each of those names without accents, and as it is looked for in a text without case."""
        return [(name, bare := plain(name), bare.casefold()) for name in self.people]

    @cached_property
    def surnames(self) -> Mapping[str, str]:
        """The last word of each name of a person that only one of them has: "Johnson"."""
        people = {v for p in self.slate for r in self.wording.schema.sorted_as(Sort.PERSON) for v in p.item.names(r)}
        found: dict[str, list[str]] = {}
        for name in people:
            if " " in name.strip():
                found.setdefault(plain(name).split()[-1], []).append(name)
        return {surname: names[0] for surname, names in found.items() if len(names) == 1 and surname[:1].isupper()}

    def words(self, place: Recommendation) -> frozenset[str]:
        """The Latin words that the Facts of an item may be told in; it is judged part by part of each sentence."""
        return self._told(allowed.words, place)

    def chinese(self, place: Recommendation) -> frozenset[str]:
        """The Chinese phrases that the Facts of an item may be told in."""
        return self._told(allowed.chinese, place)

    def _told(self, words: _Words, place: Recommendation) -> frozenset[str]:
        # An item of the slate and the same one as the person named it have other Facts: known by the object.
        key = words is allowed.words, id(place)
        if key not in self._allowed:
            self._allowed[key] = place, words(place, self.wording)
        return self._allowed[key][1]

    def _names_people(self, relation: str) -> bool:
        return relation.removeprefix(_SHARES) in self.named

    def tied(self, place: Recommendation, title: str) -> list[Fact]:
        """The Facts that join an item to another of this title."""
        return [fact for fact in place.facts if fact.about == title]

    def fellow(self, item: Item) -> Recommendation:
        """An item that the person named, judged as one of the slate: with what the slate's Facts say of it."""
        attributes = dict(item.attributes)
        for place in self.slate:
            for fact in self.tied(place, item.title):
                relation = fact.relation.removeprefix(_SHARES)
                if relation != fact.relation and fact.value not in attributes.get(relation, ()):
                    attributes[relation] = (*attributes.get(relation, ()), fact.value)
        return Recommendation(replace(item, attributes=attributes), 0.0, ())

    # values

    def values(self, text: str) -> list[Value]:
        """The values of the slate and of the request in `text`: "canvas", 适合女士, "rated PG"."""
        if text not in self._values_in:
            self._values_in[text] = [*self._rated(text), *self._plain_values(text)]
        return list(self._values_in[text])

    def _rated(self, text: str) -> list[Value]:
        """The certificates that are named as such."""
        found = []
        for match in self._certificate_pattern.finditer(text):
            said = next(group for group in match.groups() if group)
            relations = self.wording.schema.sorted_as(Sort.CERTIFICATE)
            found.append(Value(match.start(), match.end(), match.group(), tuple(Entity(r, said) for r in relations)))
        return found

    @cached_property
    def _certificate_pattern(self) -> re.Pattern[str]:
        relations = self.wording.schema.sorted_as(Sort.CERTIFICATE)
        levels = self.wording.phrases.table("certificates").get("levels", ())
        values = {name for level in levels for name in level} | {
            v for p in self.slate for r in relations for v in p.item.names(r)
        }
        said = sorted(values if relations else (), key=len, reverse=True)
        one = "|".join(map(re.escape, said)) or "(?!)"
        long = "|".join(re.escape(name) for name in said if len(name) > 1) or "(?!)"
        before = r"(?:rated|certificate:?|certified|分级[是为：]?)"
        return re.compile(
            rf"\b{before}\s*({one})(?![\w-])|(?<![\w-])({one})(?:[- ]rated\b|\s?级)|(?<![\w-])({long})(?![\w-])"
        )

    def _plain_values(self, text: str) -> list[Value]:
        low = plain(text).casefold()
        # A slate has hundreds of values; a pattern of those that are in the text is quickly made.
        here = [form for form in self._longest_values if form in low]
        if not here:
            return []
        pattern = re.compile("|".join(map(_pattern, here)), re.I)
        return [
            Value(match.start(), match.end(), match.group(), tuple(self._meant(match.group())))
            for match in pattern.finditer(text)
        ]

    def _meant(self, said: str) -> list[Entity]:
        """The values of a form, in either number."""
        return self._values.get(plain(said).casefold()) or self._values.get(_form(said)) or []

    @cached_property
    def _values(self) -> dict[str, list[Entity]]:
        schema, wording = self.wording.schema, self.wording
        told = [r for r in schema.relations if schema.sort(r) not in (Sort.PERSON, Sort.BRAND, Sort.CERTIFICATE)]
        found = [Entity(r, v) for p in self.slate for r in told for v in p.item.names(r) if not is_prose(v)]
        if self.state:
            found += [*self.state.wanted, *self.state.unwanted]
            found += [
                Entity(w.attribute, v) for w in self.state.constraints if w.op is not Op.RANGE for v in w.values
            ]
        forms: dict[str, list[Entity]] = {}
        for entity in dict.fromkeys(e for e in found if e.relation in told and e.relation != TEXT):
            said = [
                entity.value,
                *(wording.value(entity.relation, entity.value, language) for language in ("en", "zh")),
            ]
            said += wording.phrases.chinese(entity.value)
            for form in dict.fromkeys(form for words in said for form in (plain(words).casefold(), _form(words))):
                if len(form) > 1 and not form.isdigit():
                    forms.setdefault(form, []).append(entity)
        return forms

    @cached_property
    def _longest_values(self) -> Sequence[str]:
        return sorted(self._values, key=len, reverse=True)

    def has(self, item: Item, entities: Iterable[Entity]) -> bool | None:
        """Whether an item has one of `entities`; None where the catalogue does not know."""
        entities = list(entities)
        if any(entity.value in item.names(entity.relation) for entity in entities):
            return True
        return False if entities and all(item.names(entity.relation) for entity in entities) else None


def _form(said: str) -> str:
    return (key_of(said) or said).casefold() if said.isascii() else plain(said).casefold()


def _pattern(form: str) -> str:
    # Either number: the key of "bags" is "bag".
    return alone(form).replace("(?![", "(?:e?s)?(?![") if form.isascii() else re.escape(form)
