"""Personal data: all there is on a person, and deleting it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from palate.api.access import Caller, allowed, house_of
from palate.api.bodies import UserId
from palate.api.keys import Scope
from palate.personal.erasing import erased
from palate.personal.exporting import exported

router = APIRouter(prefix="/v1/people", tags=["people"])
Admins = Annotated[Caller, Depends(allowed(Scope.ADMIN))]


class ErasedOut(BaseModel):
    """What was deleted, and what is still to be done."""

    lines: list[str]


@router.get("/{user}/export", summary="Export all there is on a person")
def export(user: UserId, caller: Admins) -> dict[str, Any]:
    """Rows of every table, as they are kept."""
    return dict(exported(caller.tenancy.store, caller.tenancy.settings, user))


@router.delete("/{user}", summary="Erase a person")
def erase(user: UserId, request: Request, caller: Admins) -> ErasedOut:
    """Delete all there is on a person; says until when what was learned from them is still used."""
    done = erased(caller.tenancy.store, caller.tenancy.settings, user)
    house_of(request).forget(caller.tenant, user)
    return ErasedOut(lines=done.lines())
