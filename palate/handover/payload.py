"""What whoever takes a conversation over is sent, as Standard Webhooks has it: `type`, `timestamp`, `data`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from palate.store.outbox import Delivery
from palate.store.records import StoredTurn
from palate.tools.keeping import HandOver

TYPE = "hand_over.created"
_TURNS = 20
"""Turns, the latest, that are sent along."""


def delivery_of(case: HandOver, turns: Sequence[StoredTurn]) -> Delivery:
    """The delivery of a hand-over, `turns` being those before its message.

    Its id is the same when the same message is answered again, because the turn was not kept.
    """
    place = str(turns[-1].position if turns else -1)
    told = "\x1f".join((case.conversation, place, case.reason))
    name = f"msg_{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:32]}"
    return Delivery(name, case.conversation, _payload(case, turns), case.at)


def _payload(case: HandOver, turns: Sequence[StoredTurn]) -> Mapping[str, Any]:
    return {
        "type": TYPE,
        "timestamp": case.at.isoformat(),
        "data": {
            "conversation": case.conversation,
            "user": case.user,
            "catalogue": case.catalogue,
            "language": case.language,
            "reason": case.reason,
            "summary": list(case.summary),
            "wishes": list(case.wishes),
            "slate": [{"id": item, "title": title} for item, title in case.slate],
            "turns": [_turn(turn) for turn in turns[-_TURNS:]],
            "state": dict(case.state),
        },
    }


def _turn(turn: StoredTurn) -> Mapping[str, Any]:
    return {"position": turn.position, "at": turn.at.isoformat(), "mode": turn.mode} | {
        name: said for name, said in (("person", turn.text), ("reply", turn.reply)) if said
    }
