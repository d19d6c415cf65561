"""The rules under which a set is scored, by name; figures of different rules cannot be compared.

An item counts as mentioned from the utterance on that names it, by the item's id: two items of one title are two, but
for `he2023`, which goes by titles: its cases, what was mentioned and what is found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from palate.catalogue.dialogues import opendialkg, redial
from palate.catalogue.dialogues.files import lines, load
from palate.catalogue.dialogues.sets import DialogueSet
from palate.domain import Dialogue, ItemId, Speaker
from palate.errors import DialogueError
from palate.eval.dialogues.cases import Subset, Turn, recommended, turns_of

TELLING = 3
"""Utterances that two dialogues hardly share by chance, with what is recommended after them."""
LATER = 1_000
"""Dialogues, the last that were had, of which `later` is made."""


@dataclass(frozen=True)
class Protocol:
    """A set under one rule."""

    name: str
    rule: str
    """In words: turns, labels, candidates."""
    candidates: Sequence[ItemId]
    train: Sequence[Dialogue]
    turns: Mapping[str, Sequence[Turn]]
    """By part: `test`, `valid`."""
    missing: Mapping[str, int] = field(default_factory=dict)
    """Cases of a part whose item is not among the candidates and was never named: nobody can find it."""
    one: Mapping[ItemId, str] = field(default_factory=dict)
    """What items are called, where the rule goes by names: those of one name count as one."""

    def cases(self, part: str, subset: Subset) -> int:
        """How many there are."""
        return sum(len(turn.wanted(subset)) for turn in self.turns[part]) + self.missing.get(part, 0)

    def shared(self, part: str) -> int:
        """Turns of a part that training has, answer and all.

        Some dialogue there has the turn's last `TELLING` utterances word for word, and names its items after them.
        """
        known: set[tuple[tuple[str, ...], frozenset[ItemId]]] = set()
        for dialogue in self.train:
            texts = tuple(said.text for said in dialogue.utterances)
            for number, said in enumerate(dialogue.utterances):
                known.add((texts[max(number - TELLING, 0) : number], frozenset(said.items)))
        return sum(
            (tuple(said.text for said in turn.context[-TELLING:]), frozenset(turn.labels)) in known
            for turn in self.turns[part]
        )

    def later(self) -> Protocol:
        """The same with a part `later` for tuning, in place of the others: the last training dialogues.

        As in test, they come after what is learned from, and their recommenders have no part in it.
        """
        ordered = sorted(self.train, key=lambda dialogue: dialogue.order)
        kept, held = ordered[:-LATER], ordered[-LATER:]
        theirs = {dialogue.recommender for dialogue in held} - {""}
        allowed = frozenset(self.candidates)
        turns = turns_of(held, lambda d, number: [item for item in recommended(d, number) if item in allowed])
        train = [dialogue for dialogue in kept if dialogue.recommender not in theirs]
        return replace(self, train=train, turns={"later": turns}, missing={})

    def expect(self, part: str, subset: Subset, cases: int) -> None:
        """Stop where there are not as many cases as are stated. Raises DialogueError."""
        if (found := self.cases(part, subset)) != cases:
            raise DialogueError(
                f"{self.name} has {found:,} {subset} cases in its {part} part; {cases:,} are stated. The files are "
                "not those that the protocol is about, so its figures could not be compared."
            )


def unicrs(data: DialogueSet, folder: Path) -> Protocol:
    """UniCRS's (Wang et al. 2022): its processed files say the labels. Raises DialogueError."""
    links = redial.Links.read(folder / "unicrs")
    films = {uri: film for film, uri in links.entity.items()}
    names = {number: uri for uri, number in load(folder / "unicrs" / "entity2id.json").items()}
    by_id = {dialogue.id: dialogue for dialogue in data.parts["train"]}
    held = [by_id[name] for name in _ids(folder, "unicrs_valid_ids.txt")]
    parts = {"test": data.parts["test"], "valid": held}
    turns: dict[str, Sequence[Turn]] = {}
    for part, dialogues in parts.items():
        rows = lines(folder / "unicrs" / f"{part}_data_processed.jsonl")
        labels = [[films[names[entity]] for entity in row["rec"]] for row in rows]
        turns[part] = _told(dialogues, labels)
    candidates = [films[names[entity]] for entity in load(folder / "unicrs" / "item_ids.json")]
    held_ids = {dialogue.id for dialogue in held}
    found = Protocol(
        "unicrs",
        "every film of a recommender's turn before which something was said, labels of UniCRS's processed files; "
        "ranked: the 6,281 films that are linked to DBpedia",
        sorted(candidates, key=int),
        [dialogue for dialogue in data.parts["train"] if dialogue.id not in held_ids],
        turns,
    )
    for subset, cases in ((Subset.STANDARD, 4_740), (Subset.NEW, 4_276)):
        found.expect("test", subset, cases)
    return found


def kgsf(data: DialogueSet, folder: Path) -> Protocol:
    """KGSF's (Zhou et al. 2020), with UniCRS's links, because its own are not among the public files."""
    links = redial.Links.read(folder / "unicrs").entity
    by_id = {dialogue.id: dialogue for dialogue in data.parts["train"]}
    train = [by_id[name] for name in _ids(folder, "kgsf_train_ids.txt")]
    valid = [by_id[name] for name in _ids(folder, "kgsf_valid_ids.txt")]

    def labels(dialogue: Dialogue, number: int) -> Sequence[ItemId]:
        return [film for film in recommended(dialogue, number) if film in links]

    found = Protocol(
        "kgsf",
        "every film linked to DBpedia of a recommender's turn after the first, with UniCRS's links (KGSF's own link "
        "fewer films: 4,004 cases are published); ranked: all 6,924 films",
        sorted((item.id for item in data.items), key=int),
        train,
        {"test": turns_of(data.parts["test"], labels), "valid": turns_of(valid, labels)},
    )
    found.expect("test", Subset.STANDARD, 4_736)
    return found


def he2023(data: DialogueSet, folder: Path) -> Protocol:
    """He et al.'s (CIKM 2023) test file; training as under `unicrs`. Raises DialogueError."""
    base = unicrs(data, folder)
    films = {uri: film for film, uri in redial.Links.read(folder / "unicrs").entity.items()}
    names = {number: uri for uri, number in load(folder / "he2023" / "entity2id.json").items()}
    by_id = {dialogue.id: dialogue for dialogue in data.parts["test"]}
    titles = {item.id: item.title for item in data.items}
    titled = defaultdict[str, set[ItemId]](set)
    for film in base.candidates:
        titled[titles[film]].add(film)
    turns = []
    for row in lines(folder / "he2023" / "test.jsonl"):
        dialogue = by_id[row["dialog_id"].removeprefix("test_")]
        number = len(row["context"]) - 1  # there is always an empty one before the first
        films_of = tuple(films[names[entity]] for entity in row["rec"])
        before = frozenset(films[names[entity]] for entity in row["prev_entity"] if names[entity] in films)
        alike = frozenset[ItemId]().union(*(titled[titles[film]] for film in before))
        turns.append(Turn(dialogue.id, number, dialogue.utterances[:number], films_of, alike))
    found = Protocol(
        "he2023",
        "the test file of He et al. 2023: each film of a turn once, also where nothing was said before; as there, "
        "films of one title are one, whatever their years; ranked: the 6,281 films that are linked to DBpedia",
        base.candidates,
        base.train,
        {"test": turns, "valid": base.turns["valid"]},
        one={film: titles[film] for film in base.candidates},
    )
    for subset, cases in ((Subset.STANDARD, 4_778), (Subset.NEW, 4_288)):
        found.expect("test", subset, cases)
    return found


def ievalm(data: DialogueSet, folder: Path) -> Protocol:
    """IEvaLM's rows of OpenDialKG (Wang et al. 2023): each has one turn to foretell, its last."""
    parts = {part: turns_of(data.parts[part], _last, first=True) for part in ("test", "valid")}
    found = Protocol(
        "ievalm",
        "every item that the last turn of a row recommends, iEvaLM's split, in which rows of one dialogue lie in "
        "train and test (one label of test is no item and can never be found); ranked: all 2,965 items",
        [item.id for item in data.items],
        data.parts["train"],
        parts,
        missing={part: opendialkg.OUTSIDE.get(part, 0) for part in parts},
    )
    found.expect("test", Subset.STANDARD, 1_262)
    return found


def ievalm_apart(data: DialogueSet, folder: Path) -> Protocol:
    """The same cases, and a training part that shares no dialogue with them."""
    found = ievalm(opendialkg.apart(data), folder)
    return replace(
        found,
        name="ievalm-apart",
        rule=found.rule.partition(", iEvaLM's split")[0]
        + ", iEvaLM's test; learned from the rows of train that share no dialogue with test or valid (one label of "
        "test is no item and can never be found); ranked: all 2,965 items",
    )


def plain(data: DialogueSet, folder: Path) -> Protocol:
    """One's own dialogues, and INSPIRED's: every item of a recommender's turn after the first, all items ranked."""
    parts = {part: turns_of(data.parts.get(part, ()), recommended) for part in ("test", "valid")}
    if not parts["test"]:
        raise DialogueError(
            f"No turn of {data.name}'s test part recommends an item after something was said, so there is nothing to "
            "score."
        )
    return Protocol(
        "plain",
        "every item that a recommender's turn names after something was said; ranked: all items",
        [item.id for item in data.items],
        data.parts.get("train", ()),
        parts,
    )


BY_SET: Mapping[str, Mapping[str, Callable[[DialogueSet, Path], Protocol]]] = {
    redial.NAME: {"unicrs": unicrs, "kgsf": kgsf, "he2023": he2023},
    opendialkg.NAME: {"ievalm": ievalm, "ievalm-apart": ievalm_apart},
}
"""The protocols of the public sets, the usual one first; any other set has `plain`."""


def protocol(data: DialogueSet, folder: Path, name: str = "") -> Protocol:
    """A set under one of its rules, the first without a name. Raises DialogueError."""
    known = BY_SET.get(data.name, {"plain": plain})
    if name and name not in known:
        raise DialogueError(f"{data.name} has no protocol {name!r}; it has {', '.join(known)}.")
    return known[name or next(iter(known))](data, folder)


def _told(dialogues: Sequence[Dialogue], labels: Sequence[Sequence[ItemId]]) -> list[Turn]:
    """The turns of dialogues whose recommender's utterances have the labels in order. Raises DialogueError."""
    places = [
        (dialogue, number)
        for dialogue in dialogues
        for number, said in enumerate(dialogue.utterances)
        if said.speaker is Speaker.RECOMMENDER
    ]
    if len(places) != len(labels):
        raise DialogueError(
            f"There are {len(labels):,} rows for {len(places):,} turns: the files do not belong together."
        )
    return [
        Turn(dialogue.id, number, dialogue.utterances[:number], tuple(wanted))
        for (dialogue, number), wanted in zip(places, labels, strict=True)
        if wanted and number
    ]


def _ids(folder: Path, name: str) -> list[str]:
    path = folder / "splits" / name
    try:
        return path.read_text("utf-8").split()
    except OSError as error:
        raise DialogueError(f"There is no {name} in {path.parent}; it says which dialogues are held out.") from error


def _last(dialogue: Dialogue, number: int) -> Sequence[ItemId]:
    return dialogue.utterances[number].items if number == len(dialogue.utterances) - 1 else ()
