"""The judge sees what is right, what is missing and what was made up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from palate.agent.reading.reading import Reading
from palate.agent.state import Act
from palate.catalogue.demo.films import NAME as FILMS
from palate.domain import Constraint, Entity, Op
from palate.retrieval.asking.question import Aim, Question
from tests.utterances.contexts import Stage
from tests.utterances.gold import Case, parse
from tests.utterances.judging import Heard, Verdict, judge

COMEDY = Constraint("genre", Op.ALL, ("Comedy",))
OLD = Constraint("year", Op.RANGE, high=1959)


def judged(stage: Stage, gold: str, reading: Reading, context: str = "films") -> Verdict:
    """What is said of a reading whose act is the one that is asked for."""
    held = stage.context(context, "en")
    case = Case("test.en", 1, context, (reading.act,), parse(gold), "")
    return judge(case, Heard(held.before, held.last, reading, reading.apply(held.before)), held.catalogue)


def ids(stage: Stage, *titles: str) -> tuple[str, ...]:
    found = {item.title: item.id for item in stage.catalogues[FILMS].items}
    return tuple(found[title] for title in titles)


@pytest.mark.parametrize(
    ("gold", "constraints"),
    [
        ("genre all Comedy", (COMEDY,)),
        ("genre any Comedy", (COMEDY,)),
        ("want genre Comedy", (COMEDY,)),
        ("genre all Comedy; year ..1959", (COMEDY, OLD)),
        ("year ..1950~1970; ?genre all Comedy", (OLD,)),
        ("runtime ..120", (Constraint("runtime", Op.RANGE, high=119),)),
        ("cast/person any Tom Hanks", (Constraint("person", Op.ANY, ("Tom Hanks",)),)),
        (
            "language none English | country none United States",
            (Constraint("country", Op.NONE, ("United States",)), Constraint("language", Op.NONE, ("English",))),
        ),
        ("genre none Horror; genre none War", (Constraint("genre", Op.NONE, ("War", "Horror")),)),
        ("@kids", (Constraint("genre", Op.ANY, ("Animation", "Family")), Constraint("genre", Op.NONE, ("Horror",)))),
    ],
)
def test_fair_forms_are_right(stage: Stage, gold: str, constraints: tuple[Constraint, ...]) -> None:
    assert judged(stage, gold, Reading(constraints=constraints)).right


@pytest.mark.parametrize(
    ("gold", "constraints", "wrong"),
    [
        ("genre all Comedy; year ..1959", (COMEDY,), "missing: year ..1959"),
        ("year ..1958", (OLD,), "missing: year ..1958"),
        ("genre all Comedy", (COMEDY, OLD), "made up: year high 1959"),
        ("genre none Comedy", (COMEDY,), "missing: genre none Comedy"),
        ("genre all Comedy; genre all War", (COMEDY,), "missing: genre all War"),
        ("genre any Comedy, War", (COMEDY,), "missing: genre any Comedy, War"),
        ("-", (COMEDY,), "made up: genre has comedy"),
    ],
)
def test_what_is_not_asked_for_is_wrong(
    stage: Stage, gold: str, constraints: tuple[Constraint, ...], wrong: str
) -> None:
    assert wrong in judged(stage, gold, Reading(constraints=constraints)).wrong


def test_a_leaning_is_enough_where_the_wish_is_soft(stage: Stage) -> None:
    leaning = Reading(wanted=(Entity("genre", "Comedy"),))
    assert judged(stage, "want genre Comedy", leaning).right
    assert not judged(stage, "genre all Comedy", leaning).right


def test_the_act_is_judged_apart(stage: Stage) -> None:
    held = stage.context("films", "en")
    case = Case("test.en", 1, "films", (Act.MORE, Act.REJECT), (), "")
    said = Reading(act=Act.THANK)
    verdict = judge(case, Heard(held.before, held.last, said, said.apply(held.before)), held.catalogue)
    assert (verdict.act_right, verdict.rest_right, verdict.right) == (False, True, False)


def test_wishes_of_before_must_stay(stage: Stage) -> None:
    fresh = Reading(act=Act.REFINE, fresh=True, constraints=(OLD,))
    kept = replace(fresh, fresh=False)
    assert judged(stage, "year ..1959", fresh, "comedy").wrong == ("lost: genre has comedy",)
    assert judged(stage, "year ..1959", kept, "comedy").right
    assert judged(stage, "year ..1959", replace(fresh, act=Act.RECOMMEND), "comedy").right


def test_what_is_asked_anew_takes_the_place_of_the_old(stage: Stage) -> None:
    later = Constraint("year", Op.RANGE, low=2001)
    assert judged(stage, "year 2001..", Reading(act=Act.REFINE, constraints=(later,)), "thrillers").right


def test_undoing_takes_back_what_was_said_and_nothing_else(stage: Stage) -> None:
    undone = Reading(act=Act.UNDO, forget=("Horror",))
    assert judged(stage, "gone Horror", undone, "comedy").right
    assert judged(stage, "undo | gone Horror", undone, "comedy").right
    assert judged(stage, "gone Horror", replace(undone, forget=()), "comedy").wrong == ("missing: gone Horror",)
    both = replace(undone, forget=("Horror", "Comedy"))
    assert judged(stage, "gone Horror", both, "comedy").wrong == ("lost: genre has comedy",)


def test_items_are_pointed_at_by_place_or_title(stage: Stage) -> None:
    slate = stage.context("thrillers", "en").before.slate
    second = Reading(act=Act.ASK_ITEM, focus=(slate[1],))
    assert judged(stage, "item 2", second, "thrillers").right
    assert not judged(stage, "item 3", second, "thrillers").right
    assert "missing: item last" in judged(stage, "item last; item 2", second, "thrillers").wrong
    assert judged(stage, "item Heat", Reading(act=Act.EXPLAIN, focus=ids(stage, "Heat")), "thrillers").right
    liked = Reading(act=Act.REJECT, liked=(slate[1],))
    assert "missing: item 2" in judged(stage, "item 2", liked, "thrillers").wrong


def test_liked_items_are_those_that_were_named(stage: Stage) -> None:
    heat = Reading(liked=ids(stage, "Heat"))
    assert judged(stage, "like Heat", heat).right
    assert judged(stage, "-", heat).wrong == ("made up: like Heat",)
    assert judged(stage, "like Alien", heat).wrong == ("missing: like Alien",)


def test_a_question_has_to_be_asked(stage: Stage) -> None:
    """A reading that asks the catalogue is judged by its question, and one without a question is wrong."""
    silent = Reading(act=Act.ASK_CATALOGUE)
    assert judged(stage, "ask count", silent).wrong == ("missing: ask count",)
    assert judged(stage, "ask most runtime; genre all War", silent).wrong == (
        "missing: ask most runtime",
        "missing: genre all War",
    )


@pytest.mark.parametrize(
    ("gold", "right"),
    [
        ("ask count; genre all Comedy", True),
        ("ask count | ask most year; genre all Comedy", True),
        ("ask count", False),
        ("ask most runtime; genre all Comedy", False),
        ("ask count; genre all Comedy; year ..1959", False),
    ],
)
def test_a_question_is_its_aim_its_column_and_its_constraints(stage: Stage, gold: str, right: bool) -> None:
    asking = Reading(act=Act.ASK_CATALOGUE, question=Question(Aim.COUNT, constraints=(COMEDY,)))
    assert judged(stage, gold, asking).right is right


def test_a_question_may_be_asked_of_what_the_conversation_is_about(stage: Stage) -> None:
    held = stage.context("comedy", "en").before
    asking = Reading(act=Act.ASK_CATALOGUE, question=Question(Aim.LEAST, "year", (*held.constraints,)))
    assert judged(stage, "ask least year", asking, "comedy").right
    assert not judged(stage, "ask least year; genre all War", asking, "comedy").right


def test_a_gold_that_says_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="says nothing"):
        parse("genre Comedy")
