"""Weights from a model hub: the hash that it states, and a download that can be broken off and goes on."""

from __future__ import annotations

import queue
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path

from palate.llm.weights import BLOCK, Progress, Report, accept, stopped

ANSWER = 3.0
"""Seconds that a hub has to answer, the look-up of its name included."""
STALL = 30.0
"""Seconds without a byte after which a hub counts as lost."""


class HubLost(Exception):
    """The hub answered and then stopped; another source is next."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A file as the hub describes it."""

    url: str
    sha256: str
    size: int


def hub_states(repository: str, file: str, hub: str | None = None) -> Stated | None:
    """Ask a hub about `file`; None when none answers within `ANSWER` seconds or it states no SHA-256."""
    answers: queue.SimpleQueue[Stated | None] = queue.SimpleQueue()

    def ask() -> None:
        # Looking up a name may hang far longer than any timeout that a client takes: hence the thread.
        import httpx2  # noqa: PLC0415
        from huggingface_hub import HfApi, hf_hub_url  # noqa: PLC0415

        try:
            found = HfApi(endpoint=hub, token=False).model_info(repository, timeout=ANSWER, files_metadata=True)
        except (OSError, ValueError, httpx2.HTTPError):
            answers.put(None)
            return
        for sibling in found.siblings or ():
            if sibling.rfilename == file and sibling.lfs:
                url = hf_hub_url(repository, file, revision=found.sha, endpoint=hub)
                answers.put(Stated(url, sibling.lfs.sha256, sibling.lfs.size))
                return
        answers.put(None)

    threading.Thread(target=ask, name="palate-hub", daemon=True).start()
    try:
        return answers.get(timeout=ANSWER)
    except queue.Empty:
        return None


def fetch_from_hub(stated: Stated, path: Path, report: Report, stop: threading.Event) -> None:
    """Bring the file to `path`; raises `HubLost`, `WrongHash`, `WeightsError` when stopped, `OSError` of the disk."""
    # Another revision of the file must not go on where this one broke off: its hash is in the name.
    partial = path.with_name(f"{path.name}.{stated.sha256[:12]}.partial")
    with partial.open("ab") as file:
        done = file.tell()
        if done < stated.size:
            request = urllib.request.Request(stated.url, headers={"Range": f"bytes={done}-"} if done else {})
            try:
                answer = urllib.request.urlopen(request, timeout=STALL)
            except OSError as error:
                raise HubLost from error
            with answer:
                if done and answer.status != 206:
                    done = file.truncate(0)
                while block := _read(answer):
                    if stop.is_set():
                        raise stopped()
                    file.write(block)
                    done += len(block)
                    report(Progress(done, stated.size, "from the model hub"))
            if done < stated.size:
                raise HubLost
    accept(partial, path, stated.sha256)


def _read(answer: HTTPResponse) -> bytes:
    try:
        return answer.read1(BLOCK)
    except (OSError, HTTPException) as error:
        raise HubLost from error
