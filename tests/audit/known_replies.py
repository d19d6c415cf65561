"""Replies whose truth was looked up by hand in the catalogue, by the slate they speak of."""

from __future__ import annotations

SCIFI = ("Source Code", "The Prestige", "Looper")
FRENCH = ("Playtime", "Mon Oncle", "The Umbrellas of Cherbourg")
FAMILY = ("Home Alone", "Matilda", "Mrs. Doubtfire")
CRIME = ("Heat", "Collateral", "48 Hrs.")
SPACE = ("Moon", "Gravity")
SHORT = ("Her", "Up", "Big")
TOTORO = ("My Neighbor Totoro",)

IDS = {
    "Playtime": "tt0062136",
    "Mon Oncle": "tt0050706",
    "Heat": "tt0113277",
    "48 Hrs.": "tt0083511",
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

NAMED: dict[str, str | None] = {
    "Inception": IDS["Inception"],
    "盗梦空间": IDS["Inception"],
    "Interstellar": IDS["Interstellar"],
    "Spirited Away": None,
}
"""What the person who gets these replies has named."""

TRUE: dict[tuple[str, ...], list[str]] = {
    SCIFI: [
        "Source Code (2011) is a sci-fi thriller directed by Duncan Jones, 93 minutes long, with a score of 92%.",
        "Like Inception, The Prestige was directed by Christopher Nolan. Looper (2012) stars Emily Blunt.",
        "All three are thrillers. You asked for something like Inception and no horror, so here is Source Code.",
        "Since you loved Inception, a comedy would be odd; The Prestige shares its director with Inception.",
        ("**Looper** (2012, 119 min, rated R): a sci-fi crime film by Rian Johnson, starring Joseph Gordon-Levitt."),
        "None of them is a horror film. They are all dramas too.",
        "I left out horror, westerns and musicals. These are all from after 2005.",
        (
            "1. Source Code (2011)\nA mystery by Duncan Jones, 92 on the Tomatometer.\n2. Looper (2012)\nBy"
            " Rian Johnson."
        ),
        "The Prestige, at 77%, was nominated for 2 Oscars; Source Code made $147 million.",
        "Would you rather have a comedy? Let me know if you want a western instead.",
        "If you prefer a French musical, just say so.",
        "Looper’s director is Rian Johnson, and it runs for just under two hours.",
        "From the director of Inception comes The Prestige, a mystery from 2006.",
        "Critically acclaimed and well reviewed: Source Code at 92% from 266 reviews.",
        "因为你喜欢《盗梦空间》，推荐同一导演的《The Prestige》，它是2006年的悬疑片。",
        "《Looper》主演：Bruce Willis、Emily Blunt，片长119分钟，不到两小时。",
        "没有找到符合条件的喜剧，最接近的是《Source Code》（2011）。",
        "《The Prestige》由克里斯托弗·诺兰执导，2000年以后的作品。",
        "I can't be sure, as Spirited Away is not in the catalogue; as a guess, try Looper.",
        (
            "If you enjoyed the mind-bending twists of Inception, you'll love Source Code, a gripping"
            " sci-fi thriller in which a soldier relives the same eight minutes."
        ),
        "Looper is set in 2044 and follows a hitman who must kill his older self.",
        (
            "Directed by Rian Johnson and starring Joseph Gordon-Levitt, Looper (2012) is a time-travel"
            " thriller rated 93%."
        ),
        "Here are three films that match your taste: Source Code (2011), The Prestige (2006), and Looper (2012).",
        "The Prestige is directed by Christopher Nolan, who also directed Inception and Interstellar.",
        "All of them were released after 2005 and none is a horror film.",
        "Each has a strong score: 92%, 77% and 93% respectively.",
        "These films span 2006 to 2012.",
        "They star Jake Gyllenhaal, Christian Bale and Bruce Willis.",
        "With a runtime of 93 minutes, Source Code is the shortest of the three.",
        "Source Code | 2011 | Sci-Fi | 92% | 93 min",
        "Their directors — Duncan Jones, Christopher Nolan and Rian Johnson — all love twists.",
        (
            "推荐你看《Looper》，这是一部2012年上映的科幻惊悚片，由Rian Johnson执导，Joseph Gordon-Levitt和Bruce"
            " Willis主演。"
        ),
        "《Looper》的烂番茄评分高达93%，时长119分钟，275篇影评。",
        "你提到喜欢《Inception》，所以我选了《The Prestige》（2006，导演Christopher Nolan），同样是悬疑惊悚。",
        "The Prestige (2006) and Inception share the same director, Christopher Nolan; both are thrillers.",
        (
            'I found three matches. "Source Code" is a 2011 film with Jake Gyllenhaal, while "Looper"'
            " features Bruce Willis and Emily Blunt."
        ),
        (
            "Source Code (2011) – Sci-Fi, Thriller, Mystery – directed by Duncan Jones – 92 % of 266"
            " critics' reviews are good."
        ),
        "For fans of Christopher Nolan, The Prestige is a natural pick.",
        "Nolan's The Prestige is a 125-minute mystery.",
        "Looper, which came out two years after Inception, earned $176.5 million.",
        "You said no horror, so I left that out; Source Code is the closest to Inception in spirit.",
    ],
    FRENCH: [
        "There is nothing from 2025 here, and no more than 126 minutes of anything; none is under 90 minutes.",
        "I left out some of it (2019; in Japanese); these come nearest: Playtime (1967).",
        "Playtime is a French comedy from 1967; Mon Oncle (1958) won an Oscar. Both are by Jacques Tati.",
        "Playtime and Mon Oncle are comedies from France, directed by Jacques Tati.",
        "The Umbrellas of Cherbourg, a musical in French from the sixties, lasts 91 minutes, under 95 minutes.",
        "Here are three French films from before 1970, a mix of comedies and musicals.",
        "No film in the catalogue is a French comedy under 40 minutes, so these are the nearest: Playtime.",
        "I couldn't find a German western with Tom Hanks. The nearest is Mon Oncle, a comedy.",
        "Their certificates are unknown. Playtime's score is 98 and its Metacritic score is 99.",
        "《Playtime》是1967年的法国喜剧，法语对白，由Jacques Tati执导并主演。",
        "Mon Oncle stars its director, Jacques Tati, and runs just under two hours.",
        (
            "The Umbrellas of Cherbourg is a French-language musical romance by Jacques Demy starring"
            " Catherine Deneuve."
        ),
        "Playtime, from France and Italy, is in French.",
        "Two of these are comedies by Jacques Tati.",
        "If a musical suits you better, The Umbrellas of Cherbourg (1964) has a score of 97%.",
    ],
    FAMILY: [
        "Home Alone, Matilda and Mrs. Doubtfire are all comedies from the 1990s.",
        "Home Alone and Mrs. Doubtfire share director Chris Columbus. Matilda (1996) is rated PG.",
        "Mrs. Doubtfire won 1 Oscar. It is a comedy by Chris Columbus, rated PG-13.",
        "Matilda is not a horror film; it's a warm family comedy, 98 minutes, with 92%.",
        "These are PG-13 or lower and between 95 and 130 minutes.",
        "你想看九十年代的家庭喜剧，推荐《Home Alone》（1990）和《Matilda》（1996），两部都是喜剧。",
        "《Home Alone》由Chris Columbus执导，片长103分钟，评分67%。",
        "《Matilda》是一部1996年的家庭喜剧，导演是Danny DeVito，烂番茄新鲜度92%。",
        "这三部都是九十年代的美国喜剧，没有恐怖片。",
        (
            "For a cosy evening: Home Alone (1990), Matilda (1996) and Mrs. Doubtfire (1993), all American"
            " comedies of the nineties."
        ),
        "Mrs. Doubtfire is directed by Chris Columbus, as is Home Alone.",
        "Danny DeVito both directs and stars in Matilda.",
        "为您推荐三部温馨喜剧：《Home Alone》（1990）、《Matilda》（1996）和《Mrs. Doubtfire》（1993）。",
        "《Mrs. Doubtfire》获得1项奥斯卡，片长125分钟，比《Home Alone》长。",
        "它们都是1990年到1996年之间的美国电影，适合全家一起看。",
        (
            "Sure! I've picked three comedies for you. The first, Home Alone, is 103 minutes long. The"
            " second, Matilda, is rated PG. Enjoy!"
        ),
    ],
    CRIME: [
        "48 Hrs. (1982) is a comedy thriller directed by Walter Hill; like Heat, it is a crime film.",
        ("Heat is a crime thriller by Michael Mann with Al Pacino; Collateral, also by Michael Mann, is from 2004."),
        "It's crime rather than comedy: Heat (1995), 170 minutes.",
    ],
    SHORT: [
        "Up (2009) won two Oscars. It is an animated adventure. Her (2013) is a romance by Spike Jonze.",
        (
            "Big (1988) is a comedy directed by Penny Marshall. Up, an animated film co-directed by Pete"
            " Docter and Bob Peterson, has 98%."
        ),
    ],
    SPACE: [
        "“Gravity” is 91 minutes long and award-winning, and 'Moon' was made for fans of quiet sci-fi.",
        "Moon is quiet and lonely; Gravity won 5 Oscars. Both are science fiction.",
    ],
    TOTORO: [
        "龙猫的导演宫崎骏：《My Neighbor Totoro》是1988年的日本动画，片长86分钟，分级G级。",
    ],
}

FALSE: dict[tuple[str, ...], list[tuple[str, str]]] = {
    SCIFI: [
        (
            "Directed by Duncan Jones and starring Joseph Gordon-Levitt, Looper (2012) is tense.",
            "director: Duncan Jones",
        ),
        ("These films span 1996 to 2004.", "year: 1996 to 2004"),
        ("Source Code, which shares the same director as Looper (2012), is a thriller.", "shared director"),
        ("Their directors — Duncan Jones, Christopher Nolan and Ken Loach — are here.", "person: Ken Loach"),
        ("They star Jake Gyllenhaal, Christian Bale and Tom Hanks.", "cast: Tom Hanks"),
        ("Source Code (2011) – Sci-Fi, Western – directed by Duncan Jones.", "genre: Western"),
        ("推荐《Looper》，这是一部2010年上映的惊悚片。", "year: 2010"),
        ("Source Code (2012) is a thriller.", "year: 2012"),
        ("Source Code is a comedy.", "genre: comedy"),
        ("Source Code was directed by Rian Johnson.", "director: Rian Johnson"),
        ("Looper, directed by Duncan Jones, is a thriller.", "director: Duncan Jones"),
        ("Looper stars Tom Hanks.", "cast: Tom Hanks"),
        ("Looper runs for 148 minutes.", "runtime: 148 minutes"),
        ("Looper has a score of 87%.", "score: 87%"),
        ("All three are comedies.", "genre: comedies"),
        ("These are all from the 1990s.", "decade: 1990s"),
        ("None of these is a thriller.", "genre: thriller"),
        ("The Prestige won 2 Oscars.", "oscars: 2 Oscars"),
        ("The Prestige is award-winning.", "hype: award-winning"),
        ("Looper is a French film.", "origin: French"),
        ("You may also enjoy The Dark Knight Rises.", "unknown title The Dark Knight Rises"),
        ("Try “Alien” as well.", "unknown title Alien"),
        ("There is also The Quantum Heist (2013).", "The Quantum Heist"),
        ("If you liked Inception, “The Quiet Harbour” is for you.", "unknown title The Quiet Harbour"),
        ("Source Code shares its director with Inception.", "shared director"),
        ("From the director of Inception comes Looper.", "shared director"),
        ("Looper is rated PG-13.", "rating: PG-13"),
        ("Looper was directed by Nolan.", "director: Nolan"),
        ("Looper, directed by Marlon Whitby, is fine.", "director: Marlon Whitby"),
        ("1. Source Code (2011)\nA romance by Duncan Jones.", "genre: romance"),
        ("Source Code made $247 million.", "box_office: $247 million"),
        ("Looper scores 9/10.", "score: 9/10"),
        ("Looper is under 100 minutes long.", "runtime: 100 minutes"),
        ("Looper has 120 reviews.", "reviews: 120 reviews"),
        ("《Looper》与《盗梦空间》是同一导演。", "shared 导演"),
    ],
    FRENCH: [
        ("Playtime and The Umbrellas of Cherbourg are comedies.", "genre: comedies"),
        ("Mon Oncle is a comedy from the sixties.", "decade: sixties"),
        ("Playtime's certificate is unknown and its runtime is unknown.", "unknown: runtime is unknown"),
        ("Playtime is an Italian-language comedy.", "origin: Italian-language"),
    ],
    FAMILY: [
        ("Danny DeVito both directs and stars in Home Alone.", "person: Danny DeVito"),
        ("它们都是1980年到1989年之间的美国电影。", "year: 1980年到1989"),
        ("All three are rated PG.", "rating: rated PG"),
        ("Matilda (1996) is a comedy. It was directed by Chris Columbus.", "director: Chris Columbus"),
        ("《Matilda》是一部恐怖片。", "genre: 恐怖"),
        ("《Matilda》由Chris Columbus执导。", "director: Chris Columbus"),
        ("《Matilda》片长120分钟。", "runtime: 120分钟"),
        ("这三部都是法国喜剧。", "origin: 法国"),
        ("《Matilda》评分80%，1996年上映。", "score: 80%"),
        ("《Home Alone》是八十年代的喜剧。", "decade: 八十年代"),
        ("也可以看看《小鬼当家》。", "unknown title 小鬼当家"),
        ("《Home Alone》由诺兰执导。", "director: 诺兰"),
    ],
    CRIME: [
        ("Heat (1995) is a comedy with Al Pacino.", "genre: comedy"),
        ("Heat and Collateral are both rated R.", "rating: rated R"),
    ],
}
