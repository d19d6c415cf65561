"""What people did comes in: kinds, ratings on one scale, joins to other files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest

from palate.catalogue.demo.films import NAME as FILMS_NAME
from palate.catalogue.demo.report import LoadReport
from palate.catalogue.imports.behaviour import Scale, kind_of
from palate.catalogue.imports.historyimport import guess_history, import_history, look_at, look_at_history
from palate.catalogue.imports.importing import ImportReport
from palate.catalogue.imports.joining import Finder, plain_id
from palate.catalogue.imports.reading.rows import Row
from palate.domain import GUEST, Interaction, Item, Kind, Schema, User
from palate.errors import MappingError, UnknownCatalogue
from palate.settings import Settings
from palate.store.records import LoadCounts
from palate.store.store import Store
from tests.catalogue.data import shared
from tests.store.conftest import settings_for

FILMS = [
    Item("7", "Heat", {}, {"year": 1995.0}, ids={"imdb": "tt0113277"}),
    Item("8", "The Matrix", {}, {"year": 1999.0}, ids={"imdb": "tt0133093"}),
    Item("9", "Amélie", {}, {"year": 2001.0}),
    Item("1", "Another Film", {}, {"year": 1950.0}),
]


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with Store.open(settings_for(request.param, request, tmp_path)) as store:
        store.replace_items("cinema", Schema((), ("year",)), FILMS, "first")
        yield store


def write(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def bring_in(store: Store, path: Path, *items: Path) -> ImportReport:
    return import_history(store, look_at_history(store, path, "cinema", items), path.name)


def test_events_of_a_shop(store: Store, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "log.csv",
        "timestamp,visitorid,event,itemid\n1433221332117,ann,view,7\n1433221999999,ann,view,7\n"
        "1433222000000,ann,addtocart,7\n1433223000000,bob,transaction,8\n1433223000000,bob,dislike,9\n",
    )
    report = bring_in(store, path)
    assert (report.came_in, report.counts) == (5, LoadCounts(added=4))
    found = list(store.histories("cinema"))
    assert [(i.user_id, i.item_id, i.kind, i.value, i.weight) for i in found] == [
        ("ann", "7", Kind.CARTED, 0.4, 1.0),
        ("ann", "7", Kind.VIEWED, 0.1, 2.0),
        ("bob", "8", Kind.BOUGHT, 0.6, 1.0),
        ("bob", "9", Kind.DISLIKED, -1.0, 1.0),
    ]
    assert found[1].at == datetime(2015, 6, 2, 5, 13, 19, 999000, tzinfo=UTC)


def test_ratings_with_texts(store: Store, tmp_path: Path) -> None:
    rows = [
        {"user_id": "a", "item_id": 7, "rating": 5, "review": "<b>Great</b> &amp; long.", "date": "2020-01-01"},
        {"user_id": "a", "item_id": 8, "rating": 1, "review": "", "date": "2020-01-02"},
        {"user_id": "b", "item_id": 8, "rating": 3, "date": "2020-01-02"},
    ]
    path = write(tmp_path, "ratings.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    bring_in(store, path)
    great, bad, mean = store.histories("cinema")
    assert (great.kind, great.text, great.value > 0.5) == (Kind.RATED, "Great & long.", True)
    assert (bad.value < -0.5, bad.text) == (True, "")
    assert mean.value == pytest.approx(0.0, abs=1e-9)


def test_the_scale_is_each_persons_own() -> None:
    scale = Scale()
    for user, ratings in (("kind", (5, 5, 5, 5)), ("strict", (1, 1, 2, 3)), ("usual", (1, 3, 5))):
        for rating in ratings:
            scale.note(user, rating)
    assert scale.value("strict", 3) > 0.1 > scale.value("usual", 3) > -0.1 > scale.value("kind", 3)
    assert 0 < scale.value("kind", 5) < scale.value("usual", 5) <= 1
    assert scale.value("usual", 1) >= -1
    # (r - (c + m_u) / 2) / h with c = 3, h = 2, m_u = (9 + 5 * 36/11) / (3 + 5)
    assert scale.value("usual", 5) == pytest.approx((5 - (3 + (9 + 5 * 36 / 11) / 8) / 2) / 2)
    one = Scale()
    one.note("a", 4)
    assert one.value("a", 4) == 1.0


def test_ids_are_joined_through_other_files(store: Store, tmp_path: Path) -> None:
    ratings = write(tmp_path, "r.csv", "userId,movieId,rating\nu,1,5\nu,2,4\nu,3,1\nu,4,2\nv,2,3\n")
    links = write(tmp_path, "links.csv", "movieId,imdbId,tmdbId\n1,0113277,949\n2,0133093,603\n3,0000001,1\n4,,\n")
    movies = write(
        tmp_path, "movies.csv", "movieId,title,genres\n1,Wrong (1990),x\n3,Amelie (2001),x\n4,Nowhere (2020),x\n"
    )
    report = bring_in(store, ratings, links, movies)
    # The history's "1" is Heat, although the catalogue has another item with the id "1".
    assert [(i.user_id, i.item_id) for i in store.histories("cinema")] == [
        ("u", "7"),
        ("u", "8"),
        ("u", "9"),
        ("v", "8"),
    ]
    assert report.rejected == 1
    assert "no item of the catalogue is '4'" in report.rejects.read_text() if report.rejects else False
    look = look_at_history(store, ratings, "cinema", [links, movies])
    assert look.lines()[:3] == [
        "r.csv: user = 'userId', item = 'movieId', rating = 'rating'",
        "links.csv: joins by 'movieId' to imdb by 'imdbId'",
        "movies.csv: joins by 'movieId' to title by 'title'",
    ]
    assert "u: 1 = Heat (5)" in look.lines()[3]


def test_ids_of_another_numbering_need_no_file(store: Store, tmp_path: Path) -> None:
    bring_in(store, write(tmp_path, "r.csv", "user,item\na,tt0113277\na,0133093\na,https://x.org/title/tt0133093/\n"))
    assert [i.item_id for i in store.histories("cinema")] == ["7", "8"]
    assert {plain_id(one) for one in ("tt0114709", "0114709", 114709, 114709.0, "https://x.org/tt0114709/")} == {
        "114709"
    }


def test_titles_are_found_with_article_year_and_without_accents() -> None:
    finder = Finder([*FILMS, Item("10", "Heat", {}, {"year": 1986.0})])
    assert finder.by_title("Matrix, The (1999)") == "8"
    assert finder.by_title("Matrix, The (2000)") == "8"
    assert finder.by_title("Matrix, The (2003)") is None
    assert finder.by_title("amelie") == "9"
    assert (finder.by_title("Heat"), finder.by_title("Heat", 1986), finder.by_title("Heat (1995)")) == (
        None,
        "10",
        "7",
    )


def test_a_second_import_changes_only_what_differs_and_leaves_other_sources(store: Store, tmp_path: Path) -> None:
    store.add_user(User("zoe", "Zoe"))
    store.record(Interaction("zoe", "7", Kind.LIKED, 1.0), "cinema")
    path = write(tmp_path, "log.csv", "user,item,event\na,7,view\na,8,view\n")
    assert bring_in(store, path).counts == LoadCounts(added=2)
    write(tmp_path, "log.csv", "user,item,event\na,8,view\na,8,view\nb,9,buy\n")
    assert bring_in(store, path).counts == LoadCounts(added=1, changed=1, removed=1)
    bring_in(store, write(tmp_path, "other.csv", "user,item,event\nb,7,like\n"))
    assert [(i.user_id, i.item_id) for i in store.histories("cinema")] == [
        ("a", "8"),
        ("b", "7"),
        ("b", "9"),
        ("zoe", "7"),
    ]


def test_rows_that_mean_nothing_are_kept_with_their_reason(store: Store, tmp_path: Path) -> None:
    store.add_user(User(GUEST, "Guest"))
    store.add_user(User("ann", "Ann", sample=True))
    path = write(
        tmp_path,
        "log.csv",
        "user,item,event,count,time\na,7,view,1,2020-01-01\n,7,view,1,2020-01-01\na,,view,1,2020-01-01\n"
        "a,99,view,1,2020-01-01\na,7,view,-1,2020-01-01\na,7,view,1,never\nguest,7,view,1,2020-01-01\n"
        "ann,7,view,1,2020-01-01\n" + "b,7,view,2,2020-01-01\n" * 20 + "a,7,sang,1,2020-01-01\n",
    )
    report = bring_in(store, path)
    assert report.rejects
    said = [json.loads(line)["reason"] for line in report.rejects.read_text("utf-8").splitlines()]
    parts = ("who", "with what", "'99'", "weight above 0", "no time", "guest", "ann", "nothing that people do")
    assert len(said) == len(parts)
    assert all(part in reason for part, reason in zip(parts, said, strict=True))
    assert {i.user_id: i.weight for i in store.histories("cinema")} == {"a": 1.0, "b": 40.0}


def test_columns_without_headers_and_columns_that_are_missing(store: Store, tmp_path: Path) -> None:
    rows = [Row(1, {"column 1": "196", "column 2": "242", "column 3": "3", "column 4": "881250949"})]
    columns = guess_history(rows)
    assert (columns.user, columns.item, columns.rating, columns.at) == (
        "column 1",
        "column 2",
        "column 3",
        "column 4",
    )
    with pytest.raises(MappingError, match="who did it among item, rating"):
        look_at_history(store, write(tmp_path, "a.csv", "item,rating\n7,5\n"), "cinema")
    with pytest.raises(UnknownCatalogue):
        look_at_history(store, tmp_path / "a.csv", "nowhere")
    with pytest.raises(MappingError, match="none of the ids"):
        look_at_history(
            store,
            write(tmp_path, "h.csv", "user,item\na,5\n"),
            "cinema",
            [write(tmp_path, "j.csv", "code,imdb\nx,tt0113277\n")],
        )


def test_kinds_by_their_words() -> None:
    words = ("addToCart", "add_to_cart", "Purchase", "点击", "收藏", "nonsense")
    assert [kind_of(word) for word in words] == [
        Kind.CARTED, Kind.CARTED, Kind.BOUGHT, Kind.CLICKED, Kind.LIKED, None,
    ]  # fmt: skip


def test_movielens_joins_to_the_films(loaded: tuple[Path, LoadReport], tmp_path: Path) -> None:
    ratings, links, movies = (shared(f"movielens/{name}.csv") for name in ("ratings", "links", "movies"))
    with Store.open(Settings(data_dir=Path(copytree(loaded[0], tmp_path / "films")))) as store:
        finder = Finder(store.each_item(FILMS_NAME))
        look = look_at(ratings, finder, [links, movies], FILMS_NAME)
        report = import_history(store, look, "ratings")
        assert report.came_in == 100_004
        assert report.counts.added > 95_000
        values = [done.value for done in store.histories(FILMS_NAME)]
        assert len(values) == report.counts.added
        assert min(values) >= -1
        assert max(values) <= 1


def test_personal_data_in_reviews_is_masked(store: Store, tmp_path: Path) -> None:
    rows = "user,item,rating,review\na,7,5,ask bob@example.com\nb,7,1,1990-1999 was better\n"
    path = write(tmp_path, "reviews.csv", rows)
    bring_in(store, path)
    assert {done.text for done in store.histories("cinema")} == {"ask [email]", "1990-1999 was better"}
    import_history(store, look_at_history(store, path, "cinema"), path.name, regions=None)
    assert "ask bob@example.com" in {done.text for done in store.histories("cinema")}
