"""What a variant may change: a few of the settings, each checked as the settings check them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from palate.errors import ExperimentError

Change: TypeAlias = bool | int | float | str


def _share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


CHANGES: Mapping[str, tuple[Callable[[object], bool], str]] = MappingProxyType(
    {
        "ranker": (lambda value: isinstance(value, bool), "true or false"),
        "diversity": (_share, "0 to 1"),
        "diversifier": (lambda value: value in {"mmr", "dpp"}, "mmr or dpp"),
        "novelty": (_share, "0 to 1"),
        "long_tail": (_share, "0 to 1"),
        "slate_size": (lambda value: type(value) is int and 1 <= value <= 20, "a whole number from 1 to 20"),
        "prompts": (lambda value: isinstance(value, str) and bool(value), "the name of a set of prompts"),
    }
)
"""By name, what may be said of each, and that in words. All but `ranker` and `prompts` are fields of `Settings`;
`ranker` is one of retrieval's `Options`, `prompts` names another set of prompt files."""


def checked(changes: Mapping[str, Change], where: str) -> None:
    """Raise ExperimentError for what cannot be changed, or not to that; `where` begins the message."""
    for name, value in changes.items():
        if name not in CHANGES:
            raise ExperimentError(f"{where} cannot change {name!r}; it can change {', '.join(CHANGES)}.")
        fits, wanted = CHANGES[name]
        if not fits(value):
            raise ExperimentError(f"{where} sets {name} to {value!r}; it must be {wanted}.")
