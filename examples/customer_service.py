"""A customer-service desk: a LangGraph graph that answers about orders, recommends, and calls in a colleague.

    python examples/customer_service.py --catalogue films --no-llm

Who answers is told by palate's own reading of the message (the same with and without a model, in milliseconds) and
one rule: what names an order's number, or speaks of an order and is nothing that palate could answer, goes to the
order desk. A language model that routes would cost a call in every turn, and mistakes cost little here: what neither
desk can answer, palate hands over, and a colleague has it. "What goes with the tent I ordered?" asks for items, so
palate answers it.

The colleague is an interrupt of the graph: the thread stops, whoever works through the queue resumes it with a line.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

import palate
from palate.agent.state import Act
from palate.errors import PalateError
from palate.flow import FlowState, act_of, as_node
from palate.tools.keeping import HandOver

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph
    from langgraph.types import Checkpointer

    Desk = CompiledStateGraph[FlowState, None, FlowState, FlowState]

NUMBER = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{4}(?![A-Za-z0-9])", re.I)
ABOUT_ORDER = re.compile(
    r"\b(?:my|an|the|this|that|last|cancel|track|change) orders?\b|\border (?:status|number|history)\b"
    r"|\b(?:parcel|package|deliver(?:y|ed)|shipp(?:ed|ing)|tracking|refund|invoice)\b"
    r"|订单|快递|包裹|发货|物流|到货|退款|退货|发票",
    re.I,
)
CANCEL = re.compile(r"\bcancel\b|取消", re.I)
FOR_PEOPLE = re.compile(r"\b(?:refund|return|complain\w*|broken|damaged|wrong)\b|退款|退货|投诉|坏了|破了", re.I)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Order:
    """A line of the order table."""

    user: str
    thing: str
    state: Literal["packing", "on its way", "cancelled"]
    due: str


ORDERS: Mapping[str, Order] = {
    "A1001": Order("guest", "Ridgeway 20", "on its way", "Thursday, 周四"),
    "A1002": Order("guest", "Kestrel Daypack", "packing", "Monday, 周一"),
    "B2001": Order("nora", "Kestrel Mini", "packing", "Friday, 周五"),
}

SAY = {
    "on its way": ("{n}, {o.thing}, is on its way: {due}.", "{n}（{o.thing}）已经发出，预计{due}送到。"),
    "packing": ("{n}, {o.thing}, is being packed: {due}.", "{n}（{o.thing}）正在打包，预计{due}送到。"),
    "cancelled": ("{n}, {o.thing}, is cancelled.", "{n}（{o.thing}）已经取消。"),
    "sent": ("{n} is on its way and cannot be cancelled any more.", "{n} 已经发出，不能取消了。"),
    "unknown": ("You have no order {n}.", "您没有订单 {n}。"),
    "which": ("Which order? Yours are {n}.", "是哪个订单？您有 {n}。"),
    "passing": ("I am passing you on to a colleague.", "我帮您转给同事。"),
}


def say(key: str, zh: bool, n: str = "", order: Order | None = None) -> str:
    """A line of `SAY` in English or Chinese."""
    due = order.due.split(", ")[zh] if order else ""
    return SAY[key][zh].format(n=n, o=order, due=due)


def passed_on(case: HandOver) -> str:
    """What the person reads when palate hands over; a desk with a ticket system opens a ticket here."""
    return say("passing", case.language == "zh")


class OrderDesk:
    """Answers about the orders of whoever asks, and of nobody else."""

    def __init__(self, orders: Mapping[str, Order] = ORDERS) -> None:
        self.orders = dict(orders)

    def __call__(self, state: FlowState) -> Command[Literal["colleague", "__end__"]]:
        """The node: state, cancel, or call in a colleague."""
        text, user = last_text(state), state.get("user", "guest")
        zh = bool(CHINESE.search(text))
        mine = {number: order for number, order in self.orders.items() if order.user == user}
        named = [number.upper() for number in NUMBER.findall(text)] or (list(mine) if len(mine) == 1 else [])
        if FOR_PEOPLE.search(text):
            return Command(goto="colleague", update={"messages": [AIMessage(say("passing", zh))]})
        if named and CANCEL.search(text):
            lines = [self._cancel(number, mine, zh) for number in named]
        else:
            lines = [self._state(number, mine, zh) for number in named] or [
                say("which", zh, n=", ".join(mine) or "–")
            ]
        return Command(goto="__end__", update={"messages": [AIMessage("\n".join(lines))]})

    def _state(self, number: str, mine: Mapping[str, Order], zh: bool) -> str:
        return say(mine[number].state, zh, number, mine[number]) if number in mine else say("unknown", zh, number)

    def _cancel(self, number: str, mine: Mapping[str, Order], zh: bool) -> str:
        if number not in mine or mine[number].state != "packing":
            return say("sent", zh, number) if number in mine else say("unknown", zh, number)
        self.orders[number] = Order(mine[number].user, mine[number].thing, "cancelled", mine[number].due)
        return say("cancelled", zh, number, mine[number])


def last_text(state: FlowState) -> str:
    """What the person said last."""
    return next((message.text for message in reversed(state["messages"]) if isinstance(message, HumanMessage)), "")


def colleague(state: FlowState) -> dict[str, Any]:
    """Stop the thread until somebody answers: the payload is what they see in the queue."""
    turn = state.get("palate")
    handed = turn["handed_over"] if turn else None
    case = {"user": state.get("user", "guest"), "asked": last_text(state), "summary": []}
    if handed and handed["reason"] == case["asked"]:
        case["summary"] = handed["summary"]
    return {"messages": [AIMessage(str(interrupt(case)), name="colleague")]}


def customer_service(
    recommender: palate.Palate, *, orders: OrderDesk | None = None, checkpointer: Checkpointer = None
) -> Desk:
    """The graph: orders, palate, a colleague."""

    def who(state: FlowState) -> Literal["orders", "palate"]:
        text = last_text(state)
        if NUMBER.search(text):
            return "orders"
        outside = ABOUT_ORDER.search(text) and act_of(recommender, text, state.get("palate")) is Act.OUT_OF_SCOPE
        return "orders" if outside else "palate"

    def then(state: FlowState) -> Literal["colleague", "__end__"]:
        return "colleague" if state["palate"]["hand_over"] else "__end__"

    graph = StateGraph(FlowState)
    graph.add_node("orders", orders or OrderDesk())
    graph.add_node("palate", as_node(recommender))
    graph.add_node("colleague", colleague)
    graph.add_conditional_edges(START, who)
    graph.add_conditional_edges("palate", then)
    graph.add_edge("colleague", END)
    return graph.compile(checkpointer=checkpointer)


def converse(desk: Desk, read: Callable[[str], str], show: Callable[[str], None], user: str = "guest") -> None:
    """Hold a conversation until nothing more is said; who answers for the colleague sits at the same keyboard."""
    config: RunnableConfig = {"configurable": {"thread_id": "terminal"}}
    seen = 0
    while text := read("you> ").strip():
        given: Any = {"messages": [HumanMessage(text)], "user": user}
        while True:
            done = desk.invoke(given, config)
            for message in done["messages"][seen:]:
                if isinstance(message, AIMessage):
                    show(f"{message.name or 'desk'}> {message.text}")
            seen = len(done["messages"])
            if not (waiting := done.get("__interrupt__")):
                break
            show(f"[for a colleague: {'; '.join(waiting[0].value['summary'] or [waiting[0].value['asked']])}]")
            given = Command(resume=read("colleague> "))


def main() -> None:
    """Talk in the terminal; an empty line or the end of the input ends it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--catalogue", default="films", help="brought in by palate import; films is there")
    parser.add_argument("--user", default="guest")
    parser.add_argument("--no-llm", action="store_true", help="no language model")
    asked = parser.parse_args()

    def read(prompt: str) -> str:
        try:
            return input(prompt)
        except EOFError:
            return ""

    try:
        with palate.open(catalogue=asked.catalogue, model=not asked.no_llm, hand_over=passed_on) as recommender:
            converse(customer_service(recommender, checkpointer=InMemorySaver()), read, print, asked.user)
    except PalateError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
