"""ReDial (Li et al. 2018): 11,348 dialogues about films, in its official files.

A folder has `train_data.jsonl` and `test_data.jsonl` (gz or not) and `movies_with_mentions.csv`, in itself or in
`official/`. Beside them may lie what others added: `metadata/id2info.json` (genres, people, plots),
`unicrs/` (links to DBpedia and a part of its graph). An item's id is the film's number in ReDial.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from palate.catalogue.dialogues.files import lines, load, text_of
from palate.catalogue.dialogues.sets import DialogueSet, Said, counted, merged
from palate.domain import Dialogue, Item, ItemId, Measure, Noun, Schema, Sort, Speaker, Triple

NAME = "redial"
FILMS = "movies_with_mentions.csv"
PARTS = {"train": "train_data.jsonl", "test": "test_data.jsonl"}
STATED = {"train": 10_006, "test": 1_342}
"""Dialogues of the official files."""
PEOPLE = ("director", "writer", "cast")
SCHEMA = Schema(
    relations=("genre", *PEOPLE),
    numbers=("year",),
    groups={"person": PEOPLE},
    texts=("plot",),
    measures={"year": Measure.YEAR},
    sorts={"genre": Sort.CATEGORY, **dict.fromkeys(PEOPLE, Sort.PERSON)},
    noun=Noun("film", "films", "影片", "部"),
    vocabulary="films",
)
OPINION = {0: -1.0, 1: 1.0}
"""What "liked" says; 2 is "did not say"."""
RESOURCE = re.compile(r"[^/]*(?=>$)")
MENTION = re.compile(r"@(\d+)")
TITLE = re.compile(r"^(?P<title>.*?)\s*(?:\((?P<year>\d{4})\)?)?\s*$")


@dataclass(frozen=True)
class Links:
    """Films and the entities of DBpedia that they are, by UniCRS's table."""

    entity: Mapping[ItemId, str] = field(default_factory=dict)
    """Film -> resource, for the films that have one."""

    @classmethod
    def read(cls, folder: Path) -> Links:
        """The links in a folder `unicrs`; none where it is missing. Raises DialogueError."""
        names = load(folder / "movie2name_uni.json", missing=None)
        if names is None:
            return cls()
        number = {value: key for key, value in load(folder / "entity2id_for_movie2name_uni.json").items()}
        return cls({film: number[entity] for film, (entity, _) in names.items() if entity >= 0})


def read(folder: Path) -> DialogueSet:
    """The whole set. Raises DialogueError where files are missing, damaged or not those that are stated."""
    official = folder / "official" if (folder / "official").is_dir() else folder
    links = Links.read(folder / "unicrs")
    items = _items(official, load(folder / "metadata" / "id2info.json", missing={}))
    titles = {item.id: _told(item) for item in items}
    parts, counts = {}, {}
    for part, name in PARTS.items():
        unlinked = Counter[str]()
        parts[part] = [_dialogue(row, titles, unlinked) for row in lines(official / name)]
        counts[part] = counted(parts[part], unlinked.total())
    found = DialogueSet(NAME, SCHEMA, items, parts, counts, _triples(folder / "unicrs", links))
    for part, dialogues in STATED.items():
        found.expect(part, dialogues=dialogues)
    return found


def _items(official: Path, info: Mapping[str, Mapping[str, Any]]) -> list[Item]:
    # The last column counts mentions in the test part as well, so it is not read.
    items = []
    for row in csv.DictReader(io.StringIO(text_of(official / FILMS))):
        told = TITLE.match(row["movieName"].strip())
        assert told is not None
        known = info.get(row["movieId"], {})
        values = {
            "genre": tuple(name.title() for name in known.get("genre", ())),
            "director": tuple(known.get("director", ())),
            "writer": tuple(known.get("writer", ())),
            "cast": tuple(known.get("star", ())),
        }
        items.append(
            Item(
                row["movieId"],
                told["title"] or row["movieName"].strip() or row["movieId"],
                {relation: tuple(dict.fromkeys(names)) for relation, names in values.items() if names},
                {"year": float(told["year"])} if told["year"] else {},
                {"plot": known["plot"]} if known.get("plot") else {},
                {"imdb": known["imdb_id"]} if known.get("imdb_id") else {},
            )
        )
    return items


def _told(item: Item) -> str:
    return f"{item.title} ({item.year})" if item.year else item.title


def _dialogue(row: Mapping[str, Any], titles: Mapping[ItemId, str], unlinked: Counter[str]) -> Dialogue:
    recommends, said = row["respondentWorkerId"], []
    for message in row["messages"]:
        named = MENTION.findall(message["text"])
        films = tuple(film for film in named if film in titles)
        unlinked.update(film for film in named if film not in titles)
        text = MENTION.sub(lambda found: titles.get(found[1], found[0]), message["text"])
        speaker = Speaker.RECOMMENDER if message["senderWorkerId"] == recommends else Speaker.SEEKER
        said.append(Said(speaker, text.strip(), films))
    # An empty list, not a mapping, where nobody answered.
    answers = cast("Mapping[ItemId, Mapping[str, int]]", row["initiatorQuestions"] or {})
    opinions = {film: OPINION[a["liked"]] for film, a in answers.items() if film in titles and a["liked"] in OPINION}
    number = row["conversationId"]
    return Dialogue(number, merged(said), float(number), str(recommends), opinions)


def _triples(folder: Path, links: Links) -> Sequence[Triple]:
    """DBpedia's edges about the films; an entity that is a film is that film."""
    graph = load(folder / "dbpedia_subkg.json", missing=None)
    if graph is None or not links.entity:
        return ()
    names = {number: uri for uri, number in load(folder / "entity2id.json").items()}
    kinds = {number: _name(uri) for uri, number in load(folder / "relation2id.json").items()}
    films = {uri: film for film, uri in links.entity.items()}
    found = []
    for head, edges in graph.items():
        source = names[int(head)]
        for kind, tail in edges:
            if names[tail] != source:
                found.append(
                    Triple(
                        films.get(source, _name(source)),
                        kinds[kind],
                        films.get(names[tail], _name(names[tail])),
                    )
                )
    return tuple(dict.fromkeys(found))


def _name(uri: str) -> str:
    found = RESOURCE.search(uri)
    return (found[0] if found else uri).replace("_", " ")
