"""What became of what was acknowledged: by the tables, and by what the service itself reads out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import httpx2
from sqlmodel import col, select

from palate.settings import Settings
from palate.store.database import open_database
from palate.store.tables import FeedbackRow, SlateRow, TurnRow
from tests.faults.talking import Heard, Said


@dataclass
class Kept:
    """The rows of the conversations that talked, in order."""

    turns: dict[str, list[TurnRow]] = field(default_factory=dict)
    feedback: dict[str, list[FeedbackRow]] = field(default_factory=dict)
    slates: dict[str, SlateRow] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings, conversations: Sequence[str]) -> Kept:
        """Read the tables."""
        kept, mine = cls(), set(conversations)
        database = open_database(settings)
        with database.reading() as session:
            talked = col(TurnRow.conversation_id).in_(mine)
            for turn in session.exec(select(TurnRow).where(talked).order_by(col(TurnRow.position))):
                kept.turns.setdefault(turn.conversation_id, []).append(turn)
            pressed = col(FeedbackRow.conversation_id).in_(mine)
            for given in session.exec(select(FeedbackRow).where(pressed).order_by(col(FeedbackRow.id))):
                kept.feedback.setdefault(str(given.conversation_id), []).append(given)
            shown = col(SlateRow.conversation_id).in_(mine)
            kept.slates = {slate.id: slate for slate in session.exec(select(SlateRow).where(shown))}
        database.close()
        return kept


@dataclass
class Findings:
    """What is wrong; every list is empty after a run in which nothing was lost."""

    turns: int = 0
    """Acknowledged; so the next."""
    feedback: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """Conversations that cannot be read, hold another answer than was given, or half of one."""
    refused: list[str] = field(default_factory=list)
    """What the service never took though nothing was wrong with it."""
    leaks: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    """What was still being sent again when the run ended, and what it was told."""
    left: int = 0
    """Turns whose sender went away in the middle and sent the same again."""
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def wrong(self) -> list[str]:
        """Everything that must not be."""
        unkept = (*self.lost, *self.doubled, *self.disordered, *self.broken)
        return [*unkept, *self.refused, *self.unanswered, *self.leaks]


def checked(heard: Sequence[Heard], settings: Settings, client: httpx2.Client) -> Findings:
    """Compare what was acknowledged with the tables, and with what the service reads out and exports."""
    kept, found = Kept.of(settings, [one.conversation for one in heard]), Findings()
    for one in heard:
        found.errors.update(one.errors)
        found.leaks += one.leaks
        found.refused += [said.refused for said in (*one.turns, *one.feedback) if said.refused]
        found.turns += sum(said.told is not None for said in one.turns)
        found.feedback += sum(said.told is not None for said in one.feedback)
        found.unanswered += [
            f"{said.request_id}: {said.last}"
            for said in (*one.turns, *one.feedback)
            if not said.told and not said.refused
        ]
        found.left += sum(said.left and said.told is not None for said in one.turns)
        rows = kept.turns.get(one.conversation, [])
        _turns(one, rows, kept.slates, found)
        _feedback(one, kept.feedback.get(one.conversation, []), found)
        _read_out(one, rows, client, found)
    return found


def _turns(one: Heard, rows: Sequence[TurnRow], slates: dict[str, SlateRow], found: Findings) -> None:
    by_request = {row.request_id: row for row in rows}
    ids = [str(row.request_id) for row in rows]
    _once(one.turns, ids, found)
    if [row.position for row in rows] != list(range(len(rows))):
        found.disordered.append(f"{one.conversation}: positions {[row.position for row in rows]}")
    _in_order(one.conversation, one.turns, ids, found)
    for said in one.turns:
        row = by_request.get(said.request_id)
        if said.told is None or row is None:
            continue
        if (row.position, row.reply, row.text) != (said.told.position, said.told.reply, said.text):
            found.broken.append(f"{said.request_id}: another turn is kept than was acknowledged")
        if "total" not in row.ms or not row.reply:
            found.broken.append(f"{said.request_id}: half a turn was kept and acknowledged")
        if said.told.slate and said.told.slate != row.slate_id:
            found.broken.append(f"{said.request_id}: another slate is kept than was shown")
    shown = [slate for slate in slates.values() if slate.conversation_id == one.conversation]
    if {slate.id: slate.turn for slate in shown} != {row.slate_id: row.position for row in rows if row.slate_id}:
        found.broken.append(f"{one.conversation}: slates and turns do not belong together")


def _feedback(one: Heard, rows: Sequence[FeedbackRow], found: Findings) -> None:
    ids = [str(row.request_id) for row in rows]
    _once(one.feedback, ids, found)
    _in_order(one.conversation, one.feedback, ids, found)
    for said in one.feedback:
        row = next((row for row in rows if row.request_id == said.request_id), None)
        if row is not None and f"{row.item_id} {row.slate_id}" != said.text:
            found.broken.append(f"{said.request_id}: other feedback is kept than was given")


def _once(sent: Iterable[Said], ids: Sequence[str], found: Findings) -> None:
    counted = Counter(ids)
    found.lost += [
        f"{said.request_id} was acknowledged" for said in sent if said.told and not counted[said.request_id]
    ]
    found.doubled += [f"{request_id} is there {number} times" for request_id, number in counted.items() if number > 1]


def _in_order(conversation: str, sent: Sequence[Said], ids: Sequence[str], found: Findings) -> None:
    """Whether what is kept is some of what was sent, in the same order."""
    order = {said.request_id: number for number, said in enumerate(sent)}
    strange = [request_id for request_id in ids if request_id not in order]
    numbers = [order[request_id] for request_id in ids if request_id in order]
    if strange or numbers != sorted(numbers):
        found.disordered.append(f"{conversation}: {ids}")


def _read_out(one: Heard, rows: Sequence[TurnRow], client: httpx2.Client, found: Findings) -> None:
    """The conversation as the service reads and exports it."""
    if not rows:
        return
    wanted = [(row.position, row.text, row.reply, row.request_id) for row in rows]
    read = client.get(f"/v1/conversations/{one.conversation}")
    exported = client.get(f"/v1/conversations/{one.conversation}/export")
    if (read.status_code, exported.status_code) != (200, 200):
        found.broken.append(f"{one.conversation}: answers {read.status_code} and {exported.status_code}")
        return
    for turns in (read.json(), [json.loads(line) for line in exported.text.splitlines()]):
        if [(turn["position"], turn["text"], turn["reply"], turn["request_id"]) for turn in turns] != wanted:
            found.broken.append(f"{one.conversation}: reads out other turns than are kept")
