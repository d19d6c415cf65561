from __future__ import annotations

from palate.catalogue.imports.titles import Said, folded, keys_of, split_title


def test_a_title_with_year_and_article() -> None:
    assert split_title("Matrix, The (1999)") == Said("The Matrix", 1999)
    assert split_title("Avventura, L' (1960)") == Said("L'Avventura", 1960)
    assert split_title("Heat") == Said("Heat")
    assert split_title("2001: A Space Odyssey") == Said("2001: A Space Odyssey")
    assert split_title("(500) Days of Summer (2009)") == Said("(500) Days of Summer", 2009)


def test_titles_compare_without_case_accents_and_marks() -> None:
    assert folded("Amélie & Co.: L'été!") == "amelie and co lete"
    assert folded("天使爱美丽") == "天使爱美丽"


def test_what_stands_in_brackets_is_another_name() -> None:
    assert keys_of("City of Lost Children, The (Cité des enfants perdus, La)") == (
        "the city of lost children cite des enfants perdus la",
        "the city of lost children",
        "la cite des enfants perdus",
    )
