"""OpenDialKG (Moon et al. 2019) as iEvaLM split it (Wang et al. 2023): turns that recommend films or books.

A folder has `eval_{train,valid,test}_data_processed.jsonl`, `id2info.json`, `entity2id.json`, `item_ids.json`,
`kg.json` and `relation2id.json`, gz or not. A row of the first is a recommender's turn with all that was said before
it, so here a dialogue is a row: its last utterance recommends what the row's `rec` says. An item's id is its number
among the entities.

**The parts leak.** Rows were drawn, not dialogues: of the 1,188 test rows 594 have rows of the same dialogue in
train, and 310 stand in one of those word for word, answer and all; of the valid ones 567 and 318. Whoever learns from
train as it is has read these answers; `apart` leaves out the rows of train that share a dialogue with another part.
(Test and valid share too: 151 rows of test have some of their dialogue in valid.)

Entities go by their names, so an item that is called as a genre is ("Drama", "Mystery") counts as named wherever the
genre is. That is how the published figures count. One label of valid and one of test name no item (`OUTSIDE`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from palate.catalogue.dialogues.files import lines, load
from palate.catalogue.dialogues.sets import DialogueSet, counted
from palate.domain import Dialogue, Item, ItemId, Measure, Noun, Schema, Sort, Speaker, Triple, Utterance
from palate.errors import DialogueError

NAME = "opendialkg"
PARTS = ("train", "valid", "test")
PEOPLE = ("director", "writer", "cast")
RELATIONS = {"genre": "genre", "director": "director", "writer": "writer", "actor": "cast", "language": "language"}
"""The files' names of what is known of an item, and ours."""
SCHEMA = Schema(
    relations=tuple(RELATIONS.values()),
    numbers=("year",),
    groups={"person": PEOPLE},
    measures={"year": Measure.YEAR},
    sorts={"genre": Sort.CATEGORY, "language": Sort.LANGUAGE, **dict.fromkeys(PEOPLE, Sort.PERSON)},
    noun=Noun("title", "titles", "作品", "部"),
    vocabulary="films",
)


@dataclass(frozen=True)
class Stated:
    """What a release has."""

    cases: Mapping[str, int]
    """Rows, by part."""
    labels: Mapping[str, int]
    """Titles that the rows recommend, by part."""
    items: int


OFFICIAL = Stated(
    {"train": 5_547, "valid": 1_188, "test": 1_188}, {"train": 5_893, "valid": 1_254, "test": 1_262}, 2_965
)
OUTSIDE = {"valid": 1, "test": 1}
"""Labels that name no item and so are in no dialogue here: under the published 1,262 nobody can find them."""


def read(folder: Path, stated: Stated | None = OFFICIAL) -> DialogueSet:
    """The whole set; with `stated` None also another than the official one.

    Raises DialogueError where files are missing, damaged or do not have what is stated.
    """
    info = load(folder / "id2info.json")
    try:
        names = {number: name for name, number in load(folder / "entity2id.json").items()}
        known = {told["name"]: told for told in info.values()}
        items = [_item(number, names[number], known) for number in load(folder / "item_ids.json")]
        triples = _triples(load(folder / "kg.json"), load(folder / "relation2id.json"), names, items)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise DialogueError(
            f"The items or the graph in {folder} are not iEvaLM's ({error!r}); load them anew."
        ) from error
    ids = {item.title: item.id for item in items}
    parts, counts, labels = {}, {}, {}
    for part in PARTS:
        unlinked = Counter[str]()
        rows = _rows(folder / f"eval_{part}_data_processed.jsonl")
        cases = [_case(row, ids, known, unlinked) for row in rows]
        parts[part] = [case.dialogue for case in cases]
        labels[part] = sum(case.labels for case in cases)
        counts[part] = counted(parts[part], unlinked.total())
    found = DialogueSet(NAME, SCHEMA, items, parts, counts, triples)
    if stated:
        _check(found, labels, stated)
    return found


def apart(found: DialogueSet) -> DialogueSet:
    """The set with a train part that shares no dialogue with the others.

    Rows of one dialogue have one recommender, who is called by the dialogue, so that they stay together in a fold.
    """
    held = {_talk(dialogue) for part in PARTS[1:] for dialogue in found.parts[part]}
    train = [
        replace(dialogue, recommender=f"of {_talk(dialogue)}")
        for dialogue in found.parts["train"]
        if _talk(dialogue) not in held
    ]
    left = Counter({"row of a dialogue that another part has too": len(found.parts["train"]) - len(train)})
    return replace(
        found,
        parts={**found.parts, "train": train},
        counts={**found.counts, "train": counted(train, found.counts["train"].unlinked, left)},
    )


def _talk(dialogue: Dialogue) -> str:
    return dialogue.id.partition(":")[0]


def _check(found: DialogueSet, labels: Mapping[str, int], stated: Stated) -> None:
    for part in PARTS:
        found.expect(part, dialogues=stated.cases[part])
    told = {f"labels in its {part} part": (labels[part], stated.labels[part]) for part in PARTS}
    for what, (has, should) in {**told, "items": (len(found.items), stated.items)}.items():
        if has != should:
            raise DialogueError(
                f"{NAME} has {has:,} {what}; {should:,} are stated. The files are not those that the protocol is "
                "about, so its figures could not be compared."
            )


def _item(number: int, name: str, known: Mapping[str, Mapping[str, Any]]) -> Item:
    told = known.get(name, {})
    values = {ours: tuple(dict.fromkeys(told.get(theirs, ()))) for theirs, ours in RELATIONS.items()}
    year = told.get("year")
    return Item(
        str(number),
        name,
        {relation: names for relation, names in values.items() if names},
        {"year": float(year)} if year else {},
    )


@dataclass(frozen=True, slots=True)
class _Case:
    dialogue: Dialogue
    labels: int


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    for number, row in enumerate(lines(path), 1):
        texts = ("context", "entity", "rec")
        if not (
            isinstance(row, dict)
            and all(isinstance(row.get(key), list) and all(isinstance(one, str) for one in row[key]) for key in texts)
            and isinstance(row.get("resp"), str)
            and "dialog_id" in row
            and "turn_id" in row
        ):
            raise DialogueError(f"Row {number} of {path.name} is not iEvaLM's; load the file anew.")
        yield row


def _case(
    row: Mapping[str, Any], ids: Mapping[str, ItemId], known: Mapping[str, Any], unlinked: Counter[str]
) -> _Case:
    texts, labels = row["context"], row["rec"]
    # Names of people and genres are not counted: only what the files describe as an item could have been one.
    unlinked.update(name for name in (*row["entity"], *labels) if name in known and name not in ids)
    said = [
        # Who begins is not told; the last before the recommender's answer is the seeker.
        Utterance(
            Speaker.RECOMMENDER if (len(texts) - place) % 2 == 0 else Speaker.SEEKER,
            text,
            tuple(ids[name] for name in names if name in ids),
        )
        for place, (text, names) in enumerate(zip(texts, _placed(texts, row["entity"]), strict=True))
    ]
    answer = Utterance(Speaker.RECOMMENDER, row["resp"], tuple(ids[name] for name in labels if name in ids))
    return _Case(Dialogue(f"{row['dialog_id']}:{row['turn_id']}", (*said, answer)), len(labels))


def _placed(texts: Sequence[str], names: Sequence[str]) -> list[list[str]]:
    """Which text each name is of: the rows have the names in the texts' order, each once a text."""
    found: list[list[str]] = [[] for _ in texts]
    if not texts:
        return found
    low = [text.casefold() for text in texts]
    at = 0
    for name in names:
        key = name.casefold()
        there = (place for place in range(at, len(low)) if key in low[place] and name not in found[place])
        place = next(there, None)
        if place is None:
            found[-1].append(name)
        else:
            found[place].append(name)
            at = place
    return found


def _triples(
    graph: Mapping[str, Sequence[Sequence[int]]],
    relations: Mapping[str, int],
    names: Mapping[int, str],
    items: Sequence[Item],
) -> Sequence[Triple]:
    """The graph's edges, from an item or a title to a name; the years are left out.

    What an edge leads to is a genre, a language or a person, so it is that name also where an item is called so.
    """
    kinds = {number: kind for kind, number in relations.items()}
    ids = {item.id for item in items}
    found = [
        # As a number a year would be another item's id.
        Triple(head if head in ids else names[int(head)], kinds[kind], names[tail])
        for head, edges in graph.items()
        for kind, tail in edges
        if kinds[kind] != "year"
    ]
    return tuple(dict.fromkeys(found))
