"""What a card says: one `Recommendation` turned into the words that stand on it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from palate.agent.speaking.figures import cited, plain_number
from palate.agent.speaking.templates import beginning, text_of
from palate.agent.speaking.wording import Wording, listing
from palate.domain import TEXT, Item, ItemId, Kind, Measure, Recommendation, Slate, Sort
from palate.ui import words
from palate.ui.pictures import Pictures

_KINDS, _NAMES, _PEOPLE, _MORE = 5, 3, 2, 6
_PATTERNS = 4
_TEXT = 140
"""Characters of a description on a card."""


@dataclass(frozen=True, slots=True)
class Face:
    """How the items of one catalogue are shown."""

    wording: Wording
    pictures: Pictures = field(default_factory=Pictures)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button on a card."""

    kind: str
    label: str
    pressed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Names with what they are: "Directed by " and "Michael Mann"."""

    before: str
    names: str
    after: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """The words on one card; plain text, the template escapes it."""

    id: ItemId
    place: int
    """1 for the first of the slate: "the second one" must be easy to say."""
    title: str
    initial: str
    hue: int
    """Degrees, 0 to 359, made from the title: an item keeps its colour."""
    pattern: int
    picture: str
    """What the page asks for to show it; empty: the colour and the letter stand alone."""
    price: str
    facts: tuple[str, ...]
    """Year, minutes, certificate, stock, each as known; "certificate unknown" where it was asked about."""
    kinds: str
    people: tuple[Line, ...]
    text: str
    percent: int | None
    score: str
    reasons: tuple[str, ...]
    more: tuple[tuple[str, str], ...]
    """Name and value of what unfolds."""
    link: str
    choices: tuple[Choice, ...]
    disliked: bool


_CHOICES = ((Kind.LIKED, "card_like"), (Kind.DISLIKED, "card_away"), (Kind.SEEN, "card_seen"))
REACTIONS = frozenset(kind for kind, _ in _CHOICES)
"""The kinds that a card has a button for."""


def cards(slate: Slate, pressed: Mapping[ItemId, Set[Kind]], face: Face, language: str = "en") -> tuple[Card, ...]:
    """Return the cards of a slate in its order; `pressed` says which buttons are down."""
    return tuple(
        _card(recommendation, place, pressed.get(recommendation.item.id, frozenset()), face, language)
        for place, recommendation in enumerate(slate.recommendations, start=1)
    )


def notes(slate: Slate, wording: Wording, language: str = "en") -> tuple[str, ...]:
    """Say what concerns a slate as a whole: what was left out, or how few meet everything."""
    found, say = len(slate.recommendations), wording.phrases.say
    if slate.relaxed:
        left_out = ("、" if language == "zh" else "; ").join(
            wording.constraint(one, language) for one in slate.relaxed
        )
        return (say("note_relaxed", language, wishes=left_out),)
    if found and slate.matching <= found:
        return (say("note_one" if found == 1 else "note_few", language, count=found),)
    return ()


def _card(recommendation: Recommendation, place: int, pressed: Set[Kind], face: Face, language: str) -> Card:
    item, wording = recommendation.item, face.wording
    seed = zlib.crc32(item.title.encode())
    people = _people(wording)
    percent, score = _score(item, wording, language)
    return Card(
        id=item.id,
        place=place,
        title=item.title,
        initial=_initial(item.title),
        hue=seed % 360,
        pattern=(seed // 360) % _PATTERNS,
        picture=face.pictures.address(item),
        price=wording.price(item, language),
        facts=(
            *_facts(item, wording, language),
            *(words.unknown(a, wording, language) for a in recommendation.unknown if a != TEXT),
        ),
        kinds=" · ".join(_kinds(item, wording, language)[:_KINDS]),
        people=tuple(line for relation in people if (line := _line(item, relation, wording, language))),
        text=beginning(text_of(item, wording), _TEXT),
        percent=percent,
        score=score,
        reasons=words.reasons(recommendation, wording, language),
        more=_more(item, people, wording, language),
        link=item.link if _is_page(item.link) else "",
        choices=tuple(
            Choice(kind.value, wording.phrases.say(key, language), kind in pressed) for kind, key in _CHOICES
        ),
        disliked=Kind.DISLIKED in pressed,
    )


def _facts(item: Item, wording: Wording, language: str) -> list[str]:
    """The numbers that people ask for first, and the certificate."""
    schema, said = wording.schema, []
    for number in schema.measuring(Measure.YEAR, Measure.DATE, Measure.MINUTES, Measure.STOCK):
        value, form = item.number(number), wording.phrases.of_number(number, language).get("card")
        if value is not None:
            said.append(form.format(f"{value:.0f}") if form else wording.number(item, number, language))
    said += [name for relation in schema.sorted_as(Sort.CERTIFICATE) for name in item.names(relation)[:1]]
    return said + [
        line
        for relation in schema.sorted_as(Sort.AUDIENCE)
        if (line := wording.told(item, relation, "card", language))
    ]


def _kinds(item: Item, wording: Wording, language: str) -> list[str]:
    return list(
        dict.fromkeys(
            wording.phrases.value(relation, name, language)
            for relation in wording.categories
            for name in item.names(relation)
        )
    )


def _people(wording: Wording) -> Sequence[str]:
    """The relations whose names stand on a card: who made it first."""
    own: Sequence[str] = wording.phrases.table("page").get("card", ())
    rest = wording.schema.sorted_as(Sort.BRAND, Sort.PERSON)
    return own or list(dict.fromkeys((*wording.makers, *rest)))[:_PEOPLE]


def _line(item: Item, relation: str, wording: Wording, language: str) -> Line | None:
    made = relation in wording.makers
    names = item.names(relation)[: None if made else _NAMES]
    if not names:
        return None
    form = wording.phrases.of_relation(relation, language)
    before, _, after = form["card"].replace("{name}", form["name"]).partition("{value}")
    return Line(before, ", ".join(map(cited, names)), after, made)


def _more(item: Item, people: Sequence[str], wording: Wording, language: str) -> tuple[tuple[str, str], ...]:
    """Name and value of what the rest of the card does not say."""
    schema = wording.schema
    told = {
        *people,
        *wording.categories,
        *schema.sorted_as(Sort.CERTIFICATE, Sort.PERIOD, Sort.AUDIENCE, Sort.CURRENCY),
    }
    found = []
    for relation in schema.relations:
        if relation not in told and (names := wording.telling(item, relation)):
            values = [wording.phrases.value(relation, name, language) for name in names[:_MORE]]
            found.append(
                (
                    _name(relation, wording, language),
                    listing(values, language) if language == "zh" else ", ".join(values),
                )
            )
    for number in schema.measuring(Measure.NUMBER):
        value = item.number(number)
        if value is not None:
            said = f"{plain_number(value)} {wording.unit(number)}".strip()
            found.append((_capital(wording.phrases.of_number(number, language)["name"]), said))
    return tuple(found)


def _name(relation: str, wording: Wording, language: str) -> str:
    words_of_relation = wording.phrases.of_relation(relation, language)
    return words_of_relation.get("more") or _capital(words_of_relation["name"])


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _initial(title: str) -> str:
    words_of_title = re.findall(r"\w+", title)
    if len(words_of_title) > 1 and words_of_title[0].lower() in {"the", "a", "an"}:
        words_of_title = words_of_title[1:]
    return words_of_title[0][0].upper() if words_of_title else "·"


def _score(item: Item, wording: Wording, language: str) -> tuple[int | None, str]:
    """How good it is said to be: percent for the meter, and in words."""
    schema, say = wording.schema, wording.phrases.say
    value, count = item.number(schema.quality), item.number(schema.fame)
    known = f"{count:,.0f}" if schema.fame and count else ""
    if not schema.quality or value is None:
        missing = schema.quality and wording.phrases.has("card_unscored", language)
        return None, say("card_unscored", language) if missing else ""
    if schema.measure(schema.quality) is Measure.STARS:
        most = schema.units.get(schema.quality, "") or "5"
        percent = round(100 * value / float(most))
        key = "card_stars_of" if known else "card_stars"
        return percent, say(key, language, value=plain_number(value), most=most, count=known)
    bare = not known and wording.phrases.has("card_percent_bare", language)
    return round(value), say(
        "card_percent_bare" if bare else "card_percent", language, percent=f"{value:.0f}", count=known
    )


def _is_page(link: str) -> bool:
    try:
        return urlsplit(link).scheme.lower() in {"http", "https"}
    except ValueError:
        return False
