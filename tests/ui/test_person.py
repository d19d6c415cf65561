"""Who may be whom on the page."""

from __future__ import annotations

import asyncio
from typing import Any

from palate.domain import User
from palate.ui.page import build
from tests.ui.scripted import ScriptedPalate, a_turn


def built(palate: ScriptedPalate, *, personal: bool) -> Any:
    async def page() -> Any:
        return build(palate.as_palate(), personal=personal)

    return asyncio.run(page())


def components(page: Any, kind: str) -> list[Any]:
    return [block for block in page.blocks.values() if block.get_block_name() == kind]


def test_nobody_is_offered_to_be_a_real_person() -> None:
    class Peopled(ScriptedPalate):
        def users(self) -> list[User]:
            return [*super().users(), User("customer-4711", "customer-4711")]

    (viewers,) = components(built(Peopled(a_turn), personal=False), "radio")
    assert [user for _, user in viewers.choices] == ["guest", "mara", "theo", "lin"]


def test_who_signs_in_is_offered_nobody_to_be() -> None:
    page = built(ScriptedPalate(a_turn), personal=True)
    assert components(page, "radio") == []
    assert "switch" not in {fn.name for fn in page.fns.values()}
