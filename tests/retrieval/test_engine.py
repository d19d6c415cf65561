from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palate.catalogue.catalogue import Catalogue
from palate.domain import TEXT, Constraint, Entity, Fact, Interaction, Kind, Op, Query, Slate, Sort
from palate.errors import UnknownValue
from palate.retrieval import masks
from palate.retrieval.engine import Engine
from palate.retrieval.options import Options
from palate.retrieval.vectors.dense import Dense
from palate.retrieval.vectors.embeddings import EmbeddingCache, content_hash
from palate.retrieval.vectors.flatindex import FlatIndex
from palate.retrieval.vectors.vectorindex import Texts
from tests.retrieval.conftest import SCHEMA, film
from tests.retrieval.encoders import WordEncoder
from tests.retrieval.strategies import catalogues, queries


@pytest.fixture(scope="module")
def engine(films: Catalogue) -> Engine:
    return Engine(films)


def answer(engine: Engine, query: Query) -> Slate:
    return engine.slate(query, [*engine.search(query), *engine.history(query), *engine.expand(query)])


def titles(slate: Slate) -> list[str]:
    return [item.title for item in slate.items]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_slate_keeps_every_promise(data: st.DataObject) -> None:
    catalogue = data.draw(catalogues())
    query = data.draw(queries(catalogue))
    size = data.draw(st.integers(1, 6))
    engine = Engine(catalogue, options=Options(slate_size=size))
    found = data.draw(st.sampled_from([answer, lambda engine, query: engine.slate(query, [])]))
    slate = found(engine, query)
    kept = list(query.constraints)
    for constraint in slate.relaxed:
        kept.remove(constraint)
    forbidden = {*query.exclude, *query.liked, *query.disliked}
    meeting = masks.mask(catalogue, kept)
    allowed = {item.id for item, flag in zip(catalogue.items, meeting, strict=True) if flag} - forbidden
    ids = [item.id for item in slate.items]
    assert len(set(ids)) == len(ids) == min(size, len(allowed))
    assert set(ids) <= allowed
    assert slate.matching == engine.count(kept) == meeting.sum()
    if slate.relaxed:
        every = masks.mask(catalogue, query.constraints)
        assert not {item.id for item, flag in zip(catalogue.items, every, strict=True) if flag} - forbidden
    unknown = masks.unknown(catalogue, kept)
    behind = [bool(unknown[catalogue.row(item_id)]) for item_id in ids]
    assert behind == sorted(behind)
    for recommendation in slate.recommendations:
        assert 0 <= recommendation.score <= 1
        for fact in recommendation.facts:
            assert fact.item_id == recommendation.item.id


@given(st.data())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_every_source_keeps_to_the_mask(data: st.DataObject) -> None:
    catalogue = data.draw(catalogues())
    query = data.draw(queries(catalogue))
    engine = Engine(catalogue)
    slate = engine.slate(query, [])
    kept = [constraint for constraint in query.constraints if constraint not in slate.relaxed]
    allowed = engine.mask(kept)
    for ranking in [*engine.search(query), *engine.history(query), *engine.expand(query)]:
        assert len(ranking)
        assert ranking.scores.tolist() == sorted(ranking.scores.tolist(), reverse=True)
        for candidate in ranking.candidates(catalogue):
            assert allowed[catalogue.row(candidate.item_id)]
            assert candidate.item_id not in {*query.exclude, *query.liked, *query.disliked}


def test_what_is_liked_brings_its_like_with_reasons_first(engine: Engine) -> None:
    slate = answer(
        engine, Query(liked=("red-planet-rising",), constraints=(Constraint("genre", Op.NONE, ("Horror",)),))
    )
    assert titles(slate)[0] == "Red Planet Falling"
    facts = slate.recommendations[0].facts
    assert facts[0] == Fact("red-planet-falling", "shares:director", "Ada Stern", "graph", "Red Planet Rising")
    assert Fact("red-planet-falling", "year", "2014", "catalogue") in facts
    assert "The Cellar" not in titles(slate)


def test_anyone_like_a_director_comes_with_the_director(engine: Engine) -> None:
    slate = answer(engine, Query(wanted=(Entity("director", "Mei Aoki"),)))
    assert set(titles(slate)[:3]) == {"Paper Boats", "Paper Kites", "Wind and Grass"}
    asked = Fact("paper-boats", "asked_for", "Mei Aoki", "request")
    assert asked in slate.recommendations[titles(slate).index("Paper Boats")].facts


def test_a_director_who_was_asked_for_may_fill_the_slate() -> None:
    same = [film(f"Same {n}", 2000 + n, director=["Ada"], genre=["Sci-Fi"], score=90) for n in range(9)]
    rest = [film(f"Rest {n}", 2000 + n, director=[f"D{n}"], genre=["War"], score=50) for n in range(15)]
    engine = Engine(Catalogue(SCHEMA, [*same, *rest]))
    slate = answer(engine, Query(wanted=(Entity("director", "Ada"),)))
    assert [item.names("director") for item in slate.items] == [("Ada",)] * 5


def test_explain_tells_the_same_reasons_in_the_order_given(engine: Engine) -> None:
    query = Query(liked=("red-planet-rising",), wanted=(Entity("genre", "Sci-Fi"),))
    slate = {r.item.id: r.facts for r in answer(engine, query).recommendations}
    explained = engine.explain(query, ["quiet-orbit", "red-planet-falling"])
    assert [recommendation.item.id for recommendation in explained] == ["quiet-orbit", "red-planet-falling"]
    assert all(recommendation.facts == slate[recommendation.item.id] for recommendation in explained)


def test_histories_make_slates_differ(engine: Engine) -> None:
    def liking(*ids: str) -> Query:
        history = tuple(Interaction("u", item_id, Kind.LIKED, 1.0) for item_id in ids)
        return Query(history=history, exclude=frozenset(ids))

    space, boats = answer(engine, liking("red-planet-rising")), answer(engine, liking("paper-boats"))
    assert titles(space)[0] == "Red Planet Falling"
    assert titles(boats)[0] == "Paper Kites"
    assert boats.recommendations[0].facts[0] == Fact(
        "paper-kites", "liked_with", "Paper Boats", "history", "Paper Boats"
    )


def test_unknown_passes_an_exclusion_last_and_says_so(engine: Engine) -> None:
    query = Query(constraints=(Constraint("genre", Op.NONE, ("Drama", "Sci-Fi", "Animation", "Horror")),))
    slate = answer(engine, query)
    assert titles(slate)[-1] == "No Label"
    assert slate.recommendations[-1].unknown == ("genre",)
    assert all(recommendation.unknown == () for recommendation in slate.recommendations[:-1])


def test_nothing_meets_it_so_the_nearest_is_shown(engine: Engine) -> None:
    short = Constraint("runtime", Op.RANGE, high=30)
    comedy = Constraint("genre", Op.ANY, ("Comedy",))
    slate = answer(engine, Query(constraints=(short, comedy)))
    assert slate.relaxed == (short,)
    assert slate.matching == 3
    assert set(titles(slate)) == {"Two Bakers", "Three Bakers", "The Long Lunch"}
    assert titles(slate)[-1] == "The Long Lunch"


def test_a_disliked_item_pushes_its_like_down_and_unwanted_too(films: Catalogue) -> None:
    engine = Engine(films, options=Options(slate_size=7))
    both = (Constraint("genre", Op.ANY, ("Sci-Fi", "Animation")),)
    plain = titles(answer(engine, Query(constraints=both)))
    averse = titles(answer(engine, Query(constraints=both, disliked=("red-planet-rising",))))
    assert len(plain) == 7
    assert averse[-1] == "Red Planet Falling" != plain[-1]
    unwanted = titles(answer(engine, Query(constraints=both, unwanted=(Entity("genre", "Sci-Fi"),))))
    assert set(unwanted[:3]) == {"Paper Boats", "Paper Kites", "Wind and Grass"} != set(plain[:3])


def test_the_little_seen_do_not_fill_a_strangers_slate(engine: Engine) -> None:
    assert "Nobody Saw This" not in titles(answer(engine, Query()))
    assert "Worst of All" not in titles(answer(engine, Query()))


def with_vectors(films: Catalogue, folder: Path) -> Dense:
    """Dense retrieval over the words of the titles."""
    cache, encoder = EmbeddingCache(folder / "embeddings.db"), WordEncoder()
    dense = Dense(films, FlatIndex(films.name, encoder.name, cache), encoder)
    dense.open()
    titles = [item.title for item in films.items]
    texts = [
        Texts(row, item.id, (content_hash(title),))
        for row, (item, title) in enumerate(zip(films.items, titles, strict=True))
    ]
    dense.index.put("title", texts, encoder.passages(titles))
    return dense


def test_text_brings_dense_and_lexical_and_no_text_brings_neither(films: Catalogue, tmp_path: Path) -> None:
    asked = Query(text="paper boats")
    words = {"popularity", "lexical", "phrase"}
    assert {ranking.source for ranking in Engine(films).search(asked)} == words
    engine = Engine(films, with_vectors(films, tmp_path))
    found = {ranking.source: films.id(int(ranking.rows[0])) for ranking in engine.search(asked)}
    assert found.keys() == words | {"dense"}
    assert found["dense"] == found["lexical"] == found["phrase"] == "paper-boats"
    assert {ranking.source for ranking in engine.search(Query(text="  "))} == {"popularity"}


def test_the_profile_is_made_of_request_history_and_graph(films: Catalogue, tmp_path: Path) -> None:
    engine = Engine(films, with_vectors(films, tmp_path))
    history = (Interaction("u", "paper-boats", Kind.LIKED, 1.0),)
    slate = engine.recommend(Query(text="quiet orbit", history=history, exclude=frozenset({"paper-boats"})))
    assert slate.profile == pytest.approx({"request": 0.5, "history": 0.3, "graph": 0.2})
    assert engine.recommend(Query(text="quiet orbit")).profile == {"request": 1.0}
    assert engine.recommend(Query()).profile == {}


def test_all_sources_at_once_are_those_of_the_tools(engine: Engine) -> None:
    query = Query(text="paper", liked=("red-planet-rising",))
    assert engine.recommend(query) == answer(engine, query)
    timed = engine.timed(query)
    assert timed.slate == engine.recommend(query)
    assert timed.total > 0


def test_a_constraint_the_schema_cannot_read_is_refused(engine: Engine) -> None:
    with pytest.raises(UnknownValue):
        engine.search(Query(constraints=(Constraint("colour", Op.ANY, ("red",)),)))


def test_one_director_does_not_fill_a_slate_that_asks_for_none() -> None:
    same = [film(f"Same {n}", 2000 + n, director=["Ada"], genre=["Sci-Fi"], score=90) for n in range(9)]
    others = [film(f"Other {n}", 2000 + n, director=[f"D{n}"], genre=["Sci-Fi"], score=88) for n in range(6)]
    rest = [film(f"Rest {n}", 2000 + n, genre=["War"], score=50) for n in range(15)]
    films = [*same, *others, *rest]

    def directed_by_ada(sort: Sort) -> int:
        schema = replace(SCHEMA, sorts={"director": sort})
        slate = answer(Engine(Catalogue(schema, films)), Query(liked=("same-0",), size=8, diversity=0.0))
        return sum(item.names("director") == ("Ada",) for item in slate.items)

    assert directed_by_ada(Sort.PERSON) == directed_by_ada(Sort.BRAND) == 4
    # A shop's first relation may be the department: whose taste is one of them gets no strangers.
    assert directed_by_ada(Sort.CATEGORY) == 8


def test_an_empty_catalogue_gives_an_empty_slate() -> None:
    engine = Engine(Catalogue(SCHEMA, []))
    assert answer(engine, Query(text="anything")) == Slate((), (), 0)
    assert engine.mask([]).dtype == np.bool_


def test_the_parts_of_a_score_sum_to_it(films: Catalogue) -> None:
    engine = Engine(films)
    query = Query(
        text="red planet",
        liked=("quiet-orbit",),
        disliked=("the-cellar",),
        wanted=(Entity("director", "Ada Stern"),),
        unwanted=(Entity("genre", "Drama"),),
        novelty=0.3,
    )
    for recommendation in engine.recommend(query).recommendations:
        assert sum(recommendation.contributions.values()) == pytest.approx(recommendation.score, abs=2e-3)
    best = engine.recommend(query).recommendations[0].contributions
    assert {"graph", "lexical", "wanted", "disliked", "novelty"} <= best.keys()
    assert best["wanted"] > 0 > best["disliked"]
    explained = engine.explain(query, ["red-planet-falling"])[0]
    assert explained.contributions["lexical"] > 0


def test_a_query_says_how_many_and_how_unlike(films: Catalogue) -> None:
    engine = Engine(films)
    asked = Query(liked=("red-planet-rising",))
    assert len(engine.recommend(replace(asked, size=12)).items) == 12
    assert engine.recommend(replace(asked, size=0)).items == []
    plain = engine.recommend(replace(asked, size=6, diversity=0.0))
    scores = [recommendation.score for recommendation in plain.recommendations]
    assert scores == sorted(scores, reverse=True)
    for diversifier in ("mmr", "dpp"):
        mixed = Engine(films, options=Options(diversifier=diversifier)).recommend(
            replace(asked, size=6, diversity=1.0)
        )
        assert len(titles(mixed)) == 6
        assert titles(mixed) != titles(plain)


def test_words_can_be_required_and_forbidden(engine: Engine) -> None:
    slate = answer(engine, Query(text="planet", constraints=(Constraint(TEXT, Op.NONE, ("rising",)),)))
    assert titles(slate)[0] == "Red Planet Falling"
    assert "Red Planet Rising" not in titles(slate)
    only = answer(engine, Query(constraints=(Constraint(TEXT, Op.ALL, ("Bakers", "Luc Roi")),)))
    assert set(titles(only)) == {"Two Bakers", "Three Bakers"}
    assert engine.count((Constraint(TEXT, Op.ANY, ("bakers", "boats")),)) == 3


def test_a_change_is_found_by_every_source_and_what_was_there_stays(films: Catalogue) -> None:
    before = Engine(films)
    new = film(
        "Copper Planet", 2015, director=["Ada Stern"], cast=["Bo Finch"], genre=["Sci-Fi"], reviews=300, score=95
    )
    again = replace(films.get("two-bakers"), title="Two Robot Bakers")
    after = before.changed(films.changed([new, again], ["red-planet-falling"]), None)
    assert "Copper Planet" in titles(after.recommend(Query(text="copper")))
    assert titles(after.recommend(Query(text="robot")))[0] == "Two Robot Bakers"
    liked = titles(after.recommend(Query(liked=("red-planet-rising",))))
    assert "Copper Planet" in liked[:2]
    assert "Red Planet Falling" not in liked
    told = after.explain(Query(liked=("red-planet-rising",)), ["copper-planet"])[0].facts
    assert told[0] == Fact("copper-planet", "shares:director", "Ada Stern", "graph", "Red Planet Rising")
    wanted = after.recommend(
        Query(wanted=(Entity("person", "Ada Stern"),), constraints=(Constraint("year", Op.RANGE, low=2015),))
    )
    assert titles(wanted)[0] == "Copper Planet"
    assert titles(before.recommend(Query(text="copper"))) == titles(Engine(films).recommend(Query(text="copper")))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_after_any_change_a_slate_keeps_its_promises(data: st.DataObject) -> None:
    catalogue, other = data.draw(catalogues()), data.draw(catalogues())
    ids = [item.id for item in catalogue.items]
    removed = data.draw(st.lists(st.sampled_from(ids), max_size=3))
    upserts = [replace(item, id=item.id if data.draw(st.booleans()) else f"new-{item.id}") for item in other.items]
    later = catalogue.changed(upserts, removed)
    query = data.draw(queries(later))
    slate = Engine(catalogue).changed(later, None).recommend(query)
    kept = [constraint for constraint in query.constraints if constraint not in slate.relaxed]
    meeting = {later.id(int(row)) for row in np.flatnonzero(masks.mask(later, kept))}
    allowed = meeting - {*query.exclude, *query.liked, *query.disliked}
    assert {item.id for item in slate.items} <= allowed
    assert len(slate.items) == min(5, len(allowed))
    assert all(later.get(item.id) == item for item in slate.items)
