"""The auditor against answers whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.audit.auditor import Auditor
from tests.audit.requests import Request

IDS = {
    "Playtime": "tt0062136",
    "Mon Oncle": "tt0050706",
    "Heat": "tt0113277",
    "Collateral": "tt0369339",
    "Inception": "tt1375666",
    "Interstellar": "tt0816692",
    "Source Code": "tt0945513",
    "The Prestige": "tt0482571",
    "Moon": "tt1182345",
    "Looper": "tt1276104",
    "Gravity": "tt1454468",
    "Her": "tt1798709",
    "Up": "tt1049413",
    "Big": "tt0094737",
    "Alien": "tt0078748",
    "Home Alone": "tt0099785",
    "Matilda": "tt0117008",
    "Mrs. Doubtfire": "tt0107614",
    "My Neighbor Totoro": "tt0096283",
    "The Umbrellas of Cherbourg": "tt0058450",
}
SCIFI = ("Source Code", "The Prestige", "Looper")
FRENCH = ("Playtime", "Mon Oncle", "The Umbrellas of Cherbourg")
FAMILY = ("Home Alone", "Matilda", "Mrs. Doubtfire")
CRIME = ("Heat", "Collateral")
NAMED = {"Inception": IDS["Inception"], "盗梦空间": IDS["Inception"], "Interstellar": IDS["Interstellar"]}


def item(auditor: Auditor, title: str, facts: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    film = auditor.films.by_imdb[IDS[title]]
    return {"id": film.id, "title": film.title, "year": film.year, "score": film.score, "facts": list(facts)}


def answer(auditor: Auditor, titles: Sequence[str], reply: str = "Here they are.") -> dict[str, Any]:
    return {"reply": reply, "items": [item(auditor, title) for title in titles], "state": {}, "mode": "fallback"}


def request(text: str = "something like Inception", **fields: Any) -> Request:
    return Request("r", "en", text, **fields)


def kinds(auditor: Auditor, request: Request, given: Mapping[str, Any], *before: Mapping[str, Any]) -> list[str]:
    return sorted({violation.kind for violation in auditor.judge(request, given, before)})


TRUE: list[tuple[Sequence[str], str]] = [
    (
        SCIFI,
        "Source Code (2011) is a sci-fi thriller directed by Duncan Jones, 93 minutes long, with a score of 92%.",
    ),
    (
        SCIFI,
        "Like Inception, The Prestige was directed by Christopher Nolan. Looper (2012) stars Emily Blunt.",
    ),
    (
        SCIFI,
        "All three are thrillers. You asked for something like Inception and no horror, so here is Source Code.",
    ),
    (
        SCIFI,
        "Since you loved Inception, a comedy would be odd; The Prestige shares its director with Inception.",
    ),
    (
        SCIFI,
        "**Looper** (2012, 119 min, rated R): a sci-fi crime film by Rian Johnson, starring Joseph Gordon-Levitt.",
    ),
    (SCIFI, "None of them is a horror film. They are all dramas too."),
    (SCIFI, "I left out horror, westerns and musicals. These are all from after 2005."),
    (
        SCIFI,
        "1. Source Code (2011)\nA mystery by Duncan Jones, 92 on the Tomatometer.\n2. Looper (2012)\nBy Rian Johnson.",
    ),
    (SCIFI, "The Prestige, at 77%, was nominated for 2 Oscars; Source Code made $147 million."),
    (SCIFI, "Would you rather have a comedy? Let me know if you want a western instead."),
    (SCIFI, "If you prefer a French musical, just say so."),
    (SCIFI, "Looper’s director is Rian Johnson, and it runs for just under two hours."),
    (SCIFI, "From the director of Inception comes The Prestige, a mystery from 2006."),
    (SCIFI, "Critically acclaimed and well reviewed: Source Code at 92% from 266 reviews."),
    (FRENCH, "Playtime is a French comedy from 1967; Mon Oncle (1958) won an Oscar. Both are by Jacques Tati."),
    (FRENCH, "Playtime and Mon Oncle are comedies from France, directed by Jacques Tati."),
    (
        FRENCH,
        "The Umbrellas of Cherbourg, a musical in French from the sixties, lasts 91 minutes, under 95 minutes.",
    ),
    (FRENCH, "Here are three French films from before 1970, a mix of comedies and musicals."),
    (
        FRENCH,
        "No film in the catalogue is a French comedy under 40 minutes, so these are the nearest: Playtime.",
    ),
    (FRENCH, "I couldn't find a German western with Tom Hanks. The nearest is Mon Oncle, a comedy."),
    (FRENCH, "Their certificates are unknown. Playtime's score is 98 and its Metacritic score is 99."),
    (FAMILY, "Home Alone, Matilda and Mrs. Doubtfire are all comedies from the 1990s."),
    (FAMILY, "Home Alone and Mrs. Doubtfire share director Chris Columbus. Matilda (1996) is rated PG."),
    (FAMILY, "Mrs. Doubtfire won 1 Oscar. It is a comedy by Chris Columbus, rated PG-13."),
    (FAMILY, "Matilda is not a horror film; it's a warm family comedy, 98 minutes, with 92%."),
    (FAMILY, "These are PG-13 or lower and between 95 and 130 minutes."),
    (
        CRIME,
        "Heat is a crime thriller by Michael Mann with Al Pacino; Collateral, also by Michael Mann, is from 2004.",
    ),
    (CRIME, "It's crime rather than comedy: Heat (1995), 170 minutes."),
    (
        ("Her", "Up", "Big"),
        "Up (2009) won two Oscars. It is an animated adventure. Her (2013) is a romance by Spike Jonze.",
    ),
    (
        ("Moon", "Gravity"),
        "“Gravity” is 91 minutes long and award-winning, and 'Moon' was made for fans of quiet sci-fi.",
    ),
    (FAMILY, "你想看九十年代的家庭喜剧，推荐《Home Alone》（1990）和《Matilda》（1996），两部都是喜剧。"),
    (FAMILY, "《Home Alone》由Chris Columbus执导，片长103分钟，评分67%。"),
    (FAMILY, "《Matilda》是一部1996年的家庭喜剧，导演是Danny DeVito，烂番茄新鲜度92%。"),
    (FAMILY, "这三部都是九十年代的美国喜剧，没有恐怖片。"),
    (FRENCH, "《Playtime》是1967年的法国喜剧，法语对白，由Jacques Tati执导并主演。"),
    (SCIFI, "因为你喜欢《盗梦空间》，推荐同一导演的《The Prestige》，它是2006年的悬疑片。"),
    (SCIFI, "《Looper》主演：Bruce Willis、Emily Blunt，片长119分钟，不到两小时。"),
    (SCIFI, "没有找到符合条件的喜剧，最接近的是《Source Code》（2011）。"),
    (SCIFI, "《The Prestige》由克里斯托弗·诺兰执导，2000年以后的作品。"),
    (("My Neighbor Totoro",), "龙猫的导演宫崎骏：《My Neighbor Totoro》是1988年的日本动画，片长86分钟，分级G级。"),
    (SCIFI, "I can't be sure, as Spirited Away is not in the catalogue; as a guess, try Looper."),
    (SCIFI, ""),
]

FALSE: list[tuple[Sequence[str], str, str]] = [
    (SCIFI, "Source Code (2012) is a thriller.", "year: 2012"),
    (SCIFI, "Source Code is a comedy.", "genre: comedy"),
    (SCIFI, "Source Code was directed by Rian Johnson.", "director: Rian Johnson"),
    (SCIFI, "Looper, directed by Duncan Jones, is a thriller.", "director: Duncan Jones"),
    (SCIFI, "Looper stars Tom Hanks.", "cast: Tom Hanks"),
    (SCIFI, "Looper runs for 148 minutes.", "runtime: 148 minutes"),
    (SCIFI, "Looper has a score of 87%.", "score: 87%"),
    (SCIFI, "All three are comedies.", "genre: comedies"),
    (SCIFI, "These are all from the 1990s.", "decade: 1990s"),
    (SCIFI, "None of these is a thriller.", "genre: thriller"),
    (SCIFI, "The Prestige won 2 Oscars.", "oscars: 2 Oscars"),
    (SCIFI, "The Prestige is award-winning.", "hype: award-winning"),
    (SCIFI, "Looper is a French film.", "origin: French"),
    (SCIFI, "You may also enjoy The Dark Knight Rises.", "unknown title The Dark Knight Rises"),
    (SCIFI, "Try “Alien” as well.", "unknown title Alien"),
    (SCIFI, "There is also The Quantum Heist (2013).", "The Quantum Heist"),
    (SCIFI, "If you liked Inception, “The Quiet Harbour” is for you.", "unknown title The Quiet Harbour"),
    (SCIFI, "Source Code shares its director with Inception.", "shared director"),
    (SCIFI, "From the director of Inception comes Looper.", "shared director"),
    (SCIFI, "Looper is rated PG-13.", "rating: PG-13"),
    (SCIFI, "Looper was directed by Nolan.", "director: Nolan"),
    (SCIFI, "Looper, directed by Marlon Whitby, is fine.", "director: Marlon Whitby"),
    (SCIFI, "1. Source Code (2011)\nA romance by Duncan Jones.", "genre: romance"),
    (SCIFI, "Source Code made $247 million.", "box_office: $247 million"),
    (SCIFI, "Looper scores 9/10.", "score: 9/10"),
    (SCIFI, "Looper is under 100 minutes long.", "runtime: 100 minutes"),
    (SCIFI, "Looper has 120 reviews.", "reviews: 120 reviews"),
    (FRENCH, "Playtime and The Umbrellas of Cherbourg are comedies.", "genre: comedies"),
    (FRENCH, "Mon Oncle is a comedy from the sixties.", "decade: sixties"),
    (FRENCH, "Playtime's certificate is unknown and its runtime is unknown.", "unknown: runtime is unknown"),
    (FRENCH, "Playtime is an Italian-language comedy.", "origin: Italian-language"),
    (FAMILY, "All three are rated PG.", "rating: rated PG"),
    (FAMILY, "Matilda (1996) is a comedy. It was directed by Chris Columbus.", "director: Chris Columbus"),
    (FAMILY, "《Matilda》是一部恐怖片。", "genre: 恐怖"),
    (FAMILY, "《Matilda》由Chris Columbus执导。", "director: Chris Columbus"),
    (FAMILY, "《Matilda》片长120分钟。", "runtime: 120分钟"),
    (FAMILY, "这三部都是法国喜剧。", "origin: 法国"),
    (FAMILY, "《Matilda》评分80%，1996年上映。", "score: 80%"),
    (FAMILY, "《Home Alone》是八十年代的喜剧。", "decade: 八十年代"),
    (FAMILY, "也可以看看《小鬼当家》。", "unknown title 小鬼当家"),
    (FAMILY, "《Home Alone》由诺兰执导。", "director: 诺兰"),
    (SCIFI, "《Looper》与《盗梦空间》是同一导演。", "shared 导演"),
    (CRIME, "Heat (1995) is a comedy with Al Pacino.", "genre: comedy"),
    (CRIME, "Heat and Collateral are both rated R.", "rating: rated R"),
]


@pytest.mark.parametrize(("titles", "reply"), TRUE)
def test_a_true_reply_passes(auditor: Auditor, titles: Sequence[str], reply: str) -> None:
    named = {**NAMED, "Spirited Away": None, "龙猫": IDS["My Neighbor Totoro"]}
    found = auditor.judge(
        request(named=named if "龙猫" not in reply else {}), answer(auditor, titles, reply or "Here.")
    )
    assert not found


@pytest.mark.parametrize(("titles", "reply", "said"), FALSE)
def test_a_false_reply_is_caught(auditor: Auditor, titles: Sequence[str], reply: str, said: str) -> None:
    found = auditor.judge(request(named=NAMED), answer(auditor, titles, reply))
    assert [violation.kind for violation in found] == ["false claim"]
    assert said in found[0].detail
