"""The chat in a terminal: sentences as they come, titles listed, buttons as short words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape

from palate.agent.events import Event, Notice, Recommended, StateChanged, Token, ToolFinished, TurnFinished
from palate.agent.speaking.cost import cost
from palate.agent.speaking.wording import Wording
from palate.app import Palate
from palate.domain import GUEST, Kind
from palate.errors import PalateError

_REACTION = re.compile(r"/(like|no|seen)\s+(\d+)$")
_KINDS = {"like": Kind.LIKED, "no": Kind.DISLIKED, "seen": Kind.SEEN}


def language_of(environment: Mapping[str, str]) -> str:
    """The language of the system: `zh` where its variables for messages name Chinese, else `en`."""
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def chat(palate: Palate, user: str | None, conversation: str | None, language: str = "en") -> None:
    """Talk until /quit or the end of input. Raises NotFound for an unknown user or conversation.

    `language` is that of the fixed words; a reply has that of its message.
    """
    console = Console(highlight=False)
    user = user or GUEST
    if conversation is None:
        conversation = palate.start_conversation(user)
    slate: list[str] = [i for turn in palate.turns(conversation)[-1:] for i in turn.item_ids]
    say = palate.wording.phrases.say
    console.print(say("terminal_help", language, mood=say("page_mood", language)), style="dim")
    if trouble := palate.status().trouble:
        console.print(escape(trouble), style="yellow")
    while True:
        try:
            text = console.input("[bold]> [/bold]").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if text == "/quit":
            return
        try:
            if text == "/status":
                console.print("\n".join(palate.status().lines()), style="dim")
            elif match := _REACTION.fullmatch(text):
                place = int(match.group(2)) - 1
                if not 0 <= place < len(slate):
                    console.print(say("terminal_number", language), style="dim")
                    continue
                palate.react(_KINDS[match.group(1)], slate[place], user=user, conversation=conversation)
                console.print(say("terminal_noted", language), style="dim")
            elif text:
                for event in palate.stream(text, conversation=conversation):
                    slate = _show(console, event, slate, palate.wording, language)
        except PalateError as error:
            console.print(escape(str(error)), style="red")


def _show(console: Console, event: Event, slate: list[str], wording: Wording, language: str) -> list[str]:
    """Print one event; give back the ids that numbers stand for."""
    match event:
        case StateChanged() if event.summary:
            console.print(escape(" · ".join(event.summary)), style="dim")
        case ToolFinished():
            found = wording.phrases.say("turn_found", language, count=f"{event.found:,}", ms=f"{event.ms:.0f}")
            console.print(f"{event.name}: {found}", style="dim")
        case Recommended():
            for place, recommendation in enumerate(event.slate.recommendations, 1):
                item = recommendation.item
                facts = [str(wording.year(item) or ""), wording.price(item, language)]
                after = ", ".join(fact for fact in facts if fact)
                console.print(f"  {place}. [bold]{escape(item.title)}[/bold]" + (f" ({after})" if after else ""))
            return [item.id for item in event.slate.items]
        case Token():
            console.print(escape(event.text), end="")
        case Notice():
            console.print(escape(event.text), style="yellow")
        case TurnFinished():
            console.print(f"\n[dim]{cost(event, wording.phrases, language)}[/dim]")
        case _:
            pass
    return slate
