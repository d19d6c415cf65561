"""Whom a thing is for, where the catalogue tells: "women's boots", "for my wife", 送给妈妈的.

What is said of the thing is required ("women's boots"). Whom it is given to only rules out what is for others: most of
what suits a father is not marked as made for men.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from palate.agent.reading.draft import Draft
from palate.agent.text import apart
from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Entity, Op, Sort

_ALL, _CHILDREN = "all", "children"
_FOR = r"(?:\b(?:for|to|suit(?:s|able for)?|from|get|buy|give|giving|gift(?:ing)?|surprise|like[sd]? by)\s+(?:(?:my|our|the|a|an|his|her|your|their)\s+)?(?:[\w\-]+\s+){0,3}?|\b(?:my|our)\s+(?:[\w\-]+\s+){0,1}?)"
_AFTER_ZH = r"(?=[鞋靴装包表裤裙衣帽袜款士式生孩用的])"
CHILD = re.compile(
    r"\b(?:s?he(?:['’]s| is)|who(?:['’]s| is)|turning|aged?)\s+(?:only )?(?:[1-9]|1[0-2]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?! (?:feet|foot|dollars|euros|percent))"
    r"|\b(?:[1-9]|1[0-2]|one|two|three|four|five|six|seven|eight|nine|ten)[- ]years?[- ]olds?\b|(?<!\d)(?:[1-9]|1[0-2]|[一两二三四五六七八九十])岁(?!以上)",
    re.I,
)
"""A child's age."""
_SHORT_ZH = {"女": "women", "男": "men", "童": "children"}
GIFT = re.compile(r"\b(?:gifts?|presents?|giving|surprise)\b|礼物|礼品|送礼|送给|送", re.I)


@dataclass(frozen=True, slots=True)
class For:
    """A word of the message that says whom something is for."""

    start: int
    end: int
    text: str
    who: str
    given: bool
    """Whether it is given to them, and not said of the thing."""


class Audience:
    """Reads whom things are for; finds nothing to require where the catalogue does not tell."""

    def __init__(self, catalogue: Catalogue, everyday: Mapping[str, Any]) -> None:
        relations = catalogue.schema.sorted_as(Sort.AUDIENCE)
        self._relation = relations[0] if relations else ""
        classes: Mapping[str, Mapping[str, list[str]]] = everyday["audience"]
        self._values: dict[str, list[str]] = {who: [] for who in classes}
        for value in catalogue.values(self._relation) if self._relation else ():
            for who, said in classes.items():
                if _bare(value) in map(_bare, said["values"]):
                    self._values[who].append(value)
        self._said = [(who, _said(words["words"]), _given(words["people"])) for who, words in classes.items()]

    @property
    def told(self) -> bool:
        """Whether the catalogue tells whom its items are for."""
        return any(self._values.values())

    def find(self, text: str) -> list[For]:
        """The words of `text` that say whom something is for, in order."""
        found: list[For] = []
        for match in CHILD.finditer(text) if self._values[_CHILDREN] else ():
            found.append(For(match.start(), match.end(), match.group(), _CHILDREN, given=True))
        young = bool(found)
        for who, said, given in self._said:
            for match in given.finditer(text):
                if not young and apart(match.start(1), match.end(1), found):
                    found.append(For(match.start(1), match.end(1), match.group(1), who, given=True))
            for match in said.finditer(text):
                if apart(match.start(), match.end(), found):
                    found.append(For(match.start(), match.end(), match.group(), who, given=False))
        for match in re.finditer(f"([女男童]){_AFTER_ZH}", text):
            if apart(match.start(), match.end(1), found):
                found.append(For(match.start(), match.end(1), match.group(1), _SHORT_ZH[match.group(1)], given=False))
        return sorted(found, key=lambda f: f.start)

    def take(self, found: Iterable[For], against: frozenset[int], draft: Draft) -> list[For]:
        """Put them into the draft; give back what the catalogue cannot tell and only a search may find."""
        left = []
        for said in found:
            own = self._values.get(said.who, [])
            others = [v for who, values in self._values.items() if who not in {said.who, _ALL} for v in values]
            others = [v for v in dict.fromkeys(others) if v not in own and v not in self._values[_ALL]]
            if not self.told or (said.who == _CHILDREN and not own):
                if not said.given or self.told:
                    left.append(said)
            elif said.start in against:
                if own:
                    draft.constraints.append(Constraint(self._relation, Op.NONE, tuple(own)))
            elif said.given or not own:
                draft.wanted += [Entity(self._relation, value) for value in own]
                if others:
                    draft.constraints.append(Constraint(self._relation, Op.NONE, tuple(others)))
            else:
                allowed = tuple(dict.fromkeys(own + self._values[_ALL]))
                draft.constraints.append(Constraint(self._relation, Op.ANY, allowed))
        return left


def _bare(value: str) -> str:
    return re.sub(r"[^\w\u3400-\u9fff]", "", value).lower()


def _given(people: list[str]) -> re.Pattern[str]:
    """People as those whom something is for: after "for my", and in Chinese by themselves."""
    longest_first = sorted(people, key=len, reverse=True)
    latin = "|".join(re.escape(person) for person in longest_first if person.isascii()) or "(?!)"
    # 其他 is "other".
    zh = [rf"(?<!其){p}(?!们)" if p in "他她" else re.escape(p) for p in longest_first if not p.isascii()]
    chinese = "|".join(zh) or "(?!)"
    return re.compile(rf"(?:{_FOR}(?=(?:{latin})\b)|(?={chinese}))({latin}|{chinese})", re.I)


def _said(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(_form(word) for word in sorted(words, key=len, reverse=True)) or "(?!)", re.I)


def _form(word: str) -> str:
    escaped = re.escape(word).replace("'", "['’]")
    return rf"(?<![0-9a-z]){escaped}(?![0-9a-z])" if word.isascii() else escaped
