"""The image's command, the unit's and compose's Chroma are run as they stand, but for folders and ports."""

from __future__ import annotations

import json
import shutil
import signal
import time
import urllib.request
from pathlib import Path

import pytest

from palate.settings import Settings
from palate.store.store import Store
from tests.deploy.files import DEPLOY, compose, image, image_check, image_environment, unit
from tests.deploy.programs import (
    SECONDS,
    checked,
    chroma,
    ended,
    free_port,
    is_ready,
    of_this_environment,
    plain_environment,
    running,
    with_port,
)
from tests.postgres import Server
from tests.shops import BARE, FLASK, PACK, SHOP
from tests.store.conftest import schema


@pytest.fixture
def places(demo_folder: Path, tmp_path: Path) -> dict[str, str]:
    """Folders of the test's own for the settings of folders; no model is fetched."""
    shutil.copytree(demo_folder, tmp_path / "data")
    told = {"PALATE_DATA_DIR": str(tmp_path / "data"), "PALATE_CACHE_DIR": str(tmp_path / "cache")}
    return told | {"PALATE_LLM_URL": f"http://127.0.0.1:{free_port()}/v1"}


def test_the_images_command_serves_and_its_check_sees_it(places: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    usual = image()["EXPOSE"].rest
    check = with_port(image_check(), port, usual)
    assert checked(check) == 1, "nobody is there yet"
    command = of_this_environment(with_port(image()["CMD"].words(), port, usual))
    with running(command, plain_environment(image_environment() | places), tmp_path) as process:
        assert is_ready(process, tmp_path) == f"http://127.0.0.1:{port}"
        assert checked(check) == 0
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=SECONDS) as page:
            assert b"palate" in page.read()
        assert ended(process) in {0, -signal.SIGTERM}


def test_the_units_command_serves_with_its_palate_toml(places: dict[str, str], tmp_path: Path) -> None:
    told = (DEPLOY / "palate.toml").read_text()
    for name in ("data_dir", "cache_dir"):
        usual = next(line for line in told.splitlines() if line.startswith(name))
        told = told.replace(usual, f'{name} = "{places["PALATE_" + name.upper()]}"')
    (tmp_path / "palate.toml").write_text(f'{told}\nllm_url = "{places["PALATE_LLM_URL"]}"\n')
    command = of_this_environment(with_port(unit()["ExecStart"][0].split(), 0, "7860"))
    with running(command, plain_environment({}), tmp_path) as process:
        with urllib.request.urlopen(f"{is_ready(process, tmp_path)}/ready", timeout=SECONDS) as answer:
            assert answer.status == 200
        assert ended(process) in {0, -signal.SIGTERM}
    assert '"event"' in (tmp_path / "errors").read_text(), "JSON logs, as palate.toml asks"


def test_composes_services_work_together(postgres: Server, tmp_path: Path) -> None:
    """PostgreSQL, Chroma and palate as compose.yaml has them, with a shop of three items and no model."""
    secrets, data, beside = tmp_path / "secrets", tmp_path / "data", tmp_path / "beside"
    for folder in (secrets, beside):
        folder.mkdir()
    name = schema()
    (secrets / "palate_database_url").write_text(postgres.url())
    with Store.open(postgres.settings(data, name)) as store:
        store.replace_items("shop", SHOP, [PACK, FLASK, BARE], "first")
    told = compose()["services"]["palate"]["environment"]
    with chroma(beside) as address:
        changed = {"PALATE_SECRETS_DIR": str(secrets), "PALATE_CHROMA_URL": address, "PALATE_DATABASE_SCHEMA": name}
        assert changed.keys() - told.keys() == {"PALATE_DATABASE_SCHEMA"}
        variables = {key: "" if value.startswith("${") else value for key, value in told.items()}
        environment = plain_environment(image_environment() | variables | changed | {"PALATE_DATA_DIR": str(data)})
        command = of_this_environment(with_port(image()["CMD"].words(), 0, image()["EXPOSE"].rest))
        with running([*command, "--catalogue", "shop", "--no-llm"], environment, tmp_path) as process:
            url = is_ready(process, tmp_path)
            deadline = time.monotonic() + SECONDS
            while time.monotonic() < deadline:
                with urllib.request.urlopen(f"{url}/ready", timeout=SECONDS) as answer:
                    ready = answer.read().decode()
                if '"vectors":{"status":"ok","detail":"ready, 3 of 3"' in ready:
                    break
            else:
                pytest.fail(ready)
            assert '"store":{"status":"ok"' in ready
            assert ended(process) in {0, -signal.SIGTERM}
        kept = f"{address}/api/v2/tenants/default_tenant/databases/default_database/collections"
        with urllib.request.urlopen(kept, timeout=SECONDS) as answer:
            (collection,) = json.load(answer)
        with urllib.request.urlopen(f"{kept}/{collection['id']}/count", timeout=SECONDS) as answer:
            assert json.load(answer) >= 3
    assert not (data / "vectors").exists()
    assert not Settings(data_dir=data).store_path.exists(), "the rows are in PostgreSQL"
