"""True replies about real films and an invented shop, and the same with one thing in them made false."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from palate.eval.simulate.shelf import Good, Shelf

GENRES = {
    "Comedy": ("a comedy", "喜剧片"),
    "Drama": ("a drama", "剧情片"),
    "Horror": ("a horror film", "恐怖片"),
    "Thriller": ("a thriller", "惊悚片"),
    "Romance": ("a romance", "爱情片"),
    "Documentary": ("a documentary", "纪录片"),
    "Crime": ("a crime film", "犯罪片"),
    "Sci-Fi": ("a science-fiction film", "科幻片"),
    "Western": ("a western", "西部片"),
    "Animation": ("an animated film", "动画片"),
    "Fantasy": ("a fantasy", "奇幻片"),
    "Biography": ("a biopic", "传记片"),
}
COUNTRIES = {
    "United States": ("American", "美国"),
    "France": ("French", "法国"),
    "United Kingdom": ("British", "英国"),
    "Japan": ("Japanese", "日本"),
    "Italy": ("Italian", "意大利"),
    "Germany": ("German", "德国"),
    "Canada": ("Canadian", "加拿大"),
    "India": ("Indian", "印度"),
}
INVENTED = (
    ("The Quiet Harbour of Dust", 1987),
    ("Midnight Orchard Express", 2003),
    ("A Lantern for Wilhelmina", 1964),
    ("Seven Crows over Tallow", 1995),
    ("The Glass Meridian Affair", 2011),
    ("玻璃海的守夜人", 1998),
    ("风铃不响的夏天", 2006),
)
SHOP_DESCRIPTION = {
    "relations": ["category", "style", "audience"],
    "numbers": ["stock", "price"],
    "sorts": {"category": "category", "style": "category", "audience": "audience"},
    "measures": {"stock": "stock", "price": "money"},
    "noun": {"one": "product", "many": "products", "zh": "商品", "zh_measure": "件"},
}
KINDS = {
    "backpack": "accessories",
    "jacket": "apparel",
    "sneaker": "footwear",
    "sofas": "furniture",
    "bracelet": "jewelry",
}
ZH = {
    "backpack": "背包",
    "jacket": "夹克",
    "sneaker": "运动鞋",
    "sofas": "沙发",
    "bracelet": "手链",
    "women": "女士",
    "men": "男士",
}
CLOTHS = ("leather", "cotton", "linen", "canvas", "velvet", "suede")


@dataclass(frozen=True, slots=True)
class Planted:
    """A reply that is true and the same with a false claim."""

    kind: str
    true: str
    false: str
    shown: tuple[Good, ...]
    shop: bool = False


def shop() -> Shelf:
    """Sixty goods that are nowhere sold."""
    chance = random.Random(5)
    goods = []
    for number in range(60):
        style = list(KINDS)[number % len(KINDS)]
        cloth = CLOTHS[number % len(CLOTHS)]
        audience = ("women", "men")[number // 5 % 2]
        name = (
            f"{('Harbour', 'Juniper', 'Copperfield', 'Wren', 'Tamarind', 'Solstice')[number // 10]} {cloth.title()}"
        )
        title = f"{name} {style.removesuffix('s').title()} {number}"
        numbers = {"price": 20 + 7.5 * number, "stock": float(chance.randint(2, 40))}
        values = {"category": (KINDS[style],), "style": (style,), "audience": (audience,)}
        goods.append(Good(f"g{number}", title, values, numbers, f"Made of {cloth}, for every day."))
    return Shelf.of("shop", SHOP_DESCRIPTION, goods)


def plant(films: Shelf, goods: Shelf, count: int, seed: int) -> list[Planted]:
    """`count` of them, every kind about as often."""
    chance = random.Random(seed)
    known = [
        film
        for film in films.goods.values()
        if film.numbers.get("reviews", 0) >= 40
        and {"runtime", "score", "year"} <= set(film.numbers)
        and {"director", "cast", "genre", "country"} <= set(film.values)
        and len(films.by_title[_folded(film)]) == 1
        and len(film.title.split()) > 1
    ]
    makers: list[Callable[[], Iterator[Planted]]] = [
        lambda: _figures(known, chance),
        lambda: _names(known, chance),
        lambda: _kinds(known, chance),
        lambda: _between(known, chance),
        lambda: _goods(list(goods.goods.values()), chance),
    ]
    by_kind: dict[str, list[Planted]] = {}
    for _ in range(60):
        for maker in makers:
            for planted in maker():
                by_kind.setdefault(planted.kind, []).append(planted)
    found: list[Planted] = []
    place = 0
    while len(found) < count:
        for kind in sorted(by_kind):
            if place < len(by_kind[kind]) and len(found) < count:
                found.append(by_kind[kind][place])
        place += 1
    return found


def _folded(film: Good) -> str:
    from palate.eval.simulate.shelf import fold

    return fold(film.title)


def _figures(known: Sequence[Good], chance: random.Random) -> Iterator[Planted]:
    film, other = chance.sample(known, 2)
    title, year, runtime = film.title, int(film.numbers["year"]), int(film.numbers["runtime"])
    score, reviews = int(film.numbers["score"]), int(film.numbers["reviews"])
    off = chance.choice((-11, -4, -1, 1, 3, 12))
    shown = (film, other)
    yield Planted("year", f"{title} ({year}) is worth a look.", f"{title} ({year + off}) is worth a look.", shown)
    yield Planted("year zh", f"《{title}》是{year}年的影片。", f"《{title}》是{year + off}年的影片。", shown)
    decade = year // 10 * 10
    said = "{} is from the {}s, and {} is another pick."
    yield Planted(
        "decade", said.format(title, decade, other.title), said.format(title, decade - 20, other.title), shown
    )
    long = "{} runs {} minutes."
    yield Planted("runtime", long.format(title, runtime), long.format(title, runtime + 9 * (off + 13)), shown)
    long = "《{}》片长 {} 分钟。"
    yield Planted("runtime zh", long.format(title, runtime), long.format(title, runtime + off), shown)
    under = "{} is under {} minutes."
    yield Planted("bound", under.format(title, runtime + 5), under.format(title, runtime - 5), shown)
    good = "{} % of {} critics' reviews of {} are good."
    wrong = score - 7 if score > 50 else score + 7
    yield Planted("score", good.format(score, reviews, title), good.format(wrong, reviews, title), shown)
    yield Planted("reviews", good.format(score, reviews, title), good.format(score, reviews + 13, title), shown)
    zh = "《{}》：{} 篇影评中 {}% 是好评。"
    yield Planted("reviews zh", zh.format(title, reviews, score), zh.format(title, reviews + 5, score), shown)


def _names(known: Sequence[Good], chance: random.Random) -> Iterator[Planted]:
    film, other, third = chance.sample(known, 3)
    director, star = film.values["director"][0], film.values["cast"][0]
    people = {name for names in film.values.values() for name in names}
    stranger = next(
        (each for each in (*other.values["director"], *third.values["director"]) if each not in people), ""
    )
    shown = (film, other)
    if stranger:
        said = "{} ({}) was directed by {}."
        year = int(film.numbers["year"])
        yield Planted(
            "director", said.format(film.title, year, director), said.format(film.title, year, stranger), shown
        )
        zh = "《{}》由 {} 执导。"
        yield Planted("director zh", zh.format(film.title, director), zh.format(film.title, stranger), shown)
        stars = "{} stars {} and others; {} is another one."
        yield Planted(
            "cast",
            stars.format(film.title, star, other.title),
            stars.format(film.title, stranger, other.title),
            shown,
        )
        nobody = "Directed by Marlow Vantongeren, {} is a fine film."
        somebody = f"Directed by {director}, {film.title} is a fine film."
        yield Planted("nobody", somebody, nobody.format(film.title), shown)
        shared = "{} has the same director as {}."
        twin = next((each for each in known if each is not film and director in each.values["director"]), None)
        if twin and not set(other.values["director"]) & set(film.values["director"]):
            pair = (film, other, twin)
            yield Planted(
                "shared", shared.format(film.title, twin.title), shared.format(film.title, other.title), pair
            )
    title, year = chance.choice(INVENTED)
    marks = "《{}》（{}）" if any(letter >= "\u3400" for letter in title) else "{} ({})"
    real = marks.format(film.title, int(film.numbers["year"]))
    yield Planted("invented", f"I would also try {real}.", f"I would also try {marks.format(title, year)}.", shown)
    yield Planted(
        "invented list", f"1. {film.title}\n2. {other.title}", f"1. {film.title}\n2. {INVENTED[0][0]}", shown
    )


def _kinds(known: Sequence[Good], chance: random.Random) -> Iterator[Planted]:
    film, other = chance.sample(known, 2)
    has = [genre for genre in film.values["genre"] if genre in GENRES]
    lacks = [genre for genre in GENRES if genre not in film.values["genre"]]
    country = next((each for each in film.values["country"] if each in COUNTRIES), "")
    spoken = set(film.values.get("language", ()))
    foreign = [
        each
        for each, (adjective, _) in COUNTRIES.items()
        if each not in film.values["country"] and adjective not in spoken
    ]
    shown, title = (film, other), film.title
    if has:
        true, false = GENRES[has[0]], GENRES[chance.choice(lacks)]
        yield Planted("genre", f"{title} is {true[0]}.", f"{title} is {false[0]}.", shown)
        yield Planted("genre zh", f"《{title}》是一部{true[1]}。", f"《{title}》是一部{false[1]}。", shown)
        yield Planted("negation", f"{title} is not {false[0]}.", f"{title} is not {true[0]}.", shown)
        yield Planted("negation zh", f"《{title}》不是{false[1]}。", f"《{title}》不是{true[1]}。", shown)
        twins = [each for each in known if has[0] in each.values["genre"] and each is not film][:2]
        odd = next((each for each in known if has[0] not in each.values["genre"]), None)
        if len(twins) == 2 and odd:
            none = next(each for each in lacks if not any(each in twin.values["genre"] for twin in twins))
            every = "All three are {}."
            said = every.format(_several(has[0])), every.format(_several(none))
            yield Planted("all", *said, (film, *twins))
            only = f"{title} is the only {true[0].split(' ', 1)[1]} here."
            yield Planted("only", f"{title} is {true[0]}.", only, (film, twins[0]))
    if country and foreign:
        adjective, zh = COUNTRIES[country]
        wrong, wrong_zh = COUNTRIES[chance.choice(foreign)]
        yield Planted(
            "country", f"{title} is {_article(adjective)} film.", f"{title} is {_article(wrong)} film.", shown
        )
        yield Planted("country zh", f"《{title}》是{zh}影片。", f"《{title}》是{wrong_zh}影片。", shown)
    three = (*shown, chance.choice([each for each in known if each not in (film, other)]))
    yield Planted("count", "Here are three films for you to pick from.", "Here are four films to pick from.", three)


def _several(genre: str) -> str:
    told = GENRES[genre][0].split(" ", 1)[1]
    return {"comedy": "comedies", "fantasy": "fantasies"}.get(told, told + "s")


def _article(adjective: str) -> str:
    return f"{'an' if adjective[0] in 'AEIOU' else 'a'} {adjective}"


def _between(known: Sequence[Good], chance: random.Random) -> Iterator[Planted]:
    one, two = chance.sample(known, 2)
    for column, (more, less), (most, _), zh in (
        ("runtime", ("longer", "shorter"), ("longest", "shortest"), ("长", "短")),
        ("year", ("newer", "older"), ("newest", "oldest"), ("新", "老")),
    ):
        if one.numbers[column] == two.numbers[column]:
            continue
        top, low = sorted((one, two), key=lambda each: -each.numbers[column])
        shown = (one, two)
        yield Planted(
            f"{more} than",
            f"{top.title} is {more} than {low.title}.",
            f"{low.title} is {more} than {top.title}.",
            shown,
        )
        yield Planted(
            f"{less} zh",
            f"《{low.title}》比《{top.title}》{zh[1]}。",
            f"《{top.title}》比《{low.title}》{zh[1]}。",
            shown,
        )
        yield Planted(
            f"the {most}", f"{top.title} is the {most} of the two.", f"{low.title} is the {most} of the two.", shown
        )
        yield Planted(
            f"最{zh[1]}", f"其中最{zh[1]}的是《{low.title}》。", f"其中最{zh[1]}的是《{top.title}》。", shown
        )


def _goods(goods: Sequence[Good], chance: random.Random) -> Iterator[Planted]:
    good, other = chance.sample(goods, 2)
    title, price, stock = good.title, good.numbers["price"], int(good.numbers["stock"])
    style, audience = good.values["style"][0], good.values["audience"][0]
    wrong_style = next(each for each in KINDS if each != style)
    wrong_audience = "men" if audience == "women" else "women"
    cloth = good.title.split()[1].lower()
    wrong_cloth = next(each for each in CLOTHS if each != cloth)
    head = "{} ({}, {}, ${:.2f}): for {}."
    true = head.format(title, style, KINDS[style], price, audience)
    for kind, false in (
        ("price", head.format(title, style, KINDS[style], price + 3.5, audience)),
        ("style", head.format(title, wrong_style, KINDS[style], price, audience)),
        ("category", head.format(title, style, KINDS[wrong_style], price, audience)),
        ("audience", head.format(title, style, KINDS[style], price, wrong_audience)),
    ):
        yield Planted(kind, true, false, (good, other), shop=True)
    zh = "“{}”（{}，${:.2f}）：适合{}，库存 {} 件。"
    told = (title, ZH[style], price, ZH[audience], stock)
    for kind, changed in (
        ("stock zh", (*told[:4], stock + 3)),
        ("style zh", (title, ZH[wrong_style], *told[2:])),
        ("audience zh", (*told[:3], ZH[wrong_audience], stock)),
    ):
        yield Planted(kind, zh.format(*told), zh.format(*changed), (good, other), shop=True)
    said = "{}: it mentions “{}”."
    yield Planted("word", said.format(title, cloth), said.format(title, wrong_cloth), (good, other), shop=True)
    dear, cheap = sorted((good, other), key=lambda each: -each.numbers["price"])
    than = "The {} is cheaper than the {}."
    yield Planted(
        "cheaper",
        than.format(cheap.title, dear.title),
        than.format(dear.title, cheap.title),
        (good, other),
        shop=True,
    )
    zh = "“{}”是最便宜的。"
    yield Planted("cheapest zh", zh.format(cheap.title), zh.format(dear.title), (good, other), shop=True)
