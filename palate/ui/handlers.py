"""What Gradio calls: each method takes components' values and returns those of the outputs that `page` wires it to.

Imports Gradio at the top, so it is itself imported only when a page is built. It has no `from __future__ import
annotations`: Gradio reads the annotation `gr.EventData` to see which parameter takes the event.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from palate.agent.wording import listing
from palate.domain import GUEST, Kind
from palate.ui.banner import banner
from palate.ui.chat import Chat
from palate.ui.templates import render
from palate.ui.transcript import Transcript

if TYPE_CHECKING:
    from palate.app import Palate

BUSY_POLL, QUIET_POLL = 2.0, 15.0
"""Seconds between two looks at the status, while something is on its way and otherwise."""
EXAMPLES = (
    "I loved Inception and Interstellar, something similar after 2010 but no horror",
    "A short French comedy from the sixties",
    "Films by the director of My Neighbor Totoro",
    "What should I watch tonight?",
    "我想看一部温馨的家庭喜剧，九十年代的",
    "诺兰导演的科幻片，评分高一点",
)


class Handlers:
    """The handlers of one page; a tab's state is its `Transcript`, which Gradio hands in."""

    def __init__(self, palate: "Palate") -> None:
        self._palate = palate
        self._chat = Chat(palate)
        self._users = {user.id: user for user in palate.users()}

    def say(self, text: str, tab: str, transcript: Transcript) -> Iterator[list[Any]]:
        """Yield transcript, state line, box, hint and what the tab remembers, once per event."""
        if transcript.conversation is None:
            self._chat.restore(tab, transcript)
        for composer in self._chat.say(text, transcript):
            box = gr.skip() if composer.text is None else composer.text
            yield [*self._drawn(transcript), box, _hint(composer.hint), self._chat.token(transcript)]

    def say_example(self, event: gr.EventData, tab: str, transcript: Transcript) -> Iterator[list[Any]]:
        """Do as `say` with the text of the example that was pressed."""
        yield from self.say(str(event._data.get("text", "")), tab, transcript)

    def broken(self, transcript: Transcript) -> list[Any]:
        """Return transcript, state line and hint after a fault in palate itself, which the log has."""
        return [*self._drawn(transcript), _hint("Something broke in palate itself; its log says what.")]

    def react(self, event: gr.EventData, transcript: Transcript) -> list[Any]:
        """Return transcript, state line and hint after a button on a card was pressed."""
        kind, item_id = str(event._data.get("kind")), str(event._data.get("item"))
        hint = self._chat.react(kind, item_id, transcript)
        return [*self._drawn(transcript), _hint(hint)]

    def switch(self, user_id: str, transcript: Transcript) -> list[Any]:
        """Return transcript, state line, viewer line, hint and tab of a fresh conversation; the old one is kept."""
        transcript.reset(user_id if user_id in self._users else GUEST)
        return [*self._drawn(transcript), self._viewer(transcript), _hint(""), ""]

    def arrive(self, tab: str, transcript: Transcript) -> list[Any]:
        """Return transcript, state line, viewer line, viewer, tab and the three of `look` for a page just opened."""
        self._chat.restore(tab, transcript)
        drawn = self._drawn(transcript)
        return [*drawn, self._viewer(transcript), transcript.user, self._chat.token(transcript), *self.look(None)]

    def look(self, shown: str | None) -> list[Any]:
        """Return banner, banner to remember and timer; nothing is sent while the banner says what it said."""
        now = banner(self._palate.status())
        html = now.html()
        if html == shown:
            return [gr.skip(), gr.skip(), gr.skip()]
        return [html, html, gr.Timer(QUIET_POLL if now.quiet else BUSY_POLL)]

    def _drawn(self, transcript: Transcript) -> list[Any]:
        intro = render("intro.html", examples=EXAMPLES, items=len(self._palate.catalogue))
        return [transcript.blocks() or [intro], render("state.html", phrases=transcript.summary)]

    def _viewer(self, transcript: Transcript) -> str:
        user = self._users[transcript.user]
        rated = sum(one.kind is Kind.RATED for one in self._palate.history(user.id))
        samples = [] if user.sample else [other.name for other in self._users.values() if other.sample]
        return render("viewer.html", user=user, rated=rated, samples=listing(samples, "en"))


def _hint(text: str) -> str:
    return render("hint.html", text=text)
