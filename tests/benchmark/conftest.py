from __future__ import annotations

from dataclasses import replace

import pytest

from palate.benchmark.columns import Columns
from palate.benchmark.growing import Growth
from palate.benchmark.parents import Parents
from palate.benchmark.requests import filters
from palate.domain import Sort
from palate.retrieval.vectors.passages import passage
from tests.retrieval.conftest import FILMS, SCHEMA
from tests.retrieval.encoders import WordEncoder


@pytest.fixture(scope="session")
def parents() -> Parents:
    sorts = {"genre": Sort.CATEGORY, "director": Sort.PERSON, "cast": Sort.PERSON, "country": Sort.COUNTRY}
    return Parents(replace(SCHEMA, sorts=sorts), FILMS)


@pytest.fixture(scope="session")
def growth(parents: Parents) -> Growth:
    vectors = WordEncoder().passages([passage(item, parents.schema) for item in parents.items])
    return Growth(parents.schema, parents.items, vectors, 2000, seed=3)


@pytest.fixture(scope="session")
def columns(growth: Growth) -> Columns:
    relation, numbers = filters(growth.schema)
    return Columns(growth.items(), len(growth), numbers, relation)
