"""What the files of `deploy/` name exists: commands, options, settings, ports, paths, extras, flags."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer

from palate.cli import app
from palate.llm.vllm import CONTEXT, vllm_command
from palate.settings import Settings
from tests.conftest import missing
from tests.deploy.files import (
    DEPLOY,
    ROOT,
    compose,
    dockerfile,
    image,
    image_check,
    image_environment,
    ini,
    uncommented_toml,
    unit,
)

PALATE = re.compile(r"PALATE_([A-Z_]+)")
BESIDE = {"secrets_dir", "port"}
"""Not settings: the folder that settings are read from, and compose's port of this machine."""


def parsed(command: list[str]) -> dict[str, Any]:
    """The options that a `palate` command line has, as typer reads them; fails where it does not know one."""
    found: Any = typer.main.get_command(app)
    words = command[1:]
    while hasattr(found, "commands"):
        found = found.commands[words.pop(0)]
    return dict(found.make_context(found.name, words).params)


def commands(text: str) -> Iterable[list[str]]:
    """The lines of palate's own command in comments."""
    for found in re.findall(r"(?:^|[ /])palate ((?:keys|serve|people|backup|restore)\b[^\n`]*)", text, re.MULTILINE):
        yield ["palate", *found.split()]


def check_code(command: list[str]) -> str:
    """The Python of a healthcheck, which compiles."""
    assert command[0] == "CMD" or command[0].startswith("python")
    code = command[-1]
    ast.parse(code)
    return code


# The image


def test_the_image_is_slim_and_nobodys() -> None:
    before, wheels, last = dockerfile()
    assert before[0].rest.split("=")[1].startswith("3.11-slim")
    assert wheels[0].rest == "python:${PYTHON} AS wheels"
    assert last[0].rest == "python:${PYTHON}"
    user = image()["USER"].rest
    assert user == "palate"
    made = next(each.rest for each in last if "useradd" in each.rest)
    assert re.search(r"useradd --uid [1-9]\d{3,} .* palate\b", made)
    words = [each.word for each in last]
    assert words.index("USER") < words.index("CMD")
    # Wheels arrive in one layer and ask no index; nothing else is fetched but a package of Debian's.
    installs = [each.rest for each in last if "pip install" in each.rest]
    assert len(installs) == 1
    assert "--no-index" in installs[0]
    assert not re.search(r"curl|wget|git clone", " ".join(each.rest for each in last))


def test_what_the_image_is_made_of_is_there() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    for each in dockerfile()[1]:
        if each.word == "COPY":
            *sources, _ = each.words()
            for source in sources:
                assert (ROOT / source).exists()
                assert f"!{source}" in ignored
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = re.findall(r"EXTRAS='\[(\w+)\]'", (DEPLOY / "Dockerfile").read_text())
    assert named
    assert set(named) <= project["optional-dependencies"].keys()
    assert "palate" in project["scripts"]


def test_the_images_command_port_and_paths_fit_together() -> None:
    options = parsed(image()["CMD"].words())
    port = options["port"]
    assert image()["EXPOSE"].rest == str(port)
    assert options["host"] == "0.0.0.0"
    assert f"127.0.0.1:{port}/ready" in check_code(image_check())
    environment = image_environment()
    assert image()["VOLUME"].words() == [environment["PALATE_DATA_DIR"], environment["PALATE_CACHE_DIR"]]
    made = next(each.rest for each in dockerfile()[-1] if "install -d" in each.rest)
    assert made.endswith(f"{environment['PALATE_DATA_DIR']} {environment['PALATE_CACHE_DIR']}")


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "palate.service", "palate.toml", "make-secrets"])
def test_every_setting_and_command_named_is_one(name: str) -> None:
    text = (DEPLOY / name).read_text()
    assert {found.lower().rstrip("_") for found in PALATE.findall(text)} - BESIDE <= Settings.model_fields.keys()
    for command in commands(text):
        parsed(command)


# Compose


def test_compose_names_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    told = compose()
    services = told["services"]
    assert services.keys() == {"palate", "postgres", "chroma", "vllm"}
    for service in services.values():
        for dependence, condition in service.get("depends_on", {}).items():
            assert condition == {"condition": "service_healthy"}
            assert "healthcheck" in services[dependence]
        for volume in service["volumes"]:
            assert volume.split(":")[0] in told["volumes"]
        for secret in service.get("secrets", ()):
            assert secret in told["secrets"]
    palate = services["palate"]
    assert (DEPLOY / palate["build"]["context"]).resolve() == ROOT
    assert (ROOT / palate["build"]["dockerfile"]).exists()
    (port,) = palate["ports"]
    assert port.startswith("127.0.0.1:"), "the page has no key"
    assert port.endswith(f":{image()['EXPOSE'].rest}")
    data, cache = (volume.split(":")[1] for volume in palate["volumes"])
    assert (data, cache) == (image_environment()["PALATE_DATA_DIR"], image_environment()["PALATE_CACHE_DIR"])
    for variable, value in palate["environment"].items():
        monkeypatch.setenv(variable, re.sub(r"\$\{\w+:-(.*?)\}", r"\1", value))
    monkeypatch.delenv("PALATE_SECRETS_DIR")
    settings = Settings()
    assert (settings.vectors, settings.llm_url, settings.keep_days) == ("chroma", None, None)
    address = urlsplit(str(settings.chroma_url))
    assert address.hostname == "chroma"
    chroma = services["chroma"]
    assert chroma["command"][chroma["command"].index("--port") + 1] == str(address.port)
    assert f"127.0.0.1:{address.port}/" in check_code(chroma["healthcheck"]["test"])
    assert services["vllm"]["profiles"] == ["gpu"]
    assert f"127.0.0.1:{8000}/health" in check_code(services["vllm"]["healthcheck"]["test"])


def test_vllm_has_the_flags_of_serve_llm() -> None:
    vllm = compose()["services"]["vllm"]
    model = vllm["command"][1]
    expected = vllm_command("python3", model, name=model, host="0.0.0.0", port=8000, context=CONTEXT)
    assert [*vllm["entrypoint"], *vllm["command"]] == expected


def test_no_secret_stands_in_a_file_that_is_kept() -> None:
    told = compose()
    ignored = (DEPLOY / ".gitignore").read_text().split()
    for secret in told["secrets"].values():
        assert secret.keys() == {"file"}
        assert f"{Path(secret['file']).parent.name}/" in ignored
    for service in told["services"].values():
        for variable, value in service.get("environment", {}).items():
            if "PASSWORD" in variable or "SECRET" in variable or "KEY" in variable:
                assert variable.endswith(("_FILE", "_DIR")), variable
                assert value.startswith("/run/secrets")
    for name in ("Dockerfile", "palate.service", "palate.toml", "compose.yaml"):
        assert not re.search(r"://\w+:(?!PASSWORD)[^@\s]+@", (DEPLOY / name).read_text())


def test_passwords_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(DEPLOY / "make-secrets", tmp_path)
    subprocess.run([tmp_path / "make-secrets"], check=True)
    folder = tmp_path / "secrets"
    made = {path.name: path.read_text() for path in folder.iterdir()}
    assert made.keys() == {Path(secret["file"]).name for secret in compose()["secrets"].values()}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o644 for path in folder.iterdir())
    password = made["postgres_password"].strip()
    assert re.fullmatch(r"[0-9a-f]{48}", password)
    monkeypatch.setenv("PALATE_SECRETS_DIR", str(folder))
    url = Settings().database_url
    assert url is not None
    parts = urlsplit(url.get_secret_value())
    postgres = compose()["services"]["postgres"]["environment"]
    assert (parts.username, parts.password) == (postgres["POSTGRES_USER"], password)
    assert (parts.hostname, parts.path) == ("postgres", f"/{postgres['POSTGRES_DB']}")
    subprocess.run([tmp_path / "make-secrets"], check=True)
    assert {path.name: path.read_text() for path in folder.iterdir()} == made


# systemd


def test_the_units_command_and_folders_fit_together() -> None:
    service = unit()
    assert set(ini().sections()) == {"Unit", "Service", "Install"}
    program, *arguments = service["ExecStart"][0].split()
    assert Path(program).name == "palate"
    assert parsed(["palate", *arguments])["port"] == 7860
    told = tomllib.loads((DEPLOY / "palate.toml").read_text())
    assert told["data_dir"] == f"/var/lib/{service['StateDirectory'][0]}"
    assert told["cache_dir"] == f"/var/cache/{service['CacheDirectory'][0]}"
    assert f"{service['WorkingDirectory'][0]}/palate.toml" in (DEPLOY / "palate.service").read_text()
    assert service["Restart"] == ["always"]


def test_every_setting_that_palate_toml_offers_is_one() -> None:
    offered = tomllib.loads(uncommented_toml())
    assert len(offered) > 8
    assert offered.keys() <= Settings.model_fields.keys()
    settings = Settings(**offered)
    assert settings.cors_origins == ("https://shop.example",)


def test_systemd_takes_the_unit_and_finds_it_hardened(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        missing("systemd-analyze (Debian and Ubuntu: apt install systemd)")
    program = unit()["ExecStart"][0].split()[0]
    there = tmp_path / "palate.service"
    there.write_text((DEPLOY / "palate.service").read_text().replace(program, str(shutil.which("true"))))
    run = {"capture_output": True, "text": True, "env": {**os.environ, "SYSTEMD_LOG_LEVEL": "warning"}}
    verified = subprocess.run([analyze, "verify", "--man=no", there], check=False, **run)  # type: ignore[call-overload]
    about = [line for line in verified.stderr.splitlines() if "palate.service" in line]
    assert (verified.returncode, about) == (0, [])
    judged = subprocess.run([analyze, "security", "--offline=true", there], check=False, **run)  # type: ignore[call-overload]
    (level,) = re.findall(r"exposure level for palate.service: ([\d.]+)", judged.stdout)
    assert float(level) < 2, judged.stdout
