from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.demo.films import FILMS, NAME
from palate.catalogue.demo.viewers import GUEST_USER, VIEWERS, Viewer, add_viewers
from palate.domain import GUEST, Interaction, Kind
from palate.settings import Settings
from palate.store.store import Store

LIKED, DISLIKED = 0.5, -0.5


@pytest.fixture
def store(tmp_path: Path, catalogue: Catalogue) -> Iterator[Store]:
    with Store.open(Settings(data_dir=tmp_path / "data")) as store:
        store.replace_items(NAME, FILMS, catalogue.items[:1], "one film")
        yield store


def genres(viewer: Viewer, catalogue: Catalogue) -> Counter[str]:
    liked = [catalogue.get(rating.item_id) for rating in viewer.history(catalogue) if rating.value >= LIKED]
    return Counter(genre for item in liked for genre in item.names("genre"))


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.user.id)
def test_each_rated_15_to_40_films_of_the_catalogue(viewer: Viewer, catalogue: Catalogue) -> None:
    history = viewer.history(catalogue)
    assert 15 <= len(history) == len(viewer.ratings) <= 40
    assert len({rating.item_id for rating in history}) == len(history)
    assert all(rating.kind is Kind.RATED and -1 <= rating.value <= 1 for rating in history)
    assert sum(rating.value <= DISLIKED for rating in history) >= 3
    assert sum(rating.value >= LIKED for rating in history) >= 15


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.user.id)
def test_each_is_marked_as_invented(viewer: Viewer) -> None:
    assert viewer.user.sample
    assert viewer.user.about.startswith("An invented example")


def test_title_and_year_name_one_film_each(catalogue: Catalogue) -> None:
    named = Counter((item.title, item.year) for item in catalogue.items)
    assert all(named[title, year] == 1 for viewer in VIEWERS for title, year, _ in viewer.ratings)


def test_their_tastes_are_plainly_different(catalogue: Catalogue) -> None:
    nora, marcel, june = (genres(viewer, catalogue) for viewer in VIEWERS)
    assert nora["Sci-Fi"] >= 10 > marcel["Sci-Fi"] == 0
    assert june["Animation"] + june["Romance"] >= 15
    films = [{rating.item_id for rating in viewer.history(catalogue)} for viewer in VIEWERS]
    assert not films[0] & films[1]
    assert not films[0] & films[2]
    assert not films[1] & films[2]
    spoken = Counter(
        language
        for rating in VIEWERS[1].history(catalogue)
        if rating.value >= LIKED
        for language in catalogue.get(rating.item_id).names("language")
    )
    assert {language for language, _ in spoken.most_common(3)} == {"French", "Italian", "Japanese"}


def test_viewers_are_added_once(store: Store, catalogue: Catalogue) -> None:
    add_viewers(store, catalogue)
    first = {user.id: store.interactions(user.id, NAME) for user in store.users()}
    add_viewers(store, catalogue)
    assert {user.id: store.interactions(user.id, NAME) for user in store.users()} == first
    assert [user.id for user in store.users()] == [GUEST, *sorted(viewer.user.id for viewer in VIEWERS)]
    assert store.user(GUEST) == GUEST_USER
    assert first[GUEST] == ()
    assert all(len(first[viewer.user.id]) == len(viewer.ratings) for viewer in VIEWERS)


def test_what_is_pressed_for_a_viewer_leaves_their_history_as_it_is(store: Store, catalogue: Catalogue) -> None:
    add_viewers(store, catalogue)
    viewer = VIEWERS[0].user.id
    before = store.interactions(viewer, NAME)
    conversation = store.start_conversation(viewer, NAME)
    store.record(Interaction(viewer, catalogue.items[0].id, Kind.DISLIKED, -1.0), NAME, conversation)
    add_viewers(store, catalogue)
    assert store.interactions(viewer, NAME) == before
    assert len(store.feedback(conversation)) == 1


def test_a_film_that_is_missing_is_left_out() -> None:
    assert VIEWERS[0].history(Catalogue(FILMS, [])) == []
