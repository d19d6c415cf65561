"""Saying in plain words why PostgreSQL cannot be used. The password is in none of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from palate.errors import StoreError

# By SQLSTATE, the longest beginning that fits; see appendix A of PostgreSQL's manual.
_STATES = {
    "08": "lost",
    "25006": "read-only",
    "28": "password",
    "3D000": "database",
    "40": "busy",
    "42501": "rights",
    "53100": "full",
    "53300": "crowded",
    "55P03": "busy",
    "57014": "slow",
    "57P": "lost",
    "XX001": "damaged",
    "XX002": "damaged",
}
# What is said before a connection stands has no SQLSTATE.
_WORDS = {
    "password authentication failed": "password",
    "no password supplied": "password",
    "no pg_hba.conf entry": "password",
    "does not exist": "database",
    "too many clients": "crowded",
    "too many connections": "crowded",
    "remaining connection slots": "crowded",
    "starting up": "away",
    "shutting down": "away",
    "recovery mode": "away",
    "Connection refused": "away",
    "No such file or directory": "away",
    "could not translate host name": "away",
    "failed to resolve host": "away",
    "No route to host": "away",
    "Network is unreachable": "away",
    "timeout": "away",
    "closed the connection": "lost",
    "No space left on device": "full",
}
_SAYINGS = {
    "lost": "The connection to {where} was lost; what was being written was not acknowledged. Try again: a new "
    "connection is made by itself.",
    "away": "{where} cannot be reached ({detail}). See that the server runs, and that PALATE_DATABASE_URL is right.",
    "password": "{where} does not let palate in ({detail}). See that the name and the password in "
    "PALATE_DATABASE_URL are right.",
    "database": "{where} has no such database or user ({detail}). Make it with createdb, or set PALATE_DATABASE_URL "
    "to another.",
    "rights": "{where} may not be used so ({detail}). Give the user of PALATE_DATABASE_URL the right to make a "
    "schema in the database, or make the schema for it.",
    "read-only": "{where} takes no writes ({detail}). Set PALATE_DATABASE_URL to the primary server.",
    "full": "{where} has no room left on its disk. Free some space there; nothing that was kept is lost.",
    "crowded": "{where} takes no more connections. Raise its max_connections, or lower PALATE_DATABASE_CONNECTIONS.",
    "waited": "Every connection to {where} that palate may open is in use. Raise PALATE_DATABASE_CONNECTIONS.",
    "busy": "{where} is being written by others and does not come free. Try again.",
    "slow": "{where} took too long to answer, so the statement was ended. See what keeps the server busy; try again.",
    "damaged": "{where} is damaged ({detail}). Put a backup of it back with: palate restore",
}
_OTHERWISE = "{where} cannot be used ({detail}). See that the server is well, or set PALATE_DATABASE_URL."


@contextmanager
def in_plain_words(where: str, password: str) -> Iterator[None]:
    """Turn what PostgreSQL says about `where` into a StoreError; a fault of our own stays what it is."""
    try:
        yield
    except PoolTimeout as error:
        raise StoreError(_SAYINGS["waited"].format(where=where)) from error
    except DBAPIError as error:
        found = kind(error.orig, lost=error.connection_invalidated)
        if not found and type(error.orig).__name__ not in {"OperationalError", "InternalError"}:
            raise
        raise StoreError(said(found, where, error.orig, password)) from error


def kind(error: BaseException | None, *, lost: bool = False) -> str:
    """What sort of failure it is, a key of the sayings; empty when none fits."""
    state = getattr(error, "sqlstate", None) or ""
    for length in (5, 3, 2):
        if found := _STATES.get(state[:length]):
            return found
    if state:
        return ""
    words = str(error)
    return next((found for part, found in _WORDS.items() if part in words), "lost" if lost else "")


def said(found: str, where: str, error: BaseException | None, password: str) -> str:
    """The whole message; the server's own words in it are one line without the password."""
    detail = " ".join(str(error).split())
    if password:
        detail = detail.replace(password, "***")
    return _SAYINGS.get(found, _OTHERWISE).format(where=where, detail=detail)
