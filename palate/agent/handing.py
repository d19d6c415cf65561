"""Handing a message on to people, with what they should know of the conversation."""

from __future__ import annotations

from langchain_core.tools import BaseTool

from palate.agent.elements import Telling
from palate.agent.state import DialogueState
from palate.tools.keeping import HandOver, Keeping
from palate.tools.writing import written


def handed_on(tool: BaseTool, text: str, state: DialogueState, telling: Telling, keeping: Keeping) -> str:
    """Call `tool`, hand_over, for the message `text`; give back the line to show, empty where nobody answers."""
    case = HandOver(
        text,
        state.language,
        tuple(element.phrase for element in telling.understood(state).elements),
        slate=tuple((item, telling.title(item, state.language)) for item in state.slate),
        state=state.model_dump(mode="json"),
    )
    return str(written(tool, case=case, keeping=keeping))
