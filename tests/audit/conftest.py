from __future__ import annotations

import pytest

from tests.audit.auditor import Auditor
from tests.audit.catalogue import movies_db


@pytest.fixture(scope="session")
def auditor() -> Auditor:
    return Auditor(movies_db())
