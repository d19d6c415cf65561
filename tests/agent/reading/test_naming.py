"""What is said of the items that a message names."""

from __future__ import annotations

import pytest

from palate.agent.reading.reader import Reader
from palate.agent.state import DialogueState
from palate.catalogue.catalogue import Catalogue


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("a thriller, but I hated Shaft", {"Shaft", "Shaft in Africa", "Shaft's Big Score"}),
        ("a comedy, but I hated Bean", {"Bean", "Mr. Bean's Holiday"}),
        ("something scary, but I hated The Mummy", {"The Mummy", "The Mummy Returns", "The Mummy's Hand"}),
    ],
)
def test_a_whole_series_is_kept_away_without_a_look_at_every_title(
    reader: Reader, films: Catalogue, monkeypatch: pytest.MonkeyPatch, text: str, others: set[str]
) -> None:
    looked: list[int] = []
    title = Catalogue.title

    def counted(catalogue: Catalogue, row: int) -> str:
        looked.append(row)
        return title(catalogue, row)

    monkeypatch.setattr(Catalogue, "title", counted)
    reading = reader.read(text, DialogueState())
    assert len(looked) < 1000
    named = {films.get(item_id).title for item_id in reading.named}
    assert others <= named
    assert all(min(others, key=len) in each for each in named)


@pytest.mark.parametrize("text", ["a film about a crook", "the owner is a crook", "something with a butler in it"])
def test_a_thing_with_an_article_is_nobodys_surname(reader: Reader, text: str) -> None:
    reading = reader.read(text, DialogueState())
    assert not reading.people
    assert reading.constraints == ()


@pytest.mark.parametrize(
    "text", ["a spielberg film", "the spielberg one", "a film by spielberg", "a spielberg that's short"]
)
def test_a_surname_beside_a_film_is_a_persons(reader: Reader, text: str) -> None:
    assert "Steven Spielberg" in reader.read(text, DialogueState()).people
