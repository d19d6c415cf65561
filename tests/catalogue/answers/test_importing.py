"""Importing answers into a real store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.catalogue.answers.importing import import_answers
from palate.domain import Schema
from palate.errors import CatalogueError, UnknownCatalogue
from palate.settings import Settings
from palate.store.store import Store
from tests.answers.shops import DATA


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(Settings(data_dir=tmp_path / "data")) as store:
        store.replace_items("shop", Schema(("kind",), ()), [], "empty")
        yield store


def test_a_folder_is_read_and_comes_back_as_it_was(store: Store) -> None:
    done = import_answers(store, DATA / "fernhill", "shop", "fernhill")
    assert dict(done.documents) == {"delivery.md": 9, "faq.csv": 27, "returns.md": 9, "zh.md": 8}
    assert dict(done.languages) == {"en": 45, "zh": 8}
    assert done.report.counts.added == store.answer_count("shop") == 53
    assert sorted(store.answers("shop"), key=lambda one: one.id) == sorted(done.passages, key=lambda one: one.id)


def test_the_same_again_replaces_what_it_said_and_nothing_else(store: Store, tmp_path: Path) -> None:
    path, other = tmp_path / "a.md", tmp_path / "b.md"
    path.write_text("## One?\n\nYes.\n\n## Two?\n\nNo.\n\n## Three?\n\nPerhaps.\n", "utf-8")
    other.write_text("## Other?\n\nYes.\n", "utf-8")
    for one in (path, other):
        import_answers(store, one, "shop", one.name)
    version = store.version("shop")
    assert import_answers(store, path, "shop", "a.md").report.counts.unchanged == 3
    assert store.version("shop") == version
    path.write_text("## One?\n\nYes.\n\n## Two?\n\nYes, too.\n\n## Four?\n\nNo.\n", "utf-8")
    counts = import_answers(store, path, "shop", "a.md").report.counts
    assert (counts.added, counts.changed, counts.removed, counts.unchanged) == (1, 1, 1, 1)
    assert store.version("shop") == version + 1
    assert {one.question: one.text for one in store.answers("shop")} == {
        "One?": "Yes.",
        "Two?": "Yes, too.",
        "Four?": "No.",
        "Other?": "Yes.",
    }


def test_what_cannot_be_used_is_kept_beside_the_store(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "help"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.md").write_text("# Open\n\nFrom nine.\n", "utf-8")
    (folder / "faq.csv").write_text("question,answer\nA?,yes\nB?,\n", "utf-8")
    (folder / "goods.csv").write_text("sku,price\n1,2\n", "utf-8")
    (folder / "logo.png").write_bytes(b"\x89PNG")
    (folder / ".hidden.md").write_text("# No\n\nNo.\n", "utf-8")
    done = import_answers(store, folder, "shop", "help")
    assert [one.document for one in done.passages] == ["deep/a.md", "faq.csv"]
    assert done.unread == ("logo.png",)
    assert done.report.rejected == 2
    assert done.report.rejects is not None
    said = done.report.rejects.read_text("utf-8")
    assert "it has no answer" in said
    assert "goods.csv looks like answers" in said


def test_nothing_is_lost_by_a_file_that_says_nothing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# A\n\nText.\n", "utf-8")
    import_answers(store, path, "shop", "a.md")
    path.write_text("\n\n", "utf-8")
    with pytest.raises(CatalogueError, match="nothing that could be an answer"):
        import_answers(store, path, "shop", "a.md")
    assert store.answer_count("shop") == 1
    for missing in (tmp_path / "none.md", tmp_path / "none.csv"):
        with pytest.raises(CatalogueError, match="cannot be read"):
            import_answers(store, missing, "shop", "x")
    with pytest.raises(UnknownCatalogue):
        import_answers(store, path, "coffee", "a.md")
