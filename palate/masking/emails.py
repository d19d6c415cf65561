"""E-mail addresses, as they are and hidden: "ann at gmail dot com", "ann[at]web.de", "ann艾特qq点com"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from palate.masking.spans import Personal, Span

_LOCAL, _DOMAIN = 64, 253
"""Characters of the two halves of an address at most, RFC 5321."""
_HOST = re.compile(rf"[A-Za-z0-9.-]{{1,{_DOMAIN}}}")
_TOP = re.compile(r"[A-Za-z]{2,24}|xn--[A-Za-z0-9-]{2,59}")
_AT = re.compile(r" {0,2}[\[({<] ?(?:at|@|艾特) ?[\])}>] {0,2}| {0,2}(?:艾特|圈a) {0,2}| {1,2}@ {0,2}| at ", re.I)
_DOTTED = re.compile(
    r"[A-Za-z0-9-]{1,63}(?: {0,2}(?:\.|[\[({<] ?(?:dot|\.|点) ?[\])}>]|点)(?: ?(?=[A-Za-z]))[A-Za-z0-9-]{1,63}"
    r"| dot [A-Za-z0-9-]{1,63}){1,4}",
    re.I,
)
_DOT = re.compile(r" {0,2}[\[({<] ?(?:dot|\.|点) ?[\])}>] ?| {0,2}点 ?| dot | {0,2}\. ?", re.I)
_MAIL_ONLY = {"gmail", "googlemail", "hotmail", "outlook", "icloud", "protonmail", "foxmail", "gmx"}
"""Names under which there is mail and hardly anything to look at."""
_PROVIDERS = _MAIL_ONLY | {"qq", "163", "126", "sina", "yahoo", "live", "msn", "aol", "proton", "yeah", "139", "web"}


def emails(folded: str) -> Iterator[Span]:
    """The addresses in a text, from left to right."""
    place = folded.find("@")
    while place >= 0:
        start, end = _left(folded, place), _right(folded, place + 1)
        if start < place and end > place + 1:
            yield Span(start, end, Personal.EMAIL)
        place = folded.find("@", max(end, place + 1))
    for at in _AT.finditer(folded):
        hidden = _DOTTED.match(folded, at.end())
        start = _left(folded, at.start())
        if hidden is None or start == at.start():
            continue
        domain = _DOT.sub(".", hidden.group()).casefold()
        if _may_be(at.group().strip().casefold(), domain):
            yield Span(start, hidden.end(), Personal.EMAIL)


def _may_be(at: str, domain: str) -> bool:
    """Whether an "at" before this domain is that of an address: plain words are, too, in "look at imdb dot com"."""
    name, _, top = domain.rpartition(".")
    if not _TOP.fullmatch(top):
        return False
    last = name.rpartition(".")[2]
    if at == "at":
        return last in _MAIL_ONLY
    return last in _PROVIDERS if at == "@" else True


def _left(text: str, place: int) -> int:
    """Where the name that ends before `place` begins."""
    start = place
    while start > max(0, place - _LOCAL) and _of_a_name(text[start - 1]):
        start -= 1
    while start < place and not text[start].isalnum():
        start += 1
    return start


def _of_a_name(character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character in "._%+-'"
    return character < "\u0250" and character.isalpha()


def _right(text: str, place: int) -> int:
    """Where the domain that begins at `place` ends; `place` where there is none."""
    found = _HOST.match(text, place)
    host = found.group().rstrip(".-") if found else ""
    name, _, top = host.rpartition(".")
    if not name or name[0] in ".-" or not _TOP.fullmatch(top):
        return place
    return place + len(host)
