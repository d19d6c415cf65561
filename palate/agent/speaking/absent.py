"""Why an item is not on the list, in sentences, from the masks and the scores."""

from __future__ import annotations

from palate.agent.speaking.answers import named, plural, some
from palate.agent.speaking.wording import Wording, listing
from palate.agent.state import DialogueState
from palate.domain import TEXT, Item, Op
from palate.retrieval.asking.absence import Absence, Barred, Because, Failed

_FAILED = 3
"""Constraints that are told."""
_VALUES = 4
"""Values of the item that are told for each."""
_PARTS = 2
"""Parts of the score that are told."""


def because(state: DialogueState) -> Because:
    """Which items a dialogue state excludes, and why: for `Engine.absent`."""
    return {Barred.SEEN: state.seen, Barred.SHOWN: state.shown, Barred.NAMED: state.named}


def absent(absence: Absence, wording: Wording, language: str) -> list[str]:
    """One to three sentences: what keeps it out, else what it fails, else its place and what is before it."""
    title = wording.dated(absence.item, language)
    if absence.barred is not None:
        return [wording.phrases.say(f"absent_{absence.barred.value}", language, title=title)]
    if absence.shown_at is not None:
        return [there(absence.item, absence.shown_at, wording, language)]
    if absence.failed:
        reasons = [_failed(each, wording, language) for each in absence.failed[:_FAILED]]
        told = ("；" if language == "zh" else "; ").join(reasons)
        said = [wording.phrases.say("absent_failed", language, title=title, because=told)]
        # Where nothing met everything the list is of the nearest, and this one may be among those behind.
        return said + (_ranked(absence, title, wording, language) if absence.ahead else [])
    return [*_late(absence, title, wording, language), *_ranked(absence, title, wording, language)]


def there(item: Item, place: int, wording: Wording, language: str) -> str:
    """That it is on the list, at `place` (from 1)."""
    return wording.phrases.say("absent_there", language, title=wording.dated(item, language), place=place)


def _late(absence: Absence, title: str, wording: Wording, language: str) -> list[str]:
    """That an exclusion asks about what is not known of it."""
    names = [named(column, wording, language) for column in absence.unknown]
    return [wording.phrases.say("absent_late", language, title=title, name=listing(names, language))] if names else []


def _ranked(absence: Absence, title: str, wording: Wording, language: str) -> list[str]:
    say = wording.phrases.say
    first = listing([wording.dated(item, language) for item in absence.first[:_PARTS]], language)
    matching, ahead = f"{absence.matching:,}", f"{absence.ahead:,}"
    if absence.passed_over and absence.alike is not None:
        alike, place = wording.dated(absence.alike, language), f"{absence.ahead + 1:,}"
        return [say("absent_over", language, title=title, place=place, matching=matching, alike=alike)]
    if not absence.ahead:
        return [say("absent_open", language, title=title)]
    if absence.place is None:
        key = "absent_far" if absence.ahead > 1 else "absent_far_one"
        return [say(key, language, title=title, ahead=ahead, first=first)]
    key = "absent_rank_free" if absence.free or absence.failed else "absent_rank"
    said = [say(key, language, title=title, place=f"{absence.place:,}", matching=matching, first=first)]
    parts = dict.fromkeys(name for part in absence.more if (name := wording.phrases.part(part, language)))
    return said + ([say("absent_more", language, listing(list(parts)[:_PARTS], language))] if parts else [])


def _failed(failed: Failed, wording: Wording, language: str) -> str:
    """One constraint and what the item has instead."""
    wish, say = failed.constraint, wording.phrases.say
    said = wording.constraint(wish, language)
    if wish.attribute == TEXT:
        words = listing(wish.values, language, "or")
        return say("absent_text_none" if wish.op is Op.NONE else "absent_text", language, words)
    name = named(wish.attribute, wording, language)
    if not failed.known:
        return say("absent_unknown", language, name=name, wish=said)
    if failed.number is not None:
        unit = wording.unit(wish.attribute)
        value = wording.amount(wish.attribute, failed.number, language, unit)
        return say("absent_value", language, name=name, value=value, wish=said)
    relation = wording.schema.relations_of(wish.attribute)[0]
    own = [wording.value(relation, value, language) for value in failed.values]
    names = plural(wish.attribute, wording, language)
    if wish.op is Op.NONE:
        return say("absent_none", language, names=names, name=name, value=listing(own, language))
    if wish.attribute in wording.schema.groups:
        # Whoever had no part in it is not told by everybody who had.
        return say("absent_other", language, said)
    value = some(own, _VALUES, wording, language)
    key = "absent_values" if len(own) > 1 or language == "zh" else "absent_value"
    return say(key, language, names=names, name=name, value=value, wish=said)
