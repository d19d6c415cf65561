"""Every `Palate` of a service: one a tenant and catalogue, opened when first asked for; all share one model."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Self

from palate.api.keys import TENANT
from palate.api.tending import Tending
from palate.app import Palate
from palate.domain import User
from palate.errors import UnknownCatalogue, UnknownUser
from palate.llm.serving import ModelHost
from palate.settings import Settings
from palate.store.store import Store

_TENANTS = "tenants"
"""The folder of the data folder that has theirs."""


@dataclass(frozen=True, slots=True)
class Tenancy:
    """What a tenant has of its own."""

    name: str
    """Empty: the house's own."""
    settings: Settings
    store: Store
    tending: Tending


class House:
    """Opens, keeps and closes them. Safe for any number of threads."""

    def __init__(self, settings: Settings, catalogue: str, *, model: bool) -> None:
        """Open the first catalogue, which is the one that is meant where none is named.

        Nothing runs behind it yet. Raises what `Palate.open` raises.
        """
        self.settings = settings
        self.catalogue = catalogue
        self.store = Store.open(settings)
        """The house's own: the keys lie in it."""
        self._opening = threading.RLock()
        self._tenants: dict[str, Tenancy] = {}
        self._open: dict[tuple[str, str], Palate] = {}
        self._started = False
        try:
            self._tenants[""] = Tenancy("", settings, self.store, Tending(self.store, settings))
            self.first = Palate.open(settings, catalogue=catalogue, model=model, ordered=True)
        except BaseException:
            self.store.close()
            raise
        self._open["", catalogue] = self.first

    def start(self) -> None:
        """Bring the model and the vectors up behind."""
        with self._opening:
            self._started = True
            for palate in self._open.values():
                palate.start()
            for tenancy in self._tenants.values():
                tenancy.tending.start()
        # What waits to be delivered for a tenant does not wait until the tenant asks for something.
        for tenant in dict.fromkeys(key.tenant for key in self.store.keys.listed()):
            self.tenancy(tenant)

    def close(self) -> None:
        """Close everything, the owner of the model last."""
        with self._opening:
            for palate in reversed(self._open.values()):
                palate.close()
            for tenancy in self._tenants.values():
                tenancy.tending.close()
                tenancy.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def host(self) -> ModelHost | None:
        """The model's host, None where no model is wanted."""
        return self.first.host

    def tenancy(self, tenant: str) -> Tenancy:
        """What a tenant has; its store is made when it is first asked for. Raises StoreError."""
        found = self._tenants.get(tenant)
        if found is not None:
            return found
        with self._opening:
            if tenant not in self._tenants:
                settings = settings_of(self.settings, tenant)
                store = Store.open(settings)
                self._tenants[tenant] = tenancy = Tenancy(tenant, settings, store, Tending(store, settings))
                if self._started:
                    tenancy.tending.start()
            return self._tenants[tenant]

    def palate(self, tenant: str, catalogue: str | None = None) -> Palate:
        """The `Palate` of one of a tenant's catalogues; without a name the first, or the only one there is.

        Raises UnknownCatalogue and StoreError.
        """
        name = catalogue or self._usual(tenant)
        found = self._open.get((tenant, name))
        return found or self._opened(tenant, name)

    def forget(self, tenant: str, user: str) -> None:
        """Drop from memory what a person asked; for when they are erased."""
        with self._opening:
            mine = [palate for (owner, _), palate in self._open.items() if owner == tenant]
        for palate in mine:
            palate.forget(user)

    def _opened(self, tenant: str, name: str) -> Palate:
        store = self.tenancy(tenant).store
        # Asked first, so that nobody gets the demo films by their name; `catalogue` raises UnknownCatalogue.
        store.catalogue(name)
        with self._opening:
            palate = self._open.get((tenant, name))
            if palate is None:
                settings = self.tenancy(tenant).settings
                palate = Palate.open(settings, catalogue=name, model=self.host or False, ordered=True)
                if self._started:
                    palate.start()
                self._open[tenant, name] = palate
        return palate

    def _usual(self, tenant: str) -> str:
        if not tenant:
            return self.catalogue
        names = [info.name for info in self.tenancy(tenant).store.catalogues()]
        if len(names) != 1:
            there = f"there are {', '.join(names)}; name one" if names else "there is none yet"
            raise UnknownCatalogue(f"No catalogue was named, and {there}.")
        return names[0]


def settings_of(settings: Settings, tenant: str) -> Settings:
    """The settings of a tenant: a data folder of its own, a schema in PostgreSQL, a space in a Chroma server."""
    if not tenant:
        return settings
    return settings.model_copy(
        update={
            "data_dir": settings.data_dir / _TENANTS / tenant,
            "database_schema": f"{settings.database_schema}_{tenant.replace('-', '_')}",
            "chroma_space": f"{settings.chroma_space}/{tenant}",
        }
    )


def tenants_of(settings: Settings) -> list[str]:
    """Every tenant there is something of: a key, or a data folder. Raises StoreError."""
    with Store.open(settings) as store:
        named = {key.tenant for key in store.keys.listed()}
    folders = {path.name for path in (settings.data_dir / _TENANTS).glob("*") if path.is_dir()}
    return sorted(name for name in named | folders if TENANT.fullmatch(name))


def registered(store: Store, user: str) -> None:
    """See that the person is in the store: a team's own ids need no registration. Raises StoreError."""
    try:
        store.user(user)
    except UnknownUser:
        store.add_user(User(user, user))
