from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from palate.errors import StoreError, UnknownUser
from palate.store.faults import in_plain_words

PATH = Path("somewhere/palate.db")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "no room left"),
        (errno.EROFS, "may not be written"),
        (errno.EACCES, "may not be written"),
        (errno.ENOTDIR, "cannot be used"),
    ],
)
def test_the_systems_errors_are_said_in_plain_words(number: int, words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught, in_plain_words(PATH):
        raise OSError(number, "says the system")
    assert "somewhere" in str(caught.value)
    assert isinstance(caught.value.__cause__, OSError)


def test_a_database_kept_busy_is_said_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    busy = sqlite3.connect(path, isolation_level=None)
    waiting = sqlite3.connect(path, timeout=0, isolation_level=None)
    busy.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="being written by another program"), in_plain_words(path):
        waiting.execute("BEGIN IMMEDIATE")
    busy.close()
    waiting.close()


def test_our_own_errors_pass_through() -> None:
    with pytest.raises(UnknownUser), in_plain_words(PATH):
        raise UnknownUser("No user has the id 'x'.")
    broken_rule = IntegrityError("INSERT", {}, sqlite3.IntegrityError("FOREIGN KEY constraint failed"))
    with pytest.raises(IntegrityError), in_plain_words(PATH):
        raise broken_rule
