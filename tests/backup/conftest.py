from __future__ import annotations

from tests.store.conftest import settings, store

__all__ = ["settings", "store"]
