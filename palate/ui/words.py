"""Facts and tools in plain words, for the page."""

from __future__ import annotations

from collections.abc import Sequence

from palate.agent.speaking.phrases import Phrases, filled
from palate.agent.speaking.reasons import of_fact, untold, why
from palate.agent.speaking.wording import Wording, listing
from palate.domain import Fact, Recommendation, Sort

_WEAK = (Sort.COUNTRY, Sort.LANGUAGE, Sort.PERIOD, Sort.CERTIFICATE, Sort.AUDIENCE, Sort.CURRENCY)
"""What says little when two items share it."""


def tool(name: str, phrases: Phrases, language: str = "en") -> str:
    """Say what a tool did; a tool that the page has never heard of is named as it is."""
    key = f"tool_{name}"
    return phrases.say(key, language) if phrases.has(key, language) else name.replace("_", " ").capitalize()


def tools(names: Sequence[str], phrases: Phrases, language: str = "en") -> str:
    """Say what several tools did, the same once."""
    said = dict.fromkeys(tool(name, phrases, language) for name in names)
    return ("，" if language == "zh" else ", ").join(said)


def unknown(attribute: str, wording: Wording, language: str = "en") -> str:
    """Return the remark on a card whose value for `attribute` was asked about and is not known."""
    schema, phrases = wording.schema, wording.phrases
    words = (
        phrases.of_number(attribute, language)
        if attribute in schema.numbers
        else phrases.of_relation(attribute, language)
    )
    return phrases.say("unknown_value", language, words["name"])


def reasons(
    recommendation: Recommendation, wording: Wording, language: str = "en", limit: int = 3
) -> tuple[str, ...]:
    """Say why an item is on the slate: the facts that compare it or answer the request, at most `limit` lines.

    What is shared with the same other item is put into one line, other items that share the same into one line too,
    and what says little (the same certificate, the same decade) comes only where nothing says more. The lines of the
    kind of reason that the reply gives come first.
    """
    shared: dict[tuple[str, str], list[str]] = {}
    fresh = untold(recommendation, wording)
    for fact in recommendation.facts:
        if fact.source != "catalogue" and (fact.relation != "matches" or fact.value in fresh):
            about = "" if fact.relation == "asked_for" else fact.about
            shared.setdefault((fact.relation, about), []).append(_value(fact, recommendation, wording, language))
    weak = {f"shares:{relation}" for relation in wording.schema.sorted_as(*_WEAK)}
    kind = why(recommendation, wording)
    shared = dict(sorted(shared.items(), key=lambda said: of_fact(said[0][0]) is not kind))
    telling = {key: values for key, values in shared.items() if key[0] not in weak} or shared
    abouts: dict[tuple[str, str], list[str]] = {}
    for (relation, about), values in telling.items():
        abouts.setdefault((relation, listing(list(dict.fromkeys(values)), language)), []).append(about)
    lines = (_reason(relation, said, others, wording, language) for (relation, said), others in abouts.items())
    return tuple(dict.fromkeys(line for line in lines if line))[:limit]


def _value(fact: Fact, recommendation: Recommendation, wording: Wording, language: str) -> str:
    """What a fact says, in the words for it."""
    if fact.relation == "matches":
        return f"“{fact.value}”"
    relation = fact.relation.removeprefix("shares:")
    if fact.relation == "asked_for":
        item = recommendation.item
        relation = next((r for r in wording.schema.relations if fact.value in item.names(r)), "")
    return wording.phrases.value(relation, fact.value, language) if relation else fact.value


def _reason(relation: str, said: str, others: Sequence[str], wording: Wording, language: str) -> str:
    say = wording.phrases.say
    about = listing([wording.title(other, language) for other in others if other], language)
    match relation:
        case "asked_for":
            return say("card_asked", language, said)
        case "liked_with":
            return say("card_liked", language, about or wording.title(said, language))
        case "guess":
            return say("card_guess", language, wording.title(said, language))
        case "people_liked":
            key = "card_people_one" if said in {"1", ""} else "card_people"
            return say(key, language, count=said, about=about) if about else ""
        case "talked_with":
            return say("card_talked", language, about) if about else ""
        case "path":
            line = say("card_path", language, value=said, about=about) if about else ""
            return line[:1].upper() + line[1:]
        case "interest":
            return say("card_interest", language, wording.label(said, language))
        case "matches":
            return say("card_matches", language, said)
        case "recent" | "rare":
            return say(f"card_{relation}", language)
    kind = relation.removeprefix("shares:")
    if kind == relation or not about:
        return ""
    words = wording.phrases.of_relation(kind, language)
    return filled(words["like"], value=said, about=about, name=words["name"])


def preferred(accepted: str) -> str:
    """Return the language of a page for an Accept-Language header: `zh` where Chinese comes before English."""
    ranked: list[tuple[float, str]] = []
    for part in accepted.split(","):
        name, _, weight = part.partition(";q=")
        try:
            ranked.append((-float(weight or 1), name.strip().lower()))
        except ValueError:
            continue
    ours = (name for _, name in sorted(ranked, key=lambda one: one[0]) if name.startswith(("zh", "en")))
    return "zh" if next(ours, "en").startswith("zh") else "en"
