"""Dialogues about one list of films made to speak of another's."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from palate.catalogue.dialogues.joining import join
from palate.catalogue.dialogues.sets import DialogueSet, counted
from palate.domain import Dialogue, Item, Schema, Speaker, Utterance
from palate.errors import DialogueError


def item(name: str, title: str, year: int, imdb: str = "") -> Item:
    return Item(name, title, {}, {"year": float(year)}, ids={"imdb": imdb} if imdb else {})


def talked(*items: str) -> Dialogue:
    return Dialogue("d", (Utterance(Speaker.SEEKER, "…", items),), opinions=dict.fromkeys(items, 1.0))


def of(items: Sequence[Item], *dialogues: Dialogue, held: Sequence[Dialogue] = ()) -> DialogueSet:
    parts = {"train": list(dialogues), "test": list(held)}
    return DialogueSet("set", Schema((), ("year",)), items, parts, {p: counted(d) for p, d in parts.items()})


OURS = [item("Q1", "Heat", 1995, "tt0113277"), item("Q2", "Alien", 1979), item("Q3", "Alien", 2020)]


def test_by_other_id_then_by_title_and_year() -> None:
    theirs = [item("7", "Heat!!", 1900, "113277"), item("8", "Alien", 1979), item("9", "Up", 2009)]
    joined = join(of(theirs, talked("7", "8", "9")), OURS)
    (dialogue,) = joined.dialogues
    assert dialogue.utterances[0].items == ("Q1", "Q2")
    assert dialogue.opinions == {"Q1": 1.0, "Q2": 1.0}
    assert [each.id for each in joined.items] == ["Q1", "Q2", "Q3"]
    assert "2 of their 3 mentions" in joined.lines[0]


def test_one_s_own_items_stay_what_they_are() -> None:
    assert join(of(OURS, talked("Q3")), OURS).dialogues[0].utterances[0].items == ("Q3",)


def test_an_id_that_means_something_else_there_is_not_taken() -> None:
    joined = join(of([item("Q1", "Alien", 1979)], talked("Q1")), OURS)
    assert joined.dialogues[0].utterances[0].items == ("Q2",)


def test_what_is_held_out_is_not_learned_from() -> None:
    assert len(join(of(OURS, talked("Q1"), held=[talked("Q2")]), OURS).dialogues) == 1


def test_nothing_in_common_is_said() -> None:
    with pytest.raises(DialogueError, match="nothing can be learned"):
        join(of([item("7", "Up", 2009)], talked("7")), OURS)
