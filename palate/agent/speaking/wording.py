"""Plain words, in English and Chinese, for what the data of one catalogue says: values, numbers, wishes, kinds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from palate.agent.speaking import figures
from palate.agent.speaking.phrases import Phrases, filled
from palate.catalogue.catalogue import Catalogue
from palate.domain import TEXT, Constraint, Entity, Item, Measure, Op, Schema, Sort

_COMMON = 0.8
"""Share of the items from which a label is on all of them, as good as."""
_KINDS = 2
"""Categories that an item is told by."""


class Wording:
    """What the items of one schema are called and how their attributes are said."""

    def __init__(self, schema: Schema, common: Collection[Entity] = ()) -> None:
        """`common` are values that nearly all items have: they tell nothing of any of them."""
        self.schema = schema
        self._common = frozenset(common)
        self.phrases = Phrases(schema)
        self.categories = schema.sorted_as(Sort.CATEGORY)
        self.makers = tuple(
            relation
            for relation in schema.sorted_as(Sort.PERSON, Sort.BRAND)
            if "made" in self.phrases.of_relation(relation, "en")
        )
        """The relations that say who made an item."""
        self._currencies = schema.sorted_as(Sort.CURRENCY)
        self._certificates = self.phrases.table("certificates")

    @classmethod
    def of(cls, catalogue: Catalogue) -> Wording:
        """The wording for a catalogue, which leaves out the labels that nearly all of its items have."""
        return cls(catalogue.schema, _common(catalogue))

    def changed(self, catalogue: Catalogue) -> Wording:
        """The wording for a later snapshot: this one, unless other labels are on nearly all of its items."""
        common = _common(catalogue)
        return self if common == self._common else Wording(self.schema, common)

    # items

    def title(self, said: str, language: str) -> str:
        """A title as it stands in a sentence."""
        before, after = self.phrases.quotes if language == "zh" else ("", "")
        return f"{before}{said}{after}"

    def heading(self, item: Item) -> str:
        """An item on a line of its own: its title, and its year where the catalogue has years."""
        year = self.year(item)
        return f"{item.title} ({year})" if year is not None else item.title

    def year(self, item: Item) -> int | None:
        """The year of an item, where its catalogue has one."""
        for number in self.schema.measuring(Measure.YEAR):
            value = item.number(number)
            if value is not None:
                return int(value)
        return None

    def dated(self, item: Item, language: str) -> str:
        """The title with its year, where that is known: "Up (2009)", 《Up》（2009）."""
        title, year = self.title(item.title, language), self.year(item)
        if year is None:
            return title
        return f"{title}（{year}）" if language == "zh" else f"{title} ({year})"

    def price(self, item: Item, language: str) -> str:
        """What an item costs; empty when it is not known or its catalogue has no prices of its own."""
        if self.phrases.by_kind:
            return ""
        return next(
            (said for n in self.schema.measuring(Measure.MONEY)[:1] if (said := self.number(item, n, language))), ""
        )

    def categories_of(self, item: Item, asked: Collection[str], language: str) -> list[str]:
        """What kinds of thing an item is, those asked for first, at most two."""
        values = dict.fromkeys(v for r in self.categories for v in self._first(item, r, asked))
        ordered = sorted(values, key=lambda value: value not in asked)[:_KINDS]
        relation = {v: r for r in reversed(self.categories) for v in item.names(r)}
        return [self.value(relation[v], v, language) for v in ordered]

    def _first(self, item: Item, relation: str, asked: Collection[str]) -> Sequence[str]:
        names = sorted(item.names(relation), key=lambda value: value not in asked)
        return names if len(self.categories) == 1 else names[:1]

    def kind(self, item: Item, asked: Collection[str], language: str) -> str:
        """What an item is as a noun phrase, by its one or two most telling kinds: "animated comedy".

        Only for a vocabulary with a table `kind`.
        """
        words = self.phrases.table("kind")
        relation = str(words["relation"])
        names = sorted(item.names(relation), key=lambda g: (g not in asked, g == words["last"]))[:_KINDS]
        if language == "zh":
            said = "、".join(self.value(relation, name, "zh") for name in names)
            return f"{said}{words['after_zh']}" if said else str(words["none_zh"])
        adjectives: Mapping[str, str] = words["adjectives"]
        head = next((name for name in words["heads"] if name in names), None)
        rest = sorted((name for name in names if name != head), key=lambda name: name not in adjectives)
        before = [adjectives.get(name, name.lower()) for name in rest]
        return " ".join([*before, head.lower() if head else str(words["noun"])])

    # values and numbers

    def value(self, relation: str, name: str, language: str) -> str:
        """A value in the language of the reply; names of people stay as they are, prose is quoted and cut."""
        said = self.phrases.value(relation, name, language)
        words = self.phrases.table("kind")
        if language != "zh" and words.get("relation") == relation and name not in words["kept"]:
            return said.lower()
        if language != "zh" and self.schema.sort(relation) is Sort.COLOUR:
            return said.lower()
        return said

    def label(self, said: str, language: str) -> str:
        """What an interest, "Romance, Drama", is called in the language of a reply that has words for all of it."""
        relations, told = self.schema.relations, []
        for part in said.split(", "):
            names = (self.phrases.value(relation, part, language) for relation in relations)
            told.append(next((name for name in names if name != part), ""))
        return listing(told, language) if all(told) else said

    def told(self, item: Item, relation: str, form: str, language: str, most: int = 3) -> str:
        """The values under a relation in one of its forms (`card`, `made`, `told`); empty without values or form."""
        words = self.phrases.of_relation(relation, language)
        values = [self.value(relation, name, language) for name in self.telling(item, relation)[:most]]
        if not values or not words.get(form):
            return ""
        return filled(words[form], value=listing(values, language), name=words["name"])

    def telling(self, item: Item, relation: str) -> Sequence[str]:
        """The values under a relation that not nearly all items have."""
        return [name for name in item.names(relation) if Entity(relation, name) not in self._common]

    def entity(self, entity: Entity, language: str) -> str:
        """A value on its own, as in "less horror"."""
        return self.value(entity.relation, entity.value, language)

    def unit(self, number: str, item: Item | None = None) -> str:
        """The unit of a number: of an item's price its own currency where the catalogue has several."""
        own = next((name for relation in self._currencies if item for name in item.names(relation)), "")
        if own and self.schema.measure(number) is Measure.MONEY:
            return own
        return self.schema.units.get(number, "")

    def number(self, item: Item, number: str, language: str) -> str:
        """A number of an item as it is said, "$89.99", "119 minutes", "in stock"; empty when it is not known."""
        value = item.number(number)
        if value is None:
            return ""
        words, measure = self.phrases.of_number(number, language), self.schema.measure(number)
        if measure is Measure.STOCK:
            said = figures.plain_number(value)
            return (
                self.phrases.say("left", language, said) if value > 0 else self.phrases.say("out_of_stock", language)
            )
        if measure in (Measure.YEAR, Measure.DATE, Measure.MONEY, Measure.MINUTES, Measure.STARS):
            unit = self.unit(number, item)
            said = self.amount(number, value, language, unit)
            # An amount without its currency could be anything.
            bare = measure is Measure.MONEY and (not unit or self.is_other_money(number))
            return f"{words['name']} {said}" if bare else said
        if measure is Measure.PERCENT:
            return self.phrases.say("named", language, name=words["name"], value=f"{value:.0f} %")
        key = "counted" if measure is Measure.COUNT else "named"
        return self.phrases.say(
            key, language, name=words["name"], value=self.amount(number, value, language, self.unit(number))
        )

    def is_other_money(self, number: str) -> bool:
        """Whether an amount needs its name: there are several, or it is not the price."""
        return self.schema.measuring(Measure.MONEY)[:1] != (number,) or self.phrases.by_kind

    def amount(self, number: str, value: float, language: str, unit: str) -> str:
        """A value of a number on its own: "$89.99", "119 minutes", "2014", "4.5 of 5 stars"."""
        match self.schema.measure(number):
            case Measure.MONEY:
                return figures.money(value, unit)
            case Measure.YEAR:
                return f"{value:.0f}"
            case Measure.DATE:
                return figures.day(value)
            case Measure.MINUTES:
                return self.phrases.say("minutes", language, f"{value:g}")
            case Measure.PERCENT:
                return self.phrases.say("percent", language, f"{value:g}")
            case Measure.STARS:
                said = figures.plain_number(value)
                return self.phrases.say("stars", language, value=said, most=unit or "5")
            case _:
                return f"{figures.plain_number(value)} {unit}".strip()

    # wishes

    def constraint(self, wish: Constraint, language: str) -> str:
        """A constraint as a short phrase: "after 2010", "at most $100", "no horror", 不要恐怖."""
        say = self.phrases.say
        if wish.op is Op.RANGE:
            return self._range(wish, language)
        if self.is_certificate(wish):
            return self._certificate(wish, language)
        if wish.attribute == TEXT:
            last = "and" if wish.op is Op.ALL else "or"
            said = listing(wish.values, language, last)
            return say("text_none" if wish.op is Op.NONE else "text_some", language, said)
        values = [self.value(wish.attribute, name, language) for name in wish.values]
        if wish.op is Op.NONE:
            return say("no", language, listing(values, language, "or"))
        words = self.phrases.of_relation(wish.attribute, language)
        said = listing(values, language, "or" if wish.op is Op.ANY else "and")
        return filled(words["chip"], value=said, name=words["name"])

    def is_certificate(self, wish: Constraint) -> bool:
        """Whether a constraint is on an age rating whose levels the vocabulary knows: "PG-13 or milder"."""
        return bool(wish.attribute == self._certificates.get("relation"))

    def _certificate(self, wish: Constraint, language: str) -> str:
        chinese = language == "zh"
        if wish.op is Op.NONE:
            return ("不要 " if chinese else "not rated ") + "/".join(wish.values)
        levels = [names[0] for names in self._certificates["levels"] if set(names) & set(wish.values)]
        if len(levels) > 1:
            return f"{levels[-1]} 及以下" if chinese else f"{levels[-1]} or milder"
        level = (levels or list(wish.values[:1]) or [""])[0]
        return f"{level} 级" if chinese else f"rated {level}"

    def _range(self, wish: Constraint, language: str) -> str:
        number, measure, say = wish.attribute, self.schema.measure(wish.attribute), self.phrases.say
        words = self.phrases.of_number(number, language)
        if measure is Measure.STOCK:
            if wish.high is not None and wish.high < 1:
                return say("out_of_stock", language)
            if wish.high is None and (wish.low or 0) <= 1:
                return say("in_stock", language)
        if measure in (Measure.MONEY, Measure.STARS) and (said := self._strictly(wish, language)):
            return f"{words['name']} {said}" if self._named(wish, language) else said
        low, high = (None if bound is None else self._bound(wish, bound, language) for bound in (wish.low, wish.high))
        if measure in (Measure.YEAR, Measure.DATE):
            after = " 年" if language == "zh" and measure is Measure.YEAR else ""
            if low and high:
                return (low if low == high else f"{low}–{high}") + after
            key = (
                ("year_from" if low else "year_to")
                if after or language != "zh"
                else ("at_least" if low else "at_most")
            )
            return say(key, language, low or high)
        if low and high:
            said = low if low == high else self._between(wish, low, high, language)
        else:
            said = say("at_least" if low else "at_most", language, low or high)
        return f"{words['name']} {said}" if self._named(wish, language) else said

    def _strictly(self, wish: Constraint, language: str) -> str:
        """A bound a cent off a whole amount as people say it, "under $100"; empty for any other, or for two."""
        for key, bound, cent in (("below", wish.high, 0.01), ("above", wish.low, -0.01)):
            if bound is None or None not in (wish.low, wish.high):
                continue
            whole = round(bound + cent, 4)
            stars = self.schema.measure(wish.attribute) is Measure.STARS
            if stars and key == "above" and round(whole * 10, 4) == int(round(whole * 10, 4)) and whole != bound:
                return self.phrases.say(key, language, self._bound(wish, whole, language))
            if not stars and whole == int(whole) and bound != int(bound):
                return self.phrases.say(key, language, self._bound(wish, whole, language))
        return ""

    def _between(self, wish: Constraint, low: str, high: str, language: str) -> str:
        """Both ends, the unit once: "60–90 minutes"."""
        bare = figures.plain_number(wish.low or 0.0)
        if not low.startswith(bare) or self.schema.measure(wish.attribute) is Measure.MONEY:
            bare = low
        return self.phrases.say("within", language, low=bare, high=high)

    def _bound(self, wish: Constraint, bound: float, language: str) -> str:
        words, measure = self.phrases.of_number(wish.attribute, language), self.schema.measure(wish.attribute)
        if "bound" in words:
            return words["bound"].format(f"{bound:g}")
        said = self.amount(wish.attribute, bound, language, wish.unit or self.unit(wish.attribute))
        if language == "zh":
            return said
        if measure is Measure.STOCK:
            return self.phrases.say("left", language, said)
        return f"{said} {words['name']}" if measure is Measure.COUNT else said

    def _named(self, wish: Constraint, language: str) -> bool:
        """Whether a bound is to be told with the name of what it bounds."""
        number = wish.attribute
        measure = self.schema.measure(number)
        if measure is Measure.MONEY and not (wish.unit or self.unit(number)):
            return True
        if language == "zh":
            return True
        return (
            measure is Measure.NUMBER
            or (measure is Measure.MONEY and self.is_other_money(number))
            or (measure is Measure.PERCENT and "bound" not in self.phrases.of_number(number, language))
        )


def listing(parts: Sequence[str], language: str, last: str = "and") -> str:
    """Join parts: `a, b and c`."""
    if language == "zh":
        return "、".join(parts)
    return " ".join([", ".join(parts[:-1]), last, parts[-1]]) if len(parts) > 1 else "".join(parts)


def _common(catalogue: Catalogue) -> frozenset[Entity]:
    """The labels that nearly all items of a catalogue have."""
    labels = () if catalogue.schema.vocabulary else catalogue.schema.sorted_as(Sort.LABEL)
    if not labels:
        return frozenset()
    least = _COMMON * max(catalogue.size, 1)
    return frozenset(
        Entity(relation, value)
        for relation in labels
        for value, rows in catalogue.values(relation).items()
        if len(rows) > least
    )
