"""`make faults`: each fault while 50 people talk, and one table.

`python -m tests.faults.run [NAME …] [--people N] [--rounds N]`
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.faults.faults import FAULTS, Fault
from tests.faults.running import Outcome, suffered
from tests.faults.sizes import FULL
from tests.faults.worlds import alone, shared


def main() -> None:
    """Run the faults and print the table; ends with 1 where anything was lost, doubled, out of order or broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "faults", nargs="*", help=f"parts of names; all are: {', '.join(each.name for each in FAULTS)}"
    )
    parser.add_argument("--people", type=int, default=FULL.people)
    parser.add_argument("--data", type=Path, default=Path.home() / ".cache" / "palate" / "load", help="kept: vectors")
    parser.add_argument("--rounds", type=int, default=FULL.rounds, help="times that each happens")
    given = parser.parse_args()
    for kind in FAULTS:
        if kind().missing():
            print(f"{kind.name}: needs {kind().missing()}", file=sys.stderr)
    chosen = [each for each in FAULTS if not each().missing() and _wanted(each, given.faults)]
    outcomes = []
    size = replace(FULL, people=given.people, rounds=given.rounds)
    for opened in (alone, shared):
        faults = [kind() for kind in chosen if kind.world is opened]
        if not faults:
            continue
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder), given.data, size) as one:
            for fault in faults:
                outcomes.append(suffered(fault, one, size))
                print(json.dumps(outcomes[-1].row(), ensure_ascii=False), flush=True)
                for line in outcomes[-1].found.wrong[:20]:
                    print(f"  {line}")
    _show(outcomes)
    sys.exit(any(outcome.found.wrong for outcome in outcomes))


def _wanted(kind: type[Fault], parts: Sequence[str]) -> bool:
    return not parts or any(part in kind.name for part in parts)


def _show(outcomes: Sequence[Outcome]) -> None:
    table = Table(title=f"{len(outcomes)} faults")
    rows = [outcome.row() for outcome in outcomes]
    for name in rows[0] if rows else ():
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(str, row.values()))
    Console(width=180).print(table)


if __name__ == "__main__":
    main()
