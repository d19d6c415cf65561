"""Facts and tools in plain words, for the page."""

from __future__ import annotations

from collections.abc import Iterable

from palate.agent.wording import listing
from palate.domain import Fact

_UNKNOWN = {"rating": "certificate", "score": "critics’ score"}
_TOOLS = {
    "search_items": "Searched the catalogue",
    "user_history": "Looked at what you liked before",
    "expand_attributes": "Followed people, genres and places",
}
_SHARED = {
    "director": "Directed by {value}, like {about}",
    "writer": "Written by {value}, like {about}",
    "cast": "With {value}, as in {about}",
    "country": "From {value}, like {about}",
    "language": "In {value}, like {about}",
    "decade": "From the {value}, like {about}",
    "rating": "Rated {value}, like {about}",
}
_WEAK = {"shares:country", "shares:language", "shares:decade", "shares:rating"}


def tool(name: str) -> str:
    """Say what a tool did; a tool that the page has never heard of is named as it is."""
    return _TOOLS.get(name, name.replace("_", " ").capitalize())


def unknown(attribute: str) -> str:
    """Return the remark on a card whose value for `attribute` was asked about and is not known."""
    return f"{_UNKNOWN.get(attribute, attribute)} unknown"


def reasons(facts: Iterable[Fact], limit: int = 3) -> tuple[str, ...]:
    """Say why an item is on the slate: the facts that compare it or answer the request, at most `limit` lines.

    What is shared with the same other item is put into one line, other items that share the same into one line too,
    and what says little (the same certificate, the same decade) comes only where nothing says more.
    """
    shared: dict[tuple[str, str], list[str]] = {}
    for fact in facts:
        if fact.source != "catalogue":
            about = "" if fact.relation == "asked_for" else fact.about
            shared.setdefault((fact.relation, about), []).append(fact.value)
    telling = {key: values for key, values in shared.items() if key[0] not in _WEAK} or shared
    abouts: dict[tuple[str, str], list[str]] = {}
    for (relation, about), values in telling.items():
        abouts.setdefault((relation, listing(list(dict.fromkeys(values)), "en")), []).append(about)
    lines = (_reason(relation, said, listing(others, "en")) for (relation, said), others in abouts.items())
    return tuple(line for line in lines if line)[:limit]


def _reason(relation: str, said: str, about: str) -> str:
    if relation == "asked_for":
        return f"As you asked: {said}"
    if relation == "liked_with":
        return f"Close to {about or said}, which you liked"
    if relation == "guess":
        return f"A guess at what {said} is like"
    kind = relation.removeprefix("shares:")
    if kind == relation or not about:
        return ""
    return _SHARED.get(kind, "{value}, like {about}").format(value=said, about=about)
