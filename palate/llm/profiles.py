"""What a model and its server are like: how a form is asked for, how thinking is left out, how words are drawn.

The profiles are data (profiles.toml); a person's own setting goes over them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from palate.errors import ModelError

Forms = Literal["json_schema", "tool", "json_object"]

_MERGED = frozenset({"body"})
"""Fields whose tables are joined; all others replace."""

_FINDING = frozenset({"name", "owners", "hosts", "match"})
"""Fields of an entry by which it is found."""


class Profile(BaseModel):
    """How to speak to one model at one server; the fields are those of profiles.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "default"
    """The server and the family it was put together from."""
    context: int = Field(default=4096, ge=512)
    """Tokens of a prompt and its reply together."""
    forms: Forms = "json_schema"
    """How a form is asked for."""
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_completion_tokens"
    """The field for the most tokens of a reply."""
    system: bool = True
    """Whether the model has a system role."""
    seed: int | None = 1
    room: int = Field(default=0, ge=0)
    """Tokens for thinking that cannot be switched off."""
    understands: frozenset[str] = frozenset({"temperature", "top_p"})
    """Fields of a request, beyond the common ones, that the server takes."""
    body: Mapping[str, Any] = Field(default_factory=dict)
    """Fields to send with every request."""
    read: Mapping[str, float | int] = Field(default_factory=lambda: {"temperature": 0.0})
    """Sampling of forms."""
    write: Mapping[str, float | int] = Field(default_factory=lambda: {"temperature": 0.3})
    """Sampling of prose."""

    def fields(self, sampling: Mapping[str, float | int]) -> dict[str, Any]:
        """The fields of a request with `sampling` that the server understands."""
        seed = {} if self.seed is None else {"seed": self.seed}
        wanted = {**self.body, **seed, **sampling}
        return {name: value for name, value in wanted.items() if name in self.understands}

    @property
    def thinks(self) -> bool:
        """Whether the model may think aloud although it was told not to."""
        sent = self.fields({})
        template = sent.get("chat_template_kwargs") or {}
        return (
            self.room > 0 and template.get("enable_thinking") is not False and sent.get("reasoning_effort") != "none"
        )


def profile_of(model: str, server: str = "", url: str = "", own: Mapping[str, Any] | None = None) -> Profile:
    """The profile of `model` (its name at the server), whose server says that it is `server` and stands at `url`.

    `own` are fields that a person has set. Raises `ModelError` for such a field that is unknown or out of range.
    """
    table = _table()
    name = model.replace("\\", "/").rsplit("/", 1)[-1].lower()
    host = urlsplit(url).hostname or ""
    at = _first(table["servers"], lambda s: server.lower() in s.get("owners", ()) or _fits(host, s.get("hosts", ())))
    family = _first(table["models"], lambda m: _fits(name, m["match"]))
    put = _over(_over(table["default"], at), family)
    if at and "understands" in family:  # what a model refuses, no server can make it take
        put["understands"] = [f for f in at.get("understands", ()) if f in family["understands"]]
    put = _over(put, own or {})
    put["name"] = ", ".join(part["name"] for part in (at, family) if part) or "default"
    try:
        return Profile.model_validate(put)
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(str(part) for part in wrong["loc"])
        raise ModelError(f"llm_profile (PALATE_LLM_PROFILE) is wrong at {where}: {wrong['msg']}.") from error


def _over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `over` over those of `under`; bodies are joined."""
    put = dict(under)
    for field, value in over.items():
        if field not in _FINDING:
            both = field in _MERGED and isinstance(value, Mapping)
            put[field] = {**put.get(field, {}), **value} if both else value
    return put


def _first(entries: Iterable[dict[str, Any]], fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    return next(filter(fits, entries), {})


def _fits(name: str, patterns: tuple[str, ...] | list[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("palate.llm").joinpath("profiles.toml").read_text("utf-8"))
