"""What is sent to a model and what is made of its answer, by its profile; forms are asked for in three ways."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from palate.llm.profiles import Forms, Profile
from palate.llm.thinking import without_thoughts

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

Messages = Sequence[Mapping[str, str]]
"""``{"role": "system" | "user" | "assistant", "content": text}``, oldest first."""

FORMS: tuple[Forms, ...] = get_args(Forms)
_COMMON = frozenset({"temperature", "top_p", "seed", "reasoning_effort"})
"""Fields that the client sends as its own; all others go beside them in the body."""


def common(profile: Profile, sampling: Mapping[str, float | int], max_tokens: int) -> dict[str, Any]:
    """The fields that every request has: sampling, the most tokens, what leaves the thinking out."""
    fields = profile.fields(sampling)
    asked = {name: value for name, value in fields.items() if name in _COMMON}
    beside = {name: value for name, value in fields.items() if name not in _COMMON}
    most = max_tokens + (profile.room if profile.thinks else 0)
    if profile.limit == "max_tokens":
        beside["max_tokens"] = most
    else:
        asked["max_tokens"] = most  # the client renames it
    return asked | ({"extra_body": beside} if beside else {})


def under(schema: Mapping[str, Any], style: Forms) -> dict[str, Any]:
    """The fields that ask for a form of `schema` in one style."""
    if style == "json_schema":
        form = {"name": "form", "schema": dict(schema), "strict": True}
        return {"response_format": {"type": "json_schema", "json_schema": form}}
    if style == "tool":
        # By name an object would say the same; llama.cpp reads that as "auto".
        described = {"name": "form", "description": "Fill in the form.", "parameters": joined(schema)}
        return {"tools": [{"type": "function", "function": described}], "tool_choice": "required"}
    return {"response_format": {"type": "json_object"}}


def joined(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema of alternative objects as one that allows what any of them does; hosted tools take no other."""
    if "anyOf" not in schema:
        return dict(schema)
    fields: dict[str, Any] = {}
    for one in schema["anyOf"]:
        for name, value in one["properties"].items():
            values = [*fields.get(name, {}).get("enum", ()), *value.get("enum", ())]
            fields[name] = {**value, "enum": list(dict.fromkeys(values))} if values else value
    required = [name for name in fields if all(name in one["required"] for one in schema["anyOf"])]
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


def told(messages: Messages, schema: Mapping[str, Any], style: Forms) -> Messages:
    """`messages`, with the schema in words where the server does not decode under it; still the unchanging first."""
    if style != "json_object":
        return messages
    words = f"Answer with one JSON object, on one line, under this schema: {json.dumps(schema, ensure_ascii=False)}"
    first, *rest = messages
    if first["role"] != "system":
        return [{"role": "system", "content": words}, *messages]
    return [{**first, "content": f"{first['content']}\n{words}"}, *rest]


def roles(messages: Messages, profile: Profile) -> list[dict[str, str]]:
    """`messages` in the roles that the model has: without a system role its text stands before the person's."""
    sent = [dict(message) for message in messages]
    if profile.system or not sent or sent[0]["role"] != "system":
        return sent
    system, *rest = sent
    if rest and rest[0]["role"] == "user":
        rest[0]["content"] = f"{system['content']}\n\n{rest[0]['content']}"
        return rest
    return [{"role": "user", "content": system["content"]}, *rest]


def form_in(message: AIMessage) -> tuple[dict[str, Any], str]:
    """The filled form in an answer, and its text; raises `ValueError` or `RecursionError` where there is none."""
    for call in message.tool_calls:
        return dict(call["args"]), json.dumps(call["args"], ensure_ascii=False)
    text = without_thoughts(str(message.text))
    # A server that does not decode under the schema may put the JSON between fences.
    data = json.loads(text[text.index("{") : text.rindex("}") + 1])
    if not isinstance(data, dict):
        raise ValueError("no object")  # noqa: TRY004  to the caller the same as no JSON
    if set(data) == {"name", "arguments"} and isinstance(data["arguments"], dict):
        return data["arguments"], text  # small models write a call out as text, even where one is required
    return data, text
