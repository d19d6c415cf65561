"""What is stated of the sets comes out of their files, and the floors out of our own counting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from palate.catalogue.dialogues import opendialkg
from palate.catalogue.dialogues.sets import DialogueSet
from palate.errors import DialogueError
from palate.eval.dialogues.baselines import CoOccurrence, Copy, Popularity
from palate.eval.dialogues.cases import Subset
from palate.eval.dialogues.protocols import Protocol, protocol
from palate.eval.dialogues.scoring import Answers, answers, ranking
from tests.catalogue.data import shared

STATED = {"unicrs": (4_740, 4_276, 6_281), "kgsf": (4_736, 4_272, 6_924), "he2023": (4_778, 4_288, 6_281)}


@pytest.mark.parametrize("name", STATED)
def test_redial_has_the_cases_that_are_stated(whole: DialogueSet, folder: Path, name: str) -> None:
    rule = protocol(whole, folder, name)
    cases = tuple(rule.cases("test", subset) for subset in Subset)
    assert (*cases, len(rule.candidates)) == STATED[name]


def test_opendialkg_has_the_cases_that_are_stated() -> None:
    folder = shared("opendialkg/item_ids.json").parent
    rule = protocol(opendialkg.read(folder), folder)
    assert [rule.cases("test", subset) for subset in Subset] == [1_262, 831]
    assert len(rule.candidates) == 2_965
    apart = protocol(opendialkg.read(folder), folder, "ievalm-apart")
    assert apart.turns["test"] == rule.turns["test"]
    assert rule.shared("test") == 310, "rows of a dialogue lie in both parts"
    assert apart.shared("test") == 1, "by chance: a greeting, and one book after it"


def test_he2023_goes_by_titles(whole: DialogueSet, folder: Path) -> None:
    rule = protocol(whole, folder, "he2023")
    titles = {item.id: item.title for item in whole.items}
    linked = frozenset(rule.candidates)
    again = 0
    for turn in rule.turns["test"]:
        said = {titles[film] for film in turn.named & linked}
        assert not said & {titles[film] for film in turn.wanted(Subset.NEW)}
        assert {film for film in linked if titles[film] in said} <= turn.asked(Subset.NEW).exclude
        again += sum(titles[label] in said and label not in turn.named for label in turn.labels)
    assert again == 28, "remakes and doubles, which are no new cases"
    remade = {film: titles[film] for film in rule.one if titles[film] == "It"}
    assert rule.one.items() >= remade.items()
    first, second, *_ = remade
    asked = replace(rule.turns["test"][0], labels=(first,))
    given = Answers("", Subset.STANDARD, [asked], [["1", second, first]], np.zeros(1))
    assert ranking(given, rule.one)["mrr@10"] == pytest.approx(1 / 2)
    assert ranking(given)["mrr@10"] == pytest.approx(1 / 3)


def test_an_unknown_protocol_is_told_with_those_that_there_are(whole: DialogueSet, folder: Path) -> None:
    with pytest.raises(DialogueError, match="unicrs, kgsf, he2023"):
        protocol(whole, folder, "kbrd")


def test_other_counts_stop_the_scoring(unicrs: Protocol) -> None:
    fewer = replace(unicrs, turns={"test": unicrs.turns["test"][1:]})
    with pytest.raises(DialogueError, match="4,740 are stated"):
        fewer.expect("test", Subset.STANDARD, 4_740)


def test_recommenders_of_later_dialogues_have_no_part_in_training(unicrs: Protocol) -> None:
    later = unicrs.later()
    held = {turn.dialogue for turn in later.turns["later"]}
    theirs = {d.recommender for d in unicrs.train if d.id in held}
    assert not held & {d.id for d in later.train}
    assert not theirs & {d.recommender for d in later.train}
    assert max(d.order for d in later.train) < min(float(name) for name in held)


@pytest.mark.parametrize(
    ("kind", "standard", "new"),
    [
        (Popularity, (1.31, 5.27, 16.33), (1.33, 5.36, 16.02)),
        (CoOccurrence, (3.16, 15.76, 32.64), (3.46, 16.42, 32.88)),
    ],
)
def test_the_floors_of_unicrs(
    unicrs: Protocol, kind: type[Popularity], standard: tuple[float, ...], new: tuple[float, ...]
) -> None:
    system = kind(unicrs.train, unicrs.candidates)
    for subset, stated in ((Subset.STANDARD, standard), (Subset.NEW, new)):
        found = ranking(answers([system], unicrs.turns["test"], subset, frozenset(unicrs.candidates))[0])
        measured = [100 * found[f"recall@{k}"].mean() for k in (1, 10, 50)]
        assert measured == pytest.approx(stated, abs=0.5)


def test_copying_what_was_named_finds_nothing_new(unicrs: Protocol) -> None:
    system = Copy(unicrs.train, unicrs.candidates)
    found = ranking(answers([system], unicrs.turns["test"][:300], Subset.NEW, frozenset(unicrs.candidates))[0])
    assert not found["recall@50"].any()
