"""Why an item is there, by kind: in the sentence, in both languages, and first on its card."""

from __future__ import annotations

from dataclasses import replace

import pytest

from palate.agent.reading.lexicon import Lexicon
from palate.agent.speaking import reasons, templates
from palate.agent.speaking.check import Checker
from palate.agent.speaking.reasons import Why
from palate.agent.speaking.wording import Wording
from palate.agent.state import DialogueState
from palate.catalogue.demo.films import FILMS
from palate.domain import Constraint, Entity, Fact, Op, Recommendation
from palate.ui import words
from tests.agent.speaking.slates import HEAT, INCEPTION, PLAYTIME, TOTE, place
from tests.shops import SHOP, recommended

CINEMA, SHOPPING = Wording(FILMS), Wording(SHOP)
KINDS = {
    Why.GRAPH: ("shares:director", "Jacques Tati", "graph", "Heat"),
    Why.LIKED: ("liked_with", "Heat", "history", "Heat"),
    Why.PEOPLE: ("people_liked", "40", "history", "Heat"),
    Why.ASKED: ("asked_for", "France", "request", ""),
    Why.NEW: ("rare", "3", "histories", ""),
}
SAID = {
    Why.GRAPH: ("with Heat it shares its director Jacques Tati", "和《Heat》有共同的导演 Jacques Tati"),
    Why.LIKED: ("it is close to Heat, which you liked", "和你喜欢的《Heat》接近"),
    Why.PEOPLE: ("40 people who liked Heat liked it too", "有 40 位喜欢《Heat》的人也喜欢它"),
    Why.ASKED: ("as you asked, from France", "正如你要的：法国"),
    Why.NEW: ("something new: few people know it yet", "换个口味：知道的人还不多"),
}
UNRATED = replace(PLAYTIME, numbers={"year": 1967.0})
"""Without a mark nothing stands in a reason's place."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_said_in_its_own_words(kind: Why) -> None:
    shown = place(UNRATED, KINDS[kind])
    assert reasons.why(shown, CINEMA) is kind
    for language, said in zip(("en", "zh"), SAID[kind], strict=True):
        assert reasons.reason(shown, CINEMA, language) == said


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_template_says_for_every_kind_may_be_said(kind: Why, language: str) -> None:
    shown = place(UNRATED, KINDS[kind])
    wish = Constraint("country", Op.ANY, ("France",))
    state = DialogueState(language=language, constraints=(wish,), liked=(HEAT.id,))
    checker = Checker(Lexicon(FILMS), CINEMA, [shown], [HEAT, INCEPTION], "something French like Heat", state)
    assert checker.check(templates.about(shown, CINEMA, language)).reason == ""


def test_a_slate_of_different_kinds_shows_it() -> None:
    told = {reasons.reason(place(UNRATED, fact), CINEMA, "en") for fact in KINDS.values()}
    assert len(told) == len(KINDS)


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ({}, Why.GRAPH),
        ({"dense": 0.6, "tail": 0.3, "graph": 0.1}, Why.NEW),
        ({"als": 0.3, "itemitem": 0.2, "graph": 0.4}, Why.PEOPLE),
        ({"history.rank": 0.4, "shares.director": 0.1}, Why.LIKED),
        ({"interests": 0.4, "graph": -0.1}, Why.LIKED),
        ({"dense": 1.0}, Why.GRAPH),
        ({"tail": -0.5}, Why.GRAPH),
    ],
)
def test_of_several_reasons_the_part_that_weighs_most_is_told(parts: dict[str, float], kind: Why) -> None:
    shown = replace(place(UNRATED, *KINDS.values()), contributions=parts)
    assert reasons.why(shown, CINEMA) is kind


def test_a_part_of_which_no_fact_tells_is_not_told() -> None:
    shown = replace(place(UNRATED, KINDS[Why.ASKED]), contributions={"als": 0.9})
    assert reasons.why(shown, CINEMA) is Why.ASKED


def test_without_any_reason_it_is_how_good_it_is() -> None:
    assert reasons.why(place(PLAYTIME), CINEMA) is Why.STANDING
    assert reasons.reason(place(PLAYTIME), CINEMA, "en") == "98 % of 56 critics' reviews are good"


@pytest.mark.parametrize(
    ("values", "english", "chinese"),
    [
        (("Comedy",), "you asked for a comedy", "正是你要的喜剧片"),
        (("France", "1960s"), "as you asked, from France and from the 1960s", "正如你要的：法国、1960 年代"),
        (("Jacques Tati",), "that is the director you asked for", "正是你要找的导演"),
        (("Barbara Dennek",), "as you asked, with Barbara Dennek", "正如你要的：演员有 Barbara Dennek"),
    ],
)
def test_what_was_asked_for_and_the_sentence_does_not_tell_already(
    values: tuple[str, ...], english: str, chinese: str
) -> None:
    shown = place(PLAYTIME, *(("asked_for", value, "request", "") for value in values))
    assert reasons.reason(shown, CINEMA, "en") == english
    assert reasons.reason(shown, CINEMA, "zh") == chinese


def test_a_card_begins_with_the_reason_of_the_reply() -> None:
    facts = [KINDS[Why.ASKED], KINDS[Why.NEW], KINDS[Why.PEOPLE]]
    shown = replace(place(UNRATED, *facts), contributions={"tail": 0.5})
    assert reasons.why(shown, CINEMA) is Why.NEW
    assert words.reasons(shown, CINEMA)[0] == "Known to few so far"
    assert words.reasons(replace(shown, contributions={}), CINEMA)[0] == "40 people who liked Heat liked it"


def test_goods_are_told_what_they_mention_before_what_was_asked_for() -> None:
    shown = recommended(TOTE, ("asked_for", "Red", ""), ("matches", "zip", ""))
    assert reasons.why(shown, SHOPPING) is Why.ASKED
    assert reasons.reason(shown, SHOPPING, "en") == "it mentions “zip”"


def test_facts_have_their_kind() -> None:
    assert reasons.of_fact("shares:genre") is Why.GRAPH
    assert reasons.of_fact("year") is Why.STANDING


def test_wanted_is_asked() -> None:
    fact = Fact("3", "asked_for", "Comedy", "request")
    state = DialogueState(wanted=(Entity("genre", "Comedy"),))
    shown = Recommendation(UNRATED, 1.0, (fact,))
    checker = Checker(Lexicon(FILMS), CINEMA, [shown], [], "", state)
    assert checker.check(templates.about(shown, CINEMA, "en")).ok
    forgotten = Checker(Lexicon(FILMS), CINEMA, [shown], [], "", DialogueState())
    assert not forgotten.check(templates.about(shown, CINEMA, "en")).ok, "nobody asks for it any more"
