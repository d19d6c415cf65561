"""`palate backup` and `palate restore`, as a person types them, from SQLite into PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from palate.doctor import examine
from palate.settings import Settings
from palate.store.store import Store
from tests.postgres import Server
from tests.shops import BARE, FLASK, PACK, SHOP
from tests.store.conftest import schema
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
