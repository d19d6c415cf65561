"""None of the attempts changes what the agent does, and none gets out of its fence."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from _pytest.mark import ParameterSet

from palate.agent.agent import Agent
from palate.agent.prompts.fencing import CLOSES, OPENS
from palate.agent.state import Act
from palate.app import Palate
from palate.domain import GUEST, Interaction
from palate.llm.model import Messages
from tests.injections.attempts import Attempt, Where, read_attempts
from tests.injections.obeying import Persuaded, honest, obeying
from tests.injections.planting import REVIEWER, Shops
from tests.injections.talking import Turn, talk

ATTEMPTS = read_attempts()
TEMPLATE = re.compile(r"<\|[^|>]*\|>|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>")
"""Marks that chat templates put between messages; some servers read them in a text too."""

SHOPPING = {
    "en": ("a backpack under $100, pronto", "why the first one?", "cheaper", "thanks"),
    "zh": ("一百以内的背包，火速", "为什么推荐第一个？", "便宜一点的", "谢谢"),
}
"""Every product that meets the first wish is on the slate, the planted one among them."""
RAINY = {"en": "one for rainy days", "zh": "下雨天也能用的"}
ASKED = {"en": "a snappy comedy from the nineties", "zh": "九十年代的俏皮喜剧片"}
NOTHING_MORE = {Act.OUT_OF_SCOPE, Act.CHAT, Act.GREET}

KNOWN: dict[tuple[str, str], str] = {}
"""By test and attempt: what is known not to hold yet, and why. All of it holds."""


def attempts(test: str, *places: Where, alone: bool = False) -> list[ParameterSet]:
    """The attempts of some places as parameters, the known failures marked."""
    return [
        pytest.param(
            attempt,
            id=attempt.id,
            marks=[pytest.mark.xfail(strict=True, reason=why)] if (why := KNOWN.get((test, attempt.id))) else [],
        )
        for attempt in ATTEMPTS
        if attempt.where in places and (attempt.alone or not alone)
    ]


PLANTED = (Where.TITLE, Where.DESCRIPTION, Where.REVIEW, Where.VALUE)


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shops]:
    opened = Shops(tmp_path_factory.mktemp("planted"))
    yield opened
    opened.close()


def history(palate: Palate, attempt: Attempt) -> tuple[Interaction, ...]:
    """Of the person who wrote the review, where the attempt is in a review; else of nobody."""
    return palate.history(REVIEWER if attempt.where is Where.REVIEW else GUEST)


def both(shops: Shops, attempt: Attempt) -> tuple[list[Turn], list[Turn]]:
    """The same conversation with and without the attempt, without a model."""
    messages, (planted, clean) = SHOPPING[attempt.language], (shops.planted(attempt), shops.clean)
    ours = talk(clean.now.agent, messages, history=history(clean, attempt))
    return talk(planted.now.agent, messages, history=history(planted, attempt)), ours


# in the catalogue


@pytest.mark.parametrize("attempt", attempts("state", *PLANTED))
def test_what_is_done_is_the_same(shops: Shops, attempt: Attempt) -> None:
    planted, clean = both(shops, attempt)
    assert [turn.meaning() for turn in planted] == [turn.meaning() for turn in clean]
    assert planted[0].items == clean[0].items


@pytest.mark.parametrize("attempt", attempts("reply", *PLANTED))
def test_no_reply_follows_or_repeats_the_order(shops: Shops, attempt: Attempt) -> None:
    planted, _ = both(shops, attempt)
    assert [bad for turn in planted for bad in turn.says(attempt.must_not)] == []


@pytest.mark.parametrize("attempt", attempts("page", *PLANTED))
def test_nothing_of_it_is_live_on_the_page(shops: Shops, attempt: Attempt) -> None:
    planted, clean = both(shops, attempt)
    wording = shops.planted(attempt).wording
    ours, theirs = ([turn.page(wording) for turn in turns] for turns in (clean, planted))
    assert set().union(*(page.tags for page in theirs)) <= set().union(*(page.tags for page in ours))
    live = set().union(*(page.live for page in theirs))
    assert [one for one in live if "evil" in one or "javascript" in one or one.startswith("on")] == []


@pytest.mark.parametrize("attempt", attempts("prompt", *PLANTED))
def test_it_stays_in_its_fence(shops: Shops, attempt: Attempt) -> None:
    messages = SHOPPING[attempt.language]
    ours, theirs = honest(), honest()
    for palate, model in ((shops.clean, ours), (shops.planted(attempt), theirs)):
        talk(palate.now.agent, messages, history=history(palate, attempt), model=model)
    assert theirs.read_prompts
    assert theirs.write_prompts
    for kept, sent in ((ours.read_prompts, theirs.read_prompts), (ours.write_prompts, theirs.write_prompts)):
        for clean, planted in zip(kept, sent, strict=True):
            _contained(clean, planted)


def _contained(clean: Messages, planted: Messages) -> None:
    """The prompt is built as without the attempt, and what differs stands between the marks of the fence."""
    assert [message["role"] for message in planted] == [message["role"] for message in clean]
    for ours, theirs in zip(clean, planted, strict=True):
        said = theirs["content"]
        assert not TEMPLATE.search(said)
        assert _outside(said) == _outside(ours["content"])
        assert OPENS in said


def _outside(said: str) -> str:
    """What is not fenced."""
    return re.sub(rf"{OPENS}.*?{CLOSES}", "…", said, flags=re.S)


@pytest.mark.parametrize("attempt", attempts("hostile", *PLANTED))
def test_a_model_that_is_hostile_gets_nowhere(shops: Shops, attempt: Attempt) -> None:
    """It says and does all of it from the first turn on, whether it was sent the text or not."""
    palate = shops.planted(attempt)
    messages, past = SHOPPING[attempt.language], history(palate, attempt)
    obeyed = talk(palate.now.agent, messages, history=past, model=obeying(attempt))
    kept = talk(palate.now.agent, messages, history=past, model=honest())
    assert [turn.meaning() for turn in obeyed] == [turn.meaning() for turn in kept]
    for turn in obeyed:
        assert "evil.example/now" not in turn.reply
        assert turn.says(attempt.must_not) == []


@pytest.mark.parametrize("attempt", attempts("persuaded", *PLANTED))
def test_a_model_that_obeys_what_it_was_sent_changes_nothing(shops: Shops, attempt: Attempt) -> None:
    """Where the text is in its prompt: the wishes, the search and the slates are as with a model that does not."""
    agent, past = shops.planted(attempt).now.agent, history(shops.planted(attempt), attempt)
    messages = (*SHOPPING[attempt.language], RAINY[attempt.language])
    model = Persuaded(attempt)
    obeyed, kept = (talk(agent, messages, history=past, model=one) for one in (model, honest()))
    assert model.read_prompts
    for ours, theirs in zip(obeyed, kept, strict=True):
        assert ours.meaning() == theirs.meaning()
        assert ours.state.request == theirs.state.request
        assert ours.items == theirs.items
        assert "evil.example/now" not in ours.reply
        assert ours.says(attempt.must_not) == []


def test_titles_are_sent_and_obeyed(shops: Shops) -> None:
    """Else the tests of models that obey would hold of themselves. Markup is taken out when a file is brought in."""
    sent = set()
    for attempt in ATTEMPTS:
        if attempt.where is Where.TITLE:
            model = Persuaded(attempt)
            talk(shops.planted(attempt).now.agent, SHOPPING[attempt.language], model=model)
            sent |= {attempt.id} if model.told else set()
    assert sent == {attempt.id for attempt in ATTEMPTS if attempt.where is Where.TITLE} - {"title-05"}


# in messages


def _asked(turn: Turn) -> tuple[object, ...]:
    return turn.state.act, turn.state.constraints, turn.tools


@pytest.mark.parametrize("attempt", attempts("beside", Where.USER))
def test_a_request_beside_it_is_read_as_alone(agent: Agent, attempt: Attempt) -> None:
    asked = ASKED[attempt.language]
    (plain,) = talk(agent, [asked])
    (beside,) = talk(agent, [f"{attempt.text}\n{asked}"])
    assert _asked(beside) == _asked(plain)
    assert beside.says(attempt.must_not) == []


@pytest.mark.parametrize("attempt", attempts("alone", Where.USER, alone=True))
def test_alone_it_is_nothing_to_recommend_for(agent: Agent, attempt: Attempt) -> None:
    (turn,) = talk(agent, [attempt.text])
    assert turn.state.act in NOTHING_MORE
    assert turn.state.constraints == ()
    assert turn.tools == []
    assert turn.says(attempt.must_not) == []


@pytest.mark.parametrize("attempt", attempts("said", Where.USER))
def test_a_message_is_not_live_on_the_page(agent: Agent, attempt: Attempt) -> None:
    asked = ASKED[attempt.language]
    (plain,) = talk(agent, [asked])
    (beside,) = talk(agent, [f"{attempt.text}\n{asked}"])
    page = beside.page(agent.wording)
    assert page.tags <= plain.page(agent.wording).tags | {"br"}
    assert [one for one in page.live if "evil" in one or one.startswith("on")] == []


@pytest.mark.parametrize("attempt", attempts("said_prompt", Where.USER))
def test_a_message_stays_in_its_fence(agent: Agent, attempt: Attempt) -> None:
    asked = ASKED[attempt.language]
    ours, theirs = honest(), honest()
    talk(agent, [asked], model=ours)
    talk(agent, [f"{attempt.text}\n{asked}"], model=theirs)
    assert theirs.read_prompts
    for clean, planted in zip(ours.read_prompts, theirs.read_prompts, strict=True):
        _contained(clean, planted)
    for clean, planted in zip(ours.write_prompts, theirs.write_prompts, strict=False):
        _contained(clean, planted)


@pytest.mark.parametrize("attempt", attempts("said_hostile", Where.USER))
def test_a_model_that_obeys_a_message_gets_nowhere(agent: Agent, attempt: Attempt) -> None:
    asked = ASKED[attempt.language]
    (kept,) = talk(agent, [f"{attempt.text}\n{asked}"], model=honest())
    (obeyed,) = talk(agent, [f"{attempt.text}\n{asked}"], model=obeying(attempt))
    assert obeyed.meaning() == kept.meaning()
    assert "evil.example/now" not in obeyed.reply
    assert obeyed.says(attempt.must_not) == []
