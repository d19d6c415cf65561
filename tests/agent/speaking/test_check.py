"""Which sentences may be shown."""

from __future__ import annotations

import pytest

from palate.agent.reading.lexicon import Lexicon
from palate.agent.speaking import templates
from palate.agent.speaking.check import Checker
from palate.agent.speaking.claims.claim import ClaimKind, Standing
from palate.agent.speaking.wording import Wording
from palate.catalogue.demo.films import FILMS
from palate.domain import Fact, Item, Recommendation

LEXICON = Lexicon(FILMS)


def item(number: int, title: str, year: float, **more: tuple[str, ...]) -> Item:
    numbers = {"year": year, "runtime": 119.0, "score": 93.0, "reviews": 278.0, "oscars": 0.0}
    return Item(str(number), title, more, numbers)


LOOPER = Recommendation(
    item(
        1,
        "Looper",
        2012.0,
        director=("Rian Johnson",),
        cast=("Joseph Gordon-Levitt", "Bruce Willis"),
        genre=("Sci-Fi", "Thriller"),
        country=("United States",),
        language=("English",),
        decade=("2010s",),
    ),
    1.0,
    (
        Fact("1", "shares:cast", "Joseph Gordon-Levitt", "graph", about="Inception"),
        Fact("1", "shares:genre", "Sci-Fi", "graph", about="Inception"),
    ),
)
AMELIE = Recommendation(
    item(
        2,
        "Amélie",
        2001.0,
        director=("Jean-Pierre Jeunet",),
        cast=("Audrey Tautou",),
        genre=("Comedy", "Romance"),
        country=("France", "Germany"),
        language=("French",),
        decade=("2000s",),
    ),
    0.9,
    (),
)
INCEPTION = item(9, "Inception", 2010.0, director=("Christopher Nolan",))


@pytest.fixture
def checker() -> Checker:
    return Checker(
        LEXICON,
        Wording(FILMS),
        [LOOPER, AMELIE],
        [INCEPTION],
        "something like Inception after 2010, no horror, lots of car chases",
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Looper (2012) is a science-fiction thriller by Rian Johnson.",
        "Looper is directed by Rian Johnson and stars Bruce Willis.",
        "Looper is by Johnson.",
        "Like Inception, Looper has Joseph Gordon-Levitt in its cast.",
        "Looper (2012) runs 119 minutes, and 93% of 278 reviews are positive.",
        "Amélie (2001) is a French romantic comedy with Audrey Tautou.",
        "Looper is not a horror film.",
        "Looper (2012) is a thriller while Amélie (2001) is a comedy.",
        "Looper (2012) and Amélie (2001) are films.",
        "You asked for something after 2010.",
        "You asked for lots of car chases.",
        "《Looper》（2012）是 Rian Johnson 执导的科幻惊悚片。",
        "《Amélie》（2001）是法国爱情喜剧，由 Audrey Tautou 主演。",
        "《Looper》和《Inception》都有 Joseph Gordon-Levitt 出演。",
    ],
)
def test_true(checker: Checker, sentence: str) -> None:
    verdict = checker.check(sentence)
    assert verdict.ok, verdict.reason


@pytest.mark.parametrize(
    ("sentence", "because"),
    [
        ("Looper (2013) is a thriller.", "2013"),
        ("Looper (2001) and Amélie (2012) are films.", "2001"),
        ("Looper is a comedy.", "comedy"),
        ("Looper is a French thriller.", "French"),
        ("Looper is directed by Bruce Willis.", "director"),
        ("Looper is directed by Bruce Johnson.", "Bruce"),
        ("Looper runs 90 minutes.", "90"),
        ("Looper stars Audrey Tautou.", "Audrey Tautou"),
        ("Looper has the same director as Inception.", "director"),
        ("Looper stars Tom Hardy.", "Tom"),
        ("Looper is a gripping film.", "gripping"),
        ("Looper won two Oscars.", "won"),
        ("Looper follows a hired killer.", "follows"),
        ("Looper has something horror fans asked about.", "horror"),
        ("Looper is a thriller with lots of car chases.", "car chases"),
        ("Looper shares the same director as Amélie.", "director"),
        ("Amélie is not a comedy.", "comedy"),
        ("Looper (2012) is a thriller while Amélie (2001) is a thriller.", "thriller"),
        ("Looper and Amélie are both comedies.", "comedies"),
        ("Primer is a film.", "Primer"),
        ("Looper runs 148 minutes.", "148"),
        ("《Looper》是一部感人的喜剧。", "感人"),
        ("《Looper》是 Rian Johnson 执导的经典。", "经"),
        ("《Looper》讲述了一个杀手的故事。", ""),
        ("《Amélie》（2001）是日本爱情喜剧。", "日本"),
    ],
)
def test_unsupported(checker: Checker, sentence: str, because: str) -> None:
    verdict = checker.check(sentence)
    assert not verdict.ok
    assert because in verdict.reason


def test_it_is_the_film_named_before(checker: Checker) -> None:
    assert checker.check("Looper (2012) is a thriller.").ok
    assert checker.check("It stars Bruce Willis.").ok
    assert not checker.check("It stars Audrey Tautou.").ok


def test_a_verdict_names_the_items(checker: Checker) -> None:
    assert checker.check("Looper and Amélie are films.").items == ("1", "2")


def about(
    number: int, title: str, year: float | None, *facts: tuple[str, str, str], **more: tuple[str, ...]
) -> Recommendation:
    film = Item(str(number), title, more, {} if year is None else {"year": year})
    told = tuple(Fact(str(number), relation, value, "graph", about=of) for relation, value, of in facts)
    return Recommendation(film, 1.0, told)


TALKED = ("talked_with", "", "Inception")


@pytest.mark.parametrize(
    "recommendation",
    [
        about(3, "The Ring", 2002.0, TALKED, director=("Gore Verbinski",), genre=("Horror",)),
        about(4, "Sausage Party", None, TALKED, director=("Conrad Vernon",)),
        about(
            5, "Ghost Line", 1989.0,
            ("shares:director", "Ivan Reitman", "Inception"),
            ("shares:writer", "Dan Aykroyd", "Inception"),
            ("shares:writer", "Harold Ramis", "Inception"),
            director=("Ivan Reitman",), writer=("Dan Aykroyd", "Harold Ramis"), genre=("Comedy",),
        ),
        about(6, "It", 2017.0, ("path", "starring: Johnny Depp", "Inception"), director=("Andy Muschietti",)),
    ],
    ids=lambda recommendation: recommendation.item.title,
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_template_says_may_be_said(recommendation: Recommendation, language: str) -> None:
    wording = Wording(FILMS)
    said = templates.about(recommendation, wording, language)
    checker = Checker(LEXICON, wording, [recommendation], [INCEPTION], "like Inception")
    assert checker.check(said).reason == ""
    assert "None" not in said


def test_nobody_is_said_to_have_talked_of_what_no_dialogue_named() -> None:
    checker = Checker(LEXICON, Wording(FILMS), [LOOPER], [INCEPTION], "like Inception")
    assert not checker.check("Looper (2012) often comes up where people talk about Inception.").ok


def test_a_pronoun_is_no_film() -> None:
    it = about(6, "It", 2017.0, director=("Andy Muschietti",))
    checker = Checker(LEXICON, Wording(FILMS), [it, LOOPER], [INCEPTION], "like Inception")
    assert checker.check("Looper (2012) is by Rian Johnson, and it stars Bruce Willis.").items == ("1",)
    assert checker.check("It (2017) is directed by Andy Muschietti.").items == ("6",)


def test_a_film_of_the_slate_may_share_its_title_with_one_that_the_person_named() -> None:
    older = item(7, "Ghost Line", 1984.0, director=("Ivan Reitman",))
    slate = [
        about(8, "Ghost Line", 2016.0, ("path", "producer: Ivan Reitman", "Ghost Line"), director=("Paul Feig",)),
        about(9, "Stripes", 1981.0, ("shares:director", "Ivan Reitman", "Ghost Line"), director=("Ivan Reitman",)),
    ]
    checker = Checker(LEXICON, Wording(FILMS), slate, [older], "like Ghost Line")
    for recommendation in slate:
        assert checker.check(templates.about(recommendation, Wording(FILMS), "en")).reason == ""
    assert not checker.check("Ghost Line (2016) is directed by Ivan Reitman.").ok


def test_other_words_for_being_talked_of() -> None:
    ring = about(3, "The Ring", 2002.0, TALKED, director=("Gore Verbinski",))
    checker = Checker(LEXICON, Wording(FILMS), [ring], [INCEPTION], "like Inception")
    assert checker.check("The Ring (2002) is by Gore Verbinski, often discussed alongside Inception.").ok
    assert not checker.check("The Ring (2002) is by Gore Verbinski, often praised alongside Inception.").ok


def test_a_sentence_is_a_list_of_claims(checker: Checker) -> None:
    verdict = checker.check("Looper (2012) is not a comedy, is newer than Inception and stars Audrey Tautou.")
    standings = {(claim.kind, claim.text): claim.standing for claim in verdict.claims}
    assert standings[ClaimKind.NEGATION, "comedy"] is Standing.SUPPORTED
    assert standings[ClaimKind.COMPARISON, "newer than Inception"] is Standing.SUPPORTED
    assert standings[ClaimKind.PERSON, "Audrey Tautou"] is Standing.CONTRADICTED
    assert not verdict.ok


def test_what_is_not_known_bears_no_claim_and_no_negation() -> None:
    bare = about(5, "Ghost Line", 1989.0, director=("Ivan Reitman",))
    for sentence in (
        "Ghost Line is a comedy.",
        "Ghost Line is not a comedy.",
        "Ghost Line is longer than Inception.",
    ):
        verdict = Checker(LEXICON, Wording(FILMS), [bare], [INCEPTION], "").check(sentence)
        assert Standing.UNSUPPORTED in {claim.standing for claim in verdict.claims}
        assert Standing.CONTRADICTED not in {claim.standing for claim in verdict.claims}


@pytest.mark.parametrize(
    "sentence",
    [
        "Looper (2012), which you liked because it is close to Inception, is a thriller.",
        "Looper (2012) is a thriller, which you enjoyed since it shares the genres with Inception.",
        "Looper (2012) is a thriller directed by Rian Johnson, which you liked.",
        "Looper (2012) is a thriller with Bruce Willis, and you loved it.",
        "《Looper》（2012）是 Rian Johnson 执导的惊悚片，是你喜欢的。",
        "Looper (2012) is a thriller starring Inception.",
        "Looper (2012) is a thriller directed by Inception.",
        "《Looper》（2012）是一部惊悚片，由Inception主演。",
    ],
)
def test_a_title_in_the_wrong_place(checker: Checker, sentence: str) -> None:
    assert not checker.check(sentence).ok


@pytest.mark.parametrize(
    "sentence",
    [
        "Looper (2012) shares its actor Joseph Gordon-Levitt with Inception, which you liked.",
        "You liked Inception; Looper (2012) has Joseph Gordon-Levitt in its cast, too.",
    ],
)
def test_a_title_in_its_place(checker: Checker, sentence: str) -> None:
    verdict = checker.check(sentence)
    assert verdict.ok, verdict.reason
