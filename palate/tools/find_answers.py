"""READ. Look an answer up in the documents that were imported."""

from __future__ import annotations

from palate.retrieval.answers.answers import Fit
from palate.retrieval.engine import Engine
from palate.tools.told import Tell, Told, fenced

LONGEST = 500
"""Characters of one text that a model is given: more than of an item's, since a quotation says it all."""


def find_answers(engine: Engine) -> Tell:
    """What the tool does over one catalogue."""

    def find(question: str) -> tuple[str, Told]:
        """Look up what the shop's own documents say: returns, delivery, payment, warranty, opening hours.

        Args:
            question: The question in the person's own words.

        """
        fits = engine.answers.find(question)
        if not fits:
            return "nothing fits", Told()
        return fenced({"answers": [_described(fit) for fit in fits]}, longest=LONGEST), Told(fits=fits)

    return find


def _described(fit: Fit) -> dict[str, str]:
    passage = fit.passage
    told = {"from": passage.title, "document": passage.document, "says": fit.shown, "link": passage.link}
    return {name: said for name, said in told.items() if said}
