"""How close a candidate is to what was named: to the closest, and to the last."""

from __future__ import annotations

import numpy as np
import pytest

from palate.retrieval.talk.learning import learn
from palate.retrieval.talk.model import TalkModel
from palate.retrieval.talk.netlearning import Recipe
from palate.retrieval.talk.pairs import pairs
from tests.retrieval.talk.test_few import ITEMS, SCHEMA, dialogue

NETS = (Recipe(dimensions=8, hidden=8, epochs=1, batch=16, shared=True, smoothing=0.1),)


@pytest.fixture(scope="module")
def model() -> TalkModel:
    return learn(ITEMS, SCHEMA, (), [dialogue(number) for number in range(24)], nets=NETS)


def test_the_closest_and_the_last_are_told_apart(model: TalkModel) -> None:
    rope, boot, other = (model.ids.index(name) for name in ("rope1", "boot1", "boot2"))
    candidates = np.sort(np.asarray([rope, boot, other]))
    place = {int(item): number for number, item in enumerate(candidates)}
    made = pairs(model.families, [boot, rope], candidates)
    kinds = made["pair.kinds.closest"], made["pair.kinds.last"]
    assert kinds[0][place[other]] == pytest.approx(1), "as boot 1, which was named first"
    assert kinds[1][place[other]] == 0, "rope 1 came last"
    assert all(column[place[rope]] == 0 for column in kinds), "nothing is like itself"
    again = pairs(model.families, [rope, boot], candidates)
    assert again["pair.kinds.last"][place[other]] == pytest.approx(1)


def test_the_columns_are_the_same_where_nothing_was_named(model: TalkModel) -> None:
    candidates = np.arange(4)
    nothing, something = pairs(model.families, [], candidates), pairs(model.families, [5], candidates)
    assert tuple(nothing) == tuple(something)
    assert not any(column.any() for column in nothing.values())


def test_a_shared_table_of_words_is_one_again_when_read(
    model: TalkModel, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("model")
    model.save(folder)
    read = TalkModel.load(folder)
    assert read is not None
    (net,) = read.families.nets
    assert len({id(table) for table in net.words.values()}) == 1
    assert np.allclose(net.words["last_words"], model.families.nets[0].words["last_words"], atol=1e-2)
