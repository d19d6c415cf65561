"""Profiles: found by the model's and the server's names, joined in order, and never more than is understood."""

from __future__ import annotations

import pytest

from palate.errors import ModelError
from palate.llm.profiles import Profile, _table, profile_of
from palate.llm.weights import QWEN_CODER


@pytest.mark.parametrize(
    ("model", "server", "name"),
    [
        (QWEN_CODER.file.removesuffix(".gguf"), "llamacpp", "llama.cpp, qwen2.5"),
        ("Qwen/Qwen3-8B", "vllm", "vllm, qwen3"),
        ("Qwen/Qwen3-4B-Thinking-2507", "vllm", "vllm, qwen3-thinking"),
        ("meta-llama/Llama-3.1-8B-Instruct", "vllm", "vllm, llama-3"),
        ("mistralai/Mistral-Small-3.2-24B-Instruct-2506", "vllm", "vllm, mistral"),
        ("openai/gpt-oss-20b", "vllm", "vllm, gpt-oss"),
        ("gpt-4o-mini", "system", "gpt-4"),
        ("SmolLM2-135M-Instruct.Q4_1", "llamacpp", "llama.cpp, smollm2"),
        ("C:\\models\\Qwen2.5-7B", "", "qwen2.5"),
        ("something-else", "", "default"),
    ],
)
def test_which_profile(model: str, server: str, name: str) -> None:
    assert profile_of(model, server).name == name


def test_a_host_tells_the_server() -> None:
    assert profile_of("gpt-4o", url="https://api.openai.com/v1").name == "openai, gpt-4"
    assert profile_of("gpt-4o", url="https://api.openai.com.evil.example/v1").name == "gpt-4"
    assert profile_of("mistral-small-latest", url="https://api.mistral.ai/v1").limit == "max_tokens"


def test_only_what_a_server_understands_is_sent() -> None:
    on_vllm = profile_of("Qwen3-8B", "vllm")
    assert on_vllm.fields(on_vllm.write)["chat_template_kwargs"] == {"enable_thinking": False}
    assert on_vllm.fields(on_vllm.write)["top_k"] == 20
    elsewhere = profile_of("Qwen3-8B", url="https://models.example/v1")
    assert elsewhere.fields(elsewhere.write) == {"temperature": 0.3, "top_p": 0.8}


def test_thinking_gets_room_only_where_it_cannot_be_switched_off() -> None:
    assert not profile_of("Qwen3-8B", "vllm").thinks
    assert not profile_of("Qwen3-8B", "library").thinks
    assert profile_of("Qwen3-8B").thinks
    assert profile_of("gpt-oss-20b", "vllm").thinks
    assert not profile_of("Qwen2.5-7B", "vllm").thinks


def test_what_a_model_refuses_no_server_is_sent() -> None:
    hosted = profile_of("gpt-5-mini", url="https://api.openai.com/v1")
    assert hosted.fields(hosted.read) == {"reasoning_effort": "minimal", "seed": 1}
    assert "temperature" in (newer := profile_of("gpt-5.2", url="https://api.openai.com/v1")).fields(newer.read)


def test_own_settings_go_over_all() -> None:
    own = {"context": 9000, "forms": "json_object", "body": {"top_k": 5}, "understands": ["top_k"], "seed": None}
    profile = profile_of("Qwen3-8B", "vllm", own=own)
    assert (profile.context, profile.forms) == (9000, "json_object")
    assert profile.fields({"temperature": 1.0}) == {"top_k": 5}


@pytest.mark.parametrize("own", [{"form": "tool"}, {"forms": "xml"}, {"context": 3}, {"read": "cold"}])
def test_own_settings_that_are_wrong(own: dict[str, object]) -> None:
    with pytest.raises(ModelError, match="PALATE_LLM_PROFILE"):
        profile_of("any", own=own)


def test_every_entry_is_a_valid_profile() -> None:
    for server in _table()["servers"]:
        for model in _table()["models"]:
            owner = next(iter(server.get("owners", [""])))
            url = f"https://{next(iter(server.get('hosts', ['x.example'])))}/v1".replace("*", "a")
            profile = profile_of(model["match"][0].replace("*", "-x"), owner, url)
            assert profile.name == f"{server['name']}, {model['name']}"
            assert set(profile.fields(profile.read)) <= profile.understands


def test_the_default_of_the_class_is_that_of_the_file() -> None:
    told = profile_of("something-else")
    assert told == Profile()
