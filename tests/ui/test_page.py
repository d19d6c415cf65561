from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest

from palate.ui.page import build
from tests.ui.scripted import ScriptedPalate, a_turn


@pytest.fixture(scope="module")
def page() -> Any:
    async def built() -> Any:
        return build(ScriptedPalate(a_turn).as_palate())

    return asyncio.run(built())  # outside a running loop Gradio makes loops that nobody closes


def test_importing_the_page_does_not_import_gradio() -> None:
    code = "import sys, palate.ui.page, palate.ui.server; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_page_reports_to_nobody_and_offers_no_api(page: Any) -> None:
    assert page.analytics_enabled is False
    assert {fn.api_visibility for fn in page.fns.values()} == {"private"}


def test_several_people_are_answered_at_once(page: Any) -> None:
    turns = [fn for fn in page.fns.values() if fn.name in {"say", "say_example"}]
    assert {(fn.concurrency_limit, fn.concurrency_id, fn.queue) for fn in turns} == {(8, "turn", True)}
    others = [fn for fn in page.fns.values() if fn not in turns and fn.fn is not None]
    assert {fn.queue for fn in others} == {False}, "buttons must not wait behind a reply"
