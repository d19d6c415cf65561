from __future__ import annotations

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.domain import Fact, Query
from palate.retrieval.engine import Engine
from palate.retrieval.longtail import LongTail
from palate.retrieval.options import Options
from palate.retrieval.popularity import Popularity
from palate.retrieval.ranking import Ranking


def test_the_tail_is_what_few_know(films: Catalogue) -> None:
    tail = LongTail(films, Popularity(films))
    assert tail.flags[films.row("nobody-saw-this")]
    assert not tail.flags[films.row("everybody-saw-this")]


def test_what_others_found_in_the_tail_is_proposed_else_the_best_of_it(films: Catalogue) -> None:
    tail = LongTail(films, Popularity(films))
    found = Ranking("lexical", np.asarray([10, 3], np.int32), np.asarray([2, 1], np.float32))
    assert tail.explore([found], films.alive, 5).rows.tolist() == [10, 3]
    alone = tail.explore([], films.alive, 5)
    assert len(alone) == 5
    assert tail.flags[alone.rows].all()
    row = films.row("nobody-saw-this")
    assert alone.facts(row) == (Fact("nobody-saw-this", "rare", "5", "histories"),)


def test_a_share_of_the_slate_is_kept_for_the_tail(films: Catalogue) -> None:
    engine = Engine(films)
    tail = engine.families.tail.flags

    def rare(query: Query) -> int:
        return sum(bool(tail[films.row(item.id)]) for item in engine.recommend(query).items)

    assert rare(Query(size=10, long_tail=0.5)) >= 5
    assert rare(Query(size=10, long_tail=1.0)) == 10
    assert rare(Query(size=4, text="planet", long_tail=0.5)) >= 2


def test_novelty_raises_what_few_know(films: Catalogue) -> None:
    plain = [item.id for item in Engine(films).recommend(Query(size=20)).items]
    novel = [item.id for item in Engine(films).recommend(Query(size=20, novelty=1.0)).items]
    set_so = [item.id for item in Engine(films, options=Options(novelty=1.0)).recommend(Query(size=20)).items]
    fame = Popularity(films).fame
    mean = [float(np.mean([fame[films.row(item_id)] for item_id in ids])) for ids in (plain, novel)]
    assert mean[1] < mean[0]
    assert novel == set_so
