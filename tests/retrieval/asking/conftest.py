"""The real films here, not the small world of the other tests of retrieval."""

from __future__ import annotations

import pytest

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.demo.films import FILMS
from palate.catalogue.demo.report import Reading
from palate.retrieval.engine import Engine


@pytest.fixture(scope="session")
def films(reading: Reading) -> Catalogue:
    return Catalogue(FILMS, reading.items)


@pytest.fixture(scope="session")
def engine(films: Catalogue) -> Engine:
    return Engine(films)
