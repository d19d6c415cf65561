"""The process in which llama.cpp runs: started by `embedded.py` as a script, it imports nothing of palate.

Reads one line of JSON (its settings) from its input, writes ``READY url`` to its output, and ends when its input
closes or its parent is gone: however the process that started it ended, this one does not outlive it.
"""

from __future__ import annotations

import json
import os
import select
import sys

import xllamacpp

WARNINGS = 2
"""llama.cpp's level that logs warnings and errors."""
PARENT = 2.0
"""Seconds between two looks whether the parent is still there."""


def main() -> None:
    """Serve one model until standard input closes."""
    settings = json.loads(sys.stdin.buffer.readline())
    params = xllamacpp.CommonParams()
    params.model.path = settings["path"]
    params.model_alias = {settings["name"]}
    params.api_keys = [settings["api_key"]]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.ui = False
    params.verbosity = WARNINGS
    params.use_jinja = True
    params.n_parallel = settings["slots"]
    params.n_ctx = settings["slots"] * settings["context"]
    params.cache_ram_mib = settings["cache_mib"]
    params.slot_save_path = settings["prompts"]
    if settings["threads"]:
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = settings["threads"]
    server = xllamacpp.Server(params)
    sys.stdout.write(f"READY {server.listening_address}\n")
    sys.stdout.flush()
    parent = os.getppid()
    while os.getppid() == parent:  # a forked sibling may hold the other end of the input open
        readable, _, _ = select.select([sys.stdin], [], [], PARENT)
        if readable and not os.read(sys.stdin.fileno(), 4096):
            break
    os._exit(0)  # the server's own end would wait for a reply that nobody reads any more


if __name__ == "__main__":
    main()
