"""Sets by name: fetched once from a server of our own, checked, and what is said where that does not work."""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from palate.catalogue.dialogues import fetching, inspired, opendialkg
from palate.catalogue.dialogues.fetching import Remote, fetch
from palate.catalogue.dialogues.opening import PUBLIC, Public, open_set
from palate.domain import Item, Schema
from palate.errors import DialogueError, MissingPackage
from tests.catalogue.data import shared
from tests.catalogue.dialogues import test_inspired
from tests.catalogue.dialogues.test_plain import ITEMS, talk, write


class Server(ThreadingHTTPServer):
    """Gives what lies under a path, and notes what it is asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.cut = False
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def give(self, path: str, data: bytes) -> str:
        """Put a file there; its address."""
        self.files[path] = data
        return self.url + path


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        data = self.server.files.get(self.path)
        self.send_response(404 if data is None else 200)
        self.send_header("Content-Length", str(len(data or b"")))
        self.end_headers()
        self.wfile.write((data or b"")[: 3 if self.server.cut else None])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def zipped(files: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def at_home(server: Server, name: str) -> Mapping[str, Public]:
    """The public sets, one of them at the server's address instead of the real one."""
    moved = [replace(remote, url=remote.url.replace("https:/", server.url)) for remote in PUBLIC[name].remotes]
    return {**PUBLIC, name: replace(PUBLIC[name], remotes=moved)}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_redial_is_fetched_once_from_the_addresses_and_with_the_bytes_that_are_stated(
    server: Server, tmp_path: Path
) -> None:
    official = shared("redial/official/movies_with_mentions.csv").parent
    public = at_home(server, "redial")
    archive, films = (remote.url.removeprefix(server.url) for remote in public["redial"].remotes)
    names = ("train_data.jsonl", "test_data.jsonl")
    server.files = {
        archive: zipped({name: gzip.decompress((official / f"{name}.gz").read_bytes()) for name in names}),
        films: (official / "movies_with_mentions.csv").read_bytes(),
    }
    found = open_set("redial", cache=tmp_path, public=public)
    assert {part: len(rows) for part, rows in found.parts.items()} == {"train": 10_006, "test": 1_342}
    assert sorted(contents(tmp_path / "dialogues" / "redial")) == ["movies_with_mentions.csv", *sorted(names)]
    assert server.asked == [archive, films]
    assert archive.endswith("/ReDialData/website/raw/data/redial_dataset.zip")
    fetch(public["redial"].remotes, tmp_path / "dialogues" / "redial")
    assert len(server.asked) == 2


def test_opendialkg_is_fetched_from_the_addresses_and_with_the_bytes_that_are_stated(
    server: Server, tmp_path: Path
) -> None:
    folder = shared("opendialkg/item_ids.json").parent
    public = at_home(server, "opendialkg")
    for remote in public["opendialkg"].remotes:
        (name,) = remote.files
        path = folder / name
        data = path.read_bytes() if path.exists() else gzip.decompress((folder / f"{name}.gz").read_bytes())
        server.give(remote.url.removeprefix(server.url), data)
    assert len(open_set("opendialkg", cache=tmp_path, public=public).items) == 2_965
    assert len(server.asked) == len(server.files) == 8
    assert len(open_set("opendialkg", folder).items) == 2_965, "a folder of one's own is read as it is"


def test_inspired_is_fetched_unchecked(server: Server, tmp_path: Path) -> None:
    public = at_home(server, "inspired")
    for remote in public["inspired"].remotes:
        (name,) = remote.files
        data = test_inspired.FILMS if name == inspired.FILMS else test_inspired.table(test_inspired.LINES)
        server.give(remote.url.removeprefix(server.url), data.encode())
        assert remote.files[name] == "", "nobody could check these bytes"
    with pytest.raises(DialogueError, match="has 1 dialogues in its train part; 801 are stated"):
        open_set("inspired", cache=tmp_path, public=public)
    small = {"inspired": replace(public["inspired"], read=lambda folder: inspired.read(folder, None))}
    assert open_set("inspired", cache=tmp_path, public=small).counts["test"].linked == 3
    assert len(server.asked) == 4


def test_every_public_set_says_what_lands_where() -> None:
    for known in PUBLIC.values():
        names = [name for remote in known.remotes for name in remote.files]
        assert len(names) == len(set(names))
        assert all(remote.url.startswith("https://") for remote in known.remotes)
        assert all(len(remote.files) == 1 or remote.packed for remote in known.remotes)
        assert known.licence


def test_a_damaged_file_comes_anew_and_a_whole_one_stays(server: Server, tmp_path: Path) -> None:
    data = {"a.json": b"[1]", "b.json": b"[2]"}
    remotes = [Remote(server.give(f"/{name}", content), {name: sha256(content)}) for name, content in data.items()]
    fetch(remotes, tmp_path / "set")
    (tmp_path / "set" / "a.json").write_bytes(b"[1")
    fetch(remotes, tmp_path / "set")
    assert contents(tmp_path / "set") == data
    assert server.asked == ["/a.json", "/b.json", "/a.json"]


def test_of_two_at_once_one_fetches(server: Server, tmp_path: Path) -> None:
    remotes = [Remote(server.give("/a.zip", zipped({"a": b"1" * 1_000_000})), {"a": sha256(b"1" * 1_000_000)})]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: fetch(remotes, tmp_path / "set"), range(4)))
    assert server.asked == ["/a.zip"]


def test_other_bytes_are_not_kept(server: Server, tmp_path: Path) -> None:
    remote = Remote(server.give("/a.json", b"<html>sign in</html>"), {"a.json": sha256(b"[1]")})
    with pytest.raises(DialogueError, match=r"What lies at .*/a\.json is not the file that was checked, which has"):
        fetch([remote], tmp_path / "set")
    assert not contents(tmp_path / "set")


ZIPS: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "another file": (lambda: zipped({"a.json": b"[2]"}), "not the file that was checked"),
    "nothing": (lambda: zipped({}), r"has no a\.json in it"),
    "no zip": (lambda: b"<html>sign in</html>", "no zip that can be opened"),
    "cut": (lambda: zipped({"a.json": b"[1]"})[:-30], "no zip that can be opened"),
    "damaged": (lambda: zipped({"a.json": b"[1]"}, zipfile.ZIP_STORED).replace(b"[1]", b"[7]"), "no zip that can"),
    "beside": (lambda: zipped({"__MACOSX/a.json": b"[1]"}), r"has no a\.json in it"),
    "bomb": (lambda: zipped({"a.json": b"0" * 50_000}), "is larger than"),
}


@pytest.mark.parametrize("kind", ZIPS)
def test_a_zip_of_other_things_leaves_nothing(
    server: Server, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 10_000)
    make, says = ZIPS[kind]
    remote = Remote(server.give("/set.zip", make()), {"a.json": sha256(b"[1]")})
    with pytest.raises(DialogueError, match=says):
        fetch([remote], tmp_path / "set")
    assert not contents(tmp_path / "set")


def test_what_is_in_a_zip_lands_in_the_folder_only(server: Server, tmp_path: Path) -> None:
    data = zipped({"../../a.json": b"[1]", "deep/er/b.json": b"[2]", "/c.json": b"[3]", "../d.json": b"[4]"})
    remote = Remote(server.give("/set.zip", data), {"a.json": sha256(b"[1]"), "b.json": "", "c.json": ""})
    fetch([remote], tmp_path / "in" / "set")
    assert contents(tmp_path / "in" / "set") == {"a.json": b"[1]", "b.json": b"[2]", "c.json": b"[3]"}
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_without_a_network_it_is_said_what_to_fetch_and_where_to_put_it(server: Server, tmp_path: Path) -> None:
    nobody = Remote("http://127.0.0.1:9/set.zip", {"a.json": "", "b.json": ""})
    first = Remote(server.give("/first.json", b"1"), {"first.json": ""})
    with pytest.raises(DialogueError) as told:
        fetch([first, nobody], tmp_path / "set")
    assert "http://127.0.0.1:9/set.zip cannot be fetched" in str(told.value)
    assert f"name that: {first.url} (first.json); http://127.0.0.1:9/set.zip (a.json, b.json)." in str(told.value)
    assert contents(tmp_path / "set") == {"first.json": b"1"}, "what came whole stays"


@pytest.mark.parametrize("path", ["/missing.json", "/cut.json"])
def test_a_server_that_fails(server: Server, tmp_path: Path, path: str) -> None:
    server.give("/cut.json", b"[1, 2, 3]")
    server.cut = True
    with pytest.raises(DialogueError, match="cannot be fetched"):
        fetch([Remote(server.url + path, {"a.json": ""})], tmp_path / "set")
    assert not contents(tmp_path / "set")


def test_a_folder_that_cannot_be_made(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    remote = Remote(server.give("/a.json", b"1"), {"a.json": ""})
    with pytest.raises(DialogueError, match=r"file.set cannot be filled .*; make room, or name another folder"):
        fetch([remote], tmp_path / "file" / "set")


def test_without_pooch_it_is_said_what_to_install(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pooch", None)
    remote = Remote(server.give("/a.json", b"1"), {"a.json": ""})
    with pytest.raises(MissingPackage, match=r"pip install 'palate\[train\]'.*a\.json \(a\.json\)"):
        fetch([remote], tmp_path / "set")
    (tmp_path / "set" / "a.json").write_bytes(b"1")
    fetch([remote], tmp_path / "set")
    assert not server.asked


def test_ones_own_dialogues_by_their_path(tmp_path: Path) -> None:
    path = write(tmp_path / "log.jsonl", talk())
    schema = Schema(("brand",), ())
    asked = []

    def items() -> list[Item]:
        asked.append(1)
        return ITEMS

    found = open_set(str(path), items=items, schema=schema)
    assert (found.counts["test"].linked, found.schema, len(asked)) == (2, schema, 1)
    assert open_set("log.jsonl", tmp_path, items=ITEMS).counts["test"].linked == 2
    with pytest.raises(DialogueError, match="needs the items that its dialogues are about"):
        open_set(str(path))
    with pytest.raises(DialogueError, match=r"no set of dialogues 'movies': there are redial, opendialkg, inspired"):
        open_set("movies", tmp_path, items=items)
    assert len(asked) == 1


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DialogueError, match=r"There is no folder .*none; name the one that has the files of open"):
        open_set(opendialkg.NAME, tmp_path / "none")
    with pytest.raises(DialogueError, match=r"There is no id2info\.json"):
        open_set(opendialkg.NAME, tmp_path)
