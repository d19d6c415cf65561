"""Seeing that what was deleted cannot be read from the database's files any more.

Every connection overwrites what it deletes (`secure_delete`). What an older palate deleted without may still lie in
free pages, and the write-ahead log has pages as they were: the file is written anew, and the log emptied.
"""

from __future__ import annotations

from sqlalchemy import Engine

_PATIENCE_MS = 2000
"""How long others may go on reading what the log has, before this gives up for now."""


def scrub(engine: Engine, *, whole: bool = True) -> bool:
    """Empty the write-ahead log; with `whole` write the file anew before, which takes as long as copying it.

    Other processes read on meanwhile, and wait with writing. False: somebody is reading what the log still has; it
    goes when this is called again, or when the last process closes the database. Nothing has to be done where the
    database is no file of ours (PostgreSQL's VACUUM sees to it): True. Raises what SQLite raises.
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        file = connection.cursor()
        if whole:
            file.execute("VACUUM")
        file.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
        busy, *_ = file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        # Not back into the pool: others wait longer than this one does.
        connection.invalidate()
    return not busy
