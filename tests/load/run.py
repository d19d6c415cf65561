"""`make load`: the service under load, as the issue asks for it, with a table of what came of it.

`python -m tests.load.run talk|distinct|repeated [--minutes M] [--people N] [--workers W]`
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Run one load and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("load", choices=("talk", "distinct", "repeated"))
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--people", type=int, default=0, help="200 who talk, 8 who ask")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--data", type=Path, default=Path.home() / ".cache" / "palate" / "load", help="kept: vectors")
    given = parser.parse_args()
    people = given.people or (200 if given.load == "talk" else 8)
    with tempfile.TemporaryDirectory() as folder:
        run(given.load, given.minutes, people, given.workers, given.data, Path(folder))


def run(load: str, minutes: float, people: int, workers: int, data: Path, folder: Path) -> None:
    """Start what is needed, load it, tell."""
    model_port, port = free_port(), free_port()
    environment = {**os.environ, "PALATE_DATA_DIR": str(data)}
    environment |= {"PALATE_LLM_URL": f"http://127.0.0.1:{model_port}/v1"} if load == "talk" else {}
    environment |= {"PALATE_REQUESTS_PER_MINUTE": "1000000", "PALATE_REQUESTS_AT_ONCE": "2000"}
    palate = [sys.executable, "-m", "palate.cli"]
    subprocess.run([*palate, "ask", "a comedy", "--no-llm"], env=environment, check=True, capture_output=True)
    made = subprocess.run([*palate, "keys", "create", "--scope", "chat", "--scope", "recommend", "--scope", "admin"],
                          env=environment, check=True, capture_output=True, text=True)  # fmt: skip
    key = made.stdout.splitlines()[-1]
    serve = [*palate, "serve", "--port", str(port), "--workers", str(workers), "--no-page"]
    serve += [] if load == "talk" else ["--no-llm"]
    with (
        process([sys.executable, "-m", "tests.load.stand_in", str(model_port)], environment),
        process(serve, environment) as service,
    ):
        url = f"http://127.0.0.1:{port}"
        ready(url, with_model=load == "talk")
        sizes: list[float] = []
        watching = threading.Event()
        watcher = threading.Thread(target=watch, args=(service.pid, sizes, watching))
        watcher.start()
        tags = ["talk"] if load == "talk" else ["recommend"]
        users = ["Talker"] if load == "talk" else ["Asker"]
        locust = [sys.executable, "-m", "locust", "-f", "tests/load/locustfile.py", *users, "--headless",
                  "--host", url, "--tags", *tags, "--key", key, "-u", str(people), "-r", str(max(people / 15, 1)),
                  "-t", f"{int(minutes * 60)}s", "--csv", str(folder / "load"), "--only-summary", "--reset-stats",
                  "--repeated", "0.8" if load == "repeated" else "0"]  # fmt: skip
        subprocess.run(locust, cwd=ROOT, env=environment, check=False)
        watching.set()
        watcher.join()
    rows = {row["Name"]: row for row in csv.DictReader((folder / "load_stats.csv").open())}
    for name, row in rows.items():
        told = {
            column: row[column] for column in ("Request Count", "Failure Count", "Requests/s", "50%", "95%", "99%")
        }
        print(json.dumps({"load": load, "what": name, **told}))
    third = max(len(sizes) // 3, 1)
    print(
        json.dumps(
            {"memory MB": {"first third": round(max(sizes[:third])), "last third": round(max(sizes[-third:]))}}
        )
    )


@contextmanager
def process(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process until the end of the block."""
    started = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield started
    finally:
        started.send_signal(signal.SIGINT)
        started.wait(30)


def ready(url: str, *, with_model: bool) -> None:
    """Wait until the service answers, its vectors are there and, where wanted, its model."""
    until = time.monotonic() + 900
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/ready", timeout=5) as answer:
                told = json.load(answer)
            parts = told["parts"]
            waits = [name for name in ("vectors", "model") if parts.get(name, {}).get("status") != "ok"]
            if not [name for name in waits if with_model or name != "model"]:
                return
        except OSError:
            pass
        time.sleep(1)
    raise SystemExit("the service did not become ready")


def watch(pid: int, sizes: list[float], over: threading.Event) -> None:
    """Note the memory of a process and its children, in MB, every two seconds."""
    while not over.wait(2):
        total = 0.0
        for process_id in [pid, *children(pid)]:
            try:
                lines = Path(f"/proc/{process_id}/status").read_text("ascii").splitlines()
            except OSError:
                continue
            total += next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)
        sizes.append(total)


def children(pid: int) -> list[int]:
    """The processes that one has started."""
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    except OSError:
        return []


def free_port() -> int:
    """A port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    main()
