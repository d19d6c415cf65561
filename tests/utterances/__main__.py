"""python -m tests.utterances [FILES] [--model]: how many utterances are understood, per file and act, and which not.

Of the held-out files only counts are printed, so that whoever tunes does not read them; --show prints all.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from palate.llm.model import ChatModel
from palate.llm.serving import ModelHost
from palate.settings import Settings
from tests.utterances.contexts import Stage
from tests.utterances.gold import FILES, LATER, read_cases
from tests.utterances.remembering import Remembering
from tests.utterances.scoring import failure, run, shares

PATIENCE = 3600.0
"""Seconds to wait for the model, whose weights may have to be fetched first."""


@contextmanager
def _model(stage: Stage, folder: Path) -> Iterator[ChatModel]:
    """The model that the settings name, by default the embedded one, with its answers kept in `folder`."""
    warm_up = [prompt for agent in stage.agents.values() for prompt in agent.warm_up[:1]]
    host = ModelHost(Settings(), warm_up=warm_up)
    host.start()
    try:
        status = host.wait(PATIENCE)
        if host.model is None:
            sys.exit(f"No model: {status.state}, {status.detail}")
        yield Remembering(host.model, folder)
    finally:
        host.close()


def score(stage: Stage, files: list[str], model: ChatModel | None, *, show: bool) -> None:
    """Run and print these files, one after the other."""
    for file in files:
        told = show or not file.startswith("held")
        results = []
        for result in run(stage, read_cases(file), model):
            results.append(result)
            if told and not result.verdict.right:
                print("\n".join(failure(result)), flush=True)
            for notice in result.notices:
                print(f"{file}:{result.case.line} {notice}", file=sys.stderr, flush=True)
        print(f"\n{file}, {'with ' + model.name if model else 'without a model'}")
        print("\n".join(share.line() for share in shares(results)))
        print(f"model calls   {sum(r.calls for r in results)}\n", flush=True)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m tests.utterances", description=__doc__)
    parser.add_argument("files", nargs="*", default=[*FILES, *LATER], help=f"of {', '.join((*FILES, *LATER))}; all")
    parser.add_argument("--model", action="store_true", help="with the model that the settings name")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "palate-utterances")
    parser.add_argument("--show", action="store_true", help="print the failures of held-out files too")
    asked = parser.parse_args()
    files = [Path(name).name.removesuffix(".tsv") for name in asked.files]
    with tempfile.TemporaryDirectory() as folder, Stage.open(Path(folder)) as stage:
        if not asked.model:
            score(stage, files, None, show=asked.show)
            return
        with _model(stage, asked.cache) as model:
            score(stage, files, model, show=asked.show)


if __name__ == "__main__":
    main()
