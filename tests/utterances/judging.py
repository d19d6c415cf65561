"""Whether a reading says what the gold says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from palate.agent.reading.reading import Reading
from palate.agent.state import Act, DialogueState
from palate.agent.text import fold, singular
from palate.catalogue.catalogue import Catalogue
from palate.domain import TEXT, Constraint, Entity, ItemId, Measure, Op
from tests.utterances.gold import Case, Form, Wish

SLACK = {Measure.YEAR: 0.0, Measure.MINUTES: 1.0, Measure.PERCENT: 1.0, Measure.MONEY: 1.0}
"""How far a bound may lie from the one that was said, as "under 100" is 99.99 to one and 100 to another."""
FINE = 0.1
"""The same for numbers of any other measure."""
OF_ITS_OWN = frozenset({Act.RECOMMEND, Act.RESET})
"""Acts after which wishes of before may be gone."""


@dataclass(frozen=True, slots=True)
class Atom:
    """The smallest part of a constraint: one value asked for or barred, one end of a range, one set of which any."""

    kind: str
    """`has`, `any`, `none`, `low` or `high`."""
    column: str
    values: frozenset[str] = frozenset()
    """Folded."""
    bound: float = 0.0


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything of a turn that is judged."""

    before: DialogueState
    last: DialogueState
    """The state before the context's last message, for what `undo` takes back."""
    reading: Reading
    after: DialogueState


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a reading; nothing, where it is right."""

    act: Act
    act_right: bool
    wrong: tuple[str, ...] = ()
    """What of the constraints, items and questions is missing or was made up."""

    @property
    def rest_right(self) -> bool:
        """Whether everything but the act is right."""
        return not self.wrong

    @property
    def right(self) -> bool:
        """Whether all is."""
        return self.act_right and self.rest_right


def atoms(constraints: Iterable[Constraint]) -> frozenset[Atom]:
    """Constraints in their smallest parts, so that their forms can be compared."""
    found: set[Atom] = set()
    for c in constraints:
        values = [fold(v) for v in c.values]
        if c.op is Op.RANGE:
            found |= {Atom("low", c.attribute, bound=c.low)} if c.low is not None else set()
            found |= {Atom("high", c.attribute, bound=c.high)} if c.high is not None else set()
        elif c.op is Op.ANY and len(values) > 1:
            found.add(Atom("any", c.attribute, frozenset(values)))
        else:
            kind = "none" if c.op is Op.NONE else "has"
            found |= {Atom(kind, c.attribute, frozenset({value})) for value in values}
    return frozenset(found)


def judge(case: Case, heard: Heard, catalogue: Catalogue) -> Verdict:
    """What is wrong with what was heard."""
    judging = _Judging(case, heard, catalogue)
    act = heard.reading.act
    return Verdict(act, act in case.acts, tuple(judging.wrong()))


class _Judging:
    def __init__(self, case: Case, heard: Heard, catalogue: Catalogue) -> None:
        self._case = case
        self._heard = heard
        self._catalogue = catalogue
        self._question = heard.reading.question
        self._asked = heard.reading.act is Act.ASK_CATALOGUE
        self._before = atoms(heard.before.constraints)
        held = (self._question.constraints if self._question else ()) if self._asked else heard.after.constraints
        self._atoms = atoms(held)
        self._forms = [form for wish in case.wishes for form in wish.forms]
        read = heard.reading
        self._pointed = {*read.focus, *read.named, *read.liked, *read.disliked, *read.seen}

    def wrong(self) -> Iterator[str]:
        """Everything that is missing, then everything that was made up."""
        for wish in self._case.wishes:
            if not wish.optional and self._counts(wish) and not any(self._met(form) for form in wish.forms):
                yield f"missing: {wish.said}"
        if not self._expected("undo"):
            for atom in sorted(self._atoms - self._before, key=repr):
                if not any(self._says(form, atom) for form in self._forms):
                    yield f"made up: {_told(atom)}"
        if not self._asked:
            yield from self._lost()
        yield from self._strangers()

    def _counts(self, wish: Wish) -> bool:
        """Whether a wish bears on the act that was read: a question does where one had to be."""
        must = self._case.acts == (Act.ASK_CATALOGUE,)
        return self._asked or must or any(form.kind != "ask" for form in wish.forms)

    def _expected(self, kind: str) -> list[Form]:
        return [form for form in self._forms if form.kind == kind]

    def _met(self, form: Form) -> bool:
        read, after = self._heard.reading, self._heard.after
        match form.kind:
            case "like":
                return any(self._is(form.values[0], i) for i in read.liked)
            case "dislike":
                return any(self._is(form.values[0], i) for i in (*read.disliked, *read.seen, *read.named))
            case "item":
                return self._points(form.values[0])
            case "gone":
                return not self._left(form.values[0])
            case "undo":
                return self._undone()
            case "words":
                return self._searched(form.values[0])
            case "ask":
                question = self._question
                told = question is not None and question.aim.value == form.values[0]
                return told and (not form.columns or (question is not None and question.column in form.columns))
            case "want":
                return self._leaning(form, after.wanted, "has", "any")
            case "avoid":
                return self._leaning(form, after.unwanted, "none")
            case _:
                return self._constrained(form)

    def _constrained(self, form: Form) -> bool:
        """Whether every part of a form is there."""
        if form.kind == "range":
            ends = [end for end, span in (("low", form.low), ("high", form.high)) if span]
            return all(any(a.kind == end and self._says(form, a) for a in self._atoms) for end in ends)
        if form.kind == "any" and len(form.values) > 1:
            return any(self._says(form, atom) for atom in self._atoms)
        parts = [Form(form.kind, form.columns, (value,)) for value in form.values]
        return all(any(self._says(part, atom) for atom in self._atoms) for part in parts)

    def _says(self, form: Form, atom: Atom) -> bool:
        """Whether an atom is (part of) what a form says."""
        wanted = {fold(value) for value in form.values}
        if form.kind == "words":
            return atom.column == TEXT and atom.kind in {"has", "any"} and bool(wanted & atom.values)
        if atom.column not in form.columns:
            return False
        match form.kind:
            case "range":
                span = {"low": form.low, "high": form.high}.get(atom.kind)
                slack = self._slack(atom.column)
                return span is not None and span.least - slack <= atom.bound <= span.most + slack
            case "none" | "avoid":
                return atom.kind == "none" and ("*" in wanted or atom.values <= wanted)
            case "want":
                return atom.kind in {"has", "any"} and atom.values <= wanted
            case "any" if len(wanted) > 1:
                return atom.kind == "any" and atom.values == wanted
            case "any" | "all":
                return atom.kind == "has" and ("*" in wanted or atom.values <= wanted)
        return False

    def _slack(self, column: str) -> float:
        return SLACK.get(self._catalogue.schema.measure(column), FINE)

    def _leaning(self, form: Form, held: Sequence[Entity], *kinds: str) -> bool:
        wanted = {fold(value) for value in form.values}
        leaning = any(e.relation in form.columns and fold(e.value) in wanted for e in held)
        among = (a for a in self._atoms if a.kind in kinds and a.column in form.columns)
        return leaning or any(a.values & wanted for a in among)

    def _searched(self, word: str) -> bool:
        said = {singular(fold(w)) for w in self._heard.after.request.split()}
        asked = singular(fold(word)) in said or word in self._heard.after.request
        return asked or any(self._says(Form("words", values=(word,)), atom) for atom in self._atoms)

    # what went

    def _lost(self) -> Iterator[str]:
        """Wishes of before that nobody took back."""
        if self._heard.reading.act in OF_ITS_OWN or self._expected("undo"):
            return
        fresh = {self._family(atom.column) for atom in self._atoms - self._before}
        for atom in sorted(self._before - self._atoms, key=repr):
            taken = any(_names(form.values[0], atom) for form in self._expected("gone") if form.values)
            if not taken and self._family(atom.column) not in fresh:
                yield f"lost: {_told(atom)}"

    def _family(self, column: str) -> str:
        return next((g for g, members in self._catalogue.schema.groups.items() if column in members), column)

    def _left(self, value: str) -> bool:
        """Whether something that should be gone is there."""
        after = self._heard.after
        leanings = any(fold(value) == fold(e.value) for e in (*after.wanted, *after.unwanted))
        liked = any(self._is(value, i) for i in after.liked)
        return leanings or liked or any(_names(value, atom) for atom in atoms(after.constraints))

    def _undone(self) -> bool:
        """Whether the state says what it said before the context's last message."""
        now, then = self._heard.after, self._heard.last
        same = atoms(now.constraints) == atoms(then.constraints)
        return same and set(now.wanted) == set(then.wanted) and set(now.liked) == set(then.liked)

    # items

    def _is(self, title: str, item: ItemId) -> bool:
        return fold(self._catalogue.get(item).title) == fold(title)

    def _place(self, said: str) -> ItemId | None:
        slate = self._heard.before.slate
        if said == "last":
            return slate[-1] if slate else None
        return slate[int(said) - 1] if said.isdigit() and int(said) <= len(slate) else None

    def _points(self, said: str) -> bool:
        read = self._heard.reading
        if said == "all":
            return set(self._heard.before.slate) <= self._pointed
        against = set(read.liked) if read.act is Act.REJECT else set()
        against |= set(read.disliked) if read.act is Act.CRITIQUE else set()
        if place := self._place(said):
            return place in self._pointed - against
        return any(self._is(said, item) for item in self._pointed - against)

    def _strangers(self) -> Iterator[str]:
        """Items that the message does not name."""
        items = {form.values[0] for form in self._expected("item")}
        titles = {form.values[0] for kind in ("like", "dislike") for form in self._expected(kind)}
        meant = {place for said in items if (place := self._place(said))}
        meant |= set(self._heard.before.slate) if "all" in items else set()
        read = self._heard.reading

        def strange(found: Iterable[ItemId]) -> list[str]:
            named = items | titles
            return [
                self._catalogue.get(i).title
                for i in found
                if i not in meant and not any(self._is(t, i) for t in named)
            ]

        if not self._expected("like"):
            yield from (f"made up: like {title}" for title in strange(read.liked))
        if not self._expected("dislike") and read.act is not Act.REJECT:
            yield from (f"made up: dislike {title}" for title in strange(read.disliked))
        if items:
            yield from (f"made up: item {title}" for title in strange(read.focus))


def _names(said: str, atom: Atom) -> bool:
    """Whether a `gone` names an atom, by its column or its value."""
    return fold(said) in atom.values or said == atom.column


def _told(atom: Atom) -> str:
    said = ", ".join(sorted(atom.values)) or f"{atom.bound:g}"
    return f"{atom.column} {atom.kind} {said}"
