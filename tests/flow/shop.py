"""The outdoor shop of the utterances, in a data folder of its own."""

from __future__ import annotations

from pathlib import Path

from palate.app import Palate
from palate.catalogue.imports.importing import guess_mapping, import_catalogue, look_at
from palate.domain import User
from palate.hook import Hook
from palate.settings import Settings
from palate.store.store import Store
from tests.utterances.contexts import SHOP, SHOP_FILE


def open_shop(folder: Path, hook: Hook | None = None) -> Palate:
    """The shop without a model, with Nora as a customer beside the guest."""
    settings = Settings(data_dir=folder)
    with Store.open(settings) as store:
        import_catalogue(store, SHOP_FILE, SHOP, guess_mapping(look_at(SHOP_FILE), SHOP_FILE, SHOP))
        store.add_user(User("nora", "Nora"))
    return Palate.open(settings, catalogue=SHOP, model=False, hand_over=hook)
