"""What a question is about, as a noun phrase: "horror films by Wes Craven (2000 or later)"."""

from __future__ import annotations

from palate.agent.speaking.phrases import filled
from palate.agent.speaking.wording import Wording, listing
from palate.domain import Constraint, Op
from palate.retrieval.asking.question import Question


def subject(question: Question, wording: Wording, language: str, *, one: bool = False) -> str:
    """The items that a question is about, `one` of them or many; Chinese makes no difference."""
    noun, around, rest = wording.schema.noun, list[str](), list[str]()
    head = noun.zh if language == "zh" else noun.one if one else noun.many
    for wish in question.constraints:
        form = wording.phrases.of_relation(wish.attribute, language).get("subject")
        included = wish.op in (Op.ANY, Op.ALL) and wish.values
        if included and wording.phrases.table("kind").get("relation") == wish.attribute:
            head = _kind(wish, head, wording, language)
        elif included and form and not wording.is_certificate(wish):
            around.append(filled(form, value=values(wish, wording, language)))
        else:
            rest.append(wording.constraint(wish, language))
    if language == "zh":
        said = "" if question.constraints or not question.among else wording.phrases.say("these", language)
        for part in (*around, head):
            said = filled("{}{}", said, part)
        return f"{said}（{'；'.join(rest)}）" if rest else said
    return " ".join([head, *around]) + (f" ({'; '.join(rest)})" if rest else "")


def values(wish: Constraint, wording: Wording, language: str) -> str:
    """The values of an inclusion: "comedy or drama"."""
    said = [wording.value(wording.schema.relations_of(wish.attribute)[0], name, language) for name in wish.values]
    if language == "zh":
        return ("或" if wish.op is Op.ANY else "、").join(said)
    return listing(said, language, "or" if wish.op is Op.ANY else "and")


def _kind(wish: Constraint, head: str, wording: Wording, language: str) -> str:
    """A kind before the noun, where the vocabulary has words for it: "animated films", 动画片."""
    words = wording.phrases.table("kind")
    if language == "zh":
        return f"{values(wish, wording, language)}{words['after_zh']}"
    said = [words["adjectives"].get(name) or wording.value(wish.attribute, name, language) for name in wish.values]
    return f"{listing(said, language, 'or' if wish.op is Op.ANY else 'and')} {head}"


def sentence(said: str) -> str:
    """The same with a capital at its beginning."""
    return said[:1].upper() + said[1:]
