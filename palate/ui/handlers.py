"""What Gradio calls: each method takes components' values and returns those of the outputs that `page` wires it to.

Imports Gradio at the top, so it is itself imported only when a page is built. It has no `from __future__ import
annotations`: Gradio reads the annotation `gr.EventData` to see which parameter takes the event.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from palate.agent.speaking.phrases import Phrases
from palate.agent.speaking.wording import listing
from palate.domain import GUEST, Kind, User
from palate.errors import UnknownConversation
from palate.ui.banner import banner
from palate.ui.chat import Chat
from palate.ui.examples import examples
from palate.ui.person import Person, person_of
from palate.ui.templates import render
from palate.ui.transcript import Transcript
from palate.ui.words import preferred

if TYPE_CHECKING:
    from palate.app import Palate

BUSY_POLL, QUIET_POLL = 2.0, 15.0
"""Seconds between two looks at the status, while something is on its way and otherwise."""


class Handlers:
    """The handlers of one page; a tab's state is its `Transcript`, which Gradio hands in."""

    def __init__(self, palate: "Palate", *, personal: bool = False) -> None:
        """`personal`: whoever is here has signed in, and sees what is theirs."""
        self._palate = palate
        self._personal = personal
        self._chat = Chat(palate)
        self._users = {user.id: user for user in offered(palate)}
        self._examples = examples(palate.catalogue, self._chat.face.wording)

    def say(self, text: str, tab: str, transcript: Transcript, request: gr.Request) -> Iterator[list[Any]]:
        """Yield transcript, panel, box, hint and what the tab remembers, once per event."""
        self._admit(transcript, request)
        if transcript.conversation is None:
            self._chat.restore(tab, transcript)
        for composer in self._chat.say(text, transcript):
            box = gr.skip() if composer.text is None else composer.text
            yield [*self._drawn(transcript), box, _hint(composer.hint), self._chat.token(transcript)]

    def say_example(
        self, event: gr.EventData, tab: str, transcript: Transcript, request: gr.Request
    ) -> Iterator[list[Any]]:
        """Do as `say` with the text of the example that was pressed."""
        yield from self.say(str(event._data.get("text", "")), tab, transcript, request)

    def broken(self, transcript: Transcript, request: gr.Request) -> list[Any]:
        """Return transcript, panel and hint after a fault in palate itself, which the log has."""
        self._admit(transcript, request)
        return [*self._drawn(transcript), _hint(self._say("page_broken", transcript))]

    def react(self, event: gr.EventData, transcript: Transcript, request: gr.Request) -> list[Any]:
        """Return transcript, panel and hint after a button on a card was pressed."""
        self._admit(transcript, request)
        kind, item_id = str(event._data.get("kind")), str(event._data.get("item"))
        hint = self._chat.react(kind, item_id, transcript)
        return [*self._drawn(transcript), _hint(hint)]

    def opened(self, event: gr.EventData, transcript: Transcript, request: gr.Request) -> None:
        """Keep that a card's link or its further lines were opened; nothing is drawn for it."""
        self._admit(transcript, request)
        self._chat.look(str(event._data.get("kind")), str(event._data.get("item")), transcript)

    def edit(self, event: gr.EventData, transcript: Transcript, request: gr.Request) -> list[Any]:
        """Return transcript, panel and hint after something was taken out or forgotten on the panel."""
        self._admit(transcript, request)
        asked = event._data
        if "remove" in asked:
            hint = self._chat.take_out(str(asked["remove"]), transcript)
        elif asked.get("all") is True:
            hint = self._chat.forget(None, transcript)
        elif str(asked.get("forget")).isdecimal():
            hint = self._chat.forget(int(asked["forget"]), transcript)
        else:
            hint = self._say("page_button", transcript)
        return [*self._drawn(transcript), _hint(hint)]

    def afresh(self, transcript: Transcript, request: gr.Request) -> list[Any]:
        """Do as `switch`, and stay who one is."""
        return self.switch(transcript.user, transcript, request)

    def switch(self, user_id: str, transcript: Transcript, request: gr.Request) -> list[Any]:
        """Return transcript, panel, viewer line, hint and tab of a fresh conversation; the old one is kept."""
        self._admit(transcript, request)
        transcript.reset(transcript.owner or (user_id if user_id in self._users else GUEST))
        self._chat.refresh(transcript)
        return [*self._drawn(transcript), self._viewer(transcript), _hint(""), ""]

    def arrive(self, tab: str, transcript: Transcript, request: gr.Request) -> list[Any]:
        """Return all that a page just opened shows.

        Transcript, panel, viewer line, viewer (or who signed in), tab, box, the button for a new chat, and the three
        of `look`.
        """
        person = self._admit(transcript, request)
        transcript.language = preferred(request.headers.get("accept-language", ""))
        self._chat.restore(tab, transcript)
        self._chat.refresh(transcript)
        box = gr.Textbox(
            placeholder=self._say("page_placeholder", transcript), label=self._say("page_message", transcript)
        )
        viewer: Any = (
            render("person.html", name=person.name, leave=self._say("sign_out", transcript))
            if person
            else gr.Radio(value=transcript.user, label=self._say("page_viewer", transcript))
        )
        fresh = gr.Button(self._say("page_fresh", transcript))
        token = self._chat.token(transcript)
        drawn = self._drawn(transcript)
        return [*drawn, self._viewer(transcript), viewer, token, box, fresh, *self.look(None, transcript, request)]

    def look(self, shown: str | None, transcript: Transcript, request: gr.Request) -> list[Any]:
        """Return banner, banner to remember and timer; nothing is sent while the banner says what it said."""
        self._admit(transcript, request)
        now = banner(self._palate.status(), self._phrases, transcript.language)
        html = now.html()
        if html == shown:
            return [gr.skip(), gr.skip(), gr.skip()]
        return [html, html, gr.Timer(QUIET_POLL if now.quiet else BUSY_POLL)]

    def _admit(self, transcript: Transcript, request: gr.Request) -> Person | None:
        """Whoever signed in and asks, None where nobody has to. Raises UnknownConversation for another's tab."""
        if not self._personal:
            return None
        assert request.request is not None
        person = person_of(request.request)
        if transcript.owner is None:
            self._palate.register(User(person.id, person.id))
            transcript.owner = person.id
            transcript.reset(person.id)
        if transcript.owner != person.id:
            raise UnknownConversation("Somebody else opened this tab; reload the page.")
        return person

    @property
    def _phrases(self) -> Phrases:
        return self._chat.face.wording.phrases

    def _say(self, key: str, transcript: Transcript, /, **values: object) -> str:
        return self._phrases.say(key, transcript.language, **values)

    def _drawn(self, transcript: Transcript) -> list[Any]:
        return [
            transcript.blocks(self._chat.face) or [self._intro(transcript)],
            transcript.panel.html(self._phrases),
        ]

    def _intro(self, transcript: Transcript) -> str:
        size = len(self._palate.catalogue)
        key = {0: "page_intro_none", 1: "page_intro_one"}.get(size, "page_intro")
        return render(
            "intro.html",
            mood=self._say("page_mood", transcript),
            about=self._say(key, transcript, count=f"{size:,}"),
            examples=self._examples,
            label=self._say("page_examples", transcript),
        )

    def _viewer(self, transcript: Transcript) -> str:
        # Who signed in is named on top of the page.
        user = self._users[transcript.user] if transcript.owner is None else User(transcript.owner, "")
        rated = sum(one.kind is Kind.RATED for one in self._palate.history(user.id))
        samples = (
            [] if user.sample or transcript.owner else [other.name for other in self._users.values() if other.sample]
        )
        key = "page_samples_one" if len(samples) == 1 else "page_samples"
        return render(
            "viewer.html",
            user=user,
            about=self._about(user, transcript),
            invented=self._say("page_invented", transcript),
            rated=self._say("page_rated", transcript, count=f"{rated:,}") if rated else "",
            samples=self._say(key, transcript, names=listing(samples, transcript.language)) if samples else "",
        )

    def _about(self, user: User, transcript: Transcript) -> str:
        """Who comes with palate is told about in the person's language."""
        key = f"viewer_{user.id}"
        ours = user.sample or user.id == GUEST
        return self._say(key, transcript) if ours and self._phrases.has(key, transcript.language) else user.about


def offered(palate: "Palate") -> list[User]:
    """Whom anybody may be on a page where nobody signs in: the guest and the invented examples, no real person."""
    return [user for user in palate.users() if user.id == GUEST or user.sample]


def _hint(text: str) -> str:
    return render("hint.html", text=text)
