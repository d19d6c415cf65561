"""A person who talks to the service whatever happens to it, and notes what was acknowledged."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx2

KINDS = ("comedy", "drama", "thriller", "western", "musical", "war film", "romance", "horror film", "documentary")
NEXT = ("older", "something shorter", "more", "not the first one, what else?", "anything from Italy?", "more")
AGAIN = 0.3
"""Seconds before the same is sent again."""
DRAIN = 90.0
"""Seconds in which what was sent last must be acknowledged."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the service acknowledged of one message."""

    position: int
    reply: str
    slate: str
    items: tuple[str, ...]
    mode: str
    sent: float
    """When it was sent the last time, by the monotonic clock; so the next."""
    at: float


@dataclass(slots=True)
class Said:
    """One message, or one press of a button."""

    request_id: str
    text: str
    """The message; or the item and the slate it stood on."""
    attempts: int = 0
    told: Told | None = None
    """None: it was never acknowledged."""
    refused: str = ""
    """Why it cannot be sent at all: an answer that no sending again would change."""
    last: str = ""
    """What it was told the last time, where that was no acknowledgement."""
    left: bool = False
    """Whether its sender went away once in the middle of the answer."""


@dataclass
class Heard:
    """What one person said and did."""

    conversation: str
    user: str
    turns: list[Said] = field(default_factory=list)
    feedback: list[Said] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    """Answers that are no acknowledgement, by status, `cut` where the connection broke."""
    leaks: list[str] = field(default_factory=list)
    """Answers that no client should see: a 500, or a traceback."""


class Gone(Exception):
    """The sender went away on purpose."""


class Talker(threading.Thread):
    """Says something, sends it until it is acknowledged, presses a button, thinks, goes on."""

    def __init__(
        self, name: str, client: httpx2.Client, over: threading.Event, *, think: float, leaves: float
    ) -> None:
        """`think`: seconds between two turns; `leaves`: share of streams that are left in the middle."""
        super().__init__(name=name, daemon=True)
        self.heard = Heard(f"talk-{name}", f"person-{name}")
        self._random = random.Random(name)
        self._client = client
        self._over = over
        self._until = float("inf")
        self._think = think
        self._leaves = leaves

    def give_up_at(self, moment: float) -> None:
        """Send nothing again after this moment of the monotonic clock."""
        self._until = moment

    def run(self) -> None:
        """Talk until it is over."""
        with self._client:
            self._talk()

    def _talk(self) -> None:
        self._over.wait(self._random.random() * self._think)
        while not self._over.is_set():
            said = self._next()
            self.heard.turns.append(said)
            self._insist(said, self._say)
            if said.told and said.told.items and not self._over.is_set():
                self._press(said.told)
            self._over.wait(self._think * (0.5 + self._random.random()))

    def _next(self) -> Said:
        number = len(self.heard.turns)
        text = f"a {self._random.choice(KINDS)} from {self._random.randint(1950, 2010)}"
        if number % 6:
            text = self._random.choice(NEXT)
        return Said(f"{self.heard.conversation}.turn.{number}", text)

    def _press(self, told: Told) -> None:
        item = self._random.choice(told.items)
        pressed = Said(f"{self.heard.conversation}.press.{len(self.heard.feedback)}", f"{item} {told.slate}")
        self.heard.feedback.append(pressed)
        self._insist(pressed, self._react)

    def _insist(self, said: Said, send: Callable[[Said], Told | None]) -> None:
        """Send until it is acknowledged, refused for good, or too late."""
        while said.told is None and not said.refused and time.monotonic() < self._until:
            if said.attempts:
                time.sleep(AGAIN)
            said.attempts += 1
            try:
                said.told = send(said)
            except Gone:
                said.left = True
            except httpx2.HTTPError as error:
                said.last = repr(error)
                self.heard.errors["refused" if isinstance(error, httpx2.ConnectError) else "cut"] += 1

    def _say(self, said: Said) -> Told | None:
        stream = self._random.random() < 0.7
        leaves = stream and not said.left and self._random.random() < self._leaves
        body = {"text": said.text, "user": self.heard.user, "request_id": said.request_id, "stream": stream}
        sent = time.monotonic()
        with self._client.stream("POST", f"/v1/conversations/{self.heard.conversation}/turns", json=body) as answer:
            if answer.status_code != 200 or not stream:
                text = answer.read().decode()
                return _told(json.loads(text), {}, sent) if self._fine(said, answer.status_code, text) else None
            slate: dict[str, object] = {}
            for name, data in events(answer.iter_lines()):
                if name == "slate":
                    slate = data
                elif name == "turn":
                    return _told(data, slate, sent)
                elif name == "error":
                    self._fine(said, int(str(data["status"])), str(data["detail"]))
                    return None
                if leaves and self._random.random() < 0.4:
                    raise Gone
        self.heard.errors["cut"] += 1
        return None

    def _react(self, said: Said) -> Told | None:
        item, slate = said.text.rsplit(" ", 1)
        body = {"item": item, "kind": "liked", "user": self.heard.user, "slate": slate}
        body |= {"conversation": self.heard.conversation, "request_id": said.request_id}
        sent = time.monotonic()
        answer = self._client.post("/v1/feedback", json=body)
        if not self._fine(said, answer.status_code, answer.text):
            return None
        return Told(-1, "", slate, (item,), "", sent, time.monotonic())

    def _fine(self, said: Said, status: int, text: str) -> bool:
        if "Traceback" in text or status == 500:
            self.heard.leaks.append(f"{status}: {text[:300]}")
        if status in {200, 204}:
            return True
        self.heard.errors[str(status)] += 1
        said.last = f"{status}: {text[:300]}"
        if 400 <= status < 500 and status not in {408, 409, 429}:
            said.refused = said.last
        return False


def events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Server-sent events, as name and data."""
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:])


def _told(turn: dict[str, object], slate: dict[str, object], sent: float) -> Told:
    """An acknowledged turn; a stream shows its slate before, an answer as a whole has it."""
    shown = turn if "items" in turn else slate
    items = shown.get("items") or []
    assert isinstance(items, list)
    return Told(
        position=int(str(turn["position"])),
        reply=str(turn["reply"]),
        slate=str(shown.get("slate") or ""),
        items=tuple(str(item["id"]) for item in items),
        mode=str(turn["mode"]),
        sent=sent,
        at=time.monotonic(),
    )


class Crowd:
    """People who talk at once, each in a conversation of their own."""

    def __init__(self, name: str, people: int, client: Callable[[], httpx2.Client], *, think: float, leaves: float):
        """`name` goes into the ids of conversations and people; `client` makes a client of the service."""
        self._over = threading.Event()
        self._talkers = [
            Talker(f"{name}-{number}", client(), self._over, think=think, leaves=leaves) for number in range(people)
        ]

    @property
    def heard(self) -> list[Heard]:
        """What everyone said and was told."""
        return [talker.heard for talker in self._talkers]

    def start(self) -> None:
        """Begin to talk."""
        for talker in self._talkers:
            talker.start()

    def told(self) -> list[Told]:
        """The turns that were acknowledged so far."""
        return [said.told for heard in self.heard for said in list(heard.turns) if said.told]

    def errors(self) -> int:
        """Answers so far that were no acknowledgement."""
        return sum(heard.errors.total() for heard in self.heard)

    def talk(self, seconds: float, turns: int) -> None:
        """Let people talk for so long at least, and until so many more turns are acknowledged."""
        began, before = time.monotonic(), len(self.told())
        while time.monotonic() < began + seconds or len(self.told()) < before + turns:
            if time.monotonic() > began + seconds + DRAIN:
                raise RuntimeError(f"{len(self.told()) - before} turns and not {turns} in {DRAIN:g} s")
            time.sleep(0.02)

    def hush(self) -> None:
        """Begin nothing more, and wait until all that was sent is acknowledged, or too late."""
        self._over.set()
        until = time.monotonic() + DRAIN
        for talker in self._talkers:
            talker.give_up_at(until)
        for talker in self._talkers:
            talker.join()
