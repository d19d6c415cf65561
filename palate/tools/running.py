"""Running a tool under its time limit: whatever it does, a turn goes on."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import Any

from langchain_core.tools import BaseTool

from palate.errors import PalateError, ToolError
from palate.tools.built import SECONDS
from palate.tools.found import Found
from palate.tools.told import Told

LATE = 3
"""Calls of one tool that may still be running after their time; with as many it is not called until one ends."""


class Runner:
    """Calls tools, each in a thread of its own; safe for any number of threads."""

    def __init__(self) -> None:
        self._late: dict[str, list[threading.Thread]] = {}
        self._lock = threading.Lock()

    def run(self, tool: BaseTool, arguments: Mapping[str, Any]) -> Found | Told:
        """What a tool brings within the `seconds` of its metadata.

        A call that takes longer is left behind: nobody can end a thread, so its end is only not waited for. Raises
        ToolError, and nothing else, whatever the tool does.
        """
        seconds = limit(tool)
        self._room(tool.name)
        done: SimpleQueue[Found | Told | BaseException] = SimpleQueue()
        context = copy_context()
        thread = threading.Thread(
            target=lambda: done.put(context.run(_called, tool, arguments)), name=f"tool {tool.name}", daemon=True
        )
        thread.start()
        try:
            brought = done.get(timeout=seconds)
        except Empty:
            with self._lock:
                self._late.setdefault(tool.name, []).append(thread)
            raise ToolError(f"The tool {tool.name} took longer than {seconds:g} s and was not waited for.") from None
        if isinstance(brought, PalateError):
            raise ToolError(str(brought)) from brought
        if isinstance(brought, BaseException):
            # What a stranger's code says in an error is for the log, not for the person.
            raise ToolError(f"The tool {tool.name} failed ({type(brought).__name__}).") from brought
        return brought

    def _room(self, name: str) -> None:
        with self._lock:
            late = self._late[name] = [thread for thread in self._late.get(name, ()) if thread.is_alive()]
        if len(late) >= LATE:
            raise ToolError(f"The tool {name} still has {len(late)} calls running that took too long.")


def limit(tool: BaseTool) -> float:
    """The seconds that a tool may take."""
    said = (tool.metadata or {}).get("seconds", SECONDS)
    return float(said) if isinstance(said, int | float) and said > 0 else SECONDS


def _called(tool: BaseTool, arguments: Mapping[str, Any]) -> Found | Told | BaseException:
    """What a tool brings, or what it raised."""
    try:
        request = {"name": tool.name, "args": dict(arguments), "id": tool.name, "type": "tool_call"}
        brought = tool.invoke(request).artifact
        if isinstance(brought, Found | Told):
            return brought
        return ToolError(f"The tool {tool.name} brought nothing that can be used.")
    except BaseException as error:
        # A tool may raise anything, and its thread ends here.
        return error
