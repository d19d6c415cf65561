"""The customer-service desk of the examples: who answers what, in English and Chinese, and the terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from examples.customer_service import ORDERS, OrderDesk, converse, customer_service, passed_on
from palate.app import Palate
from tests.flow.shop import open_shop

ROOT = Path(__file__).resolve().parents[2]
CONFIG: RunnableConfig = {"configurable": {"thread_id": "one"}}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Palate]:
    with open_shop(tmp_path_factory.mktemp("desk"), passed_on) as opened:
        yield opened


class Desk:
    """One thread of the graph."""

    def __init__(self, recommender: Palate, user: str = "guest") -> None:
        self.orders, self.user, self.saver = OrderDesk(), user, InMemorySaver()
        self.recommender = recommender
        self.graph = customer_service(recommender, orders=self.orders, checkpointer=self.saver)
        self.last: Any = None

    def say(self, text: str) -> str:
        """The line that answers."""
        self.last = self.graph.invoke({"messages": [HumanMessage(text)], "user": self.user}, CONFIG)
        return str(self.last["messages"][-1].text)

    @property
    def waiting(self) -> Any:
        """What the colleague sees; None where nobody waits."""
        return self.last["__interrupt__"][0].value if "__interrupt__" in self.last else None


@pytest.fixture
def desk(shop: Palate) -> Desk:
    return Desk(shop)


def test_recommendations_are_palates(desk: Desk) -> None:
    desk.say("a backpack under $100")
    turn = desk.last["palate"]
    assert turn["items"]
    assert all("Backpacks" in {fact["value"] for fact in item["facts"]} for item in turn["items"])
    assert desk.waiting is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("where is A1001?", "A1001, Ridgeway 20, is on its way: Thursday."),
        ("A1002", "A1002, Kestrel Daypack, is being packed: Monday."),
        ("where is my order?", "Which order? Yours are A1001, A1002."),
        ("我的订单到哪了？", "是哪个订单？您有 A1001, A1002。"),
        ("A1001到哪了？", "A1001（Ridgeway 20）已经发出，预计周四送到。"),
        ("please cancel A1001", "A1001 is on its way and cannot be cancelled any more."),
        ("取消订单 A1002", "A1002（Kestrel Daypack）已经取消。"),
        ("track my parcel B2001", "You have no order B2001."),
        ("cancel B2001", "You have no order B2001."),
        ("cancel Z9999", "You have no order Z9999."),
    ],
)
def test_orders_are_the_order_desks(desk: Desk, text: str, answer: str) -> None:
    assert desk.say(text) == answer
    assert desk.waiting is None
    assert "palate" not in desk.last, "palate was not asked"


def test_an_order_that_was_cancelled_is(desk: Desk) -> None:
    desk.say("cancel A1002")
    assert desk.say("where is A1002?") == "A1002, Kestrel Daypack, is cancelled."
    assert ORDERS["A1002"].state == "packing", "another desk begins anew"


def test_whose_order_it_is(shop: Palate) -> None:
    desk = Desk(shop, "nora")
    assert desk.say("where is my order?") == "B2001, Kestrel Mini, is being packed: Friday."
    assert desk.say("where is A1001?") == "You have no order A1001."


@pytest.mark.parametrize(
    "text", ["what goes with the backpack I ordered?", "a tent that can be delivered tomorrow", "推荐一个帐篷"]
)
def test_a_request_that_speaks_of_an_order_is_still_a_request(desk: Desk, text: str) -> None:
    desk.say(text)
    assert desk.last["palate"]["items"]


@pytest.mark.parametrize(
    ("text", "passing"),
    [
        ("how is the weather today?", "I am passing you on to a colleague."),
        ("I want to speak to a human", "I am passing you on to a colleague."),
        ("我要投诉", "我帮您转给同事。"),
    ],
)
def test_what_palate_hands_over_a_colleague_takes(desk: Desk, text: str, passing: str) -> None:
    desk.say("a tent under 300")
    assert desk.say(text) == passing
    assert desk.waiting["asked"] == text
    assert f"asked: {text}" in desk.waiting["summary"]
    assert any("tent" in line.lower() for line in desk.waiting["summary"])
    done = desk.graph.invoke(Command(resume="Ann here."), CONFIG)
    assert (done["messages"][-1].text, done["messages"][-1].name) == ("Ann here.", "colleague")


def test_what_the_order_desk_cannot_do_a_colleague_does(desk: Desk) -> None:
    desk.say("how is the weather?")
    desk.graph.invoke(Command(resume="It rains."), CONFIG)
    assert desk.say("I want a refund for A1001") == "I am passing you on to a colleague."
    assert desk.waiting == {"user": "guest", "asked": "I want a refund for A1001", "summary": []}


def test_another_process_resumes_for_the_colleague(desk: Desk, shop: Palate) -> None:
    desk.say("a tent")
    desk.say("how is the weather?")
    conversation = desk.last["palate"]["conversation"]
    later = customer_service(shop, checkpointer=desk.saver)
    assert later.get_state(CONFIG).interrupts
    later.invoke(Command(resume="It rains."), CONFIG)
    assert not later.get_state(CONFIG).interrupts
    done = later.invoke({"messages": [HumanMessage("something cheaper")]}, CONFIG)
    assert done["palate"]["conversation"] == conversation
    assert done["palate"]["items"]


def test_who_writes_on_while_nobody_has_answered_is_served(desk: Desk) -> None:
    desk.say("how is the weather?")
    assert desk.waiting
    assert desk.say("where is A1001?") == "A1001, Ridgeway 20, is on its way: Thursday."


def test_nothing_said(desk: Desk) -> None:
    assert "Nothing was said" in desk.say("  ")


def test_a_conversation_in_the_terminal(desk: Desk) -> None:
    lines = iter(["a tent", "A1001", "how is the weather?", "It rains.", "something cheaper", ""])
    asked: list[str] = []
    shown: list[str] = []

    def read(prompt: str) -> str:
        asked.append(prompt)
        return next(lines)

    converse(desk.graph, read, shown.append)
    assert asked == ["you> "] * 3 + ["colleague> "] + ["you> "] * 2
    assert shown[1] == "desk> A1001, Ridgeway 20, is on its way: Thursday."
    assert shown[2] == "desk> I am passing you on to a colleague."
    assert shown[3].startswith("[for a colleague: asked: how is the weather?")
    assert shown[4] == "colleague> It rains."
    assert len(shown) == 6, "nothing is shown twice"


def run(folder: Path, catalogue: str, said: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "examples/customer_service.py", "--no-llm", "--catalogue", catalogue],
        input=said,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PALATE_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)},
        check=False,
    )


def test_the_program_with_the_films(demo_folder: Path) -> None:
    done = run(
        demo_folder, "films", "a western with Clint Eastwood\nwhere is A1001?\nhow is the weather?\nIt rains.\n"
    )
    assert done.returncode == 0, done.stderr
    assert "Clint Eastwood" in done.stdout
    assert "desk> A1001, Ridgeway 20, is on its way: Thursday." in done.stdout
    assert "colleague> It rains." in done.stdout


def test_the_program_with_a_catalogue_that_is_not_there(tmp_path: Path) -> None:
    done = run(tmp_path, "tents", "")
    assert done.returncode == 1
    assert "tents" in done.stderr
    assert "Traceback" not in done.stderr
