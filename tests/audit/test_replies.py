"""The reading of replies, against replies whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.audit.auditor import Auditor
from tests.audit.conftest import Answering
from tests.audit.known_replies import FALSE, NAMED, SCIFI, TRUE
from tests.audit.requests import Request
from tests.audit.violations import UNVERIFIED

LIKE_INCEPTION = Request("r", "en", "something like Inception", named=NAMED)


@pytest.mark.parametrize(
    ("titles", "reply"), [(titles, reply) for titles, replies in TRUE.items() for reply in replies]
)
def test_a_true_reply_passes(auditor: Auditor, answer: Answering, titles: Sequence[str], reply: str) -> None:
    assert not auditor.judge(LIKE_INCEPTION, answer(titles, reply))


@pytest.mark.parametrize(
    ("titles", "reply", "said"), [(titles, *case) for titles, cases in FALSE.items() for case in cases]
)
def test_a_false_reply_is_caught(
    auditor: Auditor, answer: Answering, titles: Sequence[str], reply: str, said: str
) -> None:
    found = auditor.judge(LIKE_INCEPTION, answer(titles, reply))
    assert [violation.kind for violation in found] == ["false claim"]
    assert said in found[0].detail


@pytest.mark.parametrize(
    "reply",
    [
        "Looper follows a hitman who meets his older self.",
        "《Looper》由莱恩·约翰逊执导。",
        "《环形使者》(Looper)很紧张。",
    ],
)
def test_what_cannot_be_told_is_noted_and_not_counted(auditor: Auditor, answer: Answering, reply: str) -> None:
    found = auditor.review(LIKE_INCEPTION, answer(SCIFI, reply))
    assert [violation.kind for violation in found] == [UNVERIFIED]


def test_a_film_named_by_the_person_may_be_spoken_of(auditor: Auditor, answer: Answering) -> None:
    reply = "Like Alien, Looper is a thriller."
    assert not auditor.judge(Request("r", "en", "more like Alien"), answer(SCIFI, reply))
    assert auditor.judge(Request("r", "en", "more like that"), answer(SCIFI, reply))


def test_a_film_shown_before_may_be_spoken_of(auditor: Auditor, answer: Answering) -> None:
    why = Request("r", "en", "why this one?", expect="why")
    reply = "Moon (2009) is science fiction, like Looper."
    assert not auditor.judge(why, answer([], reply), [answer(["Moon", "Looper"])])


def test_notices_are_read_too(auditor: Auditor, answer: Answering) -> None:
    given = answer(SCIFI) | {"notices": ["Looper is a western."]}
    assert [violation.kind for violation in auditor.judge(LIKE_INCEPTION, given)] == ["false claim"]
