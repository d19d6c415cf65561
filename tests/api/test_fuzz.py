"""Schemathesis over the whole OpenAPI document: nothing that anybody can send is a server error.

`make test-fuzz` runs it for ten minutes, CI for two (`FUZZ_SECONDS=120`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from palate.api.keys import create
from tests.api.conftest import Service

SECONDS = int(os.environ.get("FUZZ_SECONDS", "600"))


@pytest.mark.fuzz
def test_nothing_that_can_be_sent_is_a_server_error(service: Service, tmp_path: Path) -> None:
    key = create(service.house.store, ["admin"], per_minute=10_000_000, at_once=1000).text
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{service.url}/openapi.json",
        "--header", f"Authorization: Bearer {key}",
        "--checks", "not_a_server_error",
        "--max-time", str(SECONDS),
        "--max-examples", "1000000",
        "--workers", "1",
        "--phases", "examples,coverage,fuzzing,stateful",
        "--continue-on-failure", "--no-color",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS + 300, check=False)
    print(done.stdout[-6000:])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "test cases generated" in done.stdout or "generated" in done.stdout
    with service.client() as client:
        assert client.post("/v1/recommend", json={"text": "a comedy"}).status_code == 200
