"""The customer-service graph with the real embedded model."""

from __future__ import annotations

import pytest
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from examples.customer_service import customer_service
from palate.app import Palate

pytestmark = pytest.mark.model


def test_a_desk_with_the_embedded_model(recommender: Palate) -> None:
    desk = customer_service(recommender, checkpointer=InMemorySaver())
    config: RunnableConfig = {"configurable": {"thread_id": "one"}}
    wish = "I loved Inception and Interstellar, something similar after 2010 but no horror"
    first = desk.invoke({"messages": [HumanMessage(wish)]}, config)
    turn, reply = first["palate"], first["messages"][-1]
    assert len(turn["items"]) == 5
    assert all(item["year"] > 2010 for item in turn["items"])
    assert all(item["title"] in reply.text for item in turn["items"])
    assert reply.usage_metadata["output_tokens"] > 0, "the model had a part"

    order = desk.invoke({"messages": [HumanMessage("where is my order A1001?")]}, config)
    assert order["messages"][-1].text == "A1001, Ridgeway 20, is on its way: Thursday."
    assert order["palate"] == turn, "palate was not asked"

    again = desk.invoke({"messages": [HumanMessage("something shorter")]}, config)["palate"]
    assert again["conversation"] == turn["conversation"]
    assert not {item["id"] for item in again["items"]} & {item["id"] for item in turn["items"]}

    handed = desk.invoke({"messages": [HumanMessage("I want to speak to a human")]}, config)
    assert handed["palate"]["hand_over"]
    assert handed["__interrupt__"][0].value["summary"]
    done = desk.invoke(Command(resume="Ann here."), config)
    assert done["messages"][-1].text == "Ann here."
