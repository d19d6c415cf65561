"""What an utterance must come to: the columns of the files, and the small language of their third one.

A file has one utterance a line, four columns: the *context* (`contexts.py`: what was said before), the *act*
(several, joined by `|`, where people would disagree), the *gold* and the *text*. The gold is `-` or items joined by
`;`, each with fair alternatives joined by ` | `. An item that begins with `?` may come of the text and need not.

    genre all Comedy          a constraint; `any` and `all` of one value are the same thing
    cast/person any X         under either name of the column
    colour none *             whatever the value
    year 1990..1999           bounds, either may be missing; `1996~2010..` is any lower bound from 1996 to 2010
    want genre Crime          a leaning: preferred in the state, or a constraint that has the value
    avoid genre Drama         ranked lower in the state, or a constraint that excludes the value
    like T, dislike T         an item by its title; the rest of its series may come with it
    item 2, item last, item T an item that is pointed at, by its place or title; `item all`: the whole slate
    gone X                    no constraint or leaning with the value or column X is left, nor a liked item X
    undo                      what the last message changed is taken back
    words w                   the search text has the word, or a constraint on text does
    ask count                 a question about the catalogue; `most`, `least`, `mean` with a number, `values` with a
                              relation: `ask most score/metacritic`. The line's constraints are then the question's.
    @kids                     one of `MACROS`

Hard demands are constraints (a soft one, `want`, may be either). Bounds that are said may come out strict or not: see
`judging.SLACK`. Wishes of before must stay unless the act is a request of its own, the gold says `gone`, or the same
column is asked for anew; anything that nobody asked for is an error.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from palate.agent.state import Act

FOLDER = Path(__file__).parent
FILES = ("held.en", "held.zh", "open.en", "open.zh")
LATER = ("held2.en", "held2.zh")
"""Written by others when the reader was done, and held out, too."""
NOTHING = "-"

MACROS = {
    "kids": "genre any Family, Animation | genre all Family | genre all Animation | want genre Family"
    " | rating any G, PG | rating none R, NC-17, X; ?genre none Horror; ?rating none PG-13"
    "; ?rating any G, PG, GP, M, M/PG; ?rating any G",
    "good": "score 60~90.. | metacritic 60~90..",
    "acclaimed": "score 60~95.. | metacritic 60~95..",
    "women": "want audience Women | audience any Women | audience any Women, unisex"
    " | audience none Men, Children | audience none Men",
    "men": "want audience Men | audience any Men | audience any Men, unisex"
    " | audience none Women, Children | audience none Women",
    "children": "want audience Children | audience any Children | audience any Children, unisex"
    " | audience none Men, Women",
    "short": "runtime ..80~110",
    "long": "runtime 120~180..",
    "recent": "year 2000~2013..",
    "old": "year ..1959~1995",
}
"""Wishes that come up often, and the forms that do them justice."""

COUNTED = {"all", "any", "none"}
SPOKEN = {"want", "avoid", "like", "dislike", "item", "gone", "undo", "words", "ask"}


@dataclass(frozen=True, slots=True)
class Span:
    """Where a bound may lie: both ends counted in."""

    least: float = -math.inf
    most: float = math.inf

    @classmethod
    def of(cls, said: str) -> Span:
        """`1990`, `1996~2010`, or `*` for any."""
        if said == "*":
            return cls()
        first, _, last = said.partition("~")
        return cls(float(first), float(last or first))


@dataclass(frozen=True, slots=True)
class Form:
    """One form of one item: `kind` is `all`, `any`, `none`, `range` or one of `SPOKEN`."""

    kind: str
    columns: tuple[str, ...] = ()
    """Names of the column, any of which will do; of `ask` those of the number or relation."""
    values: tuple[str, ...] = ()
    """Values, titles, places or words; of `ask` the aim."""
    low: Span | None = None
    high: Span | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """One item of a gold: the forms of which one must be there (or, with `optional`, may)."""

    forms: tuple[Form, ...]
    optional: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a file."""

    file: str
    line: int
    context: str
    acts: tuple[Act, ...]
    wishes: tuple[Wish, ...]
    text: str

    @property
    def language(self) -> str:
        """`en` or `zh`, by the file."""
        return self.file.rpartition(".")[2]


def read_cases(file: str) -> Sequence[Case]:
    """The utterances of `held.en` and the like. Raises ValueError where a gold cannot be read."""
    path = FOLDER / f"{file}.tsv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Case(
            file,
            line,
            row["context"],
            tuple(Act(act) for act in row["act"].split("|")),
            parse(row["gold"]),
            row["text"],
        )
        for line, row in enumerate(rows, 2)
    ]


def parse(gold: str) -> tuple[Wish, ...]:
    """The items of a gold. Raises ValueError."""
    if gold == NOTHING:
        return ()
    wishes: list[Wish] = []
    for item in gold.split(";"):
        said = item.strip()
        bare = said.removeprefix("?")
        forms: list[Form] = []
        beside: list[Wish] = []
        for form in (part.strip() for part in bare.split(" | ")):
            if form.startswith("@"):
                first, *others = parse(MACROS[form[1:]])
                forms += first.forms
                beside += [Wish(wish.forms, True, said) for wish in others]
            else:
                forms.append(_form(form))
        wishes += [Wish(tuple(forms), said != bare, said), *beside]
    return tuple(wishes)


def _form(said: str) -> Form:
    first, _, rest = said.partition(" ")
    if first in {"want", "avoid"}:
        column, _, values = rest.partition(" ")
        return Form(first, tuple(column.split("/")), _list(values))
    if first == "ask":
        aim, _, column = rest.partition(" ")
        return Form("ask", tuple(c for c in column.split("/") if c), (aim,))
    if first in SPOKEN:
        return Form(first, values=(rest,) if rest else ())
    columns = tuple(first.split("/"))
    op, _, values = rest.partition(" ")
    if op in COUNTED and values:
        return Form(op, columns, _list(values))
    if ".." in rest:
        low, _, high = rest.partition("..")
        return Form("range", columns, (), Span.of(low) if low else None, Span.of(high) if high else None)
    raise ValueError(f"This says nothing that a gold can say: {said!r}")


def _list(values: str) -> tuple[str, ...]:
    return tuple(value.strip() for value in values.split(","))
