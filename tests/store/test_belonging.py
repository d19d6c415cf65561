"""Every table says whose rows it has."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, MetaData, String, Table, inspect
from sqlmodel import SQLModel

from palate.errors import StoreError
from palate.settings import Settings
from palate.store.belonging import IMPERSONAL, PERSONAL, personal_tables
from palate.store.store import Store


def test_every_table_is_declared(settings: Settings) -> None:
    """A new table belongs in PERSONAL with its columns, or, where no row has to do with anybody, in IMPERSONAL."""
    with Store.open(settings) as store:
        there = set(inspect(store.database.engine).get_table_names())
    assert there - {"alembic_version", "sqlite_sequence"} == PERSONAL.keys() | IMPERSONAL
    assert {table.name for table in SQLModel.metadata.sorted_tables} == PERSONAL.keys() | IMPERSONAL
    assert not PERSONAL.keys() & IMPERSONAL


def test_the_columns_are_there_and_none_of_these_names_is_forgotten() -> None:
    for table, said in personal_tables():
        named = {said.user, said.conversation, said.from_conversation} - {""}
        assert named <= set(table.c.keys()), table.name
        assert {"user_id", "conversation_id"} & set(table.c.keys()) <= named, table.name


def test_what_points_to_another_table_is_deleted_before() -> None:
    order = [table.name for table, _ in personal_tables()]
    assert order[-1] == "users"
    assert order.index("turns") < order.index("conversations")


def test_a_table_nobody_declared_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    strange = MetaData()
    Table("diaries", strange, Column("text", String))
    monkeypatch.setattr(SQLModel, "metadata", strange)
    with pytest.raises(StoreError, match="diaries"):
        list(personal_tables())
