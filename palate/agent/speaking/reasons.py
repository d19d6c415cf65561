"""Why an item is on the slate: which kind of reason it has, and the reason as one clause made from its Facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from enum import StrEnum

from palate.agent.speaking.figures import cited, is_prose
from palate.agent.speaking.phrases import filled
from palate.agent.speaking.wording import Wording, listing
from palate.agent.text import fold, key_of
from palate.domain import Fact, Item, Measure, Recommendation, Sort


class Why(StrEnum):
    """The kinds of reason for which an item is shown."""

    ASKED = "asked"
    """It has what was asked for."""
    LIKED = "liked"
    """It is like something that the person liked."""
    PEOPLE = "people"
    """People liked it, or spoke of it, with something the person named."""
    GRAPH = "graph"
    """It shares people, brands or kinds with something, or a path leads to it."""
    NEW = "new"
    """To try something new: few know it, or it is recent."""
    STANDING = "standing"
    """Nothing but how good it is said to be."""


_SHARES = "shares:"
_OF_FACT: Mapping[str, Why] = {
    "path": Why.GRAPH, "liked_with": Why.LIKED, "interest": Why.LIKED, "people_liked": Why.PEOPLE,
    "talked_with": Why.PEOPLE, "matches": Why.ASKED, "asked_for": Why.ASKED, "rare": Why.NEW, "recent": Why.NEW,
}  # fmt: skip
_OF_PART: Mapping[str, Why] = {
    "graph": Why.GRAPH, "pagerank": Why.GRAPH, "shares": Why.GRAPH, "history": Why.LIKED, "interests": Why.LIKED,
    "als": Why.PEOPLE, "itemitem": Why.PEOPLE, "people": Why.PEOPLE, "neighbours": Why.PEOPLE,
    "sequence": Why.PEOPLE, "sequences": Why.PEOPLE, "next": Why.PEOPLE, "talk": Why.PEOPLE,
    "tail": Why.NEW, "novelty": Why.NEW, "recent": Why.NEW, "recency": Why.NEW,
}  # fmt: skip
"""By the part of a score (a family, the head of a feature): the kind of reason that it is. What the request itself
adds (`dense`, `lexical`) is on all of a slate and says least of an item that has another reason."""
_NAMED = (Sort.PERSON, Sort.BRAND)
_PLAIN = (Sort.PERSON, Sort.AUDIENCE, Sort.COLOUR, Sort.COUNTRY, Sort.LANGUAGE, Sort.PERIOD)
"""What is told of an item where nothing says why it is there, in this order."""
_TOLD_SORTS = (Sort.AUDIENCE, Sort.COLOUR, Sort.COUNTRY, Sort.LANGUAGE, Sort.PERIOD)
_PLAIN_FACTS = 2


def asked(recommendation: Recommendation) -> set[str]:
    """Values that the person asked for and the item has."""
    return {fact.value for fact in recommendation.facts if fact.relation == "asked_for"}


def why(recommendation: Recommendation, wording: Wording) -> Why:
    """Why an item is there: the kind of the part that weighs most in its score, where a Fact tells of it.

    Else that of the Fact that tells most: what is shared, what was liked, what people did, what was asked for.
    """
    return _chosen(recommendation, wording, "en")[0]


def of_fact(relation: str) -> Why:
    """The kind of reason that a Fact of this relation gives."""
    return Why.GRAPH if relation.startswith(_SHARES) else _OF_FACT.get(relation, Why.STANDING)


def reason(recommendation: Recommendation, wording: Wording, language: str, told: set[str] | None = None) -> str:
    """Return the most telling reason, as a clause: "it is close to Heat, which you liked".

    What was asked for is told once in a reply: `told` are the clauses so far, and this one is added. Empty where
    there is none, and the catalogue says nothing of the item that could stand in its place.
    """
    told = set() if told is None else told
    kind, said = _chosen(recommendation, wording, language, told)
    if said:
        told |= {said} if kind is Why.ASKED else set()
        return said
    if wording.phrases.by_kind:
        return wording.phrases.say("fits", language)
    return ("，" if language == "zh" else ", ").join(facts(recommendation.item, wording, language))


def _chosen(
    recommendation: Recommendation, wording: Wording, language: str, told: Set[str] = frozenset()
) -> tuple[Why, str]:
    """The kind of reason and its clause; the clause is empty where no Fact gives one."""
    weighs = _weighs_most(recommendation)
    for kind, way in sorted(_WAYS, key=lambda way: way[0] is not weighs):
        said = way(recommendation, wording, language)
        if said and said not in told:
            return kind, said
    return Why.STANDING, ""


def _weighs_most(recommendation: Recommendation) -> Why | None:
    """The kind that adds most to the score; None where nothing but the request and fame do."""
    sums: dict[Why, float] = {}
    for name, value in recommendation.contributions.items():
        if kind := _OF_PART.get(name.partition(".")[0]):
            sums[kind] = sums.get(kind, 0.0) + value
    kind = max(sums, key=lambda kind: sums[kind], default=None)
    return kind if kind and sums[kind] > 0 else None


def standing(item: Item, wording: Wording, language: str) -> str:
    """How good an item is said to be, by the catalogue's own measure of it; empty when it has none."""
    schema = wording.schema
    value, count = item.number(schema.quality), item.number(schema.fame)
    if not schema.quality or value is None:
        return ""
    known = f"{count:,.0f}" if schema.fame and count else ""
    if schema.measure(schema.quality) is Measure.PERCENT:
        percent = f"{value:.0f}%" if language == "zh" else f"{value:.0f} %"
        needs_count = wording.phrases.by_kind
        return (
            wording.phrases.say("standing_percent", language, percent=percent, count=known)
            if known or not needs_count
            else ""
        )
    stars = wording.number(item, schema.quality, language)
    if known:
        return wording.phrases.say("standing_stars_of", language, stars=stars, count=known)
    return wording.phrases.say("standing_stars", language, stars=stars)


def facts(
    item: Item, wording: Wording, language: str, most: int = _PLAIN_FACTS, *, labels: bool = False
) -> list[str]:
    """What else the catalogue says of an item, a few words each: "for women", "15 in stock".

    `labels`: also what stands in columns of which nothing is known, else only where there is nothing else.
    """
    schema = wording.schema
    told = [relation for sort in _PLAIN for relation in schema.sorted_as(sort) if relation not in wording.makers]
    said = [wording.told(item, relation, "told", language) for relation in told]
    said += [wording.number(item, number, language) for number in schema.measuring(Measure.STOCK)]
    if labels or not any(said):
        said += [wording.told(item, relation, "told", language) for relation in schema.sorted_as(Sort.LABEL)]
    return [words for words in said if words][:most]


def _people(recommendation: Recommendation, wording: Wording, language: str) -> str:
    """The item with which it has most people or brands in common."""
    named = wording.schema.sorted_as(*_NAMED)
    shared = _shared(recommendation, lambda relation: relation in named)
    if not shared:
        return ""
    other, found = max(shared.items(), key=lambda entry: len(entry[1]))
    rated = any(f.relation == "liked_with" and f.about == other for f in recommendation.facts)
    values: dict[str, list[str]] = {}
    for fact in found:
        values.setdefault(fact.relation.removeprefix(_SHARES), []).append(cited(fact.value))
    parts = []
    for relation, names in list(values.items())[:2]:
        name = wording.phrases.of_relation(relation, language)["name"]
        said = listing(names[:2], language)
        if language == "zh":
            parts.append(f"{name} {'、'.join(dict.fromkeys(names[:2]))}")
        else:
            parts.append(f"its {name}{'s' if len(names) > 1 else ''} {said}")
    what = "，".join(parts) if language == "zh" else listing(parts, language)
    key = "shares_liked" if rated else "shares"
    return wording.phrases.say(key, language, about=wording.title(other, language), what=what)


def _kinds(recommendation: Recommendation, wording: Wording, language: str) -> str:
    """The item with which it has most categories in common; of films, two at least."""
    shared = _shared(recommendation, lambda relation: relation in wording.categories)
    other, found = max(shared.items(), key=lambda entry: len(entry[1]), default=("", []))
    if len(found) < (2 if wording.phrases.by_kind else 1):
        return ""
    relation = found[0].relation.removeprefix(_SHARES)
    names = [wording.value(fact.relation.removeprefix(_SHARES), fact.value, language) for fact in found[:2]]
    words: Mapping[str, str] = wording.phrases.of_relation(relation, language)
    kinds = words.get("plural", f"{words['name']}s") if len(names) > 1 else words["name"]
    return wording.phrases.say(
        "shares_kinds", language, about=wording.title(other, language), kinds=kinds, values=listing(names, language)
    )


def _shared(recommendation: Recommendation, wanted: Callable[[str], bool]) -> dict[str, list[Fact]]:
    """The facts of what is shared with each other item, under the relations that are `wanted`."""
    shared: dict[str, list[Fact]] = {}
    for fact in recommendation.facts:
        if fact.about and fact.relation.startswith(_SHARES) and wanted(fact.relation.removeprefix(_SHARES)):
            shared.setdefault(fact.about, []).append(fact)
    return shared


def _path(recommendation: Recommendation, wording: Wording, language: str) -> str:
    for fact in _of(recommendation, "path"):
        if fact.about:
            return wording.phrases.say("path", language, about=wording.title(fact.about, language), value=fact.value)
    return ""


def _liked_with(recommendation: Recommendation, wording: Wording, language: str) -> str:
    liked = [fact.about for fact in _of(recommendation, "liked_with") if fact.about]
    return wording.phrases.say("liked_with", language, wording.title(liked[0], language)) if liked else ""


def _talked_with(recommendation: Recommendation, wording: Wording, language: str) -> str:
    named = [fact.about for fact in _of(recommendation, "talked_with") if fact.about]
    return wording.phrases.say("talked_with", language, wording.title(named[0], language)) if named else ""


def _people_liked(recommendation: Recommendation, wording: Wording, language: str) -> str:
    for fact in _of(recommendation, "people_liked"):
        if fact.about:
            key = "people_liked_one" if fact.value in {"1", ""} else "people_liked"
            return wording.phrases.say(key, language, about=wording.title(fact.about, language), count=fact.value)
    return ""


def _interest(recommendation: Recommendation, wording: Wording, language: str) -> str:
    # A title too long to be told whole would be no title.
    labels = [f.value for f in _of(recommendation, "interest") if f.value and not is_prose(f.value)]
    return wording.phrases.say("interest", language, wording.label(labels[0], language)) if labels else ""


def _matches(recommendation: Recommendation, wording: Wording, language: str) -> str:
    words = [] if wording.phrases.by_kind else untold(recommendation, wording)[:3]
    quoted = [f"“{word}”" for word in words]
    return wording.phrases.say("matches", language, listing(quoted, language)) if words else ""


def untold(recommendation: Recommendation, wording: Wording) -> list[str]:
    """The words of the request that stand in an item's texts and that neither its title nor what it is says."""
    item = recommendation.item
    told = [item.title, *(v for r in (*wording.categories, *wording.makers) for v in item.names(r))]
    heard = {key_of(word) for text in told for word in fold(text).split()}
    matched = dict.fromkeys(fact.value for fact in _of(recommendation, "matches") if fact.value)
    return [word for word in matched if not {key_of(part) for part in fold(word).split()} <= heard]


def _new(recommendation: Recommendation, wording: Wording, language: str) -> str:
    """That few know it, or that it is new; the first where both are so."""
    for relation in ("rare", "recent"):
        if _of(recommendation, relation):
            return wording.phrases.say(relation, language)
    return ""


def _standing(recommendation: Recommendation, wording: Wording, language: str) -> str:
    return standing(recommendation.item, wording, language)


def _asked_for(recommendation: Recommendation, wording: Wording, language: str) -> str:
    """What was asked for and is not told by the heading already."""
    if wording.phrases.by_kind:
        return _asked_of_kind(recommendation, wording, language)
    item = recommendation.item
    values = [fact.value for fact in _of(recommendation, "asked_for")]
    told = set(wording.categories_of(item, set(values), language))
    said = []
    for value in dict.fromkeys(values):
        relation = next((r for r in wording.schema.relations if value in item.names(r)), "")
        words = wording.value(relation, value, language) if relation else value
        if words not in told and relation not in wording.makers:
            bare = wording.schema.sort(relation) in (Sort.LABEL, Sort.COLOUR) if relation else True
            said.append(words if bare else wording.told(item, relation, "told", language))
    said = [words for words in said if words]
    return wording.phrases.say("asked_for", language, listing(said[:3], language)) if said else ""


def _of(recommendation: Recommendation, relation: str) -> Sequence[Fact]:
    return [fact for fact in recommendation.facts if fact.relation == relation]


def _asked_of_kind(recommendation: Recommendation, wording: Wording, language: str) -> str:
    """What was asked for where a sentence tells what an item is: what that does not tell, else the kind itself."""
    item, say = recommendation.item, wording.phrases.say
    values = list(dict.fromkeys(fact.value for fact in _of(recommendation, "asked_for")))
    kinds = [v for v in values if any(v in item.names(r) for r in wording.categories)]
    makers = {v for r in wording.makers for v in item.names(r)}
    more = []
    for value in values:
        relation = next((r for r in wording.schema.relations if value in item.names(r)), "")
        told = value in kinds or value in makers
        if relation and not told and wording.schema.sort(relation) is not Sort.CERTIFICATE:
            words = wording.phrases.of_relation(relation, language)
            sort = wording.schema.sort(relation)
            form = words["told" if sort in _TOLD_SORTS and language != "zh" else "chip"]
            form = "{name}有{value}" if sort in _NAMED and language == "zh" else form
            more.append(filled(form, value=wording.value(relation, value, language), name=words["name"]))
    if more:
        return say("asked_for", language, listing(more[:2], language))
    named = {fact.value for fact in _of(recommendation, "asked_for") if fact.source == "request"}
    if kinds and not named & set(kinds):
        return say("suits", language)
    if kinds:
        kind = wording.kind(
            replace(item, attributes={r: tuple(kinds) for r in wording.categories}), set(kinds), language
        )
        return say("asked_kind", language, article="an" if kind[0] in "aeiou" else "a", kind=kind)
    return say("asked_maker", language) if makers & set(values) else ""


_WAYS: tuple[tuple[Why, Callable[[Recommendation, Wording, str], str]], ...] = (
    (Why.GRAPH, _people),
    (Why.GRAPH, _path),
    (Why.GRAPH, _kinds),
    (Why.LIKED, _liked_with),
    (Why.PEOPLE, _people_liked),
    (Why.PEOPLE, _talked_with),
    (Why.LIKED, _interest),
    (Why.ASKED, _matches),
    (Why.ASKED, _asked_for),
    (Why.STANDING, _standing),
    (Why.NEW, _new),
)
"""The clauses by their kind, the most telling first."""
