"""A running palate takes over what is imported beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.app import Palate
from palate.catalogue.answers.importing import import_answers
from palate.retrieval.answers.answers import Answers
from palate.retrieval.vectors.embeddings import EmbeddingCache
from palate.settings import Settings
from palate.store.store import Store
from tests.shops import BARE, FLASK, PACK, SHOP
from tests.test_live import eventually

QUESTION = "how long does delivery take?"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path)
    with Store.open(settings) as store:
        store.replace_items("shop", SHOP, [PACK, FLASK, BARE], "first")
    return settings


@pytest.fixture
def palate(settings: Settings) -> Iterator[Palate]:
    with Palate.open(settings, catalogue="shop", model=False) as opened:
        opened.start(index=False)
        yield opened


def bring_in(settings: Settings, answer: str) -> None:
    """Import as another process would that makes no vectors."""
    path = settings.data_dir / "help.md"
    path.write_text(f"# Help\n\n## How long does delivery take?\n\n{answer}\n", "utf-8")
    with Store.open(settings) as store:
        import_answers(store, path, "shop", "help.md")


def test_a_new_import_is_taken_over(palate: Palate, settings: Settings) -> None:
    conversation = palate.ask("a pack").conversation
    assert palate.ask(QUESTION, conversation=conversation).reply.startswith("I can only help")
    bring_in(settings, "Two days.")
    assert eventually(lambda: "“Two days.”" in palate.ask(QUESTION, conversation=conversation).reply)
    bring_in(settings, "Three days, at most.")
    assert eventually(lambda: "Three days" in palate.ask(QUESTION, conversation=conversation).reply)
    with Store.open(settings) as store:
        store.add_answers("shop", [], "help.md")
    assert palate.ask(QUESTION, conversation=conversation).reply.startswith("I can only help")


def test_with_its_vectors_it_is_there_at_the_next_turn(palate: Palate, settings: Settings) -> None:
    bring_in(settings, "Two days.")
    with Store.open(settings) as store:
        Answers(store.answers("shop"), cache=EmbeddingCache(settings.embeddings_path)).fill()
    bring_in(settings, "Four days.")
    with Store.open(settings) as store:
        Answers(store.answers("shop"), cache=EmbeddingCache(settings.embeddings_path)).fill()
    assert "Four days" in palate.ask(QUESTION).reply


def test_items_that_change_leave_them_as_they_are(palate: Palate, settings: Settings) -> None:
    bring_in(settings, "Two days.")
    assert eventually(lambda: palate.ask(QUESTION).reply.startswith("From"))
    answers = palate.now.engine.answers
    with Store.open(settings) as store:
        store.replace_items("shop", SHOP, [PACK, FLASK], "second")
    assert eventually(lambda: palate.catalogue.size == 2)
    assert palate.now.engine.answers is answers
    assert palate.ask(QUESTION).reply.startswith("From")
