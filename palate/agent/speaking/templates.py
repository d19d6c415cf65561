"""Sentences made from Facts without a model, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from palate.agent.reading.glossary import packaged
from palate.agent.reading.reading import Reading
from palate.agent.speaking import reasons
from palate.agent.speaking.wording import Wording, listing
from palate.agent.state import Act, DialogueState, Guess
from palate.agent.text import key_of
from palate.domain import Fact, Item, Measure, Recommendation, Slate, Sort, Speaker

_FEW = 5
"""A slate with fewer items than this says that there are no more."""
_FACTS = 6
"""Facts of an item that are told when it is asked about."""
_BEGINNING = 200
"""Characters of a description that are told."""
_GUESSED_BY = (Sort.CATEGORY, Sort.COUNTRY)
_PARTS = 3
"""Parts of a score that are told."""
_LEAST = 0.005
"""Below this a part of a score is nothing in two decimals."""


def about(recommendation: Recommendation, wording: Wording, language: str, told: set[str] | None = None) -> str:
    """One sentence that names the item, what it is, and why it is there; `told` as in `reasons.reason`."""
    item, asked = recommendation.item, reasons.asked(recommendation)
    made = _made(item, wording, language)
    reason = reasons.reason(recommendation, wording, language, told)
    if not wording.phrases.by_kind:
        title = heading(recommendation, wording, language)
        if made and not reason:
            return wording.phrases.say("about_made_only", language, heading=title, made=made)
        if not reason and title != wording.title(item.title, language):
            return wording.phrases.say("about_only", language, heading=title)
        reason = reason or _quoted(item, wording, language) or wording.phrases.say("nothing_known", language)
        key = "about_made" if made else "about"
        return wording.phrases.say(key, language, heading=title, made=made, reason=reason)
    kind = wording.kind(item, asked, language)
    return wording.phrases.say(
        "about_made" if made else "about",
        language,
        dated=wording.dated(item, language),
        article="an" if kind[0] in "aeiou" else "a",
        kind=kind,
        made=made,
        reason=reason,
    )


def heading(recommendation: Recommendation, wording: Wording, language: str) -> str:
    """The title, and in brackets what kind of thing it is, its year, its price: "Alder Flask (Camping, $18.50)"."""
    item = recommendation.item
    year = wording.year(item)
    parts = wording.categories_of(item, reasons.asked(recommendation), language)
    parts += [str(year)] if year is not None else []
    parts += [price] if (price := wording.price(item, language)) else []
    title = wording.title(item.title, language)
    if not parts:
        return title
    return f"{title}（{'，'.join(parts)}）" if language == "zh" else f"{title} ({', '.join(parts)})"


def _made(item: Item, wording: Wording, language: str) -> str:
    """Who made it: "directed by Michael Mann", "by Fernhill"; at most two, empty when it is not known."""
    said = [wording.told(item, relation, "made", language, most=2) for relation in wording.makers]
    return listing([words for words in said if words][:2], language)


def notes(
    reading: Reading,
    state: DialogueState,
    slate: Slate,
    wording: Wording,
    last_year: int | None,
    *,
    nothing_found: bool = False,
    again: bool = False,
) -> list[str]:
    """What must be said before the recommendations: what was assumed, is missing, or could not be met."""
    language, say = state.language, wording.phrases.say
    said = []
    for assumed in reading.assumed:
        meant, written = assumed.split(" ← ")
        said.append(say("assumed", language, meant=meant, written=written))
    said += [say("unknown", language, name=name) for name in reading.unknown[:2]]
    said += [_guess(guess, wording, last_year, language) for guess in reading.guesses[:2]]
    found = len(slate.recommendations)
    if nothing_found and found:
        known = wording.schema.fame or wording.schema.quality
        if (request := " ".join(_heard(state))) and not wording.phrases.by_kind:
            said.append(say("nothing_about", language, request=request))
        else:
            said.append(say("no_lead_known" if known else "no_lead", language))
    only = [] if nothing_found or slate.relaxed else _only_named(state, slate, wording)
    said += only
    if again:
        said.append(say("shown_again", language))
    elif slate.relaxed:
        wishes = [wording.constraint(wish, language) for wish in slate.relaxed]
        key = "relaxed_more" if state.shown and not wording.phrases.by_kind else "relaxed"
        said.append(say(key, language, wishes=("、" if language == "zh" else "; ").join(wishes)))
        said += _other_money(slate, wording, language)
    elif not only and state.constraints and slate.matching > 0 and 0 < found < _FEW:
        said.append(say("only_one" if found == 1 else "only_few", language, count=found))
    return said


def _other_money(slate: Slate, wording: Wording, language: str) -> list[str]:
    """That prices in another currency cannot be compared."""
    for wish in slate.relaxed:
        own = wording.schema.units.get(wish.attribute, "")
        if wish.unit and own and own != wish.unit and wording.schema.measure(wish.attribute) is Measure.MONEY:
            return [wording.phrases.say("other_money", language, own=own, said=wish.unit)]
    return []


def _heard(state: DialogueState) -> list[str]:
    """The words of the search that the person said; what a model made of a mood is not quoted back to them."""
    heard = "\n".join(turn.text for turn in state.said if turn.speaker is Speaker.SEEKER)
    return [word for word in state.request.split() if packaged().says(heard, word)]


def _only_named(state: DialogueState, slate: Slate, wording: Wording) -> list[str]:
    """That only some of the slate has what was said, and the others are the nearest there are."""
    if wording.phrases.by_kind or state.liked or state.guesses:
        return []
    noun = wording.schema.noun
    values = [value for wish in state.constraints for value in wish.values] + [e.value for e in state.wanted]
    known = {part for said in (noun.one, noun.many, *values) for part in key_of(said).split()}
    words = [word for word in _heard(state) if key_of(word) not in known]
    found = slate.recommendations
    told = {key_of(word) for word in words}
    named = sum(any(f.relation == "matches" and key_of(f.value) in told for f in r.facts) for r in found)
    if not words or (named == len(found) and named >= _FEW):
        return []
    if named == len(found):
        key = "named_alone" if named == 1 else "named_all"
        return [] if state.constraints else [wording.phrases.say(key, state.language, count=named)]
    key = ("named_one" if named == 1 else "named_few") if named else "named_none"
    said = [wording.phrases.value("", word, state.language) for word in words]
    request = ("、" if state.language == "zh" else " ").join(said)
    return [wording.phrases.say(key, state.language, count=named, request=request)]


def _guess(guess: Guess, wording: Wording, last_year: int | None, language: str) -> str:
    """That a title is not here, and what is gone by instead."""
    say = wording.phrases.say
    name = wording.title(guess.title, language)
    if language != "zh" and guess.year:
        name += f" ({guess.year})"
    told = (*wording.schema.sorted_as(*_GUESSED_BY), *wording.makers)
    kind = [wording.entity(entity, language) for entity in guess.kind if entity.relation in told][:4]
    ends = last_year is not None and guess.year is not None and guess.year > last_year
    joined = ("、" if language == "zh" else ", ").join(kind)
    return say(
        "elsewhere",
        language,
        name=name,
        ends=say("elsewhere_ends", language, year=last_year) if ends else "",
        guess=say("elsewhere_kind", language, kind=joined) if kind else say("elsewhere_guess", language),
    )


def undone(summary: Sequence[str], wording: Wording, language: str) -> str:
    """That something was taken back, and what still holds."""
    if not summary:
        return wording.phrases.say("undone", language)
    return wording.phrases.say("undone_now", language, what=listing(list(summary), language))


def marked(recommendation: Recommendation, state: DialogueState, known: Set[str]) -> Recommendation:
    """`recommendation` with comparisons to what the person knows only, and with a Fact where it is a guess."""
    facts = tuple(f for f in recommendation.facts if not f.about or f.about in known)
    if state.guesses and not state.liked:
        facts = (Fact(recommendation.item.id, "guess", state.guesses[0].title, "guess"), *facts)
    return replace(recommendation, facts=facts)


def no_slate(act: Act, wording: Wording, language: str) -> str:
    """The reply of a turn that recommends nothing."""
    key = {Act.GREET: "greet", Act.THANK: "thank", Act.RESET: "reset", Act.CHAT: "chat"}.get(act, "off_topic")
    return wording.phrases.say(key, language, hints=_hints(wording, language))


def _hints(wording: Wording, language: str) -> str:
    """What can be said of this catalogue's items: "a category, a brand or a price"."""
    schema, hints = wording.schema, []
    for sort in (Sort.CATEGORY, Sort.BRAND, Sort.PERSON, Sort.COLOUR, Sort.PERIOD):
        hints += [f"hint_{sort.value}"] if schema.sorted_as(sort) else []
    hints[2:2] = ["hint_price"] if schema.measuring(Measure.MONEY) else []
    said = [wording.phrases.say(key, language) for key in hints[:3] or ["hints_none"]]
    return listing(said, language, "or")


def nothing_left(wording: Wording, language: str, *, empty: bool = False) -> str:
    """No item at all could be shown; `empty`: because the catalogue has none."""
    return wording.phrases.say("empty" if empty else "nothing_left", language)


def why(
    recommendation: Recommendation,
    wording: Wording,
    language: str,
    profile: Mapping[str, float] | None = None,
    *,
    scored: bool = True,
) -> list[str]:
    """The reasons for one item, then its facts, then, if `scored`, what its score is made of, where that is known."""
    said = [about(recommendation, wording, language)]
    said += (
        _cast(recommendation.item, said[0], wording, language)
        if wording.phrases.by_kind
        else _goods(recommendation.item, said[0], wording, language)
    )
    return said + (numbers(recommendation, wording, language, profile or {}) if scored else [])


def _cast(item: Item, told: str, wording: Wording, language: str) -> list[str]:
    """Who plays in it, how long it runs, how it was received."""
    say = wording.phrases.say
    cast, runtime = item.names("cast")[:3], item.number("runtime")
    parts = [say("stars_in", language, listing(cast, language))] if cast else []
    parts += [say("runs", language, f"{runtime:.0f}")] if runtime else []
    standing = reasons.standing(item, wording, language)
    parts += [standing] if standing and standing not in told else []
    if not parts:
        return []
    text = ("，" if language == "zh" else "; ").join(parts)
    return [text[0].upper() + text[1:] + ("。" if language == "zh" else ".")]


def _goods(item: Item, told: str, wording: Wording, language: str) -> list[str]:
    """What else the catalogue says of it, and how its description begins."""
    apart = "，" if language == "zh" else ", "
    standing = reasons.standing(item, wording, language)
    said = [standing[0].upper() + standing[1:] + ("。" if language == "zh" else ".")] if standing else []
    said = said if standing not in told else []
    fresh = [fact for fact in reasons.facts(item, wording, language, _FACTS, labels=True) if fact not in told]
    said += [wording.phrases.say("also", language, apart.join(fresh))] if fresh else []
    text = text_of(item, wording)
    return said + ([wording.phrases.say("begins", language, beginning(text))] if text and text not in told else [])


def text_of(item: Item, wording: Wording) -> str:
    """The beginning of the item's first text, in one line."""
    said = next((text for name in wording.schema.texts if (text := item.texts.get(name, "").strip())), "")
    return " ".join(said[: 4 * _BEGINNING].split())


def _quoted(item: Item, wording: Wording, language: str) -> str:
    text = text_of(item, wording)
    return wording.phrases.say("quoted", language, beginning(text, _BEGINNING // 2)) if text else ""


def beginning(text: str, most: int = _BEGINNING) -> str:
    """The first sentence of a text, or as much of it as `most` characters hold, cut between words."""
    first = re.match(r".+?(?:[.!?](?=\s|$)|[。！？])", text[: most + 1])
    if first:
        return first.group()
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0].rstrip(" ,;:，；：") + " …"


def numbers(
    recommendation: Recommendation, wording: Wording, language: str, profile: Mapping[str, float]
) -> list[str]:
    """What the place is made of, in numbers: the greatest contributions to the score, and the shares of the profile.

    Contributions are told as they are: of fused rankings parts of a score of 1, of a ranker its SHAP values.
    """
    parts: dict[str, float] = {}
    for name, value in recommendation.contributions.items():
        said = wording.phrases.part(name, language)
        parts[said] = parts.get(said, 0.0) + value
    greatest = sorted(((name, value) for name, value in parts.items() if name), key=lambda part: -abs(part[1]))
    told = []
    for key, sign in (("scored", 1), ("scored_against", -1)):
        chosen = [f"{name} {value:+.2f}" for name, value in greatest if value * sign >= _LEAST][:_PARTS]
        told += [wording.phrases.say(key, language, listing(chosen, language))] if chosen else []
    shares = [
        f"{wording.phrases.part(f'profile_{name}', language)} {share:.2f}"
        for name, share in profile.items()
        if share >= _LEAST
    ]
    return told + ([wording.phrases.say("weighed", language, listing(shares, language))] if shares else [])
