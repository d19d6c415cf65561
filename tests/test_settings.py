"""Where settings come from, and which source wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from palate.errors import InputError
from palate.settings import Settings


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of secrets, and another to work in."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "palate_database_url").write_text("postgresql://palate:from-a-file@host/palate\n")
    monkeypatch.setenv("PALATE_SECRETS_DIR", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_password_comes_out_of_a_file(secrets: Path) -> None:
    settings = Settings()
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://palate:from-a-file@host/palate"
    assert "from-a-file" not in repr(settings)


def test_the_first_source_that_speaks_wins(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("palate.toml").write_text('database_url = "postgresql://toml"\nkeep_days = 3\nslate_size = 4\n')
    (secrets / "palate_keep_days").write_text("5")
    settings = Settings()
    assert settings.database_url is not None
    assert "from-a-file" in settings.database_url.get_secret_value()
    assert (settings.keep_days, settings.slate_size) == (5, 4)
    monkeypatch.setenv("PALATE_KEEP_DAYS", "7")
    assert Settings().keep_days == 7
    assert Settings(keep_days=9).keep_days == 9


def test_an_empty_variable_says_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "LLM_URL", "CORS_ORIGINS", "KEEP_DAYS", "CHROMA_URL", "SECRETS_DIR"):
        monkeypatch.setenv(f"PALATE_{name}", "")
    settings = Settings()
    assert (settings.database_url, settings.llm_url, settings.chroma_url) == (None, None, None)
    assert (settings.cors_origins, settings.keep_days) == ((), None)


def test_a_folder_of_secrets_that_is_missing_is_told_of(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALATE_SECRETS_DIR", str(secrets / "gone"))
    with pytest.raises(InputError, match="no folder"):
        Settings()
