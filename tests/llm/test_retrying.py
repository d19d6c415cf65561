"""How long a server asks to wait, and what is worth another try."""

from __future__ import annotations

import email.utils
import time

import httpx2
import openai
import pytest

from palate.llm.retrying import passing, retry_after

REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")


def refusal(status: int, **headers: str) -> openai.APIStatusError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return openai.APIStatusError("no", response=httpx2.Response(status, headers=named, request=REQUEST), body=None)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("3", 3.0), ("0.5", 0.5), ("-4", 0.0), ("", None), ("soon", None), ("nan", None), ("inf", None)],
)
def test_seconds(said: str, seconds: float | None) -> None:
    assert retry_after(refusal(429, retry_after=said)) == seconds


def test_a_date() -> None:
    said = email.utils.formatdate(time.time() + 3600, usegmt=True)
    told = retry_after(refusal(503, retry_after=said))
    assert told is not None
    assert 3000 < told <= 3600


def test_none_is_told() -> None:
    assert retry_after(refusal(503)) is None
    assert retry_after(openai.APIConnectionError(request=REQUEST)) is None


@pytest.mark.parametrize(
    ("error", "worth"),
    [
        (refusal(429), True),
        (refusal(500), True),
        (refusal(400), False),
        (refusal(401), False),
        (openai.APIConnectionError(request=REQUEST), True),
        (openai.APITimeoutError(request=REQUEST), False),
        (ValueError("no"), False),
    ],
)
def test_what_is_worth_another_try(error: Exception, worth: bool) -> None:
    assert passing(error) is worth
