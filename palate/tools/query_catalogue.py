"""READ. Count, compare and list over the columns of the whole catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from langchain_core.tools import InjectedToolArg

from palate.domain import Query
from palate.retrieval.asking.question import Aim, Answer, Question
from palate.retrieval.engine import Engine
from palate.tools.filters import Filter, constraints, named
from palate.tools.told import Tell, Told, described, fenced


def query_catalogue(engine: Engine) -> Tell:
    """What the tool does over one catalogue."""

    def query_columns(
        aim: Literal["count", "most", "least", "mean", "values"],
        query: Annotated[Any, InjectedToolArg],
        column: str = "",
        filters: tuple[Filter, ...] = (),
        among: tuple[str, ...] = (),
        size: int = 3,
        *,
        wishes: bool = False,
    ) -> tuple[str, Told]:
        """Answer how many, which has the most or the least, what is the mean, which values there are.

        Args:
            aim: What is asked of the items that meet the filters.
            query: The dialogue state as a query.
            column: The number for most, least and mean; for values the column to list.
            filters: What the items must meet.
            among: Ids of items, where only these are meant.
            size: How many items or values to name.
            wishes: Whether the items must also meet what the person has asked for so far.

        """
        asked: Query = query
        question = Question(
            Aim(aim),
            named(engine.catalogue.schema, column) if column else "",
            (*(asked.constraints if wishes else ()), *constraints(engine.catalogue, filters)),
            among,
            min(max(size, 1), 20),
        )
        answer = engine.answer(question)
        return fenced(_data(engine, answer)), Told(answer)

    return query_columns


def arguments(question: Question) -> Mapping[str, Any]:
    """What to call the tool with, besides the query, for it to answer a question."""
    return {
        "aim": question.aim.value,
        "column": question.column,
        "filters": [Filter.of(constraint).model_dump() for constraint in question.constraints],
        "among": question.among,
        "size": question.size,
    }


def _data(engine: Engine, answer: Answer) -> dict[str, Any]:
    """An answer for a model to read."""
    question, schema = answer.question, engine.catalogue.schema
    told: dict[str, Any] = {"aim": question.aim.value, "count": answer.count}
    if question.column:
        told |= {"column": question.column, "known": answer.known}
    if answer.number is not None:
        told |= {"number": round(answer.number, 4)} | ({"unit": answer.unit} if answer.unit else {})
    if answer.tied > 1:
        told["tied"] = answer.tied
    if answer.items:
        told["items"] = [described(item, schema, [question.column] if question.column else ["year"]) for item in answer.items]  # fmt: skip  # noqa: E501
    if question.aim is Aim.VALUES:
        told |= {"different": answer.different, "values": {each.value: each.count for each in answer.values}}
    return told
