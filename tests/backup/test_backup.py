"""Backups that are made and put back while others read and write."""

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
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from palate.backup.archive import check, is_backup
from palate.backup.making import back_up
from palate.backup.manifest import NAME as MANIFEST
from palate.backup.manifest import Manifest, MemberEntry
from palate.backup.restoring import restore
from palate.domain import Alias, Constraint, Interaction, Kind, Op, Triple
from palate.errors import BackupError, StoreError
from palate.preference import Bearing, Preference
from palate.settings import Settings
from palate.store.records import StoredEdit, StoredHandOver, StoredTurn
from palate.store.store import Store
from tests.store.conftest import ITEMS, NAME, SCHEMA, environment, settings_for, sql

NEVER = Preference(Bearing.CONSTRAINT, constraint=Constraint("genre", Op.NONE, ("Crime",)), catalogue=NAME)
TABLES = ("catalogues", "items", "removed_items", "triples", "aliases", "users", "interactions", "conversations")
OTHERS = ("turns", "feedback", "preferences", "edits", "hand_overs")


@pytest.fixture
def full(store: Store) -> str:
    """The store with something in every table and files beside it; its one conversation."""
    store.replace_items(NAME, SCHEMA, ITEMS[:2], "second")
    store.add_triples(NAME, [Triple("1", "part of", "Série")], "graph.csv")
    store.add_aliases(NAME, [Alias("盗火线", "1")], "names.csv")
    store.add_interactions(NAME, [Interaction("7", "1", Kind.RATED, 0.5, text='Good.\nVery "good"…\u2028')], "log")
    conversation = store.start_conversation("zoe", NAME)
    for n in range(3):
        state = {"said": f"{n}\n\u2028", "deep": [{"x": 0.1 + n, "y": None}]}
        store.add_turn(StoredTurn(conversation, f"turn {n} 🎬", "line\r\nline", ["1"], [], state, ms={"all": 1.5}))
    store.record(Interaction("zoe", "1", Kind.LIKED, 1.0), NAME, conversation)
    store.memory.remember("zoe", NEVER)
    store.memory.add_edit(StoredEdit(conversation, 0, "x", {"version": 1}))
    store.memory.add_hand_over(StoredHandOver(conversation, "help", ["a"], ["1"], {"version": 1}, "nobody"))
    for name in ("rules/shop.toml", "models/shop/models.npz", "notes.txt", "embeddings.db", "vectors/1/x", "a.lock"):
        path = store.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() * 1000)
    return conversation


@pytest.fixture(params=["sqlite", "postgres"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Of another store that is not there yet, of either kind."""
    return settings_for(request.param, request, tmp_path / "elsewhere")


def everything(store: Store) -> dict[str, list[str]]:
    """Every row of every table as Python reads it, but for what a restore raises."""
    rows = {}
    for name in (*TABLES, *OTHERS):
        columns = "name, description, fingerprint, folder, size, loaded_at" if name == "catalogues" else "*"
        found = [[repr(_read(cell)) for cell in row] for row in sql(store, f"SELECT {columns} FROM {name}")]
        rows[name] = sorted(map(str, found))
    return rows


def _read(cell: object) -> object:
    """The same from both databases: JSON and moments are text in one, truth is a number."""
    if isinstance(cell, str) and cell.startswith(("[", "{")):
        return json.loads(cell)
    if isinstance(cell, bool):
        return int(cell)
    moment = getattr(cell, "isoformat", None)
    return f"{moment(' '):.26}" if moment else cell


ONE_KIND = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""Of a test that is about the archive, or about SQLite."""

# Round and round


def test_everything_comes_back_in_either_kind(store: Store, full: str, elsewhere: Settings, tmp_path: Path) -> None:
    before = everything(store)
    assert all(before.values()), "something is in every table"
    manifest = back_up(store_settings(store), tmp_path / "b.tar.gz")
    assert manifest.rows == sum(map(len, before.values()))
    assert tuple(sorted(manifest.files)) == ("models/shop/models.npz", "notes.txt", "rules/shop.toml")
    assert restore(elsewhere, tmp_path / "b.tar.gz") == manifest
    with Store.open(elsewhere) as again:
        assert everything(again) == before
        assert again.turns(full) == store.turns(full)
        assert again.interactions("zoe", NAME) == store.interactions("zoe", NAME)
        assert again.items(NAME) == ITEMS[:2]
        (more,) = again.memory.remember("zoe", Preference(Bearing.CONSTRAINT, constraint=NEVER.constraint))
        assert more.id > store.memory.preferences("zoe")[0].id
        again.record(Interaction("zoe", "2", Kind.LIKED, 1.0), NAME, full)
        assert again.add_turn(StoredTurn(full, "next", "")).position == 3
    for name in manifest.files:
        assert (elsewhere.data_dir / name).read_bytes() == name.encode() * 1000
    assert not (elsewhere.data_dir / "vectors").exists()
    back_up(elsewhere, tmp_path / "c.tar.gz")
    assert check(tmp_path / "c.tar.gz").rows == manifest.rows + 3


def store_settings(store: Store) -> Settings:
    url = store.database.engine.url
    if url.get_backend_name() == "sqlite":
        return Settings(data_dir=store.folder)
    return Settings(
        data_dir=store.folder,
        database_url=url.render_as_string(hide_password=False),  # type: ignore[arg-type]
        database_schema=store.database.schema,  # type: ignore[attr-defined]
    )


def test_a_number_is_not_given_twice_after_a_restore(
    store: Store, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    (gone,) = store.memory.remember("zoe", NEVER)
    store.memory.forget("zoe", gone.id)
    back_up(settings, tmp_path / "b.tar.gz")
    restore(elsewhere, tmp_path / "b.tar.gz")
    with Store.open(elsewhere) as again:
        (kept,) = again.memory.remember("zoe", NEVER)
    assert kept.id > gone.id


@ONE_KIND
def test_a_backup_is_the_owners_alone_and_takes_no_others_in(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    first = settings.data_dir / "first.tar.gz"
    back_up(settings, first)
    assert first.stat().st_mode & 0o777 == 0o600
    assert is_backup(first)
    (settings.data_dir / "outside").symlink_to(tmp_path)
    (settings.data_dir / "tenants" / "acme").mkdir(parents=True)
    (settings.data_dir / "tenants" / "acme" / "rules.toml").write_text("x")
    assert back_up(settings, tmp_path / "second.tar.gz").files == ()


# While others write


def test_a_backup_under_writing_is_one_moment(
    store: Store, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    """A thread writes turns to two conversations in turn; the copy has a prefix of them, whole."""
    conversations = [store.start_conversation("zoe", NAME) for _ in range(2)]
    enough, begun = threading.Event(), threading.Event()
    told: list[int] = []

    def write() -> None:
        while not enough.is_set():
            number = len(told)
            conversation = conversations[number % 2]
            store.add_turn(StoredTurn(conversation, str(number), "x" * 2000))
            store.record(Interaction("zoe", "1", Kind.LIKED, 1.0), NAME, conversation)
            told.append(number)
            if number > 20:
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(60)
        least = len(told)
        back_up(settings, tmp_path / "b.tar.gz")
        most = len(told) + 1
    finally:
        enough.set()
        writer.join()
    restore(elsewhere, tmp_path / "b.tar.gz")
    with Store.open(elsewhere) as again:
        turns = [again.turns(conversation) for conversation in conversations]
        presses = sum(len(again.feedback(conversation)) for conversation in conversations)
    texts = sorted(int(turn.text) for part in turns for turn in part)
    assert texts == list(range(len(texts)))
    assert least <= len(texts) <= most
    assert len(texts) - 1 <= presses <= len(texts)
    for part in turns:
        assert [turn.position for turn in part] == list(range(len(part)))


def test_a_restore_is_taken_over_by_whoever_serves(
    store: Store, full: str, settings: Settings, tmp_path: Path
) -> None:
    back_up(settings, tmp_path / "b.tar.gz")
    store.replace_items(NAME, SCHEMA, [], "emptied")
    store.replace_items("goods", SCHEMA, ITEMS, "another")
    later = store.start_conversation("zoe", NAME)
    version = store.version(NAME)
    read = threading.Event()
    enough = threading.Event()
    seen: set[int] = set()

    def serve() -> None:
        while not enough.is_set():
            seen.add(len(store.items(NAME)))
            read.set()

    reader = threading.Thread(target=serve)
    reader.start()
    try:
        assert read.wait(60)
        restore(settings, tmp_path / "b.tar.gz", replace=True)
        read.clear()
        assert read.wait(60)
    finally:
        enough.set()
        reader.join()
    assert seen == {0, 2}
    changes = store.changes(NAME, version)
    assert changes.version > version
    assert changes.schema and changes.histories and changes.triples and changes.aliases
    assert store.items(NAME) == ITEMS[:2]
    assert [one.name for one in store.catalogues()] == [NAME]
    assert len(store.turns(full)) == 3
    assert later not in [one.id for one in store.conversations("zoe")]
    assert store.add_turn(StoredTurn(full, "goes on", "")).position == 3
    with Store.open(settings) as other:
        assert len(other.turns(full)) == 4
    leftovers = [path.name for path in settings.data_dir.iterdir() if path.name.startswith(".")]
    assert leftovers == []


def test_files_that_speak_of_another_store_are_set_aside(store: Store, settings: Settings, tmp_path: Path) -> None:
    rules = settings.data_dir / "rules"
    rules.mkdir()
    (rules / "old.toml").write_text("old")
    back_up(settings, tmp_path / "b.tar.gz")
    (rules / "old.toml").write_text("changed")
    (rules / "new.toml").write_text("new")
    (settings.data_dir / "notes.txt").write_text("mine")
    restore(settings, tmp_path / "b.tar.gz", replace=True)
    assert sorted(path.name for path in rules.iterdir()) == ["old.toml"]
    assert (rules / "old.toml").read_text() == "old"
    assert (settings.data_dir / "notes.txt").read_text() == "mine"
    (apart,) = settings.data_dir.glob("replaced-*")
    assert (apart / "rules" / "new.toml").read_text() == "new"


def test_an_older_backup_is_brought_forward(
    store: Store, full: str, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    """A backup as an older palate would have written it: without the tables of the third migration."""
    back_up(settings, tmp_path / "b.tar.gz")
    late = {"preferences", "edits", "hand_overs"}

    def older(name: str, content: bytes) -> bytes | None:
        if name == MANIFEST:
            told = json.loads(content)
            told["migration"] = "0002"
            told["tables"] = {name: cells for name, cells in told["tables"].items() if name not in late}
            told["members"] = {n: cells for n, cells in told["members"].items() if n.split("/")[1] not in late}
            return json.dumps(told).encode()
        return None if name.split("/")[1] in late else content

    rewrite(tmp_path / "b.tar.gz", tmp_path / "old.tar.gz", older)
    restore(elsewhere, tmp_path / "old.tar.gz")
    with Store.open(elsewhere) as again:
        assert again.turns(full) == store.turns(full)
        assert again.memory.preferences("zoe") == ()
        again.memory.remember("zoe", NEVER)


# What is refused


def rewrite(path: Path, to: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """The same archive with other members; None leaves one out."""
    with tarfile.open(path) as old, tarfile.open(to, "w:gz") as new:
        for member in old:
            file = old.extractfile(member)
            assert file is not None
            content = change(member.name, file.read())
            if content is not None:
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))


@pytest.fixture
def backup(store: Store, full: str, settings: Settings, tmp_path: Path) -> Path:
    path = tmp_path / "b.tar.gz"
    back_up(settings, path)
    return path


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
