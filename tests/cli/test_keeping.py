"""`palate backup` and `palate restore`, as a person types them, from SQLite into PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from palate.api.house import settings_of
from palate.api.keys import create
from palate.cli import app
from palate.doctor import examine
from palate.settings import Settings
from palate.store.store import Store
from tests.postgres import Server
from tests.shops import BARE, FLASK, PACK, SHOP
from tests.store.conftest import schema, settings_for
from tests.test_cli import run


def test_a_shop_moves_from_sqlite_to_postgres(tmp_path: Path, postgres: Server) -> None:
    first, second = Settings(data_dir=tmp_path / "first"), postgres.settings(tmp_path / "second", schema())
    with Store.open(first) as store:
        store.replace_items("shop", SHOP, [PACK, FLASK, BARE], "first")
    path = str(tmp_path / "shop.tar.gz")
    done = run("backup", path, folder=first.data_dir)
    assert (done.returncode, done.stderr) == (0, "")
    assert "items: 3\n" in done.stdout
    assert "4 rows and 0 files are in" in done.stdout
    done = run("backup", path, folder=first.data_dir)
    assert (done.returncode, done.stdout) == (1, "")
    assert "--replace" in done.stderr
    variables = {"PALATE_DATABASE_URL": postgres.url(), "PALATE_DATABASE_SCHEMA": second.database_schema}
    done = run("restore", path, folder=second.data_dir, **variables)
    assert (done.returncode, done.stderr) == (0, "")
    done = run("catalogues", folder=second.data_dir, **variables)
    assert done.stdout.startswith("shop: 3 ")
    done = run("restore", path, folder=second.data_dir, **variables)
    assert done.returncode == 1
    assert "has something in it" in done.stderr
    assert run("restore", path, "--replace", folder=second.data_dir, **variables).returncode == 0


def test_the_doctor_looks_into_postgres_and_makes_nothing(tmp_path: Path, postgres: Server) -> None:
    settings = postgres.settings(tmp_path, schema())

    def found() -> str:
        return next(finding.found for finding in examine(settings) if finding.what == "store")

    assert "not there yet" in found()
    with postgres.connect() as connection:
        made = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [settings.database_schema])
        assert made.fetchone() is None
    with Store.open(settings) as store:
        store.replace_items("shop", SHOP, [PACK, FLASK, BARE], "first")
    assert found().startswith("3 items, 0 conversations, 0 turns; postgresql://palate@127.0.0.1:")
    away = settings.model_copy(update={"database_url": SecretStr("postgresql://a:b@127.0.0.1:9/x")})
    (store_away,) = [finding for finding in examine(away) if finding.what == "store"]
    assert not store_away.ok
    assert "cannot be reached" in store_away.found


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_tenants_are_kept_each_by_themselves_or_all(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings = settings_for(kind, request, tmp_path)
    url = settings.database_url
    variables = {"PALATE_DATABASE_SCHEMA": settings.database_schema}
    variables |= {"PALATE_DATABASE_URL": url.get_secret_value()} if url else {}

    variables["PALATE_DATA_DIR"] = str(settings.data_dir)

    def said(*command: str, wrong: bool = False) -> str:
        done = CliRunner().invoke(app, command, env=variables)
        assert done.exit_code == wrong, done.output
        return done.stderr if wrong else done.stdout

    def titles(tenant: str) -> list[str]:
        with Store.open(settings_of(settings, tenant)) as store:
            return [item.title for one in store.catalogues() for item in store.items(one.name)]

    for tenant, item in (("", PACK), ("acme", FLASK), ("zoo-2", BARE)):
        with Store.open(settings_of(settings, tenant)) as store:
            store.replace_items("shop", SHOP, [item], "first")
    with Store.open(settings) as store:
        create(store, ["chat"], tenant="acme")
        create(store, ["chat"], tenant="zoo-2")
    assert said("backup", str(tmp_path / "acme.tar.gz"), "--tenant", "acme").count("items: 1") == 1
    assert said("backup", str(tmp_path / "all"), "--all").count("items: 1") == 3
    names = {path.name for path in (tmp_path / "all").iterdir()}
    assert names == {"palate.tar.gz", "tenant-acme.tar.gz", "tenant-zoo-2.tar.gz"}
    assert (tmp_path / "all").stat().st_mode & 0o777 == 0o700
    for tenant in ("", "acme", "zoo-2"):
        with Store.open(settings_of(settings, tenant)) as store:
            store.replace_items("shop", SHOP, [PACK, FLASK, BARE], "later")
    said("restore", str(tmp_path / "acme.tar.gz"), "--tenant", "acme", "--replace")
    assert [len(titles(tenant)) for tenant in ("", "acme", "zoo-2")] == [3, 1, 3]
    assert titles("acme") == [FLASK.title]
    # One that is not whole is found before anything is changed.
    whole = (tmp_path / "all" / "tenant-zoo-2.tar.gz").read_bytes()
    (tmp_path / "all" / "tenant-zoo-2.tar.gz").write_bytes(whole[: len(whole) // 2])
    said("restore", str(tmp_path / "all"), "--all", "--replace", wrong=True)
    assert [len(titles(tenant)) for tenant in ("", "acme", "zoo-2")] == [3, 1, 3]
    (tmp_path / "all" / "tenant-zoo-2.tar.gz").write_bytes(whole)
    said("restore", str(tmp_path / "all"), "--all", "--replace")
    assert [titles(tenant) for tenant in ("", "acme", "zoo-2")] == [[PACK.title], [FLASK.title], [BARE.title]]
    assert "not both" in said("backup", "x", "--all", "--tenant", "acme", wrong=True)
    assert "A tenant's name" in said("backup", "x", "--tenant", "../acme", wrong=True)
    assert "palate.tar.gz" in said("restore", str(tmp_path), "--all", wrong=True)
