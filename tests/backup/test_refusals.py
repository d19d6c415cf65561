"""What is no backup, or not whole, is refused; what fails leaves everything as it was."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import IO

import pytest

from palate.backup.archive import is_backup
from palate.backup.making import back_up
from palate.backup.manifest import NAME as MANIFEST
from palate.backup.manifest import Manifest, MemberEntry
from palate.backup.restoring import restore
from palate.errors import BackupError, StoreError
from palate.settings import Settings
from palate.store.records import StoredTurn
from palate.store.store import Store
from tests.backup.conftest import ONE_KIND, everything, rewrite, store_settings
from tests.store.conftest import NAME, environment

# What is refused


def refused(store: Store, path: Path, words: str) -> None:
    before, files = everything(store), sorted(store.folder.rglob("*"))
    with pytest.raises(BackupError, match=words):
        restore(store_settings(store), path, replace=True)
    assert everything(store) == before
    assert sorted(set(store.folder.rglob("*")) - set(files)) == []


def test_a_store_with_something_in_it_is_not_replaced_unasked(store: Store, backup: Path) -> None:
    before = everything(store)
    with pytest.raises(BackupError, match="--replace"):
        restore(store_settings(store), backup)
    assert everything(store) == before


@ONE_KIND
def test_a_newer_backup_is_refused(store: Store, backup: Path, tmp_path: Path) -> None:
    def newer(name: str, content: bytes) -> bytes:
        return content.replace(b'"migration": "00', b'"migration": "99') if name == MANIFEST else content

    rewrite(backup, tmp_path / "x", newer)
    refused(store, tmp_path / "x", "newer palate")
    rewrite(backup, tmp_path / "y", lambda n, c: c.replace(b'"format": 1', b'"format": 2') if n == MANIFEST else c)
    refused(store, tmp_path / "y", "newer palate")


@ONE_KIND
def test_what_is_no_backup_is_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"my diary, not a backup\n" * 100)
    refused(store, tmp_path / "x", "damaged, or no backup")
    (tmp_path / "y").write_bytes(gzip.compress(b"my diary, not a backup\n" * 100))
    refused(store, tmp_path / "y", "damaged, or no backup")
    (tmp_path / "z").write_bytes(b"")
    refused(store, tmp_path / "z", "damaged, or no backup|not whole")
    refused(store, tmp_path / "nowhere", "not there")


@ONE_KIND
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.99])
def test_a_cut_backup_is_refused(store: Store, backup: Path, tmp_path: Path, share: float) -> None:
    content = backup.read_bytes()
    (tmp_path / "x").write_bytes(content[: int(len(content) * share)])
    refused(store, tmp_path / "x", "damaged|not whole")


@ONE_KIND
def test_a_changed_byte_is_noticed(store: Store, backup: Path, tmp_path: Path) -> None:
    rewrite(backup, tmp_path / "x", lambda n, c: c.replace(b"turn 1", b"turn 9"))
    refused(store, tmp_path / "x", "turns/000000.jsonl is not what was written")
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "y").write_bytes(content)
    refused(store, tmp_path / "y", "damaged")


@ONE_KIND
def test_a_missing_member_is_noticed(store: Store, backup: Path, tmp_path: Path) -> None:
    rewrite(backup, tmp_path / "x", lambda n, c: None if n.startswith("tables/turns") else c)
    refused(store, tmp_path / "x", "turns/000000.jsonl is not what was written")
    rewrite(backup, tmp_path / "y", lambda n, c: None if n == MANIFEST else c)
    refused(store, tmp_path / "y", "not whole")


@ONE_KIND
@pytest.mark.parametrize(
    "name",
    [
        "files/../../outside", "files//etc/outside", "/outside", "../outside", "files/rules/../../../outside",
        "files/palate.db", "files/.hidden", "files/tenants/acme/rules.toml", "files/C:\\outside",
        "tables/../x/000000.jsonl",
    ],
)  # fmt: skip
def test_a_path_outside_is_refused(store: Store, backup: Path, tmp_path: Path, name: str) -> None:
    """Also where the manifest tells of it, as a forged one would."""
    evil = b"evil"

    def forged(manifest: Manifest) -> bytes:
        members = {**manifest.members, name: MemberEntry(len(evil), hashlib.sha256(evil).hexdigest())}
        return Manifest(
            manifest.palate, manifest.migration, "sqlite", "", manifest.tables, members
        ).to_json()  # fmt: skip

    with tarfile.open(backup) as old, tarfile.open(tmp_path / "x", "w:gz") as new:
        for member in old:
            file: IO[bytes] | None = old.extractfile(member)
            assert file is not None
            if member.name == MANIFEST:
                added = tarfile.TarInfo(name)
                added.size = len(evil)
                new.addfile(added, io.BytesIO(evil))
                content = forged(Manifest.from_json(file.read()))
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))
            else:
                new.addfile(member, file)
    refused(store, tmp_path / "x", "is no backup of palate's")
    assert not list(tmp_path.rglob("outside"))


@ONE_KIND
@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_a_link_or_a_folder_is_refused(store: Store, backup: Path, tmp_path: Path, kind: bytes) -> None:
    with tarfile.open(tmp_path / "x", "w:gz") as new:
        member = tarfile.TarInfo("files/rules/shop.toml")
        member.type, member.linkname = kind, "/etc/passwd"
        new.addfile(member)
    refused(store, tmp_path / "x", "is no backup of palate's")


def test_rows_that_do_not_fit_change_nothing(store: Store, backup: Path, tmp_path: Path) -> None:
    """A whole archive with wrong rows in it: a turn of a conversation that it does not have."""

    def odd(name: str, content: bytes) -> bytes | None:
        if name == MANIFEST:
            told = json.loads(content)
            told["tables"]["conversations"]["rows"] = 0
            told["members"] = {n: c for n, c in told["members"].items() if not n.startswith("tables/conversations")}
            return json.dumps(told).encode()
        return None if name.startswith("tables/conversations") else content

    rewrite(backup, tmp_path / "x", odd)
    before = everything(store)
    with pytest.raises(BackupError, match="do not fit together"):
        restore(store_settings(store), tmp_path / "x", replace=True)
    assert everything(store) == before


# What fails


@ONE_KIND
def test_an_existing_file_is_not_written_over_unasked(store: Store, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("mine")
    with pytest.raises(BackupError, match="--replace"):
        back_up(settings, path)
    assert path.read_text() == "mine"
    back_up(settings, path, replace=True)
    assert is_backup(path)


def test_a_full_disk_leaves_nothing_behind(
    store: Store, full: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "b.tar.gz").write_text("the last one")

    class Full(gzip.GzipFile):
        def write(self, data: object) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("palate.backup.archive.gzip.GzipFile", Full)
    with pytest.raises(BackupError, match=r"no room left.*nothing of it was left"):
        back_up(settings, target / "b.tar.gz", replace=True)
    assert [path.name for path in target.iterdir()] == ["b.tar.gz"]
    assert (target / "b.tar.gz").read_text() == "the last one"
    with pytest.raises(BackupError, match="cannot be written"):
        back_up(settings, tmp_path / "nowhere" / "b.tar.gz")


def test_a_restore_that_fails_at_the_end_changes_nothing(
    store: Store, backup: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add_turn(StoredTurn(store.conversations("zoe")[0].id, "later", ""))
    before = everything(store)

    def fails(*_: object) -> None:
        raise StoreError("at the end")

    monkeypatch.setattr("palate.backup.restoring._raise_versions", fails)
    with pytest.raises(StoreError, match="at the end"):
        restore(settings, backup, replace=True)
    assert everything(store) == before
    assert not [path for path in settings.data_dir.rglob("*") if "restoring" in path.name]
    monkeypatch.undo()
    restore(settings, backup, replace=True)
    assert everything(store) != before


def test_a_restore_that_is_killed_changes_nothing_and_can_be_done_again(
    store: Store, backup: Path, settings: Settings
) -> None:
    store.add_turn(StoredTurn(store.conversations("zoe")[0].id, "later", ""))
    before = everything(store)
    script = """
import os, sys
from pathlib import Path
from palate.backup import restoring
from palate.settings import Settings
restoring._raise_versions = lambda *_: os._exit(9)
restoring.restore(Settings(), Path(sys.argv[1]), replace=True)
"""
    killed = subprocess.run([sys.executable, "-c", script, str(backup)], env=environment(settings), check=False)
    assert killed.returncode == 9
    assert everything(store) == before
    restore(settings, backup, replace=True)
    assert len(store.turns(store.conversations("zoe")[0].id)) == 3
    assert not [path for path in settings.data_dir.rglob("*") if path.name.startswith(".")]


@ONE_KIND
def test_what_a_hand_wrote_into_sqlite_goes_over(tmp_path: Path, store: Store, elsewhere: Settings) -> None:
    """JSON over several lines, and numbers that JSON has no word for: SQLite holds them."""
    with store.database.writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE items SET attributes = '{\n\"genre\": [\"Crime\"]}' WHERE id = '1'"
        )
        session.connection().exec_driver_sql(
            "UPDATE items SET numbers = '{\"year\":NaN,\"score\":1.5}' WHERE id = '1'"
        )
    back_up(store_settings(store), tmp_path / "b.tar.gz")
    restore(elsewhere, tmp_path / "b.tar.gz")
    with Store.open(elsewhere) as again:
        item = again.items(NAME)[0]
        assert (item.attributes, item.numbers) == ({"genre": ("Crime",)}, {"score": 1.5})


def test_a_system_that_takes_no_more_leaves_nothing_behind(store: Store, settings: Settings, tmp_path: Path) -> None:
    """The system itself refuses: no file of the process may grow beyond 200,000 bytes."""
    (settings.data_dir / "noise").write_bytes(os.urandom(1_000_000))
    script = """
import resource, sys
from pathlib import Path
from palate.backup.making import back_up
from palate.errors import BackupError
from palate.settings import Settings
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    back_up(Settings(), Path(sys.argv[1]))
except BackupError as error:
    print(error)
"""
    target = tmp_path / "target"
    target.mkdir()
    command = [sys.executable, "-c", script, str(target / "b.tar.gz")]
    done = subprocess.run(command, env=environment(settings), check=True, capture_output=True, text=True)
    assert "File too large" in done.stdout
    assert "nothing of it was left there" in done.stdout
    assert list(target.iterdir()) == []
