"""Stands in for xllamacpp: the same names, an HTTP server, and no model.

The text in the file that should be weights says what to do; what was asked and set is noted beside it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any


class CommonParams(SimpleNamespace):
    """Takes whatever is set."""

    def __init__(self) -> None:
        super().__init__(
            model=SimpleNamespace(path=""),
            cpuparams=SimpleNamespace(n_threads=-1),
            cpuparams_batch=SimpleNamespace(n_threads=-1),
        )


class Server:
    """Serves until the process ends."""

    def __init__(self, params: Any) -> None:
        weights = Path(params.model.path)
        does = weights.read_text()
        if does == "crash":
            sys.stderr.write("out of memory\n")
            sys.exit(3)
        if does == "abort":
            os.abort()
        if does == "hang":
            threading.Event().wait()
        if does.startswith("ImportError"):
            raise ImportError(does)
        told = {
            "hostnames": params.hostnames,
            "n_threads": params.cpuparams.n_threads,
            "n_ctx": params.n_ctx,
            "n_parallel": params.n_parallel,
            "GOMP_SPINCOUNT": os.environ.get("GOMP_SPINCOUNT"),
        }
        weights.with_name(f"{weights.name}.settings").write_text(json.dumps(told))
        asked = weights.with_name(f"{weights.name}.asked")
        asked.write_text("")

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                known = self.headers["Authorization"] == f"Bearer {params.api_keys[0]}"
                self.say(200 if known else 401, {"data": [{"id": "tiny"}]})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path.startswith("/slots/"):
                    action = self.path.rpartition("=")[2]
                    self.note(action)
                    file = Path(params.slot_save_path, body["filename"])
                    if action == "save":
                        file.write_text("slot")
                        self.say(200, {})
                    else:
                        self.say(200 if file.read_text() == "slot" else 400, {})
                    return
                self.note("chat")
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                choice = {"index": 0, "delta": {"role": "assistant", "content": "x"}, "finish_reason": "length"}
                chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "tiny"}
                self.wfile.write(f"data: {json.dumps({**chunk, 'choices': [choice]})}\n\ndata: [DONE]\n\n".encode())

            def say(self, status: int, body: object) -> None:
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def note(self, what: str) -> None:
                with asked.open("a") as file:
                    file.write(f"{what}\n")

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.listening_address = f"http://127.0.0.1:{server.server_address[1]}"
