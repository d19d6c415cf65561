from __future__ import annotations

import pytest

from palate.catalogue.demo.mending import COUNTRIES, LANGUAGES, Mender, clean_text


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("Faust (2011 film)", "Faust"),
        ("Godspell (film)", "Godspell"),
        ("(500) Days of Summer", "(500) Days of Summer"),
        ("La Commune (Paris, 1871)", "La Commune (Paris, 1871)"),
        ("I Am Curious (Yellow)", "I Am Curious (Yellow)"),
        ("  Heat\u200b ", "Heat"),
        ("Q1234567", ""),
        ("Q", "Q"),
        ("Q & A", "Q & A"),
        ("", ""),
        (None, ""),
    ],
)
def test_titles(raw: str | None, title: str) -> None:
    assert Mender().title(raw) == title


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("Al Pacino, Robert De Niro", ("Al Pacino", "Robert De Niro")),
        ("Earl Hamner, Jr.", ("Earl Hamner Jr.",)),
        ("Al Hill, Ed Begley, Jr., Eve", ("Al Hill", "Ed Begley Jr.", "Eve")),
        ("David S. Cass, Sr., Joaquin Garay, III", ("David S. Cass Sr.", "Joaquin Garay III")),
        ("Frank Coghlan, Jr., Alan Hale, Jr.", ("Frank Coghlan Jr.", "Alan Hale Jr.")),
        ("Jr., Ann Lee", ("Jr.", "Ann Lee")),
        ("Meghan, Duchess of Sussex, Molly Cheek", ("Meghan, Duchess of Sussex", "Molly Cheek")),
        ("Tim Bentinck, 12th Earl of Portland", ("Tim Bentinck, 12th Earl of Portland",)),
        ("Cleo Moore, Earl Boen, Duke Ellington", ("Cleo Moore", "Earl Boen", "Duke Ellington")),
        ("Ann Lee, Princess Beatrice of York", ("Ann Lee", "Princess Beatrice of York")),
        ("Cream, Crosby, Stills & Nash, The Who", ("Cream", "Crosby, Stills & Nash", "The Who")),
        ("Brooks & Dunn, Cher", ("Brooks & Dunn", "Cher")),
        ("The Hives, Tyler, the Creator", ("The Hives", "Tyler, the Creator")),
        ("Yann Collette, list of American supercentenarians", ("Yann Collette",)),
        ("Rip Torn, Rip Torn filmography", ("Rip Torn",)),
        ("Jason F. Wright, Troll 2, Q42", ("Jason F. Wright",)),
        ("Đuro Utješanović (1940-2013)", ("Đuro Utješanović",)),
        ("Philippe  Said, Philippe Said", ("Philippe Said",)),
        ("50 Cent, 40, will.i.am", ("50 Cent", "40", "will.i.am")),
        ("", ()),
        (None, ()),
    ],
)
def test_people(raw: str | None, names: tuple[str, ...]) -> None:
    assert Mender().people("cast", raw) == names


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("American English, English", ("English",)),
        ("Cantonese, Chinese, Mandarin, Standard Chinese, Yue Chinese", ("Cantonese", "Chinese", "Mandarin")),
        ("multiple languages", ()),
        ("Q1860, French", ("French",)),
        ("Swiss German, German", ("Swiss German", "German")),
    ],
)
def test_languages(raw: str, names: tuple[str, ...]) -> None:
    assert Mender().names("language", raw, LANGUAGES) == names


def test_countries() -> None:
    raw = "British Hong Kong, People's Republic of China, Soviet Union, United States"
    assert Mender().names("country", raw, COUNTRIES) == ("Hong Kong", "China", "Soviet Union", "United States")


@pytest.mark.parametrize("table", [LANGUAGES, COUNTRIES])
def test_a_canonical_name_has_no_other(table: dict[str, str]) -> None:
    assert not set(table) & set(table.values())


def test_every_change_is_remembered_with_both_sides() -> None:
    mender = Mender()
    mender.people("cast", "Ed Begley, Jr., Rip Torn filmography")
    mender.names("language", "Putonghua", LANGUAGES)
    mender.number("runtime", 1.0, least=5)
    assert [(mend.field, mend.before, mend.after) for mend in mender.mends] == [
        ("cast", "Ed Begley, Jr.", "Ed Begley Jr."),
        ("cast", "Rip Torn filmography", ""),
        ("language", "Putonghua", "Mandarin"),
        ("runtime", "1.0", ""),
    ]


def test_what_is_whole_is_left_alone() -> None:
    mender = Mender()
    assert mender.title("Želary") == "Želary"
    assert mender.people("cast", "Anna Geislerová, György Cserhalmi") == ("Anna Geislerová", "György Cserhalmi")
    assert mender.number("score", 0, most=100) == 0.0
    assert mender.number("score", None) is None
    assert mender.mends == []


@pytest.mark.parametrize("raw", ["ninety", float("nan"), float("inf"), -1, 101])
def test_no_number_is_made_up(raw: object) -> None:
    mender = Mender()
    assert mender.number("score", raw, most=100) is None
    assert len(mender.mends) == 1


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("a\tb\x00c\u00a0d", "a b c d"),
        ("Ame\u0301lie", "Amélie"),
        ("S.W.A.T. – Part 2", "S.W.A.T. – Part 2"),
    ],
)
def test_clean_text(raw: str, text: str) -> None:
    assert clean_text(raw) == text
