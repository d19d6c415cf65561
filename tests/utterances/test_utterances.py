"""The files are what they should be; and how much of them is understood without a model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.agent.reading.reading import Reading
from palate.agent.state import Act
from palate.agent.text import fold
from palate.catalogue.catalogue import Catalogue
from palate.domain import TEXT
from tests.utterances.contexts import CONTEXTS, SHOP, Stage
from tests.utterances.gold import FILES, FOLDER, LATER, Case, Form, parse, read_cases
from tests.utterances.judging import Heard, judge
from tests.utterances.scoring import run

LEAST, OF_EACH_ACT = 75, 3
SHARE = 0.8
"""Of the utterances of a language that must be understood without a model."""
ELSEWHERE = {".py", ".txt", ".toml", ".jsonl", ".csv", ".md", ".jinja", ".j2", ".json"}
LONG = {"en": 18, "zh": 8}
"""Characters from which an utterance must not stand in a file at all; a shorter one not as a text of its own."""


@pytest.mark.parametrize("file", FILES)
def test_a_file_has_enough_of_every_act_and_of_the_shop(file: str) -> None:
    cases = read_cases(file)
    assert len(cases) >= LEAST
    acts = Counter(case.acts[0] for case in cases)
    assert set(acts) == set(Act)
    assert min(acts.values()) >= OF_EACH_ACT
    assert {act for act, _ in acts.most_common(2)} == {Act.RECOMMEND, Act.REFINE}
    in_shop = sum(CONTEXTS[case.context].catalogue == SHOP for case in cases) / len(cases)
    assert 0.15 <= in_shop <= 0.3


def test_no_utterance_comes_twice() -> None:
    texts = Counter(_plain(case.text) for file in (*FILES, *LATER) for case in read_cases(file))
    assert [text for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("file", [*FILES, *LATER])
def test_chinese_files_are_chinese(file: str) -> None:
    chinese = [bool(re.search(r"[\u3400-\u9fff]", case.text)) for case in read_cases(file)]
    assert sum(chinese) / len(chinese) > 0.95 if file.endswith("zh") else not any(chinese)


@pytest.mark.parametrize("file", [*FILES, *LATER])
def test_the_gold_names_what_is_there(stage: Stage, file: str) -> None:
    for case in read_cases(file):
        catalogue = stage.catalogues[CONTEXTS[case.context].catalogue]
        strange = [why for wish in case.wishes for form in wish.forms for why in _strange(form, catalogue)]
        assert strange == [], f"{file}:{case.line}"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CONTEXTS)
def test_a_context_is_what_the_gold_takes_it_for(stage: Stage, name: str, language: str) -> None:
    told = CONTEXTS[name]
    context = stage.context(name, language)
    fresh = stage.context("shop" if told.catalogue == SHOP else "films", language).before
    case = Case("contexts", 0, name, (context.before.act,), parse(told.holds), "")
    heard = Heard(fresh, fresh, reading=_silent(context.before.act), after=context.before)
    assert judge(case, heard, context.catalogue).wrong == ()
    assert len(context.before.slate) >= told.shown


def test_the_gold_points_at_places_that_every_context_has() -> None:
    for file in FILES:
        for case in read_cases(file):
            places = [
                int(f.values[0]) for w in case.wishes for f in w.forms if f.kind == "item" and f.values[0].isdigit()
            ]
            assert max(places, default=0) <= CONTEXTS[case.context].shown, f"{file}:{case.line}"


def test_no_utterance_stands_in_prompts_phrases_or_other_tests() -> None:
    """What is tuned on, and what a prompt shows, would be no test."""
    root = FOLDER.parents[1]
    files = [p for top in ("palate", "tests") for p in (root / top).rglob("*") if p.suffix in ELSEWHERE]
    texts = {p: p.read_text("utf-8", errors="replace").lower() for p in files if FOLDER not in p.parents}
    shared = [
        f"{file}:{case.line} in {path.relative_to(root)}"
        for file in (*FILES, *LATER)
        for case in read_cases(file)
        for path in _holding(case, texts)
    ]
    assert shared == []


def _holding(case: Case, texts: dict[Path, str]) -> Iterator[Path]:
    said = case.text.lower().strip()
    bare = said.strip(" .!?。！？，,")
    alone = re.compile(rf"""(?:["'“]|^|: ){re.escape(bare)}[.!?。！？]*(?:["'”]|$)""", re.M)
    for path, text in texts.items():
        if bare in text and (len(said) >= LONG[case.language] or alone.search(text)):
            yield path


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


def _strange(form: Form, catalogue: Catalogue) -> Iterator[str]:
    """Columns, values and titles of a form that the catalogue does not have."""
    schema = catalogue.schema
    for column in form.columns:
        known = column in {*schema.relations, *schema.numbers, *schema.groups, TEXT}
        if not known:
            yield f"no column {column}"
        elif form.kind == "range" and column not in schema.numbers:
            yield f"no number {column}"
    if form.kind in {"any", "all", "none", "want", "avoid"}:
        for value in set(form.values) - {"*"}:
            relations = [r for column in form.columns if column != TEXT for r in schema.relations_of(column)]
            if (
                relations
                and TEXT not in form.columns
                and not any(len(catalogue.rows_with(r, value)) for r in relations)
            ):
                yield f"no value {value}"
    if form.kind in {"like", "dislike", "item"}:
        titles = {fold(title) for title in form.values if title not in {"all", "last"} and not title.isdigit()}
        yield from titles - {fold(item.title) for item in catalogue.items}


def _silent(act: Act) -> Reading:
    return Reading(act=act)


@pytest.mark.utterances
@pytest.mark.parametrize("language", ["en", "zh"])
def test_four_fifths_are_understood_without_a_model(stage: Stage, language: str) -> None:
    for files in (FILES, LATER):
        results = [r for file in files if file.endswith(language) for r in run(stage, read_cases(file))]
        assert sum(result.verdict.right for result in results) / len(results) >= SHARE
