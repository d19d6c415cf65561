"""What comes of the questions: `python -m tests.answers [--held | --fresh] [--all]`; what went wrong is printed."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.answers.shops import SHOPS, asked, fresh
from tests.answers.stage import Done, counts, opened, outcomes


def main() -> None:
    """Ask them all."""
    every: list[Done] = []
    for shop in SHOPS:
        with tempfile.TemporaryDirectory() as folder, opened(shop, Path(folder)) as palate:
            questions = asked(shop, palate.now.engine.answers.passages)
            wanted = [one for one in questions if one.held == ("--held" in sys.argv)]
            every += outcomes(palate, fresh(shop) if "--fresh" in sys.argv else wanted)
    for one in every:
        amiss = one.outcome == "wrong" or ("--all" in sys.argv and one.asked.answer >= 0 and one.outcome != "right")
        if amiss:
            print(f"{one.outcome}: {one.asked.text}\n    {one.reply[:160]}")
    for name, found in zip(("with an answer", "without"), counts(every), strict=True):
        print(f"{sum(found.values())} {name}: {dict(found.most_common())}")


if __name__ == "__main__":
    main()
