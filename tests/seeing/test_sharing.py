"""Metrics of several workers in one scrape."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from palate.errors import StoreError
from palate.seeing import sharing
from palate.seeing.sharing import Shared
from palate.seeing.telemetry import Telemetry
from palate.settings import Settings
from tests.seeing.watched import value

_WORKER = """
import sys
from pathlib import Path
from palate.seeing.telemetry import Telemetry
from palate.settings import Settings
telemetry = Telemetry.of(Settings())
for _ in range(3):
    telemetry.limited("rate")
telemetry.share(Path(sys.argv[1]))
print("there", flush=True)
sys.stdin.read()
"""


def worker(folder: Path) -> subprocess.Popen[str]:
    made = subprocess.Popen(
        [sys.executable, "-c", _WORKER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert made.stdout
    assert made.stdout.readline() == "there\n"
    return made


def test_one_worker_tells_of_all_that_live(tmp_path: Path) -> None:
    other = worker(tmp_path)
    try:
        with Telemetry.of(Settings()) as telemetry:
            telemetry.limited("rate")
            telemetry.share(tmp_path)
            both = telemetry.exposition().body
            assert value(both, "palate_requests_limited_total", worker="0") == 3
            assert value(both, "palate_requests_limited_total", worker="1") == 1
            telemetry.limited("rate")
            fresh = telemetry.exposition().body
            assert value(fresh, "palate_requests_limited_total", worker="1") == 2, "its own are of this moment"
            assert value(fresh, "process_memory_usage_bytes", worker="0")
            other.kill()
            other.wait()
            left = telemetry.exposition().body
            assert value(left, "palate_requests_limited_total", worker="0") is None
            assert value(left, "palate_requests_limited_total", worker="1") == 2
            assert not (tmp_path / "0.prom").exists()
            with Telemetry.of(Settings()) as next_one:
                next_one.limited("rate")
                next_one.share(tmp_path)
                again = telemetry.exposition().body
                assert value(again, "palate_requests_limited_total", worker="0") == 1
    finally:
        other.kill()
        other.communicate()
    assert [path.name for path in tmp_path.glob("*.prom")] == []


def test_what_others_see_is_written_every_few_seconds(tmp_path: Path) -> None:
    asked = threading.Semaphore(0)

    def own() -> bytes:
        asked.release()
        return b"# TYPE a gauge\na 1.0\n"

    shared = Shared(tmp_path, own, every=0.01)
    for _ in range(4):
        assert asked.acquire(timeout=30)
    shared.close()


def test_histograms_and_counters_stay_what_they_are(tmp_path: Path) -> None:
    with Telemetry.of(Settings()) as telemetry:
        with telemetry.request("GET") as request:
            request.answered(200, "/health")
        telemetry.limited("size")
        telemetry.share(tmp_path)
        text = telemetry.exposition().body.decode()
    assert "# TYPE palate_requests_limited_total counter" in text
    assert "# TYPE http_server_request_duration_seconds histogram" in text
    assert "http_server_request_duration_seconds_bucket{" in text
    assert text.count("# TYPE http_server_request_duration_seconds ") == 1


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    with Telemetry.of(Settings()) as telemetry, pytest.raises(StoreError, match="cannot be kept"):
        telemetry.share(tmp_path / "file")
    monkeypatch.setattr(sharing, "MOST", 1)
    with Telemetry.of(Settings()) as one, Telemetry.of(Settings()) as two:
        one.share(tmp_path / "few")
        with pytest.raises(StoreError, match="already"):
            two.share(tmp_path / "few")


def test_scrapes_at_once_are_whole() -> None:
    with Telemetry.of(Settings()) as telemetry:
        telemetry.limited("rate")
        found: list[bytes] = []
        threads = [threading.Thread(target=lambda: found.append(telemetry.exposition().body)) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 16
    for body in found:
        assert body.count(b"# TYPE palate_requests_limited_total counter") == 1
