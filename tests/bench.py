"""How long turns take, with and without the model, side by side in one run.

python -m tests.bench [--no-llm] [--data-dir DIR] [--out FILE]

Ten messages, each in a conversation of its own; medians and the largest, in milliseconds. Quiet machine wanted.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from pathlib import Path

from palate.app import Palate
from palate.settings import Settings

MESSAGES = (
    "I loved Inception and Interstellar, something similar after 2010 but no horror",
    "a short French comedy from the sixties",
    "films by the director of My Neighbor Totoro or anyone like him",
    "like Spirited Away",
    "我想看一部温馨的家庭喜剧，九十年代的",
    "something mind-bending like Memento",
    "a western with Clint Eastwood from the 60s or 70s",
    "我喜欢盗梦空间，想看类似的科幻片，不要恐怖片",
    "a highly rated Korean thriller",
    "a feel-good movie for the whole family, not animated",
)
STAGES = ("understand", "tools", "fuse", "first_items", "first_token", "total")


def measure(palate: Palate) -> dict[str, object]:
    """Answer every message once, after one that does not count."""
    palate.ask("a comedy")
    turns = [palate.ask(text) for text in MESSAGES]
    return {
        "mode": sorted({turn.mode for turn in turns}),
        "calls": statistics.median(turn.model_calls for turn in turns),
        "tokens in": statistics.median(turn.tokens_in for turn in turns),
        "tokens out": statistics.median(turn.tokens_out for turn in turns),
        **{f"{s} median": statistics.median(turn.ms.get(s, 0.0) for turn in turns) for s in STAGES},
        **{f"{s} most": max(turn.ms.get(s, 0.0) for turn in turns) for s in STAGES},
    }


def main() -> None:
    """Print a table, and JSON where --out says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-llm", action="store_true")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.data_dir or Path(scratch)
        results = {}
        for name, model in (("no model", False), ("model", True)):
            if model and options.no_llm:
                continue
            with Palate.open(Settings(data_dir=folder), model=model) as palate:
                palate.start(index=False)
                if model:
                    palate.wait_for_model(3600)
                results[name] = measure(palate)
    for figure in next(iter(results.values())):
        print(f"{figure:20}", *(f"{result[figure]!s:>16}" for result in results.values()))
    if options.out:
        options.out.write_text(json.dumps(results, indent=1), "utf-8")


if __name__ == "__main__":
    main()
