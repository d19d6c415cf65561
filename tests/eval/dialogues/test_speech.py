"""What replies name, what is borne out in them, and how they differ."""

from __future__ import annotations

import pytest

from palate.agent.speaking.wording import Wording
from palate.agent.state import DialogueState
from palate.domain import Fact, Recommendation
from palate.eval.dialogues.speech import Judge, distinct
from palate.eval.dialogues.whole_agent import Spoken
from tests.eval.dialogues.talking import FILMS, catalogue

SLATE = tuple(Recommendation(FILMS[n], 1.0, (Fact(str(n), "genre", "Horror", "catalogue"),)) for n in (7, 3))


@pytest.fixture(scope="module")
def judge() -> Judge:
    films = catalogue()
    return Judge(films, Wording.of(films))


class Done:
    """Of a finished turn what is judged."""

    def __init__(self, reply: str) -> None:
        self.reply = reply


def spoken(reply: str, *liked: str) -> Spoken:
    return Spoken("message", SLATE, (), Done(reply), DialogueState(liked=liked))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reply", "named"),
    [
        ("Her (2013) is a drama.", True),
        ("I think that “Her” (2013) fits.", True),
        ("《Her》（2013）是剧情片。", True),
        ("Ask her. It is from 2013.", False),
        ("Her (1987) is another film.", False),
        ("Hollow Mile (2016) is like her (2013).", True),
    ],
)
def test_a_title_is_named_with_its_year(judge: Judge, reply: str, named: bool) -> None:
    assert judge.names(reply, FILMS[3].id) is named


def test_titles_that_are_not_on_the_slate_are_told_from_those_that_nobody_has(judge: Judge) -> None:
    reply = "Hollow Mile (2016) is a horror film. Nine Lamps (2003) and The Iron Moth (1950) are good, too."
    found = judge.judge(spoken(reply))
    assert found.named == 3
    assert [title.split(" and ")[-1] for title in found.astray] == [
        "Hollow Mile (2016) is a horror film. Nine Lamps (2003)"
    ]
    assert len(found.invented) == 1
    assert "The Iron Moth (1950)" in found.invented[0]
    assert not judge.judge(spoken(reply, "1")).astray, "what the person has named may be spoken of"


def test_sentences_are_judged_by_the_facts(judge: Judge) -> None:
    found = judge.judge(
        spoken("Hello. Hollow Mile (2016) is a horror film by Ines Moreau. Her (2013) won nine prizes.")
    )
    assert found.sentences == (True, False)
    assert "Her (2013) won nine prizes." in found.failed[0]


def test_distinct_n_is_over_the_tokens() -> None:
    replies = ["a b a b", "a c"]
    assert distinct(replies, 1) == 3 / 6
    assert distinct(replies, 2) == 3 / 6
    assert distinct(replies, 4) == 1 / 6
    assert distinct([], 2) == 0.0
    assert distinct(["It's, IT'S"], 1) == 1 / 2
    assert distinct(["好片好片"], 1) == 2 / 4
