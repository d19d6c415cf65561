"""What of a model's reply is shown: only sentences that were checked; a template stands in for the others."""

from __future__ import annotations

import pytest

from palate.agent.reading.lexicon import Lexicon
from palate.agent.speaking import templates
from palate.agent.speaking.explain import Explainer, Explanation
from palate.agent.speaking.wording import Wording
from palate.catalogue.demo.films import FILMS
from tests.agent.scripted import ScriptedModel
from tests.agent.speaking.slates import CINEMA, HEAT, INCEPTION, VIEWER
from tests.agent.speaking.test_pairs import read

WORDING = Wording(FILMS)
TEMPLATED = [templates.about(place, WORDING, "en") for place in CINEMA]
FALSE = [said.text for said in read("pairs.txt") if said.slate == "films" and not said.true]


def told(*replies: str, size: int = 7) -> tuple[list[str], Explanation]:
    """What is shown of a model's replies, which come in pieces; the second is its repair."""
    scripts = [[reply[at : at + size] for at in range(0, len(reply), size)] for reply in replies]
    outcome = Explanation()
    explainer = Explainer(Lexicon(FILMS), WORDING, timeout=1, stall=1, items=5)
    model = ScriptedModel([], scripts)
    shown = explainer.written(
        model, "short, like Heat, no horror", VIEWER, CINEMA, [INCEPTION, HEAT], outcome, lambda: False
    )
    return list(shown), outcome


@pytest.mark.parametrize("start", range(0, len(FALSE), 20))
def test_no_false_sentence_is_ever_shown(start: int) -> None:
    some = FALSE[start : start + 20]
    shown, outcome = told(" ".join(some), some[0])
    assert sorted(shown) == sorted(TEMPLATED)
    assert outcome.written == 0
    assert outcome.rejected


def test_at_most_one_repair_a_turn() -> None:
    shown, outcome = told("Looper is a western. Amélie is a western. Playtime is a western.", "Looper is a thriller.")
    assert outcome.cost.calls == 2
    assert shown == ["Looper is a thriller.", *TEMPLATED[1:]]


def test_a_repair_without_an_end_is_not_shown() -> None:
    shown, _ = told("Looper is a western. ", "Looper is a thriller " + "and a film " * 40)
    assert shown[0] == TEMPLATED[0]


def test_a_reply_without_an_end_is_cut_and_templated() -> None:
    shown, outcome = told(
        "Looper is a thriller. Amélie is a film " + "and a comedy " * 60 + ". Playtime is a comedy."
    )
    assert shown == ["Looper is a thriller.", *TEMPLATED[1:]]
    assert outcome.cost.calls == 1


def test_a_list_is_shown_as_sentences_and_a_table_not_at_all() -> None:
    shown, _ = told("1. **Looper** is a thriller.\n- Amélie is a comedy.\n| Playtime | comedy |\n", "")
    assert shown == ["Looper is a thriller.", "Amélie is a comedy.", *TEMPLATED[2:]]


def test_an_opening_sentence_does_not_stand_for_the_slate() -> None:
    shown, _ = told("Here are some films. Looper is a thriller.")
    assert shown == ["Looper is a thriller.", *TEMPLATED[1:]]


def test_what_is_said_of_the_request_is_checked_against_the_state() -> None:
    shown, _ = told("You asked for a western: Looper is a thriller. As you wanted no horror, Amélie is a comedy.", "")
    assert shown == [TEMPLATED[0], "As you wanted no horror, Amélie is a comedy.", *TEMPLATED[2:]]
