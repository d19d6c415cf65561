"""The auditor, against claims that are known to be true or false."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from palate.eval import simulate
from palate.eval.simulate.auditor.auditing import Audit, Auditor
from palate.eval.simulate.shelf import Good, Shelf
from tests.eval.simulate.planting import Planted, plant, shop

FALSE = 200


@pytest.fixture(scope="session")
def shelf(demo_folder: Path) -> Shelf:
    return Shelf.read(demo_folder / "palate.db", "films")


@pytest.fixture(scope="session")
def auditors(shelf: Shelf) -> dict[bool, Auditor]:
    return {False: Auditor(shelf), True: Auditor(shop())}


@pytest.fixture(scope="session")
def planted(shelf: Shelf) -> list[Planted]:
    return plant(shelf, shop(), FALSE, 11)


def found(audit: Audit) -> bool:
    return bool(audit.wrong or audit.invented)


def test_of_200_planted_false_claims_95_in_100_are_caught(
    auditors: dict[bool, Auditor], planted: list[Planted]
) -> None:
    missed = [each for each in planted if not found(auditors[each.shop].audit(each.false, each.shown))]
    assert len(planted) == FALSE
    assert min(Counter(each.kind for each in planted).values()) >= 3
    assert len(missed) <= FALSE * 0.05, "\n".join(f"{each.kind}: {each.false}" for each in missed)


def test_of_the_same_replies_as_they_were_at_most_one_in_100_is_flagged(
    auditors: dict[bool, Auditor], planted: list[Planted]
) -> None:
    audits = [(each, auditors[each.shop].audit(each.true, each.shown)) for each in planted]
    flagged = [f"{each.kind}: {each.true} {audit.wrong} {audit.invented}" for each, audit in audits if found(audit)]
    assert len(flagged) <= FALSE * 0.01, "\n".join(flagged)
    assert sum(len(audit.claims) for _, audit in audits) > FALSE


def test_it_shares_no_code_with_the_agent() -> None:
    folder = Path(simulate.__file__).parent
    files = [*(folder / "auditor").glob("*.py"), folder / "shelf.py", folder / "musts.py"]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            ours = [name for name in names if name.startswith("palate")]
            allowed = ("palate.errors", "palate.eval.simulate.auditor", "palate.eval.simulate.shelf")
            assert all(name.startswith(allowed) for name in ours), f"{path.name}: {ours}"


def film(shelf: Shelf, title: str) -> Good:
    from palate.eval.simulate.shelf import fold

    return shelf.by_title[fold(title)][0]


@pytest.mark.parametrize(
    "reply",
    [
        "Source Code (2011) is a thriller. If you would rather have a western, say so.",
        "Nothing here meets all of that. I left out some of it (1960–1963); these come nearest. Source Code (2011).",
        "You asked for a French comedy; Source Code is a science-fiction thriller.",
        "Would you like a documentary from the 1950s?",
    ],
)
def test_what_the_person_asked_for_is_no_claim(auditors: dict[bool, Auditor], shelf: Shelf, reply: str) -> None:
    assert not found(auditors[False].audit(reply, [film(shelf, "Source Code"), film(shelf, "Looper")]))


def test_a_taste_that_is_told_is_no_word_on_the_item(auditors: dict[bool, Auditor], shelf: Shelf) -> None:
    audit = auditors[False].audit(
        "《Looper》（2012）是惊悚片，合你对 Romance、Musical 的喜好。", [film(shelf, "Looper")]
    )
    assert not found(audit)


def test_a_title_that_the_person_said_is_not_invented(auditors: dict[bool, Auditor], shelf: Shelf) -> None:
    reply = "“The Paper Moon Riders” is not in the catalogue; try Looper (2012)."
    shown = [film(shelf, "Looper")]
    assert auditors[False].audit(reply, shown).invented == ("The Paper Moon Riders",)
    assert not auditors[False].audit(reply, shown, heard="something like The Paper Moon Riders").invented


def test_a_claim_about_a_column_that_is_not_known_is_unsupported(auditors: dict[bool, Auditor], shelf: Shelf) -> None:
    audit = auditors[False].audit("Looper costs $19.99 and stars Bruce Willis.", [film(shelf, "Looper")])
    assert [claim.kind for claim in audit.wrong] == ["money"]
    assert audit.supported == 1


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        ("Looper (2012) is close to Source Code, which you liked.", 0),
        ("Looper (2012) is a thriller by Rian Johnson; you liked Source Code.", 0),
        ("《Looper》（2012）和你喜欢的《Source Code》接近。", 0),
        ("Looper (2012) is a thriller for those evenings when you like thrillers.", 0),
        ("Looper (2012) is a thriller directed by Rian Johnson, which you liked.", 1),
        ("Looper (2012), which you loved, is a thriller.", 1),
        ("Looper (2012) is a thriller, which you liked because it is close to Source Code.", 1),
        ("Source Code (2011) is close to Looper, which you liked.", 1),
        ("《Source Code》（2011）和你喜欢的《Looper》接近。", 1),
    ],
)
def test_what_the_person_is_said_to_like(auditors: dict[bool, Auditor], shelf: Shelf, reply: str, wrong: int) -> None:
    looper, code = film(shelf, "Looper"), film(shelf, "Source Code")
    audit = auditors[False].audit(reply, [looper, code], liked={code.id})
    assert [each.kind for each in audit.wrong] == ["liking"] * wrong
    assert not [each for each in auditors[False].audit(reply, [looper, code]).wrong if each.kind == "liking"]
