"""`palate eval simulate`: the same people, in the same run, with every system."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from palate.domain import Interaction
from palate.errors import UnknownCatalogue
from palate.eval.reading import read_folder
from palate.eval.simulate.auditor.auditing import Auditor
from palate.eval.simulate.folder import as_file, prepare
from palate.eval.simulate.keeping import Kept
from palate.eval.simulate.plan import LANGCHAIN, Plan
from palate.eval.simulate.report import SimulationReport, build
from palate.eval.simulate.scoring import score
from palate.eval.simulate.shelf import Good, Shelf
from palate.eval.simulate.systems.opening import opened
from palate.eval.simulate.systems.palate_door import WITHOUT
from palate.eval.simulate.talking import Talked, talk
from palate.eval.simulate.users.drawing import Cast, from_catalogue, from_histories
from palate.settings import Settings
from palate.store.store import Store

Say = Callable[[str], None]


@dataclass(frozen=True)
class World:
    """A catalogue and those who talk about it."""

    shelf: Shelf
    cast: Cast


def simulate(settings: Settings, plan: Plan, say: Say = lambda line: None) -> SimulationReport:
    """Have the conversations that are not kept yet, and report on all of them.

    Raises SimulationError, UnknownCatalogue, ModelUnavailable, StoreError, CatalogueError and MissingPackage.
    """
    plan.check()
    with as_file(settings) as here:
        return _simulated(here, replace(plan, out=plan.folder(settings)), say)


def _simulated(settings: Settings, plan: Plan, say: Say) -> SimulationReport:
    prepare(settings, plan.catalogue)
    world = imagine_world(settings, plan)
    say(f"{len(world.cast.people)} people; {world.cast.source}")
    folder = plan.folder(settings)
    talks: list[Talked] = []
    with opened(settings, plan, world.shelf, world.cast.interactions, say) as (systems, model):
        stores = {name: _kept(settings, plan, name, model, world.shelf) for name in plan.systems}
        done = {(each.system, each.number): each for store in stores.values() for each in store.all()}
        say(f"conversations are kept in {folder}; {len(done)} are there")
        for persona in world.cast.people:
            for name in plan.systems:
                talked = done.get((name, persona.number))
                if talked is None:
                    talked = talk(systems.person(persona, plan.kind), systems.get(name), world.shelf)
                    stores[name].add(talked)
                    say(_line(talked))
                talks.append(talked)
    known: dict[str, list[Good]] = defaultdict(list)
    for each in world.cast.interactions:
        known[each.user_id].append(world.shelf.goods[each.item_id])
    scores = score(talks, world.shelf, Auditor(world.shelf), known)
    return build(plan, world.cast.source, model, scores)


def imagine_world(settings: Settings, plan: Plan) -> World:
    """The catalogue and its people."""
    if not settings.store_path.exists():
        raise UnknownCatalogue(f"There is no catalogue {plan.catalogue!r} in {settings.data_dir}; see palate import.")
    shelf = Shelf.read(settings.store_path, plan.catalogue)
    interactions = _interactions(settings, plan)
    if interactions:
        return World(shelf, from_histories(shelf, interactions, plan.users, plan.seed, plan.language))
    return World(shelf, from_catalogue(shelf, plan.users, plan.seed, plan.language))


def _interactions(settings: Settings, plan: Plan) -> Sequence[Interaction]:
    with Store.open(settings) as store:
        if plan.data is not None:
            return read_folder(plan.data, store.items(plan.catalogue)).interactions
        # The invented viewers of the demo are nobody to draw targets from.
        sample = {user.id for user in store.users(plan.catalogue) if user.sample}
        return [each for each in store.histories(plan.catalogue) if each.user_id not in sample]


def _kept(settings: Settings, plan: Plan, name: str, model: str, shelf: Shelf) -> Kept:
    """A file for each system, so that another model makes only those anew that talk to one."""
    key = plan.key(model if name != WITHOUT or plan.kind == "model" else "", settings)
    return Kept(plan.folder(settings), key | {"system": name, "goods": shelf.digest}, palates=name != LANGCHAIN)


def _line(talked: Talked) -> str:
    found = f"found at turn {talked.hit_turn}" if talked.hit_turn else "not found"
    return f"{talked.number:4} {talked.system}: {found}"
