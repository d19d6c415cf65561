"""Personal data goes, what a recommender needs stays; half of the sentences were never looked at in building."""

from __future__ import annotations

import csv
import itertools
import sys
from pathlib import Path
from types import FrameType

import pytest

from palate.catalogue.demo.report import Reading
from palate.masking.folding import folded
from palate.masking.masking import masked
from palate.masking.spans import Personal
from palate.masking.words import not_kept
from tests.masking.sentences import negatives, positives

UTTERANCES = Path(__file__).parents[1] / "utterances"


@pytest.mark.parametrize(("text", "left"), positives("open"))
def test_personal_data_goes(text: str, left: str) -> None:
    assert masked(text).text == left


@pytest.mark.parametrize("text", negatives("open"))
def test_what_a_recommender_needs_stays(text: str) -> None:
    assert masked(text).text == text


def test_held_out_sentences() -> None:
    missed = [(text, masked(text).text) for text, left in positives("held") if masked(text).text != left]
    assert len(missed) <= 0.05 * len(positives("held")), missed
    mangled = [(text, masked(text).text) for text in negatives("held") if masked(text).text != text]
    assert len(mangled) <= 0.01 * len(negatives("held")), mangled


def test_there_are_sentences_enough() -> None:
    assert len(positives("open")) + len(positives("held")) >= 150
    assert len(negatives("open")) + len(negatives("held")) >= 250
    assert not {text for text, _ in positives("open")} & {text for text, _ in positives("held")}
    assert all(text != left for text, left in positives("open") + positives("held"))


def test_no_title_is_changed(reading: Reading) -> None:
    titles = {text for item in reading.items for text in (item.title, f"something like {item.title} ({item.year})")}
    assert len(titles) > 30_000
    assert not [title for title in titles if masked(title).found]


def test_no_item_of_the_catalogue_is_changed(reading: Reading) -> None:
    names = {name for item in reading.items for values in item.attributes.values() for name in values}
    assert not [name for name in names if masked(name).found]


def test_no_utterance_is_changed() -> None:
    texts = []
    for path in UTTERANCES.glob("*.tsv"):
        with path.open(encoding="utf-8", newline="") as file:
            texts += [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    assert len(texts) > 300
    assert not [text for text in texts if masked(text).found]


def test_it_tells_what_it_found_and_not_what_it_was() -> None:
    found = masked("I am zoe@example.com, call +1 202 555 0143 or max@example.com")
    assert found.text == "I am [email], call [phone] or [email]"
    assert found.found == (Personal.EMAIL, Personal.PHONE, Personal.EMAIL)
    assert "zoe" not in repr(found)


@pytest.mark.parametrize("text", [text for text, _ in positives("open")])
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = masked(text).text
    assert masked(once).text == once


def test_regions_are_a_setting() -> None:
    assert masked("my home: 06 12 34 56 78").found == ()
    assert masked("my home: 06 12 34 56 78", ("FR",)).text == "my home: [phone]"
    assert masked("手机13800138000给我", ("US",)).found == ()


def test_folding_keeps_every_place() -> None:
    for text in ("１３８　００１３", "ａ＠ｂ．ｃ", "一二三", "幺三八零零一三八零零零", "٠١٢", "😀 ½ ①"):
        assert len(folded(text)) == len(text)
    assert folded("１３８－٤") == "138-4"


def test_words() -> None:
    assert not_kept([Personal.EMAIL], "en") == "I have not kept the e-mail address."
    three = [Personal.CARD, Personal.PHONE, Personal.CARD, Personal.IBAN]
    assert not_kept(three, "en") == "I have not kept the card number, the phone number or the account number."
    assert not_kept(three, "zh") == "我没有保留您的银行卡号、电话号码、银行账号。"


PATTERNS = (
    "1",
    "1 ",
    "12-",
    "a@",
    "@",
    " at ",
    "a.b-",
    "GB82 ",
    "(+1",
    "一",
    "幺三",
    "1234 5678 ",
    "4111 ",
    "at a dot ",
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_it_is_not_quadratic(pattern: str) -> None:
    """Ten times the text takes nowhere near a hundred times the work; what is counted is calls."""

    def calls(length: int) -> int:
        text = "".join(itertools.islice(itertools.cycle(pattern), length))
        counted = 0

        def count(_: FrameType, event: str, __: object) -> None:
            nonlocal counted
            counted += event in {"call", "c_call"}

        sys.setprofile(count)
        try:
            masked(text)
        finally:
            sys.setprofile(None)
        return counted

    calls(1000)
    assert calls(100_000) < 20 * max(calls(10_000), 100)
