"""palate's own systems: the whole of it, its ranker, reciprocal rank fusion, and each family alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from palate.catalogue.catalogue import Rows
from palate.domain import Query
from palate.eval.holdout import Holdout
from palate.eval.metrics import K, Lists
from palate.retrieval.engine import Engine
from palate.retrieval.fusion import fuse
from palate.retrieval.learned.ranker import Ranker
from palate.retrieval.learned.training import proposals, request_of
from palate.retrieval.ranking import Ranking

WHOLE, PLAIN, RANKER, RRF = "palate", "palate-undiversified", "ranker", "rrf"


def own_systems(
    engine: Engine, holdout: Holdout, ranker: Ranker | None, tell: Callable[[int], None] = lambda done: None
) -> list[Lists]:
    """What each system recommends to each person of the holdout; `engine` knows only what was before.

    `palate` is the slate that a turn would show, `palate-undiversified` the same with diversity 0, `ranker` and `rrf`
    the two ways of making one order out of the same proposals, and a family all rankings of one source.
    """
    lists: defaultdict[str, list[Rows]] = defaultdict(list)
    for done, place in enumerate(holdout.people):
        query = replace(request_of(holdout.before, place, engine.catalogue), size=K)
        found = proposals(engine, query)
        chosen = {
            WHOLE: _slate(engine, query, found),
            PLAIN: _slate(engine, replace(query, diversity=0.0), found),
            RRF: _fused(found),
        }
        if ranker is not None:
            features = engine.features(query, found)
            order = np.argsort(-ranker.scores(features), kind="stable")
            chosen[RANKER] = features.rows[order[:K]]
        by_source: defaultdict[str, list[Ranking]] = defaultdict(list)
        for ranking in found:
            by_source[ranking.source].append(ranking)
        chosen |= {source: _fused(rankings) for source, rankings in by_source.items()}
        for name, rows in chosen.items():
            # A family that had nothing to say to somebody before has an empty list for them.
            lists[name] += [_NONE] * (done - len(lists[name]))
            lists[name].append(rows)
        tell(done + 1)
    people = len(holdout.people)
    return [Lists(name, [*rows, *[_NONE] * (people - len(rows))]) for name, rows in lists.items()]


def _slate(engine: Engine, query: Query, found: Sequence[Ranking]) -> Rows:
    catalogue = engine.catalogue
    return np.asarray([catalogue.row(item.id) for item in engine.slate(query, found).items], np.int32)


def _fused(rankings: Sequence[Ranking]) -> Rows:
    fused = fuse(rankings)
    return fused.rows[np.argsort(-fused.scores, kind="stable")[:K]]


_NONE: Rows = np.empty(0, np.int32)
