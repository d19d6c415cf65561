"""One's own dialogues, in a plain format: a line is a dialogue, as JSON.

    {"id": "1", "time": "2026-05-01T10:00", "turns": [
        {"role": "user", "text": "Like the Trail 2, but lighter", "items": ["Trail 2"]},
        {"role": "assistant", "text": "Then this one.", "recommended": ["4711"]}]}

(on one line). Roles are `user`, `seeker` or `customer` and `assistant`, `recommender` or `agent`. `items` are what a
turn names and `recommended` what it recommends, by id or by title; both are what a recommender's turn is scored on.
`time` (ISO or seconds), `recommender` (who it was) and `liked` (id or title: -1 to 1, said afterwards) may be
missing.

A folder has `train.jsonl`, `valid.jsonl` and `test.jsonl`, or some of them. A single file is parted by time: its last
fifth is `test`, the one before `valid`, the rest `train`; of fewer than 10 dialogues all are `test`. Where one of the
dialogues has no time, the order is that of the lines. Files may be gz.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from palate.catalogue.dialogues.files import there
from palate.catalogue.dialogues.logged import Logged, LogReader
from palate.catalogue.dialogues.sets import Counts, DialogueSet, counted
from palate.catalogue.imports.reading.streams import opened_text
from palate.domain import Item, Schema
from palate.errors import CatalogueError, DialogueError

PARTS = ("train", "valid", "test")
FORMAT = (
    'A line is a dialogue: {"id": "1", "turns": [{"role": "user", "text": "…", "items": ["id or title"]}, '
    '{"role": "assistant", "text": "…", "recommended": ["id or title"]}]}.'
)
PARTED_FROM = 10
"""Dialogues from which a single file is parted."""
LONGEST_LINE = 16 * 1024 * 1024
"""Characters."""


def read(path: Path, items: Sequence[Item], schema: Schema | None = None) -> DialogueSet:
    """The dialogues of a file or a folder, about `items`, which `schema` describes.

    What cannot be read is counted by reason, in the part that it is in; of a single file in `test`.
    Raises DialogueError where nothing can be used.
    """
    # Test first: of two dialogues with one id the one that is scored stays, and nothing is learnt from it.
    reader, logged, left_out = LogReader(items), {}, {}
    for part, file in reversed(list(_files(path).items())):
        logged[part] = list(_dialogues(file, part, reader))
        left_out[part], reader.left_out = reader.left_out, Counter()
    if not any(logged.values()):
        raise DialogueError(f"{path} has no dialogue that can be used{_told(left_out)}. {FORMAT}")
    parts = _ordered({part: logged[part] for part in PARTS if part in logged})
    if path.is_file():
        parts = _parted(parts["test"])
    counts: dict[str, Counts] = {}
    for part, rows in parts.items():
        unlinked = sum(one.unlinked for one in rows)
        counts[part] = counted([one.dialogue for one in rows], unlinked, left_out.get(part))
    dialogues = {part: [one.dialogue for one in rows] for part, rows in parts.items()}
    return DialogueSet(path.name.partition(".")[0] or path.name, schema or Schema((), ()), items, dialogues, counts)


def _files(path: Path) -> Mapping[str, Path]:
    if path.is_file():
        return {"test": path}
    if not path.is_dir():
        raise DialogueError(f"There is no {path}. {FORMAT}")
    found = {part: file for part in PARTS if (file := there(path / f"{part}.jsonl"))}
    if not found:
        raise DialogueError(
            f"{path} has none of train.jsonl, valid.jsonl and test.jsonl; name one, or a single file."
        )
    return found


def _dialogues(path: Path, part: str, reader: LogReader) -> Iterator[Logged]:
    try:
        with opened_text(path) as file:
            for number, line in _lines(file):
                if line is None:
                    reader.left_out[f"line beyond {LONGEST_LINE:,} characters"] += 1
                elif line.strip():
                    try:
                        record = json.loads(line)
                    except (ValueError, RecursionError):
                        reader.left_out["line that is not JSON"] += 1
                        continue
                    if found := reader.read(record, f"{part} line {number}"):
                        yield found
    except CatalogueError as error:
        raise DialogueError(str(error)) from error


def _lines(file: TextIO) -> Iterator[tuple[int, str | None]]:
    """Each with its number; None for one that is too long, which is never held whole."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) <= LONGEST_LINE:
            yield number, line
            continue
        while line and not line.endswith(("\n", "\r")):
            line = file.readline(LONGEST_LINE)
        yield number, None


def _ordered(parts: Mapping[str, Sequence[Logged]]) -> dict[str, list[Logged]]:
    """Each part in the order of time where all dialogues have one, else of the lines."""
    timed = all(one.time is not None for rows in parts.values() for one in rows)
    found: dict[str, list[Logged]] = {}
    place = 0
    for part, rows in parts.items():
        found[part] = []
        for one in rows:
            place += 1
            order = one.time if timed and one.time is not None else float(place)
            found[part].append(replace(one, dialogue=replace(one.dialogue, order=order)))
        found[part].sort(key=lambda one: one.dialogue.order)
    return found


def _parted(rows: Sequence[Logged]) -> dict[str, list[Logged]]:
    if len(rows) < PARTED_FROM:
        return {"test": list(rows)}
    fifth = len(rows) // 5
    return {"train": list(rows[: -2 * fifth]), "valid": list(rows[-2 * fifth : -fifth]), "test": list(rows[-fifth:])}


def _told(left_out: Mapping[str, Counter[str]]) -> str:
    reasons = sum(left_out.values(), Counter[str]())
    return f" ({', '.join(f'{count:,} × {reason}' for reason, count in reasons.most_common(5))})" if reasons else ""
