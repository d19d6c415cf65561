"""Messages nobody should write: whatever they are, they are read."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palate.agent.reading.reader import Reader
from palate.agent.state import DialogueState
from tests.agent import shops

PIECES = st.sampled_from(
    [
        "not", "leather", "under", "$", "1", ",", "一百", "块", "以内",
        "backpack", "Harbour Mug", "the second one", "cheaper", "for my", "wife", "size", "M", "red",
        "红色的", "《", "》", "\u202e", "\u0000", "{}", "\\", "(", "*",
        "+", "and", "or", "between", "-", "不要", "ﬁ",
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Reader:
    return shops.reader_of(shops.crockery())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=120), st.lists(PIECES, max_size=25).map(" ".join), st.lists(PIECES, max_size=25).map("".join)
    )
)
def test_anything_is_read_and_applied(reader: Reader, text: str) -> None:
    before = DialogueState(slate=("0", "1", "2"), shown=("0", "1", "2"))
    state = reader.read(text, before).apply(before)
    assert all(c.low is None or c.high is None or c.low <= c.high for c in reader.read(text, state).constraints)


@pytest.mark.parametrize(
    "text", ["1 " * 1000, "一" * 2000, "$" * 1000 + "1," * 500, "not " * 500, "1-" * 1000, "(" * 2000]
)
def test_long_and_empty_of_sense(reader: Reader, text: str) -> None:
    assert len(reader.read(text, DialogueState()).constraints) <= 3
