"""The net in each of its forms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from palate.domain import Dialogue, Item, Schema, Sort, Speaker, Utterance
from palate.retrieval.talk.attributes import attributes
from palate.retrieval.talk.bags import Reader
from palate.retrieval.talk.lessons import Lessons, Vocabulary
from palate.retrieval.talk.net import inputs
from palate.retrieval.talk.netlearning import Lesson, Recipe, learn_net

SCHEMA = Schema(("kind",), (), sorts={"kind": Sort.CATEGORY})
KINDS = ("rope", "boot", "tent", "lamp")
ITEMS = [Item(f"{kind}{n}", f"{kind.title()} {n}", {"kind": (kind,)}, {}) for kind in KINDS for n in range(5)]
SMALL = Recipe(dimensions=16, hidden=16, epochs=30, batch=32, rate=1e-2)


def dialogue(number: int) -> Dialogue:
    kind = KINDS[number % 4]
    asked = Utterance(Speaker.SEEKER, f"I want a {kind}, says number {number}")
    return Dialogue(f"d{number}", (asked, Utterance(Speaker.RECOMMENDER, "Here.", (f"{kind}{number // 4 % 4}",))))


@pytest.mark.parametrize(
    "recipe",
    [SMALL, replace(SMALL, shared=True, smoothing=0.1), replace(SMALL, sigmoid=True)],
    ids=("softmax", "smoothed", "sigmoid"),
)
def test_words_lead_to_the_items_of_their_kind(recipe: Recipe) -> None:
    dialogues = [dialogue(number) for number in range(160)]
    vocabulary = Vocabulary.of(dialogues, {item.id: item.title for item in ITEMS})
    numbers = {item.id: number for number, item in enumerate(ITEMS)}
    reader = Reader(numbers, [item.title for item in ITEMS], vocabulary.words)
    lessons = Lessons.of(reader, dialogues)
    read = inputs(lessons.bags, vocabulary.rarity)
    lesson = Lesson(read, lessons.labels, lessons.recommended, attributes(ITEMS, SCHEMA, ()).matrix)
    told = learn_net(lesson, recipe, 0).log_probabilities(read)
    assert np.allclose(np.exp(told).sum(axis=1), 1, atol=1e-4)
    # The fifth of each kind was never named, so the four that were come first.
    first = [{ITEMS[place].id for place in np.argsort(-row)[:4].tolist()} for row in told]
    wanted = [{f"{KINDS[number % 4]}{n}" for n in range(4)} for number in range(160)]
    assert np.mean([found == known for found, known in zip(first, wanted, strict=True)]) > 0.9
