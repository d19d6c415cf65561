"""The process in which llama.cpp runs: started by `embedded.py` as a script, it imports nothing of palate.

Reads one line of JSON (its settings) from its input, writes ``READY url`` to its output, and ends as soon as its input
closes, which it does when the process that started it ends, in whatever way.
"""

from __future__ import annotations

import json
import os
import sys

import xllamacpp


def main() -> None:
    """Serve one model until standard input closes."""
    settings = json.loads(sys.stdin.buffer.readline())
    params = xllamacpp.CommonParams()
    params.model.path = settings["path"]
    params.model_alias = {settings["name"]}
    params.api_keys = [settings["api_key"]]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.use_jinja = True
    params.ui = False
    params.n_parallel = settings["slots"]
    params.n_ctx = settings["slots"] * settings["context"]
    params.cache_ram_mib = settings["cache_mib"]
    for threads in (params.cpuparams, params.cpuparams_batch):
        threads.n_threads = settings["threads"]
        threads.poll = settings.get("poll", 50)
    for name, value in settings.get("more", {}).items():
        setattr(params, name, value)
    server = xllamacpp.Server(params)
    print(f"READY {server.listening_address}", flush=True)  # noqa: T201
    while os.read(0, 4096):
        pass
    os._exit(0)  # a reply that is being written need not be finished for nobody


if __name__ == "__main__":
    main()
