"""The scripted requests: first the list itself, then the product without a model put to all of them."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from pathlib import Path
from shutil import copytree

from tests.audit.auditor import Auditor
from tests.audit.requests import read_requests
from tests.audit.run import audit, real_product

FEW = frozenset({"en029", "en030", "en031", "zh017", "zh018"})
"""Requests that fewer than five films meet, by the world's doing: Bogart's mysteries, Miyazaki in this catalogue."""


def test_there_are_200_requests_in_two_languages_and_60_for_the_model() -> None:
    requests = read_requests()
    assert len({request.id for request in requests}) == 200
    assert Counter(request.lang for request in requests) == {"en": 120, "zh": 70, "mixed": 10}
    assert sum(request.model for request in requests) == 60


def test_the_turns_for_the_model_begin_their_conversations() -> None:
    turns = [request for request in read_requests() if request.conversation]
    conversations = [[turn.model for turn in group] for _, group in groupby(turns, lambda turn: turn.conversation)]
    assert len(conversations) == 15
    assert all(marks == sorted(marks, reverse=True) for marks in conversations)


def test_the_labels_can_be_met_where_films_are_expected_and_nowhere_else(auditor: Auditor) -> None:
    for request in read_requests():
        matching = auditor.matching(request.labels, 5)
        if request.expect == "none_matches":
            assert matching == 0, request
        else:
            assert matching >= (1 if request.id in FEW else 5), request


def test_every_named_film_is_in_the_catalogue(auditor: Auditor) -> None:
    named = {one for request in read_requests() for one in request.named.values() if one}
    assert named <= auditor.films.by_imdb.keys()


def test_the_product_answers_all_of_them_without_a_model(auditor: Auditor, demo_folder: Path, tmp_path: Path) -> None:
    with real_product(Path(copytree(demo_folder, tmp_path / "data")), model=False) as product:
        report = audit(product, read_requests(), auditor)
    assert len(report.judged) == 200
    assert not report.violations, "\n".join(report.lines())


def test_the_auditor_shares_no_code_with_the_product() -> None:
    folder = Path(__file__).parent
    importing = {
        path.name
        for path in folder.glob("*.py")
        if re.search(r"^\s*(?:import|from) palate\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert importing == {"run.py", "test_run.py"}
